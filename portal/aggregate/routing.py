"""Which answers lead to which questions: what n of one question tells of another (pure).

Whoever is asked a question gave an answer that leads to it, so n of "what did you change?" is at
most the number who said "yes" before it, and often is that number. A condition is read as far as
the parent's answer decides it by itself: each option is tried with everything else unknown.

Not read: tests on any row of a matrix or table, and what several answers decide only together.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from portal.aggregate.proposals import Link
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
    Table,
    Test,
)
from portal.response.cells import CellKey, bounds_of, cell_keys

Verdict: TypeAlias = tuple[bool, bool]
"""Whether something may be so, and whether it must."""
UNKNOWN: Verdict = (True, False)


@dataclass(frozen=True, slots=True)
class Lead:
    """An earlier countable question, and what being asked this one tells of it."""

    parent: str
    links: tuple[Link, ...]


def leads(questionnaire: Questionnaire) -> Mapping[str, tuple[Lead, ...]]:
    """Key of a countable question → what leads to it; only those that something leads to."""
    parents = {question.id: cell_keys(question) for question in questionnaire.questions()}
    questions = {question.id: question for question in questionnaire.questions()}
    found: dict[str, tuple[Lead, ...]] = {}
    for section in questionnaire.sections:
        for question in section.questions:
            for key in parents[question.id]:
                conditions = list(_conditions(section.show_if, question, key))
                read = [
                    Lead(
                        parent.key,
                        tuple(_Reader(questionnaire, questions, key, parent).links(conditions)),
                    )
                    for parent in _tested(conditions, question, parents)
                ]
                found[key.key] = tuple(lead for lead in read if lead.links)
    return {key: each for key, each in found.items() if each}


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

    def links(self, conditions: Sequence[Condition]) -> Iterator[Link]:
        """What being asked, or not, tells of the parent's answer; nothing if it tells nothing."""
        options = [option for option, _ in self.parent.options]
        if isinstance(self._question, Multi):
            for option in options:
                yield from self._of_choice(conditions, option)
            return
        verdicts = {each: self._all(conditions, self._reads(each)) for each in options}
        leading = frozenset(each for each, (may, _) in verdicts.items() if may)
        enough = frozenset(each for each, (_, must) in verdicts.items() if must)
        if leading != frozenset(options):
            yield Link(leading, needed=True, enough=leading == enough)
        if enough and enough != leading:
            yield Link(enough, needed=False, enough=True)

    def _of_choice(self, conditions: Sequence[Condition], option: str) -> Iterator[Link]:
        """What it tells of one option of a multiple choice."""
        for given in (True, False):
            other_may, _ = self._all(conditions, self._reads_choice(option, given=not given))
            _, must = self._all(conditions, self._reads_choice(option, given=given))
            if not other_may or must:
                yield Link(frozenset({option}), needed=not other_may, enough=must, given=given)

    @property
    def _question(self) -> Question:
        return self.questions[self.parent.question_id]

    def _all(self, conditions: Sequence[Condition], read: Callable[[Test], Verdict]) -> Verdict:
        found = [_verdict(each, read) for each in conditions]
        return all(may for may, _ in found), all(must for _, must in found)

    def _reads_choice(self, option: str, *, given: bool) -> Callable[[Test], Verdict]:
        """A multiple choice of which one option alone is known."""

        def read(test: Test) -> Verdict:
            if not self._is_of_parent(test) or test.has is None or option not in test.has:
                return UNKNOWN
            if given:
                return True, True
            return (False, False) if set(test.has) == {option} else UNKNOWN

        return read

    def _reads(self, option: str) -> Callable[[Test], Verdict]:
        """An answer that counts in this option."""
        question = self._question

        def read(test: Test) -> Verdict:
            if not self._is_of_parent(test):
                return UNKNOWN
            if isinstance(question, Number | Percentage | Table):
                return _within(test, *bounds_of(question, option))
            if test.rows is not None:
                return UNKNOWN
            value = self._value(question, option)
            cells = value.get(self.child.row_id) if isinstance(value, Mapping) else None
            values = {self.parent.question_id: value}
            row = self.child.row_id
            is_so = holds(test, self.questionnaire, values, row_id=row, cells=_cells(cells))
            return is_so, is_so

        return read

    def _value(self, question: Question, option: str) -> object:
        if isinstance(question, Maturity):
            return int(option)
        if isinstance(question, Matrix):
            return {self.parent.row_id: option}
        if isinstance(question, Grid):
            return {self.parent.row_id: {self.parent.column_id: option}}
        return option

    def _is_of_parent(self, test: Test) -> bool:
        """Whether the test reads the parent's answer and nothing else."""
        if (test.question or self.child.question_id) != self.parent.question_id or test.some_row:
            return False
        row = test.row or self.child.row_id
        return self.parent.row_id in {None, row} and self.parent.column_id in {None, test.column}


def _cells(found: object) -> Mapping[str, object] | None:
    return found if isinstance(found, Mapping) else None


def _verdict(condition: Condition, read: Callable[[Test], Verdict]) -> Verdict:
    match condition:
        case All(all=parts):
            found = [_verdict(part, read) for part in parts]
            return all(may for may, _ in found), all(must for _, must in found)
        case Some(any=parts):
            found = [_verdict(part, read) for part in parts]
            return any(may for may, _ in found), any(must for _, must in found)
        case Not(negated=part):
            may, must = _verdict(part, read)
            return not must, not may
        case _:
            return read(condition)


def _within(test: Test, low: float, high: float) -> Verdict:
    """Of a number, or of how many rows a table has, above ``low`` up to and with ``high``."""
    least, exactly = test.at_least, test.equals
    if test.rows is not None:
        least, exactly = test.rows.get(">="), test.rows.get("==")
    if isinstance(least, int | float):
        return high >= least, low >= least
    if isinstance(exactly, int | float):
        return low <= exactly <= high, low == high == exactly
    return UNKNOWN
