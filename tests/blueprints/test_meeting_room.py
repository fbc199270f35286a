"""The room's page, its parts, and what each of those in it sees."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, TypeVar

import pytest
from flask import Flask
from sqlalchemy import event
from werkzeug.test import TestResponse

from portal.core.clock import now as this_instant
from portal.identity.actor import Actor
from portal.identity.models import Organisation
from portal.meeting import operations_notes, operations_polls, operations_room
from portal.meeting.models_room import Poll, WrittenQuestion
from portal.meeting.operations_polls import PollDraft
from tests import factories
from tests.blueprints.visitors import database_of, signed_in
from tests.meeting import builders
from tests.page import Page, PageClient

STAMP = re.compile(r'data-stamp="([^"]+)"')
Result = TypeVar("Result")
JSON = {"Accept": "application/json"}


@contextmanager
def statements(app: Flask) -> Iterator[list[str]]:
    """What is sent to the database meanwhile."""
    sent: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA", "SET", "SHOW", "COMMIT", "ROLLBACK")):
            sent.append(statement)

    engine = database_of(app).engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)


class Visit:
    """The world with an open room, and whoever looks into it."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        begun = this_instant() - timedelta(days=60)
        with database_of(app).transaction() as session:
            self.world = builders.registered_world(session, now=begun)
            self.place = (self.world.dialogue.id, self.world.meeting.id)
            self.room = (
                f"/dialogues/{self.world.dialogue.short_name}/sessions/{self.world.meeting.id}/room"
            )
        self.act(operations_room.open_room, self.world.lead, now=this_instant())

    def act(
        self, operation: Callable[..., Result], actor: Actor, *args: object, **given: object
    ) -> Result:
        with database_of(self.app).transaction() as session:
            return operation(session, actor, self.place, *args, **given)

    def choose(self, number: int) -> None:
        item = self.world.items[number].id
        self.act(operations_room.choose_item, self.world.lead, item, now=this_instant())

    def ask(self, actor: Actor, text: str) -> WrittenQuestion:
        return self.act(operations_room.ask, actor, text, now=this_instant())

    def open_poll(self, **changes: object) -> Poll:
        values: dict[str, Any] = {
            "kind": "poll",
            "text": "Which first?",
            "options": ["Wages", "Repair"],
            "electorate": "all",
            "unit": "organisation",
            **changes,
        }
        draft = PollDraft(**values)
        return self.act(operations_polls.open_poll, self.world.lead, draft, now=this_instant()).poll

    def as_(self, actor: Actor) -> PageClient:
        return signed_in(self.app, actor)

    def live(self, client: PageClient, page: Page) -> TestResponse:
        stamp = STAMP.search(page.html)
        assert stamp
        return client.http.get(f"{self.room}/live?stamp={stamp[1]}")


@pytest.fixture
def visit(app: Flask) -> Visit:
    return Visit(app)


def test_the_point_talked_about_stands_with_its_released_chart_and_its_time(visit: Visit) -> None:
    visit.choose(1)
    page = visit.as_(visit.world.supplier).get(visit.room)
    title = visit.world.items[1].title
    assert page.heading == visit.world.meeting.title
    assert f"Now: point 2 {title}" in page.text
    assert "As released to all suppliers." in page.text
    assert "45 minutes left" in page.text
    assert 'id="chart-B.01-title"' in page.html


def test_only_who_registered_and_the_chair_come_in(visit: Visit) -> None:
    for actor in (visit.world.contributor, visit.world.reader):
        visit.as_(actor).get(visit.room, status=404)
        assert visit.as_(actor).http.get(f"{visit.room}/live").status_code == 404


