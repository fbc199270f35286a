"""Releases and briefs, made in jobs whose progress is shown."""

from typing import Any

from flask import Flask

from portal.aggregate.queries import releases
from portal.core.clock import now
from portal.core.jobs import ask_for
from tests.aggregate import market
from tests.blueprints.secretariat_world import (
    dialogue_named,
    finished,
    running,
    shown,
)
from tests.blueprints.visitors import database_of, signed_in
from tests.page import PageClient


def test_a_release_is_made_and_a_brief_written_and_published(app: Flask) -> None:
    client = signed_in(app, finished(app))
    page = client.get("/dialogues/market/manage/releases")
    assert "12 responses have been submitted." in page.text
    tried = client.follow(client.submit(page, "/releases"))
    assert tried.heading == "What a release would show"
    signed: dict[str, Any] = {"signatory": "Ada Example", "looked": "y"}
    made = client.follow(client.submit(tried, tried.url, **signed))
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


def test_without_any_answer_there_is_nothing_to_release(app: Flask) -> None:
    name, secretariat = running(app, days_ago=40)
    page = signed_in(app, secretariat).get(f"/dialogues/{name}/manage/releases")
    assert "Nobody has submitted answers" in page.text
    assert "Try it out" not in page.text


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
