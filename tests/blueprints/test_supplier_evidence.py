"""Files and links that back an answer: added, used again, taken away, refused."""

import io
import zipfile
from collections.abc import Mapping
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from portal.response.models import Evidence
from tests.blueprints.supplier_world import Reader, World, world
from tests.page import Page

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
TYPES = "[Content_Types].xml"
DOCX_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
MACRO_TYPE = "application/vnd.ms-word.document.macroEnabled.main+xml"
MEBIBYTE = 1024 * 1024


def archive(parts: Mapping[str, str | bytes]) -> bytes:
    """A ZIP file."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as found:
        for name, content in parts.items():
            found.writestr(name, content)
    return made.getvalue()


DOCX = archive({TYPES: DOCX_TYPE, "word/document.xml": "<w/>"})
HOSTILE: Mapping[str, tuple[str, bytes]] = {
    "a page": ("policy.html", b"<!DOCTYPE html><script>alert(1)</script>"),
    "a page called PDF": ("policy.pdf", b"<html><script>alert(1)</script></html>"),
    "a drawing with scripts": ("logo.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
    "a drawing called PNG": ("logo.png", b"<svg onload='alert(1)'/>"),
    "a program": ("policy.exe", b"MZ\x90\x00" + bytes(60)),
    "a program called PDF": ("policy.pdf", b"MZ\x90\x00" + bytes(60)),
    "an archive": ("all.zip", archive({"a.txt": "a"})),
    "an archive called DOCX": ("all.docx", archive({"a.txt": "a"})),
    "a document with macros": (
        "policy.docx",
        archive({TYPES: DOCX_TYPE, "word/document.xml": "", "word/vbaProject.bin": "x"}),
    ),
    "a macro type called DOCX": (
        "policy.docx",
        archive({TYPES: MACRO_TYPE, "word/document.xml": ""}),
    ),
    "an archive that unpacks to far more": (
        "policy.docx",
        archive({TYPES: DOCX_TYPE, "word/document.xml": bytes(40 * MEBIBYTE)}),
    ),
    "a damaged document": ("policy.docx", DOCX[: len(DOCX) // 2]),
    "a PDF called DOCX": ("policy.docx", PDF),
    "a program text called CSV": ("rows.csv", b"<?php system('id'); ?>"),
    "a picture of another kind": ("move.gif", b"GIF89a" + bytes(30)),
    "bytes called CSV": ("rows.csv", b"a,b\x00\x01\x02"),
    "nothing at all": ("policy.pdf", b""),
    "a file that is too large": ("policy.pdf", PDF + bytes(10 * MEBIBYTE)),
}


@pytest.fixture
def ours(app: Flask) -> World:
    return world(app)


@pytest.fixture
def reader(ours: World) -> Reader:
    return ours.client()


def kept(ours: World) -> list[UUID]:
    """The evidence of the supplier."""
    query = select(Evidence.id).where(Evidence.organisation_id == ours.organisation_id)
    with ours.database.session(writes=False) as session:
        return list(session.scalars(query))


def close(sent: Page | TestResponse) -> None:
    """Werkzeug's client leaves the temporary file open that it sends a large form from."""
    response = sent.response if isinstance(sent, Page) else sent
    response.request.environ["wsgi.input"].close()


def add(ours: World, reader: Reader, question: str, status: int = 302, **fields: object) -> Page:
    """Send the form for something new; the page after it."""
    url = f"{ours.url}/evidence/{question}"
    page = reader.get(url)
    (form,) = [form for form in page.forms() if form.action == url and "url" in form.fields]
    sent = reader.send(url, {**form.fields, **fields}, status=status)
    close(sent)
    return sent if isinstance(sent, Page) else reader.follow(sent)


def test_a_file_is_added_downloaded_and_taken_away(ours: World, reader: Reader) -> None:
    page = add(
        ours,
        reader,
        "B.01",
        file=(io.BytesIO(PDF), "policy.pdf"),
        title="Our policy",
        valid_until="2026-11-30",
    )
    assert "Our policy" in page.text
    assert "valid until 30 November 2026" in page.text
    href = next(link for link in page.links if "/files/" in link)
    file = reader.download(href)
    assert file.data == PDF
    assert file.headers["Content-Disposition"] == "attachment; filename=policy.pdf"
    assert file.headers["X-Content-Type-Options"] == "nosniff"
    assert "Our policy" in reader.get(ours.section("B")).text
    after = reader.follow(reader.submit(page, "/remove"))
    assert "Nothing yet." in after.text
    assert "Our policy" not in reader.get(ours.section("B")).text


