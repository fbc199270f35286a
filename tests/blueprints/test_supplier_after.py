"""After sending, on the pages: accepted, reopened, still true, named buyers, who read."""

from csv import reader as csv_reader
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from portal.core.clock import now
from portal.core.db import Database
from portal.core.mail import OutboxMail
from portal.dialogue.models import Dialogue
from portal.identity.actor import Actor
from portal.identity.models import Organisation
from portal.identity.roles import Role
from portal.response.models import Evidence, Reading, Response
from portal.response.operations_lasting import mark_stale
from tests import factories
from tests.blueprints.supplier_world import World, statements, world
from tests.page import Page


@pytest.fixture
def sent(app: Flask) -> World:
    """A supplier that has sent its answers while the dialogue is open."""
    made = world(app)
    supplier = made.client()
    made.fill(supplier)
    made.sign(supplier)
    return made


def base(made: World) -> str:
    with made.database.session(writes=False) as session:
        return f"/dialogues/{session.get_one(Dialogue, made.dialogue_id).short_name}"


def supplier_url(made: World) -> str:
    return f"{base(made)}/review/suppliers/{made.organisation_id}"


def subjects(made: World, actor: Actor) -> list[str]:
    with made.database.session(writes=False) as session:
        query = select(OutboxMail.subject).where(OutboxMail.recipient == actor.email)
        return list(session.scalars(query.order_by(OutboxMail.created_at)))


def test_a_lead_buyer_opens_answers_again_and_all_buyers_and_the_supplier_read_why(
    sent: World,
) -> None:
    lead = sent.client(sent.member(Role.LEAD_BUYER))
    url = supplier_url(sent)
    page = lead.get(url)
    wrong = lead.submit(page, "/reopen", status=422)
    assert isinstance(wrong, Page)
    assert "Give the reason." in wrong.text
    lead.follow(lead.submit(page, "/reopen", reason="Two rows are swapped."))
    assert sent.state() == "in_progress"
    reader = sent.client(sent.member(Role.BUYER_READER))
    for address in (url, f"{base(sent)}/review/participation"):
        if address == url:
            assert "Two rows are swapped." in reader.get(address).text
    assert not [form for form in reader.get(url).forms() if form.action.endswith("/reopen")]
    assert "Two rows are swapped." in sent.client().get(f"{sent.url}/receipt").text
    assert any("open again" in subject for subject in subjects(sent, sent.signatory))


def test_a_lead_buyer_accepts_after_the_close_and_the_receipt_says_so(sent: World) -> None:
    lead = sent.client(sent.member(Role.LEAD_BUYER))
    assert "/accept" not in " ".join(form.action for form in lead.get(supplier_url(sent)).forms())
    sent.close()
    page = lead.get(supplier_url(sent))
    after = lead.follow(lead.submit(page, "/accept"))
    assert "Accepted" in after.text
    again = lead.submit(page, "/accept", status=422)
    assert isinstance(again, Page)
    assert "Your answers were accepted" in sent.client().get(f"{sent.url}/receipt").text
    outsider = sent.client(world(sent.app).member(Role.LEAD_BUYER))
    outsider.get(supplier_url(sent), status=404)
    sent.client().get(supplier_url(sent), status=404)


def test_a_company_asks_to_change_something(sent: World) -> None:
    lead = sent.member(Role.LEAD_BUYER)
    admin = sent.client(sent.colleague(Role.SUPPLIER_ADMIN))
    url = f"{sent.url}/ask-to-change"
    page = admin.get(url)
    assert isinstance(admin.submit(page, "/ask-to-change", status=422), Page)
    admin.submit(page, "/ask-to-change", words="We named the wrong plant.")
    assert any("asks to change" in subject for subject in subjects(sent, lead))
    sent.client(sent.colleague(Role.SUPPLIER_CONTRIBUTOR)).get(url, status=404)
    sent.client(sent.member(Role.SUPPLIER_SIGNATORY)).get(url, status=404)


