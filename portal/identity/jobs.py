"""What the clock does for people: the mail that brings a day's news."""

from datetime import datetime

from portal.core.db import Database
from portal.core.settings import Settings
from portal.identity.news import send_digests, waiting


def bring_news(database: Database, _settings: Settings, now: datetime) -> int:
    """Write every daily mail whose hour has come, one a transaction; how many."""
    with database.session(writes=False) as session:
        people = waiting(session)
    count = 0
    for person_id in people:
        with database.transaction() as session:
            count += send_digests(session, [person_id], now=now)
    return count
