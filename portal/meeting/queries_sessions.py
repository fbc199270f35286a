"""One session as its reader may see it, and the steps that they may take."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from portal.core.calendar import Entry
from portal.core.errors import Refused
from portal.dialogue.models import Dialogue
from portal.identity.actor import Actor
from portal.identity.roles import Permission
from portal.meeting.letters import entry_of
from portal.meeting.models import Meeting, Registration
from portal.meeting.policy import may_edit, may_propose, may_read, may_run
from portal.meeting.queries import meeting_of, public_meeting, registration_of
from portal.meeting.queries_agenda import Subjects, TimedAgenda, subjects, timed_agenda
from portal.meeting.queries_minutes import may_read_minutes
from portal.meeting.queries_registration import published_participants
from portal.meeting.rules import AHEAD, CANCELLED, FROM, PLANNED, may_be_held, takes_registrations


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionPage:
    """A session for one reader. ``steps`` are the acts of the life cycle that they may take.

    ``participants`` are (part, name) of organisations that anyone may know of; ``shows_online``
    is whether the reader gets the address of the online meeting.
    """

    meeting: Meeting
    agenda: TimedAgenda
    registration: Registration | None
    participants: list[tuple[str, str]]
    takes_part: bool
    may_register: bool
    may_edit: bool
    may_run: bool
    may_hold: bool
    reads_minutes: bool
    has_slots: bool
    shows_online: bool
    steps: frozenset[str]


def session_page(
    session: Session, actor: Actor, dialogue_id: UUID, meeting_id: UUID, *, now: datetime
) -> SessionPage:
    """What this reader sees of a session; raises Refused if nothing. Six queries at most."""
    meeting = public_meeting(session, actor, dialogue_id, meeting_id)
    reads = may_read(actor, dialogue_id)
    registration = registration_of(session, actor, meeting) if actor.is_signed_in else None
    edits, runs = may_edit(actor, dialogue_id, meeting.state), may_run(actor, dialogue_id)
    may_begin = may_propose(actor, dialogue_id)
    steps = {act for act, states in FROM.items() if meeting.state in states}
    return SessionPage(
        meeting=meeting,
        agenda=timed_agenda(session, meeting),
        registration=registration,
        participants=published_participants(session, meeting),
        takes_part=reads,
        may_register=takes_registrations(meeting, now)
        and actor.may(Permission.MEETING_REGISTER, dialogue_id),
        may_edit=edits and meeting.state in AHEAD,
        may_run=runs,
        may_hold=runs and may_be_held(meeting, now),
        reads_minutes=may_read_minutes(session, actor, meeting),
        has_slots=reads
        and (runs or meeting.slots_offered_at is not None)
        and meeting.state not in {PLANNED, CANCELLED},
        shows_online=registration is not None or edits,
        steps=frozenset(step for step in steps if runs or (step == "draft_minutes" and may_begin)),
    )


@dataclass(frozen=True, slots=True)
class PlanningPage:
    """The agenda as it is edited, and what can be put on it, by kind."""

    meeting: Meeting
    agenda: TimedAgenda
    offered: dict[str, Subjects]


def planning_page(
    session: Session, actor: Actor, dialogue_id: UUID, meeting_id: UUID, language: str
) -> PlanningPage:
    """What whoever may change the plan works with; raises Refused for others."""
    meeting = editable_meeting(session, actor, dialogue_id, meeting_id)
    return PlanningPage(
        meeting, timed_agenda(session, meeting), subjects(session, dialogue_id, language)
    )


def editable_meeting(
    session: Session, actor: Actor, dialogue_id: UUID, meeting_id: UUID
) -> Meeting:
    """The session, if the actor may change its plan now; raises Refused otherwise."""
    meeting = meeting_of(session, dialogue_id, meeting_id)
    if meeting.state not in AHEAD or not may_edit(actor, dialogue_id, meeting.state):
        raise Refused
    return meeting


def run_meeting(session: Session, actor: Actor, dialogue_id: UUID, meeting_id: UUID) -> Meeting:
    """The session, if the actor is secretariat or lead buyer; raises Refused otherwise."""
    meeting = meeting_of(session, dialogue_id, meeting_id)
    if not may_run(actor, dialogue_id):
        raise Refused
    return meeting


def calendar_entry(
    session: Session, actor: Actor, dialogue_id: UUID, meeting_id: UUID, url: str
) -> Entry:
    """The session for a calendar; with the online address only for the registered."""
    meeting = public_meeting(session, actor, dialogue_id, meeting_id)
    is_registered = actor.is_signed_in and registration_of(session, actor, meeting) is not None
    dialogue = session.get_one(Dialogue, dialogue_id)
    return entry_of(meeting, dialogue, url, registered=is_registered)
