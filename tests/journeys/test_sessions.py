"""Five people prepare a session, hold it, write it down, and do what they agreed there."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import expect

from portal.core.clock import now
from portal.meeting.models import Meeting
from portal.meeting.models_commitments import Commitment
from portal.meeting.models_issues import Ballot
from tests.journeys.browser import Reader
from tests.journeys.sitting import (
    NORTH,
    PLACE,
    SOUTH,
    WAIT_MS,
    Sitting,
    click,
    pick,
    shows,
    sitting,
    type_in,
    unfold,
)

RULES = "I have read the rules of the session and of the dialogue, and accept them."
TOO_FEW = "Not shown: there are too few votes"
ASKED = "Who pays for the audits of small sites?"
FIRST, SECOND = "First tier: audits are shared.", "Second tier: nobody knows yet."
POSITION = "We said that we share our audits."
PROMISE, LATE = "We share our audits with every buyer.", "We publish the list of our sites."


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_five_people_meet_write_it_down_and_keep_what_they_promised(
    served: tuple[Flask, str], new_reader: Callable[..., Reader]
) -> None:
    there = sitting(served[0], new_reader)
    plan_and_announce(there)
    register(there)
    open_the_room(there)
    raise_a_hand_and_ask(there)
    vote(there)
    take_notes_together(there)
    write_minutes(there)
    contest_them(there)
    sum_up(there)
    adopt(there)
    publish_the_roadmap(there)
    keep_a_promise(there)
    break_another(there)


# Before the session ---------------------------------------------------------------------------


def plan_and_announce(there: Sitting) -> None:
    """The secretariat plans and announces; both suppliers find the session in the list."""
    desk = there.secretariat
    desk.open(PLACE)
    desk.follow("Sessions")
    desk.press("Plan a session")
    desk.press("Save and write the agenda")
    assert desk.sees("Give the session a title.")
    type_in(
        desk,
        {
            "title": "Wages in the second tier",
            "purpose": "Talk about what the answers say.",
            "online_address": "https://meet.example.org/wages",
        },
    )
    desk.press("Save and write the agenda")
    type_in(desk, {"title": "Welcome and rules", "minutes": 10})
    desk.press("Add the point")
    pick(desk, "subject", "question:B.01")
    desk.press("Add it")
    desk.shoot("01-agenda")
    desk.follow("Back to the session")
    there.session = desk.page.url.removeprefix(desk.address)
    there.supplier.page.goto(desk.page.url)
    assert there.supplier.sees("Page not found")
    desk.press("Announce to everybody")
    assert desk.sees("The session is announced")
    for reader in (there.supplier, there.rival):
        reader.open(f"{PLACE}/sessions")
        reader.follow("Wages in the second tier")
        assert reader.sees("Shown to those who registered")
    there.supplier.shoot("02-announced")


def register(there: Sitting) -> None:
    """Four register; of the suppliers only the secretariat and the buyers learn the names."""
    for reader in there.voters:
        reader.open(there.session)
        reader.press("Register")
        if reader is there.lead:
            reader.press("Register")
            assert reader.sees("Accept the rules of the session to register.")
        reader.choose(RULES)
        reader.press("Register")
        assert reader.sees("You are registered")
    for path in (there.session, f"{there.session}/registration"):
        for reader, other in ((there.supplier, SOUTH), (there.rival, NORTH)):
            reader.open(path)
            assert other not in reader.page.content()
        assert there.supplier.sees("https://meet.example.org/wages") or "registration" in path
    there.supplier.shoot("03-registration")
    there.secretariat.open(f"{there.session}/registration")
    assert there.secretariat.sees(NORTH)
    assert there.secretariat.sees(SOUTH)
    there.secretariat.page.get_by_role("link", name="See who comes").click()
    there.secretariat.shoot("04-who-comes")


# In the room ----------------------------------------------------------------------------------


def open_the_room(there: Sitting) -> None:
    """The time comes; the point on the released question stands in every browser with its chart."""
    desk = there.secretariat
    for reader in there.voters:
        reader.open(f"{there.session}/room")
        assert reader.sees("The room is not open yet.")
    there.meeting_begins(hours_ago=0.1)
    desk.open(f"{there.session}/room")
    desk.press("Open the room")
    desk.press("Begin with the agenda")
    desk.page.get_by_role("button", name="Go to this point").last.click()
    for reader in there.everybody:
        shows(reader, "Now: point 2")
        shows(reader, "As released to all suppliers.")
        reader.check()


def raise_a_hand_and_ask(there: Sitting) -> None:
    """A supplier asks for the floor and asks in writing; the other sees that a supplier does."""
    click(there.supplier, "Raise my hand")
    shows(there.supplier, "Take my hand down")
    there.supplier.fill("Your question", ASKED)
    click(there.supplier, "Send the question")
    shows(there.supplier, ASKED)
    shows(there.rival, ASKED)
    shows(there.rival, "A supplier")
    assert NORTH not in there.rival.page.content()
    shows(there.secretariat, ASKED)
    shows(there.secretariat, NORTH)
    click(there.secretariat, "Give the floor")
    shows(there.supplier, "The chair gives you the floor.")
    there.supplier.check()
    there.supplier.shoot("05-room-supplier")
    there.secretariat.check()
    there.secretariat.shoot("06-room-chair")


def vote(there: Sitting) -> None:
    """All vote; they are fewer than ten, so nobody learns anything but that."""
    desk = there.secretariat
    unfold(desk, "Let people vote")
    desk.fill("What do you ask?", "What matters most?")
    desk.choose("A dot vote: everybody marks as many as they like")
    desk.fill("Options", "Wages\nRepair\nAudits")
    desk.press("Open the vote")
    for number, reader in enumerate(there.voters):
        shows(reader, "What matters most?")
        for option in ("Wages", "Repair", "Audits")[: number % 3 + 1]:
            reader.choose(option)
        click(reader, "Vote")
        shows(reader, "Your vote is in.")
    there.lead.check()
    there.lead.shoot("07-vote")
    shows(desk, "4 have voted")
    click(desk, "Close the vote")
    for reader in there.everybody:
        place = shows(reader, TOO_FEW, where=".parley-room__vote")
        told = place.inner_text()
        assert not any(word in told for word in ("Wages", "Repair", "Audits", "%")), told
        reader.check()
    there.co_buyer.shoot("08-vote-closed")


def take_notes_together(there: Sitting) -> None:
    """Two type at once, each a line; everybody has both without loading the page again."""
    typists = (there.secretariat, there.co_buyer)
    fields = [reader.page.get_by_label("Notes on this point") for reader in typists]
    for half in (slice(12), slice(12, None)):
        for field, text in zip(fields, (FIRST, SECOND), strict=True):
            field.press_sequentially(text[half])
    for field in fields:
        for text in (FIRST, SECOND):
            expect(field).to_have_value(re.compile(re.escape(text)), timeout=WAIT_MS)
    for text in (FIRST, SECOND):
        shows(there.rival, text, where="[data-note-text]")
        shows(there.supplier, text, where="[data-note-text]")
    there.secretariat.check()
    there.secretariat.shoot("09-notes")
    there.rival.check()
    there.rival.shoot("10-notes-read")


# What came of it ------------------------------------------------------------------------------


def write_minutes(there: Sitting) -> None:
    """The session is over; minutes begin with the note, get a passage, and go round."""
    desk = there.secretariat
    desk.press("Close the room")
    there.meeting_begins(hours_ago=3)
    desk.open(there.session)
    desk.press("The session was held")
    desk.press("Begin the minutes")
    assert desk.sees(FIRST)
    with desk.page.expect_navigation():
        desk.page.get_by_role("link", name="Add a passage").last.click()
    desk.check()
    type_in(desk, {"text": "The brands say by when."})
    pick(desk, "speaker", "supplier")
    desk.press("Save")
    assert desk.sees(SECOND)
    assert desk.sees("The brands say by when.")
    desk.shoot("11-minutes-draft")
    there.supplier.page.goto(there.supplier.address + f"{there.session}/minutes")
    assert there.supplier.sees("Page not found")
    desk.press("Send round for ten days")


def contest_them(there: Sitting) -> None:
    """A correction is not accepted, its supplier annexes a position; after ten days they close."""
    desk, supplier, minutes = there.secretariat, there.supplier, f"{there.session}/minutes"
    supplier.open(minutes)
    supplier.follow("Ask for a correction")
    type_in(supplier, {"wanted": POSITION, "why": "It sounds as if others did it."})
    supplier.press("Ask for it")
    desk.open(minutes)
    desk.follow(f"Decide {NORTH}")
    desk.press("Do not accept")
    assert desk.sees("Say why it is not accepted.")
    type_in(desk, {"reason": "The note was read out in the room."})
    desk.press("Do not accept")
    supplier.open(minutes)
    assert supplier.sees("The note was read out in the room.")
    supplier.follow("We still disagree: add our position")
    type_in(supplier, {"position": POSITION})
    supplier.press("Add it to the minutes")
    there.turn(Meeting, circulation_ends_at=now() - timedelta(minutes=1))
    assert there.tick()["minutes closed"] == 1
    for reader in (supplier, there.rival):
        reader.open(minutes)
        assert reader.sees("Annex: positions")
        assert reader.sees(POSITION)
    assert NORTH not in there.rival.page.content()
    supplier.shoot("12-minutes-contested")


def sum_up(there: Sitting) -> None:
    """The public summary is read by somebody who is not signed in and sees no company."""
    there.secretariat.open(there.session)
    there.secretariat.press("Write the public summary")
    type_in(there.secretariat, {"text": "Buyers and suppliers look for shared audits."})
    there.secretariat.press("Publish the summary")
    there.anyone.open(there.session)
    assert there.anyone.sees("Buyers and suppliers look for shared audits.")
    for name in (NORTH, SOUTH, POSITION, FIRST):
        assert name not in there.anyone.page.content()
    there.anyone.shoot("13-summary")


def adopt(there: Sitting) -> None:
    """Both buyers opt in, the secretariat closes the opting in."""
    for buyer in (there.lead, there.co_buyer):
        buyer.open(there.ballot)
        buyer.press("Say where we are in")
        buyer.press("Save our choice")
        assert buyer.sees("Say whether your organisation is in or out.")
        buyer.choose("We are in")
        buyer.press("Save our choice")
    there.turn(Ballot, closes_at=now() - timedelta(minutes=1))
    there.secretariat.open(there.ballot)
    there.secretariat.press("Close the opting in")
    assert there.secretariat.sees("adopted")


def publish_the_roadmap(there: Sitting) -> None:
    """A step is added and all is published; a supplier reads what was chosen, and why."""
    desk = there.secretariat
    desk.follow("Joint statement and roadmap")
    desk.press("Add a step")
    due_on = now().date() + timedelta(days=200)
    type_in(desk, {"what": "Ask for shared audits", "due_on": due_on})
    desk.press("Add the step")
    desk.press("The roadmap stands")
    desk.shoot("14-roadmap")
    unfold(desk, "Publish statement and roadmap")
    desk.press("Publish now")
    there.rival.open(PLACE)
    there.rival.follow("What the buyers chose, and why")
    for words in ("Issue 1", "The market is not there yet.", "Ask for shared audits"):
        assert there.rival.sees(words)
    there.rival.shoot("15-priorities")


# What was promised ----------------------------------------------------------------------------


def propose(there: Sitting, text: str) -> str:
    """The supplier proposes from the session, the lead agrees, the supplier begins; its address."""
    supplier, lead = there.supplier, there.lead
    supplier.open(there.session)
    supplier.follow("Propose a commitment")
    supplier.page.locator("[name=promisor]").select_option(label=NORTH)
    type_in(supplier, {"text": text, "due_on": now().date() + timedelta(days=30)})
    supplier.press("Propose it")
    path = supplier.page.url.removeprefix(supplier.address)
    lead.open(path)
    assert lead.sees("Wages in the second tier")
    lead.press("Agree")
    supplier.open(path)
    supplier.press("We have begun")
    return path


def keep_a_promise(there: Sitting) -> None:
    """It is proposed, agreed, begun, proven and verified; the other supplier finds nothing."""
    supplier, lead = there.supplier, there.lead
    path = propose(there, PROMISE)
    supplier.press("Give this as proof")
    assert supplier.page.title().startswith("Error:")
    type_in(supplier, {"url": "https://example.org/audits"})
    supplier.press("Give this as proof")
    lead.open(path)
    lead.press("Check the proof")
    valid_until = now().date() + timedelta(days=365)
    type_in(lead, {"checked": "Read the list of audits.", "valid_until": valid_until})
    lead.shoot("16-check")
    lead.press("It is verified")
    assert lead.sees("Verified")
    lead.shoot("17-verified")
    supplier.open(path)
    assert supplier.sees("Read the list of audits.")
    hidden(there.rival, path, PROMISE)


def break_another(there: Sitting) -> None:
    """Its day passes, the clock says so, the lead escalates it."""
    lead = there.lead
    path = propose(there, LATE)
    yesterday = now().date() - timedelta(days=1)
    there.turn(Commitment, of={"text": LATE}, due_on=yesterday)
    assert there.tick()["commitments overdue"] == 1
    lead.open(f"{PLACE}/commitments")
    assert lead.sees("Overdue")
    lead.shoot("18-board")
    lead.open(path)
    unfold(lead, "Escalate it")
    lead.page.locator("textarea#escalate").fill("No word for a month.")
    lead.press("Escalate it to the lead buyers and the secretariat")
    assert lead.sees("Escalated")
    lead.shoot("19-escalated")
    there.supplier.open(path)
    assert there.supplier.sees("No word for a month.")
    hidden(there.rival, path, LATE)


def hidden(reader: Reader, path: str, text: str) -> None:
    """Neither the page nor the board tells this reader of it."""
    answer = reader.page.goto(reader.address + path)
    assert answer
    assert answer.status == 404
    reader.open(f"{PLACE}/commitments")
    assert text not in reader.page.content()
    assert NORTH not in reader.page.content()
