"""A spreadsheet form comes in as the draft: the report is shown, and nothing breaks the page."""

import csv
from collections.abc import Mapping, Sequence
from io import BytesIO, StringIO
from pathlib import Path

import pytest
from flask import Flask

from portal.core.clock import now
from portal.identity.roles import Role
from portal.questionnaire.check import problems
from portal.questionnaire.definition import Questionnaire
from portal.questionnaire.queries_editing import draft_of
from portal.questionnaire.writer import to_yaml
from tests import factories
from tests.blueprints.secretariat_world import dialogue_named, shown
from tests.blueprints.visitors import database_of, signed_in
from tests.page import Page
from tests.questionnaire.importers.forms import CHOICES, Row, asked, write

SURVEY: Sequence[Row] = (
    {"type": "begin group", "name": "policy", "label": "Policy"},
    asked("select_one yes_no", "has_policy", required="yes"),
    asked("text", "which", relevant="${has_policy} = 'yes'", appearance="multiline"),
    asked("select_multiple colours", "colours", choice_filter="x = ${which}"),
    asked("integer", "@SUM(1)", constraint="regex(., '^1')"),
    {"type": "end group"},
    {"type": "deviceid", "name": "device"},
)


class Desk:
    """A dialogue without a draft, and the page on which a lead buyer brings one in."""

    def __init__(self, app: Flask, folder: Path) -> None:
        """Make it."""
        self.app, self.folder = app, folder
        with database_of(app).transaction() as session:
            dialogue = factories.dialogue(session, now=now())
            lead = factories.member(session, dialogue, Role.LEAD_BUYER, now=now())
            self.name = dialogue.short_name
        self.client = signed_in(app, lead)
        self.address = f"/dialogues/{self.name}/draft/files"

    def workbook(self, survey: Sequence[Row] = SURVEY) -> bytes:
        """A form as a file."""
        return write(self.folder / "form.xlsx", survey=survey, choices=CHOICES).read_bytes()

    def bring(self, content: bytes, name: str = "form.xlsx", *, status: int = 200) -> Page:
        """Choose a file and make it the draft."""
        page = self.client.get(self.address)
        file = (BytesIO(content), name)
        return shown(self.client.submit(page, "/files", status=status, file=file))

    def report(self, content: bytes, name: str = "form.xlsx") -> list[Mapping[str, str]]:
        """Choose a file and take only the report on it."""
        token = self.client.get(self.address).form("/files").fields["csrf_token"]
        data = {"csrf_token": token, "file": (BytesIO(content), name), "report": "csv"}
        answer = self.client.http.post(self.address, data=data)
        assert answer.status_code == 200
        assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
        assert "form-report.csv" in answer.headers["Content-Disposition"]
        return list(csv.DictReader(StringIO(answer.get_data(as_text=True))))

    def draft(self) -> Questionnaire | None:
        """The draft as it is stored."""
        with database_of(self.app).session(writes=False) as session:
            found = draft_of(session, dialogue_named(session, self.name).id)
        return found.questionnaire if found is not None else None


@pytest.fixture
def desk(app: Flask, tmp_path: Path) -> Desk:
    return Desk(app, tmp_path)


def test_a_form_becomes_the_draft_and_the_page_says_what_became_of_it(desk: Desk) -> None:
    page = desk.bring(desk.workbook())
    assert page.heading == "What became of form.xlsx"
    assert "The file is the draft now." in page.text
    assert "Carried over: " in page.text
    found = page.text.partition("Changed or not carried over")[2]
    lost, _, carried = found.partition("Carried over as it was")
    assert "“deviceid” is recorded by the app that shows a form" in lost
    assert "“x = ${which}”: every option is offered" in lost
    assert "The question has_policy, of the type yes_no." in carried
    draft = desk.draft()
    assert draft is not None
    assert problems(draft) == []
    assert [each.id for each in draft.questions()][:3] == ["has_policy", "which", "colours"]


