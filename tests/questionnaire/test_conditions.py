from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.questionnaire.conditions import (
    cell_shown,
    holds,
    question_index,
    references,
    route,
    segments_of,
    shown_cells,
    shown_questions,
    shown_rows,
)
from portal.questionnaire.definition import All, Grid, Not, Questionnaire, Some
from portal.questionnaire.definition import Test as Comparison
from tests.questionnaire.answers import ICT, ROUTING, ROWS, TYPES, some_values

QUESTIONNAIRES = st.sampled_from([ROUTING, ROWS, TYPES, ICT])
SEEDS = st.integers(min_value=0, max_value=2**32)

# Question of routing.yaml, an answer that shows it, an answer that hides it.
EXAMPLES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "equal": ({"A.02": "small"}, {"A.02": "large"}),
    "different": ({"A.02": "large"}, {"A.02": "small"}),
    "one-of": ({"A.03": "partly"}, {"A.03": "no"}),
    "has": ({"A.01": ["brand", "lessor"]}, {"A.01": ["brand"]}),
    "level": ({"A.04": 2}, {"A.04": 1}),
    "share": ({"A.05": 50}, {"A.05": 49.9}),
    "order": ({"A.02": "large"}, {"A.02": "small"}),
    "rows": ({"A.06": [{}, {}]}, {"A.06": [{}]}),
    "no-rows": ({}, {"A.06": [{"site": "Ghent"}]}),
    "cell": ({"A.06": [{"kind": "own"}, {"kind": "rented"}]}, {"A.06": [{"site": "rented"}]}),
    "cell-has": ({"A.06": [{"issues": ["hours", "wages"]}]}, {"A.06": [{"issues": ["hours"]}]}),
    "row": ({"A.07": {"mines": "all"}}, {"A.07": {"mines": "none", "chips": "all"}}),
    "any-row": ({"A.07": {"mines": "all", "chips": "none"}}, {"A.07": {"mines": "all"}}),
    "named-rows": ({"A.07": {"chips": "some"}}, {"A.07": {"plants": "all", "mines": "none"}}),
    "file": ({"A.08": "provided"}, {}),
    "grid-row": ({"A.09": {"gold": {"share": 60}}}, {"A.09": {"tin": {"share": 60}}}),
    "grid-any": ({"A.09": {"tin": {"proven": "no"}}}, {"A.09": {"tin": {"proven": "yes"}}}),
    "both": ({"A.03": "yes", "A.04": 1}, {"A.03": "yes", "A.04": 0}),
    "either": ({"A.04": 0}, {"A.03": "yes", "A.04": 1}),
    "neither": ({"A.03": "no"}, {"A.03": "yes"}),
    "C.01": ({"A.01": ["brand"]}, {"A.01": ["reseller"]}),
}


def shown_ids(values: dict[str, Any]) -> list[str]:
    """Ids of the shown questions of routing.yaml."""
    return [question.id for question in shown_questions(ROUTING, values)]


@pytest.mark.parametrize("question_id", EXAMPLES)
def test_a_condition_shows_and_hides(question_id: str) -> None:
    shows, hides = EXAMPLES[question_id]
    assert question_id in shown_ids(shows)
    assert question_id not in shown_ids(hides)


def test_an_absent_answer_passes_no_test_but_that_of_no_rows() -> None:
    conditional = [each.id for each in ROUTING.questions() if each.show_if is not None]
    shown = [each for each in shown_ids({}) if each in conditional]
    assert shown == ["no-rows", "neither", "unchained"]


def test_a_hidden_question_counts_as_unanswered() -> None:
    values = {"A.03": "no", "one-of": "yes"}
    assert "chained" not in shown_ids(values)
    assert "unchained" in shown_ids(values)
    assert "chained" in shown_ids(values | {"A.03": "partly"})


