"""What a section's marks say: ready, reviewed, or changed since (pure)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from portal.core.errors import Message, message
from portal.questionnaire.definition import Section
from portal.response.rules import SectionProgress

NAMED_QUESTIONS = 3
"""Questions that a refusal names; more of them are counted."""


class Standing(StrEnum):
    """How far a section is between colleagues."""

    OPEN = "open"
    READY = "ready"
    REVIEWED = "reviewed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Who called a section ready and who reviewed it; who changed an answer of it last."""

    ready_by_id: UUID | None = None
    ready_by: str = ""
    ready_at: datetime | None = None
    reviewed_by: str = ""
    reviewed_at: datetime | None = None
    changed_by: str = ""
    changed_at: datetime | None = None

    @property
    def standing(self) -> Standing:
        """A change of an answer outdates what was said before it, ready and reviewed alike."""
        if self.ready_at is None:
            return Standing.OPEN
        if self.changed_at is not None and self.changed_at > self.ready_at:
            return Standing.CHANGED
        return Standing.REVIEWED if self.reviewed_at is not None else Standing.READY


def not_ready(section: Section, row: SectionProgress | None) -> Message | None:
    """Why a section cannot be called ready; None if it can: what is optional may stay open.

    ``row`` is its progress, None if the answers lead past the section.
    """
    if row is None:
        return message("Your answers so far lead past section {section}.", section=section.id)
    if not row.missing:
        return None
    names = [question.id for question in row.missing]
    first, more = ", ".join(names[:NAMED_QUESTIONS]), len(names) - NAMED_QUESTIONS
    if more > 0:
        return message(
            "Section {section} is not ready: {questions} and {count} more still need an answer "
            "or proof.",
            section=section.id,
            questions=first,
            count=more,
        )
    return message(
        "Section {section} is not ready. Still missing an answer or proof: {questions}.",
        section=section.id,
        questions=first,
    )
