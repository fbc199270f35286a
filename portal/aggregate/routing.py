"""Which answers lead to which questions: what n of one question tells of another (pure).

Whoever is asked a question gave an answer that leads to it, so n of "what did you change?" is at
most the number who said "yes" before it, and often is that number.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from portal.questionnaire.conditions import holds, references
from portal.questionnaire.definition import (
    All,
    Condition,
    Grid,
    Matrix,
    Maturity,
    Multi,
    Not,
    Number,
    Percentage,
    Question,
    Questionnaire,
    Some,
    Test,
)
from portal.response.cells import CellKey, cell_keys


@dataclass(frozen=True, slots=True)
class Lead:
    """A countable question with the options without which another one is not asked.

    ``alone``: whoever gives one of them is asked and has to answer.
    """

    parent: str
    options: frozenset[str]
    alone: bool


def leads(questionnaire: Questionnaire) -> Mapping[str, tuple[Lead, ...]]:
    """Key of a countable question → what leads to it, of questions that decide at all."""
    parents: dict[str, list[CellKey]] = {}
    questions = {question.id: question for question in questionnaire.questions()}
    for question in questions.values():
        parents[question.id] = cell_keys(question)
    found = {}
    for section in questionnaire.sections:
        for question in section.questions:
            for key in cell_keys(question):
                conditions = list(_conditions(section.show_if, question, key))
                keys = _tested(conditions, question, parents)
                reading = [_Reader(questionnaire, questions, key, each) for each in keys]
                found[key.key] = tuple(
                    lead for each in reading if (lead := each.lead(conditions)) is not None
                )
    return {key: found_leads for key, found_leads in found.items() if found_leads}


def _conditions(
    of_section: Condition | None, question: Question, key: CellKey
) -> Iterator[Condition]:
    """Everything that has to hold for the countable question to be asked."""
    of_rows = question.row_show_if if isinstance(question, Matrix | Grid) else None
    yield from (each for each in (of_section, question.show_if, of_rows) if each is not None)
    if isinstance(question, Grid):
        for column in question.columns:
            if column.id == key.column_id and column.show_if is not None:
                yield column.show_if


def _tested(
    conditions: Sequence[Condition], question: Question, parents: Mapping[str, Sequence[CellKey]]
) -> list[CellKey]:
    """The countable questions that the conditions read; a cell's are in its own question."""
    asked = [test.question or question.id for each in conditions for test in references(each)]
    return [key for name in dict.fromkeys(asked) for key in parents.get(name, ())]


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads conditions on ``child`` as far as ``parent`` decides them."""

    questionnaire: Questionnaire
    questions: Mapping[str, Question]
    child: CellKey
    parent: CellKey

    def lead(self, conditions: Sequence[Condition]) -> Lead | None:
        """What leads on; None if the parent's answer alone keeps nobody away."""
        question = self.questions[self.parent.question_id]
        if isinstance(question, Number | Percentage) or (
            isinstance(question, Multi) and self._verdict(conditions, [])[0]
        ):
            return None
        options = [option for option, _ in self.parent.options]
        verdicts = {
            option: self._verdict(conditions, self._value(question, option)) for option in options
        }
        leading = frozenset(option for option, (may, _) in verdicts.items() if may)
        if leading == frozenset(options) and not isinstance(question, Multi):
            return None
        child = self.questions[self.child.question_id]
        has_to = child.required and not child.not_applicable
        return Lead(
            self.parent.key,
            leading,
            alone=has_to and all(must for may, must in verdicts.values() if may),
        )

    def _value(self, question: Question, option: str) -> object:
        if isinstance(question, Multi):
            return [option]
        if isinstance(question, Maturity):
            return int(option)
        if isinstance(question, Matrix):
            return {self.parent.row_id: option}
        if isinstance(question, Grid):
            return {self.parent.row_id: {self.parent.column_id: option}}
        return option

    def _verdict(self, conditions: Sequence[Condition], value: object) -> tuple[bool, bool]:
        """Whether all may hold, and whether they must, given the parent's answer."""
        values = {self.parent.question_id: value}
        found = [self._one(each, values) for each in conditions]
        return all(may for may, _ in found), all(must for _, must in found)

    def _one(self, condition: Condition, values: Mapping[str, Any]) -> tuple[bool, bool]:
        match condition:
            case All(all=parts):
                found = [self._one(part, values) for part in parts]
                return all(may for may, _ in found), all(must for _, must in found)
            case Some(any=parts):
                found = [self._one(part, values) for part in parts]
                return any(may for may, _ in found), any(must for _, must in found)
            case Not(negated=part):
                may, must = self._one(part, values)
                return not must, not may
            case Test() if self._reads_parent(condition):
                row = self.child.row_id
                own = values.get(self.child.question_id)
                cells = own.get(row) if isinstance(own, Mapping) else None
                is_so = holds(condition, self.questionnaire, values, row_id=row, cells=cells)
                return is_so, is_so
            case _:
                return True, False

    def _reads_parent(self, test: Test) -> bool:
        """Whether the parent's answer alone decides the test."""
        row = test.row or self.child.row_id
        question = test.question or self.child.question_id
        if question != self.parent.question_id or test.some_row or test.rows is not None:
            return False
        return self.parent.row_id in {None, row} and self.parent.column_id in {None, test.column}
