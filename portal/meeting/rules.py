"""The life cycle of a session, its time plan, and what its minutes wait for (pure)."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from portal.core.errors import Message, NotNow, message

PLANNED, ANNOUNCED, REGISTRATION_CLOSED = "planned", "announced", "registration_closed"
HELD, MINUTES_DRAFT, CIRCULATED = "held", "minutes_draft", "circulated"
FINAL, CONTESTED, SUMMARISED, CANCELLED = "final", "contested", "summarised", "cancelled"
STATES = (
    PLANNED,
    ANNOUNCED,
    REGISTRATION_CLOSED,
    HELD,
    MINUTES_DRAFT,
    CIRCULATED,
    FINAL,
    CONTESTED,
    SUMMARISED,
    CANCELLED,
)
AHEAD = frozenset({PLANNED, ANNOUNCED, REGISTRATION_CLOSED})
"""States in which a session is still to come."""
AFTER = frozenset({HELD, MINUTES_DRAFT, CIRCULATED, FINAL, CONTESTED, SUMMARISED})
READABLE_MINUTES = frozenset({CIRCULATED, FINAL, CONTESTED, SUMMARISED})
"""States in which those who take part read the minutes."""

FROM = {
    "announce": frozenset({PLANNED}),
    "close_registration": frozenset({ANNOUNCED}),
    "hold": frozenset({REGISTRATION_CLOSED}),
    "draft_minutes": frozenset({HELD}),
    "circulate": frozenset({MINUTES_DRAFT}),
    "end_circulation": frozenset({CIRCULATED}),
    "publish_summary": frozenset({FINAL, CONTESTED}),
    "cancel": AHEAD,
}
"""Act → the states from which it leads on; the life cycle of domain.md."""
_WRONG_STATE: dict[str, Message] = {
    "announce": message("Only a planned session can be announced."),
    "close_registration": message("Only an announced session takes registrations."),
    "hold": message("Close registration first; then say that the session was held."),
    "draft_minutes": message("Minutes are written once the session was held."),
    "circulate": message("Only minutes that are being drafted can be sent round."),
    "end_circulation": message("These minutes are not being sent round."),
    "publish_summary": message("The public summary follows when the minutes are final."),
    "cancel": message("A session that was held cannot be cancelled."),
}

CIRCULATION = timedelta(days=10)
"""How long everybody may ask for corrections (domain.md)."""
ANSWER_TO_REJECTION = timedelta(days=3)
"""How long, at least, an organisation may still annex its position after a rejection.

As long, at least, does everybody read a text that was corrected.
"""


class Timed(Protocol):
    """What the rules need to know of a session."""

    state: str
    registration_closes_at: datetime
    starts_at: datetime


class Timable(Protocol):
    """What the time plan needs to know of a point of the agenda."""

    id: UUID
    minutes: int


def require(act: str, state: str) -> None:
    """Raise NotNow unless the act leads on from this state."""
    if state not in FROM[act]:
        raise NotNow(_WRONG_STATE[act])


def takes_registrations(meeting: Timed, now: datetime) -> bool:
    """Up to, not including, the announced instant: no rule waits for the clock."""
    return meeting.state == ANNOUNCED and now < meeting.registration_closes_at


def may_be_held(meeting: Timed, now: datetime) -> bool:
    """From its start on, once registration is closed or its time has passed."""
    closed = meeting.state == REGISTRATION_CLOSED or (
        meeting.state == ANNOUNCED and now >= meeting.registration_closes_at
    )
    return closed and now >= meeting.starts_at


def time_plan(starts_at: datetime, items: Sequence[Timable]) -> dict[UUID, datetime]:
    """When each point begins, in the order of the agenda."""
    begins = {}
    at = starts_at
    for item in items:
        begins[item.id] = at
        at += timedelta(minutes=item.minutes)
    return begins


class Asked(Protocol):
    """What the rules need to know of a wish to correct the minutes."""

    state: str
    decided_at: datetime | None
    organisation_id: UUID


def may_still_contest(ends_at: datetime, decided_at: datetime, now: datetime) -> bool:
    """Until the circulation ends, and for three days after the rejection at least."""
    return now < max(ends_at, decided_at + ANSWER_TO_REJECTION)


def holds_up(corrections: Iterable[Asked], ends_at: datetime, now: datetime) -> list[Asked]:
    """The wishes for which the minutes wait: undecided, or rejected so late that time is left."""
    return [
        each
        for each in corrections
        if each.state == "asked"
        or (
            each.state == "rejected"
            and each.decided_at is not None
            and may_still_contest(ends_at, each.decided_at, now)
        )
    ]
