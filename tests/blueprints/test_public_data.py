"""Open data for anyone, once a public brief carries the release; and what caches may keep."""

import csv
import json
from datetime import timedelta
from io import StringIO

import pytest
from flask import Flask
from sqlalchemy import event

from portal.aggregate.documents import text_hash
from portal.core.clock import now
from portal.exchange.models import QaGiven
from portal.identity.roles import Role
from tests import factories
from tests.blueprints.visitors import database_of, signed_in
from tests.brief.consulted import DAYS, SECRET, Consulted, consulted
from tests.page import PageClient

SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
DATA = "/dialogues/market/data"
PAGES = ("", "/questionnaire", "/questions", "/data", "/data/1.csv", "/feed.atom")


@pytest.fixture
def world(app: Flask) -> Consulted:
    with database_of(app).transaction() as session:
        return consulted(session, now() - timedelta(days=DAYS + 20))


@pytest.mark.usefixtures("world")
def test_anyone_gets_the_public_figures_with_licence_hash_and_method(client: PageClient) -> None:
    page = client.get(DATA)
    assert DATA in client.get("/dialogues/market").links
    document = json.loads(client.download(f"{DATA}/1.json").data)
    text = json.dumps(
        {key: value for key, value in document.items() if key != "sha256"},
        sort_keys=True,
        separators=(",", ":"),
        ensure_ascii=False,
    )
    assert text_hash(text) == document["sha256"]
    assert document["audience"] == "public"
    for said in (document["sha256"], "CC BY 4.0", str(document["groups"]), "made once"):
        assert said in page.text
    files = {form: client.download(f"{DATA}/1.{form}") for form in ("csv", "xlsx", "dictionary")}
    assert all("license" in file.headers["Link"] for file in files.values())
    rows = list(csv.DictReader(StringIO(files["csv"].data.decode())))
    cells = document["questions"]["A.01"]["columns"]["all"]["cells"]
    shown = {row["option"] for row in rows if row["question"] == "A.01" and row["column"] == "all"}
    assert shown == set(cells)
    assert json.loads(files["dictionary"].data)["describes"]["sha256"] == document["sha256"]
    assert all(SECRET.encode() not in file.data for file in files.values())
    client.get(f"{DATA}/1.pdf", status=422)
    client.get(f"{DATA}/2.json", status=404)
    assert client.get(f"{DATA}/1").text == page.text
    client.get(f"{DATA}/2", status=404)


@SQLITE
def test_the_feed_and_the_dialogues_page_take_no_more_queries_for_more_news(
    app: Flask, world: Consulted
) -> None:
    engine = database_of(app).engine
    counts = []
    for more in (0, 3):
        with database_of(app).transaction() as session:
            for number in range(more):
                given = {"number": 0, "text": "x", "sha256": "0" * 64, "mailed": 1}
                at = now() + timedelta(seconds=number)
                session.add(QaGiven(dialogue_id=world.dialogue.id, kind="cut_off", at=at, **given))
        for path in ("/feed.atom", "/data", ""):
            sent: list[str] = []

            def note(*arguments: object, sent: list[str] = sent) -> None:
                sent.append(str(arguments[2]))

            event.listen(engine, "before_cursor_execute", note)
            assert app.test_client().get(f"/dialogues/market{path}").status_code == 200
            event.remove(engine, "before_cursor_execute", note)
            counts.append(len(sent))
    assert counts[:3] == counts[3:]


@SQLITE
def test_before_a_public_brief_there_is_no_open_data(app: Flask, client: PageClient) -> None:
    with database_of(app).transaction() as session:
        factories.published(session, now=now(), short_name="market")
    client.get(DATA, status=404)
    client.get(f"{DATA}/1.json", status=404)
    assert DATA not in client.get("/dialogues/market").links


@SQLITE
def test_readers_get_no_cookie_and_caches_may_keep_the_page_for_a_minute(
    app: Flask, world: Consulted
) -> None:
    for path in PAGES:
        url = f"/dialogues/market{path}"
        first = app.test_client().get(url)
        assert first.status_code == 200, url
        assert "Set-Cookie" not in first.headers, url
        assert first.headers["Cache-Control"] == "public, max-age=60", url
        assert {"Cookie", "Accept-Language"} <= set(first.vary), url
        again = app.test_client().get(url, headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b""), url
        french = app.test_client().get(url, headers={"Accept-Language": "fr"})
        assert french.status_code == 200, url
    people = {role: world.scene[role] for role in (Role.SUPPLIER_SIGNATORY, Role.SECRETARIAT)}
    for actor in people.values():
        reader = signed_in(app, actor)
        for path in PAGES:
            answer = reader.http.get(f"/dialogues/market{path}")
            assert answer.headers["Cache-Control"] == "no-store", path
            assert "ETag" not in answer.headers, path


@SQLITE
@pytest.mark.usefixtures("world")
def test_who_has_any_cookie_neither_gets_nor_fills_a_shared_cache(app: Flask) -> None:
    for cookie in ("parley", "language", "other"):
        client = app.test_client()
        client.set_cookie(cookie, "nl")
        answer = client.get("/dialogues/market")
        assert answer.headers["Cache-Control"] == "no-store"
        assert "nonce-" in answer.headers["Content-Security-Policy"]
    private = app.test_client().get("/sign-in")
    assert private.headers["Cache-Control"] == "no-store"
    missing = app.test_client().get("/dialogues/nowhere")
    assert missing.headers["Cache-Control"] == "no-store"


@SQLITE
def test_a_language_is_chosen_without_a_cookie_but_not_from_another_site(app: Flask) -> None:
    reader = app.test_client()
    elsewhere = {"Origin": "https://elsewhere.example"}
    assert reader.post("/language", data={"language": "nl"}, headers=elsewhere).status_code == 400
    own = {"Origin": "http://localhost"}
    chosen = reader.post("/language", data={"language": "nl"}, headers=own)
    assert chosen.status_code == 302
    assert b'lang="nl"' in reader.get("/").data


@SQLITE
def test_who_is_signed_in_needs_the_token_to_choose_a_language(
    app: Flask, world: Consulted
) -> None:
    reader = signed_in(app, world.secretariat)
    own = {"Origin": "http://localhost"}
    answer = reader.http.post("/language", data={"language": "nl"}, headers=own)
    assert answer.status_code == 400
