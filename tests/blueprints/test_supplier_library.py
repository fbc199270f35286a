"""Our library of evidence on pages: added once, used often, replaced, downloads seen."""

import gc
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace as changed
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import event, select

from portal.core.audit import AuditEntry
from portal.core.clock import now
from portal.core.scanning import scan_for
from portal.dialogue import operations as dialogues
from portal.dialogue.models import Dialogue
from portal.identity.actor import SYSTEM, Actor
from portal.identity.roles import Role
from portal.response.models import Evidence
from tests import factories
from tests.blueprints.supplier_world import Reader, World, world
from tests.page import Page
from tests.response.clamd import EICAR, clamd, unused_port

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
JSON = {"Accept": "application/json"}


@pytest.fixture
def ours(app: Flask) -> World:
    return world(app)


@pytest.fixture
def reader(ours: World) -> Reader:
    return ours.client()


def library(ours: World) -> str:
    return f"/companies/{ours.organisation_id}/evidence"


def pieces(ours: World) -> dict[str, UUID]:
    """Title → id of everything that is kept."""
    query = select(Evidence.title, Evidence.id)
    with ours.database.session(writes=False) as session:
        rows = session.execute(
            query.where(
                Evidence.organisation_id == ours.organisation_id, Evidence.removed_at.is_(None)
            )
        )
        return {row.title: row.id for row in rows}


def add(ours: World, reader: Reader, *names: str, **typed: object) -> Page:
    """Add files with these names to the library; the page after it."""
    page = reader.get(f"{library(ours)}/new")
    files = [(io.BytesIO(PDF + name.encode()), f"{name}.pdf") for name in names]
    sent = reader.fill_in(page, library(ours), typed={"file": files, **typed})
    return reader.follow(sent)


@contextmanager
def statements(ours: World) -> Iterator[list[str]]:
    """What is asked of the database meanwhile."""
    noted: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        noted.append(statement)

    event.listen(ours.database.engine, "before_cursor_execute", note)
    yield noted
    event.remove(ours.database.engine, "before_cursor_execute", note)


def test_a_document_lives_in_the_library(ours: World, reader: Reader) -> None:
    assert "Nothing yet." in reader.get(library(ours)).text
    assert library(ours) in reader.get(ours.url).links
    assert "/evidence" in reader.get("/responses").links
    page = add(ours, reader, "policy", title="Our policy", document_kind="policy")
    assert "“Our policy” was added." in page.text
    place = f"{library(ours)}/{pieces(ours)['Our policy']}"
    reader.fill_in(
        reader.get(f"{place}/details"),
        "/details",
        typed={"title": "Rights policy", "valid_until": "2020-01-31", "confidentiality": "public"},
    )
    page = reader.get(place)
    assert page.heading == "Rights policy"
    assert "Expired" in page.text
    assert "anyone" in page.text
    faulty = reader.fill_in(
        reader.get(f"{place}/details"),
        "/details",
        typed={"title": "Kept", "issued_on": "2021-01-01"},
        status=422,
    )
    assert isinstance(faulty, Page)
    assert faulty.form("/details").fields["title"] == ["Kept"]
    assert reader.download(f"{place}/file").headers["X-Content-Type-Options"] == "nosniff"
    assert "Rights policy" in reader.get(f"{library(ours)}?search=rights&state=expired").text
    assert "Nothing fits" in reader.get(f"{library(ours)}?state=valid").text
    removed = reader.follow(reader.submit(page, "/remove"))
    assert "Removed from your library." in removed.text
    reader.get(place, status=404)


def test_one_document_backs_many_answers_and_makes_way_for_a_newer_one(
    ours: World, reader: Reader
) -> None:
    add(ours, reader, "policy")
    place = f"{library(ours)}/{pieces(ours)['policy.pdf']}"
    page = reader.get(place)
    boxes = [box.get("value") for box in page.tree.iter("input") if box.get("name") == "question"]
    assert f"{ours.response_id}:B.01" in boxes
    nothing = reader.fill_in(page, "/questions", typed={}, status=422)
    assert isinstance(nothing, Page)
    assert "Choose at least one question." in nothing.text
    page = reader.follow(reader.fill_in(page, "/questions", typed={"question": boxes}))
    assert "can be changed" in page.text
    newer = reader.get(f"{place}/replace")
    file = (io.BytesIO(PDF + b"newer"), "newer.pdf")
    page = reader.follow(reader.fill_in(newer, "/replace", typed={"file": file}))
    assert page.heading == "newer.pdf"
    assert f"Answers that show the newer one: {len(boxes)}." in page.text
    assert "Earlier ones" in page.text
    old = reader.get(place)
    assert "It backs no answer yet." in old.text
    reader.get(f"{place}/replace", status=404)
    desk = reader.get(f"{ours.url}/evidence/B.01")
    assert "newer.pdf" in desk.text
    assert str(pieces(ours)["policy.pdf"]) not in desk.html


