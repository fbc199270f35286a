"""Running a dialogue from setting up to the published brief, and who is kept out."""

from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from portal.aggregate.queries import releases
from portal.core.clock import now
from portal.core.db import Session
from portal.core.jobs import ask_for
from portal.dialogue.models import Dialogue
from portal.dialogue.queries import load_actor, parties, role_holders
from portal.identity.actor import Actor
from portal.identity.operations import ensure_member, ensure_person
from portal.identity.roles import OrganisationKind, Role
from portal.invitation.operations import Invitee, invite
from portal.invitation.queries import invitations
from portal.questionnaire import operations as questionnaires
from portal.questionnaire.queries import current_version
from tests import factories
from tests.aggregate import market
from tests.blueprints.visitors import database_of, link_in, mails, signed_in
from tests.page import Page, PageClient

BROKEN = Path(__file__).parents[1] / "questionnaire" / "data" / "broken" / "unknown-question.yaml"
EMAIL = "ines@example.org"
COMPANY: dict[str, Any] = {
    "organisation": "Maker of Laptops",
    "country": "PT",
    "contact_name": "Ines",
    "email": EMAIL,
}
BRUSSELS = ZoneInfo("Europe/Brussels")


def typed(instant: datetime) -> str:
    """An instant as somebody in Brussels types it."""
    return instant.astimezone(BRUSSELS).strftime("%Y-%m-%dT%H:%M")


def shown(answer: Page | TestResponse) -> Page:
    """The page that a form answered with."""
    assert isinstance(answer, Page)
    return answer


def founder(session: Session, kind: OrganisationKind = OrganisationKind.SECRETARIAT) -> Actor:
    """Somebody who may set up a dialogue and runs none yet."""
    organisation = factories.organisation(session, kind, now=now())
    person = ensure_person(session, email="sara@example.org", name="Sara", now=now())
    ensure_member(session, person.id, organisation.id, now=now())
    return load_actor(session, person.id)


def staff(session: Session, dialogue: Dialogue, role: Role = Role.SECRETARIAT) -> Actor:
    """Whoever holds the role in the dialogue already."""
    rows = role_holders(session, dialogue.id)
    return load_actor(session, next(row.person_id for row in rows if row.role == role))


def in_preparation(app: Flask, *, draft: bool = True, agreed: bool = False) -> tuple[str, Actor]:
    """A dialogue before its publication, and its secretariat."""
    with database_of(app).transaction() as session:
        dialogue = factories.dialogue(session, now=now())
        lead = factories.member(session, dialogue, Role.LEAD_BUYER, now=now())
        secretariat = factories.member(session, dialogue, Role.SECRETARIAT, now=now())
        if draft or agreed:
            version = questionnaires.save_draft(
                session, lead, dialogue.id, factories.questionnaire(), now=now()
            )
        if agreed:
            questionnaires.vote(
                session,
                lead,
                version.id,
                organisation_id=factories.own(lead),
                approves=True,
                reason="",
                now=now(),
            )
        return dialogue.short_name, secretariat


def running(app: Flask, *, days_ago: int = 0) -> tuple[str, Actor]:
    """A published dialogue of 30 days, and its secretariat."""
    with database_of(app).transaction() as session:
        dialogue = factories.published(session, now=now() - timedelta(days=days_ago))
        return dialogue.short_name, staff(session, dialogue)


def finished(app: Flask, *, answers: int = 12) -> Actor:
    """A dialogue named market that is over, with so many responses, and its secretariat."""
    with database_of(app).transaction() as session:
        dialogue = market.market(session, market.suppliers(answers), now=now() - timedelta(days=40))
        return staff(session, dialogue)


def dialogue_named(session: Session, name: str) -> Dialogue:
    """The dialogue of this short name."""
    return session.scalars(select(Dialogue).where(Dialogue.short_name == name)).one()


