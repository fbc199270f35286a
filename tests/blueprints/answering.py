"""Fills in a response as a person would who types no more than has to be typed, and counts it.

``values_for`` says what a question takes, by form field; ``FormFiller`` goes section by section
until nothing is missing. A field counts as typed if it is sent with something else than the page
showed.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from openpyxl import Workbook

from portal.questionnaire.conditions import Route, cell_shown, route, shown_rows
from portal.questionnaire.definition import (
    Column,
    ColumnType,
    Date,
    File,
    Grid,
    LongText,
    Matrix,
    Maturity,
    Multi,
    Number,
    Percentage,
    Question,
    Questionnaire,
    ShortText,
    Single,
    Table,
)
from portal.response.answers import GivenAnswer, values_of
from portal.response.loading import given_answers, questionnaire_of
from portal.response.models import Response
from portal.response.rules import asked, evidence_kinds, is_answered, missing_answers
from tests.blueprints.supplier_world import Reader, World
from tests.page import Page

TEXT = "As our policy of 2026 says."
ROUNDS = 6
"""Answers lead to further questions: how often to look at a section at most."""


def values_for(
    question: Question, values: Mapping[str, Any], shown: Mapping[str, Sequence[str]]
) -> dict[str, str]:
    """The fields that answer a question, each with what is typed.

    ``values`` are those so far, ``shown`` what the page's fields hold: rows may be begun.
    """
    key = question.id
    match question:
        case Matrix():
            rows = shown_rows(question, values)
            return {f"{key}:{row.id}": question.options[0].id for row in rows}
        case Grid():
            ids = [row.id for row in shown_rows(question, values)]
            first = question.columns[0]
            typed = dict(_rows(key, ids, question.columns))
            return typed or {f"{key}:{ids[0]}:{first.id}": _cell(first)}
        case Table():
            least = {str(n) for n in range(max(question.minimum_rows, 1))}
            begun = {
                name.split(":")[1]
                for name, texts in shown.items()
                if name.startswith(f"{key}:") and any(texts)
            }
            return dict(_rows(key, sorted(least | begun, key=int), question.columns))
        case File():
            return {}
        case _:
            return {key: _simple(question)}


def a_file(kind: str, name: str) -> tuple[BytesIO, str]:
    """A small file of this kind, pdf or xlsx, as a form sends it."""
    if kind == "pdf":
        return BytesIO(b"%PDF-1.7\n%" + name.encode() + b"\n%%EOF\n"), f"{name}.pdf"
    content = BytesIO()
    Workbook().save(content)
    content.seek(0)
    return content, f"{name}.xlsx"


def _simple(question: Question) -> str:
    if isinstance(question, Single | Multi):
        return question.options[0].id
    if isinstance(question, Number | Percentage):
        return str(int(max(getattr(question, "minimum", None) or 0, 1)))
    typed = {Maturity: "2", Date: "2026-03-31", ShortText: TEXT, LongText: TEXT}
    return typed.get(type(question), "yes")


def _rows(key: str, rows: Iterable[str], columns: Sequence[Column]) -> Iterator[tuple[str, str]]:
    for row in rows:
        cells: dict[str, Any] = {}
        for column in columns:
            if column.required and cell_shown(column, cells):
                typed = _cell(column)
                cells[column.id] = [typed] if column.type is ColumnType.MULTI else typed
                yield f"{key}:{row}:{column.id}", typed


def _cell(column: Column) -> str:
    return {
        ColumnType.SINGLE: column.options[0].id if column.options else "",
        ColumnType.MULTI: column.options[0].id if column.options else "",
        ColumnType.YES_NO: "yes",
        ColumnType.COUNTRY: "BE",
        ColumnType.DATE: "2026-03-31",
        ColumnType.NUMBER: str(int(max(column.minimum or 0, 1))),
        ColumnType.PERCENTAGE: "1",
        ColumnType.EMAIL: "ada@example.eu",
        ColumnType.URL: "https://example.eu/policy",
    }.get(column.type, TEXT)


@dataclass
class FormFiller:
    """One person at one response; ``typed`` counts the fields, ``presses`` the buttons."""

    world: World
    reader: Reader
    typed: int = 0
    presses: int = 0
    proven: set[str] = field(default_factory=set)

    def fill(self) -> None:
        """Answer every required question that has no answer yet, with its proof."""
        for _ in range(ROUNDS):
            gaps = self.gaps()
            if not gaps:
                return
            for section in self.questionnaire.sections:
                own = [question for question in section.questions if question.id in gaps]
                if own:
                    self._fill_section(section.id, own)
        assert not self.gaps(), sorted(self.gaps())

    def bring_along(self) -> None:
        """Take the first source, and confirm each section's suggestions with one button."""
        page = self.reader.get(f"{self.world.url}/sources")
        form = next(form for form in page.forms() if "source" in dict(form.buttons))
        key = dict(form.buttons)["source"]
        self.reader.send(form.action, {**form.fields, "source": [key]})
        self.presses += 1
        for section in self.questionnaire.sections:
            page = self.reader.get(self.world.section(section.id))
            if 'value="*"' in page.html or "Still true" in page.text:
                self._press(page, section.id, {"confirm": ["*"]})

    def gaps(self) -> set[str]:
        """The questions that stand in the way of signing."""
        return {each.id for each in missing_answers(self.questionnaire, self._way()[1])}

    @property
    def questionnaire(self) -> Questionnaire:
        """What is asked."""
        with self.world.database.session(writes=False) as session:
            response = session.get_one(Response, self.world.response_id)
            return questionnaire_of(session, response.version_id)

    def _fill_section(self, section_id: str, questions: Sequence[Question]) -> None:
        page = self.reader.get(self.world.section(section_id))
        values = self._values()
        sent = page.form(self.world.section(section_id)).fields
        typed: dict[str, str] = {}
        for question in questions:
            if question.id not in self._answered():
                typed |= values_for(question, values, sent)
        self.typed += sum(sent.get(name) != [text] for name, text in typed.items())
        self._press(page, section_id, {name: [text] for name, text in typed.items()})
        for question_id in self.gaps() & {each.id for each in questions} - self.proven:
            self._prove(question_id)

    def _prove(self, question_id: str) -> None:
        """Back an answer with a link or a file; two fields are typed."""
        question = self.questionnaire.question(question_id)
        assert question is not None
        kinds = evidence_kinds(question)
        has_answer = question.id in self._values() or isinstance(question, File)
        if not kinds or not has_answer:
            return
        page = self.reader.get(f"{self.world.url}/evidence/{question_id}")
        form = next(form for form in page.forms() if "title" in form.fields)
        proof: dict[str, object] = {"title": f"Policy {question_id}"}
        if "url" in kinds:
            proof["url"] = f"https://example.eu/{question_id}"
        else:
            proof["file"] = a_file(kinds[0], question_id)
        self.reader.send(form.action, {**form.fields, **proof})
        self.proven.add(question_id)
        self.typed += 2
        self.presses += 1

    def _press(self, page: Page, section_id: str, fields: Mapping[str, list[str]]) -> None:
        form = page.form(self.world.section(section_id))
        self.reader.send(form.action, {**form.fields, **fields})
        self.presses += 1

    def _values(self) -> Mapping[str, Any]:
        return self._way()[0].values

    def _answered(self) -> set[str]:
        way, answers = self._way()
        own = (question for question in asked(way) if question.id in answers)
        return {each.id for each in own if is_answered(each, answers[each.id], way)}

    def _way(self) -> tuple[Route, dict[str, GivenAnswer]]:
        with self.world.database.session(writes=False) as session:
            answers = given_answers(session, self.world.response_id)
        return route(self.questionnaire, values_of(answers)), answers
