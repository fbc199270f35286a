"""What was noted and voted in the room is where its minutes begin."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from portal.core.db import Session
from portal.core.errors import NotNow
from portal.identity.actor import Actor
from portal.meeting import operations_minutes, operations_notes, operations_room
from portal.meeting.models_minutes import MinutesEntry
from portal.meeting.models_room import RaisedHand
from portal.meeting.seats import take_seat
from tests.meeting import builders
from tests.meeting.test_room_polls import Room

LONG = "\n".join(f"Line {number} of what was said." for number in range(600))


def vote_twice(room: Room, people: Sequence[Actor]) -> None:
    """Once with a single vote, then with everybody's."""
    few = room.open(text="Few?")
    room.vote(people[0], few, 0)
    room.close(few)
    room.now += timedelta(minutes=1)
    many = room.open(text="Many?")
    room.all_vote(many, people)
    room.close(many)


def ask_four_times(room: Room, asker: Actor) -> None:
    """One is about prices and is held back, the last one is answered."""
    for text in ("Who checks?", "Which prices?", "Is repair next?", "And when?"):
        room.now += timedelta(minutes=1)
        asked = operations_room.ask(room.session, asker, room.place, text, now=room.now)
    lead = room.world.lead
    operations_room.settle(room.session, lead, room.place, asked.id, "answered", now=room.now)


def test_minutes_begin_with_the_notes_and_votes_of_each_point(
    session: Session, now: datetime
) -> None:
    room = Room(session, now)
    made, (welcome, wages, _break) = room.world, room.world.items
    people = room.crowd(10)
    operations_room.choose_item(session, made.lead, room.place, wages.id, now=room.now)
    vote_twice(room, people)
    ask_four_times(room, people[0])
    for item, text in ((welcome, LONG), (wages, "Two brands publish their sites.")):
        operations_notes.save_note(
            session, made.secretariat, room.place, item.id, ("0", text), now=room.now
        )
    builders.held(session, made)
    operations_minutes.draft_minutes(session, made.secretariat, made.meeting.id, now=room.now)
    entries = list(session.scalars(select(MinutesEntry).order_by(MinutesEntry.place)))
    first = [each.text for each in entries if each.agenda_item_id == welcome.id]
    assert "\n".join(first) == LONG
    assert len(first) > 1
    note, unknown, known, unanswered = (
        each.text for each in entries if each.agenda_item_id == wages.id
    )
    assert note == "Two brands publish their sites."
    assert unknown.startswith("Few?\n1 vote\nNot shown:")
    assert known.splitlines()[:2] == ["Many?", "10 votes"]
    assert "Wages: 40\N{EN DASH}60 %" in known
    assert unanswered.splitlines() == [
        "Asked in writing and not answered:",
        "- Who checks?",
        "- Is repair next?",
    ]
    assert all(each.speaker == "" and each.organisation_id is None for each in entries)


def test_beginning_the_minutes_closes_the_room_but_not_an_open_vote(
    session: Session, now: datetime
) -> None:
    room = Room(session, now)
    made, welcome = room.world, room.world.items[0]
    poll = room.open()
    operations_room.raise_hand(session, made.supplier, room.place, now=room.now)
    builders.held(session, made)
    with pytest.raises(NotNow, match="Close the vote first"):
        operations_minutes.draft_minutes(session, made.co_buyer, made.meeting.id, now=room.now)
    room.close(poll)
    stamp = take_seat(session, made.lead, room.place).stamp
    operations_minutes.draft_minutes(session, made.co_buyer, made.meeting.id, now=room.now)
    seat = take_seat(session, made.lead, room.place)
    assert seat.room == "closed"
    assert seat.stamp != stamp
    assert set(session.scalars(select(RaisedHand.state))) == {"down"}
    with pytest.raises(NotNow):
        operations_notes.save_note(
            session, made.secretariat, room.place, welcome.id, ("0", "Late"), now=room.now
        )
    marks = [row.act for row in builders.acts(session, made.dialogue.id, "meeting")]
    assert marks[-2:] == ["room_closed", "minutes_begun"]
