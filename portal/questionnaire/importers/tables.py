"""A sheet as headings and records, and an account of every cell of it."""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from portal.core.errors import Message, message
from portal.questionnaire.importers.report import Outcome, ReportLine
from portal.questionnaire.importers.vocabulary import TRANSLATED, reason
from portal.questionnaire.importers.xlsx import Sheet
from portal.questionnaire.importers.xlsx_parts import column_letters

ALL_CELLS: Mapping[Outcome, str] = {
    Outcome.CARRIED: "Cells carried: {count}.",
    Outcome.CHANGED: "Cells carried with a change: {count}.",
    Outcome.NOT_CARRIED: "Cells not carried: {count}.",
}
NO_VALUE = "“{value}”: the cell has no value. Calculate the workbook, save it and import it again."
OTHER_COLUMN = "Cells not carried: {count}. The portal has nothing that corresponds to this column."
MEDIA_COLUMN = "Cells not carried: {count}. Texts have no pictures or sounds."
CARRIED_OF_CHOICES = frozenset({"list_name", "name", "label"})
MIXED = "Cells: {carried} carried, {changed} changed, {lost} not carried."


@dataclass(frozen=True, slots=True)
class Heading:
    """The top of a column: as it is written, what it means, and in which language."""

    column: int
    written: str
    role: str
    """Empty if the column means nothing that is known, or is there twice."""
    language: str | None = None

    @property
    def name(self) -> str:
        """How the report calls the column."""
        return self.written or _column_name(self.column)


