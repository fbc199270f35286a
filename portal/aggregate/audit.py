"""Disclosure control, layer 2: the audit of everything that a reader has seen (pure).

Rule, from the portal's design for disclosure control: no protected answer may be determined by an
outsider, by any single other supplier, or by any two who tell each other their own answers, from
all releases together. Readers are

- somebody of the audience of a document, or of a stronger one (who reads weaker documents, too),
- each supplier, and any two, among those who read what suppliers may see, with their own answers.
  So whoever knows one or two answers from elsewhere learns no other from what suppliers may see,
- observers, who read what suppliers may see, and by name what is open to buyers and observers,
- a buyer whom every supplier with an answer for named buyers names, and one whom none names.

A reader knows the answers whose class is open to them, and everything public: who answered what,
in which segment, whether an answer changed between two releases. What is unknown is which option
each of the other units (see ``portal.aggregate.units``) gave. Units that are alike in everything
known are one group (``portal.aggregate.audit_solver``); every published cell of every document is
a bound on a sum over groups. An option of a multiple choice is a question of its own: given or not.

What it does not defend against: three suppliers and more who pool their own answers; buyers who
learn a supplier's protected answer from elsewhere; a buyer whom some suppliers name, and the
answers for named buyers of the others; that an answer was changed, and so is another
than before; answers to different questions that go together, but for how many were led on to
another question (``Sum``).
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from portal.aggregate.audit_solver import Bound, Places, Table
from portal.aggregate.policy import READERS, Reader
from portal.aggregate.proposals import (
    BANDS,
    Column,
    Finding,
    Proposal,
    Seen,
    changed_answers,
)
from portal.aggregate.units import Contributors, Place, Units, cut, places, union


def audit(proposal: Proposal) -> Finding | None:
    """Why the proposal may not be published: the first protected answer that could be worked out.

    None if there is none, over every reader of the proposed document and of all earlier ones.
    """
    reading = proposal.audience.and_stronger
    for reader in (each for each in READERS if each.audience in reading):
        for key, question, documents in proposal.read_by(reader):
            found = _determined(documents, reader, question.options, multiple=question.multiple)
            if found is not None:
                return replace(found, about=key)
    return None


def _determined(
    documents: Sequence[Seen], reader: Reader, options: Sequence[str], *, multiple: bool
) -> Finding | None:
    if not options:
        return None
    known = _Known.of(documents, reader)
    asked = [(option, None) for option in options] if multiple else [tuple(options)]
    for each in asked:
        for sure in known.table(each).determined(reader.pooled):
            option = each[sure.option] or each[0] or ""
            return Finding(reader.audience, option, sure.answers, sure.pooled)
    return None


@dataclass(frozen=True, slots=True)
class _Known:
    """Documents of one question as a reader sees them: who is unknown, in which groups."""

    documents: Sequence[Seen]
    spots: Sequence[Place]
    groups: Sequence[Units]
    open: Units
    """Answers that the reader may read anyway."""

    @classmethod
    def of(cls, documents: Sequence[Seen], reader: Reader) -> "_Known":
        """Group the unknown answers by the columns they are in."""
        history = [document.answers for document in documents]
        spots = places(
            [answers.answered for answers in history],
            lambda before, after: changed_answers(history[before], history[after]),
        )
        pairs = list(zip(documents, spots, strict=True))
        known = union(spot.units(document.answers.of(reader.classes)) for document, spot in pairs)
        groups: list[Units] = []
        for document, spot in pairs:
            for members in document.sets():
                groups = cut(groups, spot.units(members) & ~known)
        return cls(documents, spots, groups, known)

    def table(self, options: Sequence[str | None]) -> Table:
        """What is known of these options; None stands for "not given"."""
        given = self._all_given(options)
        truth = tuple(
            tuple((group & units).bit_count() for units in given) for group in self.groups
        )
        bounds: dict[tuple[int, int], tuple[int, int]] = {}
        for members, chosen, low, high in self._sums(options):
            known = sum((members & self.open & given[i]).bit_count() for i in _positions(chosen))
            key = (self._groups_in(members), chosen)
            before = bounds.get(key, (low - known, high - known))
            bounds[key] = (max(before[0], low - known), min(before[1], high - known))
        told = tuple(Bound(*key, *bound) for key, bound in bounds.items() if key[0])
        return Table(truth, told, self._own(given))

    def _own(self, given: Sequence[Units]) -> Mapping[Places, int]:
        """What suppliers know by themselves, and how many know just that."""
        found = Counter[Places]()
        once, width = ~self._in_several, len(given)
        for number, group in enumerate(self.groups):
            for option, units in enumerate(given):
                if alike := (group & once & units).bit_count():
                    found[number * width + option,] += alike
        for contributor in _positions(self._changed):
            units = self._of(contributor)
            found[
                tuple(
                    number * width + option
                    for number, group in enumerate(self.groups)
                    for unit in _positions(group & units)
                    for option, those in enumerate(given)
                    if those >> unit & 1
                )
            ] += 1
        return found

    @property
    def _width(self) -> int:
        return self.spots[0].width if self.spots else 0

    @property
    def _changed(self) -> Contributors:
        """Everybody with more than one unknown answer."""
        once = twice = 0
        unknown, mask = union(self.groups), (1 << self._width) - 1
        for since in range(len(self.spots)):
            here = unknown >> since * self._width & mask
            once, twice = once | here, twice | once & here
        return twice

    @property
    def _in_several(self) -> Units:
        return union(self._changed << since * self._width for since in range(len(self.spots)))

    def _of(self, contributor: int) -> Units:
        return union(1 << since * self._width + contributor for since in range(len(self.spots)))

    def _all_given(self, options: Sequence[str | None]) -> list[Units]:
        """The answers with each option; those without the first one for None."""
        given = [self._given(option) for option in options if option is not None]
        return given if len(given) == len(options) else [*given, ~given[0]]

    def _given(self, option: str) -> Units:
        """The answers with the option."""
        return union(
            spot.units(document.answers.by_option.get(option, 0) & document.answers.answered)
            for document, spot in zip(self.documents, self.spots, strict=True)
        )

    def _groups_in(self, members: Units) -> int:
        return union(1 << place for place, group in enumerate(self.groups) if group & members)

    def _sums(self, options: Sequence[str | None]) -> Iterator[tuple[Units, int, int, int]]:
        """Members, options as positions, and the bounds on how many of the members gave them."""
        spot = {option: i for i, option in enumerate(options) if option is not None}
        for document, place in zip(self.documents, self.spots, strict=True):
            for column in document.columns:
                units = place.units(column.members)
                for option in spot.keys() & column.cells.keys():
                    yield units, 1 << spot[option], *_limits(column, option)
            of_numbers = [each for column in document.columns for each in column.told]
            for each in (*document.sums, *of_numbers):
                if each.options <= spot.keys():
                    chosen = union(1 << spot[option] for option in each.options)
                    yield place.units(each.members), chosen, each.low, each.high


def _limits(column: Column, option: str) -> tuple[int, int]:
    """The least and the greatest count that a cell stands for."""
    cell = column.cells[option]
    if isinstance(cell, int):
        return cell, cell
    lower = BANDS.index(cell)
    least = -(-lower * column.n // len(BANDS))
    above = -(-(lower + 1) * column.n // len(BANDS))
    return least, column.n if lower == len(BANDS) - 1 else above - 1


def _positions(bits: int) -> Iterator[int]:
    while bits:
        lowest = bits & -bits
        yield lowest.bit_length() - 1
        bits ^= lowest
