"""A release document as a file: JSON as it is stored, CSV and XLSX as one tidy table.

All three carry the same cells. Texts can never act as formulas: XLSX stores them as strings, and
CSV puts an apostrophe before those that a spreadsheet would take for a formula.
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from io import BytesIO
from typing import TYPE_CHECKING

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from portal.aggregate.documents import ReleasedDocument
from portal.aggregate.reading import (
    NOT_SHOWN,
    Bar,
    Reading,
    ReadQuestion,
    ReadSection,
    Row,
    ShownColumn,
    read_document,
)
from portal.core.errors import Invalid, message
from portal.core.spreadsheets import inert
from portal.core.words import Words, words
from portal.questionnaire.definition import Questionnaire
from portal.response.snapshot import instant

if TYPE_CHECKING:
    from pandas import DataFrame

TEXT_WIDTH = 40
NUMBER_WIDTH = 10


class Format(StrEnum):
    """What a release can be exported as."""

    JSON = "json"
    CSV = "csv"
    XLSX = "xlsx"


MEDIA_TYPES = {
    Format.JSON: "application/json",
    Format.CSV: "text/csv; charset=utf-8",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@dataclass(frozen=True, slots=True)
class Export:
    """A file to hand out."""

    file_name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One option of one column of one countable question: a line of the table."""

    section: str
    question: str
    question_text: str
    row: str
    """Row of a matrix, or row and column of a grid joined by a dot; else empty."""
    row_text: str
    column: str
    """``all`` or a segment."""
    column_text: str
    option: str
    option_text: str
    count: int | None
    share: int | None
    """``count`` in whole per cent of n."""
    band: str
    """The share of n, where the count is not shown; else empty."""
    n: int
    protected: int


NUMBERS = ("count", "share", "n", "protected")
TEXTS = tuple(field.name for field in fields(Line) if field.name not in NUMBERS)


def parse_format(name: str) -> Format:
    """The format of this name; Invalid, naming the known ones, if there is none."""
    try:
        return Format(name)
    except ValueError as error:
        known = ", ".join(Format)
        text = "There is no format “{name}”. Choose one of: {known}."
        raise Invalid(message(text, name=name, known=known)) from error


def export(
    document: ReleasedDocument, questionnaire: Questionnaire, form: Format, language: str
) -> Export:
    """The document as a file in the given format; only texts depend on the language."""
    stem = f"{document.dialogue}-release-{document.number}-{document.audience}"
    return Export(
        f"{stem}.{form}", MEDIA_TYPES[form], _content(document, questionnaire, form, language)
    )


def lines(reading: Reading) -> Iterator[Line]:
    """Every shown cell, in page order."""
    for section, question, row in reading.rows():
        for column in row.columns:
            for bar in column.bars:
                yield _line((section, question, row), column, bar)


def _line(place: tuple[ReadSection, ReadQuestion, Row], column: ShownColumn, bar: Bar) -> Line:
    section, question, row = place
    return Line(
        section=section.id,
        question=question.id,
        question_text=question.text.text,
        row=row.key.removeprefix(question.id).removeprefix("."),
        row_text=" / ".join(label.text for label in row.labels),
        column=column.name,
        column_text=column.label.text,
        option=bar.option,
        option_text=bar.label.text,
        count=bar.count,
        share=None if bar.count is None else bar.low,
        band=bar.band or "",
        n=column.n,
        protected=column.protected,
    )


def table(reading: Reading) -> "DataFrame":
    """The cells as a data frame: the columns of ``Line``; numbers are Int64, absent ones NA."""
    from pandas import DataFrame  # noqa: PLC0415 - takes as long to load as the rest of the portal

    frame = DataFrame([asdict(line) for line in lines(reading)], columns=[*Line.__slots__])
    return frame.astype(dict.fromkeys(NUMBERS, "Int64") | dict.fromkeys(TEXTS, "object"))


def _content(
    document: ReleasedDocument, questionnaire: Questionnaire, form: Format, language: str
) -> bytes:
    if form is Format.JSON:
        return document.json.encode()
    reading = read_document(document, questionnaire, language)
    return _csv(reading) if form is Format.CSV else _xlsx(reading, words(language))


# CSV --------------------------------------------------------------------------------------


def _csv(reading: Reading) -> bytes:
    frame = table(reading)
    for name in TEXTS:
        frame[name] = frame[name].map(inert)
    return frame.to_csv(index=False, lineterminator="\r\n").encode()


# XLSX -------------------------------------------------------------------------------------


def _xlsx(reading: Reading, words: Words) -> bytes:
    """A sheet with the table and one with notes; the same release gives the same bytes."""
    file = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with Workbook(file, options) as book:
        # A file must not tell when it was made: the cut-off is the only date of a release.
        created = reading.document.cut_off.replace(tzinfo=None)
        book.set_properties({"title": reading.title.text, "created": created})
        bold = book.add_format({"bold": True})
        figures = book.add_worksheet("Figures")
        _write_table(figures, table(reading), bold)
        notes = book.add_worksheet("Notes")
        notes.set_column(0, 1, TEXT_WIDTH)
        for number, (name, text) in enumerate(_notes(reading, words).items()):
            notes.write_string(number, 0, name, bold)
            notes.write_string(number, 1, text)
    return file.getvalue()


def _write_table(sheet: Worksheet, frame: "DataFrame", bold: object) -> None:
    for position, name in enumerate(frame.columns):
        sheet.write_string(0, position, name, bold)
        sheet.set_column(position, position, NUMBER_WIDTH if name in NUMBERS else TEXT_WIDTH // 2)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(1, len(frame)), len(frame.columns) - 1)
    for number, row in enumerate(frame.astype(object).itertuples(index=False), start=1):
        for position, value in enumerate(row):
            if isinstance(value, str) and value:
                sheet.write_string(number, position, value)
            elif isinstance(value, int):
                sheet.write_number(number, position, value)


def _notes(reading: Reading, words: Words) -> Mapping[str, str]:
    """What a reader of the table must know, by its head."""
    document = reading.document
    questionnaire = document.content["questionnaire"]
    hidden = [row.key for _, _, row in reading.rows() if not row.is_shown]
    shown = words("Everything is shown.")
    return {
        words("Title"): reading.title.text,
        words("Questionnaire"): f"{questionnaire['name']} {questionnaire['version']}",
        words("Dialogue"): document.dialogue,
        words("Release"): str(document.number),
        words("Audience"): document.audience.value,
        words("Cut-off"): instant(document.cut_off),
        words("Responses"): str(document.responses),
        words("Contributors"): words(
            "{count} (a corporate group counts once)", count=document.groups
        ),
        "n": words(
            "Answers to the question in this column; shares are of n, and those of a multiple "
            "choice may add up to more than 100 %."
        ),
        "protected": words(
            "Answers among n that this audience may not read with the supplier's name."
        ),
        "band": words(
            "The share of n, lower bound included, where answers are protected; 100 % is in "
            "the last band."
        ),
        words("Not shown"): f"{words.message(NOT_SHOWN)} {', '.join(hidden)}" if hidden else shown,
        words("SHA-256 of the JSON document"): document.sha256,
        words("SHA-256 of the questionnaire"): questionnaire["sha256"],
    }
