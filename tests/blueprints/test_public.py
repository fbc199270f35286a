"""What anyone can read, registering a company, and answering an invitation."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from portal.brief import operations as briefs
from portal.core.clock import now
from portal.core.db import Session
from portal.dialogue.models import Dialogue
from portal.dialogue.queries import parties
from portal.identity.actor import SYSTEM
from portal.identity.roles import OrganisationKind, Role
from portal.invitation.operations import Invitee, invite
from portal.invitation.queries import invitations
from tests import factories
from tests.aggregate import market
from tests.blueprints.visitors import database_of, link_in, mails, signed_in
from tests.page import Page, PageClient

ADDRESS = "http://127.0.0.1:8000/join/"
EMAIL = "ines@example.org"
COMPANY = {"organisation": "Maker of Laptops", "country": "PT", "name": "Ines", "email": EMAIL}


def published(
    app: Flask, *, days: int = 30, at: datetime | None = None, opened: bool = False
) -> str:
    """The short name of a published dialogue; ``opened`` for registration."""
    at = at or now()
    with database_of(app).transaction() as session:
        dialogue = factories.published(session, now=at, days=days)
        dialogue.open_registration = opened
        return dialogue.short_name


def invited(app: Flask, *, opens_in_days: int = 0) -> str:
    """The path of the link in an invitation that was just sent."""
    with database_of(app).transaction() as session:
        dialogue = factories.published(session, now=now())
        dialogue.opens_at = now() + timedelta(days=opens_in_days)
        invitee = Invitee(
            organisation="Maker of Laptops", country="PT", email=EMAIL, contact_name="Ines"
        )
        invite(session, SYSTEM, dialogue.id, invitee, address=ADDRESS, now=now())
    return link_in(mails(app, EMAIL)[-1])


def location(response: Page | TestResponse) -> str:
    """Where a redirect leads."""
    assert isinstance(response, TestResponse)
    return response.headers["Location"]


def shown(answer: Page | TestResponse) -> Page:
    """The page that a form answered with."""
    assert isinstance(answer, Page)
    return answer


def a_brief(session: Session, dialogue: Dialogue, *, edition: str, publish: bool) -> UUID:
    """A brief on a release of the market."""
    at = market.after_close(dialogue.opens_at)
    release = market.release(session, dialogue, at=at)
    draft = briefs.Draft(title=f"What the market can do, {edition}", texts={})
    brief = briefs.create(
        session, SYSTEM, release.id, draft, edition=edition, language="en", now=at
    )
    if publish:
        briefs.publish(session, SYSTEM, brief.id, now=at)
    return brief.id


def test_the_first_page_says_so_when_there_is_no_dialogue(client: PageClient) -> None:
    page = client.get("/")
    assert "No dialogue has been published yet." in page.text
    assert "/sign-in" in page.links


def test_the_first_page_lists_published_dialogues_only(app: Flask, client: PageClient) -> None:
    with database_of(app).transaction() as session:
        hidden = factories.dialogue(session, now=now()).short_name
    name = published(app)
    page = client.get("/")
    assert f"/dialogues/{name}" in page.links
    assert f"/dialogues/{hidden}" not in page.links
    assert "Open for answers" in page.text


def test_a_dialogues_page_names_buyers_calendar_and_questionnaire(
    app: Flask, client: PageClient
) -> None:
    name = published(app)
    with database_of(app).session(writes=False) as session:
        dialogue = session.query(Dialogue).filter_by(short_name=name).one()
        buyers = [buyer.name for buyer in parties(session, dialogue.id, "buyer")]
    page = client.get(f"/dialogues/{name}")
    assert page.heading == "Fair laptops"
    assert buyers[0] in page.text
    assert "UTC" in page.text
    assert f"/dialogues/{name}/questionnaire" in page.links


def test_a_draft_dialogue_looks_like_none_to_outsiders(app: Flask, client: PageClient) -> None:
    with database_of(app).transaction() as session:
        dialogue = factories.dialogue(session, now=now())
        lead = factories.member(session, dialogue, Role.LEAD_BUYER, now=now())
    draft = client.get(f"/dialogues/{dialogue.short_name}", status=404)
    assert draft.text == client.get("/dialogues/there-is-none", status=404).text
    own = signed_in(app, lead).get(f"/dialogues/{dialogue.short_name}")
    assert "has not been published" in own.text


def test_the_questionnaire_is_shown_with_its_routing(app: Flask, client: PageClient) -> None:
    page = client.get(f"/dialogues/{published(app)}/questionnaire")
    assert "Do you have a human-rights policy?" in page.text
    assert "Only if B.01 is “Yes” or “Partly”" in page.text
    assert "#section-A" in page.links


def test_an_unknown_language_of_the_questionnaire_falls_back(
    app: Flask, client: PageClient
) -> None:
    page = client.get(f"/dialogues/{published(app)}/questionnaire?language=xx")
    assert "Do you have a human-rights policy?" in page.text


@pytest.mark.parametrize(
    ("topic", "words"),
    [
        ("accessibility", "The PDF of a brief has no tags"),
        ("privacy", "no analytics"),
        ("protection", "0–20, 20–40, 40–60, 60–80 or 80–100 %"),
    ],
)
def test_the_statements_are_open_to_anyone(client: PageClient, topic: str, words: str) -> None:
    assert words in client.get(f"/about/{topic}").text


def test_a_company_registers_and_takes_part(app: Flask, client: PageClient) -> None:
    name = published(app, opened=True)
    page = client.get(f"/dialogues/{name}")
    assert f"/dialogues/{name}/register" in page.links
    form = client.get(f"/dialogues/{name}/register")
    sent = shown(client.submit(form, "/register", status=200, fields=COMPANY))
    assert sent.heading == "Check your mail"
    path = link_in(mails(app, EMAIL)[-1])
    answer = client.submit(client.get(path), path, name="Ines")
    assert location(answer).startswith("/responses/")


def test_registering_tells_nobody_who_takes_part(app: Flask, client: PageClient) -> None:
    name = published(app, opened=True)
    with database_of(app).transaction() as session:
        factories.organisation(session, OrganisationKind.BUYER, "City of Somewhere", now=now())
    texts = []
    for organisation in ("City of Somewhere", "Maker of Laptops"):
        form = client.get(f"/dialogues/{name}/register")
        changes = {**COMPANY, "organisation": organisation}
        texts.append(shown(client.submit(form, "/register", status=200, fields=changes)).text)
    assert texts[0] == texts[1]


@pytest.mark.parametrize("missing", ["organisation", "country", "name", "email"])
def test_a_registration_without_a_fact_says_which(
    app: Flask, client: PageClient, missing: str
) -> None:
    form = client.get(f"/dialogues/{published(app, opened=True)}/register")
    changes = {**COMPANY, missing: ""}
    answer = shown(client.submit(form, "/register", status=422, fields=changes))
    assert answer.title.startswith("Error: ")
    assert f"#{missing}" in answer.links
    assert mails(app, EMAIL) == []


def test_nobody_registers_where_registration_is_not_open(app: Flask, client: PageClient) -> None:
    name = published(app)
    assert f"/dialogues/{name}/register" not in client.get(f"/dialogues/{name}").links
    client.get(f"/dialogues/{name}/register", status=404)


def test_registration_ends_with_the_dialogue(app: Flask, client: PageClient) -> None:
    name = published(app, opened=True, at=now() - timedelta(days=40))
    assert f"/dialogues/{name}/register" not in client.get(f"/dialogues/{name}").links
    assert "Registration has closed." in client.get(f"/dialogues/{name}/register", status=409).text


def test_an_invited_company_takes_part_and_begins(app: Flask, client: PageClient) -> None:
    path = invited(app)
    page = client.get(path)
    assert "Maker of Laptops" in page.text
    answer = client.submit(page, path, name="Ines")
    assert location(answer).startswith("/responses/")
    client.get(path, status=404)


def test_taking_part_needs_a_name(app: Flask, client: PageClient) -> None:
    path = invited(app)
    answer = shown(client.submit(client.get(path), path, status=422, name=" "))
    assert "#name" in answer.links
    assert client.get(path).heading == answer.heading


def test_a_company_that_takes_part_early_begins_when_the_dialogue_opens(
    app: Flask, client: PageClient
) -> None:
    path = invited(app, opens_in_days=1)
    page = client.follow(client.submit(client.get(path), path, name="Ines"))
    assert "Come back when the dialogue opens" in page.text
    with database_of(app).transaction() as session:
        dialogue = session.query(Dialogue).one()
        dialogue.opens_at = now() - timedelta(days=1)
    opened = client.get(page.url)
    first = location(client.submit(opened, "/begin"))
    assert first.startswith("/responses/")
    assert location(client.submit(client.get(page.url), "/begin")) == first


def test_only_a_supplier_that_takes_part_can_begin(app: Flask) -> None:
    name = published(app)
    with database_of(app).transaction() as session:
        other = factories.supplier(session, factories.published(session, now=now()), now=now())
    visitor = signed_in(app, other)
    token = visitor.get("/account").form("/sign-out").fields["csrf_token"]
    visitor.send(f"/dialogues/{name}/begin", {"csrf_token": token}, status=404)


def test_an_invited_company_declines_with_a_reason(app: Flask, client: PageClient) -> None:
    path = invited(app)
    answer = shown(
        client.submit(client.get(path), "/decline", status=200, reason="No laptops any more.")
    )
    assert answer.heading == "You have declined"
    client.get(path, status=404)
    with database_of(app).session(writes=False) as session:
        (row,) = invitations(session, session.query(Dialogue).one().id)
    assert (row.state, row.reason) == ("declined", "No laptops any more.")


def test_declining_needs_a_reason(app: Flask, client: PageClient) -> None:
    path = invited(app)
    answer = shown(client.submit(client.get(path), "/decline", status=422))
    assert answer.title.startswith("Error: ")
    assert "#reason" in answer.links


def test_a_link_that_was_never_sent_opens_nothing(client: PageClient) -> None:
    client.get(f"/join/{uuid4()}", status=404)


def test_anyone_reads_a_published_public_brief(app: Flask, client: PageClient) -> None:
    with database_of(app).transaction() as session:
        dialogue = market.market(session, market.suppliers(12), now=now() - timedelta(days=40))
        brief = a_brief(session, dialogue, edition="public", publish=True)
    path = f"/dialogues/market/briefs/{brief}"
    assert path in client.get("/dialogues/market").links
    assert client.get(path).heading == "What the market can do, public"
    data = client.download(f"{path}.json")
    assert data.headers["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize(("edition", "publish"), [("public", False), ("buyers", True)])
def test_drafts_and_the_buyers_edition_look_like_no_brief_to_outsiders(
    app: Flask, client: PageClient, edition: str, *, publish: bool
) -> None:
    with database_of(app).transaction() as session:
        dialogue = market.market(session, market.suppliers(12), now=now() - timedelta(days=40))
        brief = a_brief(session, dialogue, edition=edition, publish=publish)
        reader = factories.member(session, dialogue, Role.BUYER_READER, now=now())
        supplier = factories.supplier(session, dialogue, now=now())
    path = f"/dialogues/market/briefs/{brief}"
    assert path not in client.get("/dialogues/market").links
    for visitor in (client, signed_in(app, supplier)):
        visitor.get(path, status=404)
        visitor.get(f"{path}.json", status=404)
        visitor.get(f"{path}.pdf", status=404)
    assert signed_in(app, reader).get(path).heading.endswith(edition)


def test_a_brief_is_found_under_its_own_dialogue_only(app: Flask, client: PageClient) -> None:
    other = published(app)
    with database_of(app).transaction() as session:
        dialogue = market.market(session, market.suppliers(12), now=now() - timedelta(days=40))
        brief = a_brief(session, dialogue, edition="public", publish=True)
    client.get(f"/dialogues/{other}/briefs/{brief}", status=404)


def test_the_portal_says_that_it_is_well(client: PageClient) -> None:
    assert client.download("/healthz").json == {"status": "ok"}
    assert client.download("/readyz").json == {"status": "ok"}
