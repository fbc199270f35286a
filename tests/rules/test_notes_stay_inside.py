"""What colleagues note among themselves reaches nobody else: no page, no file, no mail, no log."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from io import BytesIO
from uuid import UUID
from zipfile import ZipFile

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from portal.core.clock import now as this_instant
from portal.core.db import Base, Database, Session
from portal.dialogue.models import Dialogue
from portal.identity.actor import SYSTEM, Actor
from portal.identity.roles import Permission, Role, scope_of
from portal.response import operations
from portal.response.exchange import export_responses
from portal.response.models_team import CompanyNote
from portal.response.operations_marks import mark_ready, send_back
from portal.response.operations_notes import write_note
from tests import factories
from tests.brief.pdfs import text_of
from tests.page import PageClient
from tests.rules.test_isolation import ROLES, World, address, fill, token_of

CANARY = "canary-5f3a-in-a-note"
LINK = "https://parley.example/notes"


@pytest.fixture
def world(database: Database) -> World:
    """A dialogue that is over, in which a supplier wrote notes, answered and submitted."""
    moment = this_instant()
    begun = moment - timedelta(days=10)
    with database.transaction() as session:
        made = factories.published(session, now=begun, days=9)
        signatory = factories.supplier(session, made, now=begun)
        response = factories.response(session, made, signatory, now=begun)
        _answer_with_notes(session, made, signatory, begun)
        parameters = fill(session, made, begun, moment) | {
            "response_id": str(response.id),
            "organisation_id": str(response.organisation_id),
        }
        readers = {role: factories.member(session, made, role, now=begun) for role in ROLES}
        tokens: dict[Role, str] = {
            role: token_of(session, reader) for role, reader in readers.items()
        }
        own = {Role.PLATFORM_ADMIN: token_of(session, signatory)}
    return World(parameters, insiders=tokens, strangers=own)


def _answer_with_notes(session: Session, made: Dialogue, actor: Actor, begun: datetime) -> None:
    response = factories.response(session, made, actor, now=begun)
    colleague = factories.colleague(session, made, actor, Role.SUPPLIER_ADMIN, now=begun)
    own = (session, actor, response.id)
    given = factories.drafts("brand", {"D.01": "https://example.eu"})
    factories.answer(session, actor, response.id, given, now=begun)
    policy = operations.add_link(
        session,
        actor,
        response.organisation_id,
        "https://example.eu/policy",
        operations.Described(title="Policy"),
        now=begun,
    )
    operations.tie(*own, "B.01", policy.id, now=begun)
    assert colleague.person_id is not None
    for place in (("", ""), ("B", ""), ("B", "B.01"), ("D", "D.02")):
        write_note(*own, place, CANARY, tell=[colleague.person_id], link=LINK, now=begun)
    mark_ready(*own, "A", now=begun)
    send_back(session, colleague, response.id, "A", CANARY, link=LINK, now=begun)
    operations.submit(*own, signatory="Ada", declared=True, now=begun)


def pages(
    app: Flask, world: World, token: str, further: Sequence[str] = ()
) -> Iterator[tuple[str, TestResponse]]:
    """Every page and file that this reader may fetch; signed out without a token."""
    client = PageClient(app).http
    if token:
        client.post(f"/sign-in/link/{token}")
    urls = [
        address(app, rule, world)
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or set()) and rule.endpoint != "static"
    ]
    for url in (*urls, *further):
        found = client.get(url, follow_redirects=True)
        if found.status_code == 200:
            yield url, found


def words_of(found: TestResponse) -> str:
    """What is to be read in a page or file, white space apart."""
    content = found.get_data()
    if content.startswith(b"%PDF"):
        return text_of(content)
    if content.startswith(b"PK"):
        with ZipFile(BytesIO(content)) as package:
            content = b"".join(package.read(name) for name in package.namelist())
    return content.decode("utf-8", "replace")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_no_outsider_finds_a_note_on_any_page_or_in_any_file(app: Flask, world: World) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    for role, token in {**world.insiders, Role.ANYONE: ""}.items():
        seen = list(pages(app, world, token))
        assert len(seen) > 5
        leaks = [url for url, found in seen if CANARY in words_of(found)]
        assert not leaks, role


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_company_finds_its_notes_on_its_pages_and_in_no_file(app: Flask, world: World) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    (token,) = world.strangers.values()
    seen = list(pages(app, world, token))
    with_notes = {url for url, found in seen if CANARY in words_of(found)}
    own = f"/responses/{world.parameters['response_id']}"
    assert with_notes == {f"{own}/notes", f"{own}/sections/A"}
    files = [url for url, found in seen if not found.content_type.startswith("text/html")]
    assert files


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_no_note_is_stored_or_exported_anywhere_else(database: Database, world: World) -> None:
    with database.transaction() as session:
        assert session.scalars(select(CompanyNote.id)).first()
        for table in Base.metadata.sorted_tables:
            if table.name != CompanyNote.__tablename__:
                rows = session.execute(select(table)).all()
                assert CANARY not in str(rows), table.name
        dialogue = factories.named(session, world.parameters["dialogue"])
        own = UUID(world.parameters["organisation_id"])
        for role in Role:
            if scope_of(Permission.EXPORT_ANSWERS, role) is not None:
                place = (session, SYSTEM, dialogue.id)
                lines = list(
                    export_responses(*place, role=role, organisation_id=own, now=this_instant())
                )
                assert lines
                assert CANARY not in "".join(lines)
