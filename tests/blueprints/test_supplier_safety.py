"""Nobody else reads or writes, nothing is saved too late, typed texts stay texts, few queries."""

from collections.abc import Iterator, Mapping
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select, update

from portal.core.clock import now
from portal.dialogue.models import Dialogue
from portal.identity.actor import Actor
from portal.identity.models import Organisation, Person
from portal.identity.roles import Role
from portal.response.models import Evidence
from tests import factories
from tests.blueprints.supplier_world import ANSWERS, Reader, World, statements, world
from tests.page import Page, PageClient

PAYLOADS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</textarea><script>alert(1)</script>",
    "' autofocus onfocus='alert(1)",
    "{{ 7 * 7 }}{% raw %}",
    "%(name)s {gap} {0} %s",
    "javascript:alert(1)",
    '=HYPERLINK("https://example.eu")',
)
SIGN_IN_QUERIES = 2
"""The person; their organisations and roles: the same on every page."""


@pytest.fixture
def ours(app: Flask) -> World:
    return world(app)


@pytest.fixture
def reader(ours: World) -> Reader:
    return ours.client()


def urls(ours: World, evidence_id: UUID) -> Iterator[tuple[str, str]]:
    """(method, address) of everything that concerns one response."""
    values = {
        "response_id": ours.response_id,
        "section_id": "B",
        "question_id": "B.01",
        "evidence_id": evidence_id,
        "import_id": evidence_id,
        "note_id": evidence_id,
        "person_id": evidence_id,
        "extension": "csv",
        "number": 1,
    }
    adapter = ours.app.url_map.bind("localhost")
    for rule in ours.app.url_map.iter_rules():
        if rule.endpoint.startswith("supplier.") and "response_id" in rule.arguments:
            given = {name: values[name] for name in rule.arguments}
            for method in (rule.methods or set()) & {"GET", "POST"}:
                yield method, adapter.build(rule.endpoint, given, method=method)


def strangers(ours: World) -> list[Actor]:
    """People of the same dialogue who are not of this supplier."""
    other = ours.other_supplier()
    with ours.database.transaction() as session:
        dialogue = session.get_one(Dialogue, ours.dialogue_id)
        roles = (Role.LEAD_BUYER, Role.SECRETARIAT, Role.OBSERVER)
        outside = [factories.member(session, dialogue, role, now=now()) for role in roles]
    return [other.signatory, other.colleague(Role.SUPPLIER_ADMIN), *outside]


def test_everything_of_a_response_is_404_for_everybody_else(ours: World, reader: Reader) -> None:
    ours.fill(reader)
    ours.sign(reader)
    with ours.database.session(writes=False) as session:
        evidence_id = session.scalars(select(Evidence.id)).one()
    found = list(urls(ours, evidence_id))
    assert len(found) >= 15
    for stranger in strangers(ours):
        theirs = ours.client(stranger)
        token = theirs.get("/account").form("/sign-out").fields["csrf_token"]
        for method, url in found:
            if method == "GET":
                theirs.get(url, status=404)
            else:
                theirs.send(url, {"csrf_token": token}, status=404)
    assert ours.state() == "submitted"


def test_without_signing_in_every_page_asks_to_sign_in(ours: World, client: PageClient) -> None:
    for method, url in urls(ours, ours.response_id):
        if method == "GET":
            answer = client.http.get(url)
            assert (answer.status_code, answer.headers["Location"][:8]) == (302, "/sign-in")


def test_a_form_without_its_token_changes_nothing(ours: World, reader: Reader) -> None:
    for method, url in urls(ours, ours.response_id):
        if method == "POST":
            answer = reader.http.post(url, data={"A.02": "1_49"})
            assert answer.status_code == (404 if "/team" in url else 400)
    assert ours.stored() == {}


def test_nothing_is_saved_after_closing(ours: World, reader: Reader) -> None:
    ours.fill(reader)
    before = ours.stored()
    page, check = reader.get(ours.section("D")), reader.get(f"{ours.url}/check")
    proof = reader.get(f"{ours.url}/evidence/B.01")
    ours.close()
    late = reader.fill_in(page, ours.section("D"), status=409, typed={"D.02": "Too late."})
    assert isinstance(late, Page)
    assert "This dialogue is closed: answers can no longer be changed." in late.text
    for text, form, fields in (
        (check, "/submit", {"declared": "y"}),
        (proof, "/evidence/B.01", {"url": "https://example.eu"}),
    ):
        sent = reader.send(text.form(form).action, {**text.form(form).fields, **fields}, status=422)
        assert isinstance(sent, Page)
        assert "closed" in sent.text
    assert (ours.stored(), ours.state()) == (before, "in_progress")
    assert "closed before your answers were sent" in reader.get(ours.url).text
    for url in (ours.section("D"), f"{ours.url}/check", f"{ours.url}/evidence/B.01"):
        assert [f.action for f in reader.get(url).forms() if f.method == "post"] == [
            "/sign-out",
            "/language",
        ]


