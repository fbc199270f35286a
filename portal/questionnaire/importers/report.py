"""What became of each part of a workbook: one line for each row and each column, and for more."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from portal.core.errors import Message


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
