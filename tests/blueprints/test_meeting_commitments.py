"""The pages of commitments: for each side what it may do, in one place, and nothing for others."""

from io import BytesIO
from uuid import UUID

import pytest
from flask import Flask
from openpyxl import load_workbook

from portal.core.clock import now
from portal.core.db import Database
from portal.identity.actor import Actor
from portal.identity.operations import make_link
from portal.identity.roles import Role
from portal.meeting.commitments_rules import State
from tests import factories
from tests.blueprints.supplier_world import Reader, statements
from tests.meeting.commitment_world import CLAUSE, Given, world
from tests.page import Page


class Desk:
    """The world of commitments in an app's database, and readers who are signed in."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.database: Database = app.extensions["portal.database"]
        with self.database.transaction() as session:
            self.w = world(session, now())
            self.name = self.w.dialogue.short_name
            self.dialogue_id = self.w.dialogue.id

    @property
    def board(self) -> str:
        """The board's address."""
        return f"/dialogues/{self.name}/commitments"

    def made(self, state: State, **changes: Given) -> UUID:
        """A commitment in this state."""
        with self.database.transaction() as session:
            self.w.session = session
            self.w.now = now()
            return self.w.in_state(state, **changes)

    def client(self, actor: Actor) -> Reader:
        """The actor in a browser."""
        assert actor.person_id is not None
        with self.database.transaction() as session:
            token = make_link(session, actor.person_id, next_path="", now=now())
        client = Reader(self.app)
        client.submit(client.get(f"/sign-in/link/{token}"), f"/sign-in/link/{token}")
        return client

    def state(self, commitment_id: UUID) -> str:
        """How it stands."""
        with self.database.session(writes=False) as session:
            self.w.session = session
            return self.w.get(commitment_id).state


@pytest.fixture
def desk(app: Flask) -> Desk:
    return Desk(app)


def test_a_commitment_is_proposed_agreed_proven_and_verified_on_its_pages(desk: Desk) -> None:
    supplier, lead = desk.client(desk.w.supplier), desk.client(desk.w.lead)
    empty = supplier.get(desk.board)
    assert "Nobody has promised anything yet." in empty.text
    new = supplier.get(f"{desk.board}/new")
    bad = supplier.submit(new, "/new", promisor=str(factories.own(desk.w.supplier)), status=422)
    assert isinstance(bad, Page)
    assert "Say what is promised." in bad.text
    url = supplier.follow(
        supplier.submit(
            new,
            "/new",
            promisor=str(factories.own(desk.w.supplier)),
            text="<b>We publish</b> our list.",
            clause=CLAUSE,
        )
    ).url
    assert "&lt;b&gt;We publish" in lead.get(url).html
    lead.follow(lead.submit(lead.get(url), "/agree"))
    supplier.follow(supplier.submit(supplier.get(url), "/begin"))
    nothing = supplier.submit(supplier.get(url), "/proof", status=422)
    assert isinstance(nothing, Page)
    assert "Choose a piece of evidence" in nothing.text
    supplier.follow(supplier.submit(supplier.get(url), "/proof", url="https://example.org/list"))
    assert "https://example.org/list" in lead.get(url).links
    check = lead.get(f"{url}/check")
    year = f"{now().year + 1}-01-31"
    weak = lead.submit(
        check, "/check", checked="Read it", method="declaration", valid_until=year, status=422
    )
    assert isinstance(weak, Page)
    assert "This is less than was agreed." in weak.text
    after = lead.follow(lead.submit(check, "/check", checked="Read it", valid_until=year))
    assert "Verified" in after.text
    lead.follow(lead.submit(lead.get(url), "/share", button="shared"))
    closed = lead.follow(lead.submit(lead.get(url), "/close"))
    assert "Closed" in closed.text


def test_a_link_at_an_answer_fills_in_where_it_comes_from(desk: Desk) -> None:
    own = str(factories.own(desk.w.supplier))
    page = desk.client(desk.w.lead).get(f"{desk.board}/new?promisor={own}&question=B.01")
    fields = page.form("/new").fields
    chosen = [fields[name] for name in ("promisor", "kind", "question_id")]
    assert chosen == [[own], ["answer"], ["B.01"]]


def test_what_is_late_is_escalated_disputed_replied_to_and_dropped(desk: Desk) -> None:
    late = desk.made(State.OVERDUE)
    disputed = desk.made(State.DISPUTED)
    lead, supplier = desk.client(desk.w.lead), desk.client(desk.w.supplier)
    page = lead.get(f"{desk.board}/{late}")
    silent = lead.submit(page, "/escalate", status=422)
    assert isinstance(silent, Page)
    assert "Give the reason" in silent.text
    lead.follow(lead.submit(page, "/escalate", reason="No word since May."))
    lead.follow(lead.submit(lead.get(f"{desk.board}/{late}"), "/drop", reason="Sold the site."))
    assert desk.state(late) == State.DROPPED
    url = f"{desk.board}/{disputed}"
    supplier.follow(supplier.submit(supplier.get(url), "/reply", reason="See page 3."))
    assert "See page 3." in lead.get(url).text
    found = {"finding": "No addresses", "action": "Add them", "owner": "Ada"}
    found["due_on"] = f"{now().year + 1}-03-01"
    lead.follow(lead.submit(lead.get(f"{url}/actions"), "/actions", found))
    done = supplier.get(url)
    supplier.follow(supplier.submit(done, "/done"))
    assert "Corrective action done" in supplier.get(url).text


