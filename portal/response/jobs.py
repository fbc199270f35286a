"""What the clock does to responses, in small transactions of their own."""

from datetime import datetime

from portal.core.db import Database
from portal.core.settings import Settings
from portal.response.operations_lasting import (
    RESPONSES_AT_A_TIME,
    ageing_responses,
    mark_stale,
)
from portal.response.reminders import batches, send_reminders
from portal.response.revising import end_overdue_clarifications, overdue_rounds


def remind(database: Database, settings: Settings, now: datetime) -> int:
    """Write every reminder that is due, one batch a transaction; how many."""
    with database.session(writes=False) as session:
        found = batches(session, now=now)
    count = 0
    for batch in found:
        with database.transaction() as session:
            count += send_reminders(session, [batch], address=settings.public_url, now=now)
    return count


def end_clarifications(database: Database, settings: Settings, now: datetime) -> int:
    """End every clarification that was not answered in time, one a transaction; how many."""
    with database.session(writes=False) as session:
        found = overdue_rounds(session, now=now)
    count = 0
    for response_id in found:
        with database.transaction() as session:
            count += end_overdue_clarifications(
                session, [response_id], address=settings.public_url, now=now
            )
    return count


def mark_old(database: Database, settings: Settings, now: datetime) -> int:
    """Mark answers stale that are a year old or have lost their evidence; how many."""
    with database.session(writes=False) as session:
        found = ageing_responses(session, now=now)
    count = 0
    for first in range(0, len(found), RESPONSES_AT_A_TIME):
        with database.transaction() as session:
            some = found[first : first + RESPONSES_AT_A_TIME]
            count += mark_stale(session, some, address=settings.public_url, now=now)
    return count
