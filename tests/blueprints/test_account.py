"""Signing in by password and by link, signing out, and one's own account."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from portal.app import create_app
from portal.core.clock import now
from portal.core.settings import Settings
from portal.dialogue.queries import load_actor
from portal.identity.actor import Actor
from portal.identity.operations import ensure_person, make_link, set_password
from portal.identity.roles import Role
from tests import factories
from tests.blueprints.visitors import database_of, link_in, mails, signed_in
from tests.page import Page, PageClient

GOOD = "correct horse battery"
ELSEWHERE = ["//evil.example", "https://evil.example/", "/\\evil.example", "evil", "http://[", ""]


@pytest.fixture
def anna(app: Flask) -> Actor:
    """A person with a password and no role."""
    with database_of(app).transaction() as session:
        person = ensure_person(session, email="anna@example.org", name="Anna", now=now())
        actor = load_actor(session, person.id)
        set_password(session, actor, app.extensions["portal.passwords"], password=GOOD, now=now())
    return actor


@pytest.fixture
def limited(settings: Settings) -> Iterator[Flask]:
    """The portal with its limits on."""
    app = create_app(settings.model_copy(update={"rate_limits": True}))
    app.testing = True
    yield app
    database_of(app).engine.dispose()


def location(response: Page | TestResponse) -> str:
    """Where a redirect leads."""
    assert isinstance(response, TestResponse)
    return response.headers["Location"]


def a_link(app: Flask, actor: Actor, *, days_ago: int = 0, next_path: str = "") -> str:
    """The path of a new sign-in link."""
    assert actor.person_id is not None
    with database_of(app).transaction() as session:
        made_at = now() - timedelta(days=days_ago)
        token = make_link(session, actor.person_id, next_path=next_path, now=made_at)
    return f"/sign-in/link/{token}"


@pytest.mark.usefixtures("anna")
def test_a_password_signs_in(client: PageClient) -> None:
    page = client.get("/sign-in")
    answer = client.submit(page, "/sign-in", email="Anna@Example.org", password=GOOD)
    assert location(answer) == "/start"
    assert "anna@example.org" in client.get("/account").text


@pytest.mark.usefixtures("anna")
@pytest.mark.parametrize(
    ("email", "password"), [("anna@example.org", "wrong"), ("nobody@example.org", GOOD)]
)
def test_a_wrong_password_and_an_unknown_address_get_the_same_words(
    client: PageClient, email: str, password: str
) -> None:
    page = client.get("/sign-in")
    answer = client.submit(page, "/sign-in", status=422, email=email, password=password)
    assert isinstance(answer, Page)
    assert "The e-mail address or the password is not right." in answer.text
    assert answer.title.startswith("Error: Sign in")
    assert password not in answer.html


def test_an_empty_sign_in_says_what_is_missing_at_the_fields(client: PageClient) -> None:
    answer = client.submit(client.get("/sign-in"), "/sign-in", status=422)
    assert isinstance(answer, Page)
    assert {"#email", "#password"} <= set(answer.links)


@pytest.mark.usefixtures("anna")
@pytest.mark.parametrize("target", ELSEWHERE)
def test_signing_in_never_leads_to_another_site(client: PageClient, target: str) -> None:
    page = client.get("/sign-in")
    changes: dict[str, Any] = {"email": "anna@example.org", "password": GOOD, "next": target}
    assert location(client.submit(page, "/sign-in", **changes)) == "/start"


@pytest.mark.usefixtures("anna")
def test_signing_in_goes_on_to_the_page_that_was_asked_for(client: PageClient) -> None:
    page = client.follow(client.http.get("/account"))
    assert page.heading == "Sign in"
    answer = client.submit(page, "/sign-in", email="anna@example.org", password=GOOD)
    assert location(answer) == "/account"


def test_a_mailed_link_signs_in_once(app: Flask, client: PageClient, anna: Actor) -> None:
    page = client.get("/sign-in/link")
    sent = client.submit(page, "/sign-in/link", status=200, email=anna.email)
    assert isinstance(sent, Page)
    path = link_in(mails(app, anna.email)[-1])
    opened = client.get(path)
    assert location(client.submit(opened, path)) == "/start"
    assert client.get("/account").heading == "Your account"
    again = PageClient(app)
    answer = again.submit(again.get(path), path, status=410)
    assert isinstance(answer, Page)
    assert answer.heading == "This link does not work any more"


def test_opening_a_link_does_not_use_it_up(app: Flask, client: PageClient, anna: Actor) -> None:
    path = a_link(app, anna)
    for _ in range(3):
        page = client.get(path)
    client.submit(page, path)
    assert client.get("/account").heading == "Your account"


@pytest.mark.parametrize("days_ago", [2, 30])
def test_a_link_of_two_days_ago_offers_a_new_one(
    app: Flask, client: PageClient, anna: Actor, days_ago: int
) -> None:
    path = a_link(app, anna, days_ago=days_ago)
    answer = client.submit(client.get(path), path, status=410)
    assert isinstance(answer, Page)
    assert "/sign-in/link" in answer.links


def test_a_link_that_never_was_looks_like_a_used_one(client: PageClient) -> None:
    path = f"/sign-in/link/{uuid4()}"
    answer = client.submit(client.get(path), path, status=410)
    assert isinstance(answer, Page)
    assert answer.heading == "This link does not work any more"


@pytest.mark.parametrize("target", ELSEWHERE)
def test_a_link_never_leads_to_another_site(
    app: Flask, client: PageClient, anna: Actor, target: str
) -> None:
    path = a_link(app, anna, next_path=target)
    assert location(client.submit(client.get(path), path)) == "/start"


@pytest.mark.usefixtures("anna")
def test_asking_for_a_link_looks_the_same_for_an_unknown_address(
    app: Flask, client: PageClient
) -> None:
    pages = []
    for email in ("anna@example.org", "zora@example.org"):
        page = client.get("/sign-in/link")
        sent = client.submit(page, "/sign-in/link", status=200, email=email)
        assert isinstance(sent, Page)
        pages.append(sent.text.replace(email, "…"))
    assert pages[0] == pages[1]
    assert mails(app, "zora@example.org") == []


def test_an_address_that_cannot_be_one_is_refused(client: PageClient) -> None:
    page = client.get("/sign-in/link")
    answer = client.submit(page, "/sign-in/link", status=422, email="anna")
    assert isinstance(answer, Page)
    assert "Enter an e-mail address, such as name@example.org." in answer.text


def test_the_eleventh_try_within_five_minutes_is_not_answered(limited: Flask) -> None:
    client = PageClient(limited)
    changes: dict[str, Any] = {"email": "anna@example.org", "password": "wrong"}
    page = client.get("/sign-in")
    for _ in range(10):
        client.submit(page, "/sign-in", status=422, **changes)
    answer = client.submit(page, "/sign-in", status=429, **changes)
    assert isinstance(answer, Page)
    assert answer.heading == "Too many tries"


def test_signing_out_ends_the_session(app: Flask, anna: Actor) -> None:
    client = signed_in(app, anna)
    client.submit(client.get("/account"), "/sign-out")
    assert client.follow(client.http.get("/account")).heading == "Sign in"


def test_signing_out_everywhere_ends_every_session(app: Flask, anna: Actor) -> None:
    one, other = signed_in(app, anna), signed_in(app, anna)
    one.submit(one.get("/account"), "/sign-out-everywhere")
    assert one.follow(one.http.get("/account")).heading == "Sign in"
    assert other.follow(other.http.get("/account")).heading == "Sign in"


def test_a_profile_is_saved(app: Flask, anna: Actor) -> None:
    client = signed_in(app, anna)
    page = client.get("/account")
    answer = client.submit(page, "/account", name="Anna Peeters", time_zone="Europe/Athens")
    saved = client.follow(answer)
    assert "Your account has been saved." in saved.text
    assert saved.form("/account").fields["name"] == ["Anna Peeters"]
    assert saved.form("/account").fields["time_zone"] == ["Europe/Athens"]


def test_a_name_cannot_be_empty(app: Flask, anna: Actor) -> None:
    client = signed_in(app, anna)
    answer = client.submit(client.get("/account"), "/account", status=422, name=" ")
    assert isinstance(answer, Page)
    assert answer.title.startswith("Error: Your account")
    assert "#name" in answer.links


def test_a_new_password_ends_the_other_sessions_only(app: Flask, anna: Actor) -> None:
    one, other = signed_in(app, anna), signed_in(app, anna)
    new = "four words without sense"
    page = one.get("/account")
    answer = one.submit(page, "/account/password", password=new, repeated=new)
    assert "Every other session has ended." in one.follow(answer).text
    assert other.follow(other.http.get("/account")).heading == "Sign in"


@pytest.mark.parametrize(
    ("password", "repeated", "words"),
    [
        ("short", "short", "Use at least 12 characters."),
        ("aaaaaaaaaaaaaaaa", "aaaaaaaaaaaaaaaa", "harder to guess"),
        ("four words without sense", "four words with sense", "not the same"),
        ("", "", "Enter a new password."),
    ],
)
def test_a_weak_or_mistyped_password_is_refused(
    app: Flask, anna: Actor, password: str, repeated: str, words: str
) -> None:
    client = signed_in(app, anna)
    page = client.get("/account")
    answer = client.submit(
        page, "/account/password", status=422, password=password, repeated=repeated
    )
    assert isinstance(answer, Page)
    assert words in answer.text
    assert answer.form("/account").fields["name"] == ["Anna"]


@pytest.mark.parametrize(
    ("role", "first"),
    [
        (Role.SECRETARIAT, "/today"),
        (Role.LEAD_BUYER, "/review"),
        (Role.OBSERVER, "/review"),
        (Role.SUPPLIER_SIGNATORY, "/responses"),
    ],
)
def test_everybody_begins_where_their_work_is(app: Flask, role: Role, first: str) -> None:
    with database_of(app).transaction() as session:
        dialogue = factories.dialogue(session, now=now())
        actor = factories.member(session, dialogue, role, now=now())
    client = signed_in(app, actor)
    assert location(client.http.get("/start")) == first


def test_somebody_without_a_role_begins_on_the_first_page(app: Flask, anna: Actor) -> None:
    assert location(signed_in(app, anna).http.get("/start")) == "/"
