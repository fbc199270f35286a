"""Somebody who fills in a whole questionnaire in a browser, and counts what it takes."""

import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from playwright.sync_api import FilePayload, Locator, Page

from portal.commands.demo_data.answers import PlannedAnswer
from portal.core.db import Database
from portal.questionnaire.definition import File, Question, Questionnaire, Section
from portal.response.answers import GivenAnswer
from portal.response.loading import given_answers
from portal.response.models import Response
from portal.response.rules import missing_answers
from portal.web.rows import typed_of

PDF = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer << /Root 1 0 R >>\n%%EOF\n"
HASH = re.compile(r"\b[0-9a-f]{64}\b")
DECLARATION = "declared"
PAPER: FilePayload = {"name": "policy.pdf", "mimeType": "application/pdf", "buffer": PDF}
TRIES = 6
"""How often a section is opened again for questions that its own answers open."""


@dataclass
class Effort:
    """What it took: fields typed or chosen, buttons and links clicked, and seconds."""

    fields: int = 0
    clicks: int = 0
    began: float = field(default_factory=time.monotonic)
    seconds: float = 0

    def stop(self) -> None:
        """Note the time."""
        self.seconds = time.monotonic() - self.began


@dataclass
class Filler:
    """Types planned answers into the pages of one response, with or without scripts."""

    page: Page
    address: str
    response_id: UUID
    questionnaire: Questionnaire
    plan: Mapping[str, PlannedAnswer]
    database: Database
    effort: Effort = field(default_factory=Effort)

    def open(self, path: str = "") -> None:
        """Go to a page of the response, as by its link."""
        self.effort.clicks += 1
        self.page.goto(f"{self.address}/responses/{self.response_id}{path}")

    def press(self, button: Locator) -> None:
        """Press a button that leads to a page."""
        self.effort.clicks += 1
        with self.page.expect_navigation():
            button.click()

    def fill_everything(self) -> None:
        """Every section that the answers lead to, and the proof that they need."""
        for section in self.questionnaire.sections:
            for _ in range(TRIES):
                if not self._missing_in(section):
                    break
                self.fill_section(section)
            assert not self._missing_in(section), f"{section.id}: {self._missing_in(section)}"
        for question_id in self._missing():
            self.prove(question_id)

    def fill_section(self, section: Section) -> None:
        """Type what the page asks and has no answer to, and save."""
        self.open(f"/sections/{section.id}")
        lacking = self._missing_in(section)
        for question in section.questions:
            frame = self.page.locator(f"[id='q/{question.id}']")
            if question.id not in lacking & self.plan.keys() or isinstance(question, File):
                continue
            if frame.count():
                self._answer(question)
        self.press(self.page.locator("main button[name=go][value=list]").first)
        assert "/sections/" not in self.page.url, self._faults()

    def _answer(self, question: Question) -> None:
        said = self.plan[question.id]
        if said.value is None:
            exempt = {f"{question.id}!na": ("1",), f"{question.id}!reason": (said.reason,)}
            self._type(exempt)
        else:
            self._make_room(question.id, said.value)
            self._type(typed_of(question, said.value))

    def prove(self, question_id: str) -> None:
        """Back an answer with a link, or with a file where the question takes no links."""
        self.open(f"/evidence/{question_id}")
        form = self.page.locator("main form[enctype]")
        if form.locator("[name=url]").count():
            self._type({"url": ("https://www.example.eu/policy",)})
        else:
            self.effort.fields += 1
            form.locator("[type=file]").set_input_files([PAPER])
        self._type({"title": ("Policy",)})
        self.press(form.get_by_role("button", name="Add", exact=True))

    def sign(self, name: str) -> None:
        """Check, declare, sign and send."""
        self.open("/check")
        self._type({"signatory": (name,), DECLARATION: ("y",)})
        self.press(self.page.locator("main form[action$='/submit'] button[type=submit]").last)
        assert self.page.url.endswith("/receipt"), self._faults()
        assert HASH.search(self.page.locator("main").inner_text())
        self.effort.stop()

    def _make_room(self, question_id: str, value: object) -> None:
        """Enough rows for a table; without a script the button sends the form for them."""
        rows = len(value) if isinstance(value, list) else 0
        adder = self.page.locator(f"button[name=add_rows][value='{question_id}']")
        frame = self.page.locator(f"[id='q/{question_id}'] [data-row]")
        while adder.count() and frame.count() < rows:
            self.effort.clicks += 1
            adder.first.click()
            self.page.wait_for_load_state()

    def _type(self, fields: Mapping[str, Sequence[str]]) -> None:
        for name, texts in fields.items():
            for text in texts:
                control = self.page.locator(f"main [name='{name}']")
                if text and control.count():
                    self.effort.fields += 1
                    self._unfold(control.first)
                    _enter(control, text)

    def _unfold(self, control: Locator) -> None:
        """Open what hides a control, such as a row of a table."""
        shut = control.locator("xpath=ancestor::details[not(@open)]")
        while shut.count():
            self.effort.clicks += 1
            shut.first.locator("summary").first.click()

    def _faults(self) -> str:
        found = self.page.locator(".govuk-error-summary")
        return found.first.inner_text() if found.count() else self.page.url

    def _missing_in(self, section: Section) -> set[str]:
        """Questions of a section that lack an answer; proof can come later."""
        own = {question.id for question in section.questions}
        answers = self._answers()
        lacking = {question.id for question in missing_answers(self.questionnaire, answers)}
        done = {key for key, answer in answers.items() if answer.state == "done"}
        return (own & lacking) - done

    def _missing(self) -> list[str]:
        return [question.id for question in missing_answers(self.questionnaire, self._answers())]

    def _answers(self) -> dict[str, GivenAnswer]:
        with self.database.session(writes=False) as session:
            return given_answers(session, self.response_id)

    def state(self) -> str:
        """The state of the response."""
        with self.database.session(writes=False) as session:
            return session.get_one(Response, self.response_id).state


def _enter(control: Locator, text: str) -> None:
    """Choose or type, as the control asks."""
    kind = control.first.evaluate("found => found.type || found.tagName.toLowerCase()")
    if kind in {"radio", "checkbox"}:
        control.and_(control.page.locator(f"[value='{text}']")).first.check(force=True)
    elif kind == "select-one":
        control.first.select_option(text)
    else:
        control.first.fill(text)
