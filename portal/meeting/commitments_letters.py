"""Mails about commitments: to the side that has to act next, each in its reader's language."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from portal.core.errors import Message, message
from portal.dialogue.models import Dialogue
from portal.dialogue.queries import RoleHolder, role_holders
from portal.identity.models import Organisation
from portal.identity.news import tell
from portal.identity.roles import Role
from portal.meeting.commitments_ground import Ground, places_of
from portal.meeting.commitments_policy import AGREES, LEADS
from portal.meeting.commitments_rules import Side
from portal.meeting.models_commitments import Commitment


@dataclass(frozen=True, slots=True)
class Reached:
    """Somebody who is told, and the dialogue in which they find the commitment."""

    holder: RoleHolder
    dialogue: Dialogue


def readers(session: Session, commitment: Commitment, side: Side) -> list[Reached]:
    """Who acts for a side: who binds its organisation, or the buyers' lead and secretariat.

    Each once, in the newest dialogue in which they have a part; two queries for each dialogue.
    """
    organisation_id = (
        commitment.organisation_id if side is Side.PROMISOR else commitment.counterpart_id
    )
    found: dict[UUID, Reached] = {}
    for dialogue_id in places_of(session, commitment):
        dialogue = session.get_one(Dialogue, dialogue_id)
        for holder in role_holders(session, dialogue_id, organisation_id):
            if holder.role in _roles_of(organisation_id) and (
                organisation_id is not None or holder.organisation_id != commitment.organisation_id
            ):
                found.setdefault(holder.person_id, Reached(holder, dialogue))
    return sorted(found.values(), key=lambda each: each.holder.email)


def leaders(session: Session, commitment: Commitment) -> list[Reached]:
    """The lead buyers and the secretariat, to whom a matter is escalated."""
    found: dict[UUID, Reached] = {}
    for dialogue_id in places_of(session, commitment):
        dialogue = session.get_one(Dialogue, dialogue_id)
        for holder in role_holders(session, dialogue_id):
            if holder.role in LEADS:
                found.setdefault(holder.person_id, Reached(holder, dialogue))
    return sorted(found.values(), key=lambda each: each.holder.email)


def _roles_of(organisation_id: UUID | None) -> frozenset[Role]:
    return LEADS if organisation_id is None else AGREES


def send(
    ground: Ground,
    to: Iterable[Reached],
    subject: Message,
    what: Message,
    *,
    words: str = "",
    address: str,
    may_wait: bool = True,
) -> None:
    """Tell everybody but the actor what happened, with the promise, somebody's words and a link."""
    for each in to:
        if each.holder.person_id != ground.actor.person_id:
            link = link_to(each.dialogue, ground.commitment, address)
            paragraphs = (what, *about(ground.commitment, words), link)
            tell(
                ground.session,
                each.holder,
                subject,
                *paragraphs,
                may_wait=may_wait,
                now=ground.now,
            )


def tell_other_side(
    ground: Ground, side: Side, what: Message, *, words: str = "", address: str
) -> None:
    """Tell the side that did not act; ``side`` is the actor's."""
    other = Side.COUNTERPART if side is Side.PROMISOR else Side.PROMISOR
    to = readers(ground.session, ground.commitment, other)
    send(ground, to, subject_of(ground), what, words=words, address=address)


def subject_of(ground: Ground) -> Message:
    """What the mail is about: whose commitment."""
    promisor = ground.session.get_one(Organisation, ground.commitment.organisation_id)
    return message("A commitment of {organisation}", organisation=promisor.name)


def about(commitment: Commitment, words: str) -> Iterator[Message | str]:
    """The promise with its day, and what somebody wrote about it."""
    yield message("The commitment, due on {day}:", day=commitment.due_on)
    yield commitment.text
    if words:
        yield message("In their words:")
        yield words


def link_to(dialogue: Dialogue, commitment: Commitment, address: str) -> str:
    """The one link of a mail; ``address`` is the portal's own, without a slash at its end."""
    return f"{address}/dialogues/{dialogue.short_name}/commitments/{commitment.id}"
