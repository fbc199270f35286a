"""What is due when in a response, for the calendar of one of its people."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core.calendar import Entry, sequence_at
from portal.core.errors import message
from portal.dialogue.deadlines import closing_time
from portal.identity.actor import Actor
from portal.response.loading import Loaded, load_own
from portal.response.models import Assignment
from portal.response.models_after import Clarification


def own_deadlines(session: Session, actor: Actor, response_id: UUID, url: str) -> tuple[Entry, ...]:
    """The closing time, the actor's own due dates, and what is open in a clarification.

    ``url`` is the response's page. Refused unless the actor belongs to the supplier's team.
    """
    loaded = load_own(session, actor, response_id)
    asked = select(Clarification).filter_by(response_id=response_id, state="open")
    title = loaded.dialogue.title
    return (
        closing_time(session, loaded.dialogue, url),
        *due_dates(session, loaded, actor.person_id, url=url),
        *(clarification_due(row, title, url) for row in session.scalars(asked)),
    )


def due_dates(
    session: Session,
    loaded: Loaded,
    person_id: UUID | None,
    section_id: str = "",
    *,
    url: str = "",
) -> tuple[Entry, ...]:
    """The days until which somebody answers what they were given (of a section); one query."""
    query = select(Assignment).filter_by(response_id=loaded.response.id, person_id=person_id)
    query = query.filter_by(section_id=section_id) if section_id else query
    return tuple(
        Entry(
            uid=_uid(row),
            sequence=sequence_at(row.assigned_at) if row.assigned_at else 0,
            due=row.due_on,
            summary=message(
                "{dialogue}: {part} is due",
                dialogue=loaded.dialogue.title,
                part=row.question_id or row.section_id,
            ),
            url=url,
        )
        for row in session.scalars(query.order_by(Assignment.section_id, Assignment.question_id))
        if row.due_on is not None
    )


def _uid(row: Assignment) -> str:
    """Not by the row's id: what is given again, until another day, is a row of its own."""
    part = row.question_id or row.section_id
    return f"given-{row.response_id}-{row.person_id}-{part}@parley"


def clarification_due(row: Clarification, title: str, url: str = "") -> Entry:
    """The instant until which a clarification can be answered."""
    return Entry(
        uid=f"clarification-{row.id}@parley",
        sequence=0,
        due=row.due_at,
        summary=message("{dialogue}: the clarification is due", dialogue=title),
        url=url,
    )
