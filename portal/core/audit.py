"""The audit log: one row for every transition, by whom, for which organisation, when and why."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import String, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.core.db import Base, Json


class AuditEntry(Base):
    """One recorded act. Rows are only ever added; triggers refuse anything else."""

    __tablename__ = "audit_entry"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    at: Mapped[datetime]
    person_id: Mapped[UUID | None]
    organisation_id: Mapped[UUID | None]
    dialogue_id: Mapped[UUID | None] = mapped_column(index=True)
    subject_kind: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[str] = mapped_column(String(60))
    act: Mapped[str] = mapped_column(String(60))
    details: Mapped[Any] = mapped_column(Json)


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """What is recorded: ``subject`` is (kind, id); ``details`` holds from, to, reason."""

    person_id: UUID | None
    organisation_id: UUID | None = None
    dialogue_id: UUID | None = None
    subject: tuple[str, object]
    act: str
    details: dict[str, Any] | None = None


def record(session: Session, act: Act, *, now: datetime) -> None:
    """Add one row to the log, in the caller's transaction."""
    session.connection().execute(_INSERT, row_of(act, now=now))


def row_of(act: Act, *, now: datetime) -> dict[str, Any]:
    """The columns of the row, for who adds many at once."""
    return {
        "at": now,
        "person_id": act.person_id,
        "organisation_id": act.organisation_id,
        "dialogue_id": act.dialogue_id,
        "subject_kind": act.subject[0],
        "subject_id": str(act.subject[1]),
        "act": act.act,
        "details": act.details or {},
    }


_INSERT = insert(AuditEntry)
"""Put together once: every act sends it."""


def entries_of_dialogue(session: Session, dialogue_id: UUID, limit: int = 200) -> list[AuditEntry]:
    """The newest entries of a dialogue, newest first."""
    query = select(AuditEntry).where(AuditEntry.dialogue_id == dialogue_id)
    return list(session.scalars(query.order_by(AuditEntry.id.desc()).limit(limit)))