def test_after_the_report_the_draft_opens_in_the_editor(desk: Desk) -> None:
    page = desk.bring(desk.workbook())
    editor = next(href for href in page.links if href.endswith("/draft/edit"))
    assert "What is has_policy?" in desk.client.get(editor).text
    assert "What is which?" in desk.client.get(f"{editor}/questions/which").text


def test_totals_stand_before_the_lines_and_add_up(desk: Desk) -> None:
    page = desk.bring(desk.workbook())
    rows = sum(1 for table in page.tree.iter("tbody") for _ in table.iter("tr"))
    totals = page.text.partition("Carried over: ")[2].partition("Go on in the editor")[0]
    numbers = [int(word) for word in totals.split() if word.isdecimal()]
    assert sum(numbers) == rows
    assert len(numbers) == 3


def test_a_long_report_is_cut_on_the_page_and_whole_in_the_file(desk: Desk) -> None:
    survey = [asked("text", f"q{number}", hint="Why") for number in range(520)]
    content = desk.workbook(survey)
    page = desk.bring(content)
    assert "These are the first 500 of 5" in page.text
    assert len(desk.report(content)) > 520


def test_only_the_report_is_taken_without_a_draft_and_no_text_of_it_is_a_formula(
    desk: Desk,
) -> None:
    lines = desk.report(desk.workbook())
    assert {line["outcome"] for line in lines} == {"carried", "changed", "not_carried"}
    named = {line["name"] for line in lines if (line["sheet"], line["row"]) == ("survey", "6")}
    assert named == {"'@SUM(1)"}
    assert desk.draft() is None


def test_there_is_no_report_on_yaml(desk: Desk) -> None:
    desk.bring(desk.workbook())
    draft = desk.draft()
    assert draft is not None
    page = desk.client.get(desk.address)
    file = (BytesIO(to_yaml(draft).encode()), "draft.yaml")
    again = desk.client.submit(page, button="report", status=422, file=file)
    assert "Only a spreadsheet form (.xlsx) has a report." in shown(again).text


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("form.xlsx", b"", "“form.xlsx” is empty."),
        ("form.xlsx", b"a,b\n1,2\n", "“form.xlsx” is not an Excel workbook (.xlsx)."),
        ("form.xls", bytes.fromhex("d0cf11e0a1b11ae1"), "save it as .xlsx"),
        ("form.xlsx", b"PK\x03\x04 and nothing more", "“form.xlsx” is damaged"),
        ("form", b"PK\x03\x04 and nothing more", "“form” is damaged"),
        ("f" * 300 + ".xlsx", b"PK", "is damaged"),
        ("../../form.xlsx", b"PK", "“form.xlsx” is damaged"),
    ],
)
def test_a_broken_workbook_is_one_sentence_and_the_page_stays(
    desk: Desk, name: str, content: bytes, said: str
) -> None:
    desk.bring(desk.workbook())
    before = desk.draft()
    page = desk.bring(content, name, status=422)
    assert page.heading == "Draft as a file"
    assert "There is a problem" in page.text
    assert said in page.text
    assert "Make this the draft" in page.text
    assert desk.draft() == before


def test_a_form_without_questions_says_why_and_changes_nothing(desk: Desk) -> None:
    note = {"type": "note", "name": "n", "label": "Welcome"}
    page = desk.bring(desk.workbook([note]), status=422)
    assert "The form asks nothing" in page.text
    assert desk.draft() is None


def test_hostile_words_in_a_form_stay_words(desk: Desk) -> None:
    hostile = "<script>alert(1)</script>{{ 7*7 }}"
    page = desk.bring(desk.workbook([asked("text", "a", mystery=hostile, hint=hostile)]))
    assert "{{ 7*7 }}" in page.text
    assert "<script>alert(1)" not in page.html


def test_the_same_form_can_be_brought_in_twice(desk: Desk) -> None:
    content = desk.workbook()
    desk.bring(content)
    before = desk.draft()
    desk.bring(content)
    assert desk.draft() == before
