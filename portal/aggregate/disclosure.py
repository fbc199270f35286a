"""Disclosure control, layer 1: what of a release may exist at all (pure).

One *countable question* is a question, or one row (and column) of a matrix or grid. Its *columns*
are ``all`` and then the questionnaire's segments. A contributor is one corporate group. An answer
is *protected* from an audience if its class is not open to that audience.

The structure follows from public facts only: who answered, in which segment, with which class,
in which release, and whether an answer changed since an earlier one. It never follows from what
the answers are, because "hidden since all agree" would itself tell.

1. A column without a protected answer is shown as it is, with exact counts.
2. A column with protected answers needs at least 10 of them.
3. *Changes*: compared with what this audience has seen of the same column (earlier releases, and
   documents for weaker audiences), what came, what went and what stayed each hold none or at
   least 5 protected answers, over all of these together; and so do a column's answers that
   were not there in an earlier release. An answer that changed, or became protected or open, is
   another answer: the old one went, the new one came.
4. While one to four protected answers have changed, come or gone since an earlier document, only
   columns that were shown before, with the very same answers, are shown again.
5. Public and suppliers see shares of n in fixed bands wherever a column has protected answers.
   Columns of one release may overlap as they like: what their bands tell together, the audit sees.
6. *Atoms* of what is finer than bands (exact counts, numbers): split the protected answers by the
   columns, over every column that was, or is to be, shown so to this audience. Every atom needs
   at least 5 answers. The difference of two columns is made of whole atoms. Columns are
   taken greedily in their declared order; one that would make a smaller atom is shown in bands
   and without numbers. Buyers see the others' exact counts if the audit (layer 2, a ``Gate``)
   passes them, else bands.
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


@dataclass(frozen=True, slots=True)
class Structure:
    """The columns that may exist, with who answered in them, and why the others may not.

    ``finer``: those that may be shown more finely than in bands.
    """

    columns: Mapping[str, Contributors]
    left_out: Mapping[str, Reason]
    finer: frozenset[str]


def choose_columns(
    answers: Answers,
    columns: Mapping[str, Contributors],
    audience: Audience,
    seen: Sequence[Seen],
) -> Structure:
    """What public facts allow (rules 1 to 6)."""
    protected = answers.protected_from(audience)
    past = _Past.of(answers, audience, seen)
    atoms = past.fine_atoms
    chosen: dict[str, Contributors] = {}
    left_out: dict[str, Reason] = {}
    finer: set[str] = set()
    for name, everybody in columns.items():
        members = everybody & answers.answered
        if hidden := members & protected:
            units = past.now.units(hidden)
            reason = past.reason(name, units)
            if reason is not None:
                left_out[name] = reason
                continue
            parts = cut(atoms, units)
            if not any(map(_few, parts)):
                atoms = parts
                finer.add(name)
        else:
            finer.add(name)
        chosen[name] = members
    return Structure(chosen, left_out, frozenset(finer))


# Answers over several releases ------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Past:
    """What the audience has seen.

    ``now``: where the answers stand; ``then``: the protected answers of each document that showed
    something; ``shown``: by name each version of a column. ``fine_atoms`` are those of what was
    shown more finely than in bands.
    """

    now: Place
    then: Sequence[Units]
    shown: Mapping[str, Sequence[Units]]
    fine_atoms: Sequence[Units]
    few_changed: bool

    @classmethod
    def of(cls, answers: Answers, audience: Audience, seen: Sequence[Seen]) -> "_Past":
        """Only a document that showed something of its own is one that answers changed since."""
        *before, now = _places([*(document.answers for document in seen), answers], audience)
        then: list[Units] = []
        shown: dict[str, list[Units]] = {}
        atoms: list[Units] = []
        few_changed = False
        protected = answers.protected_from(audience)
        for document, place in zip(seen, before, strict=True):
            shielded = document.answers.protected_from(audience)
            is_new = False
            for column in document.columns:
                units = place.units(column.members & shielded)
                if not units:
                    continue
                if units not in shown.setdefault(column.name, []):
                    shown[column.name].append(units)
                    is_new = True
                if column.exact or column.numbers is not None:
                    atoms = cut(atoms, units)
            if is_new:
                then.append(place.units(shielded))
                changed = _differing(document.answers, answers, audience) & (shielded | protected)
                few_changed = few_changed or _few(changed)
        return cls(now, then, shown, atoms, few_changed)

    def reason(self, name: str, units: Units) -> Reason | None:
        """Why a column with these protected answers may not exist."""
        if units.bit_count() < SMALLEST_BASE:
            return Reason.TOO_FEW
        versions = self.shown.get(name, ())
        if self.few_changed and units not in versions:
            return Reason.FEW_CHANGED
        parts: list[Units] = []
        for version in (*versions, units):
            parts = cut(parts, version)
        came = [units & ~then for then in self.then]
        return Reason.TOO_ALIKE if any(map(_few, (*parts, *came))) else None


def _places(history: Sequence[Answers], audience: Audience) -> list[Place]:
    answered = [answers.answered for answers in history]
    return places(
        answered, lambda before, after: _differing(history[before], history[after], audience)
    )


def _differing(before: Answers, after: Answers, audience: Audience) -> Contributors:
    """Whose options differ, or whether the answer is protected."""
    protection = before.protected_from(audience) ^ after.protected_from(audience)
    return protection | changed_answers(before, after)


def _few(some: int) -> bool:
    """Whether they are so few that they must not stand alone, but not none."""
    return 0 < some.bit_count() < SMALLEST_ATOM


# Cells --------------------------------------------------------------------------------------


def _decide(
    question: Question,
    audience: Audience,
    seen: SeenBy,
    gate: Gate,
    parents: Sequence[Parent],
) -> Outcome:
    """Exact counts where they may be, else bands, else nothing."""
    structure = choose_columns(question.answers, question.columns, audience, merged(seen[audience]))
    findings: list[Finding] = []
    for exact in (True, False) if audience is Audience.BUYER else (False,):
        columns = tuple(
            _column(name, members, audience, question, fine=name in structure.finer, exact=exact)
            for name, members in structure.columns.items()
        )
        finding = gate(Proposal(audience, question, columns, seen, parents))
        if finding is None:
            return Outcome(columns, structure.left_out, not_exact=next(iter(findings), None))
        findings.append(finding)
    return Outcome((), structure.left_out, failed=findings[-1])


def _column(
    name: str,
    members: Contributors,
    audience: Audience,
    question: Question,
    *,
    fine: bool,
    exact: bool,
) -> Column:
    n = members.bit_count()
    hidden = members & question.answers.protected_from(audience)
    exact = not hidden or (exact and fine)
    by_option = question.answers.by_option
    counts = {
        option: (by_option.get(option, 0) & members).bit_count() for option in question.options
    }
    cells = {option: count if exact else band(count, n) for option, count in counts.items()}
    given = question.answers.numbers if fine else {}
    inside = {each: value for each, value in given.items() if members >> each & 1}
    # Some that were stored before numbers were kept would make it a summary of the others.
    is_complete = len(inside) == n
    protected = {each for each in inside if hidden >> each & 1}
    numbers = summarise(inside, protected) if is_complete else None
    sums = told(question, members) if numbers is not None else ()
    return Column(name, members, n, hidden.bit_count(), exact, cells, numbers, sums)
