"""Where the answers lead: which questions, rows and cells are shown (pure).

An answer counts only while it is shown. A hidden question's answer is kept by the response, but
here it is absent, and so is an answer "not applicable" (callers leave it out of the values). An
absent answer passes no test; ``rows`` finds 0 rows in it.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from portal.questionnaire.choices import choice_ids
from portal.questionnaire.definition import (
    All,
    Column,
    Condition,
    Grid,
    Matrix,
    Not,
    Option,
    Question,
    Questionnaire,
    Some,
    Table,
    Test,
)
from portal.questionnaire.kept import kept
from portal.questionnaire.sentences import sentence

__all__ = [
    "Route",
    "Values",
    "cell_shown",
    "deciding_questions",
    "holds",
    "question_index",
    "references",
    "route",
    "segments_of",
    "sentence",
    "shown_cells",
    "shown_questions",
    "shown_rows",
]

Values: TypeAlias = Mapping[str, Any]
"""Question id to the JSON value of its answer; questions without a value are left out."""

RowSign: TypeAlias = Literal["==", ">="]


@dataclass(frozen=True, slots=True)
class Route:
    """The questions shown, in page order, and the values that count (hidden parts removed)."""

    questions: tuple[Question, ...]
    values: Values


def route(
    questionnaire: Questionnaire, values: Values, only: Collection[str] | None = None
) -> Route:
    """Follow the answers from the first page to the last.

    With ``only``, a way past these questions alone; right if ``deciding_questions`` are among
    them, and much shorter.
    """
    shown: list[Question] = []
    counted: dict[str, Any] = {}
    scope = _Scope(question_index(questionnaire), counted)
    for section in questionnaire.sections:
        if not _opens(section.show_if, scope):
            continue
        for question in section.questions:
            if only is not None and question.id not in only:
                continue
            if _opens(question.show_if, scope):
                shown.append(question)
                value = _shown_part(question, values.get(question.id), counted)
                if value is not None:
                    counted[question.id] = value
    return Route(tuple(shown), counted)


def shown_questions(questionnaire: Questionnaire, values: Values) -> list[Question]:
    """The questions that the answers lead to, in page order."""
    return list(route(questionnaire, values).questions)


def shown_rows(question: Question, values: Values) -> tuple[Option, ...]:
    """The rows of a matrix or grid that are asked; none for other types.

    ``values`` are the values that count: those of ``route``.
    """
    if not isinstance(question, Matrix | Grid):
        return ()
    if question.row_show_if is None:
        return question.rows
    return tuple(
        row
        for row in question.rows
        if _holds(question.row_show_if, _Scope({}, values, row_id=row.id))
    )


def cell_shown(column: Column, cells: Mapping[str, Any]) -> bool:
    """Whether a cell is asked, given the other cells of its row by column id."""
    return _opens(column.show_if, _Scope({}, {}, cells=cells))


def shown_cells(columns: Sequence[Column], cells: Mapping[str, Any]) -> dict[str, Any]:
    """The cells of a row that count: a hidden cell opens no later one."""
    counted: dict[str, Any] = {}
    for column in columns:
        if cells.get(column.id) is not None and cell_shown(column, counted):
            counted[column.id] = cells[column.id]
    return counted


def segments_of(
    questionnaire: Questionnaire, values: Values, declared: Sequence[str] = ()
) -> tuple[str, ...]:
    """The ids of the segments a response belongs to, in the questionnaire's order."""
    scope = _Scope(question_index(questionnaire), route(questionnaire, values).values)
    return tuple(
        segment.id
        for segment in questionnaire.segments
        if (segment.id in declared if segment.when is None else _holds(segment.when, scope))
    )


def holds(
    condition: Condition,
    questionnaire: Questionnaire,
    values: Values,
    *,
    row_id: str | None = None,
    cells: Mapping[str, Any] | None = None,
) -> bool:
    """Whether the condition holds for the values that count (those of ``route``).

    ``row_id`` is the row being decided on (matrix, grid), ``cells`` the row's cells (columns).
    """
    return _holds(condition, _Scope(question_index(questionnaire), values, row_id, cells or {}))


def references(condition: Condition) -> Iterator[Test]:
    """Every test in the condition, from left to right."""
    match condition:
        case All(all=parts) | Some(any=parts):
            for part in parts:
                yield from references(part)
        case Not(negated=part):
            yield from references(part)
        case Test():
            yield condition


