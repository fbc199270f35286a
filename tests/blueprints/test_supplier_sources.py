"""Nothing asked twice, as a supplier's people see it: sources, suggestions, the profile."""

from dataclasses import replace

import pytest
from flask import Flask

from portal.core.clock import now
from portal.dialogue.models import Dialogue
from portal.identity.roles import Role
from portal.response.loading import given_answers
from portal.response.models import Response
from tests import factories
from tests.blueprints.answering import FormFiller
from tests.blueprints.supplier_world import Reader, World, statements, world
from tests.page import Page
from tests.response.builders import Scene
from tests.response.rounds import again

HOSTILE = "<script>alert(1)</script> %(day)s {x} round"
FEWER = 5
"""How many times fewer fields are typed in a second round, at least (the aim of the design)."""


def next_round(first: World) -> World:
    """The same person of the same company begins another dialogue."""
    with first.database.transaction() as session:
        response = session.get_one(Response, first.response_id)
        dialogue = session.get_one(Dialogue, first.dialogue_id)
        made = again(Scene(session, dialogue, first.signatory, response, now()))
        return replace(
            first,
            dialogue_id=made.dialogue.id,
            response_id=made.response.id,
            signatory=made.signatory,
        )


def take(ours: World, reader: Reader, kind: str = "response") -> Page:
    """Bring along what the first source of this kind holds."""
    page = reader.get(f"{ours.url}/sources")
    forms = [form for form in page.forms() if dict(form.buttons).get("source", "").startswith(kind)]
    key = dict(forms[0].buttons)["source"]
    return reader.follow(reader.send(forms[0].action, {**forms[0].fields, "source": key}))


def states(ours: World) -> dict[str, str]:
    """Question → the state of its answer."""
    with ours.database.session(writes=False) as session:
        return {key: each.state for key, each in given_answers(session, ours.response_id).items()}


@pytest.fixture
def first(app: Flask) -> World:
    """A company that signed its answers in a dialogue with a hostile title."""
    ours = world(app)
    with ours.database.transaction() as session:
        session.get_one(Dialogue, ours.dialogue_id).title = HOSTILE
    reader = ours.client()
    ours.fill(reader)
    ours.sign(reader)
    return ours


def test_what_was_answered_before_is_offered_taken_and_confirmed(first: World) -> None:
    ours = next_round(first)
    reader = ours.client()
    start = reader.get(ours.url)
    assert "You need not answer anything twice." in start.text
    offered = reader.get(f"{ours.url}/sources")
    assert HOSTILE in offered.text
    assert "It would bring 11 suggestions." in offered.text
    assert "B Policy: 6 suggestions" in offered.text
    page = take(ours, reader)
    assert "11 suggestions wait for your look." in page.text
    assert set(states(ours).values()) == {"suggested"}
    assert "0 of" in reader.get(ours.url).text
    section = reader.get(ours.section("B"))
    assert f"Suggested From {HOSTILE}, signed" in section.text
    assert "Comes along with it as proof: Policy" in section.text
    reader.fill_in(section, ours.section("B"), typed={})
    assert states(ours)["B.02"] == "suggested"
    section = reader.get(ours.section("B"))
    reader.fill_in(section, ours.section("B"), typed={"confirm": "B.02", "B.05": "50"})
    reader.fill_in(
        reader.get(ours.section("B")), ours.section("B"), typed={"dismiss": "B.06", "B.04": "4"}
    )
    found = states(ours)
    assert {key: found[key] for key in ("B.01", "B.02", "B.04", "B.05", "B.06")} == {
        "B.01": "suggested", "B.02": "done", "B.04": "done", "B.05": "done", "B.06": "empty",
    }  # fmt: skip
    check = reader.get(f"{ours.url}/check")
    assert "An earlier answer is suggested: look at it and confirm it" in check.text
    for section_id in "ABCD":
        page = reader.get(ours.section(section_id))
        reader.fill_in(page, ours.section(section_id), typed={"confirm": "*", "B.06": "6"})
    ours.sign(reader)
    assert ours.state() == "submitted"


def test_a_colleague_confirms_and_another_company_finds_nothing(first: World) -> None:
    ours = next_round(first)
    reader = ours.client()
    colleague = ours.client(ours.colleague(Role.SUPPLIER_CONTRIBUTOR))
    page = colleague.get(f"{ours.url}/sources")
    assert not any("source" in dict(form.buttons) for form in page.forms())
    sent = {**page.forms()[0].fields, "source": f"response:{first.response_id}"}
    colleague.send(f"{ours.url}/sources", sent, status=404)
    stranger = ours.other_supplier()
    theirs = stranger.client()
    assert "There is nothing to bring along yet" in theirs.get(f"{stranger.url}/sources").text
    theirs.get(f"{ours.url}/sources", status=404)
    theirs.get(f"/companies/{ours.organisation_id}/profile", status=404)
    take(ours, reader)
    narrow = reader.get(ours.section("B"))
    assert "Still true" in narrow.text


def test_pages_need_as_many_statements_for_many_suggestions_as_for_few(first: World) -> None:
    ours = next_round(first)
    reader = ours.client()
    take(ours, reader)
    counts = []
    for section_id in ("B", "D"):
        reader.get(ours.section(section_id))
        with statements(ours.database) as heard:
            reader.get(ours.section(section_id))
        counts.append(len(heard.found))
    with statements(ours.database) as heard:
        reader.get(f"{ours.url}/sources")
    assert counts[0] <= 18
    assert len(heard.found) <= 20


def test_a_profile_is_written_once_and_kept_from_signed_answers(app: Flask) -> None:
    ours = world(app, factories.FLAGSHIP)
    reader = ours.client()
    url = f"/companies/{ours.organisation_id}/profile"
    page = reader.get(url)
    more = reader.fill_in(page, url, typed={"add_rows": "P.01", "P.05": "50_249"}, status=200)
    assert isinstance(more, Page)
    name = "<b>Nord</b>"
    reader.fill_in(
        more,
        url,
        typed={
            "P.01:0:legal_name": name,
            "P.01:0:register_number": "1",
            "P.01:0:country": "BE",
            "P.02:0:email": "ada@example.eu",
            "P.03": ["brand"],
        },
    )
    wrong = reader.fill_in(reader.get(url), url, typed={"P.02:0:email": "no address"}, status=422)
    assert isinstance(wrong, Page)
    assert "no address" in wrong.html
    take(ours, reader, "profile")
    section = reader.get(ours.section("A"))
    assert "From your company's profile, saved" in section.text
    assert name in section.form(ours.section("A")).fields["A.01:0:legal_name"]
    reader.fill_in(section, ours.section("A"), typed={"confirm": "*", "A.04": ["laptop"]})
    assert states(ours)["A.05"] == "done"
    reader.get(f"{url}?from={ours.response_id}")
    kept = reader.get(f"{url}?from={ours.response_id}")
    assert "Some fields are filled in from your answers." in kept.text


def test_a_second_round_of_the_flagship_takes_five_times_fewer_fields(app: Flask) -> None:
    ours = world(app, factories.FLAGSHIP)
    reader = ours.client()
    once = FormFiller(ours, reader)
    once.fill()
    ours.sign(reader)
    later = next_round(ours)
    twice = FormFiller(later, later.client())
    twice.bring_along()
    assert twice.gaps() == set()
    twice.fill()
    later.sign(twice.reader)
    assert later.state() == "submitted"
    assert once.typed > 100
    assert twice.typed * FEWER <= once.typed, (once.typed, twice.typed)
