"""Reads about a session that everything else begins with."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core.errors import Refused
from portal.dialogue.models import Dialogue
from portal.identity.actor import Actor
from portal.meeting.models import AgendaItem, Meeting, Participation, Registration
from portal.meeting.policy import may_propose, may_read
from portal.meeting.rules import AHEAD


def meeting_of(session: Session, dialogue_id: UUID, meeting_id: UUID) -> Meeting:
    """The session of this id in the dialogue, whoever asks; raises Refused if there is none."""
    meeting = session.get(Meeting, meeting_id)
    if meeting is None or meeting.dialogue_id != dialogue_id:
        raise Refused
    return meeting


def readable_meeting(
    session: Session, actor: Actor, dialogue_id: UUID, meeting_id: UUID
) -> Meeting:
    """The session, if the actor takes part in the dialogue and it was announced.

    Those who plan see it before. Raises Refused otherwise.
    """
    meeting = meeting_of(session, dialogue_id, meeting_id)
    if meeting.announced_at is None and not may_propose(actor, dialogue_id):
        raise Refused
    if not may_read(actor, dialogue_id):
        raise Refused
    return meeting


def public_meeting(session: Session, actor: Actor, dialogue_id: UUID, meeting_id: UUID) -> Meeting:
    """The session, for anyone once it was announced in a published dialogue."""
    meeting = meeting_of(session, dialogue_id, meeting_id)
    dialogue = session.get_one(Dialogue, dialogue_id)
    if meeting.announced_at is not None and dialogue.published_at is not None:
        return meeting
    return readable_meeting(session, actor, dialogue_id, meeting_id)


def agenda_of(session: Session, meeting_id: UUID) -> list[AgendaItem]:
    """The points of the agenda, in their order."""
    query = select(AgendaItem).where(AgendaItem.meeting_id == meeting_id)
    return list(session.scalars(query.order_by(AgendaItem.place, AgendaItem.id)))


def registration_of(session: Session, actor: Actor, meeting: Meeting) -> Registration | None:
    """The actor's registration that holds; None without one, or if it was withdrawn."""
    query = select(Registration).where(
        Registration.meeting_id == meeting.id,
        Registration.person_id == actor.person_id,
        Registration.state == "registered",
    )
    return session.scalars(query).one_or_none()


def participations(session: Session, meeting_id: UUID) -> dict[UUID, Participation]:
    """Organisation → what it said as a whole about the session."""
    query = select(Participation).where(Participation.meeting_id == meeting_id)
    return {each.organisation_id: each for each in session.scalars(query)}


@dataclass(frozen=True, slots=True)
class Listed:
    """The sessions that somebody sees: to come, the next first; past, the newest first."""

    ahead: list[Meeting]
    past: list[Meeting]


def sessions_of(session: Session, actor: Actor, dialogue: Dialogue) -> Listed:
    """The sessions that the actor may see, whoever it is; one query."""
    query = select(Meeting).where(Meeting.dialogue_id == dialogue.id)
    if not may_propose(actor, dialogue.id):
        query = query.where(Meeting.announced_at.is_not(None))
    found = list(session.scalars(query.order_by(Meeting.starts_at, Meeting.title)))
    if dialogue.published_at is None and not may_read(actor, dialogue.id):
        found = []
    ahead = [each for each in found if each.state in AHEAD]
    return Listed(ahead, [each for each in reversed(found) if each.state not in AHEAD])


__all__ = [
    "AgendaItem",
    "Listed",
    "Meeting",
    "agenda_of",
    "meeting_of",
    "participations",
    "public_meeting",
    "readable_meeting",
    "registration_of",
    "sessions_of",
]