def plan(**changes: object) -> dict[str, Any]:
    """What the form for a new dialogue takes."""
    return {
        "title": "Fair phones",
        "short_name": "phones",
        "purpose": "Ask once, together.",
        "rules": "Everyone gets the same.",
        "opens_at": typed(now() + timedelta(days=1)),
        "closes_at": typed(now() + timedelta(days=31)),
        **changes,
    }


def test_the_desk_is_empty_at_first_and_says_what_to_do(app: Flask) -> None:
    with database_of(app).transaction() as session:
        sara = founder(session)
    page = signed_in(app, sara).get("/today")
    assert "You run no dialogue yet." in page.text
    assert "/today/new-dialogue" in page.links


def test_a_secretariat_sets_up_a_dialogue(app: Flask) -> None:
    with database_of(app).transaction() as session:
        sara = founder(session)
    client = signed_in(app, sara)
    form = client.get("/today/new-dialogue")
    page = client.follow(client.submit(form, "/new-dialogue", **plan()))
    assert page.url == "/dialogues/phones/manage/people"
    assert "Sara" in page.text
    desk = client.get("/today")
    assert "/dialogues/phones/manage" in desk.links
    assert "Add the buyers." in desk.text
    with database_of(app).session(writes=False) as session:
        dialogue = dialogue_named(session, "phones")
    assert typed(dialogue.closes_at) == plan()["closes_at"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", ""),
        ("short_name", "Phones!"),
        ("purpose", ""),
        ("opens_at", ""),
        ("closes_at", "soon"),
        ("closes_at", "2020-01-01T10:00"),
    ],
)
def test_a_dialogue_that_cannot_be_is_refused_at_the_field(
    app: Flask, field: str, value: str
) -> None:
    with database_of(app).transaction() as session:
        sara = founder(session)
    client = signed_in(app, sara)
    form = client.get("/today/new-dialogue")
    answer = shown(client.submit(form, "/new-dialogue", status=422, **plan(**{field: value})))
    assert answer.title.startswith("Error: Set up a dialogue")
    assert f"#{field}" in answer.links
    assert "You run no dialogue yet." in client.get("/today").text


def test_a_short_name_is_given_once(app: Flask) -> None:
    name, secretariat = in_preparation(app)
    client = signed_in(app, secretariat)
    form = client.get("/today/new-dialogue")
    changes: dict[str, Any] = plan(short_name=name)
    answer = shown(client.submit(form, "/new-dialogue", status=422, **changes))
    assert "#short_name" in answer.links


@pytest.mark.parametrize("role", [Role.SUPPLIER_SIGNATORY, Role.OBSERVER])
def test_others_have_no_desk(app: Flask, role: Role) -> None:
    with database_of(app).transaction() as session:
        dialogue = factories.published(session, now=now())
        actor = factories.member(session, dialogue, role, now=now())
    client = signed_in(app, actor)
    client.get("/today", status=404)
    client.get("/today/new-dialogue", status=404)


def test_somebody_is_added_and_told_by_mail(app: Flask, client: PageClient) -> None:
    name, secretariat = in_preparation(app)
    visitor = signed_in(app, secretariat)
    page = visitor.get(f"/dialogues/{name}/manage/people")
    changes: dict[str, Any] = {
        "name": "Bruno",
        "email": "bruno@example.org",
        "organisation": "Region of Elsewhere",
        "country": "FR",
        "role": "CB",
    }
    added = visitor.follow(visitor.submit(page, "/people", **changes))
    assert "Bruno has been added and told by mail." in added.text
    assert "Region of Elsewhere" in added.text
    path = link_in(mails(app, "bruno@example.org")[-1])
    client.submit(client.get(path), path)
    assert client.get(f"/dialogues/{name}/draft").heading == "Draft questionnaire"


