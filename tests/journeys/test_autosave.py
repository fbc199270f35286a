"""A section in browsers: what is typed is saved by itself, and nothing of it is lost on the way."""

import json
from collections.abc import Callable, Iterable
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from portal.core.clock import now
from portal.identity.operations import set_password
from portal.identity.roles import Role
from tests.blueprints.supplier_world import World
from tests.journeys.browser import Reader, sign_in

Makes = Callable[[], Reader]
SECRET = "correct horse battery"
SAVED, OFFLINE = "All changes saved", "Not saved: no connection."
ENDED, RESTORED = "You are signed out.", "Kept in this browser, not yet saved"
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
WAIT_MS = 15_000


def at(reader: Reader, ours: World, section: str) -> Page:
    """The section's page, just loaded."""
    reader.page.goto(reader.address + ours.section(section))
    return reader.page


def write(page: Page, question: str, text: str) -> None:
    page.locator(f"[id='{question}']").fill(text)


def text_in(page: Page, question: str) -> str:
    return page.locator(f"[id='{question}']").input_value()


def told(page: Page, words: str) -> None:
    """The line at the foot comes to say this."""
    expect(page.locator("[data-line]")).to_contain_text(words, timeout=WAIT_MS)


def told_at(page: Page, question: str, words: str) -> None:
    """The question comes to say this."""
    place = page.locator(f"[data-question='{question}']")
    expect(place).to_contain_text(words, timeout=WAIT_MS)


def kept(page: Page) -> int:
    """How many answers are kept in the browser."""
    keys: list[str] = page.evaluate("Object.keys(localStorage)")
    return sum(key.startswith("parley-unsent") for key in keys)


def check(reader: Reader) -> None:
    """No fault of the page, at both widths.

    Axe takes what the line at the foot covers for too small to press, though it can be scrolled
    clear, so the line lies below the form meanwhile.
    """
    line = "document.querySelector('[data-state]').style.position"
    reader.page.evaluate(f"{line} = 'static'")
    reader.check()
    reader.page.evaluate(f"{line} = ''")


COVERED = """() => {
  const [focus, line] = [document.activeElement, document.querySelector('[data-state]')]
    .map(part => part.getBoundingClientRect());
  return focus.top >= line.top && focus.bottom <= line.bottom;
}"""


TOP = "document.activeElement.getBoundingClientRect().top"


def forgive(reader: Reader) -> None:
    """Only that the network was away was complained of."""
    others = [each for each in reader.complaints if "Failed to load resource" not in each]
    assert not others
    reader.complaints.clear()


@pytest.fixture
def reader(ours: World, new_reader: Makes) -> Reader:
    return sign_in(ours, new_reader(), ours.signatory)


def test_what_is_typed_is_saved_without_a_button_and_what_is_wrong_is_told(
    ours: World, reader: Reader
) -> None:
    page = at(reader, ours, "B")
    expect(page.locator("[data-state]")).to_be_hidden()
    write(page, "B.06", "7")
    told(page, SAVED)
    assert ours.stored() == {"B.06": 7}
    assert kept(page) == 0
    write(page, "B.05", "a lot")
    told_at(page, "B.05", "Enter a percentage")
    told(page, "1 answer needs you")
    check(reader)
    reader.shoot("autosave-wrong")
    page.set_viewport_size({"width": 320, "height": 500})
    page.locator("[id='B.01']").focus()
    for _ in range(12):
        page.keyboard.press("Tab")
        in_form = page.evaluate("document.activeElement.closest('[data-question]') !== null")
        assert not (in_form and page.evaluate(COVERED))
    page.reload()
    assert text_in(page, "B.05") == "a lot"
    told_at(page, "B.05", "Enter a percentage")
    write(page, "B.05", "40")
    told(page, SAVED)
    expect(page.locator("[data-question='B.05'] .govuk-error-message")).to_have_count(0)
    page.locator("[id='B.01']").check()
    told_at(page, "B.01", "Other questions now apply.")
    reader.shoot("autosave-reroutes")
    page.get_by_role("button", name="Save and show them").click()
    expect(page.locator("[id='B.02']")).to_be_visible()
    check(reader)
    assert ours.stored() == {"B.01": "yes", "B.05": 40, "B.06": 7}
    assert kept(page) == 0


