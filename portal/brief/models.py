"""The table of dialogue briefs."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Base, Json
from portal.core.ids import new_id


class Brief(Base):
    """A brief on a frozen release. ``edition``: public or buyers; ``state``: draft or published.

    ``texts`` holds what the secretariat wrote beside the figures (Markdown): summary,
    limits and next_steps. A published brief never changes; a new one supersedes it.
    """

    __tablename__ = "brief"
    __table_args__ = (UniqueConstraint("release_id", "edition", "language"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    dialogue_id: Mapped[UUID] = mapped_column(ForeignKey("dialogue.id"), index=True)
    release_id: Mapped[UUID] = mapped_column(ForeignKey("release.id"))
    edition: Mapped[str] = mapped_column(String(10))
    language: Mapped[str] = mapped_column(String(10))
    state: Mapped[str] = mapped_column(String(10), default="draft")
    title: Mapped[str] = mapped_column(String(200))
    texts: Mapped[Any] = mapped_column(Json)
    document: Mapped[str | None] = mapped_column(Text)
    """What was published, as canonical JSON; a draft is composed anew each time."""
    pdf_key: Mapped[str | None] = mapped_column(String(64))
    """The laid-out PDF in the file store; None until it is made, and after each change."""
    created_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