def test_a_supplier_sees_that_a_supplier_raises_a_hand_and_not_which(visit: Visit) -> None:
    client = visit.as_(visit.world.rival)
    page = client.get(visit.room)
    client.submit(page, "/room/hand")
    assert "You" in client.get(visit.room).text
    for actor in (visit.world.supplier, visit.world.observer):
        text = visit.as_(actor).get(visit.room).text
        assert "A supplier" in text
        assert "Southern Screens" not in text
    assert "Southern Screens" in visit.as_(visit.world.co_buyer).get(visit.room).text
    chair = visit.as_(visit.world.secretariat)
    assert "Southern Screens" in chair.get(visit.room).text
    assert "Southern Screens" not in chair.get(f"{visit.room}?view=projector").text
    chair.submit(chair.get(visit.room), "/call")
    assert "The chair gives you the floor." in client.get(visit.room).text
    client.submit(client.get(visit.room), "/hand/down")
    assert "No hand is raised." in chair.get(visit.room).text


def test_a_written_question_is_without_a_name_but_for_the_chair(visit: Visit) -> None:
    client = visit.as_(visit.world.rival)
    empty = client.submit(client.get(visit.room), "/room/questions", status=422)
    assert isinstance(empty, Page)
    assert "Write your question." in empty.text
    wording = {"question-text": "<b>Who</b> checks the second tier?"}
    client.submit(client.get(visit.room), "/room/questions", wording)
    other = visit.as_(visit.world.supplier)
    page = other.get(visit.room)
    assert "<b>Who</b> checks" in page.text
    assert "Southern Screens" not in page.text
    other.submit(page, "/support")
    assert "others want to know" not in other.get(visit.room).text
    for actor in (visit.world.co_buyer, visit.world.observer):
        assert "Southern Screens" not in visit.as_(actor).get(visit.room).text
    chair = visit.as_(visit.world.lead)
    page = chair.get(visit.room)
    assert "Southern Screens" in page.text
    assert "1 other wants to know" in page.text
    question = page.forms()
    action = next(form.action for form in question if form.action.endswith("/settle"))
    chair.send(action, {**page.form("/room/close").fields, "to": "answered"})
    assert "1 answered question" in other.get(visit.room).text
    client.submit(client.get(visit.room), "/room/questions", {"question-text": "And who pays?"})
    client.submit(client.get(visit.room), "/settle")
    for reader in (client, chair):
        assert "1 question set aside" in reader.get(visit.room).text
    assert "And who pays?" not in other.get(visit.room).text


def test_what_competitors_must_not_exchange_waits_for_the_chair(visit: Visit) -> None:
    visit.ask(visit.world.rival, "Will prices rise next year?")
    assert "prices rise" not in visit.as_(visit.world.supplier).get(visit.room).text
    assert "prices rise" in visit.as_(visit.world.rival).get(visit.room).text
    chair = visit.as_(visit.world.secretariat)
    assert "Held back" in chair.get(visit.room).text
    assert "prices rise" not in chair.get(f"{visit.room}?view=projector").text


def test_a_vote_is_cast_on_the_page_and_shows_how_many_have_voted(visit: Visit) -> None:
    chair = visit.as_(visit.world.lead)
    wording = {"poll-text": "Which first?", "poll-options": "Wages\nRepair"}
    wrong = chair.submit(
        chair.get(visit.room), "/room/polls", {**wording, "poll-options": "Wages"}, status=422
    )
    assert isinstance(wrong, Page)
    assert "Write 2 to 10 options, one on each line." in wrong.text
    assert "Which first?" in wrong.html
    chair.submit(wrong, "/room/polls", wording)
    client = visit.as_(visit.world.supplier)
    page = client.get(visit.room)
    nothing = client.submit(page, "/vote", choice=None, status=422)
    assert isinstance(nothing, Page)
    assert "Choose one of the options." in nothing.text
    client.submit(page, "/vote", choice="1")
    page = client.get(visit.room)
    assert "1 has voted" in page.text
    assert "Your vote is in." in page.text
    with database_of(visit.app).transaction() as session:
        sister = session.get_one(Organisation, factories.own(visit.world.rival))
        sister.parent_id = factories.own(visit.world.supplier)
    seen = visit.as_(visit.world.rival).get(visit.room)
    assert "Somebody of your corporate group has voted; a new vote replaces it." in seen.text
    assert "Your vote is in." not in seen.text
    page = chair.get(visit.room)
    (close,) = [form for form in page.forms() if re.search(r"/polls/[^/]+/close$", form.action)]
    chair.send(close.action, close.fields)
    assert "Not shown: there are too few votes" in client.get(visit.room).text


