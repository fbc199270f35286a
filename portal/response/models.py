"""Tables of responses, their answers, evidence and signed submissions."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Base, Json
from portal.core.ids import new_id


class Response(Base):
    """One supplier organisation's answers, to the version it was last carried over to.

    ``state``: not_started, in_progress, internal_review, submitted, clarification, accepted,
    stale, withdrawn, lapsed.
    """

    __tablename__ = "response"
    __table_args__ = (UniqueConstraint("version_id", "organisation_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    dialogue_id: Mapped[UUID] = mapped_column(ForeignKey("dialogue.id"), index=True)
    version_id: Mapped[UUID] = mapped_column(ForeignKey("version.id"), index=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    state: Mapped[str] = mapped_column(String(20), default="not_started")
    answered: Mapped[int] = mapped_column(default=0)
    """Shown questions with an answer, kept by every save."""
    shown: Mapped[int] = mapped_column(default=0)
    """Questions that the answers so far route to, kept by every save."""
    declared_segments: Mapped[Any] = mapped_column(Json, nullable=True)
    """Ids of segments without a condition that this supplier belongs to."""
    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    review_asked_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    review_asked_at: Mapped[datetime | None]
    submitted_at: Mapped[datetime | None]
    accepted_at: Mapped[datetime | None]


class AnswerContent:
    """The columns an answer and each entry of its history share."""

    state: Mapped[str] = mapped_column(String(20))
    value: Mapped[Any] = mapped_column(Json, nullable=True)
    reason: Mapped[str] = mapped_column(Text, default="")
    """Why not applicable."""
    comment: Mapped[str] = mapped_column(Text, default="")
    confidentiality: Mapped[str] = mapped_column(String(24))
    narrowing_reason: Mapped[str] = mapped_column(String(40), default="")
    narrowing_until: Mapped[date | None]
    language: Mapped[str] = mapped_column(String(10), default="en")
    version: Mapped[int]
    """1 for the first saved text, then up by one with each change."""


class Answer(AnswerContent, Base):
    """The answer to one question. ``state``: draft, done, not_applicable, empty, suggested."""

    __tablename__ = "answer"
    __table_args__ = (UniqueConstraint("response_id", "question_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    response_id: Mapped[UUID] = mapped_column(ForeignKey("response.id"))
    question_id: Mapped[str] = mapped_column(String(60))
    updated_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    updated_at: Mapped[datetime]


class AnswerChange(AnswerContent, Base):
    """What an answer was from one change to the next."""

    __tablename__ = "answer_change"
    __table_args__ = (UniqueConstraint("response_id", "question_id", "version"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    response_id: Mapped[UUID] = mapped_column(ForeignKey("response.id"))
    question_id: Mapped[str] = mapped_column(String(60))
    changed_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    changed_at: Mapped[datetime]
    source: Mapped[str] = mapped_column(String(60), default="")
    """What it was changed with: a browser tab's own id, or ``workbook``, ``restored``, …"""


class Evidence(Base):
    """A file or link of a supplier organisation that backs answers. ``kind``: file or url.

    ``document_kind``: policy, certificate, audit_report, contract, declaration, minerals, other.
    What was replaced stays, with its history; ``replaced_by_id`` leads to its successor.
    """

    __tablename__ = "evidence"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    title: Mapped[str] = mapped_column(String(200))
    url: Mapped[str] = mapped_column(String(2000), default="")
    file_name: Mapped[str] = mapped_column(String(255), default="")
    media_type: Mapped[str] = mapped_column(String(120), default="")
    size: Mapped[int] = mapped_column(default=0)
    sha256: Mapped[str] = mapped_column(String(64), default="")
    issued_on: Mapped[date | None]
    valid_until: Mapped[date | None]
    uploaded_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    uploaded_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]
    document_kind: Mapped[str] = mapped_column(String(40), default="other")
    confidentiality: Mapped[str] = mapped_column(String(24), default="buyers")
    replaced_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("evidence.id"))
    replaced_at: Mapped[datetime | None]


