"""The questionnaire as companies will see it, before anybody has answered."""

from urllib.parse import urlencode
from xml.etree.ElementTree import Element

import pytest
from flask import Flask
from sqlalchemy import event

from portal.core.clock import now
from portal.identity.actor import Actor
from portal.identity.roles import Role
from portal.questionnaire.definition import Questionnaire
from portal.questionnaire.operations_editing import import_draft
from tests import factories
from tests.blueprints.visitors import database_of, signed_in
from tests.page import Page, PageClient, text_of
from tests.questionnaire.answers import ICT, ROUTING, TYPES
from tests.questionnaire.editions import lead_of


class World:
    """A dialogue whose newest questionnaire can be previewed."""

    def __init__(self, app: Flask, questionnaire: Questionnaire | None = ICT) -> None:
        """Make it."""
        self.app = app
        with database_of(app).transaction() as session:
            dialogue = factories.dialogue(session, now=now())
            self.lead = factories.member(session, dialogue, Role.LEAD_BUYER, now=now())
            self.reader = factories.member(session, dialogue, Role.BUYER_READER, now=now())
            self.supplier = factories.supplier(session, dialogue, now=now())
            if questionnaire is not None:
                import_draft(
                    session,
                    self.lead,
                    dialogue.id,
                    questionnaire,
                    organisation_id=factories.own(self.lead),
                    now=now(),
                )
            self.name = dialogue.short_name

    def client(self, actor: Actor | None = None) -> PageClient:
        return signed_in(self.app, actor or self.lead)

    def at(self, query: str = "") -> str:
        return f"/dialogues/{self.name}/draft/preview{query and '?'}{query}"

    def page(self, query: str = "") -> Page:
        return self.client().get(self.at(query))


@pytest.fixture
def world(app: Flask) -> World:
    return World(app)


def rows(page: Page) -> list[list[str]]:
    """The table of figures: with these answers, and at most."""
    body = next(page.tree.iter("tbody"))
    return [[text_of(cell) for cell in row if cell.tag == "td"] for row in body.iter("tr")]


def asked(page: Page) -> list[str]:
    """The ids of the questions shown."""
    return [each.get("id", "") for each in page.tree.iter("article")]


def details(page: Page, words: str) -> str:
    """What is under the disclosure whose summary has these words."""
    found: list[Element] = [each for each in page.tree.iter("details") if words in text_of(each)]
    return text_of(found[-1])


def test_nothing_chosen_shows_what_everybody_is_asked_and_all_that_could_be(world: World) -> None:
    page = world.page()
    assert page.heading == "Preview as a company"
    assert rows(page)[1] == ["12", "109", "39", "990"]
    assert "counts as not answered" in page.text
    assert "left out" not in page.text


def test_a_reseller_is_a_ready_made_profile(world: World) -> None:
    client = world.client()
    page = client.get(world.at())
    (link,) = [each for each in page.links if each.endswith("A.03=reseller")]
    reseller = client.get(link)
    assert rows(reseller) == [["9", "47", "22", "287"], ["9", "75", "29", "611"]]
    assert len(asked(reseller)) == 47
    assert "I.01" not in asked(reseller)
    hidden = details(reseller, "not asked of such a company")
    assert "I.01" in hidden
    assert "Only if A.03 includes “Brand owner" in hidden
    assert "E.02" in details(reseller, "may follow")


def test_a_small_company_sees_the_core_questions_first(world: World) -> None:
    page = world.page("A.03=reseller&A.05=1_49&_short=1")
    assert rows(page) == [["9", "22", "22", "134"], ["9", "29", "29", "217"]]
    assert len(asked(page)) == 22
    assert "The short path leaves 25 questions for later." in page.text


def test_everything_that_could_be_asked_can_be_listed(world: World) -> None:
    client = world.client()
    page = client.get(world.at("A.03=reseller&_short=1"))
    (link,) = [each for each in page.links if "_most" in each]
    whole = client.get(link)
    assert len(asked(whole)) == 29
    assert any(each.endswith("A.03=reseller&_short=1") for each in whole.links)
    assert len(asked(world.page("A.03=reseller&_most=1"))) == 75


def test_what_was_chosen_stays_chosen_and_travels_in_the_address(world: World) -> None:
    page = world.page("A.03=brand&A.03=reseller&E.01=yes")
    (form,) = [each for each in page.forms() if each.action.endswith("/preview")]
    chosen = {name: values for name, values in form.fields.items() if any(values)}
    assert chosen == {"A.03": ["brand", "reseller"], "E.01": ["yes"]}
    assert form.method == "get"
    assert "E.02" in asked(page)


def test_an_unknown_answer_or_question_is_left_out_with_a_sentence(world: World) -> None:
    for query in ("A.03=spaceship", "Z.01=yes", "A.03=reseller&E.01=maybe"):
        page = world.page(query)
        assert "is not in this questionnaire and was left out." in page.text
    assert rows(page)[0] == ["9", "47", "22", "287"]


@pytest.mark.parametrize(
    "questionnaire", [ROUTING, factories.questionnaire()], ids=lambda each: each.name
)
def test_no_questionnaire_needs_a_page_of_its_own(app: Flask, questionnaire: Questionnaire) -> None:
    world = World(app, questionnaire)
    page = world.page()
    (form,) = [each for each in page.forms() if each.action.endswith("/preview")]
    ticks = [each for each in page.tree.iter("input") if each.get("type") == "checkbox"]
    lists = [(each, list(each.iter("option"))[-1]) for each in page.tree.iter("select")]
    pairs = [(each.get("name", ""), each.get("value", "")) for each in ticks]
    pairs += [(each.get("name", ""), option.get("value", "")) for each, option in lists]
    every = urlencode(pairs)
    assert form.fields
    assert "left out" not in world.page(every).text


def test_a_published_questionnaire_can_be_previewed_too(app: Flask) -> None:
    with database_of(app).transaction() as session:
        dialogue = factories.published(session, now=now())
        name, lead = dialogue.short_name, lead_of(session, dialogue)
    page = signed_in(app, lead).get(f"/dialogues/{name}/draft/preview?A.01=reseller")
    assert "Published" in page.text
    assert "C.01" not in asked(page)


def test_without_a_questionnaire_or_the_right_there_is_nothing(app: Flask) -> None:
    empty, world = World(app, None), World(app, TYPES)
    empty.client().get(empty.at(), status=404)
    world.client(world.reader).get(world.at())
    world.client(world.supplier).get(world.at(), status=404)


def test_the_number_of_queries_does_not_grow_with_the_questionnaire(app: Flask) -> None:
    counts = []
    for world in (World(app, TYPES), World(app, ICT)):
        client = world.client()
        client.get(world.at())
        statements: list[str] = []

        def count(*given: object, noted: list[str] = statements) -> None:
            noted.append(str(given[2]))

        engine = database_of(app).engine
        event.listen(engine, "before_cursor_execute", count)
        client.get(world.at())
        event.remove(engine, "before_cursor_execute", count)
        counts.append(len(statements))
    assert counts[0] == counts[1]
