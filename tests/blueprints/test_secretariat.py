"""Setting up a dialogue and its questionnaire, and who is kept out."""

from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from portal.core.clock import now
from portal.dialogue.queries import parties
from portal.identity.roles import OrganisationKind, Role
from tests import factories
from tests.blueprints.secretariat_world import (
    dialogue_named,
    finished,
    founder,
    in_preparation,
    plan,
    running,
    shown,
    staff,
    typed,
)
from tests.blueprints.visitors import database_of, link_in, mails, signed_in
from tests.page import PageClient

BROKEN = Path(__file__).parents[1] / "questionnaire" / "data" / "broken" / "unknown-question.yaml"


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
    assert "Watchers takes part as an observer and cannot hold this role." in answer.text
    assert mails(app, "bruno@example.org") == []


PAGES = ("manage", "manage/people", "draft/files", "manage/invitations")
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
        (Role.CO_BUYER, {"draft/files"}),
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
