"""Reads about a session that everything else begins with."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from portal.core.errors import Refused
from portal.dialogue.models import Dialogue, RoleGrant
from portal.identity.actor import Actor
from portal.meeting.models import AgendaItem, Meeting, Participation, Registration
from portal.meeting.policy import may_propose, may_read, part_of
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


def keeps_role(dialogue_id: UUID) -> ColumnElement[bool]:
    """That whoever registered still has a role in the dialogue for that organisation."""
    query = select(RoleGrant.id).where(
        RoleGrant.dialogue_id == dialogue_id,
        RoleGrant.organisation_id == Registration.organisation_id,
        RoleGrant.person_id == Registration.person_id,
    )
    return query.exists()


def registered_for(meeting: Meeting) -> ColumnElement[bool]:
    """That a registration for the session holds.

    Until it is held, one outlives no role: who has none for the organisation any more counts as
    withdrawn. After that, who was there was there.
    """
    holds = and_(Registration.meeting_id == meeting.id, Registration.state == "registered")
    return and_(holds, keeps_role(meeting.dialogue_id)) if meeting.state in AHEAD else holds


def registration_of(session: Session, actor: Actor, meeting: Meeting) -> Registration | None:
    """The actor's registration that holds.

    None without one, if it was withdrawn, or if the actor has no role for the organisation any
    more.
    """
    query = select(Registration).where(
        Registration.meeting_id == meeting.id,
        Registration.person_id == actor.person_id,
        Registration.state == "registered",
    )
    row = session.scalars(query).one_or_none()
    if row is None or part_of(actor, meeting.dialogue_id, row.organisation_id) is None:
        return None
    return row


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
    "keeps_role",
    "meeting_of",
    "participations",
    "public_meeting",
    "readable_meeting",
    "registered_for",
    "registration_of",
    "sessions_of",
]
