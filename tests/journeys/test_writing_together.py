"""Three buyers write one questionnaire in browsers, publish it, correct it and follow it up."""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

import pytest
from sqlalchemy import select

from portal.core.clock import now
from portal.core.db import Database, Session
from portal.identity.actor import Actor
from portal.identity.operations import make_link
from portal.identity.roles import Role
from portal.questionnaire.queries import published_version
from portal.response.answers import AnswerDraft
from portal.response.models import AnswerChange, Response
from tests import factories
from tests.journeys.browser import Reader

DIALOGUE = "fair-laptops"
OPEN_RESPONSES = 10
BUYERS = (Role.LEAD_BUYER, Role.CO_BUYER, Role.CO_BUYER)
Makes = Callable[[], Reader]


@dataclass
class Team:
    """The dialogue's people, each at a browser of their own."""

    database: Database
    secretariat: Reader
    buyers: list[Reader]

    def at(self, path: str = "") -> str:
        return f"/dialogues/{DIALOGUE}/draft{path}"

    def everyone_agrees(self) -> None:
        for buyer in self.buyers:
            buyer.open(self.at())
            buyer.choose("We agree to publish this questionnaire")
            buyer.press("Record our vote")
            assert buyer.sees("vote has been recorded")


def sign_in(database: Database, reader: Reader, actor: Actor) -> Reader:
    assert actor.person_id is not None
    with database.transaction() as session:
        token = make_link(session, actor.person_id, now=now())
    reader.open(f"/sign-in/link/{token}")
    reader.press("Sign in")
    return reader


def team(database: Database, new_reader: Makes) -> Team:
    with database.transaction() as session:
        made = factories.dialogue(session, now=now(), short_name=DIALOGUE)
        buyers = [factories.member(session, made, role, now=now()) for role in BUYERS]
        secretariat = factories.member(session, made, Role.SECRETARIAT, now=now())
    return Team(
        database,
        sign_in(database, new_reader(), secretariat),
        [sign_in(database, new_reader(), buyer) for buyer in buyers],
    )


def box(field: str) -> str:
    return f"[id='{field}']"


def write(reader: Reader, field: str, text: str) -> None:
    reader.page.locator(box(field)).fill(text)


def go(reader: Reader, role: Literal["button", "link"], begins: str) -> None:
    """Press or follow the first whose name begins so, and check the page it leads to."""
    with reader.page.expect_navigation():
        reader.page.get_by_role(role, name=re.compile(f"^{begins}")).first.click()
    reader.check()


def edit_at_once(team: Team) -> None:
    """Three people have one question open; each saves another text, then two the same."""
    question = team.at("/edit/questions/B.01")
    for buyer in team.buyers:
        buyer.open(question)
    one, two, three = team.buyers
    write(one, "text/en", "Is there a human-rights policy?")
    write(two, "hint/en", "Approved by the board.")
    write(three, "proof/en", "A link to the policy, or the file.")
    for buyer in team.buyers:
        buyer.press("Save")
        assert buyer.sees("Saved.")
    for buyer in (one, two):
        buyer.open(question)
    assert one.page.locator(box("hint/en")).input_value() == "Approved by the board."
    write(one, "text/en", "Have you a human-rights policy?")
    write(two, "text/en", "Has your company a human-rights policy?")
    one.press("Save")
    two.press("Save")
    assert two.sees("Somebody else changed the same words while you were writing.")
    assert two.sees("Have you a human-rights policy?")
    two.shoot("draft-clash")
    two.press("Save")
    assert two.sees("Has your company a human-rights policy?")


def discuss(team: Team) -> None:
    """A remark with a reply, resolved; a suggestion, accepted."""
    one, two, three = team.buyers
    two.open(team.at("/discussion/question:B.02"))
    two.fill("Remark", "Must it be a date? A year would do.")
    two.press("Save the remark")
    one.open(team.at("/discussion/question:B.02"))
    one.page.get_by_text("Reply", exact=True).first.click()
    one.page.locator("textarea[id^='reply-']").fill("A date is easier to check.")
    one.press("Save")
    assert one.sees("A date is easier to check.")
    go(one, "button", "Resolve")
    assert one.sees("Resolved")
    three.open(team.at("/discussion/question:B.03"))
    three.page.get_by_text("Suggest another wording", exact=True).click()
    three.fill("Suggested wording", "Can anybody read it?")
    three.press("Save the suggestion")
    one.open(team.at("/discussion/question:B.03"))
    go(one, "button", "Accept")
    assert one.sees("Accepted")


def vote_change_and_vote_again(team: Team) -> None:
    """One change of meaning after the votes resets them all; then everybody votes again."""
    team.everyone_agrees()
    _, two, _ = team.buyers
    two.open(team.at())
    assert two.sees("All buyers agree")
    two.open(team.at("/edit/questions/B.05"))
    write(two, "text/en", "Which share of your spend is covered?")
    two.press("Save")
    two.open(team.at())
    votes = two.page.locator("table", has=two.page.locator("#vote-table"))
    assert votes.inner_text().count("Must vote again") == len(BUYERS)
    two.shoot("draft-votes-reset")
    go(two, "link", "What changed since")
    assert two.sees("B.05")
    team.everyone_agrees()


