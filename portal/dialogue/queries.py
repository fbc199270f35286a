"""Reads about dialogues, their parties and the roles people hold."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Uuid, bindparam, null, select, type_coerce, union_all
from sqlalchemy.orm import Session

from portal.core.mail import Recipient
from portal.dialogue.models import Dialogue, Party, RoleGrant
from portal.identity.actor import ANYONE, Actor, Grant
from portal.identity.models import DAILY, Membership, Organisation, Person
from portal.identity.roles import Role


@dataclass(frozen=True, slots=True)
class RoleHolder:
    """A person with a role in a dialogue."""

    person_id: UUID
    name: str
    email: str
    language: str
    organisation_id: UUID
    organisation: str
    role: Role
    time_zone: str
    digest: str

    @property
    def mailbox(self) -> Recipient:
        """Where and how mail reaches them."""
        daily = self.digest == DAILY
        return Recipient(self.email, self.language, self.time_zone, self.person_id, daily=daily)


def dialogue_of(session: Session, dialogue_id: UUID) -> Dialogue | None:
    """The dialogue of this id."""
    return session.get(Dialogue, dialogue_id)


def dialogue_by_name(session: Session, short_name: str) -> Dialogue | None:
    """The dialogue of this short name."""
    return session.scalars(select(Dialogue).where(Dialogue.short_name == short_name)).one_or_none()


def public_dialogues(session: Session) -> list[Dialogue]:
    """Every published dialogue, the one closing last first."""
    query = select(Dialogue).where(Dialogue.published_at.is_not(None))
    return list(session.scalars(query.order_by(Dialogue.closes_at.desc(), Dialogue.short_name)))


def dialogues_of(session: Session, actor: Actor) -> list[Dialogue]:
    """The dialogues in which the actor holds a role, the one closing first first."""
    ids = {grant.dialogue_id for grant in actor.grants}
    query = select(Dialogue).where(Dialogue.id.in_(ids))
    return list(session.scalars(query.order_by(Dialogue.closes_at, Dialogue.short_name)))


def parties(session: Session, dialogue_id: UUID, part: str | None = None) -> list[Organisation]:
    """The organisations taking part (as ``part``), by name."""
    query = (
        select(Organisation)
        .join(Party, Party.organisation_id == Organisation.id)
        .where(Party.dialogue_id == dialogue_id)
        .order_by(Organisation.name)
    )
    return list(session.scalars(query if part is None else query.where(Party.part == part)))


def role_holders(
    session: Session, dialogue_id: UUID, organisation_id: UUID | None = None
) -> list[RoleHolder]:
    """Who holds which role in a dialogue, by organisation and name."""
    query = (
        select(
            Person.id,
            Person.name,
            Person.email,
            Person.language,
            Organisation.id,
            Organisation.name,
            RoleGrant.role,
            Person.time_zone,
            Person.digest,
        )
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .join(Organisation, Organisation.id == RoleGrant.organisation_id)
        .where(RoleGrant.dialogue_id == dialogue_id)
        .order_by(Organisation.name, Person.name, RoleGrant.role)
    )
    if organisation_id is not None:
        query = query.where(RoleGrant.organisation_id == organisation_id)
    return [RoleHolder(*row[:6], Role(row[6]), *row[7:]) for row in session.execute(query)]


def load_actor(session: Session, person_id: UUID) -> Actor:
    """The person with all their organisations and roles; ANYONE if there is no such person."""
    found = _person(session, person_id)
    return ANYONE if found is None else _actor(session, found)


def signed_in_actor(session: Session, person_id: UUID, epoch: int) -> Actor | None:
    """The person of a session of that epoch; None if their sessions were ended. Two queries."""
    found = _person(session, person_id)
    return _actor(session, found) if found is not None and found.session_epoch == epoch else None


_PERSON = select(
    Person.id,
    Person.name,
    Person.email,
    Person.language,
    Person.time_zone,
    Person.platform_admin,
    Person.session_epoch,
).where(Person.id == bindparam("person_id"))
_PLACES = union_all(
    select(
        Membership.organisation_id,
        type_coerce(null(), Uuid()).label("dialogue_id"),
        Organisation.kind.label("held"),
    )
    .join(Organisation, Organisation.id == Membership.organisation_id)
    .where(Membership.person_id == bindparam("person_id")),
    select(RoleGrant.organisation_id, RoleGrant.dialogue_id, RoleGrant.role).where(
        RoleGrant.person_id == bindparam("person_id")
    ),
)
"""Where a person belongs (without a dialogue: the kind of organisation) and the roles they hold.

Every request asks for these two, so they are put together once.
"""


def _person(session: Session, person_id: UUID) -> Any:  # noqa: ANN401 - a row of _PERSON
    return session.execute(_PERSON, {"person_id": person_id}).one_or_none()


def _actor(session: Session, person: Any) -> Actor:  # noqa: ANN401 - a row of _PERSON
    places = session.execute(_PLACES, {"person_id": person.id}).all()
    return Actor(
        person_id=person.id,
        name=person.name,
        email=person.email,
        language=person.language,
        time_zone=person.time_zone,
        platform_admin=person.platform_admin,
        organisations=frozenset(row.organisation_id for row in places if row.dialogue_id is None),
        organisation_kinds=frozenset(row.held for row in places if row.dialogue_id is None),
        grants=tuple(
            Grant(row.dialogue_id, row.organisation_id, Role(row.held))
            for row in places
            if row.dialogue_id is not None
        ),
    )
