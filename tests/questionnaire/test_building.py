"""The builder of conditions offers what the check accepts, and nothing else."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.questionnaire.building import (
    ANY,
    CONDITION,
    COUNT,
    NAMED,
    SAME,
    Comparable,
    Decision,
    Source,
    columns_of,
    comparable,
    decision_on,
    decisions,
    places_of,
    readable,
    rows_of,
    source_of,
    with_condition,
)
from portal.questionnaire.checks import classes, references
from portal.questionnaire.checks.comparisons import Kind
from portal.questionnaire.checks.places import Reach, placed_conditions
from portal.questionnaire.conditions import references as reads_of
from portal.questionnaire.definition import Condition, Questionnaire, Table
from portal.questionnaire.subjects import assemble, parts
from tests.questionnaire.answers import ICT, ROUTING, ROWS, TYPES
from tests.questionnaire.condition_material import EVERYWHERE, PLACES, conditions, problems


def named(decision: Decision) -> str:
    return f"{decision.subject}/{decision.field}"


def sources(decision: Decision) -> list[Source]:
    questions = [each for _, some in readable(EVERYWHERE, decision) for each in some]
    return [*questions, *decision.left]


def offered(decision: Decision, source: Source) -> Iterator[dict[str, Any]]:
    """Every test that can be chosen on a source, with one value each."""
    is_cell = decision.reach is Reach.COLUMN
    read = {"column" if is_cell else "question": source.id}
    columns = [column.id for column in columns_of(source)] or [""]
    for column in [*columns, COUNT] if isinstance(source, Table) else columns:
        found = comparable(decision, source, column)
        assert found is not None
        at = {"column": column} if column not in {"", COUNT} else {}
        some = [{"some_row": True}] if isinstance(source, Table) and at else [{}]
        rows = [row for place in places_of(decision, source) for row in looked_at(place, source)]
        for row in rows or some:
            for key in found.keys:
                yield read | at | row | comparison(found, key)


def looked_at(place: str, source: Source) -> list[dict[str, Any]]:
    ids = [row.id for row in rows_of(source)]
    found: dict[str, list[dict[str, Any]]] = {
        SAME: [{}],
        ANY: [{"some_row": True}],
        NAMED: [{"row": ids[0]}, {"some_row": ids}],
    }
    return found[place]


def comparison(found: Comparable, key: str) -> dict[str, Any]:
    values: list[Any] = list(found.ids) or {Kind.LEVEL: [2], Kind.NUMBER: [7]}.get(
        found.kind, ["words"]
    )
    if found.type == "rows":
        return {"rows": {key: values[0]}}
    return {key: values if key in {"in", "has"} else values[-1]}


@pytest.mark.parametrize("decision", PLACES, ids=named)
def test_whatever_is_offered_the_check_accepts(decision: Decision) -> None:
    tests = [test for source in sources(decision) for test in offered(decision, source)]
    assert bool(tests) is bool(sources(decision))
    for test in tests:
        assert not problems(decision, CONDITION.validate_python(test)), test


@pytest.mark.parametrize("decision", PLACES, ids=named)
def test_nothing_later_and_nothing_that_may_be_hidden_is_offered(decision: Decision) -> None:
    if decision.reach is Reach.COLUMN:
        assert "columns" in decision.field
        return
    accepted = [
        question.id
        for question in EVERYWHERE.questions()
        if not problems(decision, reading(question.id), (references, classes))
    ]
    assert [source.id for source in sources(decision)] == accepted


def reading(question_id: str) -> Condition:
    """A test that reads the question, whatever it compares."""
    return CONDITION.validate_python({"question": question_id, "==": "yes"})


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_whatever_the_check_accepts_is_offered(data: st.DataObject) -> None:
    decision = data.draw(st.sampled_from([each for each in PLACES if sources(each)]))
    condition = data.draw(conditions(decision))
    assert not problems(decision, condition)
    for test in reads_of(condition):
        source = source_of(EVERYWHERE, decision, test.question or test.column or "")
        assert source is not None
        column = "" if test.question is None else COUNT if test.rows else test.column or ""
        found = comparable(decision, source, column)
        assert found is not None
        written = CONDITION.dump_python(test, mode="json", by_alias=True, exclude_none=True)
        keys = set(test.rows or written)
        assert keys & set(found.keys) or found.type == "file"


@pytest.mark.parametrize("known", [TYPES, ROUTING, ROWS, ICT], ids=lambda each: each.name)
def test_every_condition_that_is_written_has_its_place(known: Questionnaire) -> None:
    written = [placed.condition for placed in placed_conditions(known)]
    found = [each.condition for each in decisions(known) if each.condition is not None]
    assert sorted(map(str, found)) == sorted(map(str, written))


@pytest.mark.parametrize(
    ("subject", "field"),
    [
        ("question:A.99", "show_if"),
        ("question:A.01", "row_show_if"),
        ("question:A.01", "columns/name/show_if"),
        ("question:C.01", "columns/none/show_if"),
        ("section:A", "when"),
        ("head", "show_if"),
        ("order", "show_if"),
        ("nonsense", "show_if"),
    ],
)
def test_there_is_no_condition_where_none_can_stand(subject: str, field: str) -> None:
    assert decision_on(EVERYWHERE, subject, field) is None


def test_the_same_row_is_offered_only_where_every_row_has_one() -> None:
    same, other = (
        decision_on(EVERYWHERE, f"question:{each}", "row_show_if") for each in ("D.01", "D.02")
    )
    question = decision_on(EVERYWHERE, "question:D.01", "show_if")
    matrix = EVERYWHERE.question("C.02")
    assert same is not None
    assert other is not None
    assert question is not None
    assert matrix is not None
    assert SAME in places_of(same, matrix)
    assert SAME not in places_of(other, matrix)
    assert SAME not in places_of(question, matrix)


@pytest.mark.parametrize("decision", PLACES, ids=named)
def test_a_condition_is_put_in_and_taken_away_and_nothing_else_changes(decision: Decision) -> None:
    contents = parts(EVERYWHERE)
    condition = CONDITION.validate_python({"question": "A.02", "==": "yes"})
    content = with_condition(contents[decision.subject], decision.field, condition)
    changed = assemble(contents | {decision.subject: content})
    placed = decision_on(changed, decision.subject, decision.field)
    assert placed is not None
    assert placed.condition == condition
    back = with_condition(content, decision.field, decision.condition)
    assert assemble(contents | {decision.subject: back}) == EVERYWHERE
