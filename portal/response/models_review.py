"""Tables of how buyers review answers: marks, scoring guides, where each reader was.

No supplier and no observer ever reads any of it.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Base, Json
from portal.core.ids import new_id


class ReviewMark(Base):
    """What one reviewer thinks of one answer; a row a person, so that nobody overwrites another.

    ``mark``: in_order, look_again, concern, serious. ``answer_sha256`` is the fingerprint of the
    answer that it was given to, and ``confidentiality`` was that answer's class.
    """

    __tablename__ = "review_mark"
    __table_args__ = (
        UniqueConstraint("response_id", "question_id", "person_id"),
        Index("ix_review_mark_dialogue", "dialogue_id", "question_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    dialogue_id: Mapped[UUID] = mapped_column(ForeignKey("dialogue.id"))
    response_id: Mapped[UUID] = mapped_column(ForeignKey("response.id"))
    question_id: Mapped[str] = mapped_column(String(60))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"))
    mark: Mapped[str] = mapped_column(String(12))
    note: Mapped[str] = mapped_column(Text, default="")
    score: Mapped[int | None]
    """0 to 4, by the scoring guide of this question."""
    guide_version: Mapped[int | None]
    """The version of the guide that the score was given with."""
    answer_sha256: Mapped[str] = mapped_column(String(64))
    confidentiality: Mapped[str] = mapped_column(String(24))
    version: Mapped[int]
    """1 for the first text, then up by one with each change."""
    marked_at: Mapped[datetime]


class ScoringGuide(Base):
    """What each score of a question stands for; a row for every text that was saved, none lost.

    ``levels`` holds five texts, for the scores 0 to 4. The highest ``version`` is in force.
    """

    __tablename__ = "scoring_guide"
    __table_args__ = (UniqueConstraint("dialogue_id", "question_id", "version"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    dialogue_id: Mapped[UUID] = mapped_column(ForeignKey("dialogue.id"))
    question_id: Mapped[str] = mapped_column(String(60))
    version: Mapped[int]
    levels: Mapped[Any] = mapped_column(Json)
    written_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    written_at: Mapped[datetime]


class ReviewPlace(Base):
    """The answer that a reader opened last, to go on from there."""

    __tablename__ = "review_place"
    __table_args__ = (UniqueConstraint("dialogue_id", "person_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    dialogue_id: Mapped[UUID] = mapped_column(ForeignKey("dialogue.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    response_id: Mapped[UUID] = mapped_column(ForeignKey("response.id"))
    question_id: Mapped[str] = mapped_column(String(60))
    seen_at: Mapped[datetime]
