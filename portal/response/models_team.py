"""Tables of how a supplier's people work on one response together; no buyer ever reads them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Base
from portal.core.ids import new_id


class Presence(Base):
    """Where in a response somebody was last seen; one row a person, only told to colleagues."""

    __tablename__ = "presence"
    __table_args__ = (UniqueConstraint("response_id", "person_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    response_id: Mapped[UUID] = mapped_column(ForeignKey("response.id"), index=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    section_id: Mapped[str] = mapped_column(String(60))
    question_id: Mapped[str] = mapped_column(String(60), default="")
    seen_at: Mapped[datetime]


class CompanyNote(Base):
    """A remark among colleagues on a section, or on one question of it if ``question_id``."""

    __tablename__ = "company_note"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    response_id: Mapped[UUID] = mapped_column(ForeignKey("response.id"), index=True)
    section_id: Mapped[str] = mapped_column(String(60))
    question_id: Mapped[str] = mapped_column(String(60), default="")
    text: Mapped[str] = mapped_column(Text)
    written_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    written_at: Mapped[datetime]
    resolved_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    resolved_at: Mapped[datetime | None]


class SectionMark(Base):
    """Somebody called a section ready, and somebody (else) reviewed it inside the company.

    An answer changed later than a mark outdates it.
    """

    __tablename__ = "section_mark"
    __table_args__ = (UniqueConstraint("response_id", "section_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    response_id: Mapped[UUID] = mapped_column(ForeignKey("response.id"), index=True)
    section_id: Mapped[str] = mapped_column(String(60))
    ready_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    ready_at: Mapped[datetime | None]
    reviewed_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    reviewed_at: Mapped[datetime | None]
