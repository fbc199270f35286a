from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from portal.questionnaire.conditions import shown_questions
from tests.questionnaire.answers import ICT, some_values

SEEDS = st.integers(min_value=0, max_value=2**32)


def test_it_has_the_sections_and_questions_of_its_outline() -> None:
    assert "".join(section.id for section in ICT.sections) == "ABCDEFGHIJKL"
    counts = Counter(question.id[0] for question in ICT.questions())
    assert [counts[section.id] for section in ICT.sections] == [
        9,
        9,
        8,
        9,
        8,
        11,
        9,
        8,
        10,
        8,
        10,
        10,
    ]
    assert sum(question.core for question in ICT.questions()) == 39


def test_every_question_says_why_it_is_asked() -> None:
    assert [question.id for question in ICT.questions() if not question.hint.get("en")] == []


@given(SEEDS)
def test_a_reseller_never_sees_more_than_76_questions_29_of_them_core(seed: int) -> None:
    values = some_values(ICT, seed) | {"A.03": ["reseller"]}
    shown = shown_questions(ICT, values)
    assert len(shown) <= 76
    assert sum(question.core for question in shown) <= 29


@given(SEEDS)
def test_only_makers_are_asked_about_minerals(seed: int) -> None:
    values = some_values(ICT, seed) | {"A.03": ["refurbisher", "cloud"]}
    sections = {question.id[0] for question in shown_questions(ICT, values)}
    assert "I" not in sections
    assert {"F", "J"} <= sections
