"""The server's clock: operations take their instant from the caller, and the caller from here."""

from datetime import UTC, datetime


def now() -> datetime:
    """This instant in UTC, to the microsecond."""
    return datetime.now(UTC)
