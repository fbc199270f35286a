"""A clarification from the buyer's question to the supplier's new signature, on the pages."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import update

from portal.core.clock import now
from portal.core.db import Database
from portal.dialogue.models import Dialogue
from portal.identity.roles import Role
from portal.response.models_after import Clarification
from portal.response.revising import end_overdue_clarifications
from tests.blueprints.supplier_world import Reader, World, statements, world
from tests.page import Page

HOSTILE = "<script>alert(1)</script> per year?"


@pytest.fixture
def sent(app: Flask) -> World:
    """A supplier that has sent its answers, after the close."""
    made = world(app)
    supplier = made.client()
    made.fill(supplier)
    made.sign(supplier)
    made.close()
    return made


def short_name(made: World) -> str:
    with made.database.session(writes=False) as session:
        return session.get_one(Dialogue, made.dialogue_id).short_name


def form_url(made: World) -> str:
    return f"/dialogues/{short_name(made)}/answers/{made.organisation_id}/clarification"


def compare_url(made: World, section: str = "B") -> str:
    where = f"/dialogues/{short_name(made)}/answers/compare"
    return f"{where}?section={section}&supplier={made.organisation_id}"


def ask(made: World, client: Reader, question: str = "B.04", text: str = HOSTILE) -> Page:
    page = client.get(f"{form_url(made)}?question={question}")
    sent = client.fill_in(page, form_url(made), typed={f"text:{question}": text})
    return client.follow(sent)


def test_two_clicks_ask_about_an_answer_and_the_supplier_changes_it_and_signs_again(
    sent: World,
) -> None:
    buyer = sent.client(sent.member(Role.CO_BUYER))
    compared = buyer.get(compare_url(sent))
    (link,) = [href for href in compared.links if "question=B.04" in href]
    form = buyer.get(link)
    assert "3" in form.text
    after = buyer.follow(buyer.fill_in(form, form_url(sent), typed={"text:B.04": HOSTILE}))
    assert "1 answer was asked about" in after.text
    assert sent.state() == "clarification"
    supplier = sent.client()
    asked = supplier.get(f"{sent.url}/clarification")
    assert HOSTILE in asked.text
    assert "Nothing changed, see our reply" in asked.text
    section = supplier.get(sent.section("B"))
    fields = section.form(sent.section("B")).fields
    assert [name for name in fields if name.endswith("!version")] == ["B.04!version"]
    back = supplier.fill_in(section, sent.section("B"), typed={"B.04": "1", "go": "clarification"})
    page = supplier.follow(back)
    assert "Send the clarified answers" in page.text
    typed = {"signatory": "Ada Brand", "declared": "y", "reply:B.04": "It was."}
    url = f"{sent.url}/clarification"
    done = supplier.follow(supplier.fill_in(page, url, typed={**typed, "send": "signed"}))
    assert "Answered" in done.text
    assert sent.state() == "submitted"
    told = buyer.get(compare_url(sent))
    for words in (HOSTILE, "It was.", "The answer before:"):
        assert words in told.text


def test_a_question_is_added_and_left_out_without_losing_what_was_typed(sent: World) -> None:
    buyer = sent.client(sent.member(Role.LEAD_BUYER))
    url = form_url(sent)
    page = buyer.get(f"{url}?question=B.04")
    more = buyer.fill_in(
        page, url, typed={"text:B.04": "Kept?", "more": "A.02", "add": "1"}, status=200
    )
    assert isinstance(more, Page)
    fields = more.form(url).fields
    assert [text.strip() for text in fields["text:B.04"]] == ["Kept?"]
    assert "text:A.02" in fields
    less = buyer.fill_in(more, url, typed={"remove": "B.04"}, status=200)
    assert isinstance(less, Page)
    assert "text:B.04" not in less.form(url).fields
    wrong = buyer.fill_in(
        less, url, typed={"due_on": f"{now() + timedelta(days=1):%Y-%m-%d}"}, status=422
    )
    assert isinstance(wrong, Page)
    assert "Give the supplier at least three days" in wrong.text
    assert "A.02: Write what is not clear" in wrong.text
    assert sent.state() == "submitted"


def test_a_reply_alone_is_sent_and_everything_else_stays_closed(sent: World) -> None:
    buyer = sent.client(sent.member(Role.SECRETARIAT))
    ask(sent, buyer)
    supplier = sent.client()
    url = f"{sent.url}/clarification"
    silent = supplier.fill_in(supplier.get(url), url, typed={"send": "unchanged"}, status=422)
    assert isinstance(silent, Page)
    assert "B.04: Change the answer, or write a reply" in silent.text
    closed = supplier.get(sent.section("A"))
    assert "Buyers have not asked about these answers" in closed.text
    supplier.get(f"{sent.url}/evidence/B.01")
    page = supplier.follow(
        supplier.fill_in(
            supplier.get(url), url, typed={"reply:B.04": "Per year.", "send": "unchanged"}
        )
    )
    assert "Answered" in page.text
    told = buyer.get(compare_url(sent))
    assert "Per year." in told.text
    assert "The answer stayed as it was." in told.text


def test_who_may_not_ask_or_read_the_questions_finds_nothing(sent: World) -> None:
    hidden = "B.06"
    buyer = sent.client(sent.member(Role.CO_BUYER))
    buyer.get(f"{form_url(sent)}?question={hidden}", status=404)
    for role in (Role.BUYER_READER, Role.OBSERVER, Role.SUPPLIER_SIGNATORY):
        sent.client(sent.member(role)).get(form_url(sent), status=404)
    stranger = sent.client(sent.member(Role.SUPPLIER_SIGNATORY))
    elsewhere = world(sent.app)
    outsider = sent.client(elsewhere.member(Role.LEAD_BUYER))
    outsider.get(form_url(sent), status=404)
    ask(sent, buyer)
    for client in (stranger, outsider):
        client.get(f"{sent.url}/clarification", status=404)
    page = buyer.get(f"{form_url(sent)}?question=A.02")
    again = buyer.fill_in(page, form_url(sent), typed={"text:A.02": "And this?"}, status=422)
    assert isinstance(again, Page)
    assert "being asked already" in again.text


def test_a_round_that_is_over_closes_by_itself(sent: World, database: Database) -> None:
    buyer = sent.client(sent.member(Role.CO_BUYER))
    ask(sent, buyer)
    with database.transaction() as session:
        session.execute(update(Clarification).values(due_at=now() - timedelta(seconds=1)))
    supplier = sent.client()
    page = supplier.get(f"{sent.url}/clarification")
    assert "Not answered in time" in page.text
    assert "Buyers see" not in page.text
    closed = supplier.get(sent.section("B"))
    assert not [form for form in closed.forms() if form.action.endswith("/sections/B")]
    with database.transaction() as session:
        assert end_overdue_clarifications(session, now=now()) == 1
    assert sent.state() == "submitted"
    assert "Not answered in time" in buyer.get(compare_url(sent)).text


def test_a_page_of_answers_takes_no_more_queries_for_more_questions(
    sent: World, database: Database
) -> None:
    buyer = sent.client(sent.member(Role.SECRETARIAT))

    def count() -> int:
        with statements(database) as heard:
            buyer.get(compare_url(sent))
        return len(heard.found)

    ask(sent, buyer)
    first = count()
    with database.transaction() as session:
        session.execute(update(Clarification).values(due_at=now() - timedelta(seconds=1)))
        end_overdue_clarifications(session, now=now())
    ask(sent, buyer, "B.05")
    assert count() <= first
