"""Our own papers through the pages: every submission, at any time, only for our own team."""

import pytest
from flask import Flask

from tests.blueprints.supplier_world import Reader, World, world
from tests.brief.pdfs import squeezed, text_of
from tests.response.workbooks import opened


@pytest.fixture
def sent(app: Flask) -> tuple[World, Reader]:
    """A supplier that has signed."""
    own = world(app)
    client = own.client()
    own.fill(client)
    own.sign(client)
    return own, client


def test_papers_of_every_submission_are_there_also_after_closing(
    sent: tuple[World, Reader],
) -> None:
    own, client = sent
    receipt = client.get(f"{own.url}/receipt")
    client.submit(receipt, "/withdraw", reason="A mistake.")
    own.save(client, "B", {"B.06": "7"})
    own.sign(client)
    own.close()
    page = client.get(f"{own.url}/papers")
    assert "Taken back" in page.text
    for number in (1, 2):
        of = f"{own.url}/submissions/{number}"
        assert {f"{of}/receipt.pdf", f"{of}/answers.pdf", f"{of}/answers.xlsx"} <= set(page.links)
        assert f"{of}/receipt.pdf" in client.get(f"{own.url}/receipt").links
    first, second = (
        text_of(client.download(f"{own.url}/submissions/{number}/answers.pdf").data)
        for number in (1, 2)
    )
    assert squeezed("They do not count") in first
    assert squeezed("They do not count") not in second
    assert squeezed("Ada Brand") in second
    book = opened(client.download(f"{own.url}/submissions/1/answers.xlsx").data)
    sheet, cell = book.at("B.06")
    assert book.book[sheet][cell].value == 6
    client.get(f"{own.url}/submissions/3/answers.pdf", status=404)


def test_the_answers_as_they_stand_are_marked_as_a_draft(app: Flask) -> None:
    own = world(app)
    client = own.client()
    own.save(client, "D", {"D.02": "Buy less."})
    assert "Nothing is sent yet." in client.get(f"{own.url}/papers").text
    text = text_of(client.download(f"{own.url}/answers.pdf").data)
    assert squeezed("Draft, not signed") in text
    assert squeezed("Buy less.") in text


def test_nobody_else_gets_our_papers(sent: tuple[World, Reader]) -> None:
    own, _ = sent
    stranger = own.other_supplier().client()
    for path in (
        "/papers",
        "/answers.pdf",
        "/submissions/1/answers.pdf",
        "/submissions/1/receipt.pdf",
        "/submissions/1/answers.xlsx",
    ):
        stranger.get(f"{own.url}{path}", status=404)


def test_the_page_before_signing_says_who_will_read_what(app: Flask) -> None:
    own = world(app)
    client = own.client()
    own.fill(client)
    page = client.get(f"{own.url}/check")
    assert "Who will read what" in page.text
    assert "The buyers and the secretariat of this dialogue can read this answer" in page.text
    assert f"{own.url}/readers" in page.links