@ON_SQLITE
def test_what_a_person_is_at_stays_where_it_is_when_an_earlier_answer_is_told_of(
    ours: World, reader: Reader
) -> None:
    page = at(reader, ours, "B")
    page.set_viewport_size({"width": 1280, "height": 500})
    write(page, "B.05", "a lot")
    page.locator("[id='B.06']").focus()
    where = page.evaluate(TOP)
    told_at(page, "B.05", "Enter a percentage")
    assert page.evaluate(TOP) == where
    write(page, "B.05", "40")
    page.locator("[id='B.06']").focus()
    where = page.evaluate(TOP)
    expect(page.locator("[data-question='B.05'] .govuk-error-message")).to_have_count(0)
    assert page.evaluate(TOP) == where
    choice = page.locator("[id='B.01']")
    choice.check()
    where = page.evaluate(TOP)
    told_at(page, "B.01", "Other questions now apply.")
    assert page.evaluate(TOP) == where


@ON_SQLITE
def test_a_button_is_followed_though_what_was_typed_is_what_the_portal_has(
    ours: World, reader: Reader
) -> None:
    page = at(reader, ours, "D")
    write(page, "D.02", "As it was.")
    told(page, SAVED)
    write(page, "D.02", "Otherwise, for a moment.")
    write(page, "D.02", "As it was.")
    with page.expect_navigation():
        page.get_by_role("button", name="Save and go to the list").click()
    assert ours.stored() == {"D.02": "As it was."}


def test_two_people_on_one_section_keep_both_answers_and_choose_between_two_texts(
    ours: World, reader: Reader, new_reader: Makes
) -> None:
    colleague = ours.colleague(Role.SUPPLIER_ADMIN)
    other = sign_in(ours, new_reader(), colleague)
    mine, theirs = at(reader, ours, "D"), at(other, ours, "D")
    write(theirs, "D.01", "https://example.eu/theirs")
    write(mine, "D.02", "Mine.")
    told(mine, SAVED)
    told(theirs, SAVED)
    assert ours.stored() == {"D.01": "https://example.eu/theirs", "D.02": "Mine."}
    write(theirs, "D.02", "Theirs.")
    told_at(theirs, "D.02", f"{ours.signatory.name} changed this answer")
    told_at(theirs, "D.02", "Mine.")
    assert text_in(theirs, "D.02") == "Theirs."
    check(other)
    other.shoot("autosave-conflict")
    write(theirs, "D.02", "Theirs, and more.")
    theirs.get_by_role("button", name="Keep yours").click()
    told(theirs, SAVED)
    assert ours.stored()["D.02"] == "Theirs, and more."
    write(mine, "D.02", "Mine again.")
    told_at(mine, "D.02", f"{colleague.name} changed this answer")
    with mine.expect_navigation():
        mine.get_by_role("link", name="Keep this text").click()
    assert text_in(mine, "D.02") == "Theirs, and more."
    assert kept(mine) == kept(theirs) == 0


@ON_SQLITE
def test_without_a_connection_text_waits_in_the_browser_and_survives_closing_the_page(
    ours: World, reader: Reader
) -> None:
    page = at(reader, ours, "D")
    reader.context.set_offline(True)
    write(page, "D.02", "Written on a train.")
    told(page, OFFLINE)
    page.get_by_role("button", name="Save and continue").last.click()
    told(page, OFFLINE)
    reader.offline = True
    check(reader)
    reader.shoot("autosave-offline")
    reader.context.set_offline(False)
    told(page, SAVED)
    assert ours.stored() == {"D.02": "Written on a train."}
    reader.context.set_offline(True)
    write(page, "D.02", "Written in a tunnel.")
    told(page, OFFLINE)
    page.close()
    reader.context.set_offline(False)
    reader.page = reader.context.new_page()
    page = at(reader, ours, "D")
    assert text_in(page, "D.02") == "Written in a tunnel."
    told(page, SAVED)
    assert ours.stored() == {"D.02": "Written in a tunnel."}
    assert kept(page) == 0


@ON_SQLITE
def test_a_kept_text_over_an_answer_that_changed_meanwhile_is_a_choice(
    ours: World, reader: Reader, new_reader: Makes
) -> None:
    page = at(reader, ours, "A")
    reader.context.set_offline(True)
    table = page.locator("[data-question='A.03']")
    for row in range(3):
        write(page, f"A.03:{row}:name", f"Site {row}")
        if row == 1:
            table.get_by_role("button", name="Add rows").click()
    told(page, OFFLINE)
    page.close()
    colleague = ours.colleague(Role.SUPPLIER_ADMIN)
    other = at(sign_in(ours, new_reader(), colleague), ours, "A")
    write(other, "A.03:0:name", "Theirs")
    told(other, SAVED)
    reader.context.set_offline(False)
    reader.page = reader.context.new_page()
    page = at(reader, ours, "A")
    told_at(page, "A.03", f"{colleague.name} changed this answer")
    assert [text_in(page, f"A.03:{row}:name") for row in range(3)] == ["Site 0", "Site 1", "Site 2"]
    assert ours.stored()["A.03"] == [{"name": "Theirs"}]
    page.get_by_role("button", name="Keep yours").click()
    told(page, SAVED)
    assert [row["name"] for row in ours.stored()["A.03"]] == ["Site 0", "Site 1", "Site 2"]


