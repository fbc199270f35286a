"""Tables of releases: frozen, and the only source of every figure that is shown or exported."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Base, Json
from portal.core.ids import new_id


class ReleasePreview(Base):
    """What a release would hold, tried out by the secretariat; nothing of it is published.

    ``sha256`` is the hash that the release would have, ``report`` says why what is not shown.
    """

    __tablename__ = "release_preview"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    dialogue_id: Mapped[UUID] = mapped_column(ForeignKey("dialogue.id"), index=True)
    version_id: Mapped[UUID] = mapped_column(ForeignKey("version.id"))
    cut_off: Mapped[datetime]
    segments: Mapped[Any] = mapped_column(Json)
    audiences: Mapped[Any] = mapped_column(Json)
    created_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
    responses: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    report: Mapped[Any] = mapped_column(Json)


class Release(Base):
    """A snapshot of the aggregates of a dialogue at a cut-off, numbered from 1; never changed.

    It replaces the one before it for ``reason``. ``signatory`` is the name with which its author
    signed, ``chain`` a hash over it and every release before it. ``report`` says, to the
    secretariat alone, why what is not shown.
    """

    __tablename__ = "release"
    __table_args__ = (UniqueConstraint("dialogue_id", "number"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    dialogue_id: Mapped[UUID] = mapped_column(ForeignKey("dialogue.id"), index=True)
    version_id: Mapped[UUID] = mapped_column(ForeignKey("version.id"))
    number: Mapped[int]
    cut_off: Mapped[datetime]
    sha256: Mapped[str] = mapped_column(String(64))
    created_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
    signatory: Mapped[str] = mapped_column(String(200), default="")
    reason: Mapped[str] = mapped_column(Text, default="")
    chain: Mapped[str] = mapped_column(String(64), default="")
    report: Mapped[Any | None] = mapped_column(Json)


class ReleaseMember(Base):
    """A submission that entered a release; ``counts`` is false for a further one of its group."""

    __tablename__ = "release_member"
    __table_args__ = (UniqueConstraint("release_id", "submission_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    release_id: Mapped[UUID] = mapped_column(ForeignKey("release.id"), index=True)
    submission_id: Mapped[UUID] = mapped_column(ForeignKey("submission.id"), index=True)
    counts: Mapped[bool]


class ReleaseDocument(Base):
    """What one audience sees of a release.

    ``document`` is the canonical JSON whose hash is ``sha256``. ``structure`` holds, for each
    published column, the groups in it (secretariat only): a later release is compared with it.
    """

    __tablename__ = "release_document"
    __table_args__ = (UniqueConstraint("release_id", "audience"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    release_id: Mapped[UUID] = mapped_column(ForeignKey("release.id"), index=True)
    audience: Mapped[str] = mapped_column(String(20))
    document: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(64))
    structure: Mapped[Any] = mapped_column(Json)


class FeedbackLetter(Base):
    """What the buyers tell one supplier about its answers; never changed once sent.

    ``comparison`` is the frozen part: own answers beside the figures of the release.
    """

    __tablename__ = "feedback_letter"
    __table_args__ = (UniqueConstraint("response_id", "release_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    response_id: Mapped[UUID] = mapped_column(ForeignKey("response.id"), index=True)
    dialogue_id: Mapped[UUID] = mapped_column(ForeignKey("dialogue.id"), index=True)
    submission_id: Mapped[UUID] = mapped_column(ForeignKey("submission.id"))
    release_id: Mapped[UUID] = mapped_column(ForeignKey("release.id"))
    understood: Mapped[str] = mapped_column(Text)
    follows: Mapped[str] = mapped_column(Text)
    comparison: Mapped[Any] = mapped_column(Json)
    written_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    written_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    sha256: Mapped[str] = mapped_column(String(64), default="")
