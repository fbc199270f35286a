"""Tables of where answers come from when nobody typed them: earlier answers, others', files."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Base, Json
from portal.core.ids import new_id


class AnswerOrigin(Base):
    """Where a suggested answer was taken from.

    ``kind``: response (an earlier one, or in another dialogue), evidence, profile, minerals (a
    CMRT or EMRT file). ``source_question_id`` is the question it answered there.
    """

    __tablename__ = "answer_origin"
    __table_args__ = (UniqueConstraint("response_id", "question_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    response_id: Mapped[UUID] = mapped_column(ForeignKey("response.id"), index=True)
    question_id: Mapped[str] = mapped_column(String(60))
    kind: Mapped[str] = mapped_column(String(20))
    source_response_id: Mapped[UUID | None] = mapped_column(ForeignKey("response.id"))
    source_question_id: Mapped[str] = mapped_column(String(60), default="")
    source_evidence_id: Mapped[UUID | None] = mapped_column(ForeignKey("evidence.id"))
    label: Mapped[str] = mapped_column(String(300), default="")
    answered_at: Mapped[datetime | None]
    """When the source was answered, signed or issued."""
    taken_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    taken_at: Mapped[datetime]


class AnswerReference(Base):
    """A question is answered by pointing to what a brand answered in the same dialogue.

    ``state``: asked, agreed, declined, withdrawn. ``brand_response_id`` stays empty while nobody
    of that name answers in the dialogue.
    """

    __tablename__ = "answer_reference"
    __table_args__ = (UniqueConstraint("response_id", "question_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    response_id: Mapped[UUID] = mapped_column(ForeignKey("response.id"), index=True)
    question_id: Mapped[str] = mapped_column(String(60))
    brand_name: Mapped[str] = mapped_column(String(200))
    brand_response_id: Mapped[UUID | None] = mapped_column(ForeignKey("response.id"), index=True)
    state: Mapped[str] = mapped_column(String(10), default="asked")
    asked_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime]
    answered_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(Text, default="")


class AnswerImport(Base):
    """A file that was read and is shown as a difference; nothing changed before it is applied.

    ``kind``: workbook, minerals, rows. ``content`` holds what was read of it.
    """

    __tablename__ = "answer_import"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    response_id: Mapped[UUID] = mapped_column(ForeignKey("response.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    question_id: Mapped[str] = mapped_column(String(60), default="")
    file_name: Mapped[str] = mapped_column(String(255), default="")
    sha256: Mapped[str] = mapped_column(String(64), default="")
    content: Mapped[Any] = mapped_column(Json)
    read_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    read_at: Mapped[datetime]
    applied_at: Mapped[datetime | None]
    dropped_at: Mapped[datetime | None]
