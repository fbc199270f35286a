"""Tables of priorities: issues, ballots on them, what came of them, and the roadmap."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Base, Json
from portal.core.ids import new_id


class Issue(Base):
    """Something that the buyers may push for together; numbered in its dialogue from 1.

    ``state`` is proposed, listed, merged or withdrawn. ``source_kind`` is section, clause,
    question or own, and ``source_ref`` names it by its id in the questionnaire. ``readiness`` is
    a list of {"key": countable question, "options": [those that count as ready]}.
    """

    __tablename__ = "issue"
    __table_args__ = (UniqueConstraint("dialogue_id", "number"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    dialogue_id: Mapped[UUID] = mapped_column(ForeignKey("dialogue.id"), index=True)
    number: Mapped[int]
    title: Mapped[str] = mapped_column(String(200))
    description: Mapped[str] = mapped_column(Text, default="")
    source_kind: Mapped[str] = mapped_column(String(20), default="own")
    source_ref: Mapped[str] = mapped_column(String(80), default="")
    readiness: Mapped[Any] = mapped_column(Json)
    state: Mapped[str] = mapped_column(String(20), default="proposed")
    reason: Mapped[str] = mapped_column(Text, default="")
    merged_into: Mapped[UUID | None] = mapped_column(ForeignKey("issue.id"))
    version: Mapped[int] = mapped_column(default=1)
    organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"))
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    proposed_at: Mapped[datetime]
    changed_at: Mapped[datetime]


class Ballot(Base):
    """A ballot on issues, from the first round to the yearly review.

    ``state``: see ``ballots_rules.State``. ``secret`` is fixed when it opens. ``closes_at`` is
    until when the present round, or the opting in, is open. ``introduction`` is what the joint
    statement says before the list, ``reason`` why it was cancelled.
    """

    __tablename__ = "ballot"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    dialogue_id: Mapped[UUID] = mapped_column(ForeignKey("dialogue.id"), index=True)
    title: Mapped[str] = mapped_column(String(200))
    secret: Mapped[bool]
    state: Mapped[str] = mapped_column(String(20))
    closes_at: Mapped[datetime]
    introduction: Mapped[str] = mapped_column(Text, default="")
    reason: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[int] = mapped_column(default=1)
    opened_at: Mapped[datetime]
    adopted_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]
    reviewed_at: Mapped[datetime | None]


class BallotIssue(Base):
    """An issue as a ballot is about it, in its words when the ballot opened.

    ``proposed`` for the joint demand, ``adopted`` when the opting in has ended; both are None
    before. ``reason`` says to everybody why it was not chosen.
    """

    __tablename__ = "ballot_issue"
    __table_args__ = (UniqueConstraint("ballot_id", "issue_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    ballot_id: Mapped[UUID] = mapped_column(ForeignKey("ballot.id"), index=True)
    issue_id: Mapped[UUID] = mapped_column(ForeignKey("issue.id"), index=True)
    number: Mapped[int]
    title: Mapped[str] = mapped_column(String(200))
    description: Mapped[str] = mapped_column(Text, default="")
    readiness: Mapped[Any] = mapped_column(Json)
    proposed: Mapped[bool | None]
    adopted: Mapped[bool | None]
    reason: Mapped[str] = mapped_column(Text, default="")


class BallotScore(Base):
    """What one organisation gives one issue in one round; ``advisory`` if it is an observer.

    ``scores`` holds criterion → 1 to 5. ``person_id`` is who saved it last.
    """

    __tablename__ = "ballot_score"
    __table_args__ = (UniqueConstraint("ballot_id", "round", "issue_id", "organisation_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    ballot_id: Mapped[UUID] = mapped_column(ForeignKey("ballot.id"), index=True)
    round: Mapped[int]
    issue_id: Mapped[UUID] = mapped_column(ForeignKey("issue.id"))
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    advisory: Mapped[bool]
    scores: Mapped[Any] = mapped_column(Json)
    comment: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[int] = mapped_column(default=1)
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    saved_at: Mapped[datetime]


class BallotResult(Base):
    """What a round gave for one issue, worked out once when its results are shown.

    ``figures`` is criterion → [lower quartile, median, upper quartile]; None where it is not
    shown. ``attributed``: for those who may know who gave what; else it has passed the gate.
    ``n`` is how many organisations scored.
    """

    __tablename__ = "ballot_result"
    __table_args__ = (UniqueConstraint("ballot_id", "round", "issue_id", "advisory", "attributed"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    ballot_id: Mapped[UUID] = mapped_column(ForeignKey("ballot.id"), index=True)
    round: Mapped[int]
    issue_id: Mapped[UUID] = mapped_column(ForeignKey("issue.id"))
    advisory: Mapped[bool]
    attributed: Mapped[bool]
    n: Mapped[int]
    figures: Mapped[Any | None] = mapped_column(Json)


class BallotWord(Base):
    """What a buyer says of an issue under its name: ``kind`` is dissent or position.

    A position also says whether the buyer is ``opted_in``; ``text`` is its reason, or the dissent.
    """

    __tablename__ = "ballot_word"
    __table_args__ = (UniqueConstraint("ballot_id", "issue_id", "organisation_id", "kind"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    ballot_id: Mapped[UUID] = mapped_column(ForeignKey("ballot.id"), index=True)
    issue_id: Mapped[UUID] = mapped_column(ForeignKey("issue.id"))
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    opted_in: Mapped[bool | None]
    text: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[int] = mapped_column(default=1)
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    said_at: Mapped[datetime]


class RoadmapStep(Base):
    """What a buyer does about an adopted issue until a day.

    ``state`` is planned, under_way, done or dropped; ``clause_ref`` is a clause of an instrument
    of the questionnaire, written ``instrument clause``; ``demand`` what a tender then asks for.
    """

    __tablename__ = "roadmap_step"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    ballot_id: Mapped[UUID] = mapped_column(ForeignKey("ballot.id"), index=True)
    issue_id: Mapped[UUID] = mapped_column(ForeignKey("issue.id"), index=True)
    owner_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    what: Mapped[str] = mapped_column(String(300))
    due_on: Mapped[date]
    demand: Mapped[str] = mapped_column(Text, default="")
    clause_ref: Mapped[str] = mapped_column(String(80), default="")
    state: Mapped[str] = mapped_column(String(20), default="planned")
    reason: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[int] = mapped_column(default=1)
    changed_at: Mapped[datetime]


class PriorityReview(Base):
    """The yearly look at the roadmap, with what it found."""

    __tablename__ = "priority_review"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    ballot_id: Mapped[UUID] = mapped_column(ForeignKey("ballot.id"), index=True)
    note: Mapped[str] = mapped_column(Text)
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    reviewed_at: Mapped[datetime]


class PriorityEdit(Base):
    """What a row said at one of its versions: nothing that was saved is ever lost.

    ``subject_id`` is the row's id, ``fields`` all that people typed into it.
    """

    __tablename__ = "priority_edit"
    __table_args__ = (UniqueConstraint("subject_id", "version"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    subject_id: Mapped[UUID] = mapped_column(index=True)
    version: Mapped[int]
    fields: Mapped[Any] = mapped_column(Json)
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]
