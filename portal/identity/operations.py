"""Writes about organisations, people and sign-in."""

from datetime import datetime, timedelta
from uuid import UUID

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal.core.audit import Act, record
from portal.core.calendar import one_line
from portal.core.errors import Invalid, NotNow, Refused, message
from portal.core.ids import new_token, token_hash
from portal.core.mail import write
from portal.identity.actor import Actor
from portal.identity.models import Membership, Organisation, Person, SignInLink
from portal.identity.passwords import Passwords, weakness
from portal.identity.queries import organisation_by_name, person_by_email
from portal.identity.roles import OrganisationKind, Permission

LINK_LIFETIME = timedelta(hours=48)
NAME_LENGTH = 200


def create_organisation(
    session: Session,
    actor: Actor,
    *,
    name: str,
    kind: OrganisationKind,
    country: str = "",
    parent_id: UUID | None = None,
    now: datetime,
) -> Organisation:
    """Add an organisation; the parent makes it part of a corporate group."""
    if not actor.may(Permission.ORGANISATION_CREATE):
        raise Refused
    name = " ".join(name.split())
    if not name or len(name) > NAME_LENGTH:
        raise Invalid(message("Give the organisation a name of at most 200 characters."))
    if organisation_by_name(session, name) is not None:
        raise Invalid(message("There is an organisation named {name} already.", name=name))
    organisation = Organisation(
        name=name, kind=kind.value, country=country, parent_id=parent_id, created_at=now
    )
    session.add(organisation)
    session.flush()
    act = Act(person_id=actor.person_id, subject=("organisation", organisation.id), act="created")
    record(session, act, now=now)
    return organisation


def ensure_person(
    session: Session, *, email: str, name: str = "", language: str = "en", now: datetime
) -> Person:
    """The person of this address, added if unknown. Callers have checked the right to invite."""
    address = valid_email(email)
    person = person_by_email(session, address)
    if person is None:
        person = Person(
            email=address,
            name=" ".join(name.split())[:NAME_LENGTH] or address.split("@")[0],
            language=language,
            created_at=now,
        )
        session.add(person)
        session.flush()
    return person


def ensure_member(
    session: Session, person_id: UUID, organisation_id: UUID, *, admin: bool = False, now: datetime
) -> None:
    """Make the person belong to the organisation; an admin stays one."""
    query = select(Membership).where(
        Membership.person_id == person_id, Membership.organisation_id == organisation_id
    )
    membership = session.scalars(query).one_or_none()
    if membership is None:
        membership = Membership(
            person_id=person_id, organisation_id=organisation_id, admin=admin, created_at=now
        )
        session.add(membership)
    membership.admin = membership.admin or admin
    session.flush()


def make_link(session: Session, person_id: UUID, *, next_path: str = "", now: datetime) -> str:
    """A new single-use sign-in link's token; only its hash is stored. Valid for 48 hours."""
    token = new_token()
    link = SignInLink(
        token_hash=token_hash(token),
        person_id=person_id,
        created_at=now,
        expires_at=now + LINK_LIFETIME,
        next_path=next_path,
    )
    session.add(link)
    return token


def request_link(session: Session, *, email: str, address: str, now: datetime) -> None:
    """Mail a sign-in link if the address is known; the caller answers the same either way.

    ``address`` is the URL that the token is appended to.
    """
    person = person_by_email(session, email)
    if person is None:
        return
    token = make_link(session, person.id, now=now)
    write(
        session,
        person.mailbox,
        message("Your sign-in link"),
        message("Hello {name},", name=person.name),
        message("sign in to Parley with this link. It works once, within 48 hours:"),
        f"{address}{token}",
        message("If you did not ask for it, you need not do anything."),
        now=now,
    )


def use_link(session: Session, token: str, *, now: datetime) -> tuple[Person, str]:
    """Use up a link and return its person and the path to go on to.

    Raises NotNow, in the same words for a link that is unknown, used or too old.
    """
    query = select(SignInLink).where(SignInLink.token_hash == token_hash(token)).with_for_update()
    link = session.scalars(query).one_or_none()
    if link is None or link.used_at is not None or link.expires_at <= now:
        raise NotNow(message("This link has been used or is too old. Ask for a new one."))
    link.used_at = now
    person = session.get_one(Person, link.person_id)
    record(
        session, Act(person_id=person.id, subject=("person", person.id), act="signed_in"), now=now
    )
    return person, link.next_path


def sign_in_with_password(
    session: Session, passwords: Passwords, *, email: str, password: str, now: datetime
) -> Person:
    """The person whose password this is; Invalid in the same words and time for every failure."""
    person = person_by_email(session, email)
    if not passwords.matches(person.password_hash if person else None, password) or person is None:
        raise Invalid(message("The e-mail address or the password is not right."))
    record(
        session, Act(person_id=person.id, subject=("person", person.id), act="signed_in"), now=now
    )
    return person


def set_password(
    session: Session, actor: Actor, passwords: Passwords, *, password: str, now: datetime
) -> None:
    """Set the actor's own password; every other session of theirs ends."""
    person = session.get(Person, actor.person_id) if actor.person_id else None
    if person is None:
        raise Refused
    weak = weakness(password, person.email)
    if weak is not None:
        raise Invalid(weak, {"password": weak})
    person.password_hash = passwords.hash(password)
    person.session_epoch += 1
    act = Act(person_id=person.id, subject=("person", person.id), act="password_set")
    record(session, act, now=now)


def sign_out_everywhere(session: Session, actor: Actor, *, now: datetime) -> None:
    """End every session of the actor."""
    if actor.person_id is None:
        raise Refused
    session.execute(
        update(Person)
        .where(Person.id == actor.person_id)
        .values(session_epoch=Person.session_epoch + 1)
    )
    act = Act(
        person_id=actor.person_id, subject=("person", actor.person_id), act="signed_out_everywhere"
    )
    record(session, act, now=now)


def save_profile(
    session: Session,
    actor: Actor,
    *,
    name: str,
    language: str,
    time_zone: str,
    digest: str = "at_once",
) -> None:
    """Save the actor's own name, language, time zone, and how news comes: at_once or daily."""
    person = session.get(Person, actor.person_id) if actor.person_id else None
    if person is None:
        raise Refused
    person.name, person.language, person.time_zone = one_line(name), language, time_zone
    person.digest = digest


def choose_language(session: Session, actor: Actor, language: str) -> None:
    """Keep the language that the actor wants to read pages and mails in."""
    person = session.get(Person, actor.person_id) if actor.person_id else None
    if person is None:
        raise Refused
    person.language = language


def valid_email(email: str) -> str:
    """The address in lower case; Invalid if it cannot be one. Nothing is looked up."""
    try:
        return validate_email(email.strip(), check_deliverability=False).normalized.lower()
    except EmailNotValidError as error:
        raise Invalid(message("{email} is not an e-mail address.", email=email)) from error
