"""When a reminder is due (pure): each occasion has a window in which it is said, once.

A window begins at 07:00 on the reader's clock and ends when the next one begins or the matter is
over, so that a clock that stood still says what is still worth saying and nothing else. All that
falls on a day begins at the same instant, and so goes into one mail.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from itertools import pairwise

MORNING = time(7)
CLOSING_DAYS = (7, 2)
"""Days before the closing time on which who can still do something is reminded."""
DUE_DAYS = 2
"""Days before a colleague's due date, and before that of a clarification."""
EXPIRY_DAYS = (60, 14)
"""Days before a piece of evidence expires."""
STALE_DAYS = 30
"""Days before answers are a year old."""
OVERDUE_FOR = 3
EXPIRED_FOR = 30
"""Days for which it is worth saying that something has passed."""
LATEST_LOOK = timedelta(days=1)
"""No time zone is further from UTC: added to a search in UTC so that it misses nobody."""


@dataclass(frozen=True, slots=True)
class Occasion:
    """``days`` before the day it is about, negative after it; said from ``begins`` to ``ends``."""

    days: int
    begins: datetime
    ends: datetime


def morning(day: date, zone: tzinfo) -> datetime:
    """07:00 of a day on a clock."""
    return datetime.combine(day, MORNING, tzinfo=zone)


def days_until(instant: datetime, zone: tzinfo, *, now: datetime) -> int:
    """Days on a clock from today to the day of an instant; 0 for today."""
    return (instant.astimezone(zone).date() - now.astimezone(zone).date()).days


def of_closing(closes_at: datetime, zone: tzinfo) -> list[Occasion]:
    """Seven and two days before the closing time."""
    return _series(closes_at.astimezone(zone).date(), CLOSING_DAYS, closes_at, zone)


def of_clarification(due_at: datetime, zone: tzinfo) -> list[Occasion]:
    """Two days before a clarification is due."""
    return _series(due_at.astimezone(zone).date(), (DUE_DAYS,), due_at, zone)


def of_assignment(due_on: date, zone: tzinfo) -> list[Occasion]:
    """Two days before a colleague's due date, and on the day after it."""
    return occasions_around(due_on, (DUE_DAYS, -1), zone)


def occasions_around(day: date, before: Iterable[int], zone: tzinfo) -> list[Occasion]:
    """So many days before a day each, -1 for the day after it; that is said for three days."""
    return _series(day, before, morning(day + timedelta(days=1 + OVERDUE_FOR), zone), zone)


def of_expiry(valid_until: date, zone: tzinfo) -> list[Occasion]:
    """Sixty and fourteen days before the last day of a document, and on the day after it."""
    ends = morning(valid_until + timedelta(days=1 + EXPIRED_FOR), zone)
    return _series(valid_until, (*EXPIRY_DAYS, -1), ends, zone)


def of_staleness(stale_on: date, zone: tzinfo) -> list[Occasion]:
    """Thirty days before answers are a year old; that they are is told by ``mark_stale``."""
    return _series(stale_on, (STALE_DAYS,), morning(stale_on, zone), zone)


def a_year_after(day: date) -> date:
    """The same day of the next year; 1 March for 29 February."""
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return date(day.year + 1, 3, 1)


def current(
    occasions: Iterable[Occasion], since: datetime | None, zone: tzinfo, *, now: datetime
) -> Occasion | None:
    """The occasion to be said now, to somebody whom the matter concerns since that instant.

    Whoever heard of it on the same day, or later than that, is not reminded.
    """
    for occasion in occasions:
        if occasion.begins <= now < occasion.ends:
            first = occasion.begins.astimezone(zone).date()
            return occasion if since is None or since.astimezone(zone).date() < first else None
    return None


def _series(day: date, before: Iterable[int], ends: datetime, zone: tzinfo) -> list[Occasion]:
    begins = [(days, morning(day - timedelta(days=days), zone)) for days in before]
    edges = [*begins, (0, ends)]
    return [Occasion(days, start, end) for (days, start), (_, end) in pairwise(edges)]
