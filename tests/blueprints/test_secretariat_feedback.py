"""Feedback letters on the pages: who waits, writing to many, sending, and reading one's own."""

from datetime import timedelta

from flask import Flask
from sqlalchemy import select

from portal.aggregate.models import FeedbackLetter
from portal.core.clock import now
from portal.identity.actor import SYSTEM, Actor
from portal.identity.roles import Role
from tests import factories
from tests.aggregate import market
from tests.blueprints.secretariat_world import dialogue_named, finished, shown
from tests.blueprints.visitors import database_of, mails, signed_in

URL = "/dialogues/market/manage/feedback"
TEXTS = {"understood": "<b>You</b> check your plants.", "follows": "We talk in May."}


def released(app: Flask) -> Actor:
    """A closed market of twelve with a release; its secretariat."""
    secretariat = finished(app)
    with database_of(app).transaction() as session:
        made = dialogue_named(session, "market")
        market.release(session, made, at=now() - timedelta(days=1), actor=SYSTEM)
    return secretariat


def test_letters_are_written_to_all_and_sent_and_each_company_reads_its_own(app: Flask) -> None:
    client = signed_in(app, released(app))
    signatory, response = market.team(database_of(app))
    page = client.get(URL)
    assert "12 suppliers have no letter yet." in page.text
    assert len(page.form("/feedback").fields["response"]) == 12
    wrong = shown(client.submit(page, "/feedback", status=422, understood="x"))
    assert "Write what follows." in wrong.text
    drafts = client.follow(client.submit(page, "/feedback", TEXTS))
    assert "12 letters are written and not sent." in drafts.text
    letter = client.get(f"{URL}/{response.organisation_id}")
    assert "You: " in letter.text
    personal = {**TEXTS, "understood": "Thank you for the call."}
    kept = client.follow(client.submit(letter, str(response.organisation_id), personal))
    own = signed_in(app, signatory)
    url = f"/responses/{response.id}/feedback"
    assert "There is no letter yet." in own.get(url).text
    done = client.follow(client.submit(kept, "/send"))
    assert "Every supplier has had its letter." in done.text
    read = own.get(url)
    for words in ("Thank you for the call.", "We talk in May.", "You: "):
        assert words in read.text
    assert any(url in mail for mail in mails(app, signatory.email))
    sent = client.get(f"{URL}/{response.organisation_id}")
    assert "It stays as it is." in sent.text
    signed_in(app, market.team(database_of(app), 1)[0]).get(url, status=404)
    with database_of(app).session(writes=False) as session:
        assert len(session.scalars(select(FeedbackLetter)).all()) == 12


def test_before_a_release_there_is_nothing_to_write(app: Flask) -> None:
    secretariat = finished(app)
    client = signed_in(app, secretariat)
    assert "there is none yet" in client.get(URL).text
    _, response = market.team(database_of(app))
    client.get(f"{URL}/{response.organisation_id}", status=404)


def test_a_letter_is_sent_from_its_own_page_and_only_by_who_may_write_it(app: Flask) -> None:
    client = signed_in(app, released(app))
    signatory, response = market.team(database_of(app))
    page = client.get(f"{URL}/{response.organisation_id}")
    action = str(response.organisation_id)
    client.follow(client.submit(page, action, {**TEXTS, "send": "1"}))
    assert (
        "<b>You</b> check"
        in signed_in(app, signatory).get(f"/responses/{response.id}/feedback").text
    )
    again = shown(client.submit(page, action, TEXTS, status=422))
    assert "This letter was sent" in again.text
    with database_of(app).transaction() as session:
        made = dialogue_named(session, "market")
        reader = factories.member(session, made, Role.CO_BUYER, now=now())
    for actor in (reader, signatory):
        signed_in(app, actor).get(URL, status=404)
