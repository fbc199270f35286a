"""Loads a session for an act and says what the audit log keeps of it."""

from uuid import UUID

from sqlalchemy.orm import Session

from portal.core.audit import Act
from portal.core.errors import Invalid, Message, Refused, message
from portal.identity.actor import Actor
from portal.meeting.models import Meeting
from portal.meeting.policy import may_run


def locked(session: Session, meeting_id: UUID) -> Meeting:
    """The session, locked and read anew; raises Refused if there is none."""
    meeting = session.get(Meeting, meeting_id, with_for_update=True, populate_existing=True)
    if meeting is None:
        raise Refused
    return meeting


def run_by(session: Session, actor: Actor, meeting_id: UUID) -> Meeting:
    """The session, locked, if the actor is secretariat or lead buyer; raises Refused otherwise."""
    meeting = locked(session, meeting_id)
    if not may_run(actor, meeting.dialogue_id):
        raise Refused
    return meeting


def act_on(
    meeting: Meeting,
    actor: Actor,
    act: str,
    details: dict[str, object] | None = None,
    *,
    organisation_id: UUID | None = None,
    subject: tuple[str, object] | None = None,
) -> Act:
    """One row of the log: who did what, for which of their organisations."""
    held = {grant.organisation_id for grant in actor.grants_in(meeting.dialogue_id)}
    if organisation_id is None and len(held) == 1:
        (organisation_id,) = held
    return Act(
        person_id=actor.person_id,
        organisation_id=organisation_id,
        dialogue_id=meeting.dialogue_id,
        subject=subject or ("meeting", meeting.id),
        act=act,
        details=dict(details or {}),
    )


def moved(meeting: Meeting, to: str, reason: str = "") -> dict[str, object]:
    """Put the session into a state; what the log says of the step."""
    details: dict[str, object] = {"from": meeting.state, "to": to}
    if reason:
        details["reason"] = reason
    meeting.state = to
    return details


TEXT_LENGTH = 4000


def required(field: str, text: str, sentence: Message, *, most: int = TEXT_LENGTH) -> str:
    """The text, trimmed, its lines ended alike; Invalid if there is none or it is too long."""
    trimmed = "\n".join(text.strip().splitlines())
    if not trimmed:
        raise Invalid(sentence, {field: sentence})
    if len(trimmed) > most:
        sentence = message("Use at most {most} characters.", most=most)
        raise Invalid(sentence, {field: sentence})
    return trimmed
