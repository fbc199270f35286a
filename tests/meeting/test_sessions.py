"""The life cycle of a session until it was held: who may do what, when, and what is left of it."""

from datetime import datetime

from portal.core.db import Session
from tests.meeting.builders import acts, held, registered_world


def test_a_world_is_made(session: Session, now: datetime) -> None:
    made = registered_world(session, now=now)
    held(session, made)
    assert [each.act for each in acts(session, made.dialogue.id, "meeting")] == [
        "planned",
        "announced",
        "registration_closed",
        "held",
    ]
