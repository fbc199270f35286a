"""Reads empty workbooks the way an import would: by the hidden map of their answer cells."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from portal.questionnaire.definition import Questionnaire
from portal.questionnaire.workbook import workbook

SHA256 = "0123456789abcdef" * 4
DEADLINE = datetime(2026, 12, 10, 16, tzinfo=UTC)
HIDDEN = ("parley", "parley-lists")
COUNTRIES = (("BE", "Belgium"), ("DK", "Denmark"))


def made(questionnaire: Questionnaire, language: str = "en", **changes: Any) -> bytes:  # noqa: ANN401 - keywords of workbook
    given = {"sha256": SHA256, "deadline": DEADLINE, "countries": COUNTRIES, **changes}
    return workbook(questionnaire, language=language, **given)


@dataclass(frozen=True)
class Opened:
    """A workbook, its stamp, and its answer cells by (question, part, row, column, option)."""

    book: Workbook
    stamp: Mapping[str, str]
    answers: Mapping[tuple[str, ...], tuple[str, str, str]]
    """Each with its sheet, its cell and the number of its list."""

    def sheets(self) -> Iterator[Worksheet]:
        """All that people see."""
        for name in self.book.sheetnames:
            if name not in HIDDEN:
                yield self.book[name]

    def texts(self) -> list[str]:
        """Everything written on the sheets that people see."""
        return [
            str(cell.value)
            for sheet in self.sheets()
            for row in sheet.iter_rows()
            for cell in row
            if cell.value is not None
        ]

    def rule(self, *place: str) -> Any:  # noqa: ANN401 - openpyxl's validation, or None
        """What the answer cell takes."""
        sheet, cell, _ = self.answers[place + ("",) * (5 - len(place))]
        rules = self.book[sheet].data_validations.dataValidation
        return next((rule for rule in rules if cell in rule.sqref), None)

    def choices(self, *place: str) -> list[tuple[str, str]]:
        """The ids and labels in the list of an answer cell, read through its validation."""
        *_, number = self.answers[place + ("",) * (5 - len(place))]
        lists = self.book["parley-lists"]
        area = str(self.rule(*place).formula1).split("!")[1].replace("$", "")
        labels = [str(cell.value) for (cell,) in lists[area]]
        rows = list(lists.iter_rows(min_row=2, values_only=True))
        found = [(str(row[1]), str(row[2])) for row in rows if row[0] == number]
        assert [label for _, label in found] == labels
        return found


def opened(content: bytes) -> Opened:
    book = load_workbook(BytesIO(content))
    rows = iter(list(book["parley"].iter_rows(values_only=True)))
    stamp = {}
    for key, value, *_ in rows:
        if key == "sheet":
            break
        if key:
            stamp[str(key)] = str(value or "")
    answers = {}
    for row in rows:
        sheet, cell, *place, number = (str(value or "") for value in row)
        assert tuple(place) not in answers
        answers[tuple(place)] = (sheet, cell, number)
    return Opened(book, stamp, answers)
