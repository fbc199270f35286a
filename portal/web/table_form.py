"""The rows of one page of a table as they were sent: what to store, what to show again.

Fields are named as on a section's page, ``{question}:{n}:{column}``. Here n is the row's place in
the version that the page showed, or ``NEW`` and up for a row that is not in it. A row that is
missing is left alone; one whose fields are all empty, or that is ticked, is removed.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from portal.core.errors import Message
from portal.questionnaire.definition import Table
from portal.response.fields import Value, field_of_column, from_text
from portal.response.row_merge import RowEdits
from portal.web.answers import LARGEST_VERSION

NEW = 1_000_000
"""Rows of this number and up are new; no table is that long."""
LARGEST = 999_999_999
PARTS = 3
"""Of a cell's name: question, number, column."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SentRow:
    """One row as it was sent, by column: its texts, its right cells, what is wrong with others."""

    number: int
    texts: Mapping[str, tuple[str, ...]]
    cells: Mapping[str, Value]
    problems: Mapping[str, Message]
    is_ticked: bool

    @property
    def is_new(self) -> bool:
        """Whether the version that the page showed does not have it."""
        return self.number >= NEW

    @property
    def is_left_out(self) -> bool:
        """Whether it is to be removed, or was never filled in."""
        return self.is_ticked or not (self.cells or self.problems)


@dataclass(frozen=True, slots=True, kw_only=True)
class SentRows:
    """All rows of a page that was sent, in the order of their numbers."""

    rows: tuple[SentRow, ...]
    base_version: int

    @property
    def wrong(self) -> tuple[SentRow, ...]:
        """The rows that cannot be stored as they are."""
        return tuple(row for row in self.rows if row.problems and not row.is_ticked)

    @property
    def edits(self) -> RowEdits:
        """What is to be stored: every row without a fault."""
        kept = [row for row in self.rows if not row.is_left_out and not row.problems]
        return RowEdits(
            changed={row.number: row.cells for row in kept if not row.is_new},
            removed=frozenset(
                row.number for row in self.rows if row.is_left_out and not row.is_new
            ),
            added={row.number: row.cells for row in kept if row.is_new},
            seen=frozenset(row.number for row in self.wrong if not row.is_new),
        )


def sent_rows(question: Table, form: MultiDict[str, str]) -> SentRows:
    """Read the rows of a page; unknown columns and numbers are passed over."""
    columns = {column.id: column for column in question.columns}
    texts: dict[int, dict[str, tuple[str, ...]]] = {}
    for name, sent in form.lists():
        parts = name.split(":")
        if len(parts) == PARTS and parts[0] == question.id and parts[2] in columns:
            number = _number(parts[1])
            if number is not None:
                texts.setdefault(number, {})[parts[2]] = tuple(sent)
    ticked = {_number(text) for text in form.getlist(f"{question.id}!remove")}
    version = form.get(f"{question.id}!version", "")
    is_version = version.isascii() and version.isdecimal() and int(version) <= LARGEST_VERSION
    return SentRows(
        rows=tuple(
            _sent_row(question, number, texts[number], is_ticked=number in ticked)
            for number in sorted(texts)
        ),
        base_version=int(version) if is_version else 0,
    )


def _sent_row(
    question: Table, number: int, texts: Mapping[str, tuple[str, ...]], *, is_ticked: bool
) -> SentRow:
    cells: dict[str, Value] = {}
    problems: dict[str, Message] = {}
    for column in question.columns:
        value, problem = from_text(field_of_column(column), texts.get(column.id, ()))
        if problem:
            problems[column.id] = problem
        elif value is not None:
            cells[column.id] = value
    return SentRow(number=number, texts=texts, cells=cells, problems=problems, is_ticked=is_ticked)


def _number(text: str) -> int | None:
    is_number = text.isascii() and text.isdecimal() and int(text) <= LARGEST
    return int(text) if is_number else None
