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

What layer 1 does not defend against, and leaves to the audit:

- Agreement: the band up to 100 %, or an exact total, may leave only one answer possible for
  everybody in an atom, above all where the open answers or one's own are subtracted from it.
- Sums: several banded options and overlapping columns together can narrow a count further than
  each of them does.
- Stronger readers of weaker documents: a buyer also reads the public document. If 1 to 4 of its
  protected answers are hidden from the buyer too, the others are known to the buyer.
- Routing: n of a question that is only asked after a "yes" counts the "yes" exactly, although
  that answer's own cell is banded or not shown. n must enter the audit as a cell of the answer
  that leads there.
- Different questions: answers that go together, or free text and public sources outside the portal.
- Suppliers who pool what they know of their own answers.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from portal.aggregate.policy import AUDIENCES, OPEN_CLASSES, Audience
from portal.questionnaire.definition import ConfidentialityClass

ALL = "all"
SMALLEST_BASE = 10
"""Protected answers that a column needs, if it has any."""
SMALLEST_ATOM = 5
"""Protected answers that an atom needs, if it has any."""
BAND_WIDTH = 20
BANDS = tuple(f"{low}\N{EN DASH}{low + BAND_WIDTH} %" for low in range(0, 100, BAND_WIDTH))
"""Each band begins with its lower bound and ends below its upper one; the last includes 100 %."""

Contributors: TypeAlias = int
"""A set of contributors: bit i is set if contributor number i is in it."""
Cell: TypeAlias = int | str
"""A count, or a band of the share of n."""


@dataclass(frozen=True, slots=True)
class Answers:
    """The answers to one countable question: who chose each option, and who in which class."""

    by_option: Mapping[str, Contributors]
    by_class: Mapping[ConfidentialityClass, Contributors]

    @property
    def answered(self) -> Contributors:
        """Everybody with an answer."""
        return _union(self.by_class.values())

    def protected_from(self, audience: Audience) -> Contributors:
        """Those whose answer is not open to the audience."""
        closed = self.by_class.keys() - OPEN_CLASSES[audience]
        return _union(self.by_class[name] for name in closed)


@dataclass(frozen=True, slots=True)
class Question:
    """One countable question: its answers, its options, and its columns in declared order.

    ``columns`` holds everybody in a column, whether or not they answered.
    """

    answers: Answers
    options: Sequence[str]
    columns: Mapping[str, Contributors]


@dataclass(frozen=True, slots=True)
class Numbers:
    """What numbers come to: rounded, never the smallest or the largest."""

    lower_quartile: float
    median: float
    upper_quartile: float


@dataclass(frozen=True, slots=True)
class Column:
    """A column as an audience sees it; ``members`` are those in it who answered."""

    name: str
    members: Contributors
    n: int
    protected: int
    exact: bool
    cells: Mapping[str, Cell]
    numbers: Numbers | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """Columns of one countable question in another document, and the answers as they were then."""

    answers: Answers
    columns: tuple[Column, ...]


@dataclass(frozen=True, slots=True)
class Proposal:
    """What would be published to an audience, and what it sees already."""

    audience: Audience
    answers: Answers
    columns: tuple[Column, ...]
    exact: bool
    seen: tuple[Seen, ...]


class Gate(Protocol):
    """Layer 2: decides whether a whole countable question may be published as proposed."""

    def __call__(self, proposal: Proposal, /) -> bool:
        """Whether nobody in the audience can determine a protected answer."""


def bands_only(proposal: Proposal) -> bool:
    """Let bands through and exact counts never, without looking: the audit is not part of it."""
    return not proposal.exact


@dataclass(frozen=True, slots=True)
class Outcome:
    """The columns of one document; ``withheld`` if the gate refused them all."""

    columns: tuple[Column, ...]
    withheld: bool = False


def publish(
    question: Question, earlier: Mapping[Audience, Sequence[Seen]], gate: Gate = bands_only
) -> dict[Audience, Outcome]:
    """Decide one countable question for every audience.

    ``earlier``: by audience, the columns of its documents in earlier releases.
    """
    outcomes: dict[Audience, Outcome] = {}
    seen: list[Seen] = []
    for audience in AUDIENCES:
        seen.extend(earlier.get(audience, ()))
        outcomes[audience] = _decide(question, audience, tuple(seen), gate)
        seen.append(Seen(question.answers, outcomes[audience].columns))
    return outcomes


