"""A workbook for answers while it is written: styles, sheets, answer cells, lists of choices.

Every answer cell is unlocked and noted with the ids of what it answers. Texts are written as
strings only, so that none of them can act as a formula.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass
from datetime import date
from math import ceil, isfinite
from textwrap import wrap
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from portal.core.words import Words
from portal.questionnaire.paper import Choice, Entry, Paper
from portal.questionnaire.workbook_filling import (
    EMPTY,
    SEAL,
    Filling,
    Place,
    seal_of,
)

INK = "#14262E"
MUTED = "#4A5C66"
ACCENT = "#0B5C5B"
TINT = "#E3F0EF"
LINE = "#7F9098"

MAP_SHEET = "parley"
LIST_SHEET = "parley-lists"
FORMAT = "parley-workbook-1"
MARK = "x"

SHEET_NAME_LENGTH = 31
STRING_LENGTH = 32_767
MESSAGE_LENGTH = 255
"""Of a validation's message and of a page's foot."""
TITLE_LENGTH = 32
ROW_HEIGHT = 409
"""In points, the highest that a spreadsheet shows."""
LINE_HEIGHT = 13.5
LETTERS = 1.2
"""How many letters fit in a character of a column's width, which is a digit of a larger font."""
PAGE_WIDTH = 220
"""How many characters of width are printed on one page; a wider sheet takes several across."""
LARGEST_NUMBER = 10**15
FIRST_DAY, LAST_DAY = 1, 401_768
"""1 January 1900 and 31 December 2999, as spreadsheets count days."""

_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NO_SHEET_NAME = re.compile(r"[\[\]:*?/\\]")

_TEXT = {"font_name": "Calibri", "font_size": 10, "font_color": INK, "valign": "top"}
_WRAPPED = {**_TEXT, "text_wrap": True}
_FIRST = {"top": 1, "top_color": LINE}
_ANSWER = {**_WRAPPED, "locked": False, "bg_color": TINT, "border": 1, "border_color": LINE}
STYLES: Mapping[str, Mapping[str, object]] = {
    "title": {**_TEXT, "bold": True, "font_size": 16, "font_color": ACCENT, "valign": "vcenter"},
    "heading": {**_TEXT, "bold": True, "font_size": 12, "font_color": ACCENT, "valign": "vcenter"},
    "head": {**_WRAPPED, "bold": True, "font_color": "#FFFFFF", "bg_color": ACCENT},
    "text": _WRAPPED,
    "strong": {**_WRAPPED, "bold": True},
    "muted": {**_WRAPPED, "font_color": MUTED},
    "label": {**_WRAPPED, "align": "right"},
    "first_id": {**_TEXT, **_FIRST, "bold": True, "font_color": ACCENT},
    "first_strong": {**_WRAPPED, **_FIRST, "bold": True},
    "first_text": {**_WRAPPED, **_FIRST},
    "first_muted": {**_WRAPPED, **_FIRST, "font_color": MUTED},
    "block_head": {**_WRAPPED, "bold": True, "bottom": 1, "bottom_color": ACCENT},
    "block_choice": {**_WRAPPED, "font_size": 9},
    "block_kind": {**_WRAPPED, "font_size": 9, "font_color": MUTED},
    "answer_text": {**_ANSWER, "num_format": "@"},
    "answer_number": {**_ANSWER, "align": "left"},
    "answer_date": {**_ANSWER, "align": "left", "num_format": "yyyy-mm-dd"},
    "answer_mark": {**_ANSWER, "align": "center", "num_format": "@"},
}
_STYLE_OF_TYPE = {
    "number": "answer_number",
    "percentage": "answer_number",
    "date": "answer_date",
    "multi": "answer_mark",
}


@dataclass(frozen=True, slots=True)
class _Answer:
    """A line of the map: where a cell is, what it answers, which list its choices are in."""

    sheet: str
    cell: str
    place: Place
    choices: int


