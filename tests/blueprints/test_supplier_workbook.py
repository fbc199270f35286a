"""The workbook of our answers through the pages: downloaded, given back, looked at, taken."""

from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy import select

from portal.core.audit import AuditEntry
from portal.core.scanning import scan_for
from portal.identity.roles import Role
from tests.blueprints.supplier_world import Reader, World, statements, world
from tests.page import Page
from tests.response.clamd import EICAR, clamd
from tests.response.workbooks import Offline, opened

HOSTILE = "<script>alert(1)</script> =1+1"


@pytest.fixture
def own(app: Flask) -> World:
    """A supplier that has begun to answer."""
    return world(app)


def downloaded(own: World, client: Reader, query: str = "") -> Offline:
    return opened(client.download(f"{own.url}/workbook.xlsx{query}").data)


def given_back(own: World, client: Reader, offline: Offline, name: str = "ours.xlsx") -> Page:
    """Upload the workbook and come to the page with what is different."""
    page = client.get(f"{own.url}/workbook")
    file = (BytesIO(offline.saved()), name)
    return client.follow(client.fill_in(page, f"{own.url}/workbook", typed={"file": file}))


def test_a_workbook_makes_the_round(own: World) -> None:
    client = own.client()
    own.save(client, "B", {"B.04": "3", "B.05": "12"})
    offline = downloaded(own, client)
    offline.put("No", "B.03")
    offline.put(44, "B.05")
    offline.put(HOSTILE, "B.04", "comment")
    own.save(client, "B", {"B.05": "13", "B.06": "6"})

    page = given_back(own, client, offline)
    assert page.heading == "What is different in the workbook"
    assert "Changed in the workbook only 2 Changed here only 1 Changed in both 1" in page.text
    assert HOSTILE in page.text
    assert own.stored()["B.05"] == 13
    assert "B.03" not in own.stored()

    sent = client.submit(page, page.url, fields={"side:B.05": "workbook"})
    page = client.follow(sent)
    assert "3 answers are taken from the workbook." in page.text
    assert own.stored() == {"B.03": "no", "B.04": 3, "B.05": 44, "B.06": 6}

    page = given_back(own, client, offline)
    assert "The workbook changes nothing." in page.text
    client.submit(page, page.url, button="act")
    assert "still waits for you" not in client.get(f"{own.url}/workbook").text


def test_what_is_online_stays_unless_somebody_chooses(own: World) -> None:
    client = own.client()
    offline = downloaded(own, client)
    offline.put(44, "B.05")
    own.save(client, "B", {"B.05": "13"})
    page = given_back(own, client, offline)
    client.submit(page, page.url)
    assert own.stored() == {"B.05": 13}


def test_only_some_sections_are_downloaded(own: World) -> None:
    client = own.client()
    offline = downloaded(own, client, "?section=B")
    names = [sheet.title for sheet in offline.book if sheet.sheet_state == "visible"]
    assert [name[0] for name in names[1:]] == ["B"]
    offline.put("No", "B.03")
    assert "Changed in the workbook only 1" in given_back(own, client, offline).text
    client.get(f"{own.url}/workbook.xlsx?section=Z", status=404)


def test_faults_are_named_by_cell_and_nothing_typed_is_lost(own: World) -> None:
    client = own.client()
    offline = downloaded(own, client)
    offline.put("soon", "B.02")
    offline.put("No", "B.03")
    sheet, cell = offline.at("B.02")
    page = given_back(own, client, offline)
    assert f"{sheet}!{cell}" in page.text
    client.submit(page, page.url)
    assert own.stored() == {"B.03": "no"}


def test_what_is_no_workbook_of_ours_is_said_at_the_field(own: World) -> None:
    client = own.client()
    page = client.get(f"{own.url}/workbook")
    other = own.other_supplier()
    theirs = opened(other.client().download(f"{other.url}/workbook.xlsx").data).saved()
    for content, name, words in (
        (b"", "", "Choose the workbook."),
        (b"text", "a.xlsx", "“a.xlsx” is not an Excel workbook"),
        (theirs, "b.xlsx", "This workbook holds the answers of"),
    ):
        file = {"file": (BytesIO(content), name)} if name else {}
        found = client.fill_in(page, f"{own.url}/workbook", typed=file, status=422)
        assert isinstance(found, Page)
        assert words in found.text


def test_a_workbook_is_scanned_before_it_is_read(own: World) -> None:
    client = own.client()
    page = client.get(f"{own.url}/workbook")
    with clamd() as address:
        own.app.extensions["portal.scan"] = scan_for(address)
        file = {"file": (BytesIO(EICAR), "ours.xlsx")}
        found = client.fill_in(page, f"{own.url}/workbook", typed=file, status=422)
        assert isinstance(found, Page)
        assert "the scan found harmful content" in found.text
        same = given_back(own, client, downloaded(own, client))
        assert "The workbook changes nothing." in same.text
    with own.database.session(writes=False) as session:
        acts = session.scalars(select(AuditEntry.act)).all()
    assert acts.count("harmful_file_refused") == 1


def test_nobody_else_gets_or_gives_a_workbook(own: World) -> None:
    client = own.client()
    page = given_back(own, client, downloaded(own, client))
    stranger = own.other_supplier().client()
    for path in ("/workbook", "/workbook.xlsx"):
        stranger.get(f"{own.url}{path}", status=404)
    stranger.get(page.url, status=404)
    contributor = own.client(own.colleague(Role.SUPPLIER_CONTRIBUTOR))
    assert "cannot be changed by you now" in contributor.get(f"{own.url}/workbook").text


def test_the_page_of_differences_asks_the_database_the_same_few_times(own: World) -> None:
    client = own.client()
    own.save(client, "B", {"B.05": "13"})
    offline = downloaded(own, client)
    offline.put("No", "B.03")
    counts = []
    for place in ((), ("B.04", "B.06", "D.02", "A.02")):
        for question_id in place:
            offline.put("more", question_id, "comment")
        page = given_back(own, client, offline)
        with statements(own.database) as heard:
            client.get(page.url)
        counts.append(len(heard.found))
    assert counts[0] == counts[1]
