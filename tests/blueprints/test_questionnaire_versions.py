"""Versions in the browser: begun, mapped, published, given up; wordings corrected."""

from datetime import timedelta
from io import BytesIO

import pytest
from flask import Flask

from portal.core.clock import now
from portal.identity.actor import Actor
from portal.identity.roles import Role
from portal.questionnaire.queries import published_version
from portal.questionnaire.queries_editing import draft_of
from portal.questionnaire.queries_versions import versions
from tests import factories
from tests.blueprints.secretariat_world import dialogue_named, shown, staff, typed
from tests.blueprints.visitors import database_of, mails, signed_in
from tests.page import Page, PageClient
from tests.questionnaire.editions import follow_up, lead_of
from tests.response.editions import ORIGINS, SECOND


class World:
    """A running dialogue with a published questionnaire and one supplier who has begun."""

    def __init__(self, app: Flask) -> None:
        """Make it."""
        self.app = app
        with database_of(app).transaction() as session:
            dialogue = factories.published(session, now=now() - timedelta(days=2))
            self.name = dialogue.short_name
            self.closes_at = dialogue.closes_at
            self.lead = lead_of(session, dialogue)
            self.secretariat = staff(session, dialogue)
            own = factories.own(self.lead)
            self.reader = factories.member(
                session, dialogue, Role.BUYER_READER, organisation_id=own, now=now()
            )

    def at(self, path: str) -> str:
        return f"/dialogues/{self.name}/draft/{path}"

    def client(self, actor: Actor | None = None) -> PageClient:
        return signed_in(self.app, actor or self.lead)

    def second(self) -> None:
        """A second version, voted on."""
        with database_of(self.app).transaction() as session:
            dialogue = dialogue_named(session, self.name)
            follow_up(session, dialogue, SECOND, ORIGINS, now=now())

    def numbers(self) -> list[tuple[str, str]]:
        """(number, state) of every version, newest first."""
        with database_of(self.app).session(writes=False) as session:
            rows = versions(session, dialogue_named(session, self.name).id)
        return [(row.number, row.state) for row in rows]


@pytest.fixture
def world(app: Flask) -> World:
    return World(app)


def begun(world: World, client: PageClient) -> Page:
    page = client.get(world.at("versions"))
    return client.follow(client.submit(page, "/draft/versions", number="2.0"))


def test_a_new_version_begins_as_a_copy_of_what_is_published(world: World) -> None:
    client = world.client()
    assert "begin as a copy" not in begun(world, client).text
    with database_of(world.app).session(writes=False) as session:
        dialogue = dialogue_named(session, world.name)
        draft, published = draft_of(session, dialogue.id), published_version(session, dialogue.id)
    assert draft is not None
    assert published is not None
    assert draft.number == "2.0"
    assert draft.questionnaire.sections == published.questionnaire.sections
    page = client.get(world.at("versions"))
    assert "Version 2.0 is in the making" in page.text
    assert "Begin a new version" not in page.text


@pytest.mark.parametrize("number", ["", "1.0", "x" * 21])
def test_a_number_that_will_not_do_is_refused_and_kept(world: World, number: str) -> None:
    client = world.client()
    page = client.get(world.at("versions"))
    again = shown(client.submit(page, "/draft/versions", number=number, status=422))
    assert "Error" in again.title
    assert again.form("/draft/versions").fields["number"] == [number]


def test_the_map_shows_each_question_and_takes_what_an_editor_says(world: World) -> None:
    world.second()
    client = world.client()
    page = client.get(world.at("origins"))
    assert "Split from B.06" in page.text
    assert "New: nobody has answered it yet." in page.text
    edit = client.get(world.at("origins/B.07"))
    assert edit.form().fields["kind"] == ["split"]
    again = shown(client.submit(edit, kind="merged", sources=["B.06"], status=422))
    assert "Name two to" in again.text
    client.follow(client.submit(edit, kind="new", sources=None))
    left = client.get(world.at("origins"))
    assert "split into this question only" in left.text
    assert "1 question needs a look" in left.text


