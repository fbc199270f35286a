"""Tables of dialogues, their parties and the roles people hold in them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Base
from portal.core.ids import new_id


class Dialogue(Base):
    """One joint market dialogue. ``state`` is draft, published, closed or archived."""

    __tablename__ = "dialogue"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    short_name: Mapped[str] = mapped_column(String(40), unique=True)
    title: Mapped[str] = mapped_column(String(200))
    purpose: Mapped[str] = mapped_column(Text, default="")
    rules: Mapped[str] = mapped_column(Text, default="")
    base_language: Mapped[str] = mapped_column(String(10), default="en")
    state: Mapped[str] = mapped_column(String(20), default="draft", index=True)
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    open_registration: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]


class Party(Base):
    """An organisation takes part, as ``part``: buyer, secretariat, observer or supplier."""

    __tablename__ = "party"
    __table_args__ = (UniqueConstraint("dialogue_id", "organisation_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    dialogue_id: Mapped[UUID] = mapped_column(ForeignKey("dialogue.id"), index=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    part: Mapped[str] = mapped_column(String(20))


class RoleGrant(Base):
    """A person holds a role in a dialogue for an organisation."""

    __tablename__ = "role_grant"
    __table_args__ = (UniqueConstraint("dialogue_id", "organisation_id", "person_id", "role"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    dialogue_id: Mapped[UUID] = mapped_column(ForeignKey("dialogue.id"), index=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    role: Mapped[str] = mapped_column(String(5))
