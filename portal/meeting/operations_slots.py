"""Bilateral talks after a session: the same offer to every supplier, one talk for each."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.core.audit import record
from portal.core.errors import Invalid, Message, NotNow, Refused, message
from portal.dialogue.models import Party
from portal.identity.actor import Actor
from portal.meeting.acting import act_on, locked, run_by
from portal.meeting.letters import post_of
from portal.meeting.letters_minutes import offer_slots_to_all
from portal.meeting.models import Meeting, Slot
from portal.meeting.policy import may_book
from portal.meeting.rules import CANCELLED, PLANNED

SHORTEST, LONGEST, LONGEST_PAUSE, MOST = 5, 240, 120, 200
SATURDAY = 5
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """Equally long talks one after the other, with a pause between them; in minutes.

    After ``per_day`` of them they go on at the same time of the next working day.
    """

    first_at: datetime
    minutes: int
    pause: int = 0
    count: int
    per_day: int = MOST

    def times(self) -> list[tuple[datetime, datetime]]:
        """When each talk begins and ends."""
        length, step = timedelta(minutes=self.minutes), timedelta(minutes=self.minutes + self.pause)
        day, found = self.first_at, list[tuple[datetime, datetime]]()
        while len(found) < self.count:
            for number in range(min(self.per_day, self.count - len(found))):
                found.append((day + number * step, day + number * step + length))
            day += timedelta(days=1)
            while day.weekday() >= SATURDAY:
                day += timedelta(days=1)
        return found


def offer_slots(
    session: Session,
    actor: Actor,
    meeting_id: UUID,
    series: Series,
    *,
    address: str = "",
    now: datetime,
) -> None:
    """Offer a series of talks after the session to every supplier, at this one instant.

    There must be one for each supplier at least: whoever chooses last still gets one. Raises
    Refused unless the actor is secretariat or lead buyer, NotNow before the session is announced
    or if it is cancelled, Invalid by field.
    """
    meeting = run_by(session, actor, meeting_id)
    if meeting.state in {PLANNED, CANCELLED}:
        raise NotNow(message("Announce the session first: talks follow a session for all."))
    _check(session, meeting, series, now)
    for starts_at, ends_at in series.times():
        session.add(Slot(meeting_id=meeting.id, starts_at=starts_at, ends_at=ends_at))
    session.flush()
    meeting.slots_offered_at = now
    details: dict[str, object] = {
        "first": series.first_at.isoformat(),
        "minutes": series.minutes,
        "count": series.count,
    }
    record(session, act_on(meeting, actor, "slots_offered", details), now=now)
    post = post_of(session, meeting, address=address, now=now)
    offer_slots_to_all(post, minutes=series.minutes)


def book_slot(
    session: Session, actor: Actor, slot_id: UUID, organisation_id: UUID, *, now: datetime
) -> None:
    """Take a free slot for a supplier; the database lets neither two take it nor one take two.

    Raises Refused unless the actor is the supplier's admin or signatory, NotNow if the slot is
    taken or over, or if the supplier has one.
    """
    slot, meeting = _slot(session, slot_id)
    if not may_book(actor, meeting.dialogue_id, organisation_id):
        raise Refused
    if meeting.state == CANCELLED or slot.starts_at <= now:
        raise NotNow(message("This time is over."))
    free = (
        update(Slot)
        .where(Slot.id == slot_id, Slot.organisation_id.is_(None))
        .values(organisation_id=organisation_id, booked_by=actor.person_id, booked_at=now)
        .returning(Slot.id)
    )
    try:
        with session.begin_nested():
            taken = session.scalars(free).one_or_none()
    except IntegrityError as error:
        raise NotNow(message("Your company has a time already. Give it back first.")) from error
    if taken is None:
        raise NotNow(message("Somebody else has just taken this time. Choose another."))
    _record(session, meeting, actor, "slot_booked", (slot_id, organisation_id), now=now)


def leave_slot(session: Session, actor: Actor, slot_id: UUID, *, now: datetime) -> None:
    """Give one's slot back, so that another can take it. Raises Refused, NotNow once it began."""
    slot, meeting = _slot(session, slot_id)
    organisation_id = slot.organisation_id
    if organisation_id is None or not may_book(actor, meeting.dialogue_id, organisation_id):
        raise Refused
    if slot.starts_at <= now:
        raise NotNow(message("This time is over."))
    slot.organisation_id = slot.booked_by = slot.booked_at = None
    session.flush()
    _record(session, meeting, actor, "slot_left", (slot_id, organisation_id), now=now)


def _slot(session: Session, slot_id: UUID) -> tuple[Slot, Meeting]:
    """The slot, read anew, with its session locked, so that one books after the other."""
    slot = session.get(Slot, slot_id)
    if slot is None:
        raise Refused
    meeting = locked(session, slot.meeting_id)
    session.refresh(slot)
    return slot, meeting


def _check(session: Session, meeting: Meeting, series: Series, now: datetime) -> None:
    faults = _number_faults(session, meeting, series)
    if series.first_at < meeting.ends_at:
        faults["first_at"] = message("Talks begin after the session: the session for all is first.")
    elif series.first_at <= now:
        faults["first_at"] = message("This time has passed.")
    elif not faults and _overlaps(session, meeting, series):
        faults["first_at"] = message("At this time there are talks already.")
    if faults:
        raise Invalid(next(iter(faults.values())), faults)


def _number_faults(session: Session, meeting: Meeting, series: Series) -> dict[str, Message]:
    faults: dict[str, Message] = {}
    if not SHORTEST <= series.minutes <= LONGEST:
        faults["minutes"] = message(
            "Enter minutes, from {least} to {most}.", least=SHORTEST, most=LONGEST
        )
    if not 0 <= series.pause <= LONGEST_PAUSE:
        faults["pause"] = message("Enter minutes, from 0 to {most}.", most=LONGEST_PAUSE)
    query = select(func.count()).select_from(Party)
    suppliers = (
        session.scalar(query.filter_by(dialogue_id=meeting.dialogue_id, part="supplier")) or 0
    )
    if not max(1, suppliers) <= series.count <= MOST:
        faults["count"] = message(
            "Offer at least {least} talks, one for each supplier, and at most {most}.",
            least=max(1, suppliers),
            most=MOST,
        )
    step = timedelta(minutes=series.minutes + series.pause)
    a_day = min(series.per_day, series.count)
    if a_day < 1 or ("minutes" not in faults and a_day * step > DAY):
        faults["per_day"] = message("This number of talks does not fit into a day.")
    return faults


def _overlaps(session: Session, meeting: Meeting, series: Series) -> bool:
    query = select(Slot.starts_at, Slot.ends_at).where(Slot.meeting_id == meeting.id)
    there = [(row.starts_at, row.ends_at) for row in session.execute(query)]
    return any(
        starts_at < until and ends_at > since
        for starts_at, ends_at in series.times()
        for since, until in there
    )


def _record(
    session: Session,
    meeting: Meeting,
    actor: Actor,
    act: str,
    which: tuple[UUID, UUID],
    *,
    now: datetime,
) -> None:
    slot_id, organisation_id = which
    subject = ("slot", slot_id)
    entry = act_on(meeting, actor, act, organisation_id=organisation_id, subject=subject)
    record(session, entry, now=now)
