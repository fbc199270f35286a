"""What a company with given answers would be asked, before anybody has answered (pure).

Nothing here knows a particular questionnaire: the answers that can be chosen are those that its
conditions read. What is not chosen counts as unanswered, as in the portal, so it opens nothing;
beside that, every question is told that some answers left open could still lead to.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from portal.core.canonical import content_hash
from portal.questionnaire.building import CONDITION
from portal.questionnaire.choices import choice_ids
from portal.questionnaire.conditions import holds, question_index, references
from portal.questionnaire.definition import (
    MATURITY_LEVELS,
    All,
    Condition,
    File,
    Grid,
    Matrix,
    Maturity,
    Multi,
    Not,
    Number,
    Percentage,
    Question,
    Questionnaire,
    Scalar,
    Section,
    Some,
    Table,
    Test,
)

Chosen: TypeAlias = Mapping[str, Sequence[str]]
"""Name of a routing question to the ids of the choices taken."""

ROWS = "!rows"
"""Behind the id of a table: how many rows it has."""
OTHER = "*"
"""A text that no condition compares with."""
PROVIDED = "provided"
KEY_LENGTH = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """An answer that a condition reads; a fact about rows or cells is known by its ``test``."""

    id: str
    value: Any = None
    test: Test | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Routing:
    """A question that conditions read, with what can be chosen for a preview.

    ``name`` is its id, or for the number of a table's rows the id with ``ROWS`` behind it.
    ``readers`` counts the conditions that read the question.
    """

    name: str
    question: Question
    choices: tuple[Choice, ...]
    takes_several: bool
    readers: int

    def taken(self, chosen: Chosen) -> list[Choice]:
        """What was chosen of it."""
        wanted = chosen.get(self.name, ())
        found = [choice for choice in self.choices if choice.id in wanted]
        return found if self.takes_several else found[:1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A question in a preview. ``is_possible``: answers left open could lead to it."""

    section: Section
    question: Question
    is_shown: bool
    is_possible: bool
    hidden_by: Condition | None = None
    """The condition that does not hold: that of the section before that of the question."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """How much there is to answer; minutes as estimated by the editors."""

    sections: int
    questions: int
    core: int
    minutes: float


# What can be chosen ---------------------------------------------------------------------


def routing(questionnaire: Questionnaire) -> list[Routing]:
    """The questions that decide which questions are asked, in page order."""
    index, tests, readers = question_index(questionnaire), dict[str, list[Test]](), dict[str, int]()
    for condition in _conditions(questionnaire):
        found = [test for test in references(condition) if test.question in index]
        for test in found:
            tests.setdefault(test.question or "", []).append(test)
        for question_id in {test.question or "" for test in found}:
            readers[question_id] = readers.get(question_id, 0) + 1
    return [
        each
        for question in questionnaire.questions()
        if question.id in tests
        for each in _routings(question, tests[question.id], readers[question.id])
    ]


def profile_question(found: Iterable[Routing]) -> Routing | None:
    """The choice that most conditions read, the first of several: what kind of company it is."""
    lists = [each for each in found if choice_ids(each.question) and each.choices[0].test is None]
    return max(lists, key=lambda each: each.readers, default=None)


def accepted(found: Iterable[Routing], asked: Chosen) -> tuple[dict[str, list[str]], bool]:
    """What of an address can be chosen, and whether that is all of it."""
    names = {each.name: each for each in found}
    taken = {
        name: [each.id for each in names[name].taken(asked)] for name in asked if name in names
    }
    kept = {name: ids for name, ids in taken.items() if ids}
    asked_for = {(name, each) for name, some in asked.items() for each in some if each}
    return kept, asked_for == {(name, each) for name, some in kept.items() for each in some}


def _conditions(questionnaire: Questionnaire) -> Iterator[Condition]:
    for section in questionnaire.sections:
        parts: tuple[Section | Question, ...] = (section, *section.questions)
        yield from (part.show_if for part in parts if part.show_if is not None)


def _routings(question: Question, tests: Sequence[Test], readers: int) -> Iterator[Routing]:
    counts = [test for test in tests if test.rows is not None]
    others = [test for test in tests if test.rows is None]
    several = isinstance(question, Multi | Table | Matrix | Grid)
    offers = (
        (f"{question.id}{ROWS}", _row_counts(counts), False),
        (question.id, _choices(question, others), several),
    )
    for name, choices, takes_several in offers:
        if choices:
            yield Routing(
                name=name,
                question=question,
                choices=choices,
                takes_several=takes_several,
                readers=readers,
            )


def _choices(question: Question, tests: Sequence[Test]) -> tuple[Choice, ...]:
    """Facts for questions with rows; else values that differ for some test."""
    if isinstance(question, Table | Matrix | Grid):
        facts = {_key(test): test for test in tests}
        return tuple(Choice(id=key, test=test) for key, test in facts.items())
    values = _values(question, tests) if tests else ()
    return tuple(Choice(id=_name(value), value=value) for value in values)


def _values(question: Question, tests: Sequence[Test]) -> Iterable[Scalar]:
    if isinstance(question, Maturity):
        return MATURITY_LEVELS
    if isinstance(question, Number | Percentage):
        return _numbers(question, tests)
    if isinstance(question, File):
        return (PROVIDED,)
    texts = dict.fromkeys(str(each) for test in tests for each in _compared(test))
    return choice_ids(question) or (*texts, OTHER)


def _name(value: Scalar) -> str:
    return value if isinstance(value, str) else f"{value:g}"


def _numbers(question: Number | Percentage, tests: Sequence[Test]) -> list[float]:
    """Those compared with, and one that is like none of them."""
    compared = {float(each) for test in tests for each in _compared(test) if _is_number(each)}
    if not compared:
        return []
    least = 0 if isinstance(question, Percentage) else question.minimum
    below = min(compared) - 1
    other = max(compared) + 1 if least is not None and below < least else below
    return sorted(compared | {other})


def _row_counts(tests: Sequence[Test]) -> tuple[Choice, ...]:
    """Those compared with, and one less and one more."""
    compared = {count for test in tests for count in (test.rows or {}).values()}
    counts = sorted({count + step for count in compared for step in (-1, 0, 1)} - {-1})
    return tuple(Choice(id=str(count), value=[{}] * count) for count in counts)


def _compared(test: Test) -> Iterator[Scalar]:
    single = (test.equals, test.differs, test.at_least)
    yield from (each for each in (*single, *(test.one_of or ())) if each is not None)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _key(test: Test) -> str:
    """What a fact is called in an address: the same as long as the condition asks the same."""
    said = CONDITION.dump_python(test, mode="json", by_alias=True, exclude_none=True)
    return content_hash(said)[:KEY_LENGTH]


# What is asked --------------------------------------------------------------------------


def preview(questionnaire: Questionnaire, found: Iterable[Routing], chosen: Chosen) -> list[Line]:
    """Every question in page order, with whether it is asked of a company with these answers."""
    values, facts = dict[str, Any](), set[str]()
    for each in found:
        taken = each.taken(chosen)
        facts |= {f"{each.question.id}/{choice.id}" for choice in taken if choice.test is not None}
        counts = [choice.value for choice in taken if choice.test is None]
        if counts:
            several = isinstance(each.question, Multi)
            values[each.question.id] = counts if several else counts[0]
    walk = _Walk(questionnaire, values, frozenset(facts))
    return [line for section in questionnaire.sections for line in walk.section(section)]


def figures(lines: Iterable[Line]) -> Figures:
    """How much these are to answer."""
    found = list(lines)
    return Figures(
        sections=len({line.section.id for line in found}),
        questions=len(found),
        core=sum(line.question.core for line in found),
        minutes=sum(line.question.minutes for line in found),
    )


@dataclass(frozen=True, slots=True)
class _Finding:
    """Whether a condition holds as things are, and whether it might hold, and might fail."""

    now: bool
    may: bool
    may_fail: bool


ALWAYS = _Finding(now=True, may=True, may_fail=False)
NEVER = _Finding(now=False, may=False, may_fail=True)


@dataclass(frozen=True, slots=True)
class _Walk:
    """From the first page to the last; ``standing`` is what was found of questions so far."""

    questionnaire: Questionnaire
    values: Mapping[str, Any]
    facts: frozenset[str]
    standing: dict[str, _Finding] = field(default_factory=dict)

    def section(self, section: Section) -> Iterator[Line]:
        opening = self.finding(section.show_if)
        for question in section.questions:
            own = self.finding(question.show_if)
            both = _all([opening, own])
            self.standing[question.id] = both
            blocking = section.show_if if not opening.now else question.show_if
            yield Line(
                section=section,
                question=question,
                is_shown=both.now,
                is_possible=both.may,
                hidden_by=None if both.now else blocking,
            )

    def finding(self, condition: Condition | None) -> _Finding:
        match condition:
            case None:
                return ALWAYS
            case All(all=parts):
                return _all([self.finding(part) for part in parts])
            case Some(any=parts):
                return _not(_all([_not(self.finding(part)) for part in parts]))
            case Not(negated=part):
                return _not(self.finding(part))
            case _:
                return self.test(condition)

    def test(self, test: Test) -> _Finding:
        """Of one comparison: what is left open may turn out either way."""
        question_id = test.question or ""
        source = self.standing.get(question_id, NEVER)
        absent = self.passes(test, {})
        if test.rows is None and f"{question_id}/{_key(test)}" in self.facts:
            answered = [True]
        elif question_id in self.values and not self.is_fact(test):
            answered = [self.passes(test, {question_id: self.values[question_id]})]
        else:
            answered = []
        outcomes = set(answered or [True, False]) if source.may else set()
        if source.may_fail or not answered:
            outcomes.add(absent)
        now = answered[0] if answered and source.now else absent
        return _Finding(now=now, may=True in outcomes, may_fail=False in outcomes)

    def is_fact(self, test: Test) -> bool:
        """Whether it asks for rows or cells, which no chosen value holds."""
        source = question_index(self.questionnaire).get(test.question or "")
        return test.rows is None and isinstance(source, Table | Matrix | Grid)

    def passes(self, test: Test, values: Mapping[str, Any]) -> bool:
        return holds(test, self.questionnaire, values)


def _all(findings: Sequence[_Finding]) -> _Finding:
    return _Finding(
        now=all(each.now for each in findings),
        may=all(each.may for each in findings),
        may_fail=any(each.may_fail for each in findings),
    )


def _not(finding: _Finding) -> _Finding:
    return _Finding(now=not finding.now, may=finding.may_fail, may_fail=finding.may)
