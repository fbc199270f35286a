"""The buyers' pages: draft and vote, participation, releases, answers side by side."""

from csv import DictReader
from datetime import datetime, timedelta

import pytest
from flask import Flask

from portal.aggregate.operations import create
from portal.aggregate.policy import Audience
from portal.aggregate.queries import document, release_of
from portal.core.clock import now as this_instant
from portal.core.db import Database
from portal.dialogue import operations as dialogues
from portal.dialogue.queries import dialogue_by_name
from portal.identity.actor import SYSTEM, Actor
from portal.identity.operations import make_link
from portal.identity.roles import Role
from portal.questionnaire import operations as questionnaires
from portal.response.answers import AnswerDraft
from portal.response.models import Reading
from tests import factories
from tests.page import Page, PageClient

MAKERS, SELLERS = 11, 11
NARROWED = {
    "B.03": AnswerDraft(
        value="no", confidentiality="aggregate_only", narrowing_reason="trade_secret"
    )
}


def signed_in(app: Flask, database: Database, actor: Actor) -> PageClient:
    """The actor at a browser."""
    assert actor.person_id is not None
    with database.transaction() as session:
        token = make_link(session, actor.person_id, now=this_instant())
    client = PageClient(app)
    client.http.get("/")
    client.submit(client.get(f"/sign-in/link/{token}"), f"/{token}")
    return client


@pytest.fixture
def begun() -> datetime:
    return this_instant() - timedelta(days=10)


@pytest.fixture
def released(database: Database, begun: datetime) -> str:
    """A closed dialogue of 22 suppliers with one release; returns its short name."""
    with database.transaction() as session:
        made = factories.published(session, now=begun, days=9, short_name="laptops")
        for number in range(MAKERS + SELLERS):
            role = "brand" if number < MAKERS else "reseller"
            changes = {"B.04": number % 5, "B.05": number * 4, **(NARROWED if number < 3 else {})}
            factories.submitted(session, made, role, now=begun, changes=changes)
        secretariat = factories.member(session, made, Role.SECRETARIAT, now=begun)
        dialogues.close(session, SYSTEM, made.id, now=this_instant())
        create(session, secretariat, made.id, cut_off=made.closes_at, now=this_instant())
        return made.short_name


def member(database: Database, role: Role, begun: datetime) -> Actor:
    """Somebody with this role in the released dialogue."""
    with database.transaction() as session:
        made = dialogue_by_name(session, "laptops")
        assert made is not None
        return factories.member(session, made, role, now=begun)


def test_a_buyer_reads_the_draft_and_votes(app: Flask, database: Database, now: datetime) -> None:
    with database.transaction() as session:
        made = factories.dialogue(session, now=now, short_name="draft")
        lead = factories.member(session, made, Role.LEAD_BUYER, now=now)
        factories.member(session, made, Role.CO_BUYER, now=now)
        questionnaires.save_draft(session, lead, made.id, factories.questionnaire(), now=now)
    client = signed_in(app, database, lead)
    page = client.get("/dialogues/draft/draft")
    assert "Do you have a human-rights policy?" in page.text
    assert page.text.count("Waiting") == 2
    refused = client.submit(page, "/vote", status=422)
    assert isinstance(refused, Page)
    assert "Choose one of the two." in refused.text
    after = client.follow(client.submit(page, "/vote", approves="yes"))
    assert "vote has been recorded" in after.text
    assert after.text.count("Agrees") == 1


def test_a_vote_against_needs_a_reason(app: Flask, database: Database, now: datetime) -> None:
    with database.transaction() as session:
        made = factories.dialogue(session, now=now, short_name="draft")
        lead = factories.member(session, made, Role.LEAD_BUYER, now=now)
        questionnaires.save_draft(session, lead, made.id, factories.questionnaire(), now=now)
    client = signed_in(app, database, lead)
    page = client.get("/dialogues/draft/draft")
    assert isinstance(client.submit(page, "/vote", status=422, approves="no"), Page)
    after = client.follow(client.submit(page, "/vote", approves="no", reason="Too many questions."))
    assert "Too many questions." in after.text


def test_a_reader_sees_the_draft_and_no_vote(app: Flask, database: Database, now: datetime) -> None:
    with database.transaction() as session:
        made = factories.dialogue(session, now=now, short_name="draft")
        lead = factories.member(session, made, Role.LEAD_BUYER, now=now)
        reader = factories.member(session, made, Role.BUYER_READER, now=now)
        questionnaires.save_draft(session, lead, made.id, factories.questionnaire(), now=now)
    page = signed_in(app, database, reader).get("/dialogues/draft/draft")
    assert not [form for form in page.forms() if form.action.endswith("/vote")]


def test_participation_says_how_far_each_supplier_is_and_nothing_of_answers(
    app: Flask, database: Database, begun: datetime, released: str
) -> None:
    client = signed_in(app, database, member(database, Role.BUYER_READER, begun))
    overview = client.get(f"/dialogues/{released}/review")
    assert "Sent their answers 22" in overview.text
    page = client.get(f"/dialogues/{released}/review/participation")
    assert "50 to 249" not in page.text


