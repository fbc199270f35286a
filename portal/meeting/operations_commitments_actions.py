"""Writes beside a commitment's life: corrective actions, who reads along, what day passed."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core.audit import Act as AuditAct
from portal.core.audit import record
from portal.core.errors import Invalid, NotNow, Refused, message
from portal.identity.actor import SYSTEM, Actor
from portal.meeting.commitments_ground import NAME_LENGTH, Ground, take_up, written
from portal.meeting.commitments_policy import may_settle_rules
from portal.meeting.commitments_rules import DONE, RUNNING, Act, Side, is_overdue
from portal.meeting.models_commitments import Commitment, CorrectiveAction, FollowUpRule

AT_A_TIME = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something that was found, what is done about it, who does it, until when."""

    finding: str
    action: str
    owner: str
    due_on: date


def add_action(
    session: Session,
    actor: Actor,
    dialogue_id: UUID,
    commitment_id: UUID,
    found: Finding,
    *,
    now: datetime,
) -> CorrectiveAction:
    """Add a corrective action; both sides may. Raises NotNow once the matter is over."""
    ground = _open(session, actor, dialogue_id, commitment_id, now=now)
    named = partial(written, limit=NAME_LENGTH)
    row = CorrectiveAction(
        commitment_id=commitment_id,
        finding=written(found.finding, "finding", message("Say what was found.")),
        action=written(found.action, "action", message("Say what is done about it.")),
        owner=named(found.owner, "owner", message("Say who does it.")),
        due_on=found.due_on,
        added_by=actor.person_id,
        added_at=now,
    )
    if found.due_on < now.date():
        sentence = message("This day has passed. Choose one that is still ahead.")
        raise Invalid(sentence, {"due_on": sentence})
    session.add(row)
    session.flush()
    ground.note("action_added", action=str(row.id), finding=row.finding)
    return row


def finish_action(
    session: Session,
    actor: Actor,
    dialogue_id: UUID,
    commitment_id: UUID,
    action_id: UUID,
    *,
    now: datetime,
) -> None:
    """Say that a corrective action is done; for the side that promised."""
    ground = _open(session, actor, dialogue_id, commitment_id, now=now)
    row = session.get(CorrectiveAction, action_id, with_for_update=True)
    if row is None or row.commitment_id != commitment_id or ground.side is not Side.PROMISOR:
        raise Refused
    if row.done_at is not None:
        raise NotNow(message("This is marked as done already."))
    row.done_at, row.done_by = now, actor.person_id
    ground.note("action_done", action=str(row.id), finding=row.finding)


def let_observers_read(
    session: Session, actor: Actor, dialogue_id: UUID, *, allowed: bool, now: datetime
) -> None:
    """Settle whether the dialogue's observers read its commitments; lead buyers and secretariat."""
    if not may_settle_rules(actor, dialogue_id):
        raise Refused
    rule = session.get(FollowUpRule, dialogue_id, with_for_update=True)
    if rule is None:
        rule = FollowUpRule(dialogue_id=dialogue_id)
        session.add(rule)
    before = bool(rule.observers_read)
    rule.observers_read, rule.changed_by, rule.changed_at = allowed, actor.person_id, now
    session.flush()
    row = AuditAct(
        person_id=actor.person_id,
        dialogue_id=dialogue_id,
        subject=("dialogue", dialogue_id),
        act="follow_up_opened" if allowed else "follow_up_closed",
        details={"from": before, "to": allowed},
    )
    record(session, row, now=now)


def due_to_lapse(session: Session, *, now: datetime) -> list[UUID]:
    """The commitments whose day has passed without proof; one query."""
    query = select(Commitment.id, Commitment.state, Commitment.due_on).where(
        Commitment.state.in_(sorted(RUNNING)), Commitment.due_on < now.date()
    )
    return [
        row.id
        for row in session.execute(query.order_by(Commitment.id))
        if is_overdue(row.state, row.due_on, now=now)
    ]


def mark_overdue(session: Session, ids: Collection[UUID], *, now: datetime) -> int:
    """Mark these commitments overdue, in the portal's own name; how many. Again does no harm."""
    count = 0
    for commitment_id in sorted(ids):
        found = session.get(Commitment, commitment_id, with_for_update=True, populate_existing=True)
        if found is not None and is_overdue(found.state, found.due_on, now=now):
            ground = Ground(
                session=session,
                actor=SYSTEM,
                dialogue_id=found.dialogue_id,
                commitment=found,
                now=now,
            )
            ground.move(Act.LAPSE, due_on=found.due_on.isoformat())
            count += 1
    return count


def _open(
    session: Session, actor: Actor, dialogue_id: UUID, commitment_id: UUID, *, now: datetime
) -> Ground:
    """The commitment for either of its sides, while it is not over."""
    ground = take_up(session, actor, dialogue_id, commitment_id, now=now)
    _ = ground.side
    if ground.commitment.state in DONE:
        raise NotNow(message("This commitment is settled."))
    return ground
