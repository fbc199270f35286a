"""Tables of dialogue sessions: what is planned, what is talked about, who comes."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Base
from portal.core.ids import new_id


class Meeting(Base):
    """A dialogue session.

    ``state`` is planned, announced, registration_closed, held, minutes_draft, circulated, final,
    contested, summarised or cancelled. ``current_item_id`` is what the room talks about now.
    """

    __tablename__ = "meeting"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    dialogue_id: Mapped[UUID] = mapped_column(ForeignKey("dialogue.id"), index=True)
    title: Mapped[str] = mapped_column(String(200))
    purpose: Mapped[str] = mapped_column(Text, default="")
    place: Mapped[str] = mapped_column(String(300), default="")
    online_address: Mapped[str] = mapped_column(String(500), default="")
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    registration_closes_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(20), default="planned", index=True)
    version: Mapped[int] = mapped_column(default=1)
    """Of the plan's texts and times: an edit names the one it was typed over."""
    current_item_id: Mapped[UUID | None]
    announced_at: Mapped[datetime | None]
    held_at: Mapped[datetime | None]
    slots_offered_at: Mapped[datetime | None]
    circulated_at: Mapped[datetime | None]
    circulation_ends_at: Mapped[datetime | None]
    cancel_reason: Mapped[str] = mapped_column(Text, default="")
    summary: Mapped[str] = mapped_column(Text, default="")
    summarised_at: Mapped[datetime | None]
    created_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]


class AgendaItem(Base):
    """A point of the agenda, in order of ``place``.

    ``kind`` is text, question (of the released questionnaire), issue, qa or break;
    ``subject_id`` names the question, issue or Q&A item.
    """

    __tablename__ = "agenda_item"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meeting.id"), index=True)
    place: Mapped[int]
    kind: Mapped[str] = mapped_column(String(20), default="text")
    subject_id: Mapped[str] = mapped_column(String(60), default="")
    title: Mapped[str] = mapped_column(String(300))
    note: Mapped[str] = mapped_column(Text, default="")
    minutes: Mapped[int] = mapped_column(default=10)
    version: Mapped[int] = mapped_column(default=1)


class Registration(Base):
    """Somebody comes to a session for an organisation, having accepted the rules.

    ``part`` is supplier, buyer, observer or secretariat; ``state`` registered or withdrawn.
    """

    __tablename__ = "meeting_registration"
    __table_args__ = (UniqueConstraint("meeting_id", "person_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meeting.id"), index=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    part: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(20), default="registered")
    rules_accepted_at: Mapped[datetime]
    registered_at: Mapped[datetime]


class Participation(Base):
    """What an organisation said as a whole about a session it takes part in.

    That its name may be published among the participants, and that it agrees with the minutes.
    """

    __tablename__ = "meeting_participation"
    __table_args__ = (UniqueConstraint("meeting_id", "organisation_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meeting.id"), index=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    name_published_at: Mapped[datetime | None]
    minutes_agreed_at: Mapped[datetime | None]


class Slot(Base):
    """A time for a bilateral talk; booked by one supplier at most, one for each supplier."""

    __tablename__ = "meeting_slot"
    __table_args__ = (
        UniqueConstraint("meeting_id", "starts_at"),
        UniqueConstraint("meeting_id", "organisation_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meeting.id"), index=True)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"))
    booked_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    booked_at: Mapped[datetime | None]
