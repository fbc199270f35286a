"""The Atom feed of a dialogue: what is new, valid for every reader, and the same each time."""

from datetime import timedelta
from uuid import UUID
from xml.etree import ElementTree as ET

import pytest
from flask import Flask

from portal.core.clock import now
from portal.web.feeds import MEDIA_TYPE, Entry, Feed, atom
from tests import factories
from tests.blueprints.visitors import database_of
from tests.brief.consulted import DAYS, HOSTILE, SECRET, consulted
from tests.page import PageClient

SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
FEED = "/dialogues/market/feed.atom"
ATOM = {"a": "http://www.w3.org/2005/Atom"}


def parsed(content: bytes) -> ET.Element:
    return ET.fromstring(content)  # noqa: S314 - our own, and the test is that it parses


def texts(root: ET.Element, path: str) -> list[str]:
    return [element.text or "" for element in root.findall(path, ATOM)]


def test_everything_new_is_told_newest_first_with_ids_that_stay(app: Flask) -> None:
    with database_of(app).transaction() as session:
        consulted(session, now() - timedelta(days=DAYS + 20))
    client = PageClient(app)
    answer = client.download(FEED)
    assert answer.mimetype == MEDIA_TYPE
    root = parsed(answer.data)
    titles = texts(root, "a:entry/a:title")
    assert titles[0] == f"Brief: {HOSTILE}"
    assert titles[1] == "The dialogue is closed"
    assert titles[2] == "Question 1 is answered"
    assert titles[3].startswith("The closing time moves to ")
    assert titles[4].startswith("A wording is corrected: B.01")
    assert titles[5:] == ["Version 1.0 of the questionnaire is published"]
    updated = texts(root, "a:entry/a:updated")
    assert updated == sorted(updated, reverse=True)
    assert texts(root, "a:updated") == updated[:1]
    ids = texts(root, "a:entry/a:id")
    assert len(set(ids)) == len(ids)
    assert texts(parsed(client.download(FEED).data), "a:entry/a:id") == ids
    links = root.findall("a:link", ATOM)
    assert {link.get("rel") for link in links} == {"self", "alternate"}
    for link in root.findall("a:entry/a:link", ATOM):
        address = str(link.get("href"))
        assert address.startswith("http://127.0.0.1:8000/dialogues/market")
        found = client.http.get(address.removeprefix("http://127.0.0.1:8000"))
        assert found.status_code in {200, 302}
    assert SECRET.encode() not in answer.data
    assert b"<script" not in answer.data
    page = client.get("/dialogues/market").html
    assert f'href="{FEED}"' in page
    assert 'rel="alternate"' in page


@SQLITE
def test_a_dialogue_that_is_not_published_has_no_feed(app: Flask) -> None:
    with database_of(app).transaction() as session:
        factories.dialogue(session, short_name="market", now=now())
    PageClient(app).get(FEED, status=404)


def test_characters_that_xml_cannot_hold_are_left_out() -> None:
    at, text = now(), "a\x00b\x07\ud800c\u202ed\nnext <b>&"
    feed_id = UUID(int=1)
    entry = Entry(id=feed_id, at=at, title=text, text=text, address="http://127.0.0.1/x?a&b")
    feed = Feed(
        id=feed_id,
        title=text,
        language="en",
        authors=[text],
        address="http://127.0.0.1/f",
        page="http://127.0.0.1/",
        since=at,
        entries=[entry],
    )
    root = parsed(atom(feed))
    assert texts(root, "a:entry/a:content") == ["abcd\nnext <b>&"]
    assert texts(root, "a:author/a:name") == ["abcd next <b>&"]