class AnswerEvidence(Base):
    """A piece of evidence is tied to one question of a response."""

    __tablename__ = "answer_evidence"
    __table_args__ = (UniqueConstraint("response_id", "question_id", "evidence_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    response_id: Mapped[UUID] = mapped_column(ForeignKey("response.id"), index=True)
    question_id: Mapped[str] = mapped_column(String(60))
    evidence_id: Mapped[UUID] = mapped_column(ForeignKey("evidence.id"), index=True)


class Assignment(Base):
    """A section of a response, or one question of it, is given to a colleague."""

    __tablename__ = "assignment"
    __table_args__ = (UniqueConstraint("response_id", "section_id", "question_id", "person_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    response_id: Mapped[UUID] = mapped_column(ForeignKey("response.id"), index=True)
    section_id: Mapped[str] = mapped_column(String(60))
    question_id: Mapped[str] = mapped_column(String(60), default="")
    """Empty if the whole section is given."""
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    due_on: Mapped[date | None]
    assigned_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    assigned_at: Mapped[datetime | None]


class Submission(Base):
    """The signed, frozen content of a response; ``snapshot`` is its canonical JSON."""

    __tablename__ = "submission"
    __table_args__ = (UniqueConstraint("response_id", "number"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    response_id: Mapped[UUID] = mapped_column(ForeignKey("response.id"), index=True)
    dialogue_id: Mapped[UUID] = mapped_column(ForeignKey("dialogue.id"), index=True)
    version_id: Mapped[UUID] = mapped_column(ForeignKey("version.id"))
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    number: Mapped[int]
    snapshot: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(64))
    signed_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    signatory: Mapped[str] = mapped_column(String(200))
    submitted_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]


class SubmittedCell(Base):
    """One countable value of a submission, for counting in SQL.

    ``question`` is the question's id, joined by a dot to the row (and column) in a matrix or
    grid; ``option`` is the option's id, level or band, empty for a number that is in no band.
    """

    __tablename__ = "submitted_cell"
    __table_args__ = (Index("ix_submitted_cell_count", "version_id", "question", "option"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    submission_id: Mapped[UUID] = mapped_column(ForeignKey("submission.id"), index=True)
    version_id: Mapped[UUID] = mapped_column(ForeignKey("version.id"))
    question: Mapped[str] = mapped_column(String(190))
    option: Mapped[str] = mapped_column(String(60))
    confidentiality: Mapped[str] = mapped_column(String(24))
    value: Mapped[float | None]
    """The number that was given, of a question for one."""


class PackedCells(Base):
    """All cells of a submission once more, as bits in one row, and the segments it is in.

    A hundred thousand rows of these are read in a second, fifteen million cells are not.
    ``bits`` are those of ``packing.Layout``; ``layout`` is its hash.
    """

    __tablename__ = "packed_cells"

    version_id: Mapped[UUID] = mapped_column(ForeignKey("version.id"), primary_key=True)
    submission_id: Mapped[UUID] = mapped_column(
        ForeignKey("submission.id"), primary_key=True, index=True
    )
    layout: Mapped[str] = mapped_column(String(64))
    bits: Mapped[bytes] = mapped_column(LargeBinary)


class ReleasedQuote(Base):
    """Words of a submitted free text that its author lets be quoted, bound to that submission."""

    __tablename__ = "released_quote"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    submission_id: Mapped[UUID] = mapped_column(ForeignKey("submission.id"), index=True)
    dialogue_id: Mapped[UUID] = mapped_column(ForeignKey("dialogue.id"), index=True)
    question_id: Mapped[str] = mapped_column(String(60))
    text: Mapped[str] = mapped_column(Text)
    named: Mapped[bool] = mapped_column(default=False)
    language: Mapped[str] = mapped_column(String(10), default="en")
    released_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    released_at: Mapped[datetime]


class Reading(Base):
    """Somebody outside the company read its attributed answers; the supplier can see this."""

    __tablename__ = "reading"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    response_id: Mapped[UUID] = mapped_column(ForeignKey("response.id"), index=True)
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"))
    what: Mapped[str] = mapped_column(String(200))
    evidence_id: Mapped[UUID | None] = mapped_column(ForeignKey("evidence.id"), index=True)
    """The file that was downloaded, if it was one."""
    read_at: Mapped[datetime]
