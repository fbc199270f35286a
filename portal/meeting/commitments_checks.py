"""Which checks by other buyers somebody may see: "has another buyer checked this already?"."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session, aliased

from portal.core.errors import Refused
from portal.dialogue.models import Party
from portal.identity.actor import Actor
from portal.identity.models import Organisation
from portal.meeting.commitments_policy import (
    BUYER,
    Bond,
    checks_as,
    may_follow_all,
    own_organisations,
)
from portal.meeting.models_commitments import CommitmentCheck

MOST_OFFERED = 20


def seen_checks(
    session: Session, actor: Actor, bond: Bond, clause: str
) -> Sequence[tuple[CommitmentCheck, str]]:
    """Other buyers' checks of the same organisation and clause, newest first, with their makers.

    Those made in this dialogue, and those that their maker shares from other dialogues in which
    both organisations are buyers. None without a clause: there is nothing to compare by. One query.
    """
    own = checks_as(actor, bond.dialogue_id)
    if own is None or not clause:
        return []
    query = (
        select(CommitmentCheck, Organisation.name)
        .join(Organisation, Organisation.id == CommitmentCheck.organisation_id)
        .where(
            CommitmentCheck.supplier_id == bond.organisation_id,
            CommitmentCheck.clause == clause,
            CommitmentCheck.organisation_id != own,
            CommitmentCheck.reused_id.is_(None),
            or_(CommitmentCheck.dialogue_id == bond.dialogue_id, _shared_with(own)),
        )
        .order_by(CommitmentCheck.checked_on.desc(), CommitmentCheck.id)
        .limit(MOST_OFFERED)
    )
    return [(row[0], row[1]) for row in session.execute(query)]


def seen_words(
    session: Session, actor: Actor, dialogue_id: UUID, check_ids: Collection[UUID]
) -> dict[UUID, str]:
    """What was checked, by the id of the check, of those that the actor may see; one query.

    Those of this dialogue for who sees all of it and for the organisation that was checked; those
    that are shared with the actor's organisation, and its own.
    """
    if not check_ids:
        return {}
    here = CommitmentCheck.dialogue_id == dialogue_id
    allowed: list[ColumnElement[bool]] = [
        here & CommitmentCheck.supplier_id.in_(own_organisations(actor, dialogue_id))
    ]
    if may_follow_all(actor, dialogue_id):
        allowed.append(here)
    own = checks_as(actor, dialogue_id)
    if own is not None:
        allowed += [CommitmentCheck.organisation_id == own, _shared_with(own)]
    query = select(CommitmentCheck.id, CommitmentCheck.checked).where(
        CommitmentCheck.id.in_(check_ids), or_(*allowed)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def seen_check(
    session: Session, actor: Actor, bond: Bond, clause: str, check_id: UUID
) -> CommitmentCheck:
    """The one of this id among those; Refused if it is not there."""
    for found, _ in seen_checks(session, actor, bond, clause):
        if found.id == check_id:
            return found
    raise Refused


def _shared_with(own: UUID) -> ColumnElement[bool]:
    """Shared, and made in a dialogue in which its maker and this organisation are both buyers."""
    theirs, ours = aliased(Party), aliased(Party)
    both = exists().where(
        theirs.dialogue_id == CommitmentCheck.dialogue_id,
        theirs.organisation_id == CommitmentCheck.organisation_id,
        theirs.part == BUYER,
        ours.dialogue_id == CommitmentCheck.dialogue_id,
        ours.organisation_id == own,
        ours.part == BUYER,
    )
    return and_(CommitmentCheck.shared.is_(True), both)
