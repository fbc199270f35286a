"""Tables of questionnaire versions: their changes, comments, votes and errata."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Base, Json
from portal.core.ids import new_id


class Version(Base):
    """One version of a dialogue's questionnaire.

    ``definition`` is the canonical JSON of the definition and ``sha256`` its hash; both are
    frozen from approval on; ``meaning_sha256`` is the hash of all that an answer depends on.
    ``state``: draft, in_review, approved, published, closed, archived, discarded.
    """

    __tablename__ = "version"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    dialogue_id: Mapped[UUID] = mapped_column(ForeignKey("dialogue.id"), index=True)
    name: Mapped[str] = mapped_column(String(60))
    number: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(20), default="draft")
    definition: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(64))
    meaning_sha256: Mapped[str] = mapped_column(String(64), default="")
    revision: Mapped[int] = mapped_column(default=0)
    """The number of the last change."""
    previous_id: Mapped[UUID | None] = mapped_column(ForeignKey("version.id"))
    """The published version that this one follows."""
    migration: Mapped[Any] = mapped_column(Json, nullable=True)
    """How each question came from those of the previous version, where an editor has said so."""
    silence_from: Mapped[datetime | None]
    silence_until: Mapped[datetime | None]
    """From then on, buyers who have not voted count as agreeing."""
    created_at: Mapped[datetime]
    published_at: Mapped[datetime | None]


class Change(Base):
    """One edit of one part of a draft, by a person for an organisation.

    ``subject`` is the part (``head``, ``section:A``, ``question:A.01``, ``order``); ``before`` and
    ``after`` are its whole content as JSON, None where the part did not or does not exist.
    ``fields`` names what differs. ``act``: changed, added, copied, moved, retired, undone,
    accepted, imported, and confirmed (a translation still fits; ``note`` is its language).
    """

    __tablename__ = "change"
    __table_args__ = (UniqueConstraint("version_id", "number", "subject"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    version_id: Mapped[UUID] = mapped_column(ForeignKey("version.id"), index=True)
    number: Mapped[int]
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"))
    made_at: Mapped[datetime]
    act: Mapped[str] = mapped_column(String(20))
    subject: Mapped[str] = mapped_column(String(80))
    before: Mapped[Any] = mapped_column(Json, nullable=True)
    after: Mapped[Any] = mapped_column(Json, nullable=True)
    fields: Mapped[Any] = mapped_column(Json)
    note: Mapped[str] = mapped_column(Text, default="")


class Comment(Base):
    """A remark on a part of a draft, a reply to one, or a suggested wording.

    A suggestion names the ``field`` it would change (``text/en``), what it was ``before`` and what
    it would be ``after``; ``outcome`` is empty, accepted or declined. ``parent_id`` is the remark
    that a reply belongs to; only remarks are resolved.
    """

    __tablename__ = "comment"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    dialogue_id: Mapped[UUID] = mapped_column(ForeignKey("dialogue.id"), index=True)
    version_id: Mapped[UUID] = mapped_column(ForeignKey("version.id"), index=True)
    subject: Mapped[str] = mapped_column(String(80))
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("comment.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    body: Mapped[str] = mapped_column(Text)
    field: Mapped[str] = mapped_column(String(200), default="")
    before: Mapped[str] = mapped_column(Text, default="")
    after: Mapped[str] = mapped_column(Text, default="")
    outcome: Mapped[str] = mapped_column(String(10), default="")
    written_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    """When the remark was resolved, or the suggestion accepted or declined."""
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))


class Erratum(Base):
    """A correction of a published wording that leaves its meaning as it is, shown to everyone.

    The version itself never changes: readers see the correction beside it.
    """

    __tablename__ = "erratum"
    __table_args__ = (UniqueConstraint("version_id", "number"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    version_id: Mapped[UUID] = mapped_column(ForeignKey("version.id"), index=True)
    number: Mapped[int]
    subject: Mapped[str] = mapped_column(String(80))
    field: Mapped[str] = mapped_column(String(200))
    before: Mapped[str] = mapped_column(Text)
    after: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    published_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    published_at: Mapped[datetime]


class Vote(Base):
    """One vote of one buyer organisation on one state of a draft."""

    __tablename__ = "vote"
    __table_args__ = (UniqueConstraint("version_id", "organisation_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    version_id: Mapped[UUID] = mapped_column(ForeignKey("version.id"), index=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    approves: Mapped[bool]
    reason: Mapped[str] = mapped_column(Text, default="")
    sha256: Mapped[str] = mapped_column(String(64))
    """Of the very text that was voted on."""
    meaning_sha256: Mapped[str] = mapped_column(String(64), default="")
    voted_at: Mapped[datetime]
