"""The room of a session: opened and led by the chair; hands and written questions."""

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import product
from uuid import UUID

import pytest

from portal.core.db import Session
from portal.core.errors import Invalid, NotNow, Refused
from portal.identity.actor import Actor
from portal.meeting import operations, operations_agenda
from portal.meeting.models import Meeting
from portal.meeting.models_room import RaisedHand, Room, WrittenQuestion
from portal.meeting.operations_room import (
    ask,
    call_on,
    choose_item,
    close_room,
    lower_hand,
    open_room,
    put_down,
    raise_hand,
    settle,
    support,
)
from portal.meeting.queries import registration_of
from portal.meeting.queries_room import RoomSeen, room_seen
from portal.meeting.seats import Place, take_seat
from tests.meeting import builders
from tests.meeting.builders import World

LEADERS = ("secretariat", "lead")
IN_THE_ROOM = ("secretariat", "lead", "co_buyer", "observer", "supplier", "rival")


@pytest.fixture
def world(session: Session, now: datetime) -> World:
    return builders.registered_world(session, now=now, released=False)


@pytest.fixture
def place(world: World) -> Place:
    return world.dialogue.id, world.meeting.id


def seen(session: Session, actor: Actor, place: Place, *, projected: bool = False) -> RoomSeen:
    return room_seen(session, take_seat(session, actor, place), is_projected=projected)


def test_only_the_registered_and_the_chair_come_in(
    session: Session, world: World, place: Place
) -> None:
    for name, actor in world.everybody.items():
        if name in IN_THE_ROOM:
            assert take_seat(session, actor, place).person_id == actor.person_id
        else:
            with pytest.raises(Refused):
                take_seat(session, actor, place)
    for actor in (world.lead, world.rival):
        own = registration_of(session, actor, world.meeting)
        assert own
        operations.withdraw_registration(session, actor, own.id, now=world.now)
    session.flush()
    assert take_seat(session, world.lead, place).is_chair
    with pytest.raises(Refused):
        take_seat(session, world.rival, place)


STATES = {
    "planned": (False, False),
    "announced": (True, True),
    "registration_closed": (True, True),
    "held": (True, True),
    "minutes_draft": (False, True),
    "summarised": (False, True),
    "cancelled": (False, False),
}
"""State of a session → whether who registered, and the chair, finds its room."""


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_room_is_there_from_the_announcement_until_minutes_are_written(
    session: Session, world: World, place: Place
) -> None:
    for state, rights in STATES.items():
        session.get_one(Meeting, place[1]).state = state
        for actor, may_enter in zip((world.supplier, world.secretariat), rights, strict=True):
            if may_enter:
                take_seat(session, actor, place)
            else:
                with pytest.raises(Refused):
                    take_seat(session, actor, place)


def test_the_chair_opens_leads_and_closes_the_room_and_each_act_is_recorded(
    session: Session, world: World, place: Place
) -> None:
    first, second, _ = (item.id for item in world.items)
    later = world.now + timedelta(minutes=5)
    open_room(session, world.secretariat, place, now=world.now)
    choose_item(session, world.lead, place, first, now=world.now)
    choose_item(session, world.lead, place, second, now=later)
    room = seen(session, world.supplier, place)
    assert room.current is not None
    assert room.current.id == second
    assert room.ends_at == later + timedelta(minutes=45)
    close_room(session, world.lead, place, now=later)
    assert seen(session, world.supplier, place).ends_at is None
    open_room(session, world.lead, place, now=later)
    rows = [each for each in builders.acts(session, place[0], "meeting") if "room" in each.act]
    assert [(row.act, row.details["from"], row.details["to"]) for row in rows] == [
        ("room_opened", "", "open"),
        ("room_item_chosen", "", str(first)),
        ("room_item_chosen", str(first), str(second)),
        ("room_closed", "open", "closed"),
        ("room_opened", "closed", "open"),
    ]
    assert {row.person_id for row in rows} == {world.secretariat.person_id, world.lead.person_id}


