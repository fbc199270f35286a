"""Two releases beside each other, question by question, from released cells only (pure).

Which questions are the same is decided elsewhere, as for suppliers' carried answers: by the map
between two versions, or because they mean the same. A count is never worked out from a band: two
cells are shown as what they are, and their distance only puts questions into an order.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from portal.aggregate.proposals import ALL, SMALLEST_BASE
from portal.aggregate.reading import Bar, Reading, ReadQuestion, Row, ShownColumn
from portal.core.errors import Message, message
from portal.questionnaire.conditions import references
from portal.questionnaire.definition import Condition, Grid, Matrix, Questionnaire
from portal.response.suggesting import Pair


class Hindrance(StrEnum):
    """Why a question, or a row of it, cannot be compared."""

    NEW = "new"
    CHANGED = "changed"
    COUNTED_OTHERWISE = "counted_otherwise"
    NOT_SHOWN = "not_shown"
    NOT_SHOWN_NOW = "not_shown_now"
    NOT_SHOWN_BEFORE = "not_shown_before"
    NOBODY = "nobody"
    GONE = "gone"


HINDRANCES: Mapping[Hindrance, Message] = {
    Hindrance.NEW: message("New: it was not asked before."),
    Hindrance.CHANGED: message("Its meaning has changed since."),
    Hindrance.COUNTED_OTHERWISE: message("It was counted in other answers or bands before."),
    Hindrance.NOT_SHOWN: message("Not shown, neither now nor before."),
    Hindrance.NOT_SHOWN_NOW: message("Not shown now."),
    Hindrance.NOT_SHOWN_BEFORE: message("Not shown before."),
    Hindrance.NOBODY: message("Nobody answered it in one of the two rounds."),
    Hindrance.GONE: message("Not asked any more."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedRow:
    """A countable question in both releases; ``hindrance`` says why there is no comparison.

    ``distance``: of the cells furthest apart, in points of per cent; 0 if the released figures do
    not differ. It is for sorting only, since a band stands for its middle in it.
    """

    row: Row
    now: ShownColumn | None
    before: ShownColumn | None
    hindrance: Hindrance | None
    distance: float

    @property
    def is_of_many(self) -> bool:
        """Whether one answer more or less makes no great difference, now and before."""
        if self.now is None or self.before is None:
            return False
        return min(self.now.n, self.before.n) >= SMALLEST_BASE

    def pairs(self) -> Iterator[tuple[Bar, Bar]]:
        """Each option as it is now and as it was, in the order of now."""
        if self.now is None or self.before is None or self.hindrance is not None:
            return
        earlier = {bar.option: bar for bar in self.before.bars}
        for bar in self.now.bars:
            yield bar, earlier[bar.option]


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedQuestion:
    """A question of the newer release with what it was in the earlier one.

    ``asked_of_others``: what decides who is asked has changed.
    """

    section_id: str
    question: ReadQuestion
    rows: tuple[ComparedRow, ...]
    hindrance: Hindrance | None
    asked_of_others: bool = False

    @property
    def distance(self) -> float:
        """The greatest of its rows."""
        return max((row.distance for row in self.rows), default=0)

    @property
    def distance_among_many(self) -> float:
        """The greatest of its rows that hold many answers in both rounds; 0 if none does."""
        return max((row.distance for row in self.rows if row.is_of_many), default=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Everything that two releases say of the same questions, in one column of both."""

    before: Reading
    questions: tuple[ComparedQuestion, ...]
    gone: tuple[ReadQuestion, ...]
    """Questions of the earlier release that the newer one does not ask."""

    @property
    def changed(self) -> list[ComparedQuestion]:
        """Those whose released figures differ, the greatest difference first.

        Differences among few answers come last: there one answer more is many per cent.
        """
        found = [each for each in self.questions if not each.hindrance and each.distance]
        return sorted(found, key=lambda each: (-each.distance_among_many, -each.distance))

    @property
    def unchanged(self) -> list[ComparedQuestion]:
        """Those whose released figures are the same, in page order."""
        return [each for each in self.questions if not each.hindrance and not each.distance]

    @property
    def not_comparable(self) -> list[ComparedQuestion]:
        """Those that cannot be compared, in page order."""
        return [each for each in self.questions if each.hindrance]

    def of(self, question_id: str) -> ComparedQuestion | None:
        """The question of this id in the newer release."""
        return next((each for each in self.questions if each.question.id == question_id), None)


@dataclass(frozen=True, slots=True)
class Round:
    """A release as it is read, with the questionnaire that was answered."""

    reading: Reading
    questionnaire: Questionnaire


def compare(now: Round, before: Round, same: Mapping[str, Pair], column: str) -> Comparison:
    """Put the two beside each other; ``same``: question id now → its questions before.

    ``column`` must be one of ``common_columns``.
    """
    comparer = _Comparer(now, before, column)
    questions = tuple(
        comparer.question(section.id, question, same.get(question.id, Pair(())))
        for section in now.reading.sections
        for question in section.questions
    )
    used = {source for pair in same.values() for source in pair.sources}
    gone = (each for each in comparer.earlier.values() if each.id not in used)
    return Comparison(before=before.reading, questions=questions, gone=tuple(gone))


