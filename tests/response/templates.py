"""Reporting templates as our own minimal files, in the layout of CMRT 6 and EMRT 1 and 2.

Rows and columns are those that the templates' own sheet "Checker" names; all texts that are not
labels are invented.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from io import BytesIO
from typing import Any

from openpyxl import Workbook

CMRT_MINERALS = ("Tantalum", "Tin", "Gold", "Tungsten")
LETTERS = "ABCDEFGH"
HEADS = (
    "Smelter Identification Number Input Column",
    "Metal (*)",
    "Smelter Look-up (*)",
    "Smelter Name (1)",
    "Smelter Country (*)",
    "Smelter Identification",
    "Source of Smelter Identification Number",
    "Smelter Street",
    "Smelter City",
    "Smelter Facility Location: State / Province",
    "Smelter Contact Name",
    "Smelter Contact Email",
    "Proposed next steps",
    "Name of Mine(s) or if recycled or scrap sourced, enter “recycled” or “scrap”",
    "Location (Country) of Mine(s) or if recycled or scrap sourced, enter “recycled” or “scrap”",
    "Does 100% of the smelter’s feedstock originate from recycled or scrap sources?",
    "Comments",
)
COMPANY = (
    (8, "Company Name (*):", "Brand NV"),
    (9, "Declaration Scope or Class (*):", "A. Company"),
    (10, "Description of Scope:", None),
    (12, "Company Unique ID:", None),
    (15, "Contact Name (*):", "Ada Brand"),
    (16, "Email – Contact (*):", "ada@example.org"),
    (17, "Phone – Contact (*):", "+32 2 000 00 00"),
    (18, "Authorizer (*):", "Bea Brand"),
    (20, "Email - Authorizer (*):", "bea@example.org"),
    (22, "Effective Date (*):", date(2026, 3, 12)),
)
GOOD = ("Yes", "Yes", "No", "No", "No", "Greater than 90%", "No", "Yes")
"""Answers to questions 1 to 8 about a mineral that is used."""


@dataclass
class Template:
    """What is filled in; ``answers``: mineral → answers to the questions in order."""

    revision: str = "6.4"
    title: str = "Conflict Minerals Reporting Template (CMRT)"
    answers: Mapping[str, Sequence[Any]] = field(
        default_factory=lambda: {
            "Tantalum": ("No",),
            "Tin": GOOD,
            "Gold": GOOD,
            "Tungsten": ("No",),
        }
    )
    first_row: int = 25
    step: int = 6
    policies: Mapping[str, tuple[str, str]] = field(
        default_factory=lambda: {
            letter: ("Yes", "www.example.org" if letter == "B" else "") for letter in LETTERS
        }
    )
    smelters: Sequence[Mapping[str, Any]] = (
        {"B": "Gold", "C": "Aurum Works", "E": "BELGIUM", "F": "CID000101", "P": "Yes"},
        {"B": "Tin", "C": "Stannum Works", "E": "KOREA, REPUBLIC OF", "F": "CID000102"},
    )
    company: Mapping[int, Any] = field(default_factory=dict)

    def bytes(self) -> bytes:
        """The file."""
        book = Workbook()
        sheet = book.create_sheet("Declaration", 0)
        book.remove(book["Sheet"])
        sheet["D2"] = self.title
        sheet["B3"] = f"Revision {self.revision}\nApril 26, 2024"
        for row, label, value in COMPANY:
            sheet[f"B{row}"], sheet[f"D{row}"] = label, self.company.get(row, value)
        self._questions(sheet)
        self._list(book.create_sheet("Smelter List"))
        book.create_sheet("Checker")["A1"] = "To ensure all required fields have been populated"
        products = book.create_sheet("Product List")
        products["B5"], products["C5"] = "Manufacturer’s Product Number (*)", "Product Name"
        file = BytesIO()
        book.save(file)
        return file.getvalue()

    def _questions(self, sheet: Any) -> None:  # noqa: ANN401 - openpyxl
        count = max(len(answers) for answers in self.answers.values())
        last = self.first_row
        for number in range(1, count + 1):
            row = last = self.first_row + (number - 1) * self.step
            sheet[f"B{row}"] = f"{number}) What is asked about each?"
            if number == 1:
                sheet[f"D{row}"], sheet[f"G{row}"] = "Answer", "Comments"
            for mineral, answers in self.answers.items():
                row += 1
                sheet[f"B{row}"] = f"{mineral} (*)" if number == 1 else mineral
                sheet[f"D{row}"] = answers[number - 1] if number <= len(answers) else None
        row = last + self.step + 2
        for letter, (answer, comment) in self.policies.items():
            sheet[f"B{row}"] = f"{letter}. What is asked of the company?"
            sheet[f"D{row}"], sheet[f"G{row}"] = answer, comment
            row += 2

    def _list(self, sheet: Any) -> None:  # noqa: ANN401 - as above
        sheet["B2"], sheet["B3"] = "TO BEGIN:", "Option A: If you know the number, input it."
        for column, head in enumerate(HEADS, start=1):
            sheet.cell(4, column, head)
        for row, cells in enumerate(self.smelters, start=5):
            for letter, value in cells.items():
                sheet[f"{letter}{row}"] = value


def emrt(revision: str, minerals: Sequence[str], **changes: Any) -> Template:  # noqa: ANN401 - fields of Template
    """An EMRT: seven questions, without the one about covered countries."""
    good = ("Yes", "Yes", "Unknown", "Yes", "100%", "No", "Yes")
    given = {
        "revision": revision,
        "title": "Extended Minerals Reporting Template (EMRT)",
        "answers": dict.fromkeys(minerals, good),
        "first_row": 29 if revision.startswith("2") else 25,
        "step": 12 if revision.startswith("2") else 6,
        "policies": dict.fromkeys(LETTERS[:7], ("Yes", "www.example.org")),
        "smelters": [
            {"B": mineral, "D": f"{mineral} Works", "E": "FINLAND", "F": f"CID00020{place}"}
            for place, mineral in enumerate(minerals)
        ],
        **changes,
    }
    return Template(**given)
