"""What is done to a session until it was held: planned, announced, closed, held, cancelled."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core.audit import record
from portal.core.errors import Invalid, Message, NotNow, Refused, message
from portal.dialogue.models import Dialogue
from portal.identity.actor import SYSTEM, Actor
from portal.meeting.acting import TEXT_LENGTH, act_on, locked, moved, required, run_by
from portal.meeting.letters import (
    announce_change,
    announce_to_all,
    post_of,
    tell_cancelled,
    tell_closed_early,
    tell_new_address,
)
from portal.meeting.models import AgendaItem, Meeting, Slot
from portal.meeting.operations_registration import (
    register,
    withdraw_departed,
    withdraw_registration,
)
from portal.meeting.policy import may_edit, may_propose
from portal.meeting.rules import (
    AHEAD,
    ANNOUNCED,
    CANCELLED,
    HELD,
    PLANNED,
    REGISTRATION_CLOSED,
    require,
)

LENGTHS = {"title": 200, "purpose": TEXT_LENGTH, "place": 300, "online_address": 500}
TOLD = ("place", "starts_at", "ends_at", "registration_closes_at")
"""What everybody is told again when it changes after the announcement."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a session is about, where and when; times are instants."""

    title: str
    purpose: str = ""
    place: str = ""
    online_address: str = ""
    starts_at: datetime
    ends_at: datetime
    registration_closes_at: datetime


def plan(
    session: Session, actor: Actor, dialogue_id: UUID, wanted: Plan, *, now: datetime
) -> Meeting:
    """Plan a session; only those who plan see it until it is announced.

    Raises Refused unless the actor may plan or propose, Invalid by field.
    """
    if session.get(Dialogue, dialogue_id) is None or not may_propose(actor, dialogue_id):
        raise Refused
    checked = _checked(wanted)
    meeting = Meeting(
        **asdict(checked),
        dialogue_id=dialogue_id,
        created_by=actor.person_id,
        created_at=now,
        changed_at=now,
    )
    session.add(meeting)
    session.flush()
    record(session, act_on(meeting, actor, "planned", {"from": "", "to": PLANNED}), now=now)
    return meeting


def change(
    session: Session,
    actor: Actor,
    meeting_id: UUID,
    wanted: Plan,
    *,
    version: int,
    address: str = "",
    now: datetime,
) -> None:
    """Change the plan; everybody is told again if time or place change after the announcement.

    ``version`` is the one that was typed over. Raises Refused, NotNow once it was held or
    cancelled, Invalid by field, if somebody else changed it meanwhile, or if registration would
    close earlier than announced or the session last into the talks after it.
    """
    meeting = locked(session, meeting_id)
    if not may_edit(actor, meeting.dialogue_id, meeting.state):
        raise Refused
    if meeting.state not in AHEAD:
        raise NotNow(message("The plan of a session that is over does not change."))
    checked = _checked(wanted, closed=_registration_is_over(meeting, now))
    changed = [name for name, value in asdict(checked).items() if getattr(meeting, name) != value]
    if not changed:
        return
    if meeting.version != version:
        raise Invalid(
            message("Somebody else changed this plan meanwhile. Compare with theirs, then save.")
        )
    _require_kept(session, meeting, checked, now)
    for name in changed:
        setattr(meeting, name, getattr(checked, name))
    meeting.version += 1
    meeting.changed_at = now
    record(session, act_on(meeting, actor, "changed", {"fields": changed}), now=now)
    post = post_of(session, meeting, address=address, now=now)
    if meeting.announced_at is not None and set(changed) & set(TOLD):
        announce_change(post)
    if "online_address" in changed:
        tell_new_address(post)


def announce(
    session: Session, actor: Actor, meeting_id: UUID, *, address: str = "", now: datetime
) -> None:
    """Announce the session to every person of every party at this one instant.

    Raises Refused unless the actor is secretariat or lead buyer, NotNow unless it is planned in
    a published dialogue, with an agenda, and registration still has time to run.
    """
    meeting = run_by(session, actor, meeting_id)
    require("announce", meeting.state)
    if session.get_one(Dialogue, meeting.dialogue_id).published_at is None:
        raise NotNow(message("Publish the dialogue first: suppliers are told through it."))
    if (
        session.scalars(select(AgendaItem).filter_by(meeting_id=meeting.id).limit(1)).first()
        is None
    ):
        raise NotNow(message("Write an agenda first: people register for what is talked about."))
    if meeting.registration_closes_at <= now:
        raise NotNow(message("The time to register has passed already. Set later times first."))
    details = moved(meeting, ANNOUNCED)
    meeting.announced_at = meeting.changed_at = now
    record(session, act_on(meeting, actor, "announced", details), now=now)
    announce_to_all(post_of(session, meeting, address=address, now=now))


