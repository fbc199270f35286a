"""Answers that were carried over are confirmed, and count from then on."""

import json

import pytest
from flask import Flask

from portal.core.clock import now
from portal.dialogue.models import Dialogue
from portal.identity.roles import Role
from portal.response import operations
from portal.response.loading import evidence_counts
from tests.blueprints.carried_world import (
    CARRIED,
    NEED_A_LOOK,
    SIGN_IN_QUERIES,
    another,
    content,
    correct,
    fill,
    second,
    stored,
)
from tests.blueprints.supplier_world import ANSWERS, Reader, World, statements, world
from tests.page import Page
from tests.questionnaire.editions import edited, lead_of
from tests.response.editions import SMALL


@pytest.fixture
def ours(app: Flask) -> World:
    return world(app)


@pytest.fixture
def reader(ours: World) -> Reader:
    return ours.client()


@pytest.fixture
def carried(ours: World, reader: Reader) -> World:
    """Everything is answered to the first version, with comments, and then comes the second."""
    fill(ours, reader)
    second(ours)
    return ours


# Confirming -----------------------------------------------------------------------------


def test_one_answer_is_confirmed_and_nothing_typed_elsewhere_is_lost(
    carried: World, reader: Reader
) -> None:
    before = stored(carried)
    page = reader.get(carried.section("B"))
    typed = {"B.05": "12", "B.07": "4", "confirm": "B.01"}
    sent = reader.fill_in(page, carried.section("B"), typed=typed)
    assert not isinstance(sent, Page)
    assert sent.headers["Location"].endswith("#q/B.03")
    after = stored(carried)
    assert content(after["B.01"]) == content(before["B.01"])
    assert {key: after[key].state for key in NEED_A_LOOK} == {
        "B.01": "done",
        "B.03": "suggested",
        "B.07": "done",
        "B.08": "suggested",
    }
    assert (after["B.05"].value, after["B.07"].value) == (12, 4)


def test_all_of_a_section_are_confirmed_at_once(carried: World, reader: Reader) -> None:
    before = stored(carried)
    page = reader.get(carried.section("B"))
    sent = reader.fill_in(page, carried.section("B"), typed={"B.04": "1", "confirm": "*"})
    again = reader.follow(sent)
    assert again.url == carried.section("B")
    assert "4 answers are confirmed." in again.text
    assert CARRIED not in again.text
    after = stored(carried)
    assert not [key for key in NEED_A_LOOK if after[key].is_suggested]
    assert {key: content(after[key]) for key in NEED_A_LOOK} == {
        key: content(before[key]) for key in NEED_A_LOOK
    }
    assert after["B.04"].value == 1
    assert after["D.03"].is_suggested


def test_saving_a_section_confirms_what_it_shows(carried: World, reader: Reader) -> None:
    carried.save(reader, "B", {"B.01": "partly"})
    after = stored(carried)
    assert (after["B.01"].value, after["B.01"].state) == ("partly", "done")
    assert not [key for key in NEED_A_LOOK if after[key].is_suggested]


def test_more_rows_and_proof_confirm_nothing_on_the_way(ours: World, reader: Reader) -> None:
    fill(ours, reader)
    another(ours, edited(SMALL, fields={"A.03": {"text/en": "Whom does it cover?"}}))
    page = reader.get(ours.section("A"))
    typed = {"A.02": "1_49", "add_rows": "A.03"}
    reader.follow(reader.fill_in(page, ours.section("A"), typed=typed))
    assert stored(ours)["A.03"].is_suggested
    assert stored(ours)["A.02"].value == "1_49"
    page = reader.get(ours.section("A"))
    typed = {"A.03:1:name": "Süd", "add_rows": "A.03"}
    reader.fill_in(page, ours.section("A"), typed=typed)
    assert len(stored(ours)["A.03"].value) == 2


