"""What has been said once already, so that no clock says it again."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, String, Text, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.core.db import Base
from portal.core.ids import new_id

KEYS_AT_A_TIME = 500


class Reminder(Base):
    """An occasion that was dealt with; ``key`` names the occasion and its reader."""

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


def claim(session: Session, keys: Collection[str], *, now: datetime) -> set[str]:
    """Take these occasions; those that were free, which the caller now mails in this transaction.

    Insert first: of two clocks that run at once, the second waits for the first to commit and
    then finds the keys taken, so that nobody gets two mails. Keys are taken in order, so that
    the two cannot wait for each other.
    """
    rows = [{"id": new_id(), "key": key, "sent_at": now} for key in sorted(keys)]
    if not rows:
        return set()
    dialect = session.get_bind().dialect.name
    insert = postgresql.insert(Reminder) if dialect == "postgresql" else sqlite.insert(Reminder)
    free = insert.values(rows).on_conflict_do_nothing(index_elements=["key"])
    return set(session.scalars(free.returning(Reminder.key)))


def claimed(session: Session, keys: Collection[str]) -> set[str]:
    """Which of these occasions were dealt with; one query for 500 of them."""
    found: set[str] = set()
    ordered = sorted(keys)
    for first in range(0, len(ordered), KEYS_AT_A_TIME):
        some = ordered[first : first + KEYS_AT_A_TIME]
        found.update(session.scalars(select(Reminder.key).where(Reminder.key.in_(some))))
    return found
