"""Writes about dialogues: setting up, parties and roles, calendar, closing."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core.audit import Act, record
from portal.core.calendar import Entry
from portal.core.errors import Invalid, Message, NotNow, Refused, message
from portal.core.mail import write
from portal.dialogue.deadlines import closing_time
from portal.dialogue.models import Dialogue, Party, RoleGrant
from portal.dialogue.policy import may_create_dialogue
from portal.dialogue.queries import dialogue_by_name, role_holders
from portal.identity.actor import SYSTEM, Actor
from portal.identity.models import Organisation, Person
from portal.identity.operations import (
    create_organisation,
    ensure_member,
    ensure_person,
    make_link,
)
from portal.identity.queries import organisation_by_name
from portal.identity.roles import BUYER_ROLES, SUPPLIER_ROLES, OrganisationKind, Permission, Role

SHORT_NAME = re.compile(r"^[a-z][a-z0-9-]{1,38}$")
PART_OF_ROLE = {
    Role.SECRETARIAT: "secretariat",
    Role.OBSERVER: "observer",
    **dict.fromkeys(BUYER_ROLES, "buyer"),
    **dict.fromkeys(SUPPLIER_ROLES, "supplier"),
}
KIND_WORDS = {
    OrganisationKind.BUYER: message("a buyer"),
    OrganisationKind.SUPPLIER: message("a supplier"),
    OrganisationKind.SECRETARIAT: message("the secretariat"),
    OrganisationKind.OBSERVER: message("an observer"),
}
FOUNDING_ROLE = {"secretariat": Role.SECRETARIAT, "buyer": Role.LEAD_BUYER}


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a dialogue is about and when it runs."""

    short_name: str
    title: str
    purpose: str
    rules: str
    opens_at: datetime
    closes_at: datetime
    open_registration: bool = False
    base_language: str = "en"


def create(session: Session, actor: Actor, plan: Plan, *, now: datetime) -> Dialogue:
    """Set up a dialogue; a secretariat's founder is its secretariat, a buyer's its lead buyer."""
    if not may_create_dialogue(actor):
        raise Refused
    if not SHORT_NAME.match(plan.short_name):
        reason = message("Use 2 to 39 small letters, digits and hyphens, beginning with a letter.")
        raise Invalid(reason, {"short_name": reason})
    if dialogue_by_name(session, plan.short_name) is not None:
        reason = message("Another dialogue has this short name already. Choose a different one.")
        raise Invalid(reason, {"short_name": reason})
    _check_calendar(plan.opens_at, plan.closes_at)
    dialogue = Dialogue(
        short_name=plan.short_name,
        title=plan.title.strip(),
        purpose=plan.purpose.strip(),
        rules=plan.rules.strip(),
        opens_at=plan.opens_at,
        closes_at=plan.closes_at,
        open_registration=plan.open_registration,
        base_language=plan.base_language,
        created_at=now,
    )
    session.add(dialogue)
    session.flush()
    _record(session, actor, dialogue, "created", now=now)
    _take_founding_role(session, actor, dialogue)
    return dialogue


def _take_founding_role(session: Session, actor: Actor, dialogue: Dialogue) -> None:
    """The founder's organisation takes part, and the founder is its secretariat or lead buyer."""
    query = (
        select(Organisation)
        .where(Organisation.id.in_(actor.organisations), Organisation.kind.in_(FOUNDING_ROLE))
        .order_by(Organisation.kind.desc(), Organisation.name)
    )
    organisation = session.scalars(query).first()
    if organisation is None or actor.person_id is None:
        return
    session.add(
        Party(dialogue_id=dialogue.id, organisation_id=organisation.id, part=organisation.kind)
    )
    role = FOUNDING_ROLE[organisation.kind]
    add_grant(session, dialogue.id, organisation.id, actor.person_id, role)


def add_party(
    session: Session, actor: Actor, dialogue_id: UUID, organisation_id: UUID, *, now: datetime
) -> None:
    """Let an organisation take part, in the part its kind names; nothing happens if it does."""
    dialogue = _of_actor(session, actor, dialogue_id)
    organisation = session.get(Organisation, organisation_id)
    if organisation is None:
        raise Refused
    query = select(Party).where(
        Party.dialogue_id == dialogue.id, Party.organisation_id == organisation.id
    )
    if session.scalars(query).one_or_none() is None:
        part = Party(
            dialogue_id=dialogue.id, organisation_id=organisation.id, part=organisation.kind
        )
        session.add(part)
        session.flush()
        details = {"organisation": organisation.name}
        _record(session, actor, dialogue, "party_added", details, now=now)


