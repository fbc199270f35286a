"""A reseller names the manufacturer, who agrees: what each of them and a buyer sees."""

from dataclasses import dataclass

import pytest
from flask import Flask
from sqlalchemy import select

from portal.core.clock import now
from portal.dialogue.models import Dialogue
from portal.identity.actor import Actor
from portal.identity.models import Organisation
from portal.identity.roles import Role
from portal.response.loading import given_answers
from portal.response.models_sources import AnswerReference
from tests import factories
from tests.blueprints.supplier_world import Reader, World, world
from tests.page import Page, text_of

HOSTILE = "<img src=x onerror=alert(1)> B.V. %(reason)s {x}"


@dataclass
class Pair:
    """A brand with a hostile name, a reseller in the same dialogue, and their readers."""

    brand: World
    reseller: World
    brand_reader: Reader
    reader: Reader

    @property
    def naming(self) -> str:
        """The page on which the reseller names a company for section B."""
        return f"{self.reseller.section('B')}/manufacturer"

    def name(self, brand: str, *question_ids: str) -> Page:
        """Name a company at these questions, or at all of the section."""
        page = self.reader.get(self.naming)
        typed: dict[str, object] = {"brand": brand}
        if question_ids:
            typed["questions"] = list(question_ids)
        return self.reader.follow(self.reader.fill_in(page, self.naming, typed=typed))

    def states(self) -> dict[str, str]:
        """Question → the state of the reseller's answer."""
        with self.brand.database.session(writes=False) as session:
            found = given_answers(session, self.reseller.response_id)
        return {key: answer.state for key, answer in found.items()}

    def decide(self, act: str, **typed: object) -> Page:
        """What the brand says to all that is asked of it, by the form of this act."""
        url = f"{self.brand.url}/references"
        page = self.brand_reader.get(url)
        sent = self.brand_reader.fill_in(page, f"{url}/{act}", typed=typed)
        return self.brand_reader.follow(sent)


@pytest.fixture
def pair(app: Flask) -> Pair:
    """Both have begun; the reseller has said who it is."""
    brand = world(app)
    with brand.database.transaction() as session:
        session.get_one(Organisation, brand.organisation_id).name = HOSTILE
    reseller = brand.other_supplier()
    reader = reseller.client()
    reseller.save(reader, "A", {"A.01": ["reseller"], "A.02": "1_49"})
    return Pair(brand, reseller, brand.client(), reader)


def test_a_section_is_named_once_agreed_and_signed(pair: Pair) -> None:
    section = pair.reader.get(pair.reseller.section("B"))
    assert "A manufacturer answers several of these: name it once" in section.text
    told = pair.name(HOSTILE)
    assert "We do not tell you whether it takes part." in told.text
    assert f"By reference to {HOSTILE}. It counts once that company has agreed." in told.text
    assert f"Waiting for {HOSTILE} to agree" in pair.reader.get(f"{pair.reseller.url}/check").text
    assert "at 4 questions" in pair.brand_reader.get(pair.brand.url).text
    agreed = pair.decide("agree")
    assert "Your answers stand for theirs at 4 questions." in agreed.text
    page = pair.reader.get(pair.reseller.section("B"))
    assert "which has agreed." in page.text
    assert not page.form(pair.reseller.section("B")).fields.keys() & {"B.01", "B.04"}
    pair.reader.fill_in(page, pair.reseller.section("B"), typed={})
    assert pair.states()["B.04"] == "by_reference"
    receipt = pair.reseller.sign(pair.reader)
    assert f"By reference to {HOSTILE}" in receipt.text


def test_one_question_is_named_from_its_place_and_nothing_typed_is_lost(pair: Pair) -> None:
    url = pair.reseller.section("B")
    page = pair.reader.get(url)
    sent = pair.reader.fill_in(page, url, typed={"B.05": "40", "name_brand": "B.04"})
    naming = pair.reader.follow(sent)
    assert naming.form(pair.naming).fields["questions"] == ["B.04"]
    empty = pair.reader.fill_in(naming, pair.naming, typed={"brand": " "}, status=422)
    assert isinstance(empty, Page)
    assert "Enter the company's name" in empty.text
    unknown = pair.name("Nobody Ltd", "B.04")
    same = pair.name(HOSTILE, "B.06")
    words = "is asked to agree as soon as it answers in this dialogue."
    assert words in unknown.text
    assert words in same.text
    assert pair.states() == {
        "A.01": "done", "A.02": "done", "B.04": "by_reference", "B.05": "done",
        "B.06": "by_reference",
    }  # fmt: skip
    take_back = f"{pair.reseller.url}/references/take-back"
    page = pair.reader.get(f"{pair.reseller.url}/references")
    form = next(f for f in page.forms() if dict(f.buttons).get("question") == "B.04")
    pair.reader.send(take_back, {**form.fields, "question": "B.04"})
    assert pair.states()["B.04"] == "empty"


