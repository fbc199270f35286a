"""The follow-up report of one organisation: all it promised in a dialogue, and what came of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core.errors import Refused
from portal.identity.actor import Actor
from portal.identity.models import Organisation
from portal.meeting.commitments_ground import observers_read
from portal.meeting.commitments_policy import (
    may_follow_all,
    own_organisations,
    reads_if_allowed,
)
from portal.meeting.commitments_rules import KEPT, OPEN, State
from portal.meeting.models_commitments import Commitment, CommitmentPlace, CorrectiveAction
from portal.meeting.queries_commitment import Event, MadeCheck, checks_of, events_of
from portal.meeting.queries_commitments import Line, in_dialogue, lines_of

MOST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What one organisation promised; ``checks`` and ``actions`` by commitment."""

    organisation_id: UUID
    organisation: str
    lines: tuple[Line, ...]
    checks: Mapping[UUID, tuple[MadeCheck, ...]]
    actions: Mapping[UUID, tuple[CorrectiveAction, ...]]
    events: tuple[Event, ...]
    made_at: datetime

    @property
    def kept(self) -> int:
        """How many were verified or closed."""
        return sum(line.state in KEPT for line in self.lines)

    @property
    def open(self) -> int:
        """How many are still to be done or looked at."""
        return sum(line.state in OPEN for line in self.lines)

    @property
    def late(self) -> int:
        """How many are overdue or escalated."""
        return sum(line.state in {State.OVERDUE, State.ESCALATED} for line in self.lines)


def follow_up_report(
    session: Session, actor: Actor, dialogue_id: UUID, organisation_id: UUID, *, now: datetime
) -> Report:
    """The report; eight queries at most, however much there is.

    For buyers, secretariat, observers that are let in, and the organisation's own people. Raises
    Refused for everybody else, and if the organisation has promised nothing there.
    """
    own = own_organisations(actor, dialogue_id)
    observes = reads_if_allowed(actor, dialogue_id) and observers_read(session, dialogue_id)
    if not (may_follow_all(actor, dialogue_id) or organisation_id in own or observes):
        raise Refused
    here = in_dialogue(dialogue_id)
    is_own = Commitment.organisation_id == organisation_id
    lines = lines_of(session, here, is_own, limit=MOST, today=now.date())
    organisation = session.get(Organisation, organisation_id)
    if organisation is None or not lines:
        raise Refused
    ids = [line.id for line in lines]
    elsewhere = select(CommitmentPlace.dialogue_id).where(CommitmentPlace.commitment_id.in_(ids))
    origins = select(Commitment.dialogue_id).where(Commitment.id.in_(ids))
    places = {*session.scalars(elsewhere), *session.scalars(origins)}
    checks: dict[UUID, list[MadeCheck]] = {each: [] for each in ids}
    for made in checks_of(session, actor, dialogue_id, ids):
        checks[made.check.commitment_id].append(made)
    actions: dict[UUID, list[CorrectiveAction]] = {each: [] for each in ids}
    query = select(CorrectiveAction).where(CorrectiveAction.commitment_id.in_(ids))
    for action in session.scalars(query.order_by(CorrectiveAction.due_on, CorrectiveAction.id)):
        actions[action.commitment_id].append(action)
    return Report(
        organisation_id=organisation_id,
        organisation=organisation.name,
        lines=tuple(lines),
        checks={key: tuple(found) for key, found in checks.items()},
        actions={key: tuple(found) for key, found in actions.items()},
        events=tuple(events_of(session, places, ids)),
        made_at=now,
    )
