"""News: told at once, or in one mail a day, as the reader chose.

News is what can wait: something was assigned, noted, called ready, asked or answered. What
somebody waits for or must not miss (a sign-in link, an invitation, a receipt, a clarification, a
deadline) always leaves at once.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, time, timedelta
from itertools import groupby
from operator import attrgetter
from typing import Protocol
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core.calendar import Entry
from portal.core.clock import zone_of
from portal.core.errors import Message, message, plural
from portal.core.mail import Recipient, composed, write
from portal.core.reminders import DigestItem, claim
from portal.identity.models import Person

DIGEST_AT = time(7)
"""When the daily mail leaves, on the reader's own clock."""
HOW_TO_CHANGE = message(
    "You can get such news in one mail a day instead: choose so under “Your account” on the portal."
)
HOW_TO_CHANGE_BACK = message(
    "You asked for your news in one mail a day. You can change that under “Your account” on the "
    "portal."
)


class Reader(Protocol):
    """Somebody with a mailbox: a person, or the holder of a role."""

    @property
    def name(self) -> str:
        """What they are called."""

    @property
    def mailbox(self) -> Recipient:
        """Where and how mail reaches them."""


def tell(
    session: Session,
    reader: Reader,
    subject: Message | str,
    *paragraphs: Message | str,
    calendar: Sequence[Entry] = (),
    may_wait: bool = True,
    now: datetime,
) -> None:
    """Tell a person something: at once, or with their daily mail if it may wait for that.

    Give what happened, what to do, and one link; the greeting and how to have such news in one
    mail a day are added. A calendar file only goes with a mail at once.
    """
    to = reader.mailbox
    if may_wait and to.daily and to.person_id is not None:
        letter = composed(to, subject, *paragraphs)
        session.add(
            DigestItem(
                person_id=to.person_id, subject=letter.subject, body=letter.body, created_at=now
            )
        )
        return
    hint = (HOW_TO_CHANGE,) if may_wait and to.person_id is not None else ()
    hello = message("Hello {name},", name=reader.name)
    write(session, to, subject, hello, *paragraphs, *hint, calendar=calendar, now=now)


def send_digests(session: Session, people: Iterable[UUID] | None = None, *, now: datetime) -> int:
    """Write the daily mail of everybody (or of these people) whose hour has come; how many.

    What came after 07:00 on the reader's clock waits for the next day; what waits for somebody
    who wants news at once again leaves now. The oldest piece of news names the mail, so that two
    clocks at once, or one that runs again after a crash, write it once.
    """
    chosen = waiting(session) if people is None else people
    return sum(_send(session, person_id, now=now) for person_id in chosen)


def waiting(session: Session) -> list[UUID]:
    """The people for whom news waits."""
    query = select(DigestItem.person_id).where(DigestItem.sent_at.is_(None))
    return list(session.scalars(query.distinct().order_by(DigestItem.person_id)))


def last_delivery(time_zone: str, now: datetime) -> datetime:
    """The latest 07:00 on the reader's clock that is not ahead."""
    local = now.astimezone(zone_of(time_zone))
    today = datetime.combine(local.date(), DIGEST_AT, tzinfo=local.tzinfo)
    return (
        today
        if today <= now
        else datetime.combine(local.date() - timedelta(days=1), DIGEST_AT, tzinfo=local.tzinfo)
    )


def _send(session: Session, person_id: UUID, *, now: datetime) -> bool:
    """Write one person's daily mail, if it is time for it."""
    query = select(DigestItem).filter_by(person_id=person_id, sent_at=None)
    items = session.scalars(query.order_by(DigestItem.created_at, DigestItem.id)).all()
    if not items:
        return False
    person = session.get_one(Person, person_id)
    oldest, to = items[0], person.mailbox
    if to.daily and oldest.created_at > last_delivery(to.time_zone, now):
        return False
    if not claim(session, [f"digest:{oldest.id}"], now=now):
        return False
    for item in items:
        item.sent_at = now
    write(
        session,
        to,
        plural("{count} piece of news", "{count} pieces of news", len(items)),
        message("Hello {name},", name=person.name),
        *_grouped(items),
        HOW_TO_CHANGE_BACK if to.daily else HOW_TO_CHANGE,
        now=now,
    )
    return True


def _grouped(items: Sequence[DigestItem]) -> Iterable[str]:
    """The news under its subjects, those of one subject together, the oldest subject first."""
    order: dict[str, int] = {}
    for item in items:
        order.setdefault(item.subject, len(order))
    ordered = sorted(items, key=lambda item: order[item.subject])
    for subject, some in groupby(ordered, key=attrgetter("subject")):
        yield f"* {subject}"
        yield from (item.body for item in some)
