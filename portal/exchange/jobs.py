"""What the clock does to questions: silence becomes agreement, and what waits is called to mind."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core.db import Database
from portal.core.reminders import claim
from portal.core.settings import Settings
from portal.dialogue.models import Dialogue
from portal.exchange.models import QaItem
from portal.exchange.notices import tell_waiting
from portal.exchange.operations_answering import let_silence_count
from portal.exchange.rules import WAITING, State, waits_too_long


def agree_by_silence(database: Database, _settings: Settings, now: datetime) -> int:
    """Call answers agreed to which nobody objected in time, one a transaction; how many."""
    query = select(QaItem.id).where(QaItem.state == State.DRAFTED, QaItem.agree_until <= now)
    with database.session(writes=False) as session:
        found = session.scalars(query).all()
    count = 0
    for item_id in found:
        with database.transaction() as session:
            count += let_silence_count(session, item_id, now=now)
    return count


def remind(database: Database, settings: Settings, now: datetime) -> int:
    """Mail who runs the questions about those that wait too long, once a step; how many mails."""
    with database.session(writes=False) as session:
        found = _waiting(session, now)
    count = 0
    for dialogue_id, keys in found.items():
        with database.transaction() as session:
            free = claim(session, keys, now=now)
            if free:
                dialogue = session.get_one(Dialogue, dialogue_id)
                count += tell_waiting(
                    session, dialogue, len(free), address=settings.public_url, now=now
                )
    return count


def _waiting(session: Session, now: datetime) -> dict[UUID, list[str]]:
    """Dialogue → the occasions of its items that wait for more than three working days."""
    query = select(QaItem.dialogue_id, QaItem.id, QaItem.state, QaItem.state_since).where(
        QaItem.state.in_(WAITING)
    )
    found: dict[UUID, list[str]] = {}
    for dialogue_id, item_id, state, since in session.execute(query):
        if waits_too_long(since, now):
            found.setdefault(dialogue_id, []).append(f"qa-waiting:{item_id}:{state}")
    return found
