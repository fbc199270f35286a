"""Reads about organisations and people."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.identity.models import Membership, Organisation, Person


@dataclass(frozen=True, slots=True)
class Colleague:
    """A person seen from an organisation."""

    person_id: UUID
    name: str
    email: str
    admin: bool


def organisation(session: Session, organisation_id: UUID) -> Organisation | None:
    """The organisation of this id."""
    return session.get(Organisation, organisation_id)


def organisation_by_name(session: Session, name: str) -> Organisation | None:
    """The organisation of this exact name."""
    return session.scalars(select(Organisation).where(Organisation.name == name)).one_or_none()


def organisations(session: Session, kind: str | None = None) -> list[Organisation]:
    """All organisations (of a kind), by name."""
    query = select(Organisation).order_by(Organisation.name)
    return list(session.scalars(query if kind is None else query.where(Organisation.kind == kind)))


def person(session: Session, person_id: UUID | None) -> Person | None:
    """The person of this id."""
    return session.get(Person, person_id) if person_id is not None else None


def person_by_email(session: Session, email: str) -> Person | None:
    """The person with this address, whatever its upper and lower case."""
    return session.scalars(
        select(Person).where(Person.email == email.strip().lower())
    ).one_or_none()


def session_epoch(session: Session, person_id: UUID) -> int | None:
    """The epoch that the person's sessions must carry; None if there is no such person."""
    return session.scalar(select(Person.session_epoch).where(Person.id == person_id))


def colleagues(session: Session, organisation_id: UUID) -> list[Colleague]:
    """The people of an organisation, by name."""
    query = (
        select(Person.id, Person.name, Person.email, Membership.admin)
        .join(Membership, Membership.person_id == Person.id)
        .where(Membership.organisation_id == organisation_id)
        .order_by(Person.name, Person.email)
    )
    return [Colleague(*row) for row in session.execute(query)]


def groups(session: Session) -> dict[UUID, UUID]:
    """Each organisation's corporate group, named by the organisation at the top of its parents."""
    parents = {
        row.id: row.parent_id
        for row in session.execute(select(Organisation.id, Organisation.parent_id))
    }
    return {organisation_id: _root(organisation_id, parents) for organisation_id in parents}


def _root(organisation_id: UUID, parents: Mapping[UUID, UUID | None]) -> UUID:
    """Climb to the top; a circle of parents counts as the group of its smallest id."""
    seen = [organisation_id]
    while (parent := parents.get(seen[-1])) is not None:
        if parent in seen:
            return min(seen[seen.index(parent) :])
        seen.append(parent)
    return seen[-1]
