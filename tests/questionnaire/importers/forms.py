"""XLSForms made on the spot, and what the tests ask of what became of them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

from openpyxl import Workbook

from portal.questionnaire.check import problems
from portal.questionnaire.definition import Question
from portal.questionnaire.importers.report import Outcome, ReportLine
from portal.questionnaire.importers.xlsform import Imported, import_xlsform

Row: TypeAlias = Mapping[str, object]
"""Cells by the heading of their column."""

YES_NO: Sequence[Row] = (
    {"list_name": "yes_no", "name": "yes", "label": "Yes"},
    {"list_name": "yes_no", "name": "no", "label": "No"},
)
COLOURS: Sequence[Row] = (
    {"list_name": "colours", "name": "red", "label": "Red"},
    {"list_name": "colours", "name": "green", "label": "Green"},
    {"list_name": "colours", "name": "blue", "label": "Blue"},
)
CHOICES = (*YES_NO, *COLOURS)


def asked(kind: str, name: str, **cells: object) -> Row:
    """A row of the survey with a label of its own."""
    return {"type": kind, "name": name, "label": f"What is {name}?", **cells}


def write(path: Path, **sheets: Sequence[Row]) -> Path:
    """Write a workbook: the headings of each sheet are the keys of its rows, in their order."""
    workbook = Workbook()
    del workbook["Sheet"]
    for name, rows in sheets.items():
        sheet = workbook.create_sheet(name)
        headings = list(dict.fromkeys(key for row in rows for key in row))
        sheet.append(headings)
        for row in rows:
            sheet.append([row.get(heading) for heading in headings])
    workbook.save(path)
    return path


def imported(
    folder: Path, *survey: Row, choices: Sequence[Row] = CHOICES, **sheets: Sequence[Row]
) -> Imported:
    """What becomes of a form; whatever it is, it passes the check and all of it is reported."""
    path = write(folder / "form.xlsx", survey=survey, choices=choices, **sheets)
    found = import_xlsform(path)
    assert problems(found.questionnaire) == []
    require_account(found, {"survey": survey, "choices": choices, **sheets})
    return found


def question(found: Imported, question_id: str) -> Question:
    """The question of this id, which is there."""
    asked_for = found.questionnaire.question(question_id)
    assert asked_for is not None, [each.id for each in found.questionnaire.questions()]
    return asked_for


def lines(
    found: Imported, row: int | None, column: str | None = None, *, sheet: str = "survey"
) -> list[ReportLine]:
    """What the report says of a row, or of one of its cells."""
    return [
        line for line in found.report if (line.sheet, line.row, line.column) == (sheet, row, column)
    ]


def outcomes(
    found: Imported, row: int | None, column: str | None = None, *, sheet: str = "survey"
) -> set[Outcome]:
    """The outcomes that the report gives for a row, or for one of its cells."""
    return {line.outcome for line in lines(found, row, column, sheet=sheet)}


def require_account(found: Imported, sheets: Mapping[str, Sequence[Row]]) -> None:
    """Every row that holds anything has a line, and every column one that counts its cells."""
    rows = {(line.sheet, line.row) for line in found.report}
    columns = {(line.sheet, line.column): line for line in found.report if line.row is None}
    for name, content in sheets.items():
        filled = Counter[str]()
        for number, row in enumerate(content, start=2):
            headings = [key for key, cell in row.items() if cell is not None and str(cell).strip()]
            filled.update(headings)
            assert not headings or (name, number) in rows
        for heading in {key for row in content for key in row}:
            counts = columns[name, heading.strip()].what.values.values()
            assert sum(count for count in counts if isinstance(count, int)) == filled[heading]
