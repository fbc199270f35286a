"""Tables of commitments: what was promised, its terms, proof and checks, and where it goes on."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Base
from portal.core.ids import new_id


class Commitment(Base):
    """What a supplier or a buyer promised.

    ``part`` is supplier or buyer, that of the organisation that promises. ``counterpart_id`` is
    the one organisation it promises to; without one, a supplier promises to the buyers jointly
    and a buyer to the market. ``source``: own, answer (``response_id``, ``question_id``), session
    (``meeting_id``) or contract (``reference``). ``clause`` is ``<instrument> <clause>``; level
    and method say how it is to be checked. ``state`` as in ``commitments_rules.State``.
    """

    __tablename__ = "commitment"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    dialogue_id: Mapped[UUID] = mapped_column(ForeignKey("dialogue.id"), index=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    part: Mapped[str] = mapped_column(String(20))
    counterpart_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    text: Mapped[str] = mapped_column(Text)
    due_on: Mapped[date] = mapped_column(index=True)
    version: Mapped[int] = mapped_column(default=1)
    """The number of the terms in force."""
    source: Mapped[str] = mapped_column(String(20), default="own")
    response_id: Mapped[UUID | None] = mapped_column(ForeignKey("response.id"))
    question_id: Mapped[str] = mapped_column(String(60), default="")
    meeting_id: Mapped[UUID | None] = mapped_column(ForeignKey("meeting.id"))
    reference: Mapped[str] = mapped_column(String(200), default="")
    clause: Mapped[str] = mapped_column(String(200), default="")
    level: Mapped[str] = mapped_column(String(20), default="basic")
    method: Mapped[str] = mapped_column(String(20), default="desk_review")
    state: Mapped[str] = mapped_column(String(20), default="proposed", index=True)
    promisor_agreed_at: Mapped[datetime | None]
    counterpart_agreed_at: Mapped[datetime | None]
    proposed_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]


class CommitmentTerms(Base):
    """One wording of a commitment with its due day, by one side.

    ``state``: in_force, replaced, waiting (for the other side), declined.
    """

    __tablename__ = "commitment_terms"
    __table_args__ = (UniqueConstraint("commitment_id", "number"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    commitment_id: Mapped[UUID] = mapped_column(ForeignKey("commitment.id"), index=True)
    number: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    due_on: Mapped[date]
    side: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(20))
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]


class CommitmentProof(Base):
    """What shows that a commitment was kept: a piece of the company's evidence, a link, words.

    ``dialogue_id`` is where it was given: a file is opened to nobody who could not read it there.
    """

    __tablename__ = "commitment_proof"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    commitment_id: Mapped[UUID] = mapped_column(ForeignKey("commitment.id"), index=True)
    dialogue_id: Mapped[UUID] = mapped_column(ForeignKey("dialogue.id"))
    evidence_id: Mapped[UUID | None] = mapped_column(ForeignKey("evidence.id"))
    url: Mapped[str] = mapped_column(String(2000), default="")
    text: Mapped[str] = mapped_column(Text, default="")
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    given_at: Mapped[datetime]


class CommitmentCheck(Base):
    """A check that was passed: what, of whom, how, when, how long it holds, by which buyer.

    ``shared``: its maker lets buyers see it in other dialogues in which both take part.
    ``reused_id`` is another buyer's check that was accepted instead of one's own: ``checked`` is
    empty then, for its words are only for those who may see that one.
    """

    __tablename__ = "commitment_check"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    commitment_id: Mapped[UUID] = mapped_column(ForeignKey("commitment.id"), index=True)
    dialogue_id: Mapped[UUID] = mapped_column(ForeignKey("dialogue.id"), index=True)
    supplier_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    checked: Mapped[str] = mapped_column(Text)
    clause: Mapped[str] = mapped_column(String(200), default="")
    level: Mapped[str] = mapped_column(String(20))
    method: Mapped[str] = mapped_column(String(20))
    checked_on: Mapped[date]
    valid_until: Mapped[date]
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    shared: Mapped[bool] = mapped_column(default=False)
    reused_id: Mapped[UUID | None] = mapped_column(ForeignKey("commitment_check.id"))
    made_at: Mapped[datetime]


class CorrectiveAction(Base):
    """Something that was found, what is done about it, by whom, until when."""

    __tablename__ = "corrective_action"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    commitment_id: Mapped[UUID] = mapped_column(ForeignKey("commitment.id"), index=True)
    finding: Mapped[str] = mapped_column(Text)
    action: Mapped[str] = mapped_column(Text)
    owner: Mapped[str] = mapped_column(String(200))
    due_on: Mapped[date]
    added_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    added_at: Mapped[datetime]
    done_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    done_at: Mapped[datetime | None]


class CommitmentPlace(Base):
    """A later dialogue in which a commitment is followed, too: it is carried over, not copied."""

    __tablename__ = "commitment_place"

    commitment_id: Mapped[UUID] = mapped_column(ForeignKey("commitment.id"), primary_key=True)
    dialogue_id: Mapped[UUID] = mapped_column(
        ForeignKey("dialogue.id"), primary_key=True, index=True
    )
    carried_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    carried_at: Mapped[datetime]


class PreviousDialogue(Base):
    """The dialogue that another one goes on from. ``kind``: next_round or follow_up."""

    __tablename__ = "previous_dialogue"

    dialogue_id: Mapped[UUID] = mapped_column(ForeignKey("dialogue.id"), primary_key=True)
    previous_id: Mapped[UUID] = mapped_column(ForeignKey("dialogue.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    made_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]


class FollowUpRule(Base):
    """What a dialogue's buyers have settled for its follow-up: whether observers may read it."""

    __tablename__ = "follow_up_rule"

    dialogue_id: Mapped[UUID] = mapped_column(ForeignKey("dialogue.id"), primary_key=True)
    observers_read: Mapped[bool] = mapped_column(default=False)
    changed_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    changed_at: Mapped[datetime]