class Sheet:
    """One sheet of a book, with the row that is written next."""

    def __init__(self, book: "Book", worksheet: Worksheet) -> None:
        """Begin at the first row."""
        self.book = book
        self.worksheet = worksheet
        self.row = 0

    @property
    def name(self) -> str:
        """As on its tab."""
        return str(self.worksheet.get_name())

    def write(self, column: int, text: str, style: str) -> None:
        """Write a text into the current row; an empty one leaves the style."""
        self.worksheet.write_string(self.row, column, cell_text(text), self.book.style(style))

    def write_over(
        self, column: int, text: str, style: str, *, columns: int = 1, rows: int = 1
    ) -> None:
        """Write a text over several cells, from the current row and a column on."""
        if columns * rows > 1:
            last = (self.row + rows - 1, column + columns - 1)
            self.worksheet.merge_range(self.row, column, *last, "", self.book.style(style))
        self.write(column, text, style)

    def set_height(self, texts: Iterable[tuple[str, float]]) -> None:
        """Make the current row high enough for its texts, each with its width in characters.

        Not every program finds the heights of wrapped rows itself when it opens a file.
        """
        heights = [height_of(text, width) for text, width in texts]
        self.set_heights([max(heights, default=LINE_HEIGHT)])

    def write_wide(self, text: str, style: str, widths: Sequence[float]) -> None:
        """Write a text over the first columns, in a row high enough for it; go to the next row.

        ``widths`` of these columns are in characters.
        """
        self.write_over(0, text, style, columns=len(widths))
        self.set_height([(text, sum(widths))])
        self.row += 1

    def set_heights(self, heights: Sequence[float]) -> None:
        """Set the heights of the next rows, from the current one, in points."""
        for row, height in enumerate(heights, start=self.row):
            self.worksheet.set_row(row, min(ROW_HEIGHT, height))

    def answer(self, column: int, place: Place, entry: Entry) -> None:
        """Make an answer cell in the current row, with what the book is filled with."""
        style = self.book.style(_STYLE_OF_TYPE.get(entry.type, "answer_text"))
        value = self.book.filling.cells.get(place)
        if value is None:
            self.worksheet.write_blank(self.row, column, None, style)
        elif isinstance(value, date):
            self.worksheet.write_datetime(self.row, column, value, style)
        elif isinstance(value, str):
            self.worksheet.write_string(self.row, column, _shown(value, entry), style)
        else:
            self.worksheet.write_number(self.row, column, value, style)
        self.book.note(self.name, xl_rowcol_to_cell(self.row, column), place, entry)

    def validate(self, column: int, entry: Entry, rows: int = 1) -> None:
        """Let a column's next rows, from the current one, take only what fits the entry."""
        rule = self.book.rule(entry)
        if rule:
            last = self.row + rows - 1
            self.worksheet.data_validation(self.row, column, last, column, rule)

    def ask(self, column: int, place: Place, entry: Entry) -> None:
        """Make an answer cell that takes only what fits."""
        self.answer(column, place, entry)
        self.validate(column, entry)


