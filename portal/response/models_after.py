"""Tables of what follows a submission: clarifications, confirmation, named buyers."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Base
from portal.core.ids import new_id


class Clarification(Base):
    """A round in which buyers ask about some of a response's answers.

    ``state``: open, answered, cancelled. ``submission_id`` is what was asked about, and stays.
    """

    __tablename__ = "clarification"
    __table_args__ = (UniqueConstraint("response_id", "number"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    response_id: Mapped[UUID] = mapped_column(ForeignKey("response.id"), index=True)
    dialogue_id: Mapped[UUID] = mapped_column(ForeignKey("dialogue.id"), index=True)
    submission_id: Mapped[UUID] = mapped_column(ForeignKey("submission.id"))
    number: Mapped[int]
    state: Mapped[str] = mapped_column(String(10), default="open")
    due_at: Mapped[datetime]
    asked_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"))
    asked_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    answer_submission_id: Mapped[UUID | None] = mapped_column(ForeignKey("submission.id"))


class ClarificationItem(Base):
    """What is asked about one answer."""

    __tablename__ = "clarification_item"
    __table_args__ = (UniqueConstraint("clarification_id", "question_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    clarification_id: Mapped[UUID] = mapped_column(ForeignKey("clarification.id"), index=True)
    question_id: Mapped[str] = mapped_column(String(60))
    text: Mapped[str] = mapped_column(Text)
    reply: Mapped[str] = mapped_column(Text, default="")


class StillTrue(Base):
    """A supplier said that what it submitted is still true."""

    __tablename__ = "still_true"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    response_id: Mapped[UUID] = mapped_column(ForeignKey("response.id"), index=True)
    submission_id: Mapped[UUID] = mapped_column(ForeignKey("submission.id"))
    said_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    said_at: Mapped[datetime]
    remark: Mapped[str] = mapped_column(Text, default="")
    """Why it holds although evidence has expired; buyers read it."""


class NamedBuyer(Base):
    """A buyer that a supplier lets read its answers of class named buyers."""

    __tablename__ = "named_buyer"
    __table_args__ = (UniqueConstraint("response_id", "organisation_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    response_id: Mapped[UUID] = mapped_column(ForeignKey("response.id"), index=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    named_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    named_at: Mapped[datetime]
