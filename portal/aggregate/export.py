"""A release document as a file: JSON as it is stored, CSV and XLSX, and the data dictionary.

All but the dictionary carry the same cells. Texts can never act as formulas: XLSX stores them as
strings, and CSV puts an apostrophe before those that a spreadsheet would take for a formula.
"""

from dataclasses import dataclass
from enum import StrEnum

from portal.aggregate.documents import ReleasedDocument
from portal.aggregate.export_dictionary import dictionary
from portal.aggregate.export_table import TEXTS, table
from portal.aggregate.export_workbook import workbook
from portal.aggregate.reading import Reading, read_document
from portal.core.errors import Invalid, message
from portal.core.spreadsheets import inert
from portal.core.words import words
from portal.questionnaire.definition import Questionnaire


class Format(StrEnum):
    """What a release can be exported as."""

    JSON = "json"
    CSV = "csv"
    XLSX = "xlsx"
    DICTIONARY = "dictionary"
    """What the keys and values of the JSON mean, as JSON too."""


MEDIA_TYPES = {
    Format.JSON: "application/json",
    Format.CSV: "text/csv; charset=utf-8",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Format.DICTIONARY: "application/json",
}
ENDINGS = {Format.DICTIONARY: "-dictionary.json"}
"""How the file's name ends, where not with the format."""


@dataclass(frozen=True, slots=True)
class Export:
    """A file to hand out."""

    file_name: str
    media_type: str
    content: bytes


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
        stem + ENDINGS.get(form, f".{form}"),
        MEDIA_TYPES[form],
        _content(document, questionnaire, form, language),
    )


def _content(
    document: ReleasedDocument, questionnaire: Questionnaire, form: Format, language: str
) -> bytes:
    if form is Format.JSON:
        return document.json.encode()
    if form is Format.DICTIONARY:
        return dictionary(document, questionnaire).encode()
    reading = read_document(document, questionnaire, language)
    return _csv(reading) if form is Format.CSV else workbook(reading, words(language))


def _csv(reading: Reading) -> bytes:
    frame = table(reading)
    for name in TEXTS:
        frame[name] = frame[name].map(inert)
    return frame.to_csv(index=False, lineterminator="\r\n").encode()
