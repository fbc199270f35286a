"""The question bank in the browser: searching, figures as released, copying what is ticked."""

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import event

from portal.core.clock import now
from portal.identity.roles import Role
from portal.questionnaire.bank import Wanted
from portal.questionnaire.queries_bank import bank
from tests import factories
from tests.aggregate import market
from tests.blueprints.bank_world import BankWorld
from tests.blueprints.secretariat_world import shown
from tests.blueprints.visitors import database_of
from tests.page import Page
from tests.questionnaire.answers import FLAGSHIP

ROUTING_PATH = Path("tests/questionnaire/data/routing.yaml")
EXACT = "Yes 4 (33 %) · Partly 4 (33 %) · No 4 (33 %)"
NOT_RELEASED = "No figures have been released to you."


@pytest.fixture
def world(app: Flask) -> BankWorld:
    return BankWorld(app)


def keys(world: BankWorld, *ids: str) -> list[str]:
    """The keys of questions in the bank."""
    with database_of(world.app).session(writes=False) as session:
        entries = bank(session, Wanted()).questions
    return [each.key for each in entries if each.question.id in ids]


def line(page: Page, question_id: str) -> str:
    """What the list says of a question, up to the next."""
    after = page.text.split(f"{question_id} ", 1)[1]
    return after.split(" Asked in ", 2)[1]


def test_an_empty_bank_says_when_it_fills(world: BankWorld) -> None:
    page = world.client().get(world.at("bank"))
    assert "Nothing has been published on this portal yet." in page.text
    assert len(page.forms()) == 2


def test_every_published_question_is_listed_with_type_languages_clauses_and_use(
    world: BankWorld,
) -> None:
    world.publish(name="laptops")
    page = world.client().get(world.at("bank"))
    assert "B.01 Do you have a human-rights policy? Yes, partly or no · English" in page.text
    assert "OECD guidance: 1.1" in page.text
    assert "Asked in Fair laptops , version 1.0," in page.text
    assert "/dialogues/laptops/questionnaire" in page.links
    assert "Its answers are not counted." in line(page, "D.02")


def test_a_search_is_an_address_that_can_be_shared(world: BankWorld) -> None:
    world.publish()
    client = world.client()
    page = client.get(world.at("bank?search=policy&instrument=oecd&clause=1.1&topic=Policy"))
    assert "1 question" in page.text
    (form,) = [
        each for each in page.forms() if each.action.endswith("/bank") and each.method == "get"
    ]
    assert form.fields == {
        "search": ["policy"],
        "instrument": ["oecd"],
        "clause": ["1.1"],
        "topic": ["Policy"],
    }
    none = client.get(world.at("bank?search=unicorns"))
    assert "No question fits all that you have asked for." in none.text
    assert "0 questions" in none.text


def test_the_bank_has_pages_that_keep_the_search(world: BankWorld) -> None:
    world.publish(FLAGSHIP)
    client = world.client()
    first = client.get(world.at("bank?search=e"))
    assert "Page 1 of 3" in first.text
    (onward,) = [link for link in first.links if "page=2" in link]
    assert "search=e" in onward
    assert "Page 2 of 3" in client.get(onward).text
    assert "Page 3 of 3" in client.get(world.at("bank?page=99")).text
    assert "Page 1 of 3" in client.get(world.at("bank?page=nonsense")).text


# Figures --------------------------------------------------------------------------------


def test_a_buyer_of_the_other_dialogue_sees_its_exact_figures(world: BankWorld) -> None:
    world.release()
    world.member_of_market(Role.BUYER_READER, world.lead)
    page = world.client().get(world.at("bank"))
    assert f"12 answers: {EXACT}" in line(page, "B.01")


@pytest.mark.parametrize("public_brief", [True, False])
def test_others_see_public_figures_once_a_published_brief_carries_them(
    world: BankWorld, *, public_brief: bool
) -> None:
    world.release(public_brief=public_brief)
    page = world.client().get(world.at("bank"))
    assert EXACT not in page.text or public_brief
    assert (NOT_RELEASED in line(page, "B.01")) is not public_brief
    assert ("12 answers: Yes" in line(page, "B.01")) is public_brief


