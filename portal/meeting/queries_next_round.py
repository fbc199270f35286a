"""Reads for going on from a dialogue: what would be taken along, and what came before and after."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core.errors import Refused
from portal.dialogue.models import Dialogue
from portal.dialogue.queries import RoleHolder, parties, role_holders
from portal.dialogue.rules import is_closed
from portal.identity.actor import Actor
from portal.identity.roles import SUPPLIER_ROLES, Permission, Role
from portal.invitation.queries import InvitationRow, invitations
from portal.meeting.commitments_policy import AGREES, SUPPLIER
from portal.meeting.commitments_rules import OPEN, State
from portal.meeting.models_commitments import Commitment, PreviousDialogue
from portal.meeting.queries_commitments import in_dialogue
from portal.questionnaire.queries import LoadedVersion, published_version

NEXT_ROUND, FOLLOW_UP = "next_round", "follow_up"
LEFT_OUT = frozenset({"declined", "revoked", "bounced", "expired"})
"""States of an invitation whose company is not asked again by itself."""
NOT_ASKED = (State.PROPOSED, State.DROPPED)
"""What nobody promised, or nobody has to keep."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A supplier of the last round and whom to write to there."""

    organisation_id: UUID
    organisation: str
    country: str
    email: str
    contact_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Going:
    """What there is to take along from a dialogue; ``later``: (short name, title, kind)."""

    people: tuple[RoleHolder, ...]
    version: LoadedVersion | None
    suppliers: tuple[Asked, ...]
    promisors: frozenset[UUID]
    commitments: int
    later: tuple[tuple[str, str, str], ...]
    is_closed: bool

    @property
    def asked_to_follow(self) -> tuple[Asked, ...]:
        """The suppliers that promised something."""
        return tuple(each for each in self.suppliers if each.organisation_id in self.promisors)


def going_on(session: Session, actor: Actor, dialogue_id: UUID, *, now: datetime) -> Going:
    """What would be taken along; nine queries. Refused unless the actor runs the dialogue."""
    dialogue = session.get(Dialogue, dialogue_id)
    if dialogue is None or not actor.may(Permission.DIALOGUE_CREATE, dialogue_id):
        raise Refused
    holders = role_holders(session, dialogue_id)
    later = (
        select(Dialogue.short_name, Dialogue.title, PreviousDialogue.kind)
        .join(PreviousDialogue, PreviousDialogue.dialogue_id == Dialogue.id)
        .where(PreviousDialogue.previous_id == dialogue_id)
        .order_by(PreviousDialogue.made_at)
    )
    return Going(
        people=tuple(each for each in holders if each.role not in SUPPLIER_ROLES),
        version=published_version(session, dialogue_id),
        suppliers=tuple(suppliers_of(session, dialogue_id)),
        promisors=promisors_of(session, dialogue_id),
        commitments=len(open_commitments(session, dialogue_id)),
        later=tuple((row[0], row[1], row[2]) for row in session.execute(later)),
        is_closed=is_closed(dialogue, now),
    )


def suppliers_of(session: Session, dialogue_id: UUID) -> list[Asked]:
    """The suppliers of a dialogue, by name, each with somebody to write to; three queries.

    As they were invited, if that person still answers for the company or nobody of it is there;
    else somebody who does. Who declined, and whom nobody answers for, is left out.
    """
    rows = {row.organisation_id: row for row in invitations(session, dialogue_id)}
    holders = role_holders(session, dialogue_id)
    people = {each.organisation_id: each for each in reversed(holders) if each.role in AGREES}
    found = [
        asked
        for row in rows.values()
        if row.state not in LEFT_OUT
        for asked in [_asked_again(row, holders, people.get(row.organisation_id))]
        if asked is not None
    ]
    found += [
        Asked(
            organisation_id=each.id,
            organisation=each.name,
            country=each.country,
            email=people[each.id].email,
            contact_name=people[each.id].name,
        )
        for each in parties(session, dialogue_id, SUPPLIER)
        if each.id not in rows and each.id in people
    ]
    return sorted(found, key=lambda each: each.organisation)


def _asked_again(
    row: InvitationRow, holders: Sequence[RoleHolder], person: RoleHolder | None
) -> Asked | None:
    """Whom to write to at a company that was invited; ``person`` is who answers for it now.

    Nobody whom the company took off: a link of an invitation makes its reader the company's admin.
    """
    roles: dict[str, set[Role]] = {}
    for each in holders:
        if each.organisation_id == row.organisation_id:
            roles.setdefault(each.email.casefold(), set()).add(each.role)
    held = roles.get(row.email.casefold(), set())
    asked = Asked(
        organisation_id=row.organisation_id,
        organisation=row.organisation,
        country=row.country,
        email=row.email,
        contact_name=row.contact_name,
    )
    if person is not None and not held & AGREES:
        return replace(asked, email=person.email, contact_name=person.name)
    return asked if held or not roles else None


def promisors_of(session: Session, dialogue_id: UUID) -> frozenset[UUID]:
    """The organisations that stand by something they promised in the dialogue; one query."""
    query = select(Commitment.organisation_id).where(
        in_dialogue(dialogue_id), Commitment.state.not_in(NOT_ASKED)
    )
    return frozenset(session.scalars(query))


def open_commitments(session: Session, dialogue_id: UUID) -> Sequence[Commitment]:
    """What was agreed, is followed in the dialogue and still open; one query."""
    agreed = sorted(OPEN - {State.PROPOSED})
    query = select(Commitment).where(in_dialogue(dialogue_id), Commitment.state.in_(agreed))
    return session.scalars(query.order_by(Commitment.due_on, Commitment.id)).all()


def previous_of(session: Session, dialogue_id: UUID) -> tuple[Dialogue, str] | None:
    """The dialogue that this one goes on from, and how; one query."""
    query = (
        select(Dialogue, PreviousDialogue.kind)
        .join(PreviousDialogue, PreviousDialogue.previous_id == Dialogue.id)
        .where(PreviousDialogue.dialogue_id == dialogue_id)
    )
    row = session.execute(query).one_or_none()
    return (row[0], row[1]) if row is not None else None