def test_a_version_is_published_and_open_responses_are_told(world: World) -> None:
    world.second()
    client = world.client()
    page = client.get(world.at("publication"))
    closes_at = world.closes_at + timedelta(days=10)
    early = shown(
        client.submit(
            page, closes_at=typed(now() + timedelta(days=1)), reason="Clearer", status=422
        )
    )
    assert "Choose a closing time later than" in early.text
    assert "Clearer" in early.form().fields["reason"]
    done = client.follow(client.submit(early, closes_at=typed(closes_at), reason="Clearer"))
    assert "Published. Open responses have been carried over" in done.text
    assert world.numbers() == [("2.0", "published"), ("1.0", "archived")]
    told = mails(world.app, world.reader.email)
    assert any("Version 2.0 of the questionnaire has been published" in mail for mail in told)


def test_what_stands_in_the_way_is_named_before_a_publication(world: World) -> None:
    client = world.client()
    begun(world, client)
    page = client.get(world.at("publication"))
    assert "Waiting for" in page.text
    assert "once all three are done" in page.text
    assert not [form for form in page.forms() if form.action.endswith("/publication")]


def test_a_draft_is_given_up_with_a_reason(world: World) -> None:
    client = world.client()
    begun(world, client)
    page = client.get(world.at("versions/discard"))
    assert "Give the reason." in shown(client.submit(page, reason="", status=422)).text
    done = client.follow(client.submit(page, reason="Not this year"))
    assert "has been given up" in done.text
    assert world.numbers() == [("1.0", "published")]


def test_a_correction_is_shown_to_all_and_changes_no_hash(world: World) -> None:
    client = world.client()
    with database_of(world.app).session(writes=False) as session:
        before = published_version(session, dialogue_named(session, world.name).id)
    page = client.get(world.at("corrections?part=question:B.01"))
    sent = {"field": "text/en", "after": "Is there a policy?", "reason": ""}
    again = shown(client.submit(page, "part=question:B.01", sent, status=422))
    assert "Say what was wrong" in again.text
    assert "Is there a policy?" in again.html
    done = client.follow(
        client.submit(again, "part=question:B.01", sent | {"reason": "A slip <b>of</b> the pen"})
    )
    assert "Corrections of version 1.0" in done.text
    assert "A slip <b>of</b> the pen" in done.text
    with database_of(world.app).session(writes=False) as session:
        after = published_version(session, dialogue_named(session, world.name).id)
    assert before is not None
    assert after is not None
    assert after.sha256 == before.sha256
    assert any("Is there a policy?" in mail for mail in mails(world.app, world.reader.email))
    assert (
        "Is there a policy?"
        in PageClient(world.app).get(f"/dialogues/{world.name}/questionnaire").text
    )


def test_a_part_that_is_not_there_has_no_texts_to_correct(world: World) -> None:
    page = world.client().get(world.at("corrections?part=question:Z.99"))
    assert not [form for form in page.forms() if "part=" in form.action]


@pytest.mark.parametrize("path", ["corrections", "publication", "versions/discard"])
def test_who_only_reads_finds_no_page_that_publishes(world: World, path: str) -> None:
    world.second()
    reader = world.client(world.reader)
    assert "Versions and corrections" in reader.get(world.at("versions")).title
    reader.get(world.at("origins"))
    reader.get(world.at(path), status=404)


def test_there_is_nothing_to_publish_without_a_new_version(world: World) -> None:
    client = world.client()
    for path in ("publication", "versions/discard", "origins"):
        client.get(world.at(path), status=404)


def test_what_is_published_is_not_replaced_by_a_file(world: World) -> None:
    client = world.client()
    page = client.get(world.at("files"))
    upload = (BytesIO(factories.SMALL.read_bytes().replace(b'"1.0"', b'"1.1"')), "small.yaml")
    again = shown(client.submit(page, "/draft/files", status=422, file=upload))
    assert "It can no longer be changed." in again.text
    assert world.numbers() == [("1.0", "published")]