def test_what_was_typed_beside_a_new_reference_is_shown_with_it(pair: Pair) -> None:
    section = pair.reseller.section("B")
    page = pair.reader.get(section)
    pair.name(HOSTILE, "B.04", "B.05")
    typed = {"B.04": "2", "B.05": "many"}
    again = pair.reader.fill_in(page, section, typed=typed, status=409)
    assert isinstance(again, Page)
    assert f"By reference to {HOSTILE} Read by:" in again.text
    fields = again.form(section).fields
    assert (fields["B.04"], fields["B.05"]) == (["2"], ["many"])
    assert (pair.states()["B.04"], pair.states()["B.05"]) == ("by_reference", "by_reference")
    pair.reader.fill_in(again, section, typed={"B.05": ""})
    assert (pair.states()["B.04"], pair.states()["B.05"]) == ("done", "by_reference")


def test_a_refusal_needs_a_reason_and_the_asker_reads_it(pair: Pair) -> None:
    pair.name(HOSTILE, "B.01", "B.04")
    url = f"{pair.brand.url}/references"
    page = pair.brand_reader.get(url)
    missing = pair.brand_reader.fill_in(page, f"{url}/decline", typed={}, status=422)
    assert isinstance(missing, Page)
    assert "Say why: the company that named you reads it" in missing.text
    pair.decide("decline", reason="Other models, %(x)s")
    page = pair.reader.get(pair.reseller.section("B"))
    assert f"{HOSTILE} declined: Other models, %(x)s. Answer it yourselves." in page.text
    assert pair.states()["B.01"] == "empty"
    pair.name(HOSTILE, "B.01")
    pair.decide("agree")
    pair.decide("withdraw", reason="We stop.")
    listed = pair.reader.get(f"{pair.reseller.url}/references")
    assert "Taken back We stop." in listed.text


def test_nobody_else_reads_or_decides(pair: Pair) -> None:
    pair.name(HOSTILE, "B.01")
    with pair.brand.database.session(writes=False) as session:
        reference_id = session.scalars(select(AnswerReference.id)).one()
    page = pair.reader.get(f"{pair.reseller.url}/references")
    token = page.forms()[0].fields["csrf_token"]
    pair.reader.get(f"{pair.brand.url}/references", status=404)
    for act in ("agree", "decline", "withdraw"):
        sent = {"csrf_token": token, "references": str(reference_id), "reason": "x"}
        pair.reader.send(f"{pair.brand.url}/references/{act}", sent, status=404)
        pair.reader.send(f"{pair.reseller.url}/references/{act}", sent, status=404)
    pair.brand_reader.get(pair.reseller.section("B"), status=404)
    assert pair.states()["B.01"] == "by_reference"


def test_a_buyer_reads_the_brands_answer_in_the_resellers_place(pair: Pair) -> None:
    pair.name(HOSTILE)
    pair.decide("agree")
    pair.reseller.sign(pair.reader)
    lead = _lead(pair.brand)
    pair.brand.fill(pair.brand_reader)
    pair.brand.sign(pair.brand_reader)
    pair.brand.close()
    buyer = pair.brand.client(lead)
    with pair.brand.database.session(writes=False) as session:
        short_name = session.get_one(Dialogue, pair.brand.dialogue_id).short_name
    chosen = f"section=B&supplier={pair.reseller.organisation_id}"
    found = buyer.get(f"/dialogues/{short_name}/answers/compare?{chosen}")
    (cell,) = (row for row in found.tree.iter("tr") if row.get("id") == "B.01")
    assert f"By reference to {HOSTILE} Yes Policy" in text_of(cell)
    assert HOSTILE not in found.html
    read = pair.brand_reader.get(f"{pair.brand.url}/readers")
    assert "section B" in read.text


def _lead(ours: World) -> Actor:
    with ours.database.transaction() as session:
        dialogue = session.get_one(Dialogue, ours.dialogue_id)
        return factories.member(session, dialogue, Role.LEAD_BUYER, now=now())
