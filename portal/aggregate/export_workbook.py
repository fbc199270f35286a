"""A release as a workbook: a sheet for each section, and one with notes.

The same release gives the same bytes: the cut-off is the only date in it. Texts are stored as
strings, so none can act as a formula or a link.
"""

import re
from collections.abc import Collection, Iterator
from io import BytesIO
from typing import TYPE_CHECKING

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from portal.aggregate.export_method import FIELDS, METHOD, RULES
from portal.aggregate.export_table import NUMBERS, WHOLE_NUMBERS, table
from portal.aggregate.reading import NOT_SHOWN, Reading
from portal.core.words import Words
from portal.response.snapshot import instant

if TYPE_CHECKING:
    from pandas import DataFrame

TEXT_WIDTH = 40
ID_WIDTH = 14
NUMBER_WIDTH = 10
SHEET_NAME_LENGTH = 31
"""The most that a spreadsheet program takes."""
NOT_IN_SHEET_NAMES = re.compile(r"[\[\]:*?/\\\x00-\x1f]+")
RESERVED = "history"
"""A name that a spreadsheet program keeps for itself."""


def workbook(reading: Reading, words: Words) -> bytes:
    """The XLSX file: the sheets in page order, then the notes."""
    file = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    frame = table(reading)
    notes = words("Notes")
    with Workbook(file, options) as book:
        created = reading.document.cut_off.replace(tzinfo=None)
        book.set_properties({"title": reading.title.text, "created": created})
        bold = book.add_format({"bold": True})
        taken = {notes.casefold(), RESERVED}
        for section in reading.sections:
            name = _sheet_name(f"{section.id} {section.title.text}", taken)
            taken.add(name.casefold())
            own = frame[frame["section"] == section.id]
            _write_table(book.add_worksheet(name), own, bold)
        _write_notes(book.add_worksheet(notes), list(_notes(reading, words)), book)
    return file.getvalue()


def _sheet_name(title: str, taken: Collection[str]) -> str:
    """The title as far as a sheet may be named so, with a number if another has it."""
    plain = " ".join(NOT_IN_SHEET_NAMES.sub(" ", title).split())
    number, name = 1, plain[:SHEET_NAME_LENGTH].strip(" '") or "-"
    while name.casefold() in taken:
        number += 1
        end = f" {number}"
        name = plain[: SHEET_NAME_LENGTH - len(end)].strip(" '") + end
    return name


def _write_table(sheet: Worksheet, frame: "DataFrame", bold: object) -> None:
    for position, name in enumerate(frame.columns):
        sheet.write_string(0, position, name, bold)
        sheet.set_column(position, position, _width(name))
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(1, len(frame)), len(frame.columns) - 1)
    for number, row in enumerate(frame.astype(object).itertuples(index=False), start=1):
        for position, value in enumerate(row):
            if isinstance(value, str) and value:
                sheet.write_string(number, position, value)
            elif isinstance(value, int | float):
                sheet.write_number(number, position, value)


def _width(name: str) -> int:
    if name in {*WHOLE_NUMBERS, *NUMBERS}:
        return NUMBER_WIDTH
    return TEXT_WIDTH if name.endswith("_text") else ID_WIDTH


def _write_notes(sheet: Worksheet, notes: list[tuple[str, str]], book: Workbook) -> None:
    head = book.add_format({"bold": True, "valign": "top", "text_wrap": True})
    wrapped = book.add_format({"valign": "top", "text_wrap": True})
    sheet.set_column(0, 0, TEXT_WIDTH)
    sheet.set_column(1, 1, 3 * TEXT_WIDTH)
    for number, (name, text) in enumerate(notes):
        sheet.write_string(number, 0, name, head)
        sheet.write_string(number, 1, text, wrapped)


def _notes(reading: Reading, words: Words) -> Iterator[tuple[str, str]]:
    """What a reader of the tables must know, by its head."""
    document = reading.document
    questionnaire = document.content["questionnaire"]
    yield words("Title"), reading.title.text
    yield words("Questionnaire"), f"{questionnaire['name']} {questionnaire['version']}"
    yield words("Dialogue"), document.dialogue
    yield words("Release"), str(document.number)
    yield words("Audience"), document.audience.value
    yield words("Cut-off"), instant(document.cut_off)
    yield words("Responses"), str(document.responses)
    contributors = "{count} (a corporate group counts once)"
    yield words("Contributors"), words(contributors, count=document.groups)
    yield words("Method"), words.message(METHOD)
    for name, label in _rule_labels(words):
        yield label, words.message(RULES[name])
    hidden = [row.key for _, _, row in reading.rows() if not row.is_shown]
    not_shown = f"{words.message(NOT_SHOWN)} {', '.join(hidden)}"
    yield words("Not shown"), not_shown if hidden else words("Everything is shown.")
    for name, text in FIELDS.items():
        yield name, words.message(text)
    yield words("SHA-256 of the JSON document"), document.sha256
    yield words("SHA-256 of the questionnaire"), questionnaire["sha256"]


def _rule_labels(words: Words) -> Iterator[tuple[str, str]]:
    yield "base", words("How many it takes")
    yield "band", words("Bands")
    yield "not_shown", words("All or nothing")
    yield "numbers", words("Numbers")