def test_what_was_added_once_is_used_on_another_question(ours: World, reader: Reader) -> None:
    ours.save(reader, "A", {"A.01": ["brand"]})
    add(ours, reader, "B.01", file=(io.BytesIO(PDF), "policy.pdf"))
    url = f"{ours.url}/evidence/C.03"
    page = reader.get(url)
    (piece,) = kept(ours)
    assert str(piece) in {box.get("value") for box in page.tree.iter("input")}
    token = page.forms()[0].fields["csrf_token"]
    after = reader.follow(reader.send(url, {"csrf_token": token, "existing": str(piece)}))
    assert "policy.pdf" in after.text
    assert ours.stored()["C.03"] == "provided"
    assert kept(ours) == [piece]


def test_typed_answers_are_saved_on_the_way_to_a_file(ours: World, reader: Reader) -> None:
    page = reader.get(ours.section("B"))
    sent = reader.fill_in(page, ours.section("B"), button="add_evidence", typed={"B.01": "yes"})
    assert reader.follow(sent).heading == "Proof for B.01"
    assert ours.stored() == {"B.01": "yes"}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_file_is_refused_with_one_sentence(
    kind: str, ours: World, reader: Reader
) -> None:
    name, content = HOSTILE[kind]
    page = add(ours, reader, "B.01", status=422, file=(io.BytesIO(content), name), title="Kept")
    errors = [e for e in page.tree.iter("p") if e.get("class") == "govuk-error-message"]
    assert len(errors) == 1
    assert page.title.startswith("Error: ")
    assert "#file" in page.links
    assert kept(ours) == []
    assert page.form("/evidence/B.01").fields["title"] == ["Kept"]


def test_a_file_of_a_kind_that_the_question_does_not_take_is_refused(
    ours: World, reader: Reader
) -> None:
    page = add(ours, reader, "B.01", status=422, file=(io.BytesIO(DOCX), "policy.docx"))
    assert "This question takes these kinds: url, pdf." in page.text
    assert kept(ours) == []


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "ftp://a.eu", "policy"])
def test_a_link_that_is_no_web_address_is_refused(url: str, ours: World, reader: Reader) -> None:
    page = add(ours, reader, "B.01", status=422, url=url)
    assert "#url" in page.links
    assert kept(ours) == []


def test_nothing_chosen_and_both_chosen_are_told_apart_from_a_choice(
    ours: World, reader: Reader
) -> None:
    assert "one of the two" in add(ours, reader, "B.01", status=422).text
    file = (io.BytesIO(PDF), "policy.pdf")
    both = add(ours, reader, "B.01", status=422, file=file, url="https://example.eu")
    assert "one of the two" in both.text
    assert kept(ours) == []


def test_a_very_large_upload_gets_a_page_with_one_clear_sentence(
    ours: World, reader: Reader
) -> None:
    url = f"{ours.url}/evidence/B.01"
    token = reader.get(url).form("/evidence/B.01").fields["csrf_token"]
    large = (io.BytesIO(bytes(20 * MEBIBYTE)), "policy.pdf")
    page = reader.send(url, {"csrf_token": token, "file": large}, status=413)
    close(page)
    assert isinstance(page, Page)
    assert page.heading == "The file is too large"
    assert "Go back and choose a smaller file, or add a link to it instead." in page.text


def test_somebody_elses_file_can_be_neither_tied_nor_read(ours: World, reader: Reader) -> None:
    add(ours, reader, "B.01", file=(io.BytesIO(PDF), "policy.pdf"))
    (piece,) = kept(ours)
    others = ours.other_supplier()
    theirs = others.client()
    url = f"{others.url}/evidence/B.01"
    token = theirs.get(url).form("/evidence/B.01").fields["csrf_token"]
    theirs.send(url, {"csrf_token": token, "existing": str(piece)}, status=404)
    theirs.get(f"{others.url}/files/{piece}", status=404)
    theirs.get(f"{ours.url}/files/{piece}", status=404)


def test_a_question_that_takes_no_proof_has_no_page_for_it(ours: World, reader: Reader) -> None:
    reader.get(f"{ours.url}/evidence/D.02", status=404)
    reader.get(f"{ours.url}/evidence/Z.99", status=404)
