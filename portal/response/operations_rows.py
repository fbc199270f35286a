"""Rows of one table: saved page by page, and taken over from an earlier table."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core.errors import Invalid, message
from portal.identity.actor import Actor
from portal.identity.models import Person
from portal.questionnaire.conditions import route
from portal.response.answers import values_of
from portal.response.loading import earlier_answers
from portal.response.models import Answer
from portal.response.row_merge import MergedRows, Row, RowEdits, merge_rows
from portal.response.row_steps import rows_added_earlier
from portal.response.row_storing import Hold, hold_table, require_seen, store_rows
from portal.response.values import check, tidy


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedRows:
    """What a save of rows did; ``version`` is that of the rows as they are now.

    ``theirs_by`` and ``theirs_at`` say who saved last, where rows are left for a person.
    """

    merged: MergedRows
    version: int
    is_changed: bool
    theirs_by: str = ""
    theirs_at: datetime | None = None


def save_rows(
    session: Session,
    actor: Actor,
    response_id: UUID,
    question_id: str,
    edits: RowEdits,
    *,
    base_version: int,
    language: str,
    now: datetime,
) -> SavedRows:
    """Store what was done with some rows of a table, row by row, without losing anybody's.

    ``edits`` are of the rows that version ``base_version`` held. A row that somebody else touched
    meanwhile is left as it is and given back as a conflict.

    Raises Refused (not this actor's table), NotNow (closed, submitted, or answered without rows
    since), Invalid (a row that the form cannot produce, more rows than the table takes; nothing
    is stored).
    """
    hold = hold_table(session, actor, response_id, question_id, now)
    require_seen(hold, base_version)
    base = _base(session, hold, base_version)
    places = {*edits.changed, *edits.removed, *edits.seen}
    if any(place not in range(len(base)) for place in places):
        raise Invalid(message("These rows are of another version: open the table again."))
    edits = replace(edits, changed=_right(hold, edits.changed), added=_right(hold, edits.added))
    merged = merge_rows(base, edits, hold.rows)
    is_changed = merged.rows != hold.rows
    version = hold.answer.version + is_changed
    saved = SavedRows(merged=merged, version=version, is_changed=is_changed)
    if merged.conflicts:
        by, at = _last_hand(session, response_id, question_id)
        saved = replace(saved, theirs_by=by, theirs_at=at)
    if is_changed:
        store_rows(session, actor, hold, merged.rows, language=language, now=now)
    return saved


def add_earlier_rows(
    session: Session,
    actor: Actor,
    response_id: UUID,
    question_id: str,
    *,
    seen_version: int,
    language: str,
    now: datetime,
) -> int:
    """Add the rows of the earlier table that are not in this one yet; how many there were.

    Raises Refused, NotNow (also if the table was answered without rows since version
    ``seen_version``), or Invalid if the table cannot take that many.
    """
    hold = hold_table(session, actor, response_id, question_id, now)
    require_seen(hold, seen_version)
    way = route(hold.loaded.questionnaire, values_of(hold.answers))
    offered = rows_added_earlier(hold.question, hold.rows, way)
    if offered:
        store_rows(session, actor, hold, [*hold.rows, *offered], language=language, now=now)
    return len(offered)


def _last_hand(session: Session, response_id: UUID, question_id: str) -> tuple[str, datetime]:
    """Who changed the answer last, and when."""
    query = (
        select(Person.name, Answer.updated_at)
        .select_from(Answer)
        .outerjoin(Person, Person.id == Answer.updated_by)
        .where(Answer.response_id == response_id, Answer.question_id == question_id)
    )
    name, at = session.execute(query).one()
    return name or "", at


def _base(session: Session, hold: Hold, base_version: int) -> list[Row]:
    """The rows that somebody started from."""
    if base_version == hold.answer.version:
        return hold.rows
    if base_version == 0:
        return []
    key = hold.question.id
    earlier = earlier_answers(session, hold.loaded.response.id, {key: base_version})
    if key not in earlier:
        raise Invalid(message("These rows are of another version: open the table again."))
    return earlier[key].value or []


def _right(hold: Hold, rows: Mapping[int, Row]) -> dict[int, Row]:
    """The rows in their stored form; Invalid for one that the form cannot produce."""
    found = {}
    for number, row in rows.items():
        faults = check(hold.question, [row])
        tidied = tidy(hold.question, [row]) if not faults else None
        if not tidied:
            raise Invalid(message("Some rows cannot be stored as they are."))
        found[number] = tidied[0]
    return found
