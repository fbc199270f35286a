"""Rows read from a spreadsheet: kept, mended and looked at before any of them is taken."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from portal.core.errors import NotNow, message
from portal.identity.actor import Actor
from portal.response.imports import keep_import, waiting_import
from portal.response.models_sources import AnswerImport
from portal.response.queries_rows import KIND, opened
from portal.response.row_reading import Lines
from portal.response.row_sheet import (
    ADD,
    REPLACE,
    mended,
    rows_of,
    to_content,
    understood,
    without,
)
from portal.response.row_steps import Taken, Taking, settled, take
from portal.response.row_storing import hold_table, require_seen, store_rows

SOURCE = "rows"
"""What rows from a spreadsheet are noted as in the history of an answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowsAt:
    """Where read rows wait: a table of a response, and the import that holds them."""

    response_id: UUID
    question_id: str
    import_id: UUID


def read_rows(
    session: Session,
    actor: Actor,
    response_id: UUID,
    question_id: str,
    lines: Lines,
    *,
    file_name: str = "",
    sha256: str = "",
    now: datetime,
) -> UUID:
    """Keep what was read of a spreadsheet, to be looked at; nothing of the answer changes.

    Raises Refused or NotNow as ``save_rows``.
    """
    hold = hold_table(session, actor, response_id, question_id, now)
    return keep_import(
        session,
        actor,
        response_id,
        KIND,
        to_content(understood(hold.question, lines)),
        question_id=question_id,
        file_name=file_name,
        sha256=sha256,
        now=now,
    )


def mend_rows(
    session: Session,
    actor: Actor,
    at: RowsAt,
    *,
    typed: Mapping[int, Mapping[str, Sequence[str]]],
    columns: Sequence[str] | None = None,
    now: datetime,
) -> bool:
    """Keep what was typed over faulty cells, and which column is which if that was said.

    Returns whether columns are understood otherwise than before. ``typed``: line → column →
    everything sent. Raises Refused or NotNow as ``save_rows``.
    """
    hold = hold_table(session, actor, at.response_id, at.question_id, now)
    found = _waiting(session, at)
    known = {column.id for column in hold.question.columns}
    sheet = opened(found).sheet
    lines = {line.number for line in sheet.lines}
    right = {
        line: {key: sent for key, sent in cells.items() if key in known}
        for line, cells in typed.items()
        if line in lines
    }
    chosen = sheet.columns
    if columns is not None:
        chosen = _chosen(columns, known, len(sheet.columns))
    found.content = to_content(replace(mended(sheet, right), columns=chosen))
    return chosen != sheet.columns


def take_rows(
    session: Session,
    actor: Actor,
    at: RowsAt,
    taking: Taking,
    *,
    seen_version: int,
    language: str,
    now: datetime,
) -> Taken:
    """Put the right rows of an import into the table; faulty ones stay, to be mended.

    Raises Refused, NotNow (also if rows would be replaced or updated that somebody changed since
    version ``seen_version``, or if the table was answered without rows since), Invalid if the
    table cannot take that many; nothing is lost then.
    """
    hold = hold_table(session, actor, at.response_id, at.question_id, now)
    require_seen(hold, seen_version)
    found = _waiting(session, at)
    sheet = opened(found).sheet
    taking = settled(hold.question, sheet, taking)
    if taking.mode != ADD and seen_version != hold.answer.version:
        raise NotNow(
            message("Somebody changed these rows meanwhile. Look again at what you choose below.")
        )
    taken = take(hold.rows, rows_of(hold.question, sheet), taking)
    if taken.rows != hold.rows:
        store_rows(session, actor, hold, taken.rows, language=language, now=now, source=SOURCE)
    left = without(sheet, taken.done, mode=ADD if taking.mode == REPLACE else taking.mode)
    found.content = to_content(left)
    if not rows_of(hold.question, left):
        found.applied_at = now
    return taken


def drop_rows(
    session: Session,
    actor: Actor,
    at: RowsAt,
    *,
    now: datetime,
) -> None:
    """Do without what was read. Raises Refused or NotNow as ``save_rows``."""
    hold_table(session, actor, at.response_id, at.question_id, now)
    _waiting(session, at).dropped_at = now


def _waiting(session: Session, at: RowsAt) -> AnswerImport:
    """What waits there, locked against others."""
    return waiting_import(session, at.response_id, at.import_id, KIND, at.question_id, lock=True)


def _chosen(columns: Sequence[str], known: set[str], width: int) -> tuple[str, ...]:
    """Known columns, each once, for every place that was read."""
    found: list[str] = []
    for each in [*columns, *([""] * width)][:width]:
        found.append(each if each in known and each not in found else "")
    return tuple(found)