Act = Callable[[Session, Actor, Place, World], object]
OF_THE_CHAIR: dict[str, Act] = {
    "open": lambda s, who, place, w: open_room(s, who, place, now=w.now),
    "close": lambda s, who, place, w: close_room(s, who, place, now=w.now),
    "choose": lambda s, who, place, w: choose_item(s, who, place, w.items[0].id, now=w.now),
    "call": lambda s, who, place, _: call_on(s, who, place, _hand(s, place).id),
    "put down": lambda s, who, place, _: put_down(s, who, place, _hand(s, place).id),
    "answered": lambda s, who, place, w: settle(
        s, who, place, _question(s, place).id, "answered", now=w.now
    ),
}
OF_ALL: dict[str, Act] = {
    "raise": lambda s, who, place, w: raise_hand(s, who, place, now=w.now),
    "ask": lambda s, who, place, w: ask(s, who, place, "Why?", now=w.now),
}
WITHOUT_A_ROOM = ("open",)


def _hand(session: Session, place: Place) -> RaisedHand:
    return session.query(RaisedHand).filter_by(meeting_id=place[1]).first() or RaisedHand(
        id=UUID(int=0)
    )


def _question(session: Session, place: Place) -> WrittenQuestion:
    return session.query(WrittenQuestion).filter_by(meeting_id=place[1]).first() or WrittenQuestion(
        id=UUID(int=0)
    )


def test_what_the_chair_does_nobody_else_does_nor_anybody_in_another_dialogue(
    session: Session, world: World, place: Place
) -> None:
    open_room(session, world.lead, place, now=world.now)
    raise_hand(session, world.rival, place, now=world.now)
    ask(session, world.rival, place, "Why?", now=world.now)
    others = [actor for name, actor in world.everybody.items() if name not in LEADERS]
    for act, actor in product(OF_THE_CHAIR.values(), others):
        with pytest.raises(Refused):
            act(session, actor, place, world)
    elsewhere = (UUID(int=1), place[1])
    for act in (*OF_THE_CHAIR.values(), *OF_ALL.values()):
        with pytest.raises(Refused):
            act(session, world.lead, elsewhere, world)
    outside = [a for name, a in world.everybody.items() if name not in IN_THE_ROOM]
    for act, actor in product(OF_ALL.values(), outside):
        with pytest.raises(Refused):
            act(session, actor, place, world)


def test_nothing_is_done_in_a_room_that_is_not_open(
    session: Session, world: World, place: Place
) -> None:
    for is_begun in (False, True):
        if is_begun:
            open_room(session, world.lead, place, now=world.now)
            with pytest.raises(NotNow, match="The room is open"):
                open_room(session, world.lead, place, now=world.now)
            close_room(session, world.lead, place, now=world.now)
        for name, act in {**OF_THE_CHAIR, **OF_ALL}.items():
            if name not in WITHOUT_A_ROOM:
                with pytest.raises(NotNow, match="The room is not open"):
                    act(session, world.lead, place, world)
    session.get_one(Meeting, place[1]).state = "minutes_draft"
    with pytest.raises(NotNow, match="before its minutes"):
        open_room(session, world.lead, place, now=world.now)


def test_hands_are_called_on_in_order_one_at_a_time(
    session: Session, world: World, place: Place
) -> None:
    open_room(session, world.lead, place, now=world.now)
    first = raise_hand(session, world.rival, place, now=world.now)
    second = raise_hand(session, world.supplier, place, now=world.now + timedelta(seconds=1))
    assert raise_hand(session, world.rival, place, now=world.now).id == first.id
    queue = seen(session, world.lead, place).hands
    assert [hand.who.rsplit(", ")[-1] for hand in queue] == ["Southern Screens", "Northern Laptops"]
    call_on(session, world.lead, place, second.id)
    call_on(session, world.lead, place, first.id)
    queue = seen(session, world.supplier, place).hands
    assert [(hand.who, hand.is_called, hand.is_own) for hand in queue] == [("", True, False)]
    lower_hand(session, world.rival, place)
    with pytest.raises(Refused):
        lower_hand(session, world.rival, place)
    with pytest.raises(Refused):
        call_on(session, world.lead, place, first.id)
    raise_hand(session, world.observer, place, now=world.now)
    close_room(session, world.lead, place, now=world.now)
    assert seen(session, world.lead, place).hands == []