def test_a_new_wording_waits_and_a_clash_shows_both_texts(desk: Desk) -> None:
    made = desk.made(State.AGREED)
    url = f"{desk.board}/{made}"
    supplier, lead = desk.client(desk.w.supplier), desk.client(desk.w.lead)
    first, second = supplier.get(f"{url}/wording"), lead.get(f"{url}/wording")
    supplier.follow(supplier.submit(first, "/wording", text="We publish half of it."))
    clash = lead.submit(second, "/wording", text="We publish all of it.", status=422)
    assert isinstance(clash, Page)
    assert "We publish half of it." in clash.text
    assert "We publish all of it." in clash.html
    lead.follow(lead.submit(clash, "/wording"))
    page = supplier.get(url)
    assert "We publish all of it." in page.text
    supplier.follow(supplier.submit(page, "/terms", button="decision", decision="accept"))
    assert "New wording agreed" in supplier.get(url).text
    supplier.follow(supplier.submit(supplier.get(f"{url}/wording"), "/wording", text="Less."))
    kept = lead.submit(lead.get(url), "/terms", decision="keep", reason="A promise is one.")
    assert "A promise is one." in lead.follow(kept).text
    supplier.follow(supplier.submit(supplier.get(f"{url}/wording"), "/wording", text="Nothing."))
    assert "A new wording waits" in lead.get(url).text
    lead.follow(lead.submit(lead.get(url), "/drop", reason="Moot."))
    assert "A new wording waits" not in lead.get(url).text


def test_a_supplier_finds_nothing_of_another_and_every_buyers_public_promise(desk: Desk) -> None:
    own = desk.made(State.PROOF_GIVEN)
    with desk.database.transaction() as session:
        desk.w.session = session
        lead_id = factories.own(desk.w.lead)
        promise = desk.w.propose(desk.w.lead, organisation_id=lead_id, text="We pay on time.")
        desk.w.do("agree", desk.w.secretariat, promise)
        observer = factories.member(session, desk.w.dialogue, Role.OBSERVER, now=now())
        reader = factories.member(session, desk.w.dialogue, Role.BUYER_READER, now=now())
    rival = desk.client(desk.w.rival)
    board = rival.get(desk.board)
    assert "We pay on time." in board.text
    assert "We publish our list" not in board.html
    page = rival.get(f"{desk.board}/{promise}")
    assert "What happened" not in page.text
    supplier_id, lead = factories.own(desk.w.supplier), desk.client(desk.w.lead)
    reports = f"{desk.board}/follow-up/{supplier_id}"
    for url in (f"{desk.board}/{own}", f"{desk.board}/{own}/wording", reports):
        rival.get(url, status=404)
        desk.client(desk.w.stranger).get(url, status=404)
    watcher = desk.client(observer)
    watcher.get(desk.board, status=404)
    lead.follow(lead.submit(lead.get(desk.board), "/observers", button="allowed"))
    assert "We publish our list" in watcher.get(desk.board).text
    watcher.get(f"{desk.board}/{own}/check", status=404)
    eyes = desk.client(reader)
    assert not [form for form in eyes.get(f"{desk.board}/{own}").forms() if own.hex in form.action]
    eyes.get(f"{desk.board}/{own}/check", status=404)


def test_the_board_is_searched_and_paged_with_as_many_queries_for_many(desk: Desk) -> None:
    lead = desk.client(desk.w.lead)
    desk.made(State.AGREED)
    lead.get(desk.board)
    with statements(desk.database) as few:
        lead.get(desk.board)
    for number in range(30):
        desk.made(State.PROPOSED if number % 2 else State.AGREED, text=f"Promise {number}")
    with statements(desk.database) as many:
        page = lead.get(desk.board)
    assert len(many.found) == len(few.found)
    assert "Page 1 of 2" in page.text
    assert "Promise 29" in lead.get(f"{desk.board}?words=promise+29").text
    assert "Promise 28" not in lead.get(f"{desk.board}?words=promise+29").text
    assert "Promise 0" not in lead.get(f"{desk.board}?state=proposed&page=9").text
    assert "Nothing fits" in lead.get(f"{desk.board}?due=overdue").text
    lead.get(f"{desk.board}?promisor=nonsense", status=404)
    ics = lead.download(f"{desk.board}/due.ics").get_data(as_text=True)
    assert ics.count("BEGIN:VEVENT") == 31


def test_the_report_of_a_supplier_is_a_page_and_an_inert_workbook(desk: Desk) -> None:
    desk.made(State.VERIFIED, text="=HYPERLINK(1)")
    lead, supplier_id = desk.client(desk.w.lead), factories.own(desk.w.supplier)
    url = f"{desk.board}/follow-up/{supplier_id}"
    with statements(desk.database) as few:
        page = lead.get(url)
    assert "1 kept" in page.text
    assert "The list is on the web site." in page.text
    for _ in range(5):
        desk.made(State.VERIFIED)
    with statements(desk.database) as many:
        lead.get(url)
    assert len(many.found) == len(few.found)
    book = load_workbook(BytesIO(lead.download(f"{url}/report.xlsx").data))
    cells = {(cell.value, cell.data_type) for cell in book["Commitments"]["A"]}
    assert ("=HYPERLINK(1)", "s") in cells
    desk.client(desk.w.supplier).get(url)
