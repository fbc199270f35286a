"""What the clock does in rooms."""

from datetime import datetime

from portal.core.db import Database
from portal.core.settings import Settings
from portal.meeting.operations_polls import close_forgotten


def close_polls(database: Database, _settings: Settings, now: datetime) -> int:
    """Close polls that were left open after their session; how many."""
    with database.transaction() as session:
        return close_forgotten(session, now=now)
