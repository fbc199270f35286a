"""Reminders of commitments: thirty and seven days before the due day, and on the day after it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core.calendar import Entry, sequence_at
from portal.core.clock import zone_of
from portal.core.errors import Message, message
from portal.core.mail import write
from portal.core.reminders import claim, claimed
from portal.identity.models import Organisation
from portal.meeting.commitments_letters import Reached, link_to, readers
from portal.meeting.commitments_rules import RUNNING, Side, State
from portal.meeting.models_commitments import Commitment
from portal.response.reminding import OVERDUE_FOR, Occasion, current, occasions_around

REMIND_DAYS = (30, 7, -1)
"""Days before the due day on which somebody is reminded; -1 is the day after it."""
REMINDED = RUNNING | {State.OVERDUE}
BATCH = 50


@dataclass(frozen=True, slots=True)
class _Due:
    """A reminder that may be due: to whom, of which occasion, and the key that names it."""

    reached: Reached
    occasion: Occasion
    key: str


def batches(session: Session, *, now: datetime) -> list[list[UUID]]:
    """The commitments that may have a reminder due, some at a time; one query."""
    today = now.date()
    query = select(Commitment.id).where(
        Commitment.state.in_(sorted(REMINDED)),
        Commitment.due_on.between(
            today - timedelta(days=2 + OVERDUE_FOR), today + timedelta(days=max(REMIND_DAYS) + 1)
        ),
    )
    found = list(session.scalars(query.order_by(Commitment.id)))
    return [found[first : first + BATCH] for first in range(0, len(found), BATCH)]


def remind_of_commitments(
    session: Session, ids: Collection[UUID], *, address: str, now: datetime
) -> int:
    """Write the reminders of these commitments that are due, each once; how many.

    Those who act for who promised are reminded; on the day after, so are those to whom it was
    promised, who can escalate. Keys are claimed with the mail, so that two clocks write one.
    """
    count = 0
    for commitment_id in ids:
        commitment = session.get(Commitment, commitment_id)
        if commitment is not None and commitment.state in REMINDED:
            due = _due(session, commitment, now=now)
            free = {each.key for each in due} - claimed(session, [each.key for each in due])
            taken = claim(session, free, now=now)
            for each in due:
                if each.key in taken:
                    _remind(session, commitment, each, address=address, now=now)
            count += len(taken)
    return count


def _due(session: Session, commitment: Commitment, *, now: datetime) -> list[_Due]:
    found = []
    for side in Side:
        days = REMIND_DAYS if side is Side.PROMISOR else (-1,)
        for reached in readers(session, commitment, side):
            occasion = _occasion(commitment, reached, days, now=now)
            if occasion is not None:
                person_id = reached.holder.person_id
                # A new due day is a new occasion.
                key = f"commitment:{occasion.days}:{commitment.due_on}:{commitment.id}:{person_id}"
                found.append(_Due(reached, occasion, key))
    return found


def _occasion(
    commitment: Commitment, reached: Reached, days: Sequence[int], *, now: datetime
) -> Occasion | None:
    """What is to be said to a reader now; nothing to who heard of it since."""
    zone = zone_of(reached.holder.time_zone)
    agreed = max(
        filter(None, (commitment.promisor_agreed_at, commitment.counterpart_agreed_at)),
        default=commitment.created_at,
    )
    return current(occasions_around(commitment.due_on, days, zone), agreed, zone, now=now)


def _remind(
    session: Session, commitment: Commitment, due: _Due, *, address: str, now: datetime
) -> None:
    promisor = session.get_one(Organisation, commitment.organisation_id)
    holder, dialogue = due.reached.holder, due.reached.dialogue
    write(
        session,
        holder.mailbox,
        message("{dialogue}: {what}", dialogue=dialogue.title, what=_what(due.occasion)),
        message("Hello {name},", name=holder.name),
        _sentence(due.occasion, promisor.name, commitment.due_on),
        commitment.text,
        link_to(dialogue, commitment, address),
        calendar=_calendar(commitment, dialogue.title) if due.occasion.days > 0 else (),
        now=now,
    )


def _what(occasion: Occasion) -> Message:
    if occasion.days < 0:
        return message("a commitment is overdue")
    return message("a commitment is due soon")


def _sentence(occasion: Occasion, promisor: str, day: date) -> Message:
    if occasion.days < 0:
        words = "what {organisation} promised was due on {day}, and no proof has been given:"
    else:
        words = "what {organisation} promised is due on {day}. Give the proof on its page:"
    return message(words, organisation=promisor, day=day)


def _calendar(commitment: Commitment, title: str) -> tuple[Entry, ...]:
    entry = Entry(
        uid=f"commitment-{commitment.id}@parley",
        sequence=sequence_at(commitment.changed_at),
        due=commitment.due_on,
        summary=message("{dialogue}: a commitment is due", dialogue=title),
        description=commitment.text,
    )
    return (entry,)
