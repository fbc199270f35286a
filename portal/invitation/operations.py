"""Writes about invitations: by name, by open registration, accepted, declined, revoked."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core.audit import Act, record
from portal.core.errors import Invalid, NotNow, Refused, message
from portal.core.mail import Recipient, write
from portal.dialogue.deadlines import letterhead
from portal.dialogue.models import Dialogue, Party
from portal.dialogue.operations import add_grant, mark_published, tell_everyone
from portal.dialogue.rules import is_closed
from portal.identity.actor import SYSTEM, Actor
from portal.identity.models import Organisation, Person
from portal.identity.operations import (
    create_organisation,
    ensure_member,
    ensure_person,
    make_link,
    valid_email,
)
from portal.identity.queries import colleagues, organisation_by_name
from portal.identity.roles import SUPPLIER_ROLES, OrganisationKind, Permission, Role, Scope
from portal.invitation.models import Invitation
from portal.invitation.operations_sending import forget_links, note, reader, send
from portal.invitation.queries import by_token
from portal.invitation.rules import ANSWERABLE, REVOCABLE
from portal.questionnaire import operations as questionnaire_operations

FIRST_CONTACT_ROLES = (Role.SUPPLIER_ADMIN, Role.SUPPLIER_SIGNATORY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitee:
    """The company and the person there who gets the mail."""

    organisation: str
    country: str = ""
    email: str
    contact_name: str = ""


def invite(
    session: Session,
    actor: Actor,
    dialogue_id: UUID,
    invitee: Invitee,
    *,
    address: str,
    now: datetime,
) -> Invitation:
    """Invite a supplier by name; the mail leaves now, or with publication if that is still ahead.

    ``address`` is the URL that the link's token is appended to, here and below.
    """
    dialogue = session.get(Dialogue, dialogue_id)
    if dialogue is None or Scope.YES not in actor.scopes(Permission.SUPPLIER_INVITE, dialogue_id):
        raise Refused
    if is_closed(dialogue, now):
        raise NotNow(message("The dialogue has closed: no supplier can be invited any more."))
    email = valid_email(invitee.email)
    supplier = _supplier(session, invitee, now=now)
    query = select(Invitation).filter_by(dialogue_id=dialogue.id, organisation_id=supplier.id)
    if session.scalars(query).one_or_none() is not None:
        raise Invalid(message("{name} has been invited already.", name=supplier.name))
    invitation = Invitation(
        dialogue_id=dialogue.id,
        organisation_id=supplier.id,
        email=email,
        contact_name=invitee.contact_name.strip(),
        created_at=now,
    )
    session.add(invitation)
    session.flush()
    note(session, actor, invitation, "prepared", now=now)
    if dialogue.state == "published":
        head = letterhead(session, dialogue)
        send(session, actor, invitation, head, address=address, now=now)
    return invitation


def register(
    session: Session, dialogue_id: UUID, invitee: Invitee, *, address: str, now: datetime
) -> None:
    """Open registration: mail a link to the address given, so that nobody registers another.

    The page answers the same whatever happens here, so that it does not tell who takes part. A
    company that takes part already has its colleague told instead.
    """
    dialogue = session.get(Dialogue, dialogue_id)
    if dialogue is None or not dialogue.open_registration or dialogue.published_at is None:
        raise Refused
    if is_closed(dialogue, now):
        raise NotNow(message("Registration has closed."))
    email = valid_email(invitee.email)
    known = organisation_by_name(session, " ".join(invitee.organisation.split()))
    if known is not None and (known.kind != "supplier" or colleagues(session, known.id)):
        _tell_known_company(session, known, reader(session, email, dialogue), now=now)
        return
    supplier = _supplier(session, invitee, now=now)
    query = select(Invitation).filter_by(dialogue_id=dialogue.id, organisation_id=supplier.id)
    invitation = session.scalars(query).one_or_none()
    if invitation is None:
        invitation = Invitation(
            dialogue_id=dialogue.id,
            organisation_id=supplier.id,
            source="registration",
            email=email,
            contact_name=invitee.contact_name.strip(),
            created_at=now,
        )
        session.add(invitation)
        session.flush()
    if invitation.source == "registration" and invitation.state in REVOCABLE:
        invitation.email, invitation.contact_name = email, invitee.contact_name.strip()
        head = letterhead(session, dialogue)
        send(session, SYSTEM, invitation, head, address=address, now=now)


def publish_dialogue(
    session: Session, actor: Actor, dialogue_id: UUID, *, address: str, now: datetime
) -> None:
    """Publish questionnaire and dialogue and send every prepared invitation, at one instant."""
    dialogue = session.get(Dialogue, dialogue_id, with_for_update=True)
    if dialogue is None or not actor.may(Permission.QUESTIONNAIRE_PUBLISH, dialogue_id):
        raise Refused
    questionnaire_operations.publish(session, actor, dialogue_id, now=now)
    mark_published(session, actor, dialogue, now=now)
    prepared = select(Invitation).filter_by(dialogue_id=dialogue.id, state="prepared")
    head = letterhead(session, dialogue)
    for invitation in session.scalars(prepared.order_by(Invitation.email)).all():
        send(session, actor, invitation, head, address=address, now=now)
    subject = message("{dialogue}: published", dialogue=dialogue.title)
    body = message(
        "{dialogue} has been published. It takes answers from {opening} to {closing}.",
        dialogue=dialogue.title,
        opening=dialogue.opens_at,
        closing=dialogue.closes_at,
    )
    tell_everyone(session, dialogue, subject, body, calendar=head.entries, now=now)


def accept(session: Session, token: str, *, name: str, now: datetime) -> tuple[Person, Invitation]:
    """Take part: the contact becomes the company's admin and signatory in the dialogue."""
    found = by_token(session, token)
    if found is None:
        raise Refused
    invitation = _answerable(found.invitation)
    if is_closed(found.dialogue, now):
        raise NotNow(message("The dialogue has closed."))
    person = ensure_person(
        session,
        email=invitation.email,
        name=name or invitation.contact_name,
        language=found.dialogue.base_language,
        now=now,
    )
    ensure_member(session, person.id, found.organisation.id, admin=True, now=now)
    _join(session, found.dialogue.id, found.organisation.id)
    for role in FIRST_CONTACT_ROLES:
        add_grant(session, found.dialogue.id, found.organisation.id, person.id, role)
    invitation.state, invitation.answered_at = "accepted", now
    forget_links(session, invitation)
    entry = Act(
        person_id=person.id,
        organisation_id=found.organisation.id,
        dialogue_id=found.dialogue.id,
        subject=("invitation", invitation.id),
        act="accepted",
    )
    record(session, entry, now=now)
    return person, invitation