def publish(team: Team) -> str:
    """The hash that the page prints and the portal keeps."""
    team.secretariat.open(f"/dialogues/{DIALOGUE}/manage")
    team.secretariat.page.get_by_text("Publish the dialogue", exact=True).click()
    team.secretariat.press("Publish now")
    team.secretariat.open(team.at("/versions"))
    printed = re.findall(r"\b[0-9a-f]{64}\b", team.secretariat.page.locator("main").inner_text())
    with team.database.session(writes=False) as session:
        version = published_version(session, factories.named(session, DIALOGUE).id)
    assert version is not None
    assert printed == [version.sha256]
    print(f"published: {version.number} sha256 {version.sha256}")  # noqa: T201 - shown with -s
    return version.sha256


def answer(database: Database) -> list[Actor]:
    """Ten suppliers begin; each answers in its own way and signs nothing."""
    people = []
    with database.transaction() as session:
        made = factories.named(session, DIALOGUE)
        for number in range(OPEN_RESPONSES):
            actor = factories.supplier(session, made, now=now())
            begun = factories.response(session, made, actor, now=now())
            role = ("reseller", "brand")[number % 2]
            given = factories.drafts(role, {"B.04": number % 5, "B.06": number})
            given["B.02"] = AnswerDraft(value="2026-01-31", comment=f"Seen by {number}.")
            factories.answer(session, actor, begun.id, given, now=now())
            people.append(actor)
    return people


def history(session: Session) -> Counter[tuple[str, ...]]:
    """Every content that any answer ever had."""
    columns = (
        AnswerChange.response_id,
        AnswerChange.question_id,
        AnswerChange.version,
        AnswerChange.value,
        AnswerChange.comment,
    )
    return Counter(tuple(map(str, row)) for row in session.execute(select(*columns)))


def correct(team: Team, sha256: str) -> None:
    """An erratum: everybody sees it, and the hash stays."""
    team.secretariat.open(team.at("/corrections?part=question:B.04"))
    team.secretariat.page.locator("#field").select_option("text/en")
    team.secretariat.fill("What it should read", "How mature is your training of buyers?")
    team.secretariat.fill("What was wrong", "Two words were missing.")
    team.secretariat.press("Publish the correction")
    assert team.secretariat.sees("Corrections of version 1.0")
    assert team.secretariat.sees(sha256)
    team.buyers[0].open(f"/dialogues/{DIALOGUE}/questionnaire")
    assert team.buyers[0].sees("How mature is your training of buyers?")


def follow_up(team: Team) -> None:
    """A new version: one question reworded, one taken out, one new; voted on and published."""
    one = team.buyers[0]
    one.open(team.at("/versions"))
    one.fill("Number of the new version", "2.0")
    one.press("Begin a new version")
    one.open(team.at("/edit/questions/B.05"))
    write(one, "text/en", "Which share of your spend with suppliers is covered?")
    one.press("Save")
    one.open(team.at("/edit/questions/B.06/retire"))
    one.press("Take out")
    one.open(team.at("/edit/sections/B/add"))
    one.page.locator("#id").fill("B.07")
    one.page.locator("#type").select_option("yes_no")
    one.page.locator("#text").fill("Do you publish the results?")
    go(one, "button", "Add")
    team.everyone_agrees()
    team.secretariat.open(team.at("/origins"))
    assert team.secretariat.sees("Reworded: answers stay and have to be confirmed.")
    team.secretariat.shoot("what-came-from-what")
    team.secretariat.open(team.at("/publication"))
    later = now() + timedelta(days=50)
    team.secretariat.fill("New closing time", f"{later:%Y-%m-%dT%H:%M}")
    team.secretariat.fill("Why there is a new version", "One question was not clear.")
    team.secretariat.press("Publish now")
    assert team.secretariat.sees("2.0")


def look_at_what_came(supplier: Reader) -> None:
    """A supplier finds its answers, confirms the one that needs a look, and nothing is empty."""
    supplier.open("/responses")
    supplier.open(
        str(supplier.page.locator("main a[href*='/responses/']").first.get_attribute("href"))
    )
    assert supplier.sees("2.0")
    supplier.shoot("supplier-carried-over")
    go(supplier, "link", "B ")
    assert supplier.page.locator(box("B.05")).input_value() == "40"
    supplier.page.locator(box("B.07")).check()
    supplier.press("Save and go to the list")


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
@pytest.mark.usefixtures("served")
def test_three_buyers_write_publish_correct_and_follow_up_and_no_answer_is_lost(
    database: Database, new_reader: Makes
) -> None:
    people = team(database, new_reader)
    people.secretariat.open(people.at("/files"))
    people.secretariat.page.locator("input[type=file]").set_input_files(factories.SMALL)
    people.secretariat.press("Make this the draft")
    edit_at_once(people)
    discuss(people)
    vote_change_and_vote_again(people)
    sha256 = publish(people)
    suppliers = answer(database)
    with database.session(writes=False) as session:
        before = history(session)
    correct(people, sha256)
    follow_up(people)
    with database.session(writes=False) as session:
        version = published_version(session, factories.named(session, DIALOGUE).id)
        assert version is not None
        assert version.number == "2.0"
        moved = set(session.scalars(select(Response.version_id)))
        assert moved == {version.id}
        assert not before - history(session)
    look_at_what_came(sign_in(database, new_reader(), suppliers[0]))
    with database.session(writes=False) as session:
        assert not before - history(session)