def test_live_answers_are_never_shown(world: BankWorld) -> None:
    with database_of(world.app).transaction() as session:
        made = factories.published(session, now=now())
        factories.submitted(session, made, now=now())
    assert "answers:" not in world.client().get(world.at("bank")).text


def test_what_is_not_shown_to_buyers_is_not_shown_in_the_bank_and_in_the_same_words(
    world: BankWorld,
) -> None:
    world.release(hidden=2)
    world.member_of_market(Role.LEAD_BUYER, world.lead)
    client = world.client()
    words = "Not shown: there are too few answers to show them without revealing who gave which."
    assert words in client.get("/dialogues/market/releases/1/sections/B").text
    assert words in line(client.get(world.at("bank")), "B.03")
    (key,) = keys(world, "B.03")
    assert words in client.get(world.at(f"bank/{key}")).text


def test_a_question_has_a_page_with_its_figures_as_bars_and_as_a_table(world: BankWorld) -> None:
    world.release()
    world.member_of_market(Role.BUYER_READER, world.lead)
    (key,) = keys(world, "B.01")
    page = world.client().get(world.at(f"bank/{key}"))
    assert page.heading == "B.01 Do you have a human-rights policy?"
    assert "Proof: A link to the policy." in page.text
    assert "Release 1, answers up to" in page.text
    assert page.html.count('class="parley-bar"') == 3
    assert "Show as table" in page.text
    assert "4 (33 %)" in page.text


def test_numbers_without_bands_are_told_by_median_and_quartiles(
    world: BankWorld, tmp_path: Path
) -> None:
    world.release(path=market.without_bands(tmp_path))
    world.member_of_market(Role.BUYER_READER, world.lead)
    client, (key,) = world.client(), keys(world, "B.05")
    listed = line(client.get(world.at("bank")), "B.05")
    assert "12 answers: Lower quartile 2.8 % · Median 5.5 % · Upper quartile 8.2 %" in listed
    assert "Lower quartile 2.8 % Median 5.5 %" in client.get(world.at(f"bank/{key}")).text


def test_a_condition_is_said_and_every_language_is_there(world: BankWorld) -> None:
    world.publish(FLAGSHIP)
    routed = next(each for each in factories.questionnaire(FLAGSHIP).questions() if each.show_if)
    (key,) = keys(world, routed.id)
    page = world.client().get(world.at(f"bank/{key}"))
    assert "Shown if Always." not in page.text
    for language in ("en", "fr", "nl", "de"):
        assert " ".join(routed.text[language].split()) in page.text


def test_the_condition_of_its_section_is_said_beside_its_own(world: BankWorld) -> None:
    world.publish(ROUTING_PATH)
    (key,) = keys(world, "C.01")
    page = world.client().get(world.at(f"bank/{key}"))
    assert "Its whole section is shown only if A.01 includes “Brand”." in page.text


def test_the_database_is_asked_as_often_for_many_questions_and_versions(app: Flask) -> None:
    world = BankWorld(app)
    world.release(public_brief=True)
    counts = []
    for path in (factories.SMALL, FLAGSHIP):
        world.publish(path)
        (key, *_) = keys(world, "B.01")
        client = world.client()
        for address in ("bank", f"bank/{key}"):
            statements: list[str] = []

            def count(*args: object, seen: list[str] = statements) -> None:
                seen.append(str(args[2]))

            event.listen(database_of(app).engine, "before_cursor_execute", count)
            client.get(world.at(address))
            event.remove(database_of(app).engine, "before_cursor_execute", count)
            counts.append(len(statements))
    assert counts[:2] == counts[2:]
    assert max(counts) <= 15


# Copying --------------------------------------------------------------------------------


