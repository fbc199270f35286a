"""What a follow-up suggests to a supplier: its commitments as rows of a table (pure)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from portal.meeting.commitments_rules import KEPT, State
from portal.questionnaire.definition import Questionnaire, Table
from portal.response.fields import CELL_LENGTH

COLUMNS = frozenset({"commitment", "due", "state"})
"""What the table that asks about commitments has, by the ids of its columns."""
LATE = frozenset({State.OVERDUE, State.ESCALATED, State.DISPUTED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """A commitment as far as a row says it; ``shown_on`` is the day of its last proof."""

    text: str
    due_on: date
    state: str
    shown_on: date | None = None
    proof: str = ""
    link: str = ""


def commitments_table(questionnaire: Questionnaire) -> Table | None:
    """The question that asks what became of each commitment; None if there is none."""
    for question in questionnaire.questions():
        if isinstance(question, Table) and {each.id for each in question.columns} >= COLUMNS:
            return question
    return None


def follow_up_rows(table: Table, promises: Iterable[Promise]) -> list[dict[str, Any]]:
    """One row for each commitment, with what the portal knows of it; never more than fit."""
    known = {column.id for column in table.columns}
    rows = [_row(each, known) for each in promises]
    return rows[: table.maximum_rows]


def _row(promise: Promise, known: Iterable[str]) -> dict[str, Any]:
    is_done = promise.state in KEPT or promise.state == State.PROOF_GIVEN
    state = "done" if is_done else "late" if promise.state in LATE else "on_track"
    cells: Mapping[str, Any] = {
        "commitment": _line(promise.text),
        "due": promise.due_on.isoformat(),
        "state": state,
        "done_on": promise.shown_on.isoformat() if is_done and promise.shown_on else None,
        "proof": _line(promise.proof) if is_done else None,
        "link": promise.link if is_done else None,
    }
    return {name: cell for name, cell in cells.items() if cell and name in set(known)}


def _line(text: str) -> str:
    """On one line, as long as a cell may be."""
    line = " ".join(text.split())
    return line if len(line) <= CELL_LENGTH else line[: CELL_LENGTH - 1] + "…"
