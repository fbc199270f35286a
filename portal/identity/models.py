"""Tables of organisations, people and their links."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Base, Json
from portal.core.ids import new_id
from portal.core.mail import Recipient

DAILY = "daily"
"""The value of ``Person.digest`` of who gets news in one mail a day."""


class Organisation(Base):
    """A buyer, supplier, secretariat or observer; ``parent_id`` joins a corporate group."""

    __tablename__ = "organisation"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(200), unique=True)
    kind: Mapped[str] = mapped_column(String(20), index=True)
    country: Mapped[str] = mapped_column(String(2), default="")
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    profile: Mapped[Any] = mapped_column(Json, nullable=True)
    """What a company says of itself once for all, by field; suggested as answers."""
    created_at: Mapped[datetime]


class Person(Base):
    """Somebody who can sign in; ``session_epoch`` counts up to end every open session."""

    __tablename__ = "person"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    email: Mapped[str] = mapped_column(String(320), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    password_hash: Mapped[str | None] = mapped_column(String(300))
    language: Mapped[str] = mapped_column(String(10), default="en")
    time_zone: Mapped[str] = mapped_column(String(60), default="Europe/Brussels")
    platform_admin: Mapped[bool] = mapped_column(default=False)
    digest: Mapped[str] = mapped_column(String(10), default="at_once")
    """How news reaches them: at_once, or daily in one mail."""
    session_epoch: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]

    @property
    def mailbox(self) -> Recipient:
        """Where and how mail reaches them."""
        return Recipient(
            self.email, self.language, self.time_zone, self.id, daily=self.digest == DAILY
        )


class Membership(Base):
    """A person belongs to an organisation; an admin manages its people."""

    __tablename__ = "membership"
    __table_args__ = (UniqueConstraint("person_id", "organisation_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    admin: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]


class SignInLink(Base):
    """A single-use link that signs a person in; only the hash of its token is kept."""

    __tablename__ = "sign_in_link"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    next_path: Mapped[str] = mapped_column(String(500), default="")