def test_the_list_and_the_choice_at_a_question_cost_the_same_at_any_size(
    ours: World, reader: Reader
) -> None:
    costs = []
    for count in (2, 38):
        already = len(pieces(ours))
        add(ours, reader, *(f"paper {number}" for number in range(already, already + count)))
        for url in (library(ours), f"{ours.url}/evidence/B.01"):
            reader.get(url)
            with statements(ours) as noted:
                reader.get(url)
            costs.append(len(noted))
    assert costs[:2] == costs[2:]
    assert "Page 1 of 2" in reader.get(library(ours)).text
    assert "Page 2 of 2" in reader.get(f"{library(ours)}?page=2").text
    url = f"{ours.url}/evidence/B.01"
    assert "The newest 25 of 40." in reader.get(url).text
    found = reader.get(f"{url}?search=paper+7")
    values = {box.get("value") for box in found.tree.iter("input") if box.get("name") == "existing"}
    assert str(pieces(ours)["paper 7.pdf"]) in values
    assert len(values) == 4


def test_several_files_go_in_one_go_and_the_same_one_is_known(ours: World, reader: Reader) -> None:
    page = add(ours, reader, "Shenzhen", "Taipei", title="Audit")
    assert set(pieces(ours)) == {"Audit – Shenzhen.pdf", "Audit – Taipei.pdf"}
    page = add(ours, reader, "Shenzhen", title="Again")
    assert "in your library already, as “Audit – Shenzhen.pdf”" in page.text
    url = f"{ours.url}/evidence/B.01"
    desk = reader.get(url)
    token = desk.forms()[0].fields["csrf_token"]
    both = {"csrf_token": token, "existing": [str(each) for each in pieces(ours).values()]}
    page = reader.follow(reader.send(url, both))
    assert page.text.count("Audit – ") >= 2
    again = reader.follow(reader.send(url, both))
    assert "It was there." in again.text


def test_the_script_is_told_in_json_where_to_go_on_or_what_is_wrong(
    ours: World, reader: Reader
) -> None:
    url = f"{ours.url}/evidence/B.01"
    token = reader.get(url).form("/evidence/B.01").fields["csrf_token"][0]

    def send(content: bytes) -> tuple[int, dict[str, object]]:
        data = {"csrf_token": token, "file": (io.BytesIO(content), "policy.pdf")}
        answer = reader.http.post(url, data=data, headers=JSON)
        return answer.status_code, answer.get_json()

    assert send(b"MZ") == (
        422,
        {"faults": ["This file cannot be added. Use PDF, XLSX, DOCX, CSV, PNG or JPEG."]},
    )
    assert send(PDF) == (200, {"location": url})
    assert send(PDF) == (200, {"location": url})
    assert len(pieces(ours)) == 1


@pytest.mark.filterwarnings(
    "ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"
)
def test_a_connection_that_breaks_leaves_nothing_behind(ours: World, reader: Reader) -> None:
    url = f"{ours.url}/evidence/B.01"
    token = reader.get(url).form("/evidence/B.01").fields["csrf_token"][0]
    parts = (
        f'--x\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{token}\r\n'
        '--x\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n'
    )
    sent = parts.encode() + PDF
    answer = reader.http.post(
        url,
        input_stream=io.BytesIO(sent),
        content_length=len(sent) + 1000,
        content_type="multipart/form-data; boundary=x",
    )
    assert answer.status_code == 400
    gc.collect()  # Werkzeug leaves what it had read of the file to the collector, which warns.
    assert pieces(ours) == {}
    folder = ours.app.extensions["portal.files"].folder
    assert not [path for path in folder.rglob("*") if path.is_file()]


