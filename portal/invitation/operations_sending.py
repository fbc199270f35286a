"""The mails of an invitation: the invitation itself, sent again, and reminders; and its links."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.orm import Session

from portal.core.audit import Act, record
from portal.core.errors import Invalid, Message, NotNow, Refused, message, plural
from portal.core.ids import new_token, token_hash
from portal.core.mail import Recipient, write
from portal.dialogue.deadlines import Letterhead, letterhead
from portal.dialogue.models import Dialogue
from portal.dialogue.rules import is_closed
from portal.identity.actor import Actor
from portal.identity.operations import valid_email
from portal.identity.queries import person_by_email
from portal.identity.roles import Permission, Scope
from portal.invitation.models import Invitation, InvitationLink
from portal.invitation.rules import SENDABLE_AGAIN


def send_again(
    session: Session,
    actor: Actor,
    invitation_id: UUID,
    *,
    email: str,
    contact_name: str,
    address: str,
    now: datetime,
) -> Invitation:
    """Send an unanswered invitation once more, with a new link, to this address.

    The links sent before stop working: they may have gone to the wrong person. ``address`` is
    the URL that the token is appended to. Raises Refused unless the actor may invite, NotNow if
    it was answered or the dialogue has closed, Invalid for what is no address.
    """
    invitation = session.get(Invitation, invitation_id, with_for_update=True)
    if invitation is None or Scope.YES not in actor.scopes(
        Permission.SUPPLIER_INVITE, invitation.dialogue_id
    ):
        raise Refused
    dialogue = session.get_one(Dialogue, invitation.dialogue_id)
    if invitation.state not in SENDABLE_AGAIN:
        raise NotNow(
            message("Only an invitation that was sent and not answered can be sent again.")
        )
    if is_closed(dialogue, now):
        raise NotNow(message("The dialogue has closed: no supplier can be invited any more."))
    try:
        invitation.email = valid_email(email)
    except Invalid as fault:
        raise Invalid(fault.reason, {"email": fault.reason}) from fault
    invitation.contact_name = " ".join(contact_name.split())
    send(session, actor, invitation, letterhead(session, dialogue), address=address, now=now)
    return invitation


def send(
    session: Session,
    actor: Actor,
    invitation: Invitation,
    head: Letterhead,
    *,
    address: str,
    now: datetime,
) -> None:
    """Mail the invitation; the link in it is the only one that works from here on."""
    again = invitation.sent_at is not None
    forget_links(session, invitation)
    token = new_token()
    invitation.token_hash, invitation.sent_at, invitation.state = token_hash(token), now, "sent"
    dialogue = head.dialogue
    write(
        session,
        reader(session, invitation.email, dialogue),
        message("Invitation: {dialogue}", dialogue=dialogue.title),
        greeting(invitation),
        message(
            "your company is invited to answer “{dialogue}”. It is asked once, by {buyers}.",
            dialogue=dialogue.title,
            buyers=head.asked_by,
        ),
        dialogue.purpose,
        message(
            "Answers are taken until {closing}. The attached file puts that into your calendar.",
            closing=dialogue.closes_at,
        ),
        message("Read more, take part or decline here:"),
        f"{address}{token}",
        head.signed,
        calendar=head.entries,
        now=now,
    )
    note(session, actor, invitation, "sent_again" if again else "sent", now=now)


def remind(
    session: Session,
    invitation: Invitation,
    supplier: str,
    head: Letterhead,
    *,
    days: int,
    address: str,
    now: datetime,
) -> None:
    """Remind the contact of an invitation that nobody answered; earlier links go on working."""
    dialogue, token = head.dialogue, new_token()
    link = InvitationLink(invitation_id=invitation.id, token_hash=token_hash(token), created_at=now)
    session.add(link)
    write(
        session,
        reader(session, invitation.email, dialogue),
        days_left(dialogue.title, days),
        greeting(invitation),
        message(
            "{supplier} is invited to answer “{dialogue}”, and has not said yes or no. It is asked "
            "by {buyers}.",
            buyers=head.asked_by,
            supplier=supplier,
            dialogue=dialogue.title,
        ),
        message(
            "Answers are taken until {closing}. The attached file puts that into your calendar.",
            closing=dialogue.closes_at,
        ),
        message("Take part, or decline in a few words, here:"),
        f"{address}{token}",
        head.signed,
        calendar=head.entries,
        now=now,
    )


def days_left(title: str, days: int) -> Message:
    """The subject of a reminder of the closing time."""
    if days < 1:
        return message("{dialogue}: closes today", dialogue=title)
    return plural(
        "{dialogue}: {count} day left", "{dialogue}: {count} days left", days, dialogue=title
    )


def greeting(invitation: Invitation) -> Message:
    """``Hello Pat,``."""
    name = invitation.contact_name
    return message("Hello {name},", name=name) if name else message("Hello,")


def forget_links(session: Session, invitation: Invitation) -> None:
    """Let no link to the invitation work any more."""
    invitation.token_hash = None
    session.execute(delete(InvitationLink).where(InvitationLink.invitation_id == invitation.id))


def reader(session: Session, email: str, dialogue: Dialogue) -> Recipient:
    """The person of this address; a stranger is taken to read the dialogue's base language."""
    person = person_by_email(session, email)
    return person.mailbox if person else Recipient(email, dialogue.base_language)


def note(
    session: Session, actor: Actor, invitation: Invitation, act: str, *, now: datetime
) -> None:
    """One row about an invitation in the audit log."""
    entry = Act(
        person_id=actor.person_id,
        dialogue_id=invitation.dialogue_id,
        subject=("invitation", invitation.id),
        act=act,
        details={"reason": invitation.reason} if invitation.reason else {},
    )
    record(session, entry, now=now)