@kept
def question_index(questionnaire: Questionnaire) -> Mapping[str, Question]:
    """Every question by its id; kept for as long as the questionnaire is in use."""
    return {question.id: question for question in questionnaire.questions()}


@kept
def deciding_questions(questionnaire: Questionnaire) -> frozenset[str]:
    """The ids of the questions whose answers decide what else is asked."""
    conditions = [
        condition
        for section in questionnaire.sections
        for condition in (
            section.show_if,
            *(question.show_if for question in section.questions),
            *(q.row_show_if for q in section.questions if isinstance(q, Matrix | Grid)),
        )
        if condition is not None
    ]
    tests = (test for condition in conditions for test in references(condition))
    return frozenset(test.question for test in tests if test.question is not None)


# Evaluation -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Scope:
    """What a condition may read."""

    questions: Mapping[str, Question]
    values: Values
    row_id: str | None = None
    cells: Mapping[str, Any] = field(default_factory=dict)


def _opens(condition: Condition | None, scope: _Scope) -> bool:
    return condition is None or _holds(condition, scope)


def _holds(condition: Condition, scope: _Scope) -> bool:
    match condition:
        case All(all=parts):
            return all(_holds(part, scope) for part in parts)
        case Some(any=parts):
            return any(_holds(part, scope) for part in parts)
        case Not(negated=part):
            return not _holds(part, scope)
        case Test(rows=wanted) if wanted is not None:
            return _has_rows(wanted, scope.values.get(condition.question or ""))
        case _:
            return any(_passes(condition, value, scope) for value in _values_read(condition, scope))


def _has_rows(wanted: Mapping[RowSign, int], value: object) -> bool:
    count = len(value) if isinstance(value, list) else 0
    return all(
        count == number if sign == "==" else count >= number for sign, number in wanted.items()
    )


def _values_read(test: Test, scope: _Scope) -> list[object]:
    """The values that a test compares: one, or one for each row it may look at."""
    if test.question is None:
        return [scope.cells.get(test.column or "")]
    value = scope.values.get(test.question)
    if isinstance(value, Mapping):
        found = [value.get(row_id) for row_id in _rows_read(test, scope, value)]
    elif test.some_row and isinstance(value, list):
        found = list(value)
    else:
        return [value]
    if test.column is None:
        return found
    return [cells.get(test.column) for cells in found if isinstance(cells, Mapping)]


def _rows_read(test: Test, scope: _Scope, value: Mapping[str, object]) -> Sequence[str]:
    if isinstance(test.some_row, tuple):
        return test.some_row
    if test.some_row:
        return list(value)
    row_id = test.row or scope.row_id
    return [row_id] if row_id is not None else []


def _passes(test: Test, value: object, scope: _Scope) -> bool:
    if value is None:
        return False
    if test.has is not None:
        return isinstance(value, list) and any(option in value for option in test.has)
    if test.one_of is not None:
        return value in test.one_of
    if test.at_least is not None:
        return _reaches(value, test.at_least, _order(test, scope))
    if test.differs is not None:
        return value != test.differs
    return value == test.equals


def _reaches(value: object, least: float | str, order: Sequence[str]) -> bool:
    """Numbers by size, choices by their place among the options."""
    if isinstance(least, str):
        return value in order and least in order and order.index(str(value)) >= order.index(least)
    return isinstance(value, int | float) and value >= least


def _order(test: Test, scope: _Scope) -> Sequence[str]:
    question = scope.questions.get(test.question or "")
    return choice_ids(question, test.column) if question is not None else ()


def _shown_part(question: Question, value: object, counted: Values) -> object:
    """The value without its hidden rows and cells; None if nothing is left of a matrix or grid."""
    if isinstance(value, Mapping) and isinstance(question, Matrix | Grid):
        rows = {row.id: value[row.id] for row in shown_rows(question, counted) if row.id in value}
        if isinstance(question, Grid):
            rows = {row_id: shown_cells(question.columns, cells) for row_id, cells in rows.items()}
        return {row_id: cells for row_id, cells in rows.items() if cells} or None
    if isinstance(value, list) and isinstance(question, Table):
        return [shown_cells(question.columns, cells) for cells in value]
    return value
