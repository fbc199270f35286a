"""Each test compares in a way that fits what it reads, with values that can occur."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from portal.questionnaire.checks.places import (
    PlacedCondition,
    Reach,
    placed_conditions,
    placed_tests,
)
from portal.questionnaire.choices import choice_ids, column_of
from portal.questionnaire.conditions import question_index
from portal.questionnaire.definition import (
    MATURITY_LEVELS,
    Column,
    ColumnType,
    File,
    Grid,
    Matrix,
    Maturity,
    Multi,
    Number,
    Percentage,
    Question,
    Questionnaire,
    Scalar,
    Single,
    Table,
    Test,
    YesNo,
    YesPartlyNo,
)
from portal.questionnaire.faults import KeyPath, Problem, choose, did_you_mean, listed

KEYS = {
    "equals": "==",
    "differs": "!=",
    "one_of": "in",
    "has": "has",
    "at_least": ">=",
    "rows": "rows",
}


class Kind(StrEnum):
    """What a test finds, in the words of a fault."""

    CHOICE = "one choice"
    ORDERED_CHOICE = "one of several options"
    CHOICES = "a multiple choice"
    LEVEL = "a level from 0 to 4"
    NUMBER = "a number"
    TEXT = "text"


FITTING = {
    Kind.CHOICE: ("==", "!=", "in"),
    Kind.ORDERED_CHOICE: ("==", "!=", "in", ">="),
    Kind.CHOICES: ("has",),
    Kind.LEVEL: ("==", "!=", "in", ">="),
    Kind.NUMBER: ("==", "!=", "in", ">="),
    Kind.TEXT: ("==", "!=", "in"),
}
COLUMN_KINDS = {
    ColumnType.NUMBER: Kind.NUMBER,
    ColumnType.PERCENTAGE: Kind.NUMBER,
    ColumnType.SINGLE: Kind.ORDERED_CHOICE,
    ColumnType.MULTI: Kind.CHOICES,
    ColumnType.YES_NO: Kind.CHOICE,
}
PROVIDED = ("provided",)
"""The value of a question for files, once it has one."""


@dataclass(frozen=True, slots=True)
class _Reading:
    """What a test finds: the kind of value, and the ids it can be."""

    name: str
    kind: Kind
    ids: Sequence[str] = ()


def problems(questionnaire: Questionnaire) -> Iterator[Problem]:
    """Tests without or with several comparisons, that do not fit, or with unknown values."""
    questions = question_index(questionnaire)
    for placed in placed_conditions(questionnaire):
        for path, test in placed_tests(placed.path, placed.condition):
            found = _test_problem(questions, placed, path, test)
            if found is not None:
                yield found


def _test_problem(
    questions: Mapping[str, Question], placed: PlacedCondition, path: KeyPath, test: Test
) -> Problem | None:
    given = [KEYS[name] for name in KEYS if getattr(test, name) is not None]
    if len(given) != 1:
        what = (
            f"This test compares in several ways: {listed(given)}."
            if given
            else "This test does not say what to compare with."
        )
        mend = "Give exactly one of `==`, `!=`, `in`, `has`, `>=` and `rows`; join tests by `all`."
        return Problem(path, what, mend)
    if placed.reach is Reach.COLUMN or test.question is None:
        reading = _cell_reading(placed, path, test)
    else:
        question = questions.get(test.question)
        if question is None:
            return None
        if test.rows is not None:
            return _row_count_problem(path, test, question)
        reading = _reading(placed, path, test, question)
    if isinstance(reading, Problem):
        return reading
    return _comparison_problem(placed, (*path, given[0]), test, given[0], reading)


def _cell_reading(placed: PlacedCondition, path: KeyPath, test: Test) -> _Reading | Problem:
    """What a test on a cell of the same row reads."""
    if placed.reach is not Reach.COLUMN:
        return Problem(path, "This test does not say which question it reads.", "Add `question:`.")
    if test.question is not None:
        what = "The condition of a column reads another column of the same row, not a question."
        return Problem(
            (*path, "question"), what, "Write `column:`, or use `show_if` of the question."
        )
    extra = next((key for key in ("row", "some_row", "rows") if getattr(test, key)), None)
    if extra is not None:
        what = f"`{extra}` does not belong here: the condition reads the same row."
        return Problem((*path, extra), what, "Remove it.")
    column = next((each for each in placed.columns if each.id == test.column), None)
    if column is None:
        names = [each.id for each in placed.columns]
        what = f"There is no column `{test.column}` to the left of this one."
        mend = did_you_mean(test.column, names, "Name a column that stands before this one.")
        return Problem((*path, "column"), what, mend)
    return _column_reading(f"`{column.id}`", column)


def _column_reading(name: str, column: Column) -> _Reading:
    ids = ["yes", "no"] if column.type is ColumnType.YES_NO else [o.id for o in column.options]
    return _Reading(name, COLUMN_KINDS.get(column.type, Kind.TEXT), ids)


def _row_count_problem(path: KeyPath, test: Test, question: Question) -> Problem | None:
    if not isinstance(question, Table):
        what = f"`rows` counts the rows of a table, but {question.id} is none."
        return Problem((*path, "rows"), what, "Compare its answer instead.")
    for key in ("row", "some_row", "column"):
        if getattr(test, key):
            what = f"`rows` counts all rows; `{key}` does not go with it."
            return Problem((*path, key), what, f"Remove `{key}`.")
    if not test.rows or any(count < 0 for count in test.rows.values()):
        what = "`rows` needs a number of rows."
        return Problem((*path, "rows"), what, 'Write `rows: {">=": 1}`.')
    return None


def _reading(
    placed: PlacedCondition, path: KeyPath, test: Test, question: Question
) -> _Reading | Problem:
    """What a test on an earlier question reads, or what is wrong with the way it points there."""
    if isinstance(question, Table):
        problem = _table_row_problem(path, test, question)
    elif isinstance(question, Matrix | Grid):
        problem = _fixed_row_problem(placed, path, test, question)
    else:
        problem = _no_row_problem(path, test, question)
    if problem is not None:
        return problem
    if isinstance(question, Table | Grid):
        column = column_of(question, test.column)
        if column is None:
            return _column_problem(path, test, question)
        return _column_reading(f"`{column.id}` of {question.id}", column)
    return _Reading(question.id, _kind(question), _values(question))


def _kind(question: Question) -> Kind:
    match question:
        case Single() | Matrix():
            return Kind.ORDERED_CHOICE
        case YesPartlyNo() | YesNo() | File():
            return Kind.CHOICE
        case Multi():
            return Kind.CHOICES
        case Maturity():
            return Kind.LEVEL
        case Percentage() | Number():
            return Kind.NUMBER
        case _:
            return Kind.TEXT


def _values(question: Question) -> Sequence[str]:
    return PROVIDED if isinstance(question, File) else choice_ids(question)


def _column_problem(path: KeyPath, test: Test, question: Table | Grid) -> Problem:
    names = [column.id for column in question.columns]
    if test.column is None:
        what = f"This test does not say which column of {question.id} it reads."
        return Problem(path, what, f"Add `column:` with one of {listed(names)}.")
    what = f"{question.id} has no column `{test.column}`."
    mend = did_you_mean(test.column, names, choose(names))
    return Problem((*path, "column"), what, mend)


def _table_row_problem(path: KeyPath, test: Test, question: Table) -> Problem | None:
    if test.some_row is True and test.row is None:
        return None
    if test.row is not None or test.some_row:
        key = "row" if test.row is not None else "some_row"
        what = f"{question.id} is a table: its rows have no ids."
        return Problem((*path, key), what, "Write `some_row: true`.")
    what = f"This test does not say which rows of {question.id} it reads."
    return Problem(path, what, "Add `some_row: true` and `column:`, or count with `rows:`.")


def _fixed_row_problem(
    placed: PlacedCondition, path: KeyPath, test: Test, question: Matrix | Grid
) -> Problem | None:
    if isinstance(question, Matrix) and test.column is not None:
        what = f"{question.id} is a matrix: it has no columns."
        return Problem((*path, "column"), what, "Remove `column`.")
    if test.row is not None and test.some_row:
        what = "`row` and `some_row` exclude each other."
        return Problem((*path, "some_row"), what, "Keep one of the two.")
    if test.row is None and not test.some_row:
        return _same_row_problem(placed, path, question)
    ids = [row.id for row in question.rows]
    for key, row_id in _rows_named(test):
        if row_id not in ids:
            mend = did_you_mean(row_id, ids, choose(ids))
            return Problem((*path, *key), f"{question.id} has no row `{row_id}`.", mend)
    return None


def _rows_named(test: Test) -> list[tuple[KeyPath, str]]:
    if test.row is not None:
        return [(("row",), test.row)]
    rows = test.some_row if isinstance(test.some_row, tuple) else ()
    return [(("some_row", i), row_id) for i, row_id in enumerate(rows)]


def _same_row_problem(
    placed: PlacedCondition, path: KeyPath, question: Matrix | Grid
) -> Problem | None:
    """A test that names no row reads the row of the same id, where rows are decided on."""
    if placed.reach is not Reach.ROW:
        what = f"This test does not say which row of {question.id} it reads."
        return Problem(path, what, "Add `row: id`, `some_row: true` or `some_row: [ids]`.")
    ids = {row.id for row in question.rows}
    own_rows = placed.owner.rows if isinstance(placed.owner, Matrix | Grid) else ()
    lacking = [row.id for row in own_rows if row.id not in ids]
    if lacking:
        what = f"{question.id} has no row `{lacking[0]}`, so this row would never be shown."
        return Problem((*path, "question"), what, "Give both questions rows of the same ids.")
    return None


def _no_row_problem(path: KeyPath, test: Test, question: Question) -> Problem | None:
    for key in ("row", "some_row", "column"):
        if getattr(test, key):
            what = f"{question.id} has neither rows nor columns."
            return Problem((*path, key), what, f"Remove `{key}`.")
    return None


def _comparison_problem(
    placed: PlacedCondition, path: KeyPath, test: Test, key: str, reading: _Reading
) -> Problem | None:
    fitting = FITTING[reading.kind]
    if key not in fitting:
        what = f"`{key}` does not fit {reading.name}, which holds {reading.kind}."
        return Problem(path, what, f"Use {listed(fitting, 'or')}.")
    values = _compared(test)
    if not values:
        return Problem(path, f"`{key}` is empty.", "Write at least one value.")
    row_wise = placed.reach in {Reach.ROW, Reach.COLUMN}
    if key == ">=" and row_wise and reading.kind is Kind.ORDERED_CHOICE:
        what = "Inside a row, `>=` compares numbers and levels only."
        return Problem(path, what, "List the options with `in`.")
    found = (_value_problem(path, value, reading) for value in values)
    return next((each for each in found if each is not None), None)


def _compared(test: Test) -> Sequence[Scalar]:
    single = [value for value in (test.equals, test.differs, test.at_least) if value is not None]
    return single or test.one_of or test.has or ()


def _value_problem(path: KeyPath, value: Scalar, reading: _Reading) -> Problem | None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    match reading.kind:
        case Kind.LEVEL if value not in MATURITY_LEVELS or not is_number:
            mend = "Write 0, 1, 2, 3 or 4, without quotes."
        case Kind.NUMBER if not is_number:
            mend = "Write digits, without quotes."
        case Kind.TEXT if not isinstance(value, str):
            mend = f"Put it in quotes: {json.dumps(str(value))}."
        case Kind.CHOICE | Kind.ORDERED_CHOICE | Kind.CHOICES if value not in reading.ids:
            mend = did_you_mean(value, reading.ids, choose(reading.ids))
        case _:
            return None
    shown = value if isinstance(value, str) else f"{value:g}"
    if isinstance(value, bool):
        shown = str(value).lower()
    if isinstance(value, str) and reading.kind in {Kind.LEVEL, Kind.NUMBER}:
        shown = f'"{value}"'
    return Problem(path, f"`{shown}` cannot be the answer to {reading.name}.", mend)