def test_the_answers_of_a_hidden_section_count_as_unanswered() -> None:
    assert "D.01" not in shown_ids({"A.01": ["reseller"], "C.01": "yes"})
    assert "D.01" in shown_ids({"A.01": ["brand"], "C.01": "yes"})


def test_an_option_that_does_not_exist_reaches_nothing() -> None:
    assert "order" not in shown_ids({"A.02": "enormous"})


def test_rows_follow_the_same_row_of_an_earlier_matrix() -> None:
    values = {"I.01": {"tin": "yes", "gold": "no", "mica": "unknown"}}
    question = ROWS.question("I.02")
    assert question is not None
    assert [row.id for row in shown_rows(question, values)] == ["tin"]


def test_a_row_condition_may_combine_matrices() -> None:
    question = ROWS.question("I.03")
    assert isinstance(question, Grid)
    values = {"I.01": {"tin": "yes", "gold": "yes"}, "I.02": {"tin": "no", "gold": "unknown"}}
    assert [row.id for row in shown_rows(question, values)] == ["gold"]


def test_a_row_condition_may_read_the_cell_of_an_earlier_grid() -> None:
    question = ROWS.question("I.05")
    assert question is not None
    values = {"I.03": {"tin": {"share": 50}, "gold": {"share": 10}}}
    assert [row.id for row in shown_rows(question, values)] == ["tin"]


def test_the_answer_of_a_hidden_row_counts_as_unanswered() -> None:
    values = {
        "I.01": {"tin": "no", "gold": "yes"},
        "I.02": {"tin": "yes", "gold": "yes"},
        "I.03": {"tin": {"share": 9, "certified": "yes"}, "gold": {"share": 9}},
    }
    found = route(ROWS, values)
    assert found.values["I.02"] == {"gold": "yes"}
    assert found.values["I.03"] == {"gold": {"share": 9}}
    assert "I.04" not in {question.id for question in found.questions}


def test_the_answer_of_a_hidden_cell_counts_as_unanswered() -> None:
    values = {
        "I.01": {"tin": "yes"},
        "I.02": {"tin": "yes"},
        "I.03": {"tin": {"share": 0, "certified": "yes", "certificate": "X"}},
    }
    found = route(ROWS, values)
    assert found.values["I.03"] == {"tin": {"share": 0}}
    assert "I.04" not in {question.id for question in found.questions}


def test_the_hidden_cells_of_a_table_do_not_count() -> None:
    rows = [{"risk": "Hours", "known": "no", "since": "2020-01-01"}]
    assert route(ROWS, {"E.01": rows}).values["E.01"] == [{"risk": "Hours", "known": "no"}]


def test_a_cell_depends_on_the_other_cells_of_its_row() -> None:
    question = ROWS.question("I.03")
    assert isinstance(question, Grid)
    share, certified, certificate = question.columns
    assert cell_shown(share, {})
    assert cell_shown(certified, {"share": 5})
    assert not cell_shown(certified, {"share": 0})
    assert not cell_shown(certificate, {})


def test_a_hidden_cell_opens_no_later_one() -> None:
    question = ROWS.question("I.03")
    assert isinstance(question, Grid)
    cells = {"share": 0, "certified": "yes", "certificate": "X"}
    assert shown_cells(question.columns, cells) == {"share": 0}


def test_a_question_without_fixed_rows_has_no_rows_to_show() -> None:
    question = ROWS.question("E.01")
    assert question is not None
    assert shown_rows(question, {}) == ()


def test_segments_follow_the_answers_or_are_declared() -> None:
    assert segments_of(ROUTING, {"A.01": ["brand"]}) == ("makers",)
    assert segments_of(ROUTING, {"A.01": ["lessor"]}, ["young", "unknown"]) == ("sellers", "young")


def test_a_single_condition_can_be_asked_for() -> None:
    same_row = Comparison(question="I.01", equals="yes")
    values = {"I.01": {"tin": "yes", "gold": "no"}}
    assert holds(same_row, ROWS, values, row_id="tin")
    assert not holds(same_row, ROWS, values, row_id="gold")
    assert not holds(same_row, ROWS, values)
    assert holds(Comparison(column="known", equals="yes"), ROWS, {}, cells={"known": "yes"})


