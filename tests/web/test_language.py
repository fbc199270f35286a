"""Which language a page is in, and the switch at its foot."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask, g
from flask_babel import force_locale

from portal.core.errors import message, plural
from portal.dialogue.queries import load_actor
from portal.identity.actor import ANYONE, Actor
from portal.identity.operations import ensure_person
from portal.web.language import (
    calendar_day,
    day,
    deadline,
    listing,
    moment,
    number,
    sentence,
)
from tests.blueprints.visitors import database_of, signed_in
from tests.page import Form, Page, PageClient

THEN = datetime(2026, 12, 10, 12, 5, tzinfo=UTC)


@pytest.fixture
def anna(app: Flask) -> Actor:
    """A person who reads Dutch."""
    with database_of(app).transaction() as session:
        person = ensure_person(session, email="anna@example.org", language="nl", now=THEN)
        return load_actor(session, person.id)


@pytest.fixture
def on_a_page(app: Flask) -> Iterator[None]:
    """Within a request of somebody who has not signed in."""
    with app.test_request_context("/"):
        g.actor = ANYONE
        yield


def language_of(page: Page) -> str | None:
    """What the page says that its language is."""
    return page.tree.get("lang")


def asking_for(client: PageClient, url: str, languages: str) -> str | None:
    """The language of a page fetched by a browser that prefers these."""
    return language_of(Page(client.http.get(url, headers={"Accept-Language": languages})))


def switch(page: Page) -> Form:
    """The form at the foot of the page."""
    return page.form("/language")


@pytest.mark.parametrize(
    ("preferred", "shown"),
    [
        ("nl", "nl"),
        ("de-AT,de;q=0.9,en;q=0.5", "de"),
        ("fr-CA, en;q=0.8", "fr"),
        ("el, fr;q=0.3", "fr"),
        ("fr;q=0, nl;q=0.1", "nl"),
        ("el", "en"),
        ("", "en"),
        ("???", "en"),
    ],
)
def test_a_page_is_in_the_first_language_of_the_browser_that_there_is(
    client: PageClient, preferred: str, shown: str
) -> None:
    assert asking_for(client, "/", preferred) == shown


def test_what_the_reader_chose_comes_before_what_the_browser_asks_for(client: PageClient) -> None:
    client.submit(client.get("/sign-in"), "/language", language="fr")
    assert asking_for(client, "/", "nl") == "fr"


def test_an_account_comes_before_the_browser_and_a_choice_before_the_account(
    app: Flask, anna: Actor
) -> None:
    client = signed_in(app, anna)
    page = client.get("/account")
    assert language_of(page) == "nl"
    client.submit(page, "/language", language="de")
    assert asking_for(client, "/account", "en") == "de"


def test_a_choice_while_signed_in_is_kept_in_the_account(app: Flask, anna: Actor) -> None:
    client = signed_in(app, anna)
    client.submit(client.get("/account"), "/language", language="de")
    assert language_of(signed_in(app, anna).get("/account")) == "de"


def test_saving_the_account_counts_as_a_choice(app: Flask, anna: Actor) -> None:
    client = signed_in(app, anna)
    client.submit(client.get("/account"), "/language", language="de")
    client.submit(client.get("/account"), "/account", language="fr")
    assert language_of(client.get("/account")) == "fr"


def test_the_account_offers_every_language_by_its_own_name(app: Flask, anna: Actor) -> None:
    page = signed_in(app, anna).get("/account")
    select = next(s for s in page.tree.iter("select") if s.get("name") == "language")
    names = ["".join(option.itertext()).strip() for option in select.iter("option")]
    assert names == ["English", "Français", "Nederlands", "Deutsch"]


def test_the_switch_offers_the_other_languages_each_in_itself(client: PageClient) -> None:
    page = client.get("/")
    assert switch(page).buttons == [("language", tag) for tag in ("fr", "nl", "de")]
    named = {b.get("value"): b.get("lang") for b in page.tree.iter("button") if b.get("value")}
    assert named == {"fr": "fr", "nl": "nl", "de": "de"}


def test_the_switch_leads_back_to_the_same_page_with_its_query(client: PageClient) -> None:
    response = client.submit(client.get("/sign-in?next=/account"), "/language", language="nl")
    assert response.headers["Location"] == "/sign-in?next=/account"  # type: ignore[union-attr]  # a redirect is a response
    assert language_of(client.follow(response)) == "nl"


def test_a_page_that_answers_a_form_leads_back_to_where_the_form_was(client: PageClient) -> None:
    link = client.get("/sign-in/link/unknown")
    path = "/sign-in/link/unknown"
    data = {**link.form(path).fields}
    response = client.http.post(
        path, data=data, headers={"Referer": "http://localhost/sign-in/link/unknown?a=b"}
    )
    page = Page(response)
    assert response.status_code == 410
    assert switch(page).fields["next"] == [path]
    sign_out = client.http.post("/sign-out", headers={"Referer": "http://localhost/sign-in?x=1"})
    assert switch(Page(sign_out)).fields["next"] == ["/sign-in?x=1"]


@pytest.mark.parametrize(
    "target", ["//evil.example", "https://evil.example/", "/\\evil.example", "evil", ""]
)
def test_the_switch_never_leads_to_another_site(client: PageClient, target: str) -> None:
    response = client.submit(client.get("/sign-in"), "/language", language="nl", next=target)
    assert response.headers["Location"] == "/"  # type: ignore[union-attr]  # a redirect is a response


def test_a_language_that_does_not_exist_cannot_be_chosen(client: PageClient) -> None:
    client.submit(client.get("/"), "/language", status=404, language="xx")
    assert language_of(client.get("/")) == "en"


def test_a_forged_cookie_is_ignored(client: PageClient) -> None:
    client.http.set_cookie("language", "../../etc")
    assert language_of(client.get("/")) == "en"


def test_the_cookie_stays_a_year_and_does_not_travel(client: PageClient) -> None:
    response = client.submit(client.get("/"), "/language", language="nl")
    cookies = response.headers.getlist("Set-Cookie")  # type: ignore[union-attr]  # a redirect is a response
    (cookie,) = [cookie for cookie in cookies if cookie.startswith("language=")]
    assert {"Max-Age=31536000", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))


def test_without_its_token_the_switch_does_nothing(client: PageClient) -> None:
    assert client.http.post("/language", data={"language": "nl"}).status_code == 400
    assert language_of(client.get("/")) == "en"


@pytest.mark.usefixtures("on_a_page")
def test_times_are_british_in_english_and_in_the_readers_zone() -> None:
    assert moment(THEN) == "Thu 10 Dec 2026, 13:05 CET"
    assert day(THEN) == calendar_day(THEN.date()) == "10 December 2026"
    soon = deadline(datetime.now(UTC) + timedelta(days=3, hours=1))
    assert soon.startswith("in 3 days (")
    assert soon.endswith(" UTC)")


@pytest.mark.usefixtures("on_a_page")
@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        ("fr", ("jeu. 10 déc. 2026, 13:05 CET", "10 décembre 2026", "A, B et C")),
        ("nl", ("do 10 dec 2026, 13:05 CET", "10 december 2026", "A, B en C")),
        ("de", ("Do., 10. Dez. 2026, 13:05 CET", "10. Dezember 2026", "A, B und C")),
    ],
)
def test_times_and_lists_are_those_of_the_language(tag: str, expected: tuple[str, ...]) -> None:
    with force_locale(tag):
        assert (moment(THEN), day(THEN), listing(["A", "B", "C"])) == expected


@pytest.mark.usefixtures("on_a_page")
def test_numbers_are_those_of_the_language() -> None:
    assert number(1234.5) == "1,234.5"
    assert sentence(plural("{count} row", "{count} rows", 1200)) == "1,200 rows"
    with force_locale("nl"):
        assert number(1234.5) == "1.234,5"


@pytest.mark.usefixtures("on_a_page")
def test_messages_within_messages_are_said_too() -> None:
    inner = message("{count} of {total}", count=1, total=2)
    assert sentence(message("Row {row}: {problem}", row="A", problem=inner)) == "Row A: 1 of 2"