def choose_columns(
    answers: Answers,
    columns: Mapping[str, Contributors],
    audience: Audience,
    seen: Sequence[Seen],
) -> dict[str, Contributors]:
    """The columns that may exist, with those in them who answered (rules 1 to 5)."""
    protected = answers.protected_from(audience)
    places = _places([*(document.answers for document in seen), answers], audience)
    past = _look_back(answers, audience, seen, places)
    atoms = past.atoms
    chosen: dict[str, Contributors] = {}
    for name, everybody in columns.items():
        members = everybody & answers.answered
        hidden = members & protected
        if hidden:
            units = places[-1].units(hidden)
            finer = _cut(atoms, units)
            is_news = (name, units) not in past.shown
            if hidden.bit_count() < SMALLEST_BASE or not _large_enough(finer):
                continue
            if is_news and past.few_changed:
                continue
            atoms = finer
        chosen[name] = members
    return chosen


def band(count: int, total: int) -> str:
    """The band of ``count`` out of ``total`` (at least 1), in whole numbers only."""
    return BANDS[min(count * len(BANDS) // total, len(BANDS) - 1)]


# Answers over several releases ------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the answers of one document stand among all distinct answers over the documents.

    ``pieces``: those whose answer first stood like this in document number ``since``; the answer
    of contributor i then has the number ``since * width + i``.
    """

    pieces: tuple[tuple[int, Contributors], ...]
    width: int

    def units(self, members: Contributors) -> int:
        """The set of these contributors' answers."""
        return _union((members & piece) << (since * self.width) for since, piece in self.pieces)


def _places(history: Sequence[Answers], audience: Audience) -> list[_Place]:
    width = max(answers.answered.bit_length() for answers in history)
    places = []
    for number, answers in enumerate(history):
        left = answers.answered
        pieces = []
        for since, before in enumerate(history[:number]):
            same = left & before.answered & ~_differing(before, answers, audience)
            pieces.append((since, same))
            left &= ~same
        places.append(_Place((*pieces, (number, left)), width))
    return places


@dataclass(frozen=True, slots=True)
class _Past:
    """What the audience has seen: atoms, columns by name and answers, and if few changed since."""

    atoms: list[int]
    shown: frozenset[tuple[str, int]]
    few_changed: bool


def _look_back(
    answers: Answers, audience: Audience, seen: Sequence[Seen], places: Sequence[_Place]
) -> _Past:
    """Only a document that showed something of its own is one that answers changed since."""
    atoms: list[int] = []
    shown: set[tuple[str, int]] = set()
    few_changed = False
    protected = answers.protected_from(audience)
    for document, place in zip(seen, places, strict=False):
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
            atoms = _cut(atoms, units)
    return _Past(atoms, frozenset(shown), few_changed)


def _differing(before: Answers, after: Answers, audience: Audience) -> Contributors:
    """Whose options differ, or whether the answer is protected."""
    differing = before.protected_from(audience) ^ after.protected_from(audience)
    for option in before.by_option.keys() | after.by_option.keys():
        differing |= before.by_option.get(option, 0) ^ after.by_option.get(option, 0)
    return differing


def _cut(atoms: Sequence[int], column: int) -> list[int]:
    """The atoms after one more column: each split in two, and what was in no column so far."""
    parts = [part for atom in atoms for part in (atom & column, atom & ~column)]
    parts.append(column & ~_union(atoms))
    return [part for part in parts if part]


def _large_enough(atoms: Sequence[int]) -> bool:
    return all(atom.bit_count() >= SMALLEST_ATOM for atom in atoms)


# Cells --------------------------------------------------------------------------------------


def _decide(question: Question, audience: Audience, seen: tuple[Seen, ...], gate: Gate) -> Outcome:
    """Exact counts where they may be, else bands, else nothing."""
    chosen = choose_columns(question.answers, question.columns, audience, seen)
    protected = question.answers.protected_from(audience)
    forms = (True, False) if audience is Audience.BUYER else (False,)
    for exact in forms:
        columns = tuple(
            _column(name, members, protected, question, exact=exact)
            for name, members in chosen.items()
        )
        shields_nobody = not any(column.protected for column in columns)
        proposal = Proposal(audience, question.answers, columns, exact, seen)
        if shields_nobody or gate(proposal):
            return Outcome(columns)
    return Outcome((), withheld=True)


def _column(
    name: str, members: Contributors, protected: Contributors, question: Question, *, exact: bool
) -> Column:
    n = members.bit_count()
    hidden = (members & protected).bit_count()
    exact = exact or not hidden
    by_option = question.answers.by_option
    counts = {
        option: (by_option.get(option, 0) & members).bit_count() for option in question.options
    }
    cells = {option: count if exact else band(count, n) for option, count in counts.items()}
    return Column(name, members, n, hidden, exact, cells)


def _union(sets: Iterable[int]) -> int:
    joined = 0
    for members in sets:
        joined |= members
    return joined
