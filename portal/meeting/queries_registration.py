"""Who comes to a session, as far as each reader may know it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core.errors import Refused
from portal.dialogue.queries import role_holders
from portal.identity.actor import Actor
from portal.identity.models import Organisation, Person
from portal.identity.roles import Permission
from portal.meeting.models import Meeting, Participation, Registration
from portal.meeting.policy import (
    may_publish_name,
    may_register_colleagues,
    may_see_registered,
    part_of,
)
from portal.meeting.queries import participations, readable_meeting, registered_for
from portal.meeting.rules import AHEAD, takes_registrations

OPEN_PARTS = ("secretariat", "buyer")
"""Whose names are no secret: the dialogue's public page lists them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comes:
    """Somebody who is registered; ``person`` is empty where only the organisation is known."""

    registration_id: UUID
    part: str
    organisation: str
    person: str
    may_withdraw: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """An organisation for which the reader registers.

    ``people`` are (id, name, registered) of those whom the reader may register.
    """

    organisation_id: UUID
    name: str
    part: str
    people: list[tuple[UUID, str, bool]]
    may_publish: bool
    published: bool
    any_registered: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrationPage:
    """Registering, and who comes as far as the reader may know."""

    meeting: Meeting
    desks: list[Desk]
    comes: list[Comes]
    sees_all: bool
    is_open: bool


def published_participants(session: Session, meeting: Meeting) -> list[tuple[str, str]]:
    """(part, name) of the organisations that anyone may know of; one query.

    Buyers and secretariat that registered, others only if they let their name be published.
    """
    query = (
        select(Registration.part, Organisation.name, Participation.name_published_at)
        .join(Organisation, Organisation.id == Registration.organisation_id)
        .outerjoin(
            Participation,
            (Participation.meeting_id == Registration.meeting_id)
            & (Participation.organisation_id == Registration.organisation_id),
        )
        .where(registered_for(meeting))
        .distinct()
        .order_by(Organisation.name)
    )
    return [
        (part, name)
        for part, name, published_at in session.execute(query)
        if part in OPEN_PARTS or published_at is not None
    ]


def registration_page(
    session: Session, actor: Actor, dialogue_id: UUID, meeting_id: UUID, *, now: datetime
) -> RegistrationPage:
    """Everything on the page; raises Refused unless the actor takes part. Five queries."""
    meeting = readable_meeting(session, actor, dialogue_id, meeting_id)
    if meeting.announced_at is None:
        raise Refused
    rows = _registered(session, meeting)
    said = participations(session, meeting.id)
    published = {key for key, each in said.items() if each.name_published_at is not None}
    own = {grant.organisation_id for grant in actor.grants_in(dialogue_id)}
    sees_all = may_see_registered(actor, dialogue_id)
    comes: list[Comes] = []
    for row, organisation, person in rows:
        is_known = sees_all or row.part in OPEN_PARTS or row.organisation_id in own
        if not is_known and row.organisation_id not in published:
            continue
        named = Comes(
            registration_id=row.id,
            part=row.part,
            organisation=organisation,
            person=person if is_known else "",
            may_withdraw=meeting.state in AHEAD and _may_withdraw(actor, dialogue_id, row),
        )
        # Of a company that only let its name be published, one line: not how many come.
        if named.person or all(each.organisation != organisation for each in comes):
            comes.append(named)
    return RegistrationPage(
        meeting=meeting,
        desks=_desks(session, actor, meeting, rows, published),
        comes=comes,
        sees_all=sees_all,
        is_open=takes_registrations(meeting, now),
    )


def _registered(session: Session, meeting: Meeting) -> list[tuple[Registration, str, str]]:
    query = (
        select(Registration, Organisation.name, Person.name)
        .join(Organisation, Organisation.id == Registration.organisation_id)
        .join(Person, Person.id == Registration.person_id)
        .where(registered_for(meeting))
        .order_by(Registration.part, Organisation.name, Person.name)
    )
    return [(row, organisation, person) for row, organisation, person in session.execute(query)]


def _may_withdraw(actor: Actor, dialogue_id: UUID, row: Registration) -> bool:
    return row.person_id == actor.person_id or may_register_colleagues(
        actor, dialogue_id, row.organisation_id
    )


def _desks(
    session: Session,
    actor: Actor,
    meeting: Meeting,
    rows: list[tuple[Registration, str, str]],
    published: set[UUID],
) -> list[Desk]:
    """The organisations of the reader, each with whom they may register for it."""
    dialogue_id = meeting.dialogue_id
    registered = {(row.organisation_id, row.person_id) for row, _, _ in rows}
    holders = role_holders(session, dialogue_id)
    found = []
    for organisation_id in actor.organisations_that_may(Permission.MEETING_REGISTER, dialogue_id):
        part = part_of(actor, dialogue_id, organisation_id)
        team = {
            holder.person_id: holder.name
            for holder in holders
            if holder.organisation_id == organisation_id
        }
        if not may_register_colleagues(actor, dialogue_id, organisation_id):
            team = {key: name for key, name in team.items() if key == actor.person_id}
        name = next(
            each.organisation for each in holders if each.organisation_id == organisation_id
        )
        found.append(
            Desk(
                organisation_id=organisation_id,
                name=name,
                part=part or "",
                people=[
                    (key, person, (organisation_id, key) in registered)
                    for key, person in team.items()
                ],
                may_publish=may_publish_name(actor, dialogue_id, organisation_id),
                published=organisation_id in published,
                any_registered=any(key == organisation_id for key, _ in registered),
            )
        )
    return found
