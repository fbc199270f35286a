"""Changing what was promised: while it is proposed at once, afterwards only with both sides.

The terms in force stay in force until the other side has agreed to the new ones; nothing that
anybody wrote is lost (each wording is a row of ``CommitmentTerms``).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.core.errors import Invalid, Message, NotNow, Refused, message
from portal.identity.actor import Actor
from portal.meeting.commitments_ground import (
    DECLINED,
    IN_FORCE_TERMS,
    REPLACED,
    WAITING,
    Ground,
    require_future,
    take_up,
    written,
)
from portal.meeting.commitments_letters import tell_other_side
from portal.meeting.commitments_policy import may_agree
from portal.meeting.commitments_rules import (
    DONE,
    Side,
    State,
    Terms,
    is_overdue,
    joined,
)
from portal.meeting.models_commitments import CommitmentTerms
from portal.meeting.operations_commitments import ABOUT_TEXT, WHY


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """What somebody typed, over the terms of number ``base``."""

    text: str
    due_on: date
    base: int


class Clash(Invalid):
    """Two people changed the same words; holds what the other one saved, for the form."""

    def __init__(self, theirs: Terms, number: int, fields: Mapping[str, Message]) -> None:
        """Keep the terms that were saved meanwhile and their number."""
        sentence = "Somebody else changed this meanwhile. Compare both texts, then save again."
        super().__init__(message(sentence), fields)
        self.theirs, self.number = theirs, number


def change_terms(
    session: Session,
    actor: Actor,
    dialogue_id: UUID,
    commitment_id: UUID,
    wording: Wording,
    *,
    address: str,
    now: datetime,
) -> None:
    """Word a proposal anew, or propose other terms for what was agreed.

    Edits of two people are joined field by field. Raises Clash where both changed the same one,
    NotNow once the matter is over, Invalid for an empty text or a day that has passed.
    """
    ground = take_up(session, actor, dialogue_id, commitment_id, now=now)
    commitment, side = ground.commitment, ground.side
    _require_unsettled(ground)
    text = written(wording.text, "text", ABOUT_TEXT)
    current = _newest(session, commitment_id)
    made = _joined(session, commitment_id, current, Terms(text, wording.due_on), wording.base)
    if made == Terms(current.text, current.due_on):
        return
    if made.due_on != current.due_on:
        require_future(made.due_on, now)
    is_proposal = commitment.state == State.PROPOSED
    row = ground.terms(_next_number(session, commitment_id), side, WAITING)
    row.text, row.due_on = made.text, made.due_on
    if is_proposal or current.state == WAITING:
        current.state = REPLACED
    session.add(row)
    if is_proposal:
        _propose_anew(ground, row, side)
    act = "changed" if is_proposal else "change_proposed"
    ground.note(act, **_moved(commitment.state, commitment.state), number=row.number)
    what = message("{name} proposes another wording. Please agree, or change it.", name=actor.name)
    words = "" if is_proposal else row.text
    tell_other_side(ground, side, what, words=words, address=address)


def _propose_anew(ground: Ground, row: CommitmentTerms, side: Side) -> None:
    """What is only proposed is worded at once, and both sides agree again."""
    _put_in_force(ground, row)
    ground.commitment.promisor_agreed_at = ground.commitment.counterpart_agreed_at = None
    ground.sign(side)


def accept_terms(
    session: Session,
    actor: Actor,
    dialogue_id: UUID,
    commitment_id: UUID,
    *,
    number: int,
    address: str,
    now: datetime,
) -> None:
    """Agree to the terms that the other side proposes; they take the place of those in force.

    What was overdue goes on if its new day is still ahead. Raises Refused for one's own side's
    terms, NotNow if they are not the ones that wait or the matter is over.
    """
    ground, waiting = _decided(session, actor, dialogue_id, commitment_id, number, now=now)
    side = ground.side
    if waiting.side == side:
        raise Refused
    before = ground.commitment.state
    in_force = select(CommitmentTerms).filter_by(
        commitment_id=commitment_id, number=ground.commitment.version
    )
    session.scalars(in_force).one().state = REPLACED
    _put_in_force(ground, waiting)
    if before in {State.OVERDUE, State.ESCALATED}:
        late = is_overdue(State.IN_PROGRESS, waiting.due_on, now=now)
        ground.commitment.state = str(State.OVERDUE if late else State.IN_PROGRESS)
    ground.commitment.promisor_agreed_at = ground.commitment.counterpart_agreed_at = now
    ground.note("terms_agreed", **_moved(before, ground.commitment.state), number=number)
    what = message("{name} agrees to the new wording.", name=actor.name)
    tell_other_side(ground, side, what, address=address)


def decline_terms(
    session: Session,
    actor: Actor,
    dialogue_id: UUID,
    commitment_id: UUID,
    *,
    number: int,
    reason: str,
    address: str,
    now: datetime,
) -> None:
    """Turn down the other side's new terms, or take back one's own; what was agreed stays."""
    ground, waiting = _decided(session, actor, dialogue_id, commitment_id, number, now=now)
    words = written(reason, "reason", WHY)
    waiting.state = DECLINED
    state = ground.commitment.state
    ground.note("terms_declined", **_moved(state, state), number=number, reason=words)
    what = message("{name} keeps to what was agreed.", name=actor.name)
    tell_other_side(ground, ground.side, what, words=words, address=address)


def _decided(
    session: Session,
    actor: Actor,
    dialogue_id: UUID,
    commitment_id: UUID,
    number: int,
    *,
    now: datetime,
) -> tuple[Ground, CommitmentTerms]:
    ground = take_up(session, actor, dialogue_id, commitment_id, now=now)
    if not may_agree(actor, ground.bond):
        raise Refused
    _require_unsettled(ground)
    waiting = _newest(session, commitment_id)
    if waiting.state != WAITING or waiting.number != number:
        raise NotNow(message("This wording does not wait any more. Look at how it stands now."))
    return ground, waiting


def _require_unsettled(ground: Ground) -> None:
    if ground.commitment.state in DONE | {State.VERIFIED}:
        raise NotNow(message("This commitment is settled. Its text can no longer be changed."))


def _joined(
    session: Session, commitment_id: UUID, current: CommitmentTerms, mine: Terms, base: int
) -> Terms:
    theirs = Terms(current.text, current.due_on)
    if base == current.number:
        return mine
    query = select(CommitmentTerms).filter_by(commitment_id=commitment_id, number=base)
    seen = session.scalars(query).one_or_none()
    if seen is None:
        raise Refused
    both = joined(Terms(seen.text, seen.due_on), mine, theirs)
    if both.clashes:
        sentence = message("Changed by somebody else meanwhile.")
        raise Clash(theirs, current.number, dict.fromkeys(both.clashes, sentence))
    return both.terms


def _put_in_force(ground: Ground, row: CommitmentTerms) -> None:
    row.state = IN_FORCE_TERMS
    commitment = ground.commitment
    commitment.text, commitment.due_on, commitment.version = row.text, row.due_on, row.number


def _newest(session: Session, commitment_id: UUID) -> CommitmentTerms:
    """The terms that wait for the other side, else those in force."""
    query = select(CommitmentTerms).where(
        CommitmentTerms.commitment_id == commitment_id,
        CommitmentTerms.state.in_([IN_FORCE_TERMS, WAITING]),
    )
    newest = query.order_by(CommitmentTerms.number.desc()).limit(1)
    return session.scalars(newest, execution_options={"populate_existing": True}).one()


def _next_number(session: Session, commitment_id: UUID) -> int:
    query = select(func.max(CommitmentTerms.number)).filter_by(commitment_id=commitment_id)
    return (session.scalar(query) or 0) + 1


def _moved(before: str, then: str) -> dict[str, str]:
    return {"from": before, "to": then}