def test_what_clamd_finds_is_refused_and_written_down(ours: World, reader: Reader) -> None:
    url = f"{ours.url}/evidence/B.01"
    token = reader.get(url).form("/evidence/B.01").fields["csrf_token"]

    def send(content: bytes) -> Page:
        file = (io.BytesIO(content), "policy.pdf")
        page = reader.send(url, {"csrf_token": token, "file": file, "title": "Kept"}, status=422)
        assert isinstance(page, Page)
        assert page.form("/evidence/B.01").fields["title"] == ["Kept"]
        return page

    with clamd() as address:
        ours.app.extensions["portal.scan"] = scan_for(address)
        assert "the scan found harmful content" in send(PDF + EICAR).text
    ours.app.extensions["portal.scan"] = scan_for(f"tcp://127.0.0.1:{unused_port()}")
    assert "could not be checked for harmful content" in send(PDF).text
    assert pieces(ours) == {}
    query = select(AuditEntry.person_id, AuditEntry.details)
    with ours.database.session(writes=False) as session:
        noted = session.execute(query.where(AuditEntry.act == "harmful_file_refused")).all()
    assert [tuple(row) for row in noted] == [
        (ours.signatory.person_id, {"found": "Eicar-Signature"})
    ]


def test_another_companys_evidence_is_nowhere(ours: World, reader: Reader) -> None:
    add(ours, reader, "policy")
    mine = pieces(ours)["policy.pdf"]
    others = ours.other_supplier()
    theirs = others.client()
    add(others, theirs, "theirs")
    their_piece = pieces(others)["theirs.pdf"]
    theirs.get(library(ours), status=404)
    theirs.get(f"{library(ours)}/new", status=404)
    for company in (ours, others):
        place = f"{library(company)}/{mine}"
        for path in ("", "/details", "/replace", "/file"):
            theirs.get(place + path, status=404)
        token = theirs.get(f"{library(others)}/new").forms()[0].fields["csrf_token"]
        for path in ("/details", "/replace", "/questions", "/remove"):
            theirs.send(place + path, {"csrf_token": token, "title": "x"}, status=404)
    foreign = {"csrf_token": token, "question": f"{ours.response_id}:B.01"}
    theirs.send(f"{library(others)}/{their_piece}/questions", foreign, status=404)
    theirs.send(f"{library(ours)}", {"csrf_token": token, "url": "https://a.eu"}, status=404)
    assert set(pieces(ours)) == {"policy.pdf"}
    reader.get(f"{library(ours)}/{uuid4()}", status=404)


def test_a_contributor_adds_but_does_not_choose_the_readers(ours: World, reader: Reader) -> None:
    add(ours, reader, "policy")
    helper = ours.client(ours.colleague(Role.SUPPLIER_CONTRIBUTOR))
    page = helper.get(f"{library(ours)}/new")
    assert "confidentiality" not in page.form(library(ours)).fields
    add(ours, helper, "mine", confidentiality="public")
    place = f"{library(ours)}/{pieces(ours)['mine.pdf']}"
    assert "anyone" not in helper.get(place).text
    helper.get(f"{place}/details")
    helper.get(f"{place}/replace", status=404)
    helper.get(f"{library(ours)}/{pieces(ours)['policy.pdf']}/details", status=404)


def test_every_download_by_others_is_seen(ours: World, reader: Reader) -> None:
    ours.fill(reader)
    add(ours, reader, "audit")
    place = f"{library(ours)}/{pieces(ours)['audit.pdf']}"
    reader.fill_in(reader.get(place), "/questions", typed={"question": f"{ours.response_id}:B.01"})
    assert "Nobody outside your company" in reader.get(place).text
    ours.sign(reader)
    with ours.database.transaction() as session:
        dialogue = session.get_one(Dialogue, ours.dialogue_id)
        buyer: Actor = factories.member(session, dialogue, Role.LEAD_BUYER, now=now())
        dialogue.closes_at = now()
        dialogues.close(session, SYSTEM, dialogue.id, now=now())
        name = dialogue.short_name
    with ours.database.session(writes=False) as session:
        sha256 = session.get_one(Evidence, pieces(ours)["audit.pdf"]).sha256
    theirs = changed(ours, signatory=buyer).client()
    file = theirs.download(f"/dialogues/{name}/answers/files/{ours.organisation_id}/{sha256}")
    assert file.headers["Content-Disposition"] == "attachment; filename=audit.pdf"
    page = reader.get(place)
    assert buyer.name in page.text
    assert "sent or closed" in page.text
    assert "1, on" in reader.get(library(ours)).text
