"""The rows of a table as a file for a spreadsheet, and an empty one to fill in (pure).

What is written here comes back unchanged when it is read: texts that look like formulas are inert,
numbers and days are unmistakable, choices and countries stand in the reader's own words.
"""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO, StringIO
from typing import Any

from babel.numbers import get_decimal_symbol
from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from portal.core.errors import Refused
from portal.core.words import words
from portal.questionnaire.definition import YES_NO, Column, ColumnType, Table, localised
from portal.response.cells_text import cell_text, label_of
from portal.response.row_merge import Row
from portal.response.row_reading import guarded

CSV, XLSX = "csv", "xlsx"
MEDIA_TYPES = {
    CSV: "text/csv; charset=utf-8",
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
NUMBERS = frozenset({ColumnType.NUMBER, ColumnType.PERCENTAGE})
FIRST_YEAR = 1900
"""Spreadsheets know no earlier days."""
LONGEST_LIST = 255
"""Characters of a list of choices within a workbook's rule."""
WIDTHS = {ColumnType.TEXT: 30, ColumnType.MULTI: 36, ColumnType.SINGLE: 24, ColumnType.URL: 30}
USUAL_WIDTH = 16


@dataclass(frozen=True, slots=True)
class Speech:
    """In which language a file is written: the reader's, else the questionnaire's own."""

    language: str
    base: str

    @property
    def decimal(self) -> str:
        """The sign before decimals."""
        return get_decimal_symbol(words(self.language).locale)

    def head(self, column: Column) -> str:
        """The title of a column, with its unit."""
        title = localised(column.text, self.language, self.base)
        unit = localised(column.unit, self.language, self.base)
        return f"{title} ({unit})" if unit else title


def rows_file(table: Table, rows: Sequence[Row], extension: str, speech: Speech) -> bytes:
    """The headings and the rows; none for a template. Refused for an unknown extension."""
    if extension == CSV:
        return _csv(table, rows, speech)
    if extension == XLSX:
        return _xlsx(table, rows, speech)
    raise Refused


def _csv(table: Table, rows: Sequence[Row], speech: Speech) -> bytes:
    """UTF-8 with a mark, for Excel; semicolons where the comma is the decimal sign."""
    decimal = speech.decimal
    out = StringIO(newline="")
    writer = csv.writer(out, delimiter=";" if decimal == "," else ",")
    writer.writerow([guarded(speech.head(column)) for column in table.columns])
    for row in rows:
        writer.writerow([_csv_cell(column, row, speech, decimal) for column in table.columns])
    return out.getvalue().encode("utf-8-sig")


def _csv_cell(column: Column, row: Row, speech: Speech, decimal: str) -> str:
    text = cell_text(column, row.get(column.id), speech.language, speech.base, decimal)
    return text if column.type in NUMBERS else guarded(text)


def _xlsx(table: Table, rows: Sequence[Row], speech: Speech) -> bytes:
    """One sheet; texts as strings only, so that none of them can act as a formula."""
    content = BytesIO()
    book = Workbook(content, {"in_memory": True, "strings_to_formulas": False})
    sheet = book.add_worksheet("parley")
    head = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    day = book.add_format({"num_format": "yyyy-mm-dd", "align": "left"})
    plain = book.add_format({"num_format": "@"})
    sheet.freeze_panes(1, 0)
    for place, column in enumerate(table.columns):
        kind = day if column.type is ColumnType.DATE else plain
        sheet.set_column(
            place,
            place,
            WIDTHS.get(column.type, USUAL_WIDTH),
            None if column.type in NUMBERS else kind,
        )
        sheet.write_string(0, place, speech.head(column), head)
        _offer_choices(sheet, place, column, table.maximum_rows, speech)
        for number, row in enumerate(rows, start=1):
            _write_cell(sheet, (number, place), column, row.get(column.id), (speech, day))
    book.close()
    return content.getvalue()


def _write_cell(
    sheet: Worksheet,
    place: tuple[int, int],
    column: Column,
    value: Any,  # noqa: ANN401 - a JSON value
    look: tuple[Speech, object],
) -> None:
    speech, day = look
    if value is None:
        return
    if column.type in NUMBERS:
        sheet.write_number(*place, value)
    elif column.type is ColumnType.DATE and date.fromisoformat(value).year > FIRST_YEAR:
        sheet.write_datetime(*place, date.fromisoformat(value), day)
    else:
        sheet.write_string(*place, cell_text(column, value, speech.language, speech.base))


def _offer_choices(sheet: Worksheet, place: int, column: Column, rows: int, speech: Speech) -> None:
    """A list to choose from, where a short one will do; anything else may be typed all the same."""
    chosen = {
        ColumnType.YES_NO: YES_NO,
        ColumnType.SINGLE: tuple(option.id for option in column.options),
    }
    ids = chosen.get(column.type, ())
    if column.type not in {ColumnType.YES_NO, ColumnType.SINGLE}:
        return
    labels = [label_of(column, each, speech.language, speech.base) for each in ids]
    if not labels or any("," in label for label in labels) or len(",".join(labels)) > LONGEST_LIST:
        return
    rule = {"validate": "list", "source": labels, "error_type": "information"}
    sheet.data_validation(1, place, rows, place, rule)