def test_every_test_of_a_condition_is_listed() -> None:
    first, second, third = (Comparison(question=name, equals="x") for name in ("a", "b", "c"))
    condition = All(all=(first, Not(negated=Some(any=(second, third)))))
    assert list(references(condition)) == [first, second, third]


def test_the_index_of_a_questionnaire_is_built_once() -> None:
    assert question_index(ICT) is question_index(ICT)
    assert question_index(ICT) is not question_index(ROWS)


# Properties -----------------------------------------------------------------------------


@given(QUESTIONNAIRES, SEEDS, SEEDS)
def test_a_hidden_question_never_influences_the_route(
    questionnaire: Questionnaire, seed: int, other: int
) -> None:
    values = some_values(questionnaire, seed)
    shown = {question.id for question in shown_questions(questionnaire, values)}
    others = some_values(questionnaire, other)
    changed = {key: value for key, value in others.items() if key not in shown}
    kept = {key: value for key, value in values.items() if key in shown}
    assert route(questionnaire, kept) == route(questionnaire, values)
    assert route(questionnaire, kept | changed) == route(questionnaire, values)


@given(QUESTIONNAIRES, SEEDS)
def test_what_counts_leads_to_the_same_place_again(questionnaire: Questionnaire, seed: int) -> None:
    found = route(questionnaire, some_values(questionnaire, seed))
    assert route(questionnaire, found.values) == found
    assert set(found.values) <= {question.id for question in found.questions}


@given(QUESTIONNAIRES, SEEDS, st.data())
def test_an_answer_changes_nothing_before_it(
    questionnaire: Questionnaire, seed: int, data: st.DataObject
) -> None:
    ids = [question.id for question in questionnaire.questions()]
    position = data.draw(st.integers(0, len(ids) - 1))
    values = some_values(questionnaire, seed)
    other = some_values(questionnaire, seed + 1)
    changed = {key: value for key, value in values.items() if key != ids[position]}
    if ids[position] in other:
        changed[ids[position]] = other[ids[position]]
    before = set(ids[: position + 1])
    assert _shown_among(questionnaire, values, before) == _shown_among(
        questionnaire, changed, before
    )


@given(QUESTIONNAIRES, SEEDS)
def test_questions_are_shown_in_page_order_and_once(
    questionnaire: Questionnaire, seed: int
) -> None:
    index = {question.id: n for n, question in enumerate(questionnaire.questions())}
    shown = [
        index[each.id] for each in shown_questions(questionnaire, some_values(questionnaire, seed))
    ]
    assert shown == sorted(set(shown))


@given(QUESTIONNAIRES, SEEDS)
def test_a_question_without_conditions_is_always_shown(
    questionnaire: Questionnaire, seed: int
) -> None:
    always = {
        question.id
        for section in questionnaire.sections
        for question in section.questions
        if section.show_if is None and question.show_if is None
    }
    shown = {each.id for each in shown_questions(questionnaire, some_values(questionnaire, seed))}
    assert always <= shown


@given(st.sampled_from([ROUTING, ICT]), SEEDS)
def test_not_all_is_the_same_as_some_not(questionnaire: Questionnaire, seed: int) -> None:
    values = some_values(questionnaire, seed)
    conditions = tuple(
        question.show_if for question in questionnaire.questions() if question.show_if is not None
    )
    none_of_all = holds(Not(negated=All(all=conditions)), questionnaire, values)
    some_not = Some(any=tuple(Not(negated=each) for each in conditions))
    assert none_of_all == holds(some_not, questionnaire, values)


def _shown_among(questionnaire: Questionnaire, values: dict[str, Any], ids: set[str]) -> set[str]:
    return {question.id for question in shown_questions(questionnaire, values)} & ids
