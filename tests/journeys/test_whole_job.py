"""The whole job in a browser: set up, vote, publish, answer, close, release, brief, read."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from pypdf import PdfReader

from portal.core.clock import now
from portal.core.db import Database
from portal.core.settings import Settings
from portal.dialogue.queries import dialogue_by_name
from portal.identity.actor import SYSTEM
from portal.identity.operations import (
    create_organisation,
    ensure_member,
    ensure_person,
    make_link,
)
from portal.identity.roles import OrganisationKind
from tests import factories
from tests.journeys.browser import Reader

DIALOGUE = "fair-laptops"
OTHER_SUPPLIERS = 11


def founder_link(database: Database) -> str:
    """The path that signs in the first person of a secretariat."""
    with database.transaction() as session:
        institute = create_organisation(
            session, SYSTEM, name="Institute", kind=OrganisationKind.SECRETARIAT, now=now()
        )
        person = ensure_person(session, email="sara@institute.example", name="Sara", now=now())
        ensure_member(session, person.id, institute.id, admin=True, now=now())
        return f"/sign-in/link/{make_link(session, person.id, now=now())}"


def mailed_link(settings: Settings, recipient: str) -> str:
    """The link in the newest mail to somebody."""
    mails = [p for p in (settings.var_dir / "outbox").glob("*.eml") if recipient in p.read_text()]
    text = max(mails, key=lambda path: path.stat().st_mtime_ns).read_text().replace("=\n", "")
    found = re.search(r"http://127\.0\.0\.1:\d+(/(?:join|sign-in/link)/[\w-]+)", text)
    assert found, text
    return found[1]


def set_up(secretariat: Reader) -> None:
    """A dialogue with one buyer, a questionnaire and one invitation."""
    secretariat.press("Set up a dialogue")
    secretariat.press("Set up the dialogue")
    assert secretariat.sees("Enter a title.")
    secretariat.fill("Title", "Fair laptops")
    secretariat.fill("Short name, for the address", DIALOGUE)
    secretariat.fill("Purpose", "Three cities buy laptops next year.")
    begins, ends = now() - timedelta(days=1), now() + timedelta(days=20)
    secretariat.fill("Opens", f"{begins:%Y-%m-%dT%H:%M}")
    secretariat.fill("Closes", f"{ends:%Y-%m-%dT%H:%M}")
    secretariat.press("Set up the dialogue")
    secretariat.fill("Organisation", "City of Elsewhere")
    secretariat.page.get_by_label("Country").select_option("BE")
    secretariat.fill("Name", "Bea")
    secretariat.fill("E-mail address", "bea@elsewhere.example")
    secretariat.press("Add and send the link")
    secretariat.open(f"/dialogues/{DIALOGUE}/draft/files")
    secretariat.page.locator("input[type=file]").set_input_files(factories.SMALL)
    secretariat.press("Make this the draft")
    secretariat.open(f"/dialogues/{DIALOGUE}/manage/invitations")
    secretariat.fill("Company", "Acme Laptops")
    secretariat.page.get_by_label("Country").select_option("NL")
    secretariat.fill("Contact's e-mail address", "pat@acme.example")
    secretariat.press("Prepare the invitation")


def vote(buyer: Reader) -> None:
    """The buyer reads the draft and agrees."""
    buyer.open(f"/dialogues/{DIALOGUE}/draft")
    buyer.choose("We agree to publish this questionnaire")
    buyer.press("Record our vote")
    assert buyer.sees("vote has been recorded")


def answer(supplier: Reader) -> None:
    """Every section, with evidence, an error on the way, and the signature."""
    supplier.fill("Your name", "Pat Doe")
    supplier.press("Take part and begin")
    supplier.follow("A About you")
    supplier.choose("Reseller")
    supplier.choose("50 to 249")
    supplier.press("Save and continue")
    supplier.page.locator("[id='B.01']").check()
    supplier.page.locator("[id='B.05']").fill("many")
    supplier.press("Save and continue")
    assert supplier.page.title().startswith("Error:")
    supplier.page.locator("[id='B.05']").fill("40")
    supplier.press("Save and go to the list")
    supplier.open(f"{supplier.page.url}/sections/B")
    supplier.page.locator("[id='B.02']").fill("2026-01-31")
    supplier.page.locator("[id='B.03']").check()
    supplier.page.locator("[id='B.04/2']").check()
    supplier.page.locator("[id='B.06']").fill("3")
    supplier.press("Save and continue")
    add_evidence(supplier)
    supplier.press("Check and send")
    supplier.choose(
        "I may sign for the company. The answers are complete and right to the best of our "
        "knowledge, and we accept the confidentiality choices made in them."
    )
    supplier.press("Sign and send our answers")
    assert re.search(r"[0-9a-f]{64}", supplier.page.locator("main").inner_text())


def add_evidence(supplier: Reader) -> None:
    """Tie a link to the policy question, and return to the task list."""
    tasks = re.sub(r"/sections/.*", "", supplier.page.url)
    supplier.open(f"{tasks}/evidence/B.01")
    supplier.page.locator("#url").fill("https://acme.example/policy")
    supplier.page.locator("#title").fill("Human-rights policy")
    supplier.press("Add")
    supplier.open(tasks)


def others_answer_and_time_passes(database: Database) -> None:
    """Eleven more suppliers, then the closing time comes."""
    with database.transaction() as session:
        made = dialogue_by_name(session, DIALOGUE)
        assert made is not None
        for number in range(OTHER_SUPPLIERS):
            factories.submitted(session, made, now=now(), changes={"B.04": number % 5})
        made.closes_at = now()


def release_and_brief(secretariat: Reader) -> None:
    """Close, release, write and publish the public brief."""
    secretariat.open(f"/dialogues/{DIALOGUE}/manage")
    secretariat.page.get_by_text("Close the dialogue", exact=True).click()
    secretariat.press("Close now")
    secretariat.open(f"/dialogues/{DIALOGUE}/manage/releases")
    secretariat.press("Try it out")
    secretariat.fill("Your name, as a signature", "Ada Example")
    secretariat.page.get_by_label("I have looked at what each audience will see").check()
    secretariat.press("Freeze the release")
    secretariat.open(f"/dialogues/{DIALOGUE}/manage/briefs")
    secretariat.fill("Title", "What the market can do")
    secretariat.press("Begin the brief")
    if secretariat.page.url.endswith("/briefs"):
        secretariat.follow("What the market can do")
    secretariat.page.locator("#summary").fill("Training is **under way** everywhere. Ελλάδα.")
    secretariat.press("Save the texts")
    secretariat.page.get_by_text("Publish this brief", exact=True).click()
    secretariat.press("Publish now")


def read(anyone: Reader, buyer: Reader, folder: Path) -> None:
    """The buyer reads section and answers; anyone reads the brief as page and as PDF."""
    buyer.open(f"/dialogues/{DIALOGUE}/releases/1")
    buyer.open(f"/dialogues/{DIALOGUE}/releases/1/sections/B")
    assert buyer.sees("12 answers")
    buyer.open(f"/dialogues/{DIALOGUE}/answers")
    buyer.choose("Acme Laptops")
    buyer.press("Compare")
    anyone.open(f"/dialogues/{DIALOGUE}")
    anyone.follow("What the market can do")
    assert anyone.sees("under way")
    content = anyone.context.request.get(anyone.page.url + ".pdf").body()
    (folder / "brief.pdf").write_bytes(content)
    text = "".join(page.extract_text() for page in PdfReader(folder / "brief.pdf").pages)
    assert "How mature is your training?" in " ".join(text.split())
    assert "Ελλάδα" in text


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
@pytest.mark.usefixtures("served")
def test_the_whole_job_from_an_empty_portal_to_a_published_brief(
    settings: Settings,
    database: Database,
    new_reader: Callable[[], Reader],
    tmp_path: Path,
) -> None:
    secretariat, buyer, supplier, anyone = (new_reader() for _ in range(4))
    secretariat.open(founder_link(database))
    secretariat.press("Sign in")
    set_up(secretariat)
    buyer.open(mailed_link(settings, "bea@elsewhere.example"))
    buyer.press("Sign in")
    vote(buyer)
    secretariat.open(f"/dialogues/{DIALOGUE}/manage")
    secretariat.page.get_by_text("Publish the dialogue", exact=True).click()
    secretariat.press("Publish now")
    supplier.open(mailed_link(settings, "pat@acme.example"))
    answer(supplier)
    others_answer_and_time_passes(database)
    release_and_brief(secretariat)
    read(anyone, buyer, tmp_path)
    supplier.open(re.sub(r"/receipt.*", "/readers", supplier.page.url))
    assert supplier.sees("Bea")