def test_stale_answers_are_confirmed_with_one_button_or_updated(
    sent: World, database: Database
) -> None:
    with database.transaction() as session:
        today = now().date()
        session.execute(update(Evidence).values(valid_until=today - timedelta(days=1)))
        session.execute(update(Response).values(submitted_at=now() - timedelta(days=5)))
        assert mark_stale(session, now=now()) == 1
    client = sent.client()
    page = client.get(f"{sent.url}/receipt")
    assert "“Policy”, which backs some of the answers, was valid until" in page.text
    told = sent.client(sent.member(Role.BUYER_READER)).get(supplier_url(sent)).text
    assert "Marked out of date: Evidence behind some of the answers was valid until" in told
    assert "“Policy”" not in told
    wrong = client.submit(page, "/still-true", status=422)
    assert isinstance(wrong, Page)
    assert "say why your answers still hold" in wrong.text
    after = client.follow(client.submit(page, "/still-true", remark="Renewed, on its way."))
    assert "You confirmed on" in after.text
    assert sent.state() == "submitted"
    buyer = sent.client(sent.member(Role.BUYER_READER))
    assert "Renewed, on its way." in buyer.get(supplier_url(sent)).text
    with database.transaction() as session:
        session.execute(update(Response).values(state="stale"))
    opened = client.follow(client.submit(page, "/update"))
    assert "Your answers are open." in opened.text
    assert sent.state() == "in_progress"
    admin = sent.client(sent.colleague(Role.SUPPLIER_ADMIN))
    assert admin.http.post(f"{sent.url}/still-true").status_code in {400, 404}


def test_the_list_of_named_buyers_opens_answers_at_once(sent: World, database: Database) -> None:
    lead = sent.member(Role.LEAD_BUYER)
    with database.session(writes=False) as session:
        name = session.get_one(Organisation, factories.own(lead)).name
    client = sent.client()
    page = client.get(f"{sent.url}/named-buyers")
    assert name in page.text
    saved = client.follow(client.submit(page, "/named-buyers", buyers=[str(factories.own(lead))]))
    assert saved.form("/named-buyers").fields["buyers"] == [str(factories.own(lead))]
    contributor = sent.client(sent.colleague(Role.SUPPLIER_CONTRIBUTOR))
    shown = contributor.get(f"{sent.url}/named-buyers")
    assert not [form for form in shown.forms() if form.action.endswith("/named-buyers")]
    other = sent.client(sent.member(Role.SUPPLIER_SIGNATORY))
    other.get(f"{sent.url}/named-buyers", status=404)


def test_who_read_is_grouped_filtered_and_a_harmless_file(sent: World, database: Database) -> None:
    sent.close()
    lead, reader = sent.member(Role.LEAD_BUYER), sent.member(Role.BUYER_READER)
    for actor, section in ((lead, "A"), (reader, "B"), (reader, "B")):
        url = f"{base(sent)}/answers/compare?section={section}&supplier={sent.organisation_id}"
        sent.client(actor).get(url)
    with database.transaction() as session:
        session.execute(
            update(Organisation)
            .where(Organisation.id == factories.own(lead))
            .values(name='=HYPERLINK("x")')
        )
    client = sent.client()
    page = client.get(f"{sent.url}/readers")
    assert "3 readings." in page.text
    assert ": 2 readings" in page.text
    only = client.get(f"{sent.url}/readers?section=A")
    assert "1 reading." in only.text
    lines = list(csv_reader(client.download(f"{sent.url}/readers.csv").text.splitlines()))
    assert len(lines) == 4
    assert lines[-1][1] == '\'=HYPERLINK("x")'
    sent.client(sent.member(Role.SUPPLIER_SIGNATORY)).get(f"{sent.url}/readers.csv", status=404)


def test_the_page_of_readers_takes_the_same_queries_for_more_readings(
    sent: World, database: Database
) -> None:
    def grow(count: int) -> int:
        with database.transaction() as session:
            session.add_all(
                Reading(
                    response_id=sent.response_id,
                    organisation_id=sent.organisation_id,
                    what="section A",
                    read_at=now(),
                )
                for _ in range(count)
            )
        with statements(database) as heard:
            client.get(f"{sent.url}/readers")
        return len(heard.found)

    client = sent.client()
    few, many = grow(2), grow(150)
    assert many == few
    assert "Page 1 of 2" in client.get(f"{sent.url}/readers").text