def test_a_released_section_shows_the_documents_counts(
    app: Flask, database: Database, begun: datetime, released: str
) -> None:
    buyer = member(database, Role.LEAD_BUYER, begun)
    client = signed_in(app, database, buyer)
    page = client.get(f"/dialogues/{released}/releases/1/sections/B")
    with database.session(writes=False) as session:
        made = dialogue_by_name(session, released)
        assert made is not None
        release = release_of(session, made.id, 1)
        assert release is not None
        shown = document(session, buyer, release.id, Audience.BUYER)
    for option, count in shown.questions["B.04"]["all"].cells.items():
        assert isinstance(count, int), option
        assert f"{count} ({round(100 * count / 22)} %)" in page.text
    assert "22 answers" in page.text


def test_a_question_with_too_few_protected_answers_is_not_shown(
    app: Flask, database: Database, begun: datetime, released: str
) -> None:
    buyer = signed_in(app, database, member(database, Role.LEAD_BUYER, begun))
    page = buyer.get(f"/dialogues/{released}/releases/1/sections/B")
    assert page.text.count("Not shown: there are too few answers") == 1
    file = buyer.download(f"/dialogues/{released}/releases/1/buyer.json")
    assert set(file.get_json()["questions"]["B.03"]["columns"]) == {"sellers"}
    text = buyer.download(f"/dialogues/{released}/releases/1/buyer.csv").text
    cells = {(row["question"], row["column"]) for row in DictReader(text.splitlines())}
    assert ("B.04", "all") in cells
    assert ("B.03", "all") not in cells


@pytest.mark.parametrize(
    "path",
    [
        "releases/2",
        "releases/1/sections/Z",
        "releases/1/sections/A?segment=nobody",
        "releases/1/secretariat.json",
        "releases/1/buyer.exe",
        "answers/compare?section=A&supplier=nobody",
    ],
)
def test_what_does_not_exist_is_not_found_or_named(
    app: Flask, database: Database, begun: datetime, released: str, path: str
) -> None:
    client = signed_in(app, database, member(database, Role.LEAD_BUYER, begun))
    assert client.http.get(f"/dialogues/{released}/{path}").status_code in {404, 422}


def test_a_supplier_gets_the_suppliers_release_and_not_the_buyers(
    app: Flask, database: Database, begun: datetime, released: str
) -> None:
    client = signed_in(app, database, member(database, Role.SUPPLIER_ADMIN, begun))
    client.get(f"/dialogues/{released}/releases/1")
    client.download(f"/dialogues/{released}/releases/1/supplier.csv")
    client.download(f"/dialogues/{released}/releases/1/buyer.csv", status=404)


@pytest.mark.parametrize("extension", ["json", "csv", "xlsx"])
def test_a_release_comes_as_a_file(
    app: Flask, database: Database, begun: datetime, released: str, extension: str
) -> None:
    client = signed_in(app, database, member(database, Role.BUYER_READER, begun))
    file = client.download(f"/dialogues/{released}/releases/1/buyer.{extension}")
    assert file.headers["Content-Disposition"].startswith("attachment")
    assert file.data


def test_answers_stand_side_by_side_and_each_look_is_recorded(
    app: Flask, database: Database, begun: datetime, released: str
) -> None:
    client = signed_in(app, database, member(database, Role.CO_BUYER, begun))
    choice = client.get(f"/dialogues/{released}/answers")
    values = [e.get("value") for e in choice.tree.iter("input") if e.get("name") == "supplier"]
    assert len(values) == MAKERS + SELLERS
    some = "&".join(f"supplier={value}" for value in values[:3])
    page = client.get(f"/dialogues/{released}/answers/compare?section=B&{some}")
    assert "Do you have a human-rights policy?" in page.text
    assert "Not given, or not open to you" in page.text
    with database.session(writes=False) as session:
        assert session.query(Reading).count() == 3


@pytest.mark.parametrize("count", [0, 6])
def test_between_one_and_five_suppliers_are_compared(
    app: Flask, database: Database, begun: datetime, released: str, count: int
) -> None:
    client = signed_in(app, database, member(database, Role.CO_BUYER, begun))
    choice = client.get(f"/dialogues/{released}/answers")
    values = [e.get("value") for e in choice.tree.iter("input") if e.get("name") == "supplier"]
    some = "&".join(f"supplier={value}" for value in values[:count])
    page = client.get(f"/dialogues/{released}/answers/compare?section=B&{some}", status=422)
    assert "Choose between one and five suppliers." in page.text


def test_nobody_compares_answers_before_the_close(
    app: Flask, database: Database, begun: datetime
) -> None:
    with database.transaction() as session:
        made = factories.published(session, now=begun, days=20, short_name="laptops")
        factories.submitted(session, made, now=begun)
    client = signed_in(app, database, member(database, Role.LEAD_BUYER, begun))
    page = client.get("/dialogues/laptops/answers")
    assert "Nothing to compare yet" in page.text


def test_an_observer_sees_results_and_not_who_is_how_far(
    app: Flask, database: Database, begun: datetime, released: str
) -> None:
    client = signed_in(app, database, member(database, Role.OBSERVER, begun))
    overview = client.get(f"/dialogues/{released}/review")
    assert "Release 1" in overview.text
    assert "Sent their answers" not in overview.text
    client.get(f"/dialogues/{released}/review/participation", status=404)
    client.download(f"/dialogues/{released}/releases/1/buyer.json", status=404)
