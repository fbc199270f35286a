"""Sessions and priorities in the consultation file and among the news: what everybody was told."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from portal.brief.consultation_file import gather
from portal.brief.consultation_pieces import Kind, Matter
from portal.brief.news import news
from portal.core.db import Session
from portal.core.files import FileStore
from portal.core.words import words
from portal.meeting import operations, operations_minutes
from portal.meeting.ballots_rules import Act, State
from tests.meeting import ballot_world, builders

SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def told_to_all(session: Session, now: datetime) -> builders.World:
    """A session announced, moved and summed up, and published priorities."""
    made = builders.world(session, now=now, released=False)
    operations.change(
        session,
        made.secretariat,
        made.meeting.id,
        builders.plan_at(made.now, place="Quay 2, Ghent"),
        version=made.meeting.version,
        now=made.now + timedelta(days=1),
    )
    made.meeting.state = "final"
    operations_minutes.publish_summary(
        session, made.secretariat, made.meeting.id, "We talked.", now=made.now + timedelta(days=30)
    )
    votes = ballot_world.world(session, now=made.now, dialogue=made.dialogue)
    votes.bring_to(State.IN_ROADMAP)
    votes.does(Act.PUBLISH)
    session.flush()
    return made


@SQLITE
def test_sessions_and_priorities_are_told_as_everybody_was_told(
    session: Session, now: datetime, tmp_path: Path
) -> None:
    made = told_to_all(session, now)
    store = FileStore(tmp_path)
    matter = Matter(session=session, dialogue=made.dialogue, files=store, words=words("en"))
    pieces = {
        str(piece.title): piece
        for piece in gather(matter)
        if piece.kind in {Kind.SESSION, Kind.PRIORITIES}
    }
    title = made.meeting.title
    assert set(pieces) == {
        f"A session is announced: {title}",
        f"A session changes: {title}",
        f"Public summary of a session: {title}",
        "Priorities: First things first",
    }
    assert all(piece.mailed for piece in pieces.values())
    told = {
        title: "".join(file.content.decode() for file in piece.files)
        for title, piece in pieces.items()
    }
    assert "Quay 1, Ghent" in told[f"A session is announced: {title}"]
    assert "Welcome and rules" in told[f"A session is announced: {title}"]
    assert "Quay 2, Ghent" in told[f"A session changes: {title}"]
    assert "We talked." in told[f"Public summary of a session: {title}"]
    statement = told["Priorities: First things first"]
    for said in ("1. Issue 1", "Asked for by: ", "The market is not there yet.", "next tender"):
        assert said in statement
    assert "https://meet.example.org" not in "".join(told.values())
    titles = [str(each.title) for each in news(session, made.dialogue)]
    assert {
        f"A session is announced: {title}",
        f"Summary of a session: {title}",
        "The buyers have published what they will ask for together",
    } <= set(titles)
