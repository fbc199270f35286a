"""A questionnaire in which conditions stand everywhere, and random conditions that it accepts.

The conditions are drawn from what questionnaires/README.md says, not from what the builder offers.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from hypothesis import strategies as st

from portal.questionnaire.building import CONDITION, Decision, decisions, with_condition
from portal.questionnaire.checks import classes, comparisons, references
from portal.questionnaire.checks.places import Reach
from portal.questionnaire.choices import options_of
from portal.questionnaire.definition import (
    Column,
    Condition,
    Grid,
    Matrix,
    Question,
    Questionnaire,
    Table,
)
from portal.questionnaire.faults import Problem
from portal.questionnaire.loader import ADAPTER
from portal.questionnaire.subjects import assemble, parts
from tests.questionnaire.answers import TYPES
from tests.questionnaire.questionnaires import NUMBERS, WORDS

PUBLIC = {"default": "public", "narrowest": "public"}
ROWS = [{"id": "mines", "text": {"en": "Mines"}}, {"id": "chips", "text": {"en": "Chips"}}]


def everywhere() -> Questionnaire:
    """Every type, then a matrix with the same rows as those before and one with others."""
    whole = ADAPTER.dump_python(TYPES, mode="json", by_alias=True, exclude_none=True)
    for question in whole["sections"][0]["questions"]:
        question["confidentiality"] = PUBLIC
    question = {
        "type": "matrix",
        "text": {"en": "And now?"},
        "options": [{"id": "yes", "text": {"en": "Yes"}}, {"id": "no", "text": {"en": "No"}}],
    }
    other = [*ROWS, {"id": "displays", "text": {"en": "Displays"}}]
    questions = [
        question | {"id": "D.01", "rows": ROWS},
        question | {"id": "D.02", "rows": other},
        {"id": "D.03", "type": "long", "text": {"en": "Anything else?"}},
    ]
    whole["sections"].append({"id": "D", "title": {"en": "The last"}, "questions": questions})
    return ADAPTER.validate_python(whole)


EVERYWHERE = everywhere()
CHECKS = (comparisons, references, classes)
PLACES = [
    each
    for each in decisions(EVERYWHERE)
    if each.subject in {"question:C.01", "section:D", "head"}
    or each.subject.startswith("question:D.")
]
"""Some of the places where a condition can stand: each reach, and all that can be read before."""


def problems(
    decision: Decision, condition: Condition, checks: Sequence[Any] = CHECKS
) -> list[Problem]:
    """What the check has against the condition at this place."""
    contents = parts(EVERYWHERE)
    content = with_condition(contents[decision.subject], decision.field, condition)
    changed = assemble(contents | {decision.subject: content})
    return [found for check in checks for found in check.problems(changed)]


def conditions(decision: Decision) -> st.SearchStrategy[Condition]:
    """Conditions of any depth that the check accepts at this place."""
    return st.recursive(
        st.one_of(list(_tests(decision))),
        lambda inner: st.one_of(
            st.builds(lambda parts: {"all": parts}, st.lists(inner, min_size=1, max_size=3)),
            st.builds(lambda parts: {"any": parts}, st.lists(inner, min_size=1, max_size=3)),
            st.builds(lambda part: {"not": part}, inner),
        ),
        max_leaves=6,
    ).map(CONDITION.validate_python)


def _tests(decision: Decision) -> Iterator[st.SearchStrategy[dict[str, Any]]]:
    if decision.reach is Reach.COLUMN:
        for column in decision.left:
            yield _joined({"column": column.id}, _of_column(column, in_row=True))
        return
    questions = list(EVERYWHERE.questions())[: decision.position]
    for question in questions:
        if decision.reach is not Reach.SEGMENT or question.id.startswith("A."):
            yield from _on_question(decision, question)


def _on_question(
    decision: Decision, question: Question
) -> Iterator[st.SearchStrategy[dict[str, Any]]]:
    named, in_row = {"question": question.id}, decision.reach is Reach.ROW
    if isinstance(question, Table):
        yield st.sampled_from([{">=": 2}, {"==": 0}, {">=": 1, "==": 3}]).map(
            lambda rows: named | {"rows": rows}
        )
    where = _rows(decision, question)
    if isinstance(question, Table | Grid):
        for column in question.columns:
            cell = named | {"column": column.id}
            yield _joined(cell, where, _of_column(column, in_row=in_row))
    else:
        ids = [option.id for option in options_of(question)]
        yield _joined(named, where, _compared(question.type, ids, in_row=in_row))


def _rows(decision: Decision, question: Question) -> st.SearchStrategy[dict[str, Any]]:
    if not isinstance(question, Matrix | Grid):
        return st.just({"some_row": True} if isinstance(question, Table) else {})
    found: list[dict[str, Any]] = [{"some_row": True}]
    found += [{"row": "chips"}, {"some_row": ["chips"]}, {"some_row": ["chips", "mines"]}]
    found += [{"some_row": ["mines", "mines"]}]
    own = {row.id for row in getattr(decision.part, "rows", ())}
    if decision.reach is Reach.ROW and own <= {row.id for row in question.rows}:
        found.append({})
    return st.sampled_from(found)


def _of_column(column: Column, *, in_row: bool) -> st.SearchStrategy[dict[str, Any]]:
    return _compared(column.type, [option.id for option in column.options], in_row=in_row)


def _compared(
    of_type: str, ids: Sequence[str], *, in_row: bool
) -> st.SearchStrategy[dict[str, Any]]:
    known: dict[str, st.SearchStrategy[Any]] = {
        "yes_partly_no": st.sampled_from(["yes", "partly", "no"]),
        "yes_no": st.sampled_from(["yes", "no"]),
        "file": st.just("provided"),
        "maturity": st.integers(0, 4),
        "number": NUMBERS,
        "percentage": NUMBERS,
        "country": st.sampled_from(["BE", "FR", "be"]),
        "date": st.sampled_from(["2027-01-31", "2029-07-26", "soon"]),
    }
    values = known.get(of_type, st.sampled_from(list(ids)) if ids else WORDS)
    several = st.lists(values, min_size=1, max_size=3)
    if of_type == "multi":
        return several.map(lambda each: {"has": each})
    found = [values.map(lambda each: {"==": each}), values.map(lambda each: {"!=": each})]
    found.append(several.map(lambda each: {"in": each}))
    has_order = of_type in {"single", "matrix"} and not in_row
    if has_order or of_type in {"maturity", "number", "percentage"}:
        found.append(values.map(lambda each: {">=": each}))
    return st.one_of(found)


def _joined(
    read: dict[str, Any], *further: st.SearchStrategy[dict[str, Any]]
) -> st.SearchStrategy[dict[str, Any]]:
    return st.tuples(*further).map(lambda parts: read | {k: v for p in parts for k, v in p.items()})
