"""An answer as the cells of a workbook, and how each cell reads when it comes back (pure).

Whether somebody changed an answer in a workbook is decided cell by cell: what was read is compared
with how the answer would read that the workbook was made from. What a cell cannot hold (a text
that is too long, an evidence file) is therefore never taken for a change.
"""

from collections.abc import Iterator, Mapping
from datetime import date

from portal.questionnaire.definition import (
    Column,
    ColumnType,
    Date,
    File,
    Grid,
    Matrix,
    Maturity,
    Multi,
    Question,
    Table,
)
from portal.questionnaire.workbook_book import MARK, cell_text
from portal.questionnaire.workbook_filling import CellValue, Place, as_read
from portal.response.answers import GivenAnswer
from portal.response.fields import Value

ANSWER, COMMENT, REASON, EVIDENCE = "answer", "comment", "not_applicable", "evidence"
"""The parts of a question that have cells of their own."""
FIRST_SURE_DAY = date(1900, 3, 1)
"""Before it, spreadsheets disagree: some count a 29 February 1900."""


def cells_of(question: Question, answer: GivenAnswer) -> dict[Place, CellValue]:
    """What stands in the answer cells of a question; cells without anything are left out."""
    found = dict(_answer_cells(question, answer.value)) if answer.value is not None else {}
    if answer.comment:
        found[Place(question=question.id, part=COMMENT)] = answer.comment
    if answer.is_exempt and answer.reason:
        found[Place(question=question.id, part=REASON)] = answer.reason
    return found


def reads(question: Question, answer: GivenAnswer) -> dict[Place, str]:
    """The same as it is read from an untouched workbook: choices by id, all else as text."""
    shown = {place: _as_text(value) for place, value in cells_of(question, answer).items()}
    return {place: text for place, text in shown.items() if text}


def rows_needed(question: Question, value: Value) -> int:
    """How many rows of a table are filled."""
    return len(value) if isinstance(question, Table) and isinstance(value, list) else 0


def _answer_cells(question: Question, value: Value) -> Iterator[tuple[Place, CellValue]]:
    if isinstance(question, Table | Grid):
        for row, cells in _rows(question, value):
            yield from _row_cells(question, row, cells)
    elif isinstance(question, Matrix):
        yield from ((Place(question=question.id, row=row), chosen) for row, chosen in value.items())
    elif isinstance(question, Multi):
        yield from ((Place(question=question.id, option=each), MARK) for each in value)
    elif isinstance(question, Maturity):
        yield Place(question=question.id), str(value)
    elif not isinstance(question, File):
        yield Place(question=question.id), _cell(value, is_day=isinstance(question, Date))


def _rows(question: Table | Grid, value: Value) -> Iterator[tuple[str, Mapping[str, Value]]]:
    """Number of a table's row, or id of a grid's, and its cells."""
    if isinstance(question, Table):
        yield from ((str(number), cells) for number, cells in enumerate(value, start=1))
    else:
        yield from value.items()


def _row_cells(
    question: Table | Grid, row: str, cells: Mapping[str, Value]
) -> Iterator[tuple[Place, CellValue]]:
    for column in question.columns:
        if column.id in cells:
            yield from _column_cells(question.id, row, column, cells[column.id])


def _column_cells(
    question_id: str, row: str, column: Column, value: Value
) -> Iterator[tuple[Place, CellValue]]:
    if column.type is ColumnType.MULTI:
        for option_id in value:
            yield Place(question=question_id, row=row, column=column.id, option=option_id), MARK
    else:
        place = Place(question=question_id, row=row, column=column.id)
        yield place, _cell(value, is_day=column.type is ColumnType.DATE)


def _cell(value: Value, *, is_day: bool) -> CellValue:
    """Days that spreadsheets cannot count are written as text."""
    if is_day:
        day = date.fromisoformat(value)
        return day if day >= FIRST_SURE_DAY else str(value)
    if isinstance(value, int | float):
        return value
    return str(value)


def _as_text(value: CellValue) -> str:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):
        return as_read(cell_text(value))
    return f"{value:.15g}"
