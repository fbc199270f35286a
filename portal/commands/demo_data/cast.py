"""Who sets up the demo's dialogues: institutions, their people and roles."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from portal.commands.demo_data.companies import Company, Staff
from portal.commands.demo_data.institutions import BUYERS, OBSERVER, SECRETARIAT, Institution
from portal.commands.demo_data.postbox import Postbox
from portal.core.db import Session
from portal.core.files import FileStore
from portal.dialogue import operations as dialogues
from portal.dialogue.queries import load_actor
from portal.identity.actor import SYSTEM, Actor
from portal.identity.operations import create_organisation, ensure_member, ensure_person
from portal.identity.queries import organisation_by_name
from portal.identity.roles import OrganisationKind, Permission


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """Where the demo is set up: the database, the files, the mail and the chance."""

    session: Session
    store: FileStore
    postbox: Postbox
    invitation_address: str
    sign_in_address: str
    address: str
    """Of the portal itself, without a final slash."""
    seed: int
    links: dict[tuple[UUID, str], UUID] = field(default_factory=dict)
    """Supplier and web address → the evidence that was added for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """One dialogue with its people; actors by e-mail address, organisations by name."""

    dialogue_id: UUID
    secretariat: Actor
    organisations: Mapping[str, UUID] = field(default_factory=dict)
    people: Mapping[str, UUID] = field(default_factory=dict)

    def actor(self, session: Session, staff: Staff) -> Actor:
        """The person with the roles held by now."""
        return load_actor(session, self.people[staff.email])


def found(stage: Stage, plan: dialogues.Plan, *, now: datetime) -> Cast:
    """Have the secretariat set up a dialogue and give every institution its roles."""
    session = stage.session
    organisations = {SECRETARIAT.name: _organisation(stage, SECRETARIAT, now)}
    founder = SECRETARIAT.seats[0].staff
    person = ensure_person(session, email=founder.email, name=founder.name, now=now)
    ensure_member(session, person.id, organisations[SECRETARIAT.name], admin=True, now=now)
    dialogue = dialogues.create(session, load_actor(session, person.id), plan, now=now)
    secretariat = load_actor(session, person.id)
    people = {founder.email: person.id}
    for institution in (SECRETARIAT, *BUYERS, OBSERVER):
        organisation_id = _organisation(stage, institution, now)
        organisations[institution.name] = organisation_id
        for seat in institution.seats:
            if seat.staff != founder:
                given = dialogues.grant_role(
                    session,
                    secretariat,
                    dialogue.id,
                    organisation_id=organisation_id,
                    email=seat.staff.email,
                    name=seat.staff.name,
                    role=seat.role,
                    now=now,
                )
                people[seat.staff.email] = given.id
    return Cast(
        dialogue_id=dialogue.id,
        secretariat=load_actor(session, person.id),
        organisations=organisations,
        people=people,
    )


def supplier(stage: Stage, actor: Actor, company: Company, *, now: datetime) -> UUID:
    """The supplier's organisation, added with the top of its group if it is new."""
    known = organisation_by_name(stage.session, company.name)
    if known is not None:
        return known.id
    top = organisation_by_name(stage.session, company.parent) if company.parent else None
    made = create_organisation(
        stage.session,
        actor if actor.may(Permission.ORGANISATION_CREATE) else SYSTEM,
        name=company.name,
        kind=OrganisationKind.SUPPLIER,
        country=company.country,
        parent_id=top.id if top is not None else None,
        now=now,
    )
    return made.id


def _organisation(stage: Stage, institution: Institution, now: datetime) -> UUID:
    known = organisation_by_name(stage.session, institution.name)
    if known is not None:
        return known.id
    made = create_organisation(
        stage.session,
        SYSTEM,
        name=institution.name,
        kind=institution.kind,
        country=institution.country,
        now=now,
    )
    return made.id
