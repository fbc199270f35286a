"""A dialogue's closing time for calendars, and who asks."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.core.audit import AuditEntry
from portal.core.calendar import Entry
from portal.core.errors import Listing, Message, Refused, message, plural
from portal.dialogue.models import Dialogue
from portal.dialogue.queries import parties

NAMED_BUYERS = 4
"""Buyers that a mail names; more of them are counted."""


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What every mail about a dialogue to a supplier says of it: who asks, and until when."""

    dialogue: Dialogue
    asked_by: Message
    signed: Message
    entries: tuple[Entry, ...]


def closing_time(session: Session, dialogue: Dialogue, url: str = "") -> Entry:
    """The closing time; each extension gives it a higher number, so that calendars follow."""
    return Entry(
        uid=f"closing-{dialogue.id}@parley",
        sequence=_extensions(session, dialogue.id),
        due=dialogue.closes_at,
        summary=message("{dialogue}: answers are due", dialogue=dialogue.title),
        description=message(
            "Answers to “{dialogue}” are taken until this time.", dialogue=dialogue.title
        ),
        url=url,
    )


def public_deadline(session: Session, dialogue_id: UUID, url: str) -> Entry:
    """The closing time of a published dialogue, for anyone; Refused before it is published."""
    dialogue = session.get(Dialogue, dialogue_id)
    if dialogue is None or dialogue.published_at is None:
        raise Refused
    return closing_time(session, dialogue, url)


def letterhead(session: Session, dialogue: Dialogue) -> Letterhead:
    """Who asks in a dialogue, and its closing time; three queries."""
    buyers = [row.name for row in parties(session, dialogue.id, "buyer")]
    desk = [row.name for row in parties(session, dialogue.id, "secretariat")]
    if not buyers:
        asked_by = message("several public buyers")
    elif len(buyers) <= NAMED_BUYERS:
        asked_by = message("{names}", names=Listing(tuple(buyers)))
    else:
        asked_by = plural("{count} public buyer", "{count} public buyers", len(buyers))
    signed = (
        message("{names}, for the buyers of this dialogue", names=Listing(tuple(desk)))
        if desk
        else message("The buyers of this dialogue")
    )
    return Letterhead(dialogue, asked_by, signed, (closing_time(session, dialogue),))


def _extensions(session: Session, dialogue_id: UUID) -> int:
    query = select(func.count()).select_from(AuditEntry)
    return session.scalar(query.filter_by(dialogue_id=dialogue_id, act="extended")) or 0