def test_the_notes_are_saved_without_a_script_and_their_texts_can_be_read(visit: Visit) -> None:
    visit.choose(0)
    first, second = visit.as_(visit.world.co_buyer), visit.as_(visit.world.lead)
    page, other = first.get(visit.room), second.get(visit.room)
    notes = f"/notes/{visit.world.items[0].id}"
    first.submit(page, notes, {"note-text": "Wages come first."})
    second.submit(other, notes, {"note-text": "Repair comes second."})
    page = visit.as_(visit.world.supplier).get(visit.room)
    assert "Wages come first. Repair comes second." in page.text
    history = first.get(f"{visit.room}{notes}")
    assert "Text 2, Lead Buyer" in history.text
    long = first.submit(first.get(visit.room), notes, {"note-text": "x" * 30_001}, status=422)
    assert isinstance(long, Page)
    assert "Shorten this to 30,000 characters or fewer." in long.text
    assert "x" * 30_001 in long.html


def test_a_script_gets_what_it_needs_and_no_page(visit: Visit) -> None:
    visit.choose(0)
    visit.app.config["WTF_CSRF_ENABLED"] = False
    client = visit.as_(visit.world.co_buyer).http
    notes = f"{visit.room}/notes/{visit.world.items[0].id}"
    sent = {"note-text": "One", "note-base": "0"}
    saved = client.post(notes, data=sent, headers=JSON)
    assert (saved.json or {})["text"] == "One"
    assert (saved.json or {})["base"] == "1s"
    long = client.post(notes, data={**sent, "note-text": "x" * 30_001}, headers=JSON)
    assert (long.status_code, list(long.json or {})) == (422, ["reason"])
    assert client.post(f"{visit.room}/hand", headers=JSON).status_code == 204
    closed = visit.as_(visit.world.lead).http.post(f"{visit.room}/close", headers=JSON)
    assert closed.status_code == 204
    late = client.post(f"{visit.room}/hand", headers=JSON)
    assert (late.status_code, late.json) == (422, {"reason": "The room is not open."})


def fill(visit: Visit, times: int) -> None:
    """So many hands, questions, votes and notes."""
    world = visit.world
    people = [world.supplier, world.rival, world.observer, world.co_buyer][:times]
    for number, actor in enumerate(people):
        visit.act(operations_room.raise_hand, actor, now=this_instant())
        visit.ask(actor, f"Question {number}?")
        poll = visit.open_poll(text=f"Poll {number}?")
        for voter in people:
            visit.act(operations_polls.vote, voter, poll.id, [0])
        visit.act(operations_polls.close_poll, world.lead, poll.id, now=this_instant())
        typed = (str(number), f"Note {number}")
        item = world.items[0].id
        visit.act(operations_notes.save_note, world.lead, item, typed, now=this_instant())


@pytest.mark.parametrize("times", [1, 4])
def test_asking_costs_few_queries_however_many_are_in_the_room(visit: Visit, times: int) -> None:
    visit.choose(0)
    fill(visit, times)
    client = visit.as_(visit.world.supplier)
    with statements(visit.app) as sent:
        page = client.get(visit.room)
    assert len(sent) == 9
    with statements(visit.app) as sent:
        answer = visit.live(client, page)
    assert (answer.status_code, answer.data) == (204, b"")
    assert len(sent) == 4
    visit.act(operations_room.raise_hand, visit.world.lead, now=this_instant())
    with statements(visit.app) as sent:
        answer = visit.live(client, page)
    assert answer.status_code == 200
    assert 'data-part="hands"' in answer.text
    assert len(sent) == 9
