"""Closing the room of a session: by its chair, or because its minutes begin."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal.core.audit import record
from portal.core.errors import NotNow, message
from portal.identity.actor import Actor
from portal.meeting.acting import act_on
from portal.meeting.models import Meeting
from portal.meeting.models_room import Poll, RaisedHand, Room


def locked_room(session: Session, meeting_id: UUID) -> Room | None:
    """The room, locked and read anew; None before its first opening.

    Every act in a room locks it and then writes rows that point at its session: whoever needs
    both locks the room first, so that no two wait for each other.
    """
    return session.get(Room, meeting_id, with_for_update=True, populate_existing=True)


def shut(session: Session, actor: Actor, meeting: Meeting, room: Room, *, now: datetime) -> None:
    """Close an open room that is locked; callers have checked that the actor may.

    Raises NotNow while people vote.
    """
    query = select(Poll.id).where(Poll.meeting_id == meeting.id, Poll.state == "open").limit(1)
    if session.scalar(query) is not None:
        raise NotNow(message("Close the vote first."))
    room.state, room.closed_at = "closed", now
    lower = update(RaisedHand).where(RaisedHand.meeting_id == meeting.id)
    session.execute(lower.values(state="down"))
    details: dict[str, object] = {"from": "open", "to": "closed"}
    record(session, act_on(meeting, actor, "room_closed", details), now=now)
