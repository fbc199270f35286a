"""The release desk: what would be shown is looked at first, then frozen and signed."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from portal.core.clock import now
from tests.aggregate import market
from tests.blueprints.secretariat_world import (
    dialogue_named,
    finished,
    running,
    shown,
)
from tests.blueprints.visitors import database_of, signed_in
from tests.page import Page, PageClient

DESK = "/dialogues/market/manage/releases"


@pytest.fixture
def desk(app: Flask) -> PageClient:
    """The secretariat of a closed market of twelve."""
    return signed_in(app, finished(app))


def tried(desk: PageClient) -> Page:
    """What a release of everything would show."""
    return desk.follow(desk.submit(desk.get(DESK), "/releases"))


def sign(desk: PageClient, page: Page, status: int = 302, reason: str = "") -> Page | TestResponse:
    """Send the form at the foot of a trial."""
    fields: dict[str, Any] = {"signatory": "Ada Example", "looked": "y"}
    if reason:
        fields["reason"] = reason
    return desk.submit(page, page.url, status=status, **fields)


def test_what_each_audience_would_see_is_shown_before_anything_is_frozen(desk: PageClient) -> None:
    page = tried(desk)
    assert page.heading == "What a release would show"
    assert "12 responses submitted until" in page.text
    for words in ("Exact", "Bands", "Too few", "fewer than 10 protected answers"):
        assert words in page.text
    assert "/dialogues/market/releases/1" not in desk.get(DESK).links


def test_a_release_is_signed_by_who_looked_at_it(desk: PageClient) -> None:
    page = tried(desk)
    refused = shown(desk.submit(page, page.url, status=422))
    assert "Sign with your name." in refused.text
    assert "Confirm that you have looked at it." in refused.text
    long = shown(desk.submit(page, page.url, status=422, signatory="A" * 201, looked="y"))
    assert "Use at most 200 characters." in long.text
    made = desk.follow(sign(desk, page))
    assert "/dialogues/market/releases/1" in made.links
    assert "Ada Example" in made.text
    report = desk.get(f"{DESK}/1")
    assert report.heading == "What release 1 shows, and why not more"
    assert "fewer than 10 protected answers" in report.text


def test_one_that_replaces_another_says_why(app: Flask, desk: PageClient) -> None:
    desk.follow(sign(desk, tried(desk)))
    with database_of(app).transaction() as session:
        dialogue = dialogue_named(session, "market")
        late = [market.Supplier(number=50 + number) for number in range(6)]
        market.hand_in(session, dialogue, late, now=now() - timedelta(hours=1))
    page = tried(desk)
    refused = shown(sign(desk, page, 422))
    assert "Say why this release replaces the one before it." in refused.text
    made = desk.follow(sign(desk, page, reason="Six answered late."))
    assert "replaced by release 2" in made.text
    assert "Six answered late." in made.text
    first, second = (desk.get(f"/dialogues/market/releases/{number}") for number in (1, 2))
    assert "A later release has replaced this one." in first.text
    assert "Six answered late." in second.text
    assert "Ada Example" in second.text


def test_what_changed_since_it_was_tried_out_has_to_be_looked_at_again(
    app: Flask, desk: PageClient
) -> None:
    page = tried(desk)
    with database_of(app).transaction() as session:
        dialogue = dialogue_named(session, "market")
        late = [market.Supplier(number=50)]
        market.hand_in(session, dialogue, late, now=now() - timedelta(hours=1))
    failed = desk.follow(sign(desk, page))
    assert failed.heading == "The release could not be made"
    assert "has changed since this was tried out" in failed.text
    assert "/dialogues/market/releases/1" not in desk.get(DESK).links


def test_the_desk_says_when_another_release_can_show_more(app: Flask, desk: PageClient) -> None:
    desk.follow(sign(desk, tried(desk)))
    assert "Nothing has been submitted since release 1." in desk.get(DESK).text
    with database_of(app).transaction() as session:
        dialogue = dialogue_named(session, "market")
        late = [market.Supplier(number=50), market.Supplier(number=51)]
        market.hand_in(session, dialogue, late, now=now())
    page = desk.get(DESK)
    assert "2 suppliers have submitted anew since release 1." in page.text
    assert "Release again when at least 3 more have answered" in page.text


def test_a_release_can_be_made_for_some_audiences_and_segments_alone(desk: PageClient) -> None:
    page = desk.get(DESK)
    answer = desk.submit(page, "/releases", audiences=["buyer"], segments=["makers"])
    trial = desk.follow(answer)
    assert "Buyers" in trial.text
    assert "Suppliers" not in trial.text.partition("What each audience sees")[2]
    made = desk.follow(sign(desk, trial))
    assert "/dialogues/market/releases/1" in made.links
    desk.download("/dialogues/market/releases/1/buyer.json")
    desk.get("/dialogues/market/releases/1/public.json", status=404)
    refused = shown(desk.submit(page, "/releases", status=422, audiences=[], segments=[]))
    assert "Choose at least one audience." in refused.text


def test_while_answers_are_taken_nothing_is_tried_out(app: Flask) -> None:
    name, secretariat = running(app)
    client = signed_in(app, secretariat)
    url = f"/dialogues/{name}/manage/releases"
    page = client.get(url)
    assert "Try it out" not in page.text
    fields = {
        "csrf_token": page.form("/sign-out").fields["csrf_token"],
        "cut_off": "2026-01-01T10:00",
        "audiences": "public",
    }
    failed = client.follow(client.send(url, fields))
    assert failed.heading == "The release could not be tried out"
    assert "Answers are still being taken. The release can be made after the close." in failed.text


def test_a_trial_is_of_one_dialogue(app: Flask, desk: PageClient) -> None:
    trial = tried(desk).url
    name, secretariat = running(app)
    signed_in(app, secretariat).get(trial.replace("market", name), status=404)
