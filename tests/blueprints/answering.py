"""Fills in a response as a person would who types no more than has to be typed, and counts it.

``values_for`` says what a question takes, by form field; ``Filler`` goes section by section until
nothing is missing. A field counts as typed if it is sent with something else than the page showed.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from portal.questionnaire.conditions import cell_shown, route, shown_rows
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
    YesNo,
)
from portal.response.answers import values_of
from portal.response.loading import given_answers, questionnaire_of
from portal.response.models import Response
from portal.response.rules import asked, missing_answers
from tests.blueprints.supplier_world import Reader, World
from tests.page import Page

TEXT = "As our policy of 2026 says."
ROUNDS = 6
"""Answers lead to further questions: how often to look at a section at most."""


def values_for(question: Question, values: Mapping[str, Any]) -> dict[str, str]:
    """The fields that answer a question, each with what is typed; ``values`` are those so far."""
    key = question.id
    match question:
        case Matrix():
            rows = shown_rows(question, values)
            return {f"{key}:{row.id}": question.options[0].id for row in rows}
        case Grid():
            rows = shown_rows(question, values)
            return dict(_rows(key, [row.id for row in rows], question.columns))
        case Table():
            count = max(question.minimum_rows, 1)
            return dict(_rows(key, [str(n) for n in range(count)], question.columns))
        case File():
            return {}
        case _:
            return {key: _simple(question)}


def _simple(question: Question) -> str:
    match question:
        case Single() | Multi():
            return question.options[0].id
        case YesNo():
            return "yes"
        case Maturity():
            return "2"
        case Number() | Percentage():
            return str(int(max(question.minimum or 0, 1)))
        case Date():
            return "2026-03-31"
        case ShortText() | LongText():
            return TEXT
        case _:
            return "yes"


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
        ColumnType.NUMBER: "1",
        ColumnType.PERCENTAGE: "1",
        ColumnType.EMAIL: "ada@example.eu",
        ColumnType.URL: "https://example.eu/policy",
    }.get(column.type, TEXT)


@dataclass
class Filler:
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
        form = page.form(f"{self.world.url}/sources")
        key = dict(form.buttons)["source"]
        self.reader.send(form.action, {**form.fields, "source": [key]})
        self.presses += 1
        for section in self.questionnaire.sections:
            page = self.reader.get(self.world.section(section.id))
            if 'value="*"' in page.html or "Still true" in page.text:
                self._press(page, section.id, {"confirm": ["*"]})

    def gaps(self) -> set[str]:
        """The questions that stand in the way of signing."""
        with self.world.database.session(writes=False) as session:
            answers = given_answers(session, self.world.response_id)
        return {each.id for each in missing_answers(self.questionnaire, answers)}

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
            if question.id not in values:
                typed |= values_for(question, values)
        self.typed += sum(sent.get(name) != [text] for name, text in typed.items())
        self._press(page, section_id, {name: [text] for name, text in typed.items()})
        for question_id in self.gaps() & {each.id for each in questions} - self.proven:
            self._prove(question_id)

    def _prove(self, question_id: str) -> None:
        """Back an answer with a link; two fields are typed."""
        question = self.questionnaire.question(question_id)
        assert question is not None
        if question.id not in self._values() and not isinstance(question, File):
            return
        self.world.prove(self.reader, question_id)
        self.proven.add(question_id)
        self.typed += 2
        self.presses += 1

    def _press(self, page: Page, section_id: str, fields: Mapping[str, list[str]]) -> None:
        form = page.form(self.world.section(section_id))
        self.reader.send(form.action, {**form.fields, **fields})
        self.presses += 1

    def _values(self) -> dict[str, Any]:
        with self.world.database.session(writes=False) as session:
            answers = given_answers(session, self.world.response_id)
        way = route(self.questionnaire, values_of(answers))
        shown = {each.id for each in asked(way)}
        return {key: value for key, value in way.values.items() if key in shown}
