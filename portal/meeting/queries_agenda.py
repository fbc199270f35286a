"""What a point of the agenda can be about, and the agenda with its times."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from portal.aggregate.queries_feedback import ground_of
from portal.aggregate.reading import read_document
from portal.meeting.models import AgendaItem, Meeting
from portal.meeting.queries import agenda_of
from portal.meeting.rules import time_plan

Subjects = Mapping[str, str]
"""Id of something that can be talked about → its title."""


def released_questions(session: Session, dialogue_id: UUID, language: str) -> Subjects:
    """The questions that the newest release shows to suppliers, who sit in the room.

    Whatever only buyers see is not talked about in front of all, so it is not offered.
    """
    ground = ground_of(session, dialogue_id)
    if ground is None:
        return {}
    reading = read_document(ground.document, ground.questionnaire, language)
    return {
        question.id: question.text.text
        for section in reading.sections
        for question in section.questions
        if question.is_shown
    }


SUBJECTS: Mapping[str, Callable[[Session, UUID, str], Subjects]] = {
    "question": released_questions,
}
"""Kind of a point → what can be chosen for it: (session, dialogue, language) → id → title."""


def subjects(session: Session, dialogue_id: UUID, language: str) -> dict[str, Subjects]:
    """Everything that can be put on the agenda, by kind; kinds with nothing are left out."""
    found = {kind: offer(session, dialogue_id, language) for kind, offer in SUBJECTS.items()}
    return {kind: offered for kind, offered in found.items() if offered}


@dataclass(frozen=True, slots=True)
class TimedItem:
    """A point of the agenda and when it begins."""

    item: AgendaItem
    begins_at: datetime


@dataclass(frozen=True, slots=True)
class TimedAgenda:
    """The agenda in order, and how long its points last together, in minutes."""

    items: list[TimedItem]
    minutes: int
    overrun: int
    """Minutes by which the points last longer than the session; 0 if they fit."""


def timed_agenda(session: Session, meeting: Meeting) -> TimedAgenda:
    """The agenda with the time plan computed from the start; one query."""
    items = agenda_of(session, meeting.id)
    begins = time_plan(meeting.starts_at, items)
    total = sum(item.minutes for item in items)
    room = (meeting.ends_at - meeting.starts_at).total_seconds() / 60
    return TimedAgenda(
        items=[TimedItem(item, begins[item.id]) for item in items],
        minutes=total,
        overrun=max(0, round(total - room)),
    )