def test_nothing_is_lost_from_the_first_version_to_the_signature(
    ours: World, reader: Reader
) -> None:
    fill(ours, reader)
    before = stored(ours)
    with ours.database.session(writes=False) as session:
        proof = evidence_counts(session, ours.response_id)
    second(ours)
    check = reader.get(f"{ours.url}/check")
    assert "An earlier answer is suggested: look at it and confirm it" in check.text
    for question_id in (*NEED_A_LOOK, "D.03"):
        assert any(href.endswith(f"#q/{question_id}") for href in check.links)
    assert not [form for form in check.forms() if form.action.endswith("/submit")]
    ours.save(reader, "A", {"A.02": "250_plus"})
    for section_id in ("B", "D"):
        reader.fill_in(
            reader.get(ours.section(section_id)), ours.section(section_id), typed={"confirm": "*"}
        )
    receipt = ours.sign(reader)
    assert receipt.heading == "Receipt"
    after = stored(ours)
    kept = ("A.01", "A.03", "B.01", "B.02", "B.03", "B.04", "B.05", "B.06", "C.01", "C.02")
    for question_id in (*kept, "D.01", "D.02"):
        assert content(after[question_id]) == content(before[question_id]), question_id
    assert after["D.03"].value == before["D.01"].value
    with ours.database.session(writes=False) as session:
        assert evidence_counts(session, ours.response_id) == proof
    signed = json.loads(reader.download(f"{ours.url}/receipt.json").data)
    assert signed["questionnaire"]["version"] == "2.0"
    assert signed["answers"]["B.01"]["comment"] == "Since 2019."


def test_a_page_that_was_open_when_the_question_changed_confirms_nothing(
    ours: World, reader: Reader
) -> None:
    fill(ours, reader)
    page = reader.get(ours.section("B"))
    second(ours)
    both = reader.fill_in(page, ours.section("B"), status=409, typed={"B.01": "no"})
    assert isinstance(both, Page)
    assert "B.01: the question changed while you were writing." in both.text
    assert "The question changed while you were writing. Both texts are kept." in both.text
    assert "Lead Buyer" not in both.text
    assert both.form(ours.section("B")).fields["B.01"] == ["no"]
    assert stored(ours)["B.01"].is_suggested
    assert stored(ours)["B.03"].is_suggested
    reader.fill_in(both, ours.section("B"), typed={})
    assert stored(ours)["B.01"].value == "no"


def test_what_is_wrong_beside_a_confirmed_answer_is_shown_as_typed(
    carried: World, reader: Reader
) -> None:
    page = reader.get(carried.section("B"))
    typed = {"B.05": "a lot", "confirm": "B.03"}
    again = reader.fill_in(page, carried.section("B"), status=422, typed=typed)
    assert isinstance(again, Page)
    assert again.form(carried.section("B")).fields["B.05"] == ["a lot"]
    assert not stored(carried)["B.03"].is_suggested
    assert stored(carried)["B.01"].is_suggested


def test_fewer_readers_than_now_foreseen_need_a_reason_before_it_is_confirmed(
    ours: World, reader: Reader
) -> None:
    fill(ours, reader)
    another(ours, edited(SMALL, fields={"B.06": {"confidentiality/default": "buyers"}}))
    helper = ours.client(ours.colleague(Role.SUPPLIER_ADMIN))
    page = helper.get(ours.section("B"))
    again = helper.fill_in(page, ours.section("B"), status=422, typed={"confirm": "B.06"})
    assert isinstance(again, Page)
    assert "#B.06!narrowing" in again.links
    assert stored(ours)["B.06"].is_suggested
    helper.fill_in(again, ours.section("B"), typed={"B.06!narrowing": "security"})
    assert stored(ours)["B.06"].state == "done"


# Who may --------------------------------------------------------------------------------