def grant_role(
    session: Session,
    actor: Actor,
    dialogue_id: UUID,
    *,
    organisation_id: UUID,
    email: str,
    name: str = "",
    role: Role,
    now: datetime,
) -> Person:
    """Give a person a role for an organisation that fits it; adds person and party if needed.

    Somebody who is secretariat of a dialogue cannot be lead buyer in it, nor the reverse.
    """
    dialogue = _of_actor(session, actor, dialogue_id)
    organisation = session.get(Organisation, organisation_id)
    if organisation is None or PART_OF_ROLE.get(role) is None:
        raise Refused
    if PART_OF_ROLE[role] != organisation.kind:
        reason = "{organisation} takes part as {kind} and cannot hold this role."
        kind = KIND_WORDS[OrganisationKind(organisation.kind)]
        raise Invalid(message(reason, organisation=organisation.name, kind=kind))
    person = ensure_person(
        session, email=email, name=name, language=dialogue.base_language, now=now
    )
    held = {row.role for row in role_holders(session, dialogue.id) if row.person_id == person.id}
    exclusive = {Role.SECRETARIAT, Role.LEAD_BUYER}
    if role in exclusive and held & (exclusive - {role}):
        raise Invalid(message("Nobody can be secretariat and lead buyer of the same dialogue."))
    add_party(session, actor, dialogue.id, organisation.id, now=now)
    ensure_member(session, person.id, organisation.id, now=now)
    add_grant(session, dialogue.id, organisation.id, person.id, role)
    details = {"role": role.value, "to": str(person.id)}
    _record(session, actor, dialogue, "role_granted", details, now=now)
    return person


@dataclass(frozen=True, slots=True, kw_only=True)
class Appointment:
    """A person, the organisation they act for (added if unknown), and the role they get."""

    organisation: str
    country: str
    name: str
    email: str
    role: Role


def appoint(
    session: Session,
    actor: Actor,
    dialogue_id: UUID,
    appointment: Appointment,
    *,
    address: str,
    now: datetime,
) -> Person:
    """Give somebody a role and mail them a sign-in link (``address`` and the token)."""
    dialogue = _of_actor(session, actor, dialogue_id)
    if appointment.role not in PART_OF_ROLE or appointment.role in SUPPLIER_ROLES:
        raise Refused
    organisation = _appointing_organisation(session, appointment, now=now)
    person = grant_role(
        session,
        actor,
        dialogue_id,
        organisation_id=organisation.id,
        email=appointment.email,
        name=appointment.name,
        role=appointment.role,
        now=now,
    )
    _welcome(session, actor, dialogue, organisation, person, address=address, now=now)
    return person


def _appointing_organisation(
    session: Session, appointment: Appointment, *, now: datetime
) -> Organisation:
    """The organisation of this name, added if unknown."""
    name = " ".join(appointment.organisation.split())
    return organisation_by_name(session, name) or create_organisation(
        session,
        SYSTEM,
        name=name,
        kind=OrganisationKind(PART_OF_ROLE[appointment.role]),
        country=appointment.country,
        now=now,
    )


def _welcome(
    session: Session,
    actor: Actor,
    dialogue: Dialogue,
    organisation: Organisation,
    person: Person,
    *,
    address: str,
    now: datetime,
) -> None:
    token = make_link(session, person.id, now=now)
    write(
        session,
        person.mailbox,
        dialogue.title,
        message("Hello {name},", name=person.name),
        message(
            "{name} has added you to “{dialogue}” for {organisation}.",
            name=actor.name,
            dialogue=dialogue.title,
            organisation=organisation.name,
        ),
        message("Sign in with this link. It works once, within 48 hours:"),
        f"{address}{token}",
        now=now,
    )


def add_grant(
    session: Session, dialogue_id: UUID, organisation_id: UUID, person_id: UUID, role: Role
) -> None:
    """Store a role if it is not held yet. Callers have checked the right to give it."""
    keys = {
        "dialogue_id": dialogue_id,
        "organisation_id": organisation_id,
        "person_id": person_id,
        "role": role.value,
    }
    if session.scalars(select(RoleGrant).filter_by(**keys)).one_or_none() is None:
        session.add(RoleGrant(**keys))
        session.flush()