def test_what_is_ticked_comes_into_the_section_chosen(world: BankWorld) -> None:
    world.publish(ROUTING_PATH)
    client = world.client()
    page = client.get(world.at("bank"))
    ticked = keys(world, "C.01", "both")
    after = client.follow(client.submit(page, questions=ticked, section="B"))
    assert after.heading == "Section B: Numbers and texts"
    assert "2 questions have been copied. Here: both and B.07." in after.text
    assert "both: its condition reads a question that is not in this draft." in after.text
    assert "C.01 is B.07 here" in after.text
    assert [each.id for each in world.draft().sections[1].questions[-2:]] == ["both", "B.07"]


def test_nothing_ticked_is_said_and_the_search_and_section_stay(world: BankWorld) -> None:
    world.publish()
    client = world.client()
    page = client.get(world.at("bank?search=policy"))
    again = shown(client.submit(page, status=422, section="B"))
    assert "Choose at least one question to copy." in again.text
    (form,) = [each for each in again.forms() if "section" in each.fields]
    assert form.fields["section"] == ["B"]
    assert "search=policy" in form.action


def test_a_section_that_is_gone_is_said_and_the_ticks_stay(world: BankWorld) -> None:
    world.publish()
    client, (key,) = world.client(), keys(world, "B.01")
    page = client.get(world.at("bank"))
    client.submit(client.get(world.at("edit/sections/B/retire")))
    again = shown(client.submit(page, status=422, questions=[key], section="B"))
    assert "There is no section “B”." in again.text
    assert [f for f in again.forms() if f.fields.get("questions") == [key]]


def test_one_question_is_copied_from_its_own_page(world: BankWorld) -> None:
    world.publish()
    client, (key,) = world.client(), keys(world, "D.01")
    page = client.get(world.at(f"bank/{key}"))
    after = client.follow(client.submit(page, key, section="A"))
    assert "1 question has been copied. Here: D.01." in after.text
    assert world.draft().sections[0].questions[-1].text["en"] == "Where is your report?"


def test_a_copy_is_taken_back_in_the_history(world: BankWorld) -> None:
    before = world.draft()
    world.publish()
    client = world.client()
    client.submit(client.get(world.at("bank")), questions=keys(world, "B.01"), section="A")
    history = client.get(world.at("history"))
    (form,) = [each for each in history.forms() if each.action.endswith("/undo")]
    client.submit(history, form.action)
    assert world.draft() == before


def test_readers_read_the_bank_and_copy_nothing(world: BankWorld) -> None:
    world.publish()
    client, (key,) = world.client(world.reader), keys(world, "B.01")
    for address in ("bank", f"bank/{key}"):
        page = client.get(world.at(address))
        assert "Copy into the draft" not in page.text
        token = page.forms()[0].fields.get("csrf_token")
        sent = {"csrf_token": token, "questions": [key], "section": "A"}
        client.send(world.at(address), sent, status=404)


def test_without_a_draft_the_bank_can_be_read(app: Flask) -> None:
    world = BankWorld(app, None)
    world.publish()
    page = world.client().get(world.at("bank"))
    assert "Do you have a human-rights policy?" in page.text
    assert "Copy into the draft" not in page.text


def test_what_does_not_exist_is_not_found(world: BankWorld) -> None:
    world.publish()
    client = world.client()
    client.get(world.at("bank/B.01~nothing"), status=404)
    page = client.get(world.at("bank"))
    token = page.forms()[0].fields["csrf_token"]
    client.send(world.at("bank/B.01~nothing"), {"csrf_token": token, "section": "A"}, status=404)


def test_strangers_see_no_bank(world: BankWorld) -> None:
    other = BankWorld(world.app)
    other.client().get(world.at("bank"), status=404)


def test_hostile_words_stay_words(app: Flask) -> None:
    hostile = "<script>alert(1)</script>{{ 733*733 }}"
    world = BankWorld(app)
    world.publish(ROUTING_PATH)
    page = world.client().get(world.at(f"bank?search={hostile}&clause={hostile}&topic={hostile}"))
    assert "<script>alert(1)" not in page.html
    assert "537289" not in page.text