def decline(session: Session, token: str, *, reason: str, now: datetime) -> None:
    """Say no, with a reason the buyers read."""
    found = by_token(session, token)
    if found is None:
        raise Refused
    invitation = _answerable(found.invitation)
    if not reason.strip():
        sentence = message("Say in a few words why: the buyers learn from it.")
        raise Invalid(sentence, {"reason": sentence})
    invitation.state, invitation.answered_at = "declined", now
    invitation.reason = reason.strip()
    forget_links(session, invitation)
    note(session, SYSTEM, invitation, "declined", now=now)


def revoke(
    session: Session, actor: Actor, invitation_id: UUID, *, reason: str, now: datetime
) -> None:
    """Take an unanswered invitation back, with a reason; its link stops working."""
    invitation = session.get(Invitation, invitation_id, with_for_update=True)
    if invitation is None or Scope.YES not in actor.scopes(
        Permission.SUPPLIER_INVITE, invitation.dialogue_id
    ):
        raise Refused
    if invitation.state not in REVOCABLE:
        raise NotNow(message("The company has answered this invitation already."))
    if not reason.strip():
        sentence = message("Give the reason.")
        raise Invalid(sentence, {"reason": sentence})
    invitation.state, invitation.reason = "revoked", reason.strip()
    forget_links(session, invitation)
    note(session, actor, invitation, "revoked", now=now)


def invite_colleague(
    session: Session,
    actor: Actor,
    dialogue_id: UUID,
    *,
    organisation_id: UUID,
    email: str,
    name: str,
    role: Role,
    address: str = "",
    now: datetime,
) -> Person:
    """The company's admin gives a colleague a supplier role; a sign-in link is mailed.

    Without ``address`` nothing is: the caller has more to tell them, in one mail.
    """
    may = actor.scopes(Permission.SUPPLIER_INVITE, dialogue_id, organisation_id)
    dialogue = session.get(Dialogue, dialogue_id)
    if dialogue is None or Scope.OWN not in may or role not in SUPPLIER_ROLES:
        raise Refused
    person = ensure_person(
        session, email=email, name=name, language=dialogue.base_language, now=now
    )
    ensure_member(session, person.id, organisation_id, now=now)
    add_grant(session, dialogue_id, organisation_id, person.id, role)
    if address:
        _ask_for_help(session, actor, dialogue, person, address=address, now=now)
    entry = Act(
        person_id=actor.person_id,
        organisation_id=organisation_id,
        dialogue_id=dialogue_id,
        subject=("person", person.id),
        act="colleague_invited",
        details={"role": role.value},
    )
    record(session, entry, now=now)
    return person


def _ask_for_help(
    session: Session,
    actor: Actor,
    dialogue: Dialogue,
    person: Person,
    *,
    address: str,
    now: datetime,
) -> None:
    token = make_link(session, person.id, now=now)
    write(
        session,
        person.mailbox,
        message("{dialogue}: your help is wanted", dialogue=dialogue.title),
        message("Hello {name},", name=person.name),
        message(
            "{name} asks you to help answer “{dialogue}”.",
            name=actor.name,
            dialogue=dialogue.title,
        ),
        message("Sign in with this link. It works once, within 48 hours:"),
        f"{address}{token}",
        now=now,
    )


def _supplier(session: Session, invitee: Invitee, *, now: datetime) -> Organisation:
    """The supplier of this name, added if unknown."""
    known = organisation_by_name(session, " ".join(invitee.organisation.split()))
    if known is None:
        return create_organisation(
            session,
            SYSTEM,
            name=invitee.organisation,
            kind=OrganisationKind.SUPPLIER,
            country=invitee.country,
            now=now,
        )
    if known.kind != OrganisationKind.SUPPLIER:
        raise Invalid(message("{name} is not a supplier on this portal.", name=known.name))
    return known


def _tell_known_company(
    session: Session, known: Organisation, to: Recipient, *, now: datetime
) -> None:
    """Tell the address given that its company is on the portal, without naming anyone there."""
    body = message(
        "You asked to register {name}. The company is on the portal already: ask your "
        "colleagues there to invite you, or answer the secretariat's mail.",
        name=known.name,
    )
    write(session, to, message("Your registration"), body, now=now)


def _answerable(invitation: Invitation) -> Invitation:
    if invitation.state not in ANSWERABLE:
        raise NotNow(message("This invitation has been answered or taken back."))
    return invitation


def _join(session: Session, dialogue_id: UUID, organisation_id: UUID) -> None:
    keys = {"dialogue_id": dialogue_id, "organisation_id": organisation_id}
    if session.scalars(select(Party).filter_by(**keys)).one_or_none() is None:
        session.add(Party(**keys, part="supplier"))
        session.flush()