def extend(
    session: Session,
    actor: Actor,
    dialogue_id: UUID,
    *,
    closes_at: datetime,
    reason: str,
    now: datetime,
) -> None:
    """Move the closing time later, for everyone, with a reason, and tell everyone by mail."""
    dialogue = _publisher(session, actor, dialogue_id)
    if dialogue.state != "published" or now >= dialogue.closes_at:
        raise NotNow(message("Only an open dialogue can be extended."))
    if closes_at <= dialogue.closes_at:
        sentence = message("The new closing time must be later than the present one.")
        raise Invalid(sentence, {"closes_at": sentence})
    if not reason.strip():
        sentence = message("Give the reason: everyone will read it.")
        raise Invalid(sentence, {"reason": sentence})
    before, dialogue.closes_at = dialogue.closes_at, closes_at
    details = {"from": before.isoformat(), "to": closes_at.isoformat(), "reason": reason}
    _record(session, actor, dialogue, "extended", details, now=now)
    subject = message("{dialogue}: new closing time", dialogue=dialogue.title)
    body = (
        message("The questionnaire now closes on {when}.", when=closes_at),
        message("Reason: {reason}", reason=reason.strip()),
    )
    entries = (closing_time(session, dialogue),)
    tell_everyone(session, dialogue, subject, body, calendar=entries, now=now)


def close(session: Session, actor: Actor, dialogue_id: UUID, *, now: datetime) -> None:
    """Close for answers; before the announced instant this is refused, since it is a promise.

    The portal itself may close earlier while there is no supplier to whom it was promised.
    """
    dialogue = _publisher(session, actor, dialogue_id)
    if dialogue.state != "published":
        raise NotNow(message("Only a published dialogue can be closed."))
    if now < dialogue.closes_at and not (actor.system and _is_unpromised(session, dialogue)):
        raise NotNow(message("Suppliers were promised the closing time. It has not come yet."))
    dialogue.state = "closed"
    _record(session, actor, dialogue, "closed", {"from": "published", "to": "closed"}, now=now)


def _is_unpromised(session: Session, dialogue: Dialogue) -> bool:
    """Whether no supplier's person takes part, and none can register."""
    held = {holder.role for holder in role_holders(session, dialogue.id)}
    return not dialogue.open_registration and not held & SUPPLIER_ROLES


def mark_published(session: Session, actor: Actor, dialogue: Dialogue, *, now: datetime) -> None:
    """Make the dialogue public at one instant for all; its questionnaire was checked before."""
    if dialogue.state != "draft":
        raise NotNow(message("This dialogue has been published already."))
    _check_calendar(dialogue.opens_at, dialogue.closes_at)
    if dialogue.closes_at <= now:
        raise NotNow(message("The closing time has passed. Set a later one, then publish."))
    dialogue.state, dialogue.published_at = "published", now
    _record(session, actor, dialogue, "published", {"from": "draft", "to": "published"}, now=now)


def tell_everyone(
    session: Session,
    dialogue: Dialogue,
    subject: Message | str,
    body: Message | str | tuple[Message | str, ...],
    *,
    calendar: Sequence[Entry] = (),
    now: datetime,
) -> None:
    """Queue the same mail to everybody who holds a role in the dialogue, once each.

    Each reads it in their own language, instants in their own time zone; a tuple is paragraphs.
    """
    paragraphs = body if isinstance(body, tuple) else (body,)
    holders = {row.email: row for row in role_holders(session, dialogue.id)}
    for holder in holders.values():
        write(session, holder.mailbox, subject, *paragraphs, calendar=calendar, now=now)


def _check_calendar(opens_at: datetime, closes_at: datetime) -> None:
    if closes_at <= opens_at:
        reason = message("The closing time must be later than the opening time.")
        raise Invalid(reason, {"closes_at": reason})


def _of_actor(session: Session, actor: Actor, dialogue_id: UUID) -> Dialogue:
    """The dialogue, if the actor may set it up."""
    dialogue = session.get(Dialogue, dialogue_id)
    if dialogue is None or not actor.may(Permission.DIALOGUE_CREATE, dialogue_id):
        raise Refused
    return dialogue


def _publisher(session: Session, actor: Actor, dialogue_id: UUID) -> Dialogue:
    """The dialogue, locked, if the actor may publish, extend and close it."""
    dialogue = session.get(Dialogue, dialogue_id, with_for_update=True)
    if dialogue is None or not actor.may(Permission.QUESTIONNAIRE_PUBLISH, dialogue_id):
        raise Refused
    return dialogue


def _record(
    session: Session,
    actor: Actor,
    dialogue: Dialogue,
    act: str,
    details: dict[str, str] | None = None,
    *,
    now: datetime,
) -> None:
    entry = Act(
        person_id=actor.person_id,
        dialogue_id=dialogue.id,
        subject=("dialogue", dialogue.id),
        act=act,
        details=dict(details or {}),
    )
    record(session, entry, now=now)
