"""What a company with chosen answers would be asked."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.questionnaire.conditions import holds, route, shown_questions
from portal.questionnaire.definition import Maturity, Multi, Questionnaire
from portal.questionnaire.previewing import (
    OTHER,
    ROWS,
    Chosen,
    Line,
    accepted,
    figures,
    preview,
    profile_question,
    routing,
)
from tests import factories
from tests.questionnaire.answers import ICT, ROUTING, TYPES, some_values

SEEDS = st.integers(min_value=0, max_value=2**32)


def lines(questionnaire: Questionnaire, **chosen: list[str]) -> list[Line]:
    return preview(questionnaire, routing(questionnaire), chosen)


def of(role: str) -> list[Line]:
    return preview(ICT, routing(ICT), {"A.03": [role]})


def shown(found: list[Line]) -> list[str]:
    return [line.question.id for line in found if line.is_shown]


def possible(found: list[Line]) -> list[Line]:
    return [line for line in found if line.is_possible]


def test_what_can_be_chosen_are_the_answers_that_conditions_read() -> None:
    found = {each.name: each for each in routing(ICT)}
    assert [each.id for each in found["A.03"].choices][:2] == ["brand", "manufacturer"]
    assert found["A.03"].takes_several
    assert [each.id for each in found["E.01"].choices] == ["yes", "partly", "no"]
    assert [each.value for each in found["C.05"].choices] == [0, 1, 2, 3, 4]
    assert [each.id for each in found[f"L.01{ROWS}"].choices] == ["0", "1", "2"]
    assert "A.01" not in found
    assert len(found) == 24


def test_every_kind_of_answer_can_be_chosen() -> None:
    found = {each.name: each for each in routing(ROUTING)}
    assert set(found) >= {f"A.06{ROWS}", *(f"A.0{number}" for number in range(1, 10))}
    assert [each.id for each in found["A.05"].choices] == ["49", "50"]
    assert [each.id for each in found["A.08"].choices] == ["provided"]
    assert len(found["A.07"].choices) == 3
    assert all(each.test for each in found["A.09"].choices)


def test_profiles_are_the_options_of_the_question_that_most_conditions_read() -> None:
    found = profile_question(routing(ICT))
    assert found is not None
    assert (found.name, found.readers) == ("A.03", 9)
    assert profile_question(routing(factories.questionnaire())) is not None
    assert profile_question([]) is None


@pytest.mark.parametrize(
    ("role", "now", "most"),
    [
        ("brand", (65, 27, 408), (108, 38, 975)),
        ("reseller", (47, 22, 287), (75, 29, 611)),
    ],
)
def test_the_flagship_is_as_long_as_it_says(
    role: str, now: tuple[int, int, float], most: tuple[int, int, float]
) -> None:
    found = of(role)
    assert _sums([line for line in found if line.is_shown]) == now
    assert _sums(possible(found)) == most


def _sums(found: list[Line]) -> tuple[int, int, float]:
    known = figures(found)
    return known.questions, known.core, known.minutes


def test_without_any_choice_nothing_is_out_of_the_question() -> None:
    assert len(possible(lines(ICT))) == 109
    assert shown(lines(ICT)) == [each.id for each in shown_questions(ICT, {})]


def test_what_hides_a_question_is_its_sections_condition_first() -> None:
    found = {line.question.id: line for line in of("reseller")}
    sections = {section.id: section for section in ICT.sections}
    assert found["I.02"].hidden_by == sections["I"].show_if
    assert found["E.02"].hidden_by == ICT.question("E.02").show_if  # type: ignore[union-attr]
    assert found["E.02"].is_possible
    assert not found["I.01"].is_possible
    assert found["A.01"].hidden_by is None


def test_an_answer_to_a_question_that_is_not_asked_opens_nothing() -> None:
    found = lines(ROUTING, **{"A.01": ["reseller"], "C.01": ["yes"]})
    assert "D.01" not in shown(found)
    assert "D.01" in shown(lines(ROUTING, **{"A.01": ["brand"], "C.01": ["yes"]}))


def test_facts_about_rows_open_what_they_open_in_the_portal() -> None:
    facts = {each.name: [choice.id for choice in each.choices] for each in routing(ROUTING)}
    wanted = {"cell", "cell-has", "row", "any-row", "named-rows", "grid-row", "grid-any"}
    assert not wanted & set(shown(lines(ROUTING)))
    chosen = {name: facts[name] for name in ("A.06", "A.07", "A.09")}
    assert wanted <= set(shown(lines(ROUTING, **chosen)))
    assert "rows" in shown(lines(ROUTING, **{f"A.06{ROWS}": ["2"]}))
    assert "no-rows" in shown(lines(ROUTING))
    assert "no-rows" not in shown(lines(ROUTING, **{f"A.06{ROWS}": ["1"]}))


@pytest.mark.parametrize("questionnaire", [ICT, ROUTING, TYPES], ids=lambda each: each.name)
@given(seed=SEEDS)
def test_a_preview_shows_what_the_portal_shows_for_the_same_answers(
    questionnaire: Questionnaire, seed: int
) -> None:
    values = some_values(questionnaire, seed)
    counted = route(questionnaire, values).values
    found = routing(questionnaire)
    chosen: dict[str, list[str]] = {}
    for each in found:
        value = counted.get(each.question.id)
        if each.choices[0].test is not None:
            chosen[each.name] = [
                choice.id
                for choice in each.choices
                if choice.test and holds(choice.test, questionnaire, counted)
            ]
        elif value is not None:
            chosen[each.name] = _nearest(each, value)
    got = preview(questionnaire, found, chosen)
    assert shown(got) == [each.id for each in shown_questions(questionnaire, values)]
    assert set(shown(got)) <= {line.question.id for line in possible(got)}


def _nearest(each: Any, value: Any) -> list[str]:  # noqa: ANN401 - any routing question and value
    """The choice that stands for a value."""
    if isinstance(each.question, Multi):
        return list(value)
    if each.name.endswith(ROWS):
        return [max((c.id for c in each.choices if int(c.id) <= len(value)), key=int)]
    if isinstance(each.question, Maturity) or isinstance(value, int):
        below = [choice for choice in each.choices if choice.value <= value]
        return [max(below or each.choices[:1], key=lambda choice: choice.value).id]
    return [value if value in {choice.id for choice in each.choices} else OTHER]


@given(SEEDS, st.sampled_from(["brand", "reseller", "refurbisher"]))
def test_nobody_is_asked_more_than_could_be_asked_of_them(seed: int, role: str) -> None:
    values = some_values(ICT, seed) | {"A.03": [role]}
    most = {line.question.id for line in possible(of(role))}
    assert {each.id for each in shown_questions(ICT, values)} <= most


def test_what_is_unknown_in_an_address_is_left_out_and_told() -> None:
    found = routing(ICT)
    known: Chosen = {"A.03": ["brand", "reseller"], "E.01": ["yes"]}
    assert accepted(found, known) == (known, True)
    assert accepted(found, {"A.03": ["brand", "spaceship"]}) == ({"A.03": ["brand"]}, False)
    assert accepted(found, {"Z.99": ["yes"]}) == ({}, False)
    assert accepted(found, {"E.01": ["yes", "no"]}) == ({"E.01": ["yes"]}, False)
    assert accepted(found, {"E.01": [""]}) == ({}, True)