def test_a_written_question_is_the_chairs_to_settle_and_its_authors_to_take_back(
    session: Session, world: World, place: Place
) -> None:
    open_room(session, world.lead, place, now=world.now)
    for text in ("", " ", "x" * 1001):
        with pytest.raises(Invalid):
            ask(session, world.rival, place, text, now=world.now)
    own = ask(session, world.rival, place, "Who checks?", now=world.now)
    held = ask(session, world.rival, place, "Which prices in 2028?", now=world.now)
    assert (own.state, held.state) == ("open", "held")
    for actor, question in ((world.rival, own), (world.supplier, held)):
        with pytest.raises(Refused):
            support(session, actor, place, question.id)
    assert support(session, world.supplier, place, own.id)
    assert [q.count for q in seen(session, world.lead, place).questions] == [1, 0]
    assert [q.count for q in seen(session, world.supplier, place).questions] == [None]
    assert not support(session, world.supplier, place, own.id)
    settle(session, world.lead, place, held.id, "open", now=world.now)
    with pytest.raises(NotNow, match="done already"):
        settle(session, world.lead, place, held.id, "open", now=world.now)
    with pytest.raises(Refused):
        settle(session, world.supplier, place, own.id, "set_aside", now=world.now)
    with pytest.raises(Refused):
        settle(session, world.lead, place, own.id, "held", now=world.now)
    settle(session, world.rival, place, own.id, "set_aside", now=world.now)
    settle(session, world.lead, place, held.id, "answered", now=world.now)
    with pytest.raises(NotNow, match="done already"):
        settle(session, world.rival, place, held.id, "set_aside", now=world.now)
    rows = builders.acts(session, place[0], "room_question")
    assert [row.act for row in rows] == [
        "room_question_shown",
        "room_question_set_aside",
        "room_question_answered",
    ]


def test_a_question_that_was_set_aside_stays_with_its_author_and_the_chair(
    session: Session, world: World, place: Place
) -> None:
    open_room(session, world.lead, place, now=world.now)
    first = ask(session, world.rival, place, "Who checks?", now=world.now)
    held = ask(session, world.rival, place, "Which prices in 2028?", now=world.now)
    with pytest.raises(Refused):
        settle(session, world.rival, place, held.id, "set_aside", now=world.now)
    for question in (first, held):
        settle(session, world.lead, place, question.id, "set_aside", now=world.now)
    for actor, count in ((world.rival, 2), (world.lead, 2), (world.supplier, 0)):
        states = [each.state for each in seen(session, actor, place).questions]
        assert states == ["set_aside"] * count
    assert seen(session, world.lead, place, projected=True).questions == []


def test_the_stamp_changes_with_whatever_happens_and_with_nothing_else(
    session: Session, world: World, place: Place
) -> None:
    open_room(session, world.lead, place, now=world.now)
    before = take_seat(session, world.supplier, place).stamp
    assert take_seat(session, world.rival, place).stamp == before
    raise_hand(session, world.rival, place, now=world.now)
    session.flush()
    assert take_seat(session, world.supplier, place).stamp != before
    assert session.get_one(Room, place[1]).number == 2


def test_a_point_that_the_room_has_begun_stays_and_a_changed_agenda_is_noticed(
    session: Session, world: World, place: Place
) -> None:
    open_room(session, world.lead, place, now=world.now)
    first, second, third = world.items
    choose_item(session, world.lead, place, first.id, now=world.now)
    ask(session, world.supplier, place, "Which audits count?", now=world.now)
    choose_item(session, world.lead, place, second.id, now=world.now)
    for item in (first, second):
        with pytest.raises(NotNow, match="stays on the agenda"):
            operations_agenda.remove_item(session, world.lead, item.id, now=world.now)
    before = take_seat(session, world.supplier, place).stamp
    later = world.now + timedelta(minutes=1)
    operations_agenda.remove_item(session, world.lead, third.id, now=later)
    assert take_seat(session, world.supplier, place).stamp != before
