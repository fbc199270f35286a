"""Each test compares in a way that fits what it reads, with values that can occur."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from portal.core.errors import Message, message
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


class Kind(Enum):
    """What a test finds, in the words of a fault."""

    CHOICE = message("one choice")
    ORDERED_CHOICE = message("one of several options")
    CHOICES = message("a multiple choice")
    LEVEL = message("a level from 0 to 4")
    NUMBER = message("a number")
    TEXT = message("text")


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

    name: Message | str
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
            message("This test compares in several ways: {words}.", words=listed(given))
            if given
            else message("This test does not say what to compare with.")
        )
        mend = message(
            "Give exactly one of `==`, `!=`, `in`, `has`, `>=` and `rows`; join tests by `all`."
        )
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
        return Problem(
            path,
            message("This test does not say which question it reads."),
            message("Add `question:`."),
        )
    if test.question is not None:
        what = message(
            "The condition of a column reads another column of the same row, not a question."
        )
        return Problem(
            (*path, "question"), what, message("Write `column:`, or use `show_if` of the question.")
        )
    extra = next((key for key in ("row", "some_row", "rows") if getattr(test, key)), None)
    if extra is not None:
        what = message("`{key}` does not belong here: the condition reads the same row.", key=extra)
        return Problem((*path, extra), what, message("Remove it."))
    column = next((each for each in placed.columns if each.id == test.column), None)
    if column is None:
        names = [each.id for each in placed.columns]
        what = message("There is no column `{column}` to the left of this one.", column=test.column)
        mend = did_you_mean(
            test.column, names, message("Name a column that stands before this one.")
        )
        return Problem((*path, "column"), what, mend)
    return _column_reading(f"`{column.id}`", column)


def _column_reading(name: Message | str, column: Column) -> _Reading:
    ids = ["yes", "no"] if column.type is ColumnType.YES_NO else [o.id for o in column.options]
    return _Reading(name, COLUMN_KINDS.get(column.type, Kind.TEXT), ids)


def _row_count_problem(path: KeyPath, test: Test, question: Question) -> Problem | None:
    if not isinstance(question, Table):
        what = message(
            "`rows` counts the rows of a table, but {question} is none.", question=question.id
        )
        return Problem((*path, "rows"), what, message("Compare its answer instead."))
    for key in ("row", "some_row", "column"):
        if getattr(test, key):
            what = message("`rows` counts all rows; `{key}` does not go with it.", key=key)
            return Problem((*path, key), what, message("Remove `{key}`.", key=key))
    if not test.rows or any(count < 0 for count in test.rows.values()):
        what = message("`rows` needs a number of rows.")
        return Problem((*path, "rows"), what, message('Write `rows: {">=": 1}`.'))
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
        name = message("`{column}` of {question}", column=column.id, question=question.id)
        return _column_reading(name, column)
    return _Reading(question.id, kind_of(question), values_of(question))


def kind_of(question: Question) -> Kind:
    """What the answer to a question is, or the choice in a row of a matrix."""
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


def values_of(question: Question) -> Sequence[str]:
    """The ids that the answer can be; empty where nothing is chosen."""
    return PROVIDED if isinstance(question, File) else choice_ids(question)


def _column_problem(path: KeyPath, test: Test, question: Table | Grid) -> Problem:
    names = [column.id for column in question.columns]
    if test.column is None:
        what = message(
            "This test does not say which column of {question} it reads.", question=question.id
        )
        return Problem(
            path, what, message("Add `column:` with one of {words}.", words=listed(names))
        )
    what = message("{question} has no column `{column}`.", question=question.id, column=test.column)
    mend = did_you_mean(test.column, names, choose(names))
    return Problem((*path, "column"), what, mend)


def _table_row_problem(path: KeyPath, test: Test, question: Table) -> Problem | None:
    if test.some_row is True and test.row is None:
        return None
    if test.row is not None or test.some_row:
        key = "row" if test.row is not None else "some_row"
        what = message("{question} is a table: its rows have no ids.", question=question.id)
        return Problem((*path, key), what, message("Write `some_row: true`."))
    what = message(
        "This test does not say which rows of {question} it reads.", question=question.id
    )
    return Problem(
        path, what, message("Add `some_row: true` and `column:`, or count with `rows:`.")
    )


def _fixed_row_problem(
    placed: PlacedCondition, path: KeyPath, test: Test, question: Matrix | Grid
) -> Problem | None:
    if isinstance(question, Matrix) and test.column is not None:
        what = message("{question} is a matrix: it has no columns.", question=question.id)
        return Problem((*path, "column"), what, message("Remove `column`."))
    if test.row is not None and test.some_row:
        what = message("`row` and `some_row` exclude each other.")
        return Problem((*path, "some_row"), what, message("Keep one of the two."))
    if test.row is None and not test.some_row:
        return _same_row_problem(placed, path, question)
    ids = [row.id for row in question.rows]
    for key, row_id in _rows_named(test):
        if row_id not in ids:
            mend = did_you_mean(row_id, ids, choose(ids))
            return Problem(
                (*path, *key),
                message("{question} has no row `{row}`.", question=question.id, row=row_id),
                mend,
            )
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
        what = message(
            "This test does not say which row of {question} it reads.", question=question.id
        )
        return Problem(path, what, message("Add `row: id`, `some_row: true` or `some_row: [ids]`."))
    ids = {row.id for row in question.rows}
    own_rows = placed.owner.rows if isinstance(placed.owner, Matrix | Grid) else ()
    lacking = [row.id for row in own_rows if row.id not in ids]
    if lacking:
        what = message(
            "{question} has no row `{row}`, so this row would never be shown.",
            question=question.id,
            row=lacking[0],
        )
        return Problem(
            (*path, "question"), what, message("Give both questions rows of the same ids.")
        )
    return None


def _no_row_problem(path: KeyPath, test: Test, question: Question) -> Problem | None:
    for key in ("row", "some_row", "column"):
        if getattr(test, key):
            what = message("{question} has neither rows nor columns.", question=question.id)
            return Problem((*path, key), what, message("Remove `{key}`.", key=key))
    return None


def _comparison_problem(
    placed: PlacedCondition, path: KeyPath, test: Test, key: str, reading: _Reading
) -> Problem | None:
    fitting = FITTING[reading.kind]
    if key not in fitting:
        what = message(
            "`{key}` does not fit {name}, which holds {kind}.",
            key=key,
            name=reading.name,
            kind=reading.kind.value,
        )
        return Problem(path, what, message("Use {words}.", words=listed(fitting, "or")))
    values = _compared(test)
    if not values:
        return Problem(
            path, message("`{key}` is empty.", key=key), message("Write at least one value.")
        )
    row_wise = placed.reach in {Reach.ROW, Reach.COLUMN}
    if key == ">=" and row_wise and reading.kind is Kind.ORDERED_CHOICE:
        what = message("Inside a row, `>=` compares numbers and levels only.")
        return Problem(path, what, message("List the options with `in`."))
    found = (_value_problem(path, value, reading) for value in values)
    return next((each for each in found if each is not None), None)


def _compared(test: Test) -> Sequence[Scalar]:
    single = [value for value in (test.equals, test.differs, test.at_least) if value is not None]
    return single or test.one_of or test.has or ()


def _value_problem(path: KeyPath, value: Scalar, reading: _Reading) -> Problem | None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    match reading.kind:
        case Kind.LEVEL if value not in MATURITY_LEVELS or not is_number:
            mend = message("Write 0, 1, 2, 3 or 4, without quotes.")
        case Kind.NUMBER if not is_number:
            mend = message("Write digits, without quotes.")
        case Kind.TEXT if not isinstance(value, str):
            mend = message("Put it in quotes: {quoted}.", quoted=json.dumps(str(value)))
        case Kind.CHOICE | Kind.ORDERED_CHOICE | Kind.CHOICES if value not in reading.ids:
            mend = did_you_mean(value, reading.ids, choose(reading.ids))
        case _:
            return None
    shown = value if isinstance(value, str) else f"{value:g}"
    if isinstance(value, bool):
        shown = str(value).lower()
    if isinstance(value, str) and reading.kind in {Kind.LEVEL, Kind.NUMBER}:
        shown = f'"{value}"'
    return Problem(
        path,
        message("`{value}` cannot be the answer to {name}.", value=shown, name=reading.name),
        mend,
    )
