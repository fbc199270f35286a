"""What the clock does to commitments, in small transactions of their own."""

from datetime import datetime

from portal.core.db import Database
from portal.core.settings import Settings
from portal.meeting.commitments_reminders import batches, remind_of_commitments
from portal.meeting.operations_commitments_actions import AT_A_TIME, due_to_lapse, mark_overdue


def pass_days(database: Database, _settings: Settings, now: datetime) -> int:
    """Mark what is overdue, in the portal's own name; how many."""
    with database.session(writes=False) as session:
        found = due_to_lapse(session, now=now)
    count = 0
    for first in range(0, len(found), AT_A_TIME):
        with database.transaction() as session:
            count += mark_overdue(session, found[first : first + AT_A_TIME], now=now)
    return count


def remind_promised(database: Database, settings: Settings, now: datetime) -> int:
    """Write every reminder of a commitment that is due, one batch a transaction; how many."""
    with database.session(writes=False) as session:
        found = batches(session, now=now)
    count = 0
    for some in found:
        with database.transaction() as session:
            count += remind_of_commitments(session, some, address=settings.public_url, now=now)
    return count