def test_a_contributor_confirms_only_the_sections_they_were_given(
    ours: World, reader: Reader
) -> None:
    fill(ours, reader)
    person = ours.colleague(Role.SUPPLIER_CONTRIBUTOR)
    assert person.person_id is not None
    with ours.database.transaction() as session:
        operations.assign(
            session, ours.signatory, ours.response_id, "B", [person.person_id], now=now()
        )
    wider = {"B.06": {"confidentiality/default": "buyers"}, "D.01": {"text/en": "Where is it?"}}
    another(ours, edited(SMALL, fields={**wider, "B.03": {"text/en": "Is it open?"}}))
    helper = ours.client(person)
    assert helper.get(ours.url).text.count("Needs you") == 1
    mine, theirs = helper.get(ours.section("B")), helper.get(ours.section("D"))
    assert "suggested, not confirmed yet" in theirs.text
    assert not [form for form in theirs.forms() if form.action.endswith("/sections/D")]
    token = mine.form(ours.section("B")).fields["csrf_token"]
    wrong = {"csrf_token": token, "D.01!suggested": "1", "confirm": "*"}
    helper.send(ours.section("D"), wrong, status=404)
    refused = helper.fill_in(mine, ours.section("B"), status=422, typed={"confirm": "B.06"})
    assert isinstance(refused, Page)
    assert "Ask your admin or signatory to change who reads this answer" in refused.text
    helper.fill_in(mine, ours.section("B"), typed={"confirm": "B.03"})
    after = stored(ours)
    assert {key for key, answer in after.items() if answer.is_suggested} == {"B.06", "D.01"}


def test_other_suppliers_and_buyers_see_and_confirm_nothing(carried: World) -> None:
    other = carried.other_supplier()
    with carried.database.transaction() as session:
        dialogue = session.get_one(Dialogue, carried.dialogue_id)
        lead = lead_of(session, dialogue)
    for stranger in (other.client(), carried.client(lead)):
        stranger.get(f"{carried.url}/no-longer-asked", status=404)
        stranger.get(carried.section("B"), status=404)
    client = other.client()
    token = client.get(other.section("A")).form(other.section("A")).fields["csrf_token"]
    wrong = {"csrf_token": token, "B.01!suggested": "1", "confirm": "*"}
    client.send(carried.section("B"), wrong, status=404)
    assert stored(carried)["B.01"].is_suggested


# Statements -----------------------------------------------------------------------------


def counted(ours: World, reader: Reader, url: str) -> int:
    """How many queries a page takes, sign-in aside, once its definitions are known."""
    reader.get(url)
    with statements(ours.database) as heard:
        reader.get(url)
    return len(heard.found) - SIGN_IN_QUERIES


def test_pages_take_at_most_four_queries_more_than_without_versions(
    ours: World, reader: Reader
) -> None:
    fill(ours, reader)
    urls = [ours.url, f"{ours.url}/check", *(ours.section(each) for each in ANSWERS)]
    before = {url: counted(ours, reader, url) for url in urls}
    correct(ours, "question:B.01", "Do you have a human rights policy?")
    corrected = {url: counted(ours, reader, url) for url in urls}
    assert all(corrected[url] <= before[url] + 1 for url in urls), (before, corrected)
    second(ours)
    correct(ours, "question:B.02", "When was it reviewed last?")
    after = {url: counted(ours, reader, url) for url in urls}
    assert all(after[url] <= before[url] + 4 for url in urls), (before, after)


def test_confirming_takes_few_statements(carried: World, reader: Reader) -> None:
    page = reader.get(carried.section("B"))
    typed = {"B.05": "12", "confirm": "*"}
    with statements(carried.database) as heard:
        reader.fill_in(page, carried.section("B"), typed=typed)
    assert len(heard.found) - SIGN_IN_QUERIES <= 24


def test_after_the_close_nothing_is_confirmed(carried: World, reader: Reader) -> None:
    page = reader.get(carried.section("B"))
    carried.close()
    reader.fill_in(page, carried.section("B"), status=409, typed={"confirm": "*"})
    assert stored(carried)["B.01"].is_suggested
    assert "replaced version" not in reader.get(carried.url).text
