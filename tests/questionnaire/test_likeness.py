import pytest

from portal.questionnaire.likeness import (
    likeness_key,
    means_the_same,
    question_contents,
    takes_the_same,
)
from tests import factories
from tests.questionnaire.editions import Fields, edited

SMALL = factories.questionnaire()


def both(question_id: str, fields: Fields) -> tuple[bool, bool, bool]:
    """Same meaning, same values, same key, after these changes."""
    before = question_contents(SMALL)[question_id]
    after = question_contents(edited(SMALL, fields={question_id: fields}))[question_id]
    keys = likeness_key(before, "en") == likeness_key(after, "en")
    return means_the_same(before, after), takes_the_same(before, after), keys


@pytest.mark.parametrize(
    "fields",
    [
        {"minutes": 7},
        {"core": False},
        {"required": False},
        {"text/fr": "Avez-vous une politique ?"},
        {"text/en": "  Do you have a  human-rights policy? "},
        {"show_if": {"question": "A.01", "has": ["brand"]}},
        {"clauses": []},
        {"release": {"aggregate": False, "bands": []}},
    ],
)
def test_what_no_answer_depends_on_leaves_a_question_the_same(fields: Fields) -> None:
    assert both("B.01", fields) == (True, True, True)


@pytest.mark.parametrize(
    "fields",
    [
        {"text/en": "Do you have a policy?"},
        {"hint/en": "Approved by the board."},
        {"hint/en": None},
        {"proof/en": "The policy itself."},
        {"not_applicable": True},
        {"evidence/need": "always"},
        {"confidentiality/default": "public"},
    ],
)
def test_other_words_and_rules_are_another_meaning(fields: Fields) -> None:
    is_same, fits, has_same_key = both("B.01", fields)
    assert (is_same, has_same_key) == (False, False)
    assert fits is ("not_applicable" not in fields)


@pytest.mark.parametrize(
    ("question_id", "fields"),
    [
        ("A.02", {"options": ["1_49", "250_plus"]}),
        ("A.03", {"columns/staff/unit/en": "teams"}),
        ("A.03", {"columns/name/required": False}),
        ("B.05", {"type": "number", "unit/en": "persons"}),
        ("B.06", {"unit/en": "teams"}),
        ("B.06", {"minimum": 1}),
        ("C.01", {"rows": ["chips"]}),
        ("D.01", {"maximum_length": 10}),
    ],
)
def test_other_choices_units_and_bounds_take_other_values(question_id: str, fields: Fields) -> None:
    assert both(question_id, fields) == (False, False, False)


def test_the_order_of_options_says_nothing() -> None:
    turned = {"options": ["250_plus", "50_249", "1_49"]}
    assert both("A.02", turned) == (True, True, True)


def test_a_reworded_option_or_level_takes_the_same_values() -> None:
    assert both("A.02", {"options/1_49/text/en": "Up to 49"}) == (False, True, False)
    assert both("B.04", {"anchors/0/en": "Nothing."}) == (False, True, False)


def test_levels_are_compared_in_the_languages_that_both_have() -> None:
    assert both("B.04", {"anchors/0/fr": "Rien."}) == (True, True, True)


def test_texts_without_a_language_in_common_are_not_the_same() -> None:
    assert both("D.01", {"text/en": None, "text/fr": "Où ?"})[0] is False