def test_a_role_that_does_not_fit_the_organisation_is_refused(app: Flask) -> None:
    name, secretariat = in_preparation(app)
    with database_of(app).transaction() as session:
        factories.organisation(session, OrganisationKind.OBSERVER, "Watchers", now=now())
    client = signed_in(app, secretariat)
    page = client.get(f"/dialogues/{name}/manage/people")
    changes: dict[str, Any] = {
        "name": "Bruno",
        "email": "bruno@example.org",
        "organisation": "Watchers",
        "country": "FR",
        "role": "CB",
    }
    answer = shown(client.submit(page, "/people", status=422, **changes))
    assert "Watchers is a observer: it cannot hold this role." in answer.text
    assert mails(app, "bruno@example.org") == []


def test_a_good_questionnaire_becomes_the_draft_and_waits_for_votes(app: Flask) -> None:
    name, secretariat = in_preparation(app, draft=False)
    client = signed_in(app, secretariat)
    page = client.get(f"/dialogues/{name}/manage/questionnaire")
    assert "There is no questionnaire yet." in page.text
    upload = (BytesIO(factories.SMALL.read_bytes()), "small.yaml")
    saved = client.follow(client.submit(page, "/questionnaire", file=upload))
    assert "The draft has been saved." in saved.text
    assert "A small questionnaire" in saved.text
    assert "Waiting" in saved.text


def test_a_broken_questionnaire_is_shown_fault_by_fault_and_not_saved(app: Flask) -> None:
    name, secretariat = in_preparation(app, draft=False)
    client = signed_in(app, secretariat)
    page = client.get(f"/dialogues/{name}/manage/questionnaire")
    upload = (BytesIO(BROKEN.read_bytes()), "broken.yaml")
    answer = shown(client.submit(page, "/questionnaire", status=422, file=upload))
    assert answer.title.startswith("Error: Questionnaire")
    assert "Nothing was saved." in answer.text
    assert "Faults in broken.yaml" in answer.text
    assert "#faults" in answer.links
    with database_of(app).session(writes=False) as session:
        assert current_version(session, dialogue_named(session, name).id) is None


@pytest.mark.parametrize(
    ("content", "filename"),
    [
        (b"", ""),
        (b"name: x", "small.txt"),
        (b"\xff\xfe\x00binary", "small.yaml"),
        (b"", "small.yaml"),
    ],
)
def test_what_is_no_questionnaire_is_refused(app: Flask, content: bytes, filename: str) -> None:
    name, secretariat = in_preparation(app, draft=False)
    client = signed_in(app, secretariat)
    page = client.get(f"/dialogues/{name}/manage/questionnaire")
    upload = (BytesIO(content), filename)
    answer = shown(client.submit(page, "/questionnaire", status=422, file=upload))
    assert answer.title.startswith("Error: Questionnaire")


def test_a_published_questionnaire_cannot_be_replaced(app: Flask) -> None:
    name, secretariat = running(app)
    client = signed_in(app, secretariat)
    page = client.get(f"/dialogues/{name}/manage/questionnaire")
    assert "It never changes" in page.text
    token = page.form("/sign-out").fields["csrf_token"]
    upload = (BytesIO(factories.SMALL.read_bytes().replace(b'"1.0"', b'"1.1"')), "small.yaml")
    url = f"/dialogues/{name}/manage/questionnaire"
    answer = shown(client.send(url, {"csrf_token": token, "file": upload}, status=422))
    assert "It can no longer be changed." in answer.text


def test_a_prepared_invitation_leaves_with_the_publication(app: Flask) -> None:
    name, secretariat = in_preparation(app, agreed=True)
    client = signed_in(app, secretariat)
    page = client.get(f"/dialogues/{name}/manage/invitations")
    prepared = client.follow(client.submit(page, "/invitations", **COMPANY))
    assert "Prepared" in prepared.text
    assert mails(app, EMAIL) == []
    manage = client.get(f"/dialogues/{name}/manage")
    assert "Publish now" in manage.html
    published = client.follow(client.submit(manage, "/publish"))
    assert "The invitations are on their way." in published.text
    assert len(mails(app, EMAIL)) == 1
    assert client.get(f"/dialogues/{name}/questionnaire").heading == "The questionnaire"


