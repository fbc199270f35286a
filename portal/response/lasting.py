"""Rules of how long answers hold (pure): a year, and as long as their evidence is valid.

What was submitted holds for 12 months from the signature, or from the day on which the supplier
last said that it is still true; days are those of UTC. Evidence counts if it was valid then and
has expired since, unless a newer piece has replaced it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from portal.core.errors import Message, message
from portal.response.reminding import STALE_DAYS, a_year_after

STALE = "stale"
LASTING = frozenset({"submitted", "accepted"})
"""States of a response that become stale."""


@dataclass(frozen=True, slots=True)
class Expired:
    """A piece of evidence that backs answers and is valid no more; ``until`` was its last day."""

    id: UUID
    title: str
    until: date


def is_a_year_old(since: datetime, now: datetime) -> bool:
    """Whether answers of that instant are a year old."""
    return _day(now) >= a_year_after(_day(since))


def may_be_confirmed(state: str, since: datetime, now: datetime) -> bool:
    """Whether the supplier may say that its answers are still true: from 30 days before a year."""
    if state == STALE:
        return True
    return state in LASTING and _day(now) >= a_year_after(_day(since)) - timedelta(days=STALE_DAYS)


def expired_since(until: date | None, since: datetime, now: datetime) -> bool:
    """Whether a last day of validity lies between then and now."""
    return until is not None and _day(since) <= until < _day(now)


def reason_of(details: Mapping[str, Any]) -> Message:
    """Why a response became stale, from the row of the audit log, for whoever follows it.

    No evidence is named: its class may be narrower than that.
    """
    if details.get("valid_until"):
        return message(
            "Evidence behind some of the answers was valid until {day}.",
            day=date.fromisoformat(details["valid_until"]),
        )
    return message("The answers are more than 12 months old.")


def own_reason(expired: Expired) -> Message:
    """Why a response became stale, with the title of what expired, for its own company only."""
    return message(
        "“{title}”, which backs some of the answers, was valid until {day}.",
        title=expired.title,
        day=expired.until,
    )


def _day(instant: datetime) -> date:
    return instant.astimezone(UTC).date()
