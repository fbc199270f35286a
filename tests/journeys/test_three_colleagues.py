"""Three colleagues at three browsers answer together, and nobody outside reads their notes."""

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import select

from portal.core.clock import now
from portal.identity.actor import Actor
from portal.identity.operations import make_link
from portal.identity.roles import Role
from portal.response.models import Submission
from tests.blueprints.supplier_world import World, world
from tests.journeys.browser import Reader

SAVED = "All changes saved"
WAIT_MS = 15_000
NOTE = "Ask the lawyers before we say this"


@pytest.fixture
def ours(served: tuple[Flask, str]) -> World:
    return world(served[0])


def sign_in(ours: World, reader: Reader, actor: Actor) -> Reader:
    assert actor.person_id is not None
    with ours.database.transaction() as session:
        token = make_link(session, actor.person_id, now=now())
    reader.page.goto(f"{reader.address}/sign-in/link/{token}")
    with reader.page.expect_navigation():
        reader.page.get_by_role("button", name="Sign in", exact=True).click()
    return reader


def write(page: Page, question: str, text: str) -> None:
    page.locator(f"[id='{question}']").fill(text)
    page.locator(f"[id='{question}']").blur()


def told(page: Page, words: str) -> None:
    expect(page.locator("[data-line]")).to_contain_text(words, timeout=WAIT_MS)


def test_three_people_share_a_section_out_answer_it_at_once_review_it_and_sign(
    ours: World, new_reader: Callable[..., Reader]
) -> None:
    signatory = sign_in(ours, new_reader(), ours.signatory)
    admin_actor = ours.colleague(Role.SUPPLIER_ADMIN)
    admin = sign_in(ours, new_reader(), admin_actor)
    helper_actor = ours.colleague(Role.SUPPLIER_CONTRIBUTOR)
    helper = sign_in(ours, new_reader(), helper_actor)

    # The admin gives the section to the helper, who finds it on top and can write nothing else.
    admin.open(f"{ours.section('D')}/people")
    admin.choose(helper_actor.name)
    admin.press("Give it to them")
    helper.open(ours.url)
    helper.shoot("given-to-me")
    assert helper.sees("Given to you")
    helper.open(ours.section("A"))
    assert helper.sees("This section has not been given to you")

    # All three write at once; nobody presses a button.
    pages = [each.page for each in (signatory, admin, helper)]
    for page in pages:
        page.goto(admin.address + ours.section("D"))
    write(pages[2], "D.01", "https://example.eu/helper")
    write(pages[1], "D.02", "The admin's words.")
    for page in pages[1:]:
        told(page, SAVED)
    assert ours.stored() == {"D.01": "https://example.eu/helper", "D.02": "The admin's words."}

    # Two more texts for one question: each author sees both, nothing stored is overwritten.
    write(pages[0], "D.02", "The signatory's words.")
    write(pages[2], "D.02", "The helper's words.")
    for page, own in ((pages[0], "The signatory's words."), (pages[2], "The helper's words.")):
        place = page.locator("[data-question='D.02']")
        expect(place).to_contain_text(f"{admin_actor.name} changed this answer", timeout=WAIT_MS)
        expect(place).to_contain_text("The admin's words.")
        assert page.locator("[id='D.02']").input_value() == own
    assert ours.stored()["D.02"] == "The admin's words."
    signatory.check()
    signatory.shoot("three-people-conflict")
    pages[0].get_by_role("button", name="Keep yours").click()
    told(pages[0], SAVED)
    assert ours.stored()["D.02"] == "The signatory's words."
    with pages[2].expect_navigation():
        pages[2].get_by_role("link", name="Keep this text").click()
    assert pages[2].locator("[id='D.02']").input_value() == "The signatory's words."

    # A note for colleagues, and the section is called ready and reviewed by somebody else.
    admin.open(f"{ours.url}/notes?section=D")
    admin.page.locator("textarea").first.fill(NOTE)
    with admin.page.expect_navigation():
        admin.page.locator("main form button[type=submit]").last.click()
    helper.open(ours.section("D"))
    assert helper.sees(NOTE)
    helper.press("Save and call it ready")
    signatory.open(ours.section("D"))
    signatory.press("Reviewed, nothing to change")
    signatory.open(ours.url)
    assert signatory.sees("Reviewed")
    signatory.shoot("task-list-of-three")

    # The rest is answered, the signatory signs; what is sent carries everybody's words, no note.
    client = ours.client()
    for section, typed in {"A": {"A.01": ["reseller"], "A.02": "50_249"}}.items():
        ours.save(client, section, typed)
    ours.save(client, "B", {"B.01": "no", "B.04": "3", "B.05": "45,5", "B.06": "6"})
    signatory.open(f"{ours.url}/check")
    signatory.page.locator("[name=declared]").check()
    signatory.press("Sign and send our answers")
    assert ours.state() == "submitted"
    with ours.database.session(writes=False) as session:
        snapshot = session.scalars(select(Submission.snapshot)).one()
    assert "The signatory's words." in snapshot
    assert NOTE not in snapshot
    signatory.open(f"{ours.url}/history/D.02")
    assert signatory.sees("admin's")
    assert signatory.sees("signatory's")
