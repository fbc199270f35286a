"""Writes about commitments: proposing, wording, agreeing, beginning, and how they end."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from portal.core.errors import NotNow, Refused, message
from portal.identity.actor import Actor
from portal.meeting.commitments_ground import (
    IN_FORCE_TERMS,
    Ground,
    require_future,
    take_up,
    written,
)
from portal.meeting.commitments_letters import leaders, send, subject_of, tell_other_side
from portal.meeting.commitments_policy import may_agree, may_lead, side_of
from portal.meeting.commitments_rules import Act, Level, Method, Side, State
from portal.meeting.commitments_sources import Ends, Source, check_ends, check_source
from portal.meeting.models_commitments import Commitment

ABOUT_TEXT = message("Say what is promised.")
WHY = message("Give the reason: the other side reads it.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What is to be promised by whom, to whom, until when, and what it comes from."""

    organisation_id: UUID
    counterpart_id: UUID | None = None
    text: str
    due_on: date
    source: Source = field(default_factory=Source)
    clause: str = ""
    level: Level = Level.BASIC
    method: Method = Method.DESK_REVIEW


def propose(
    session: Session,
    actor: Actor,
    dialogue_id: UUID,
    proposal: Proposal,
    *,
    address: str,
    now: datetime,
) -> Commitment:
    """Propose a commitment of one's own or of the other side; the proposer's side agrees to it.

    Raises Refused unless both ends take part and the actor speaks for one of them, Invalid for a
    text, a day or an origin that cannot be.
    """
    ends = Ends(proposal.organisation_id, proposal.counterpart_id)
    part = check_ends(session, actor, dialogue_id, ends)
    text = written(proposal.text, "text", ABOUT_TEXT)
    require_future(proposal.due_on, now)
    origin = check_source(
        session, actor, dialogue_id, ends, proposal.source, clause=proposal.clause, now=now
    )
    commitment = _new(proposal, part, text, origin)
    commitment.dialogue_id, commitment.proposed_by = dialogue_id, actor.person_id
    commitment.created_at = commitment.changed_at = now
    session.add(commitment)
    session.flush()
    ground = Ground(
        session=session, actor=actor, dialogue_id=dialogue_id, commitment=commitment, now=now
    )
    side = ground.side
    ground.sign(side)
    session.add(ground.terms(1, side, IN_FORCE_TERMS))
    ground.note("proposed", **{"from": "", "to": commitment.state, "side": str(side)})
    what = message("{name} proposes a commitment. Please agree, or change it.", name=actor.name)
    tell_other_side(ground, side, what, address=address)
    return commitment


def _new(proposal: Proposal, part: str, text: str, origin: Mapping[str, object]) -> Commitment:
    return Commitment(
        organisation_id=proposal.organisation_id,
        part=part,
        counterpart_id=proposal.counterpart_id,
        text=text,
        due_on=proposal.due_on,
        clause=proposal.clause,
        level=str(proposal.level),
        method=str(proposal.method),
        state=str(State.PROPOSED),
        version=1,
        **origin,
    )


def agree(
    session: Session,
    actor: Actor,
    dialogue_id: UUID,
    commitment_id: UUID,
    *,
    seen: int,
    address: str,
    now: datetime,
) -> None:
    """Agree for one's side to the terms that one has read (``seen``); the second side settles it.

    Raises Refused unless the actor binds a side, NotNow if it has agreed or the terms changed.
    """
    ground = take_up(session, actor, dialogue_id, commitment_id, now=now)
    commitment, side = ground.commitment, ground.side
    if not may_agree(actor, ground.bond):
        raise Refused
    ground.require(Act.AGREE)
    if seen != commitment.version:
        raise NotNow(
            message("The text has changed since you opened it. Read it again, then agree.")
        )
    if ground.has_signed(side):
        raise NotNow(message("Your side has agreed already. It waits for the other side."))
    ground.sign(side)
    if commitment.promisor_agreed_at and commitment.counterpart_agreed_at:
        ground.move(Act.AGREE, side=str(side))
        what = message("{name} has agreed: the commitment stands.", name=actor.name)
    else:
        state = commitment.state
        ground.note("agreed_by_one_side", **{"from": state, "to": state, "side": str(side)})
        what = message("{name} agrees to this commitment. Please agree, too.", name=actor.name)
    tell_other_side(ground, side, what, address=address)


def begin(
    session: Session, actor: Actor, dialogue_id: UUID, commitment_id: UUID, *, now: datetime
) -> None:
    """Say that the work has begun; for the side that promised."""
    ground = take_up(session, actor, dialogue_id, commitment_id, now=now)
    if ground.side is not Side.PROMISOR:
        raise Refused
    ground.move(Act.BEGIN)


def escalate(
    session: Session,
    actor: Actor,
    dialogue_id: UUID,
    commitment_id: UUID,
    *,
    reason: str,
    address: str,
    now: datetime,
) -> None:
    """Take an overdue commitment to the lead buyers and the secretariat, with a reason.

    For the side to which it was promised. Raises NotNow unless it is overdue.
    """
    ground = take_up(session, actor, dialogue_id, commitment_id, now=now)
    if ground.side is not Side.COUNTERPART:
        raise Refused
    ground.require(Act.ESCALATE)
    words = written(reason, "reason", WHY)
    ground.move(Act.ESCALATE, words)
    what = message("{name} has escalated an overdue commitment.", name=actor.name)
    to = leaders(session, ground.commitment)
    subject = subject_of(ground)
    send(ground, to, subject, what, words=words, address=address, may_wait=False)
    tell_other_side(ground, Side.COUNTERPART, what, words=words, address=address)


def close(
    session: Session,
    actor: Actor,
    dialogue_id: UUID,
    commitment_id: UUID,
    *,
    reason: str = "",
    address: str,
    now: datetime,
) -> None:
    """Close what was verified, or what was escalated, for a reason; lead buyers and secretariat."""
    ground = take_up(session, actor, dialogue_id, commitment_id, now=now)
    if not may_lead(actor, ground.bond):
        raise Refused
    ground.require(Act.CLOSE)
    is_owed = ground.commitment.state == State.ESCALATED
    words = written(reason, "reason", WHY) if is_owed or reason.strip() else ""
    ground.move(Act.CLOSE, words)
    what = message("{name} has closed the commitment.", name=actor.name)
    tell_other_side(ground, Side.COUNTERPART, what, words=words, address=address)


def drop(
    session: Session,
    actor: Actor,
    dialogue_id: UUID,
    commitment_id: UUID,
    *,
    reason: str,
    address: str,
    now: datetime,
) -> None:
    """Drop a commitment for a reason.

    A proposal either side may take back or turn down; what was agreed only lead buyers and the
    secretariat let go.
    """
    ground = take_up(session, actor, dialogue_id, commitment_id, now=now)
    is_proposal = ground.commitment.state == State.PROPOSED
    if not may_lead(actor, ground.bond) and not (is_proposal and may_agree(actor, ground.bond)):
        raise Refused
    ground.require(Act.DROP)
    words = written(reason, "reason", WHY)
    side = side_of(actor, ground.bond) or Side.COUNTERPART
    ground.move(Act.DROP, words)
    what = message("{name} has dropped the commitment.", name=actor.name)
    tell_other_side(ground, side, what, words=words, address=address)
