"""Votes in the room: who votes once, what is kept, and what is shown."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from portal.core.db import Session
from portal.core.errors import Invalid, NotNow, Refused
from portal.identity.actor import Actor
from portal.identity.models import Organisation
from portal.identity.roles import Role
from portal.meeting import operations, operations_polls, operations_room
from portal.meeting.models_room import Poll, Vote
from portal.meeting.operations_polls import PollDraft
from portal.meeting.queries_room import results_of, room_seen
from portal.meeting.rules_polls import Cast, bands, is_safe, likeness, may_be_shown
from portal.meeting.seats import take_seat
from tests import factories
from tests.meeting import builders


class Room:
    """The world with an open room."""

    def __init__(self, session: Session, now: datetime) -> None:
        self.session = session
        self.world = builders.registered_world(session, now=now, released=False)
        self.now = self.world.now
        self.place = (self.world.dialogue.id, self.world.meeting.id)
        operations_room.open_room(session, self.world.lead, self.place, now=self.now)

    def open(self, by: Actor | None = None, **changes: object) -> Poll:
        values: dict[str, Any] = {
            "kind": "poll",
            "text": "Which first?",
            "options": ["Wages", "Repair", "Forms"],
            "electorate": "all",
            "unit": "organisation",
            **changes,
        }
        return operations_polls.open_poll(
            self.session, by or self.world.lead, self.place, PollDraft(**values), now=self.now
        ).poll

    def vote(self, actor: Actor, poll: Poll, *choice: int) -> None:
        operations_polls.vote(self.session, actor, self.place, poll.id, choice)

    def close(self, poll: Poll, by: Actor | None = None) -> Poll:
        return operations_polls.close_poll(
            self.session, by or self.world.lead, self.place, poll.id, now=self.now
        )

    def crowd(self, count: int, *, group: UUID | None = None) -> list[Actor]:
        """So many more suppliers in the room, one person each."""
        made = []
        for _ in range(count):
            actor = factories.supplier(self.session, self.world.dialogue, now=self.now)
            if group is not None:
                company = self.session.get_one(Organisation, factories.own(actor))
                company.parent_id = group
            made.append(actor)
        builders.register(self.session, self.world, *made)
        return made

    def all_vote(self, poll: Poll, actors: Sequence[Actor]) -> None:
        for number, actor in enumerate(actors):
            self.vote(actor, poll, number % 3)

    def votes(self, poll: Poll) -> list[Vote]:
        return list(self.session.scalars(select(Vote).where(Vote.poll_id == poll.id)))


@pytest.fixture
def room(session: Session, now: datetime) -> Room:
    return Room(session, now)


def test_results_are_bands_from_ten_voters_on_and_nobodys_choice_is_kept(room: Room) -> None:
    people = room.crowd(10)
    few, many = room.open(text="Few?"), None
    room.all_vote(few, people[:9])
    room.close(few)
    assert (few.voters, few.cells) == (9, None)
    many = room.open(text="Many?")
    room.all_vote(many, people)
    seen = room_seen(room.session, take_seat(room.session, room.world.lead, room.place))
    assert (seen.polls[0].count, seen.polls[0].cells) == (10, None)
    room.close(many)
    shown = "20\N{EN DASH}40 %"
    assert (many.voters, many.cells) == (10, {"0": "40\N{EN DASH}60 %", "1": shown, "2": shown})
    assert [each.choice for each in room.votes(many)] == [None] * 10
    assert {each["voters"] for each in results_of(room.session, room.place[1])} == {9, 10}
    kinds = [each.act for each in builders.acts(room.session, room.place[0], "poll")]
    assert kinds == ["poll_opened", "poll_closed"] * 2


def test_a_corporate_group_votes_once_and_a_buyers_people_as_the_poll_says(room: Room) -> None:
    mother, daughter = room.crowd(1)[0], room.crowd(1, group=factories.own(room.world.supplier))[0]
    colleague = factories.colleague(
        room.session, room.world.dialogue, room.world.lead, Role.CO_BUYER, now=room.now
    )
    builders.register(room.session, room.world, colleague)
    by_organisation = room.open(text="One?")
    for actor in (mother, daughter, room.world.supplier, room.world.lead, colleague):
        room.vote(actor, by_organisation, 0)
    assert len(room.votes(by_organisation)) == 3
    room.vote(mother, by_organisation, 1)
    assert len(room.votes(by_organisation)) == 3
    room.close(by_organisation)
    by_person = room.open(text="Two?", unit="person")
    for actor in (daughter, room.world.supplier, room.world.lead, colleague):
        room.vote(actor, by_person, 0)
    assert len(room.votes(by_person)) == 3


def test_a_sister_company_is_told_before_it_replaces_the_vote_of_its_group(room: Room) -> None:
    mother, rival = room.world.supplier, room.world.rival
    daughter = room.crowd(1, group=factories.own(mother))[0]
    poll = room.open()

    def told(actor: Actor) -> tuple[bool, bool]:
        seen = room_seen(room.session, take_seat(room.session, actor, room.place)).polls[0]
        return seen.has_voted, seen.group_has_voted

    assert told(daughter) == (False, False)
    for actor in (mother, rival, room.world.lead):
        room.vote(actor, poll, 0)
    assert told(daughter) == (True, True)
    assert told(mother) == (True, True)
    assert told(rival) == (True, False)
    assert told(room.world.lead) == (True, False)


def test_only_those_asked_vote_and_only_for_what_is_offered(room: Room) -> None:
    poll = room.open(electorate="buyers")
    for actor in (room.world.supplier, room.world.secretariat, room.world.observer):
        with pytest.raises(Refused):
            room.vote(actor, poll, 0)
    for choice in ((), (0, 1), (3,), (-1,)):
        with pytest.raises(Invalid, match="Choose one of the options"):
            room.vote(room.world.lead, poll, *choice)
    with pytest.raises(Refused):
        room.vote(room.world.reader, poll, 0)
    room.close(poll)
    dots = room.open(kind="dots")
    room.vote(room.world.supplier, dots)
    room.vote(room.world.rival, dots, 0, 2)
    assert sorted(len(each.choice or ()) for each in room.votes(dots)) == [0, 2]


def test_a_poll_is_opened_and_closed_once_by_the_chair(room: Room) -> None:
    poll = room.open()
    with pytest.raises(NotNow, match="Close the vote that is open first"):
        room.open(text="Another?")
    for actor in (room.world.co_buyer, room.world.supplier, room.world.observer):
        with pytest.raises(Refused):
            room.close(poll, by=actor)
        with pytest.raises(Refused):
            room.open(by=actor)
    with pytest.raises(NotNow, match="Close the vote first"):
        operations_room.close_room(room.session, room.world.lead, room.place, now=room.now)
    room.close(poll)
    for act in (lambda: room.close(poll), lambda: room.vote(room.world.supplier, poll, 0)):
        with pytest.raises(NotNow, match="This vote is closed"):
            act()


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"text": " "}, "Write what you ask"),
    ({"text": "x" * 501}, "Shorten this"),
    ({"options": ["One", " "]}, "2 to 10 options"),
    ({"options": [str(number) for number in range(11)]}, "2 to 10 options"),
    ({"options": ["Yes", "yes "]}, "Two options are the same"),
    ({"options": ["Yes", "x" * 201]}, "Shorten each option"),
    ({"kind": "quiz"}, "what kind"),
    ({"electorate": "some"}, "who votes"),
    ({"unit": "country"}, "whose vote"),
]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_poll_that_cannot_be_put_is_refused(room: Room) -> None:
    for changes, sentence in WRONG:
        with pytest.raises(Invalid, match=sentence):
            room.open(**changes)


def test_the_same_question_again_is_shown_to_the_same_voters_or_to_all_others(room: Room) -> None:
    people = room.crowd(34)
    shown = []
    for voters in (people[:12], people[:12], people[:11], people[5:22], people[12:]):
        poll = room.open(text="which  FIRST")
        room.all_vote(poll, voters)
        shown.append(room.close(poll).cells is not None)
    assert shown == [True, True, False, False, True]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_poll_left_open_is_closed_with_its_session_and_forgets(room: Room) -> None:
    poll = room.open()
    room.vote(room.world.supplier, poll, 0)
    assert operations_polls.close_forgotten(room.session, now=room.now) == 0
    operations.cancel(
        room.session, room.world.lead, room.place[1], reason="Nobody can come.", now=room.now
    )
    assert operations_polls.close_forgotten(room.session, now=room.now) == 1
    room.session.expire_all()
    assert poll.state == "closed"
    assert [each.choice for each in room.votes(poll)] == [None]


def test_whether_a_result_is_shown_follows_from_public_facts() -> None:
    assert [n for n in range(14) if is_safe(n, 2, multiple=False)] == [11, 12, 13]
    assert [n for n in range(14) if is_safe(n, 3, multiple=False)] == [10, 11, 12, 13]
    assert [n for n in range(14) if is_safe(n, 3, multiple=True)] == [11, 12, 13]
    assert is_safe(300, 10, multiple=False)
    assert bands([[0], [1], [1]], 3) == {
        "0": "20\N{EN DASH}40 %",
        "1": "60\N{EN DASH}80 %",
        "2": "0\N{EN DASH}20 %",
    }
    assert likeness("  Which – first? ") == likeness("WHICH first")


def test_another_shape_of_the_same_question_is_shown_only_to_other_organisations() -> None:
    people = frozenset(uuid4() for _ in range(12))
    one = Cast(shape=("poll", "person", ("a", "b")), voters=people, groups=people)
    other = Cast(shape=("poll", "organisation", ("a", "b")), voters=people, groups=people)
    apart = frozenset(uuid4() for _ in range(12))
    assert may_be_shown(one, [one])
    assert not may_be_shown(other, [one])
    assert may_be_shown(Cast(shape=other.shape, voters=apart, groups=apart), [one])
