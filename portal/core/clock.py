"""The server's clock: operations take their instant from the caller, and the caller from here."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

HOME_ZONE = "Europe/Brussels"
"""Where readers are taken to be who have not said where they are."""


def now() -> datetime:
    """This instant in UTC, to the microsecond."""
    return datetime.now(UTC)


def zone_of(name: str) -> ZoneInfo:
    """The time zone of this name; the home zone if there is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo(HOME_ZONE)
