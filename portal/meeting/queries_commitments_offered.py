"""What there is to choose from when somebody proposes a commitment, or shows proof."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core.errors import Refused
from portal.dialogue.queries import parties
from portal.identity.actor import Actor
from portal.identity.roles import Permission
from portal.meeting.commitments_policy import BUYER, SUPPLIER, may_follow_all, own_organisations
from portal.meeting.commitments_sources import clauses_asked
from portal.meeting.models import Meeting
from portal.response.models import Evidence
from portal.response.policy import may_see_library

HIDDEN = ("planned", "cancelled")
MOST_PIECES = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """(id, name) of who may promise, to whom, of sessions; clause → how it is written."""

    promisors: tuple[tuple[UUID, str], ...]
    counterparts: tuple[tuple[UUID, str], ...]
    meetings: tuple[tuple[UUID, str], ...]
    clauses: Mapping[str, str]
    is_supplier: bool


def offered(session: Session, actor: Actor, dialogue_id: UUID) -> Offered:
    """What the actor may choose; no supplier is offered another one. Five queries at most.

    Raises Refused for who may not propose.
    """
    if not actor.may(Permission.COMMITMENT_WRITE, dialogue_id):
        raise Refused
    buyers = [(each.id, each.name) for each in parties(session, dialogue_id, BUYER)]
    suppliers = [(each.id, each.name) for each in parties(session, dialogue_id, SUPPLIER)]
    follows = may_follow_all(actor, dialogue_id)
    own = own_organisations(actor, dialogue_id)
    if not follows:
        suppliers = [each for each in suppliers if each[0] in own]
    meetings = select(Meeting.id, Meeting.title).where(
        Meeting.dialogue_id == dialogue_id, Meeting.state.not_in(HIDDEN)
    )
    return Offered(
        promisors=(*suppliers, *buyers),
        counterparts=(*buyers, *suppliers),
        meetings=tuple(
            (row[0], row[1]) for row in session.execute(meetings.order_by(Meeting.starts_at))
        ),
        clauses=clauses_asked(session, dialogue_id),
        is_supplier=not follows,
    )


def own_pieces(session: Session, actor: Actor, organisation_id: UUID) -> list[tuple[UUID, str]]:
    """The company's evidence that stands, newest first; nothing for who is not of its team."""
    if not may_see_library(actor, organisation_id):
        return []
    query = select(Evidence.id, Evidence.title, Evidence.file_name).where(
        Evidence.organisation_id == organisation_id,
        Evidence.removed_at.is_(None),
        Evidence.replaced_by_id.is_(None),
    )
    newest = query.order_by(Evidence.uploaded_at.desc(), Evidence.id).limit(MOST_PIECES)
    return [(row.id, row.title or row.file_name) for row in session.execute(newest)]