def close_registration(
    session: Session,
    actor: Actor,
    meeting_id: UUID,
    *,
    reason: str = "",
    address: str = "",
    now: datetime,
) -> None:
    """Close registration; before the announced time only with a reason, which everybody reads.

    Raises Refused unless the actor is secretariat or lead buyer, NotNow unless it is announced,
    Invalid without the reason.
    """
    meeting = run_by(session, actor, meeting_id)
    require("close_registration", meeting.state)
    early = now < meeting.registration_closes_at
    if early:
        reason = required("reason", reason, message("Everybody was told a later time. Say why."))
    details = moved(meeting, REGISTRATION_CLOSED, reason if early else "")
    record(session, act_on(meeting, actor, "registration_closed", details), now=now)
    if early:
        tell_closed_early(post_of(session, meeting, address=address, now=now), reason)


def close_overdue_registration(session: Session, meeting_id: UUID, *, now: datetime) -> bool:
    """What the clock does when the time to register has passed; whether it did it."""
    meeting = locked(session, meeting_id)
    if meeting.state != ANNOUNCED or now < meeting.registration_closes_at:
        return False
    close_registration(session, SYSTEM, meeting_id, now=now)
    return True


def hold(session: Session, actor: Actor, meeting_id: UUID, *, now: datetime) -> None:
    """Say that the session was held, or is being held; from its start on.

    Registration whose time has passed closes with it, and who has left an organisation does not
    count for it. Raises Refused unless the actor is secretariat or lead buyer, NotNow before its
    start or in another state.
    """
    meeting = run_by(session, actor, meeting_id)
    close_overdue_registration(session, meeting_id, now=now)
    require("hold", meeting.state)
    if now < meeting.starts_at:
        raise NotNow(message("The session has not begun yet."))
    withdraw_departed(session, actor, meeting, now=now)
    details = moved(meeting, HELD)
    meeting.held_at = now
    record(session, act_on(meeting, actor, "held", details), now=now)


def cancel(
    session: Session,
    actor: Actor,
    meeting_id: UUID,
    *,
    reason: str,
    address: str = "",
    now: datetime,
) -> None:
    """Cancel the session with a reason; everybody who was told of it is told.

    Raises Refused unless the actor is secretariat or lead buyer, NotNow once it was held, Invalid
    without a reason.
    """
    meeting = run_by(session, actor, meeting_id)
    require("cancel", meeting.state)
    reason = required("reason", reason, message("Say why: everybody who was told will read it."))
    details = moved(meeting, CANCELLED, reason)
    meeting.cancel_reason, meeting.changed_at = reason, now
    record(session, act_on(meeting, actor, "cancelled", details), now=now)
    if meeting.announced_at is not None:
        tell_cancelled(post_of(session, meeting, address=address, now=now))


def _registration_is_over(meeting: Meeting, now: datetime) -> bool:
    """Whether it was closed, or its announced instant has passed."""
    if meeting.state == ANNOUNCED:
        return meeting.registration_closes_at <= now
    return meeting.state == REGISTRATION_CLOSED


def _require_kept(session: Session, meeting: Meeting, wanted: Plan, now: datetime) -> None:
    """What everybody was told holds: how long they may register, and talks after the session."""
    faults: dict[str, Message] = {}
    announced, new = meeting.registration_closes_at, wanted.registration_closes_at
    if _registration_is_over(meeting, now) and new != announced:
        faults["registration_closes_at"] = message("Registration has closed.")
    elif meeting.announced_at is not None and new < announced:
        faults["registration_closes_at"] = message(
            "Everybody was told a later time. Close registration early instead, and say why."
        )
    query = select(Slot.id).where(Slot.meeting_id == meeting.id, Slot.starts_at < wanted.ends_at)
    if session.scalars(query.limit(1)).first() is not None:
        faults["ends_at"] = message("Talks begin after the session: the session for all is first.")
    if faults:
        raise Invalid(next(iter(faults.values())), faults)


def _checked(wanted: Plan, *, closed: bool = False) -> Plan:
    """The plan with its texts trimmed; raises Invalid with a sentence by field.

    ``closed``: registration is over, so that the session may now start earlier than it would have.
    """
    texts = {name: str(getattr(wanted, name)).strip() for name in LENGTHS}
    faults = _text_faults(texts)
    if wanted.ends_at <= wanted.starts_at:
        faults["ends_at"] = message("The session must end after it starts.")
    if not closed and wanted.registration_closes_at > wanted.starts_at:
        faults["registration_closes_at"] = message(
            "Registration must close before the session starts."
        )
    if faults:
        raise Invalid(next(iter(faults.values())), faults)
    return replace(
        wanted,
        title=texts["title"],
        purpose=texts["purpose"],
        place=texts["place"],
        online_address=texts["online_address"],
    )


def _text_faults(texts: Mapping[str, str]) -> dict[str, Message]:
    faults: dict[str, Message] = {
        name: message("Use at most {most} characters.", most=most)
        for name, most in LENGTHS.items()
        if len(texts[name]) > most
    }
    if not texts["title"]:
        faults["title"] = message("Give the session a title.")
    address = texts["online_address"]
    if not texts["place"] and not address:
        faults["place"] = message("Give a place, an online address, or both.")
    if address and not address.startswith(("https://", "http://")):
        faults["online_address"] = message("Begin the address with https://.")
    return faults


__all__ = [
    "Plan",
    "announce",
    "cancel",
    "change",
    "close_overdue_registration",
    "close_registration",
    "hold",
    "plan",
    "register",
    "withdraw_registration",
]