class Gate:
    """Stands before the portal; shut, it answers for a portal that is not there."""

    def __init__(self, app: Flask) -> None:
        self.behind, self.is_shut = app.wsgi_app, False

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        if not self.is_shut:
            return self.behind(environ, start)
        start("503 Service Unavailable", [("Content-Type", "text/plain")])
        return [b""]


@ON_SQLITE
def test_a_portal_that_is_away_gets_the_text_when_it_is_back(
    ours: World, reader: Reader, served: tuple[Flask, str]
) -> None:
    gate = Gate(served[0])
    served[0].wsgi_app = gate  # type: ignore[method-assign, assignment]
    page = at(reader, ours, "D")
    gate.is_shut = True
    write(page, "D.02", "Patience.")
    told(page, OFFLINE)
    assert kept(page) == 1
    gate.is_shut = False
    told(page, SAVED)
    assert ours.stored() == {"D.02": "Patience."}
    forgive(reader)


@ON_SQLITE
def test_the_session_ends_while_typing_and_the_text_is_there_after_signing_in(
    ours: World, reader: Reader, served: tuple[Flask, str]
) -> None:
    with ours.database.transaction() as session:
        passwords = served[0].extensions["portal.passwords"]
        set_password(session, ours.signatory, passwords, password=SECRET, now=now())
    sign_in(ours, reader, ours.signatory)
    page = at(reader, ours, "D")
    reader.context.clear_cookies()
    write(page, "D.02", "Typed too slowly.")
    told(page, ENDED)
    check(reader)
    reader.shoot("autosave-signed-out")
    page.get_by_role("link", name="Sign in to save it").click()
    page.get_by_label("E-mail address").fill(ours.signatory.email)
    page.get_by_label("Password").fill(SECRET)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(f"**{ours.section('D')}")
    assert text_in(page, "D.02") == "Typed too slowly."
    told(page, SAVED)
    assert ours.stored() == {"D.02": "Typed too slowly."}
    reader.context.clear_cookies()
    write(page, "D.02", "Signed in next door.")
    told(page, ENDED)
    reader.page = reader.context.new_page()
    sign_in(ours, reader, ours.signatory)
    page.bring_to_front()
    page.evaluate("dispatchEvent(new Event('focus'))")
    told(page, SAVED)
    assert ours.stored() == {"D.02": "Signed in next door."}


def age(app: Flask, reader: Reader, minutes: int) -> None:
    """Let the browser's last request have been so long ago."""
    (cookie,) = reader.context.cookies()
    interface: Any = app.session_interface
    serializer = interface.get_signing_serializer(app)
    content = serializer.loads(cookie["value"])
    content["seen"] -= minutes * 60
    aged: Any = {**cookie, "value": serializer.dumps(content)}
    reader.context.add_cookies([aged])


def extended(page: Page) -> None:
    """The dialog closes at once; soon after, nearly the whole time is left again."""
    for _ in range(WAIT_MS // 100):
        left = page.evaluate("fetch('/session').then(reply => reply.json())")["left"]
        if left > 44 * 60:
            return
        page.wait_for_timeout(100)
    pytest.fail(f"only {left} seconds are left")


@ON_SQLITE
def test_somebody_is_told_five_minutes_before_the_end_and_stays_or_leaves_nothing_behind(
    ours: World, reader: Reader, served: tuple[Flask, str]
) -> None:
    page = at(reader, ours, "B")
    dialog = page.get_by_role("dialog")
    for close in ("button", "key"):
        age(served[0], reader, 42)
        page.evaluate("dispatchEvent(new Event('focus'))")
        expect(dialog).to_contain_text("3 minutes")
        assert dialog.evaluate("box => box.contains(document.activeElement)")
        check(reader)
        reader.shoot("session-end")
        if close == "button":
            page.get_by_role("button", name="Stay signed in").click()
        else:
            page.keyboard.press("Escape")
        expect(dialog).to_be_hidden()
        extended(page)
    write(page, "B.05", "a lot")
    told_at(page, "B.05", "Enter a percentage")
    assert kept(page) == 1
    page.once("dialog", lambda box: box.accept())
    page.get_by_role("button", name="Sign out").first.click()
    page.wait_for_url(reader.address + "/")
    assert kept(page) == 0
    old = json.dumps({"at": 0, "version": 0, "fields": []})
    page.evaluate("old => localStorage.setItem('parley-unsent x /y A.01', old)", old)
    page.reload()
    assert kept(page) == 0