@dataclass(slots=True, eq=False)
class Record:
    """A row, by column; every cell that is read is noted."""

    sheet: str
    number: int
    cells: Mapping[Heading, str]
    about: str = ""
    outcomes: dict[Heading, Outcome] = field(default_factory=dict)

    def get(self, role: str) -> str:
        """The cell in the column of this role, empty if there is none; it counts as carried."""
        heading = next((each for each in self.cells if each.role == role), None)
        if heading is None:
            return ""
        self.outcomes.setdefault(heading, Outcome.CARRIED)
        return self.cells[heading]

    def peek(self, role: str) -> str:
        """The cell as ``get`` gives it, without a note: it may yet turn out to mean nothing."""
        return next((text for heading, text in self.cells.items() if heading.role == role), "")

    def headings(self, role: str) -> list[Heading]:
        """The filled columns of this role, one for each language."""
        return [heading for heading in self.cells if heading.role == role]


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet with one row of headings and a record for each row below it."""

    name: str
    top: int | None
    """The row of headings; None if the sheet is empty."""
    headings: tuple[Heading, ...]
    records: tuple[Record, ...]
    unread: Mapping[tuple[int, str], str]
    """Cells without a value, by row and column name: what stands there instead."""

    def has(self, role: str) -> bool:
        """Whether there is a column of this role."""
        return any(heading.role == role for heading in self.headings)


def table_of(sheet: Sheet, roles: Mapping[str, str]) -> Table:
    """The sheet, its columns understood by their headings."""
    numbers = sorted(sheet.rows)
    top = sheet.rows[numbers[0]] if numbers else {}
    unread = {
        (row, top.get(column) or _column_name(column)): text
        for (row, column), text in sheet.unread.items()
    }
    if not numbers:
        return Table(sheet.name, None, (), (), unread)
    columns = sorted({column for row in sheet.rows.values() for column in row})
    headings: dict[int, Heading] = {}
    seen: set[tuple[str, str | None]] = set()
    for column in columns:
        role, language = meaning(top.get(column, ""), roles)
        if (role, language) in seen:
            role = ""
        seen.add((role, language))
        headings[column] = Heading(column, top.get(column, ""), role, language)
    records = [
        Record(
            sheet.name,
            number,
            {headings[column]: sheet.rows[number][column] for column in sorted(sheet.rows[number])},
        )
        for number in numbers[1:]
    ]
    return Table(sheet.name, numbers[0], tuple(headings.values()), tuple(records), unread)


def meaning(written: str, roles: Mapping[str, str]) -> tuple[str, str | None]:
    """The role of a heading, and its language as it is written (``label::French (fr)``)."""
    text = re.sub(r"\bjr:", "jr_", written.strip(), flags=re.IGNORECASE)
    parts = [part.strip() for part in text.split("::" if "::" in text else ":")]
    keys = [re.sub(r"[\s-]+", "_", part).casefold() for part in parts]
    if len(keys) > 1 and keys[0] in {"bind", "control", "body", "media"}:
        keys, parts = keys[1:], parts[1:]
    role = roles.get(keys[0], "")
    language = "::".join(parts[1:]) or None
    if language is not None and role not in TRANSLATED:
        return "", None
    return role, language


def _column_name(column: int) -> str:
    return f"column {column_letters(column)}"


class Account:
    """What became of the workbook, line by line, until nothing of it is unaccounted for."""

    def __init__(self) -> None:
        self._lines: list[ReportLine] = []
        self._rows: set[tuple[str, int]] = set()

    def row(self, record: Record, outcome: Outcome, what: Message) -> None:
        """Say what became of a whole row; one that is not carried takes its cells with it."""
        self._rows.add((record.sheet, record.number))
        self._add(_Place(record.sheet, record.number, about=record.about), outcome, what)
        if outcome is Outcome.NOT_CARRIED:
            record.outcomes = dict.fromkeys(record.cells, outcome)

    def has_row(self, record: Record) -> bool:
        """Whether something was said of the row as a whole."""
        return (record.sheet, record.number) in self._rows

    def why_not(self, record: Record) -> Message | None:
        """Why the whole row is not carried; None if it is, or if nobody said so."""
        place, lost = (record.sheet, record.number, None), Outcome.NOT_CARRIED
        found = (
            line.what
            for line in self._lines
            if (line.sheet, line.row, line.column) == place and line.outcome is lost
        )
        return next(found, None)

    def cell(self, record: Record, role: str | Heading, outcome: Outcome, what: Message) -> None:
        """Say what became of a cell: of this heading, or of the first of this role."""
        first = next(iter(record.headings(role)), None) if isinstance(role, str) else role
        name = first.name if first is not None else str(role)
        self._add(_Place(record.sheet, record.number, name, record.about), outcome, what)
        if first is not None:
            record.outcomes[first] = outcome

    def cells(self, record: Record, role: str, outcome: Outcome, what: Message) -> None:
        """Say what became of the cells of a role, one for each language, in one line."""
        self.cell(record, role, outcome, what)
        record.outcomes |= dict.fromkeys(record.headings(role), outcome)

    def sheet(self, name: str, outcome: Outcome, what: Message, about: str = "") -> None:
        """Say something of a whole sheet, or of something that it lacks."""
        self._add(_Place(name, about=about), outcome, what)

    def column(self, sheet: str, heading: Heading, outcome: Outcome, what: Message) -> None:
        """Say something of a whole column."""
        place = _Place(sheet, column=heading.name, about=heading.written)
        self._add(place, outcome, what)

    def settle(self, table: Table, *, by_cell: bool = True, unread: Message | None = None) -> None:
        """Account for whatever of a table was not spoken of.

        ``by_cell`` gives each cell that is left over a line of its own, else only its column has
        one; ``unread`` is what is said of rows without a line.
        """
        if table.top is not None:
            what = message("The row of column names.")
            self._add(_Place(table.name, table.top), Outcome.CARRIED, what)
        for record in table.records:
            self._settle_record(record, by_cell=by_cell, unread=unread)
        for (row, column), text in table.unread.items():
            what = message(NO_VALUE, value=text)
            self._add(_Place(table.name, row, column), Outcome.NOT_CARRIED, what)
        cells: dict[Heading, Counter[Outcome]] = defaultdict(Counter)
        valueless = Counter(column for _, column in table.unread)
        for record in table.records:
            for heading, outcome in record.outcomes.items():
                cells[heading][outcome] += 1
        for heading in table.headings:
            cells[heading][Outcome.NOT_CARRIED] += valueless[heading.name]
            outcome, what = _summary(heading, cells[heading], by_cell=by_cell or unread is not None)
            self.column(table.name, heading, outcome, what)

    def lines(self, sheets: Sequence[str]) -> tuple[ReportLine, ...]:
        """All lines: sheet by sheet in the order of the workbook, columns first, then rows."""
        order = {name: place for place, name in enumerate(sheets)}
        return tuple(
            sorted(self._lines, key=lambda line: (order.get(line.sheet, len(order)), line.row or 0))
        )

    def _settle_record(self, record: Record, *, by_cell: bool, unread: Message | None) -> None:
        if not self.has_row(record):
            outcome = Outcome.NOT_CARRIED if unread else Outcome.CARRIED
            self.row(record, outcome, unread or message("The row is read."))
        for heading, content in record.cells.items():
            if heading in record.outcomes:
                continue
            record.outcomes[heading] = Outcome.NOT_CARRIED
            if by_cell:
                self.cell(record, heading, Outcome.NOT_CARRIED, reason(heading.role, content))

    def _add(self, place: "_Place", outcome: Outcome, what: Message) -> None:
        line = ReportLine(
            sheet=place.sheet,
            row=place.row,
            column=place.column,
            outcome=outcome,
            what=what,
            about=place.about,
        )
        self._lines.append(line)


@dataclass(frozen=True, slots=True)
class _Place:
    """What a line is about."""

    sheet: str
    row: int | None = None
    column: str | None = None
    about: str = ""


def _summary(
    heading: Heading, cells: Counter[Outcome], *, by_cell: bool
) -> tuple[Outcome, Message]:
    """What became of a column, and why if no cell says so."""
    found = [outcome for outcome in Outcome if cells[outcome]]
    if not found:
        return Outcome.CARRIED, message("The column is empty.")
    if not by_cell and heading.role not in CARRIED_OF_CHOICES:
        why = MEDIA_COLUMN if heading.role == "media" else OTHER_COLUMN
        return Outcome.NOT_CARRIED, message(why, count=cells[Outcome.NOT_CARRIED])
    if len(found) == 1:
        return found[0], message(ALL_CELLS[found[0]], count=cells[found[0]])
    what = message(
        MIXED,
        carried=cells[Outcome.CARRIED],
        changed=cells[Outcome.CHANGED],
        lost=cells[Outcome.NOT_CARRIED],
    )
    return Outcome.CHANGED, what