def test_a_dialogue_is_not_published_before_all_buyers_agree(app: Flask) -> None:
    name, secretariat = in_preparation(app)
    client = signed_in(app, secretariat)
    page = client.get(f"/dialogues/{name}/manage")
    assert "Publish now" not in page.html
    token = page.form("/sign-out").fields["csrf_token"]
    url = f"/dialogues/{name}/manage/publish"
    answer = shown(client.send(url, {"csrf_token": token}, status=409))
    assert "Still missing:" in answer.text
    PageClient(app).get(f"/dialogues/{name}", status=404)


def test_a_supplier_is_invited_while_the_dialogue_runs(app: Flask) -> None:
    name, secretariat = running(app)
    client = signed_in(app, secretariat)
    page = client.get(f"/dialogues/{name}/manage/invitations")
    client.follow(client.submit(page, "/invitations", **COMPANY))
    assert len(mails(app, EMAIL)) == 1
    again = client.submit(page, "/invitations", status=422, **COMPANY)
    assert "has been invited already" in shown(again).text
    assert len(mails(app, EMAIL)) == 1


@pytest.mark.parametrize("missing", ["organisation", "country", "email"])
def test_an_invitation_without_a_fact_says_which(app: Flask, missing: str) -> None:
    name, secretariat = running(app)
    client = signed_in(app, secretariat)
    page = client.get(f"/dialogues/{name}/manage/invitations")
    changes: dict[str, Any] = {**COMPANY, missing: ""}
    answer = shown(client.submit(page, "/invitations", status=422, **changes))
    assert f"#{missing}" in answer.links


def test_an_invitation_is_taken_back_with_a_reason(app: Flask) -> None:
    name, secretariat = running(app)
    client = signed_in(app, secretariat)
    page = client.get(f"/dialogues/{name}/manage/invitations")
    listed = client.follow(client.submit(page, "/invitations", **COMPANY))
    link = link_in(mails(app, EMAIL)[-1])
    (path,) = [href for href in listed.links if href.endswith("/revoke")]
    asked = client.get(path)
    assert "#reason" in shown(client.submit(asked, "/revoke", status=422)).links
    done = client.follow(client.submit(asked, "/revoke", reason="Sent to the wrong company."))
    assert "Taken back" in done.text
    assert "Sent to the wrong company." in done.text
    PageClient(app).get(link, status=404)
    client.get(path, status=409)


def test_a_suppliers_admin_does_not_see_who_else_was_invited(app: Flask) -> None:
    name, secretariat = running(app)
    with database_of(app).transaction() as session:
        dialogue = dialogue_named(session, name)
        admin = factories.member(session, dialogue, Role.SUPPLIER_ADMIN, now=now())
        invitee = Invitee(organisation="Rival", email="rival@example.org")
        invite(session, secretariat, dialogue.id, invitee, address="http://x/", now=now())
        (row,) = invitations(session, dialogue.id)
    client = signed_in(app, admin)
    client.get(f"/dialogues/{name}/manage/invitations", status=404)
    client.get(f"/dialogues/{name}/manage/invitations/{row.id}/revoke", status=404)
    token = client.get("/account").form("/sign-out").fields["csrf_token"]
    for changes in ({}, COMPANY):
        sent = {"csrf_token": token, **changes}
        client.send(f"/dialogues/{name}/manage/invitations", sent, status=404)


def test_the_closing_time_moves_later_and_everyone_is_told(app: Flask) -> None:
    name, secretariat = running(app)
    with database_of(app).transaction() as session:
        supplier = factories.supplier(session, dialogue_named(session, name), now=now())
    client = signed_in(app, secretariat)
    page = client.get(f"/dialogues/{name}/manage")
    later = now() + timedelta(days=45)
    changes: dict[str, Any] = {"closes_at": typed(later), "reason": "A file was sent late."}
    moved = client.follow(client.submit(page, "/extend", **changes))
    assert "The closing time has been moved" in moved.text
    assert "A file was sent late." in mails(app, supplier.email)[-1]
    with database_of(app).session(writes=False) as session:
        assert typed(dialogue_named(session, name).closes_at) == typed(later)


