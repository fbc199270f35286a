"""Rows of tables, matrices and grids, ready for a template; a blank row is there to be filled in.

A table row is a card of labelled controls, since up to 18 columns do not fit side by side.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext

from portal.questionnaire.conditions import Values, sentence, shown_rows
from portal.questionnaire.definition import Column, Grid, Matrix, Question, Questionnaire, Table
from portal.response.countries import country_name
from portal.response.fields import Value
from portal.response.values import Form
from portal.web.controls import Control, Maker, typed_cell
from portal.web.wording import Wording

BLANK_ROWS = 2
"""Blank rows after the filled ones, also where no script can add any."""
SUMMARY_CELLS = 3
"""How many filled cells name a folded row."""
MOST_OPEN_COLUMNS = 6
"""Filled rows of a table with more columns than this are folded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row of a table or grid; ``summary`` says what is in it, empty for a blank row."""

    id: str
    label: Wording
    controls: tuple[Control, ...]
    summary: str = ""
    is_open: bool = True


def typed_of(question: Question, value: Value) -> dict[str, tuple[str, ...]]:
    """Field names and texts from which ``portal.response.values.parse`` reads this right value."""
    if value is None:
        return {}
    if isinstance(question, Table):
        return _typed_cells(question.id, enumerate(value))
    if isinstance(question, Grid):
        return _typed_cells(question.id, value.items())
    if isinstance(question, Matrix):
        return {f"{question.id}:{row}": (option,) for row, option in value.items()}
    return {question.id: typed_cell(value)}


def prefilled(question: Question, values: Values) -> Value:
    """The rows that an unanswered table starts from, after an earlier table; None for no rows."""
    if not isinstance(question, Table) or question.prefill is None:
        return None
    earlier = values.get(question.prefill.question) or []
    rows = [
        {own: cells[other] for own, other in question.prefill.columns.items() if other in cells}
        for cells in earlier[: question.maximum_rows]
    ]
    return rows or None


def table_rows(
    question: Table, maker: Maker, questionnaire: Questionnaire, extra: int
) -> tuple[Row, ...]:
    """The filled rows under their own numbers, then ``extra`` blank ones, up to the maximum."""
    hints = column_hints(question.columns, maker, questionnaire)
    filled = _numbers(question.id, maker.typed)
    first = filled[-1] + 1 if filled else 0
    blanks = max(extra, question.minimum_rows - len(filled))
    last = first + max(0, min(blanks, question.maximum_rows - len(filled)))
    is_wide = len(question.columns) > MOST_OPEN_COLUMNS
    rows = []
    for place, number in enumerate([*filled, *range(first, last)], start=1):
        label = Wording(gettext("Row %(number)s", number=place))
        row = _row(f"{question.id}:{number}", label, question.columns, maker, hints)
        is_first_blank = not filled and place == 1
        rows.append(_folded(row) if is_wide and not is_first_blank else row)
    return tuple(rows)


def grid_rows(
    question: Grid, maker: Maker, questionnaire: Questionnaire, values: Values
) -> tuple[Row, ...]:
    """The rows of a grid that the answers lead to."""
    hints = column_hints(question.columns, maker, questionnaire)
    return tuple(
        _row(f"{question.id}:{row.id}", maker.speaker.say(row.text), question.columns, maker, hints)
        for row in shown_rows(question, values)
    )


def matrix_rows(question: Matrix, maker: Maker, values: Values) -> tuple[Control, ...]:
    """The rows of a matrix that the answers lead to, each a choice."""
    return tuple(maker.matrix_row(question, row) for row in shown_rows(question, values))


def column_hints(
    columns: Sequence[Column], maker: Maker, questionnaire: Questionnaire
) -> Mapping[str, str]:
    """Column id → when to fill it in, for columns that depend on others of the same row."""
    return {
        column.id: gettext(
            "Only if %(condition)s",
            condition=sentence(
                column.show_if, questionnaire, maker.speaker.language, columns=columns
            ),
        )
        for column in columns
        if column.show_if is not None
    }


def _typed_cells(
    question_id: str, rows: Iterable[tuple[object, Mapping[str, Value]]]
) -> dict[str, tuple[str, ...]]:
    return {
        f"{question_id}:{row}:{column}": typed_cell(value)
        for row, cells in rows
        for column, value in cells.items()
    }


def _numbers(question_id: str, typed: Form) -> list[int]:
    """The numbers of the rows in which anything is typed."""
    found = set()
    for name, texts in typed.items():
        parts = name.split(":")
        is_cell = len(parts) == 3 and parts[0] == question_id and parts[1].isdecimal()  # noqa: PLR2004 - question, row, column
        if is_cell and any(text.strip() for text in texts):
            found.add(int(parts[1]))
    return sorted(found)


def _row(
    row_id: str,
    label: Wording,
    columns: Sequence[Column],
    maker: Maker,
    hints: Mapping[str, str],
) -> Row:
    controls = tuple(
        maker.cell(f"{row_id}:{column.id}", column, hints.get(column.id, "")) for column in columns
    )
    said = [text for text in (_said(control, maker) for control in controls) if text]
    return Row(id=row_id, label=label, controls=controls, summary=", ".join(said[:SUMMARY_CELLS]))


def _folded(row: Row) -> Row:
    has_error = any(control.error for control in row.controls)
    return Row(
        id=row.id,
        label=row.label,
        controls=row.controls,
        summary=row.summary,
        is_open=has_error,
    )


def _said(control: Control, maker: Maker) -> str:
    """What stands in a cell, for the line that names a folded row."""
    if control.choices:
        return ", ".join(choice.text.text for choice in control.choices if choice.is_checked)
    if control.kind == "country" and control.value:
        return country_name(control.value, maker.speaker.page)
    return control.value
