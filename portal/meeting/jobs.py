"""What the clock does to sessions, each in a small transaction of its own."""

from datetime import datetime

from sqlalchemy import select

from portal.core.db import Database
from portal.core.settings import Settings
from portal.meeting.models import Meeting
from portal.meeting.operations import close_overdue_registration
from portal.meeting.operations_minutes import end_overdue_circulation
from portal.meeting.rules import ANNOUNCED, CIRCULATED


def close_registrations(database: Database, _settings: Settings, now: datetime) -> int:
    """Close registration where its time has passed; how many."""
    query = select(Meeting.id).where(
        Meeting.state == ANNOUNCED, Meeting.registration_closes_at <= now
    )
    with database.session(writes=False) as session:
        found = list(session.scalars(query))
    count = 0
    for meeting_id in found:
        with database.transaction() as session:
            count += close_overdue_registration(session, meeting_id, now=now)
    return count


def end_circulations(database: Database, settings: Settings, now: datetime) -> int:
    """Close minutes that went round for ten days and wait for nothing; how many."""
    query = select(Meeting.id).where(
        Meeting.state == CIRCULATED, Meeting.circulation_ends_at <= now
    )
    with database.session(writes=False) as session:
        found = list(session.scalars(query))
    count = 0
    for meeting_id in found:
        with database.transaction() as session:
            count += end_overdue_circulation(
                session, meeting_id, address=settings.public_url, now=now
            )
    return count