def common_columns(now: Round, before: Round, same: Mapping[str, Pair]) -> list[str]:
    """The columns of both releases that hold the same kind of suppliers, in the order of now.

    A segment is the same if its condition is, and the questions it reads mean what they meant.
    """
    earlier = {segment.id: segment for segment in before.questionnaire.segments}
    own = {segment.id: segment for segment in now.questionnaire.segments}
    shown = set(before.reading.document.columns)
    return [
        name
        for name in now.reading.document.columns
        if name in shown
        and (name == ALL or (name in earlier and own[name].when == earlier[name].when))
        and all(_is_kept(each, same) for each in _read_by(own[name].when if name in own else None))
    ]


def _read_by(condition: Condition | None) -> Iterator[str]:
    if condition is not None:
        yield from (test.question for test in references(condition) if test.question is not None)


def _is_kept(question_id: str, same: Mapping[str, Pair]) -> bool:
    pair = same.get(question_id)
    return pair is not None and not pair.differs and pair.sources == (question_id,)


class _Comparer:
    """Compares the questions of one release with those of another, in one column."""

    def __init__(self, now: Round, before: Round, column: str) -> None:
        self.now = now.questionnaire
        self.before = before.questionnaire
        self.column = column
        self.earlier = {
            question.id: question
            for section in before.reading.sections
            for question in section.questions
        }

    def question(self, section_id: str, question: ReadQuestion, pair: Pair) -> ComparedQuestion:
        source = self.earlier.get(pair.sources[0]) if pair.sources else None
        hindrance = _hindrance(pair, source)
        rows: tuple[ComparedRow, ...] = ()
        if source is not None and hindrance is None:
            rows = tuple(_rows(question, source, self.column))
            hindrance = _of_all(rows)
        was_routed = _routing(self.before, source.id) if source is not None else ()
        return ComparedQuestion(
            section_id=section_id,
            question=question,
            rows=rows,
            hindrance=hindrance,
            asked_of_others=not hindrance and _routing(self.now, question.id) != was_routed,
        )


def _routing(questionnaire: Questionnaire, question_id: str) -> tuple[Condition | None, ...]:
    """What decides who is asked: the conditions of the section, the question and its rows."""
    for section in questionnaire.sections:
        for question in section.questions:
            if question.id == question_id:
                by_row = question.row_show_if if isinstance(question, Matrix | Grid) else None
                return section.show_if, question.show_if, by_row
    return ()


def _hindrance(pair: Pair, source: ReadQuestion | None) -> Hindrance | None:
    if not pair.sources:
        return Hindrance.NEW
    if pair.differs:
        return Hindrance.CHANGED
    return Hindrance.COUNTED_OTHERWISE if source is None else None


def _of_all(rows: Sequence[ComparedRow]) -> Hindrance | None:
    """Why nothing of a question can be compared: what hinders its rows, if it hinders them all."""
    if any(row.hindrance is None for row in rows):
        return None
    found: Collection[Hindrance] = {row.hindrance for row in rows if row.hindrance is not None}
    return next(iter(found)) if len(found) == 1 else Hindrance.NOT_SHOWN


def _rows(question: ReadQuestion, source: ReadQuestion, column: str) -> Iterator[ComparedRow]:
    earlier = {(row.row_id, row.column_id): row for row in source.rows}
    for row in question.rows:
        yield _row(row, earlier.get((row.row_id, row.column_id)), column)


def _row(row: Row, earlier: Row | None, column: str) -> ComparedRow:
    now = row.column(column)
    before = earlier.column(column) if earlier is not None else None
    hindrance = _row_hindrance(now, before, was_asked=earlier is not None)
    distance = 0.0
    if now is not None and before is not None and hindrance is None:
        distance = _distance(now, before)
    return ComparedRow(row=row, now=now, before=before, hindrance=hindrance, distance=distance)


def _row_hindrance(
    now: ShownColumn | None, before: ShownColumn | None, *, was_asked: bool
) -> Hindrance | None:
    if not was_asked:
        return Hindrance.NEW
    if now is None or before is None:
        if now is before:
            return Hindrance.NOT_SHOWN
        return Hindrance.NOT_SHOWN_NOW if now is None else Hindrance.NOT_SHOWN_BEFORE
    if {bar.option for bar in now.bars} != {bar.option for bar in before.bars}:
        return Hindrance.COUNTED_OTHERWISE
    return None if now.n and before.n else Hindrance.NOBODY


def _distance(now: ShownColumn, before: ShownColumn) -> float:
    earlier = {bar.option: bar for bar in before.bars}
    apart = [points(bar, earlier[bar.option]) for bar in now.bars]
    if not apart and now.numbers and before.numbers:
        high = max(abs(now.numbers.median), abs(before.numbers.median))
        apart = [100 * abs(now.numbers.median - before.numbers.median) / high] if high else []
    return max(apart, default=0.0)


def points(now: Bar, before: Bar) -> float:
    """How far two cells are apart; 0 if one may be the other, or one is not shown."""
    if now.cell is None or before.cell is None:
        return 0.0
    if now.low <= before.low <= before.high <= now.high:
        return 0.0
    if before.low <= now.low <= now.high <= before.high:
        return 0.0
    return abs(now.low + now.high - before.low - before.high) / 2