@pytest.mark.parametrize(
    ("days", "reason", "field"), [(10, "Earlier suits us.", "closes_at"), (45, "", "reason")]
)
def test_the_closing_time_never_moves_earlier_nor_without_reason(
    app: Flask, days: int, reason: str, field: str
) -> None:
    name, secretariat = running(app)
    client = signed_in(app, secretariat)
    page = client.get(f"/dialogues/{name}/manage")
    changes: dict[str, Any] = {"closes_at": typed(now() + timedelta(days=days)), "reason": reason}
    answer = shown(client.submit(page, "/extend", status=422, **changes))
    assert answer.title.startswith("Error: Run “Fair laptops”")
    assert f"#{field}" in answer.links


def test_a_dialogue_is_not_closed_before_its_time(app: Flask) -> None:
    name, secretariat = running(app)
    client = signed_in(app, secretariat)
    page = client.get(f"/dialogues/{name}/manage")
    assert "Close now" not in page.html
    token = page.form("/sign-out").fields["csrf_token"]
    url = f"/dialogues/{name}/manage/close"
    answer = shown(client.send(url, {"csrf_token": token}, status=409))
    assert "It has not come yet." in answer.text


def test_a_dialogue_is_closed_once_its_time_has_come(app: Flask) -> None:
    name, secretariat = running(app, days_ago=40)
    client = signed_in(app, secretariat)
    page = client.get(f"/dialogues/{name}/manage")
    assert "Move it and tell everyone" not in page.html
    closed = client.follow(client.submit(page, "/close"))
    assert "The release can be made now." in closed.text
    assert "Close now" not in closed.html


def test_a_release_is_made_and_a_brief_written_and_published(app: Flask) -> None:
    client = signed_in(app, finished(app))
    page = client.get("/dialogues/market/manage/releases")
    assert "12 responses have been submitted." in page.text
    made = client.follow(client.submit(page, "/releases"))
    assert "/dialogues/market/releases/1" in made.links
    page = client.get("/dialogues/market/manage/briefs")
    begun = client.follow(
        client.submit(page, "/briefs", title="What laptops can be", edition="public", language="en")
    )
    (path,) = [href for href in begun.links if "/manage/briefs/" in href]
    draft = client.get(path)
    texts: dict[str, Any] = {"title": "What laptops can be", "summary": "Repair is **possible**."}
    saved = client.follow(client.submit(draft, path, **texts))
    assert "The texts have been saved." in saved.text
    public = path.replace("/manage", "")
    assert "Only the buyers and the secretariat see it." in client.get(public).text
    finally_ = client.follow(client.submit(saved, "/publish"))
    assert finally_.url == path
    assert f"{public}.pdf" in finally_.links
    anyone = PageClient(app)
    assert "Repair is <strong>possible</strong>." in anyone.get(public).html
    assert anyone.download(f"{public}.pdf").data.startswith(b"%PDF")
    client.submit(draft, path, status=422, **texts)


def test_a_release_cannot_be_made_while_answers_are_taken(app: Flask) -> None:
    name, secretariat = running(app)
    client = signed_in(app, secretariat)
    page = client.get(f"/dialogues/{name}/manage/releases")
    assert "Make the release now" not in page.html
    token = page.form("/sign-out").fields["csrf_token"]
    url = f"/dialogues/{name}/manage/releases"
    failed = client.follow(client.send(url, {"csrf_token": token}))
    assert failed.heading == "The release could not be made"
    assert "Answers are still being taken. Close the dialogue first." in failed.text


def test_without_any_answer_there_is_nothing_to_release(app: Flask) -> None:
    name, secretariat = running(app, days_ago=40)
    page = signed_in(app, secretariat).get(f"/dialogues/{name}/manage/releases")
    assert "Nobody has submitted answers" in page.text
    assert "Make the release now" not in page.html


