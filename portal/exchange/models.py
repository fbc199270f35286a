"""Tables of a dialogue's public questions and answers."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Base, Json
from portal.core.ids import new_id


class QaSettings(Base):
    """What the secretariat settled for the questions of a dialogue; without a row, the usual."""

    __tablename__ = "qa_settings"

    dialogue_id: Mapped[UUID] = mapped_column(ForeignKey("dialogue.id"), primary_key=True)
    questions_until: Mapped[datetime | None]
    """The cut-off: from this instant on no question is taken; None means the closing time."""
    response_days: Mapped[int]
    """Days in which the buyers object to a draft, if they do."""
    changed_at: Mapped[datetime]


class QaItem(Base):
    """A question and what became of it.

    ``state`` is asked, anonymised, drafted, agreed, published or rejected. ``original``,
    ``asked_by`` and ``organisation_id`` are for the secretariat, the lead buyers and the asker;
    ``question`` is what everybody else reads, empty until somebody has seen to it that it names
    nobody.
    """

    __tablename__ = "qa_item"
    __table_args__ = (UniqueConstraint("dialogue_id", "number"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    dialogue_id: Mapped[UUID] = mapped_column(ForeignKey("dialogue.id"), index=True)
    number: Mapped[int | None]
    """Counted from 1 in order of publication."""
    state: Mapped[str] = mapped_column(String(20), default="asked", index=True)
    state_since: Mapped[datetime]
    original: Mapped[str] = mapped_column(Text)
    original_language: Mapped[str] = mapped_column(String(10))
    asked_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"), index=True)
    organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"))
    asked_at: Mapped[datetime]
    subject_kind: Mapped[str] = mapped_column(String(20), default="")
    """What it is about: section or question of the questionnaire, or empty for anything else."""
    subject_id: Mapped[str] = mapped_column(String(60), default="")
    question: Mapped[str] = mapped_column(Text, default="")
    language: Mapped[str] = mapped_column(String(10))
    """Of the question as everybody reads it: the original's may tell who asks."""
    answer: Mapped[str] = mapped_column(Text, default="")
    answer_language: Mapped[str] = mapped_column(String(10), default="")
    revision: Mapped[int] = mapped_column(default=0)
    """Counts the changes of question and answer; a vote is about one of them."""
    agree_from: Mapped[datetime | None]
    agree_until: Mapped[datetime | None]
    """From this instant on, silence counts as agreement of those who were asked."""
    agree_asked: Mapped[Any] = mapped_column(Json, nullable=True)
    """The ids of the buyers who were asked to agree."""
    reason: Mapped[str] = mapped_column(Text, default="")
    """Why it was rejected."""
    shows_question: Mapped[bool] = mapped_column(default=True)
    """False where a rejected question cannot be shown."""
    published_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    published_at: Mapped[datetime | None]
    searchable: Mapped[str] = mapped_column(Text, default="")
    """What the public search looks through, case folded here: SQLite folds ASCII only."""


class QaText(Base):
    """A text of an item as somebody saved it; ``kind`` is question or answer. Never changed."""

    __tablename__ = "qa_text"
    __table_args__ = (UniqueConstraint("item_id", "kind", "revision"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    item_id: Mapped[UUID] = mapped_column(ForeignKey("qa_item.id"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    revision: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    written_at: Mapped[datetime]


class QaVote(Base):
    """What a buyer organisation says of a draft; stands while ``revision`` is the item's."""

    __tablename__ = "qa_vote"
    __table_args__ = (UniqueConstraint("item_id", "organisation_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    item_id: Mapped[UUID] = mapped_column(ForeignKey("qa_item.id"), index=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    agrees: Mapped[bool]
    reason: Mapped[str] = mapped_column(Text, default="")
    revision: Mapped[int]
    voted_at: Mapped[datetime]


class QaCorrection(Base):
    """A published answer was corrected: what it read before, what it reads now, and why."""

    __tablename__ = "qa_correction"
    __table_args__ = (UniqueConstraint("item_id", "number"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    item_id: Mapped[UUID] = mapped_column(ForeignKey("qa_item.id"), index=True)
    number: Mapped[int]
    before: Mapped[str] = mapped_column(Text)
    after: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    changes_meaning: Mapped[bool]
    published_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    published_at: Mapped[datetime]


class QaGiven(Base):
    """Something that was given to the market, as the consultation file keeps it. Never changed.

    ``kind`` is answer, rejection, correction or cut_off; ``text`` is word for word what everybody
    was mailed, without the frame in each reader's language.
    """

    __tablename__ = "qa_given"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    dialogue_id: Mapped[UUID] = mapped_column(ForeignKey("dialogue.id"), index=True)
    item_id: Mapped[UUID | None] = mapped_column(ForeignKey("qa_item.id"))
    kind: Mapped[str] = mapped_column(String(20))
    number: Mapped[int]
    """Of the item; 0 for a cut-off date."""
    at: Mapped[datetime]
    text: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(64))
    mailed: Mapped[int]
    """How many people it was mailed to."""
