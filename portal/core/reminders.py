"""What has been said once already, so that no clock says it again."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Base
from portal.core.ids import new_id


class Reminder(Base):
    """A reminder that was sent; ``key`` names its occasion and its reader."""

    __tablename__ = "reminder"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    key: Mapped[str] = mapped_column(String(200), unique=True)
    sent_at: Mapped[datetime]


class DigestItem(Base):
    """A piece of news that waits for somebody's daily mail, in the reader's language."""

    __tablename__ = "digest_item"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    subject: Mapped[str] = mapped_column(String(300))
    body: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