def test_work_under_way_shows_how_far_it_is(app: Flask) -> None:
    secretariat = finished(app)
    with database_of(app).transaction() as session:
        dialogue = dialogue_named(session, "market")
        job = ask_for(session, "release", {}, dialogue_id=dialogue.id, person_id=None, now=now())
    page = signed_in(app, secretariat).get(f"/dialogues/market/manage/work/{job.id}")
    assert page.heading == "The release is being made"
    assert "<progress" in page.html
    other, its_secretariat = running(app)
    signed_in(app, its_secretariat).get(f"/dialogues/{other}/manage/work/{job.id}", status=404)


def test_a_brief_needs_a_release(app: Flask) -> None:
    client = signed_in(app, finished(app))
    page = client.get("/dialogues/market/manage/briefs")
    assert "there is none yet" in page.text
    assert "/dialogues/market/manage/releases" in page.links


def test_a_release_has_one_brief_an_edition_and_language(app: Flask) -> None:
    secretariat = finished(app)
    with database_of(app).transaction() as session:
        dialogue = dialogue_named(session, "market")
        market.release(session, dialogue, at=market.after_close(dialogue.opens_at))
    client = signed_in(app, secretariat)
    page = client.get("/dialogues/market/manage/briefs")
    first: dict[str, Any] = {"title": "One", "edition": "buyers", "language": "en"}
    begun = client.follow(client.submit(page, "/briefs", **first))
    answer = shown(client.submit(begun, "/briefs", status=422, **first))
    assert "has a brief in this edition and language already" in answer.text
    with database_of(app).session(writes=False) as session:
        assert len(releases(session, dialogue.id)) == 1


PAGES = ("manage", "manage/people", "manage/questionnaire", "manage/invitations")
LATE_PAGES = ("manage/releases", "manage/briefs")


@pytest.mark.parametrize("page", [*PAGES, *LATE_PAGES])
def test_a_dialogue_of_others_looks_like_none(app: Flask, page: str) -> None:
    _, secretariat = in_preparation(app)
    draft, _ = in_preparation(app)
    open_, _ = running(app)
    client = signed_in(app, secretariat)
    none = client.get(f"/dialogues/there-is-none/{page}", status=404).text
    assert client.get(f"/dialogues/{draft}/{page}", status=404).text == none
    assert client.get(f"/dialogues/{open_}/{page}", status=404).text == none
    outsider = PageClient(app)
    assert outsider.follow(outsider.http.get(f"/dialogues/{open_}/{page}")).heading == "Sign in"


@pytest.mark.parametrize(
    ("role", "open_pages"),
    [
        (Role.SECRETARIAT, {*PAGES, *LATE_PAGES}),
        (Role.LEAD_BUYER, {*PAGES, "manage/briefs"}),
        (Role.CO_BUYER, {"manage/questionnaire"}),
        (Role.BUYER_READER, set()),
        (Role.OBSERVER, set()),
        (Role.SUPPLIER_ADMIN, set()),
    ],
)
def test_each_role_opens_its_own_pages_only(app: Flask, role: Role, open_pages: set[str]) -> None:
    name, _ = running(app)
    with database_of(app).transaction() as session:
        actor = factories.member(session, dialogue_named(session, name), role, now=now())
    client = signed_in(app, actor)
    for page in (*PAGES, *LATE_PAGES):
        client.get(f"/dialogues/{name}/{page}", status=200 if page in open_pages else 404)


def test_a_lead_buyer_sees_steps_of_others_without_a_link(app: Flask) -> None:
    finished(app)
    with database_of(app).transaction() as session:
        dialogue = dialogue_named(session, "market")
        lead = staff(session, dialogue, Role.LEAD_BUYER)
        buyers = parties(session, dialogue.id, "buyer")
    page = signed_in(app, lead).get("/dialogues/market/manage")
    assert "Make the release." in page.text
    assert "/dialogues/market/manage/releases" not in page.links
    assert buyers[0].name in page.text
