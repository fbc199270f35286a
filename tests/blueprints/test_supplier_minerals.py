"""A CMRT through the pages: given, looked at, suggested, kept as evidence."""

from io import BytesIO

from flask import Flask

from tests import factories
from tests.blueprints.supplier_world import Reader, World, world
from tests.page import Page
from tests.response.templates import Template

HOSTILE = "<b>=1+1</b> Works"


def given(own: World, client: Reader, template: Template, **typed: object) -> Page:
    url = f"{own.url}/minerals"
    file = {"file": (BytesIO(template.bytes()), "cmrt.xlsx"), **typed}
    return client.follow(client.fill_in(client.get(url), url, typed=file))


def test_a_cmrt_becomes_suggestions_and_evidence(app: Flask) -> None:
    own = world(app, factories.FLAGSHIP)
    client = own.client()
    assert f"{own.url}/minerals" in client.get(own.url).links
    smelters = [*Template().smelters, {"B": "Gold", "C": HOSTILE, "F": "CID000105"}]
    page = given(own, client, Template(smelters=smelters))
    assert page.heading == "What the CMRT 6.4 says"
    assert "Smelters without a country" in page.text
    assert "Smelter List!B7" in page.text
    assert HOSTILE in page.text
    own.save(client, "A", {"A.03": ["brand"]})
    assert own.stored() == {"A.03": ["brand"]}
    tasks = client.follow(client.submit(page, page.url))
    assert "answers are suggested" in tasks.text
    assert own.stored()["I.03"] == "provided"
    assert len(own.stored()["I.06"]) == 3
    section = client.get(own.section("I"))
    assert "CMRT 6.4 of 12 March 2026" in section.text
    page = given(own, client, Template(smelters=smelters))
    assert "says nothing that is not in your answers already" in page.text
    client.submit(page, page.url, button="act")


def test_what_is_no_known_template_is_said_at_the_field(app: Flask) -> None:
    own = world(app)
    client = own.client()
    url = f"{own.url}/minerals"
    assert url not in client.get(own.url).links
    for file, words in (
        ({}, "Choose the file."),
        ({"file": (BytesIO(Template(revision="7.1").bytes()), "a.xlsx")}, "known: 6.01"),
        ({"file": (BytesIO(b"text"), "a.xlsx")}, "Give it the right name"),
    ):
        found = client.fill_in(client.get(url), url, typed=file, status=422)
        assert isinstance(found, Page)
        assert words in found.text
    page = given(own, client, Template(), keep=None)
    assert "asks nothing that this file answers" in page.text
    stranger = own.other_supplier().client()
    stranger.get(url, status=404)
    stranger.get(page.url, status=404)
