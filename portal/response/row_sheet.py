"""What was read of a spreadsheet, understood as rows of one table, cell by cell (pure).

The first line is a heading if most of its cells are titles of columns, in any language of the
questionnaire, or their ids; without one, cells belong to the columns in their order. Whoever
looks at it may say otherwise, and mend what is wrong; all that was read is kept until it is
taken or dropped.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from portal.core.errors import Message, message
from portal.questionnaire.conditions import cell_shown, shown_cells
from portal.questionnaire.definition import Column, Table
from portal.response.cells_text import SEPARATOR, comparable, parse_cell
from portal.response.fields import Value
from portal.response.row_reading import Line, Lines

ADD, REPLACE, UPDATE = "add", "replace", "update"
ID_ENDINGS = ("_id", "_number")
NOT_READ = message("The cell holds a formula without a value, or a fault: write the value itself")


@dataclass(frozen=True, slots=True, kw_only=True)
class RowSheet:
    """What was read: ``columns`` says which column of the table each place belongs to, or none.

    ``heads`` are the titles as they were read, empty without a heading. ``mended``: line →
    column → what was typed in its place. ``taken`` counts the rows that are in the table
    already, put there as ``mode`` says.
    """

    columns: tuple[str, ...]
    heads: tuple[str, ...] = ()
    lines: tuple[Line, ...]
    exact: bool = False
    mended: Mapping[int, Mapping[str, str]] = field(default_factory=dict)
    taken: int = 0
    mode: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadRow:
    """A row that was read: its right cells, and what is wrong with the others by column.

    ``texts`` are all its cells as they stand; ``missing`` the required columns without a cell.
    """

    line: int
    cells: Mapping[str, Value]
    texts: Mapping[str, str]
    problems: Mapping[str, Message]
    missing: tuple[str, ...]


def understood(table: Table, read: Lines) -> RowSheet:
    """The lines with what their places mean, as far as the first line or their order says it."""
    first, *rest = read.lines
    named = _named(table.columns, first.cells)
    if named is None:
        width = max(len(line.cells) for line in read.lines)
        order = [column.id for column in table.columns][:width]
        blank = [""] * (width - len(order))
        return RowSheet(columns=(*order, *blank), lines=read.lines, exact=read.exact)
    return RowSheet(columns=named, heads=first.cells, lines=tuple(rest), exact=read.exact)


def rows_of(table: Table, sheet: RowSheet) -> list[ReadRow]:
    """Every row that has anything in a known column, with its faults."""
    columns = {column.id: column for column in table.columns}
    found = (_row(columns, sheet, line) for line in sheet.lines)
    return [row for row in found if row.texts]


def mended(sheet: RowSheet, typed: Mapping[int, Mapping[str, Sequence[str]]]) -> RowSheet:
    """The sheet with what was typed over its cells: line → column → everything sent."""
    mends = {line: dict(cells) for line, cells in sheet.mended.items()}
    for line, cells in typed.items():
        texts = {column: SEPARATOR.join(sent) for column, sent in cells.items()}
        mends[line] = {**mends.get(line, {}), **texts}
    return replace(sheet, mended=mends)


def without(sheet: RowSheet, lines: Collection[int], *, mode: str) -> RowSheet:
    """What is left of the sheet once the rows of these lines are in the table."""
    return replace(
        sheet,
        lines=tuple(line for line in sheet.lines if line.number not in lines),
        taken=sheet.taken + len(lines),
        mode=mode,
    )


def key_columns(table: Table) -> tuple[Column, ...]:
    """The columns that tell rows apart: numbers of things, then the first required text."""
    numbers = [
        column
        for column in table.columns
        if column.shapes or column.id == "id" or column.id.endswith(ID_ENDINGS)
    ]
    texts = [each for each in table.columns if each.type == "text" and each.required]
    return tuple({column.id: column for column in (*numbers[:1], *texts[:1])}.values())


def _named(columns: Sequence[Column], cells: Sequence[str]) -> tuple[str, ...] | None:
    """The column of each place by its title; None if the line is no heading."""
    titles: dict[str, str] = {}
    for column in columns:
        for language, text in column.text.items():
            titles.setdefault(comparable(text), column.id)
            unit = column.unit.get(language)
            if unit:
                titles.setdefault(comparable(f"{text} ({unit})"), column.id)
    titles |= {comparable(column.id): column.id for column in columns}
    found = [titles.get(comparable(cell), "") for cell in cells]
    filled = [cell for cell in cells if cell]
    known = {column_id for column_id in found if column_id}
    if not known or len(known) * 2 < len(filled):
        return None
    return tuple(
        each if each and each not in found[:place] else "" for place, each in enumerate(found)
    )


def _row(columns: Mapping[str, Column], sheet: RowSheet, line: Line) -> ReadRow:
    texts: dict[str, str] = {}
    unread = set()
    for place, (column_id, text) in enumerate(zip(sheet.columns, line.cells, strict=False)):
        if column_id and text:
            texts[column_id] = text
            unread |= {column_id} if place in line.unread else set()
    mends = sheet.mended.get(line.number, {})
    texts = {key: text for key, text in {**texts, **mends}.items() if text.strip()}
    cells: dict[str, Value] = {}
    problems: dict[str, Message] = {}
    for column_id, text in texts.items():
        column = columns[column_id]
        exact = sheet.exact and column_id not in mends
        value, problem = parse_cell(column, text, exact=exact)
        if column_id in unread and column_id not in mends:
            value, problem = None, NOT_READ
        if problem:
            problems[column_id] = problem
        elif value is not None:
            cells[column_id] = value
    in_order = {key: cells[key] for key in columns if key in cells}
    return ReadRow(
        line=line.number,
        cells=in_order,
        texts=texts,
        problems=problems,
        missing=_missing(columns, in_order, problems),
    )


def _missing(
    columns: Mapping[str, Column], cells: Mapping[str, Value], problems: Collection[str]
) -> tuple[str, ...]:
    shown = shown_cells(tuple(columns.values()), cells)
    return tuple(
        key
        for key, column in columns.items()
        if column.required
        and key not in shown
        and key not in problems
        and cell_shown(column, shown)
    )


# As it is kept --------------------------------------------------------------------------


def to_content(sheet: RowSheet) -> dict[str, Any]:
    """The sheet as JSON."""
    return {
        "columns": list(sheet.columns),
        "heads": list(sheet.heads),
        "lines": [
            {"number": each.number, "cells": list(each.cells), "unread": sorted(each.unread)}
            for each in sheet.lines
        ],
        "exact": sheet.exact,
        "mended": {str(line): dict(cells) for line, cells in sheet.mended.items()},
        "taken": sheet.taken,
        "mode": sheet.mode,
    }


def from_content(content: Mapping[str, Any]) -> RowSheet:
    """The sheet that ``to_content`` was given."""
    return RowSheet(
        columns=tuple(content["columns"]),
        heads=tuple(content["heads"]),
        lines=tuple(
            Line(
                number=each["number"],
                cells=tuple(each["cells"]),
                unread=frozenset(each["unread"]),
            )
            for each in content["lines"]
        ),
        exact=content["exact"],
        mended={int(line): cells for line, cells in content["mended"].items()},
        taken=content["taken"],
        mode=content["mode"],
    )
