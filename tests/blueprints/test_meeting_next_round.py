"""The pages around commitments: proof from the library, the lines elsewhere, the next round."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from portal.core.clock import now
from portal.core.db import Session
from portal.core.ids import new_id
from portal.dialogue import operations as dialogues
from portal.dialogue.models import Dialogue
from portal.identity.actor import SYSTEM
from portal.identity.roles import Role
from portal.meeting.commitments_rules import State
from portal.questionnaire.models import Version
from portal.response.models import Evidence, Reading
from tests import factories
from tests.blueprints.test_meeting_commitments import Desk
from tests.page import Page


@pytest.fixture
def desk(app: Flask) -> Desk:
    return Desk(app)


def a_file(app: Flask, session: Session, organisation_id: object, readers: str) -> Evidence:
    """A file of the supplier's library that these readers may see."""
    key = app.extensions["portal.files"].put(b"%PDF-1.4 proof")
    piece = Evidence(
        id=new_id(),
        organisation_id=organisation_id,
        kind="file",
        title=f"Audit for {readers}",
        file_name="audit.pdf",
        media_type="application/pdf",
        sha256=key,
        confidentiality=readers,
        uploaded_at=now(),
    )
    session.add(piece)
    session.flush()
    return piece


def test_a_verifier_sees_only_the_files_that_are_open_to_it(app: Flask, desk: Desk) -> None:
    made = desk.made(State.IN_PROGRESS)
    supplier_id = factories.own(desk.w.supplier)
    with desk.database.transaction() as session:
        begun = desk.w.dialogue.opens_at
        dialogue = session.get_one(Dialogue, desk.dialogue_id)
        factories.response(session, dialogue, desk.w.supplier, now=begun + timedelta(minutes=1))
        pieces = [a_file(app, session, supplier_id, c) for c in ("buyers", "aggregate_only")]
        ids = [piece.id for piece in pieces]
    supplier, buyer = desk.client(desk.w.supplier), desk.client(desk.w.other_buyer)
    url = f"{desk.board}/{made}"
    supplier.follow(supplier.submit(supplier.get(url), "/proof", evidence_id=str(ids[1])))
    assert "opened to fewer readers" in buyer.get(url).text
    buyer.download(f"{url}/proof/{ids[1]}", status=404)
    assert "Audit for aggregate_only" in supplier.get(url).text
    silent = buyer.submit(buyer.get(f"{url}/check"), "/dispute", status=422)
    assert isinstance(silent, Page)
    assert "Give the reason" in silent.text
    buyer.follow(buyer.submit(buyer.get(f"{url}/check"), "/dispute", reason="I see nothing."))
    supplier.follow(supplier.submit(supplier.get(url), "/proof", evidence_id=str(ids[0])))
    assert buyer.download(f"{url}/proof/{ids[0]}").data == b"%PDF-1.4 proof"
    supplier.download(f"{url}/proof/{ids[0]}")
    for outsider in (desk.w.rival, desk.w.stranger):
        desk.client(outsider).download(f"{url}/proof/{ids[0]}", status=404)
    with desk.database.session(writes=False) as session:
        readings = list(session.scalars(select(Reading.evidence_id)))
    assert readings == [ids[0]], "the download from outside is written down, the company's is not"
    with desk.database.transaction() as session:
        session.get_one(Evidence, ids[0]).removed_at = now()
    assert "evidence that the company removed" in buyer.get(url).text
    buyer.download(f"{url}/proof/{ids[0]}", status=404)


def test_commitments_are_one_line_where_their_readers_look(desk: Desk) -> None:
    desk.made(State.OVERDUE)
    with desk.database.transaction() as session:
        dialogue = session.get_one(Dialogue, desk.dialogue_id)
        begun = dialogue.opens_at + timedelta(minutes=1)
        own = factories.response(session, dialogue, desk.w.supplier, now=begun).id
        other = factories.response(session, dialogue, desk.w.rival, now=begun).id
    said = "1 open commitment , 1 overdue"
    assert said in desk.client(desk.w.lead).get(f"/dialogues/{desk.name}/review").text
    assert said in desk.client(desk.w.supplier).get(f"/responses/{own}").text
    assert "open commitment" not in desk.client(desk.w.rival).get(f"/responses/{other}").text
    today = desk.client(desk.w.secretariat).get("/today")
    assert "Commitments : 1 overdue" in today.text


def test_the_next_round_is_set_up_on_one_page(desk: Desk) -> None:
    desk.made(State.AGREED)
    lead = desk.client(desk.w.lead)
    url = f"/dialogues/{desk.name}/next-round"
    page = lead.get(url)
    assert "1 commitment is open" in page.text
    taken = lead.submit(page, "/next-round", short_name=desk.name, status=422)
    assert isinstance(taken, Page)
    assert "Another dialogue has this short name already." in taken.text
    after = lead.follow(lead.submit(page, "/next-round", short_name="second"))
    assert after.url == "/dialogues/second/manage"
    board = lead.get("/dialogues/second/commitments").text
    assert "We publish our list" not in board
    assert "once who promised it takes part" in board
    assert "Begun already:" in lead.get(url).text
    desk.client(desk.w.other_buyer).get(url, status=404)


def test_a_supplier_brings_its_commitments_into_the_follow_up(desk: Desk) -> None:
    desk.made(State.AGREED)
    lead = desk.client(desk.w.lead)
    url = f"{desk.board}/follow-up"
    lead.follow(lead.submit(lead.get(url), "/follow-up", short_name="after"))
    with desk.database.transaction() as session:
        made = factories.named(session, "after")
        version = session.scalars(select(Version).filter_by(dialogue_id=made.id)).one()
        for each in (made, version):
            each.state, each.published_at = "published", now()
        made.opens_at = now()
        dialogues.grant_role(
            session,
            SYSTEM,
            made.id,
            organisation_id=factories.own(desk.w.supplier),
            email=desk.w.supplier.email,
            role=Role.SUPPLIER_SIGNATORY,
            now=now(),
        )
    supplier = desk.client(desk.w.supplier)
    begun = supplier.get("/dialogues/after")
    tasks = supplier.follow(supplier.submit(begun, "/begin"))
    assert "You made 1 commitment that this questionnaire asks about." in tasks.text
    section = supplier.follow(supplier.submit(tasks, "/commitments"))
    assert "From your commitments in “Fair laptops”" in section.text
    assert "We publish our list of sites." in section.html
    assert "Bring them along" not in supplier.get(tasks.url).text
