"""Where the parts of a questionnaire stand, so that a problem can name its line."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from portal.questionnaire.definition import (
    All,
    Column,
    Condition,
    Grid,
    Matrix,
    Not,
    Question,
    Questionnaire,
    Some,
    Table,
    Test,
)
from portal.questionnaire.faults import KeyPath


@dataclass(frozen=True, slots=True)
class PlacedQuestion:
    """A question, its place in the file and its position from 0 over all pages."""

    path: KeyPath
    question: Question
    position: int


class Reach(StrEnum):
    """What a condition decides on, and thereby what it may read."""

    SECTION = "section"
    QUESTION = "question"
    ROW = "row"
    COLUMN = "column"
    SEGMENT = "segment"


@dataclass(frozen=True, slots=True)
class PlacedCondition:
    """A condition and what it decides on.

    ``position`` is that of the first question decided on; conditions read only what comes before
    it. A segment stands after the last question.
    """

    path: KeyPath
    condition: Condition
    reach: Reach
    position: int
    owner: Question | None = None
    columns: Sequence[Column] = ()
    """The columns to the left, for the condition of a column."""


def placed_questions(questionnaire: Questionnaire) -> list[PlacedQuestion]:
    """Every question in page order."""
    places = [
        (("sections", i, "questions", j), question)
        for i, section in enumerate(questionnaire.sections)
        for j, question in enumerate(section.questions)
    ]
    return [PlacedQuestion(path, question, n) for n, (path, question) in enumerate(places)]


def placed_columns(placed: PlacedQuestion) -> list[tuple[KeyPath, Column]]:
    """The columns of a table or grid."""
    if not isinstance(placed.question, Table | Grid):
        return []
    return [
        ((*placed.path, "columns", i), column) for i, column in enumerate(placed.question.columns)
    ]


def placed_conditions(questionnaire: Questionnaire) -> Iterator[PlacedCondition]:
    """Every condition, in the order of the file but segments last."""
    position = 0
    for i, section in enumerate(questionnaire.sections):
        if section.show_if is not None:
            path: KeyPath = ("sections", i, "show_if")
            yield PlacedCondition(path, section.show_if, Reach.SECTION, position)
        position += len(section.questions)
    for placed in placed_questions(questionnaire):
        yield from _of_question(placed)
    for i, segment in enumerate(questionnaire.segments):
        if segment.when is not None:
            path = ("segments", i, "when")
            yield PlacedCondition(path, segment.when, Reach.SEGMENT, position)


def _of_question(placed: PlacedQuestion) -> Iterator[PlacedCondition]:
    question, position = placed.question, placed.position
    if question.show_if is not None:
        path = (*placed.path, "show_if")
        yield PlacedCondition(path, question.show_if, Reach.QUESTION, position, question)
    if isinstance(question, Matrix | Grid) and question.row_show_if is not None:
        path = (*placed.path, "row_show_if")
        yield PlacedCondition(path, question.row_show_if, Reach.ROW, position, question)
    columns = placed_columns(placed)
    for i, (path, column) in enumerate(columns):
        if column.show_if is not None:
            left = [each for _, each in columns[:i]]
            yield PlacedCondition(
                (*path, "show_if"), column.show_if, Reach.COLUMN, position, question, left
            )


def placed_tests(path: KeyPath, condition: Condition) -> Iterator[tuple[KeyPath, Test]]:
    """Every test in a condition."""
    match condition:
        case All(all=parts):
            for i, part in enumerate(parts):
                yield from placed_tests((*path, "all", i), part)
        case Some(any=parts):
            for i, part in enumerate(parts):
                yield from placed_tests((*path, "any", i), part)
        case Not(negated=part):
            yield from placed_tests((*path, "not"), part)
        case _:
            yield path, condition