class Book:
    """The workbook: gives out sheets, and remembers lists and answer cells for the hidden ones."""

    def __init__(
        self, workbook: Workbook, paper: Paper, footer: str, filling: Filling = EMPTY
    ) -> None:
        """Begin without sheets; ``footer`` is printed on every page."""
        self.paper = paper
        self.filling = filling
        self._workbook = workbook
        self._footer = footer
        self._styles: dict[str, Any] = {}
        self._names = {
            MAP_SHEET,
            LIST_SHEET,
            "history",
        }  # spreadsheets keep the last for themselves
        self._lists: dict[tuple[Choice, ...], int] = {}
        self._first_rows: list[int] = []
        self._answers: list[_Answer] = []

    @property
    def words(self) -> Words:
        """The words that are not the questionnaire's own."""
        return self.paper.words

    def style(self, name: str) -> Any:  # noqa: ANN401 - the library has no types
        """The library's format for one of the styles."""
        if name not in self._styles:
            self._styles[name] = self._workbook.add_format(dict(STYLES[name]))
        return self._styles[name]

    def sheet(self, name: str, widths: Sequence[float]) -> Sheet:
        """A new protected sheet; its name is made fit and unique. ``widths`` are in characters."""
        worksheet = self._workbook.add_worksheet(self._free_name(name))
        for column, width in enumerate(widths):
            worksheet.set_column(column, column, width, self.style("text"))
        worksheet.hide_gridlines(2)
        worksheet.protect("", {"format_columns": True, "format_rows": True})
        worksheet.set_landscape()
        worksheet.set_paper(9)  # A4
        worksheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        worksheet.fit_to_pages(ceil(sum(widths) / PAGE_WIDTH), 0)
        worksheet.set_footer(self._footer)
        return Sheet(self, worksheet)

    def note(self, sheet: str, cell: str, place: Place, entry: Entry) -> None:
        """Remember an answer cell for the map."""
        choices = self._list(entry.choices) if entry.choices else 0
        self._answers.append(_Answer(sheet, cell, place, choices))

    def rule(self, entry: Entry) -> dict[str, object]:
        """The library's data validation for an entry; empty if anything may be written."""
        rule = self._criteria(entry)
        if not rule:
            return {}
        said = self.words("This cell takes: {kind}.", kind=self.paper.kind(entry))
        return {
            **rule,
            "error_title": fitted(self.words("This does not fit"), TITLE_LENGTH),
            "error_message": fitted(said, MESSAGE_LENGTH),
        }

    def finish(self, stamp: Mapping[str, str]) -> None:
        """Write the hidden sheets: the stamp with the map of answer cells, and the lists."""
        lists = self._list_lines()
        _write_lines(self._hidden(MAP_SHEET), [*self._lines(stamp, lists)])
        _write_lines(self._hidden(LIST_SHEET), lists)

    def _criteria(self, entry: Entry) -> dict[str, object]:
        if entry.type == "multi":
            return {"validate": "list", "source": [MARK]}
        if entry.choices:
            first = self._first_rows[self._list(entry.choices) - 1] + 1
            last = first + len(entry.choices) - 1
            return {"validate": "list", "source": f"='{LIST_SHEET}'!$C${first}:$C${last}"}
        if entry.type in {"number", "percentage"}:
            return _between("decimal", *_limits(entry))
        if entry.type == "date":
            return _between("date", FIRST_DAY, LAST_DAY)
        if entry.maximum_length is not None and entry.maximum_length < STRING_LENGTH:
            return {"validate": "length", "criteria": "<=", "value": entry.maximum_length}
        return {}

    def _list(self, choices: tuple[Choice, ...]) -> int:
        """The number of the list of these choices, from 1; it is begun if it is new."""
        if choices not in self._lists:
            self._first_rows.append(1 + sum(map(len, self._lists)))
            self._lists[choices] = len(self._first_rows)
        return self._lists[choices]

    def _hidden(self, name: str) -> Worksheet:
        worksheet = self._workbook.add_worksheet(name)
        worksheet.hide()
        worksheet.protect("")
        return worksheet

    def _lines(
        self, stamp: Mapping[str, str], lists: Sequence[Sequence[str]]
    ) -> Iterator[Sequence[str]]:
        """The stamp, the seal of everything that is hidden, and the map."""
        head = ("sheet", "cell", "question", "part", "row", "column", "option", "list")
        noted = [("format", FORMAT), *stamp.items(), *self.filling.stamp.items()]
        places = [head, *self._map_lines()]
        yield from noted
        if self.filling.key:
            yield SEAL, seal_of(self.filling.key, [*noted, *places, *lists])
        yield ()
        yield from places

    def _map_lines(self) -> Iterator[tuple[str, ...]]:
        for answer in self._answers:
            choices = str(answer.choices) if answer.choices else ""
            yield (answer.sheet, answer.cell, *astuple(answer.place), choices)

    def _list_lines(self) -> list[tuple[str, ...]]:
        lines = [
            (str(number), choice.id, choice.label)
            for choices, number in self._lists.items()
            for choice in choices
        ]
        return [("list", "id", "label"), *lines]

    def _free_name(self, wanted: str) -> str:
        """The wanted name without what tabs cannot hold, shortened, numbered if it is taken."""
        plain = (
            " ".join(_NO_SHEET_NAME.sub(" ", _NO_XML.sub("", wanted)).split()).strip("' ") or "-"
        )
        name, number = fitted(plain, SHEET_NAME_LENGTH), 1
        while name.casefold() in self._names:
            number += 1
            tail = f" {number}"
            name = fitted(plain, SHEET_NAME_LENGTH - len(tail)) + tail
        self._names.add(name.casefold())
        return name


def cell_text(text: str) -> str:
    """The text as a cell can hold it: without what XML forbids, cut if it is too long."""
    return fitted(_NO_XML.sub("", text), STRING_LENGTH)


def _shown(value: str, entry: Entry) -> str:
    """A choice by its label, anything else as it is."""
    labels = {choice.id: choice.label for choice in entry.choices}
    return cell_text(labels.get(value, value))


def fitted(text: str, length: int) -> str:
    """The text, cut with an ellipsis if it takes more than ``length`` UTF-16 units."""
    if _units(text) <= length:
        return text
    while _units(text) >= length:
        text = text[: -max(1, (_units(text) - length) // 2)]
    return f"{text.rstrip()}…"


def height_of(text: str, width: float) -> float:
    """About how many points the text takes in so many characters of width."""
    taken = ceil(width * LETTERS)
    lines = sum(max(1, len(wrap(line, taken))) for line in cell_text(text).splitlines() or [""])
    return min(ROW_HEIGHT, lines * LINE_HEIGHT + 4)


def _units(text: str) -> int:
    """Spreadsheets count as UTF-16 does."""
    return len(text) + sum(character > "\uffff" for character in text)


def _between(kind: str, low: object, high: object) -> dict[str, object]:
    return {"validate": kind, "criteria": "between", "minimum": low, "maximum": high}


def _limits(entry: Entry) -> tuple[float, float]:
    """The smallest and the largest number; limits that no number meets are left to the portal."""
    low = -LARGEST_NUMBER if entry.minimum is None else entry.minimum
    high = LARGEST_NUMBER if entry.maximum is None else entry.maximum
    if low > high or not isfinite(low) or not isfinite(high):
        return -LARGEST_NUMBER, LARGEST_NUMBER
    return low, high


def _write_lines(worksheet: Worksheet, lines: Sequence[Sequence[str]]) -> None:
    for row, line in enumerate(lines):
        for column, text in enumerate(line):
            worksheet.write_string(row, column, cell_text(text))
