"""What became of each part of a workbook: one line for each row and each column, and for more."""

import csv
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from io import StringIO

from portal.core.errors import Message
from portal.core.spreadsheets import inert

HEADINGS = ("sheet", "row", "column", "name", "outcome", "what")
"""Of the report as a file."""


class Outcome(StrEnum):
    """What became of a part."""

    CARRIED = "carried"
    CHANGED = "changed"
    NOT_CARRIED = "not_carried"

    @property
    def words(self) -> str:
        """As people read it."""
        return self.value.replace("_", " ")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportLine:
    """One thing that happened to one part of the workbook."""

    sheet: str
    row: int | None
    """As the spreadsheet counts, from 1; None for a whole sheet or column."""
    column: str | None
    """The heading as it is written; None for a whole sheet or row."""
    outcome: Outcome
    what: Message
    about: str
    """The name that the part has in the form, such as that of a question; may be empty."""

    def __str__(self) -> str:
        """One line: where, what became of it, and why."""
        where = self.sheet if self.row is None else f"{self.sheet}:{self.row}"
        if self.column is not None:
            where = f"{where} {self.column}"
        return " ".join(f"{where}: {self.outcome.words}: {self.what}".split())


def counted(lines: Iterable[ReportLine]) -> dict[Outcome, int]:
    """How many lines there are of each outcome, all three named."""
    counts = Counter(line.outcome for line in lines)
    return {outcome: counts[outcome] for outcome in Outcome}


def to_csv(lines: Iterable[ReportLine], say: Callable[[Message], str] = str) -> bytes:
    """The report as CSV in UTF-8, in which no text acts as a formula.

    ``say`` puts a message into words; English without it.
    """
    file = StringIO()
    writer = csv.writer(file)
    writer.writerow(HEADINGS)
    for line in lines:
        place = (line.sheet, "" if line.row is None else str(line.row), line.column or "")
        cells = (*place, line.about, line.outcome.value, say(line.what))
        writer.writerow([inert(cell) for cell in cells])
    return file.getvalue().encode()
