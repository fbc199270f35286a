"""What the clock does to responses: reminders, in small transactions of their own."""

from datetime import datetime

from portal.core.db import Database
from portal.core.settings import Settings
from portal.response.reminders import batches, send_reminders


def remind(database: Database, settings: Settings, now: datetime) -> int:
    """Write every reminder that is due, one batch a transaction; how many."""
    with database.session(writes=False) as session:
        found = batches(session, now=now)
    count = 0
    for batch in found:
        with database.transaction() as session:
            count += send_reminders(session, [batch], address=settings.public_url, now=now)
    return count
