"""Three colleagues at three browsers answer together, and nobody outside reads their notes."""

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page, expect
from sqlalchemy import select

from portal.identity.roles import Role
from portal.response.models import Submission
from tests.blueprints.supplier_world import World
from tests.journeys.browser import Reader, sign_in

SAVED = "All changes saved"
WAIT_MS = 15_000
NOTE = "Ask the lawyers before we say this"


def write(page: Page, question: str, text: str) -> None:
    page.locator(f"[id='{question}']").fill(text)
    page.locator(f"[id='{question}']").blur()


def told(page: Page, words: str) -> None:
    expect(page.locator("[data-line]")).to_contain_text(words, timeout=WAIT_MS)


@dataclass
class Three:
    """The signatory, an admin and a helper, each at a browser."""

    ours: World
    signatory: Reader
    admin: Reader
    helper: Reader
    admin_name: str
    helper_name: str

    @property
    def pages(self) -> tuple[Page, Page, Page]:
        """In the same order."""
        return self.signatory.page, self.admin.page, self.helper.page

    def share_out(self) -> None:
        """The admin gives a section to the helper, who finds it and can write nothing else."""
        self.admin.open(f"{self.ours.section('D')}/people")
        self.admin.choose(self.helper_name)
        self.admin.press("Give it to them")
        self.helper.open(self.ours.url)
        self.helper.shoot("given-to-me")
        assert self.helper.sees("Given to you")
        self.helper.open(self.ours.section("A"))
        assert self.helper.sees("This section has not been given to you")

    def write_at_once(self) -> None:
        """All three are on the section; two questions are written, nobody presses a button."""
        for page in self.pages:
            page.goto(self.admin.address + self.ours.section("D"))
        write(self.helper.page, "D.01", "https://example.eu/helper")
        write(self.admin.page, "D.02", "The admin's words.")
        told(self.helper.page, SAVED)
        told(self.admin.page, SAVED)
        stored = {"D.01": "https://example.eu/helper", "D.02": "The admin's words."}
        assert self.ours.stored() == stored

    def contradict(self) -> None:
        """Two more texts for one question: each author sees both, and each chooses."""
        first, _, last = self.pages
        write(first, "D.02", "The signatory's words.")
        write(last, "D.02", "The helper's words.")
        for page, own in ((first, "The signatory's words."), (last, "The helper's words.")):
            place = page.locator("[data-question='D.02']")
            words = f"{self.admin_name} changed this answer"
            expect(place).to_contain_text(words, timeout=WAIT_MS)
            expect(place).to_contain_text("The admin's words.")
            assert page.locator("[id='D.02']").input_value() == own
        assert self.ours.stored()["D.02"] == "The admin's words."
        self.signatory.check()
        self.signatory.shoot("three-people-conflict")
        first.get_by_role("button", name="Keep yours").click()
        told(first, SAVED)
        assert self.ours.stored()["D.02"] == "The signatory's words."
        with last.expect_navigation():
            last.get_by_role("link", name="Keep this text").click()
        assert last.locator("[id='D.02']").input_value() == "The signatory's words."

    def review(self) -> None:
        """A note for colleagues; the section is called ready, and reviewed by somebody else."""
        self.admin.open(f"{self.ours.url}/notes?section=D")
        self.admin.page.locator("textarea").first.fill(NOTE)
        self.admin.press("Add the note")
        self.helper.open(self.ours.section("D"))
        assert self.helper.sees(NOTE)
        self.helper.press("Save and call it ready")
        self.signatory.open(self.ours.section("D"))
        self.signatory.press("Reviewed, nothing to change")
        self.signatory.open(self.ours.url)
        assert self.signatory.sees("Reviewed")
        self.signatory.shoot("task-list-of-three")

    def sign(self) -> None:
        """The rest is answered, the signatory signs; no note goes along."""
        client = self.ours.client()
        self.ours.save(client, "A", {"A.01": ["reseller"], "A.02": "50_249"})
        self.ours.save(client, "B", {"B.01": "no", "B.04": "3", "B.05": "45,5", "B.06": "6"})
        self.signatory.open(f"{self.ours.url}/check")
        self.signatory.page.locator("[name=declared]").check()
        self.signatory.press("Sign and send our answers")
        assert self.ours.state() == "submitted"
        with self.ours.database.session(writes=False) as session:
            snapshot = session.scalars(select(Submission.snapshot)).one()
        assert "The signatory's words." in snapshot
        assert NOTE not in snapshot
        self.signatory.open(f"{self.ours.url}/history/D.02")
        authors = {self.ours.signatory.name, self.admin_name}
        assert all(self.signatory.sees(name) for name in authors)


def test_three_people_share_a_section_out_answer_it_at_once_review_it_and_sign(
    ours: World, new_reader: Callable[..., Reader]
) -> None:
    admin, helper = (
        ours.colleague(Role.SUPPLIER_ADMIN),
        ours.colleague(Role.SUPPLIER_CONTRIBUTOR),
    )
    three = Three(
        ours,
        sign_in(ours, new_reader(), ours.signatory),
        sign_in(ours, new_reader(), admin),
        sign_in(ours, new_reader(), helper),
        admin.name,
        helper.name,
    )
    three.share_out()
    three.write_at_once()
    three.contradict()
    three.review()
    three.sign()
