"""Rows out of a spreadsheet: pasted, or read from a CSV or Excel file, as lines of texts.

Nothing is understood here but where cells and lines end; ``row_sheet`` does the rest. Formulas
stay inert: of a workbook the value that was last calculated is taken, as its importer does, and a
formula without one is noted as not read.
"""

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass

from portal.core.errors import Invalid, message
from portal.core.spreadsheets import FORMULA_STARTS
from portal.questionnaire.importers.xlsx import Sheet, is_workbook, read_sheets
from portal.response.fields import clean

MOST_LINES = 5_000
MOST_CELLS = 200
"""In one line."""
MOST_CHARACTERS = 3_000_000
DELIMITERS = ",;|\t"
SAMPLE = 30
"""How many lines show which sign stands between cells."""

_QUOTED = re.compile(r'"((?:[^"]|"")*)"(?=[\t\r\n]|\Z)')
_CELL = re.compile(r"[^\t\r\n]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line: its number as its owner counts, its cells from the left.

    ``unread`` are the places of cells that hold a formula without a value, or a fault.
    """

    number: int
    cells: tuple[str, ...]
    unread: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """What was read; ``exact``: a program wrote the numbers, with a point for decimals."""

    lines: tuple[Line, ...]
    exact: bool = False


def read_pasted(text: str) -> Lines:
    """The lines of a text copied out of a spreadsheet (tabs) or written as CSV.

    Raises Invalid with one sentence if there is nothing in it or far too much.
    """
    _require_size(len(text))
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    found = _tabbed(plain) if "\t" in plain else _separated(plain)
    return Lines(lines=_limited(found))


def read_file(name: str, content: bytes) -> Lines:
    """The lines of a CSV or XLSX file; Invalid with one sentence if it is neither, or too large."""
    if is_workbook(content):
        return Lines(lines=_limited(_lines_of(read_sheets(content, name))), exact=True)
    _require_size(len(content))
    return Lines(lines=_limited(_separated(_decoded(name, content))))


def guarded(text: str) -> str:
    """A text for a CSV cell: an apostrophe before what a spreadsheet would take for a formula.

    One that stands there already gets another, so that ``unguarded`` gives the text back.
    """
    return f"'{text}" if text.lstrip("'").startswith(FORMULA_STARTS) else text


def unguarded(text: str) -> str:
    """The text that ``guarded`` was given."""
    is_guarded = text.startswith("'") and text.lstrip("'").startswith(FORMULA_STARTS)
    return text[1:] if is_guarded else text


def _require_size(size: int) -> None:
    if size > MOST_CHARACTERS:
        raise Invalid(message("This is too much to be read at once: send it in parts."))


def _limited(lines: Sequence[Line]) -> tuple[Line, ...]:
    """The lines that hold anything; Invalid if there are none, or too many."""
    found = tuple(line for line in lines if line.unread or any(line.cells))
    if not found:
        raise Invalid(message("There are no rows in it."))
    if len(found) > MOST_LINES or any(len(line.cells) > MOST_CELLS for line in found):
        raise Invalid(
            message(
                "There are more than {lines} lines or {cells} columns in it: send it in parts.",
                lines=MOST_LINES,
                cells=MOST_CELLS,
            )
        )
    return found


# Texts ----------------------------------------------------------------------------------


def _decoded(name: str, content: bytes) -> str:
    """UTF-8 or UTF-16 with a mark, UTF-8 without, else the code page of western Windows."""
    for mark, encoding in ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if content.startswith(mark):
            return content.decode(encoding, errors="replace")
    if b"\0" in content:
        raise Invalid(message("“{name}” is neither a CSV file nor an Excel workbook.", name=name))
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _tabbed(text: str) -> list[Line]:
    """Cells between tabs, as Excel, LibreOffice and Google Sheets put them on the clipboard.

    A cell with a line break stands in quotation marks; any other mark is part of the text, so
    that a monitor of 19" swallows nothing.
    """
    found: list[Line] = []
    cells: list[str] = []
    place, number, first = 0, 1, 1
    while place <= len(text):
        quoted = _QUOTED.match(text, place)
        if quoted and re.search(r'[\t\n]|""', quoted[1]):
            raw, place = quoted[1].replace('""', '"'), quoted.end()
            number += raw.count("\n")
        else:
            plain = _CELL.match(text, place)
            raw = plain[0] if plain else ""
            place += len(raw)
        cells.append(unguarded(clean(raw)))
        if text[place : place + 1] != "\t":
            found.append(Line(number=first, cells=tuple(cells)))
            number += 1
            cells, first = [], number
        place += 1
    return found


def _separated(text: str) -> list[Line]:
    if "\t" in text.split("\n", 1)[0]:
        return _csv(text, "\t")
    return _csv(text, _delimiter(text))


def _csv(text: str, delimiter: str) -> list[Line]:
    found: list[Line] = []
    reader = csv.reader(text.splitlines(keepends=True), delimiter=delimiter)
    first = 1
    try:
        for cells in reader:
            found.append(Line(number=first, cells=tuple(unguarded(clean(cell)) for cell in cells)))
            first = reader.line_num + 1
    except csv.Error as error:
        raise Invalid(
            message("Line {line} cannot be read: a cell is too long or broken.", line=first)
        ) from error
    return found


def _delimiter(text: str) -> str:
    """The sign that cuts most of the first lines into equally many cells, and more than one."""
    sample = text.splitlines(keepends=True)[:SAMPLE]
    best, most = ",", (0, 0)
    for sign in DELIMITERS:
        widths = [len(cells) for cells in csv.reader(sample, delimiter=sign) if any(cells)]
        common = max(set(widths), key=widths.count, default=1)
        score = (widths.count(common), common) if common > 1 else (0, 0)
        if score > most:
            best, most = sign, score
    return best


# Workbooks ------------------------------------------------------------------------------


def _lines_of(sheets: Sequence[Sheet]) -> list[Line]:
    """The lines of the sheet with most rows."""
    sheet = max(sheets, key=lambda each: len(each.rows), default=None)
    if sheet is None:
        return []
    numbers = sorted({*sheet.rows, *(row for row, _ in sheet.unread)})
    return [_line(sheet, number) for number in numbers]


def _line(sheet: Sheet, number: int) -> Line:
    cells = dict(sheet.rows.get(number, {}))
    unread = {column: text for (row, column), text in sheet.unread.items() if row == number}
    width = min(max((*cells, *unread), default=0), MOST_CELLS + 1)
    both = {**cells, **unread}
    return Line(
        number=number,
        cells=tuple(clean(both.get(column, "")) for column in range(1, width + 1)),
        unread=frozenset(column - 1 for column in unread if column <= width),
    )
