"""Rows of tables, matrices and grids, ready for a template; a blank row is there to be filled in.

A table row is a card of labelled controls, since up to 18 columns do not fit side by side.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from flask_babel import gettext
from markupsafe import Markup
from pydantic import TypeAdapter

from portal.core.canonical import canonical_json
from portal.questionnaire.conditions import Values, sentence, shown_rows
from portal.questionnaire.definition import (
    Column,
    Condition,
    Grid,
    Matrix,
    Question,
    Questionnaire,
    Table,
)
from portal.response.fields import Value
from portal.response.values import Form, display
from portal.web.controls import NO_ENTRIES, Control, Maker, country_offers, typed_cell
from portal.web.wording import Wording

BLANK_ROWS = 2
"""Blank rows after the filled ones, also where no script can add any."""
SUMMARY_CELLS = 3
"""How many filled cells name a folded row."""
MOST_OPEN_COLUMNS = 6
"""Filled rows of a table with more columns than this are folded."""
MOST_CARDS = 20
"""A stored table with more rows than this is filled in on a page of its own."""
FIRST_ROWS = 10
"""How many rows of such a table its section shows."""
CONDITION: TypeAdapter[Condition] = TypeAdapter(Condition)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row of a table or grid; ``summary`` says what is in it, empty for a blank row.

    ``notes`` say what it lacks; ``clash`` what somebody else made of it meanwhile.
    """

    id: str
    label: Wording
    controls: tuple[Control, ...]
    summary: str = ""
    is_open: bool = True
    notes: tuple[str, ...] = ()
    clash: "Clash | None" = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Clash:
    """Two people touched one row; ``sides`` are (column, theirs, mine) where they differ.

    ``is_gone``: they removed it; ``is_mine_gone``: I did.
    """

    who: str
    when: str
    sides: tuple[tuple[str, str, str], ...] = ()
    is_gone: bool = False
    is_mine_gone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TableLook:
    """A table on its section's page: ``first`` of its ``count`` rows in words, if it is summarised.

    ``has_page``: it can be filled in on a page of its own. ``earlier`` counts the rows that an
    earlier table, ``earlier_id``, has and this one has not.
    """

    count: int
    is_summarised: bool
    heads: tuple[str, ...] = ()
    first: tuple[tuple[str, ...], ...] = ()
    has_page: bool = False
    earlier: int = 0
    earlier_id: str = ""


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


def page_rows(
    question: Table,
    maker: Maker,
    questionnaire: Questionnaire,
    numbered: Iterable[tuple[int, str]],
) -> tuple[Row, ...]:
    """The rows of these numbers and titles, filled or not; wide ones are folded."""
    hints = column_hints(question.columns, maker, questionnaire)
    is_wide = len(question.columns) > MOST_OPEN_COLUMNS
    rows = (
        _row(f"{question.id}:{number}", Wording(title), question.columns, maker, hints)
        for number, title in numbered
    )
    return tuple(_folded(row) if is_wide else row for row in rows)


def look_of(question: Table, value: Value, language: str, base: str, offered: int) -> TableLook:
    """How a stored table looks in its section; ``offered`` rows of an earlier table are new."""
    rows = value or []
    look = TableLook(
        count=len(rows),
        is_summarised=len(rows) > MOST_CARDS,
        earlier=offered if rows else 0,
        earlier_id=question.prefill.question if question.prefill else "",
    )
    if not look.is_summarised:
        return look
    lines = [tuple(line) for line in display(question, rows[:FIRST_ROWS], language, base)]
    return replace(look, heads=lines[0], first=tuple(lines[1:]))


def countries_of(question: Question, language: str) -> Markup:
    """The countries that cells of a table or grid may name; empty if none does."""
    columns = question.columns if isinstance(question, Table | Grid) else ()
    has_any = any(column.type == "country" for column in columns)
    return country_offers(language) if has_any else NO_ENTRIES


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
    controls = tuple(_cell(f"{row_id}:{column.id}", column, maker, hints) for column in columns)
    said = [text for text in (_said(control) for control in controls) if text]
    return Row(id=row_id, label=label, controls=controls, summary=", ".join(said[:SUMMARY_CELLS]))


def _cell(name: str, column: Column, maker: Maker, hints: Mapping[str, str]) -> Control:
    control = maker.cell(name, column, hints.get(column.id, ""))
    if column.show_if is None:
        return control
    content = CONDITION.dump_python(
        column.show_if, mode="json", by_alias=True, exclude_defaults=True
    )
    return replace(control, when=canonical_json(content))


def _folded(row: Row) -> Row:
    return replace(row, is_open=any(control.error for control in row.controls))


def _said(control: Control) -> str:
    """What stands in a cell, for the line that names a folded row."""
    if control.choices:
        return ", ".join(choice.text.text for choice in control.choices if choice.is_checked)
    return control.value
