"""Disclosure control, layer 1: what of a release may exist at all (pure).

One *countable question* is a question, or one row (and column) of a matrix or grid. Its *columns*
are ``all`` and then the questionnaire's segments. A contributor is one corporate group. An answer
is *protected* from an audience if its class is not open to that audience.

The structure follows from public facts only: who answered, in which segment, with which class,
in which release, and whether an answer changed since an earlier one. It never follows from what
the answers are, because "hidden since all agree" would itself tell.

1. A column without a protected answer is shown as it is, with exact counts.
2. A column with protected answers needs at least 10 of them.
3. *Atoms*: split the protected answers by the columns they are in, over every column this audience
   can see: of this document, of this release's documents for weaker audiences, and of all earlier
   releases to the same or a weaker audience. Every atom needs at least 5 answers. The difference
   of two columns is made of whole atoms, so it holds 0 or at least 5 too.
   An answer that changed since an earlier release, or became protected or open, is another answer
   there: the old one is in the earlier columns only, the new one in the new columns only. So one
   to four changed answers can be published anew in no column that holds them.
4. While one to four protected answers have changed, come or gone since an earlier document, only
   columns that were shown before, with the very same answers, are shown again.
5. Columns are taken greedily in their declared order; one that would break a rule is left out.
6. Public and suppliers see shares of n in fixed bands wherever a column has protected answers.
   Buyers see exact counts there if the audit (layer 2, a ``Gate``) passes them, else bands.
7. What fails the audit even in bands is not shown at all: the whole countable question.
8. Numbers have rules of their own: ``portal.aggregate.numbers``.

The rules look at each audience's documents with everything that it has seen before: documents for
weaker audiences, earlier releases, and how many were led on from an answer to another question.
What neither layer defends against is said in ``portal.aggregate.audit``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from portal.aggregate.numbers import summarise, told
from portal.aggregate.policy import AUDIENCES, Audience
from portal.aggregate.proposals import (
    SMALLEST_ATOM,
    SMALLEST_BASE,
    Answers,
    Column,
    Finding,
    Gate,
    Outcome,
    Parent,
    Proposal,
    Question,
    Reason,
    Seen,
    SeenBy,
    band,
    changed_answers,
    merged,
)
from portal.aggregate.units import Contributors, Place, Units, cut, places


def publish(
    question: Question,
    earlier: SeenBy,
    gate: Gate,
    *,
    parents: Sequence[Parent] = (),
    audiences: Sequence[Audience] = AUDIENCES,
) -> dict[Audience, Outcome]:
    """Decide one countable question for the audiences, weakest first.

    ``earlier``: what each audience has seen of it in earlier releases.
    """
    outcomes: dict[Audience, Outcome] = {}
    seen = _copied(earlier)
    known = [replace(parent, seen=_copied(parent.seen)) for parent in parents]
    for audience in audiences:
        outcome = outcomes[audience] = _decide(question, audience, seen, gate, known)
        for reader in audience.and_stronger:
            seen[reader].append(Seen(question.answers, outcome.columns))
            for parent in known:
                parent.seen[reader].append(parent.told_by(outcome.columns, question.columns))
    return outcomes


def _copied(seen: SeenBy) -> dict[Audience, list[Seen]]:
    return {audience: list(seen.get(audience, ())) for audience in AUDIENCES}


def choose_columns(
    answers: Answers,
    columns: Mapping[str, Contributors],
    audience: Audience,
    seen: Sequence[Seen],
) -> tuple[dict[str, Contributors], dict[str, Reason]]:
    """The columns that may exist, with who answered in them, and the others (rules 1 to 5)."""
    protected = answers.protected_from(audience)
    spots = _places([*(document.answers for document in seen), answers], audience)
    past = _look_back(answers, audience, seen, spots)
    atoms = past.atoms
    chosen: dict[str, Contributors] = {}
    left_out: dict[str, Reason] = {}
    for name, everybody in columns.items():
        members = everybody & answers.answered
        hidden = members & protected
        if hidden:
            units = spots[-1].units(hidden)
            finer = cut(atoms, units)
            reason = _reason(
                hidden, finer, is_late=past.few_changed and (name, units) not in past.shown
            )
            if reason is not None:
                left_out[name] = reason
                continue
            atoms = finer
        chosen[name] = members
    return chosen, left_out


def _reason(hidden: Contributors, atoms: Sequence[Units], *, is_late: bool) -> Reason | None:
    """Why a column with these protected answers, which makes these atoms, may not exist."""
    if hidden.bit_count() < SMALLEST_BASE:
        return Reason.TOO_FEW
    if is_late:
        return Reason.FEW_CHANGED
    return None if _large_enough(atoms) else Reason.TOO_ALIKE


# Answers over several releases ------------------------------------------------------------


def _places(history: Sequence[Answers], audience: Audience) -> list[Place]:
    answered = [answers.answered for answers in history]
    return places(
        answered, lambda before, after: _differing(history[before], history[after], audience)
    )


@dataclass(frozen=True, slots=True)
class _Past:
    """What the audience has seen: atoms, columns by name and answers, and if few changed since."""

    atoms: list[int]
    shown: frozenset[tuple[str, int]]
    few_changed: bool


def _look_back(
    answers: Answers, audience: Audience, seen: Sequence[Seen], spots: Sequence[Place]
) -> _Past:
    """Only a document that showed something of its own is one that answers changed since."""
    atoms: list[int] = []
    shown: set[tuple[str, int]] = set()
    few_changed = False
    protected = answers.protected_from(audience)
    for document, place in zip(seen, spots, strict=False):
        shielded = document.answers.protected_from(audience)
        found = {
            (column.name, place.units(column.members & shielded)) for column in document.columns
        }
        found = {(name, units) for name, units in found if units}
        if found - shown:
            changed = _differing(document.answers, answers, audience) & (shielded | protected)
            few_changed = few_changed or 0 < changed.bit_count() < SMALLEST_ATOM
        shown |= found
        for _, units in found:
            atoms = cut(atoms, units)
    return _Past(atoms, frozenset(shown), few_changed)


def _differing(before: Answers, after: Answers, audience: Audience) -> Contributors:
    """Whose options differ, or whether the answer is protected."""
    protection = before.protected_from(audience) ^ after.protected_from(audience)
    return protection | changed_answers(before, after)


def _large_enough(atoms: Sequence[int]) -> bool:
    return all(atom.bit_count() >= SMALLEST_ATOM for atom in atoms)


# Cells --------------------------------------------------------------------------------------


def _decide(
    question: Question,
    audience: Audience,
    seen: SeenBy,
    gate: Gate,
    parents: Sequence[Parent],
) -> Outcome:
    """Exact counts where they may be, else bands, else nothing."""
    chosen, left_out = choose_columns(
        question.answers, question.columns, audience, merged(seen[audience])
    )
    findings: list[Finding] = []
    for exact in (True, False) if audience is Audience.BUYER else (False,):
        columns = tuple(
            _column(name, members, audience, question, exact=exact)
            for name, members in chosen.items()
        )
        finding = gate(Proposal(audience, question, columns, seen, parents))
        if finding is None:
            return Outcome(columns, left_out, not_exact=next(iter(findings), None))
        findings.append(finding)
    return Outcome((), left_out, failed=findings[-1])


def _column(
    name: str, members: Contributors, audience: Audience, question: Question, *, exact: bool
) -> Column:
    n = members.bit_count()
    hidden = members & question.answers.protected_from(audience)
    exact = exact or not hidden
    by_option = question.answers.by_option
    counts = {
        option: (by_option.get(option, 0) & members).bit_count() for option in question.options
    }
    cells = {option: count if exact else band(count, n) for option, count in counts.items()}
    given = question.answers.numbers
    inside = {each: value for each, value in given.items() if members >> each & 1}
    # Some that were stored before numbers were kept would make it a summary of the others.
    is_complete = len(inside) == n
    protected = {each for each in inside if hidden >> each & 1}
    numbers = summarise(inside, protected) if is_complete else None
    sums = told(question, members) if numbers is not None else ()
    return Column(name, members, n, hidden.bit_count(), exact, cells, numbers, sums)