def test_nothing_is_taken_back_after_closing(ours: World, reader: Reader) -> None:
    ours.fill(reader)
    receipt = ours.sign(reader)
    ours.close()
    reader.submit(receipt, "/withdraw", status=409, reason="Too late.")
    assert ours.state() == "submitted"
    assert "Take our answers back" not in reader.get(f"{ours.url}/receipt").text


@pytest.mark.parametrize("payload", PAYLOADS)
def test_what_is_typed_stays_text_on_every_page(payload: str, ours: World, reader: Reader) -> None:
    with ours.database.transaction() as session:
        session.execute(
            update(Organisation).where(Organisation.id == ours.organisation_id).values(name=payload)
        )
        session.execute(
            update(Person).where(Person.id == ours.signatory.person_id).values(name=payload)
        )
        session.execute(
            update(Dialogue).where(Dialogue.id == ours.dialogue_id).values(title=payload)
        )
    typed = {"A.03:0:name": payload, "D.01": payload, "D.02": payload, "D.02!comment": payload}
    ours.fill(reader)
    ours.save(reader, "A", {"A.03:0:name": payload})
    ours.save(reader, "D", {name: typed[name] for name in typed if name[0] == "D"})
    ours.save(reader, "B", {"B.05": "", "B.05!na": "1", "B.05!reason": payload})
    ours.prove(reader, "B.01", title=payload)
    wrong = reader.get(ours.section("B"))
    pages = [reader.fill_in(wrong, ours.section("B"), status=422, typed={"B.06": payload})]
    stale = {"D.02!version": "99", "D.02": payload + "?"}
    pages.append(
        reader.fill_in(reader.get(ours.section("D")), "/sections/D", status=409, typed=stale)
    )
    pages += [reader.get(ours.section(section_id)) for section_id in ANSWERS]
    pages += [reader.get(f"{ours.url}{end}") for end in ("", "/check", "/team", "/evidence/B.01")]
    pages += [reader.get("/responses"), ours.sign(reader), reader.get(ours.section("D"))]
    for page in pages:
        assert isinstance(page, Page)
        assert " ".join(payload.split()) in page.text + str(page.forms())
        assert not [image for image in page.tree.iter("img") if image.get("src") == "x"]
        assert "<script>alert" not in page.html


def opening(ours: World, reader: Reader, section_id: str) -> int:
    """How many queries opening a section takes, sign-in aside, once its definition is known."""
    reader.get(ours.section(section_id))
    with statements(ours.database) as heard:
        reader.get(ours.section(section_id))
    return len(heard.found) - SIGN_IN_QUERIES


def test_opening_a_section_takes_few_queries_however_long_it_is(app: Flask) -> None:
    small, large = world(app), world(app, factories.FLAGSHIP)
    reader, other = small.client(), large.client()
    small.fill(reader)
    assert opening(small, reader, "A") == opening(small, reader, "B") == 4
    assert [opening(large, other, section_id) for section_id in ("A", "F", "I")] == [4, 4, 4]
    helper = small.client(small.colleague(Role.SUPPLIER_CONTRIBUTOR))
    assert opening(small, helper, "A") == 5


def saving(ours: World, reader: Reader, section_id: str, typed: Mapping[str, object]) -> int:
    """How many statements saving a section takes, sign-in aside."""
    page = reader.get(ours.section(section_id))
    with statements(ours.database) as heard:
        reader.fill_in(page, ours.section(section_id), typed=typed)
    return len(heard.found) - SIGN_IN_QUERIES


def test_saving_a_section_takes_at_most_twelve_statements(ours: World, reader: Reader) -> None:
    first = saving(ours, reader, "B", ANSWERS["B"])
    mixed = saving(ours, reader, "B", {"B.01": "partly", "B.06": "7", "B.06!comment": "New."})
    nothing = saving(ours, reader, "B", {})
    assert nothing < mixed <= 12
    assert first <= 12


def test_the_other_pages_take_few_queries_too(ours: World, reader: Reader) -> None:
    ours.fill(reader)
    counts = {}
    for end in ("", "/check", "/team", "/readers", "/evidence/B.01"):
        with statements(ours.database) as heard:
            reader.get(f"{ours.url}{end}")
        counts[end] = len(heard.found) - SIGN_IN_QUERIES
    assert max(counts.values()) <= 7, counts
