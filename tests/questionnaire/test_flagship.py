import re
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.questionnaire.check import problems
from portal.questionnaire.checks.texts import placed_texts
from portal.questionnaire.conditions import shown_questions
from portal.questionnaire.register import clause_of
from portal.questionnaire.writer import to_yaml
from portal.response.wording import SHARED_OPTIONS
from tests.questionnaire.answers import FLAGSHIP, ICT, some_values

SEEDS = st.integers(min_value=0, max_value=2**32)
SMALL_RESELLER = {"A.03": ["reseller"], "A.05": "1_49"}
ENGLISH = re.compile(r"\b(the|and|your|which|from|with|are|who)\b", re.IGNORECASE)
"""Words that no wording in French, Dutch or German has, names aside."""
NAMES = re.compile(r"Circular and Fair ICT Pact")

TEXTS = [text for _, text, _ in placed_texts(ICT) if text]


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


def test_it_is_complete_in_four_languages() -> None:
    assert ICT.languages == ("en", "fr", "nl", "de")
    assert problems(ICT) == []
    assert len(TEXTS) > 1000
    assert [text for text in TEXTS if set(text) != set(ICT.languages)] == []


@pytest.mark.parametrize("language", ["fr", "nl", "de"])
def test_no_english_is_left_in_a_translation(language: str) -> None:
    wordings = [NAMES.sub("", text[language]) for text in TEXTS]
    assert [wording for wording in wordings if ENGLISH.search(wording)] == []
    same = {text["en"] for text in TEXTS if text[language] == text["en"]}
    assert {wording for wording in same if len(wording) > 50} == set()


@pytest.mark.parametrize("language", ["fr", "nl", "de"])
def test_a_translation_names_the_same_questions_and_numbers(language: str) -> None:
    pairs = [(text["en"], text[language]) for text in TEXTS]
    assert [pair for pair in pairs if _figures(pair[0]) != _figures(pair[1])] == []


def _figures(text: str) -> list[str]:
    """Question ids and numbers, however thousands are parted; each counts once."""
    joined = re.sub(r"(?<=\d)[.,\u202f](?=\d{3})", "", text.replace("CO2", ""))
    return sorted(set(re.findall(r"[A-L]\.\d\d|\d+", joined)))


def test_yes_and_no_read_as_on_the_buttons() -> None:
    minerals = ICT.question("I.01")
    assert minerals is not None
    options = {option.id: option.text for option in minerals.options}  # type: ignore[union-attr]
    assert {each: options[each] for each in ("yes", "no")} == {
        each: SHARED_OPTIONS[each] for each in ("yes", "no")
    }


@pytest.mark.parametrize("language", ["en", "fr", "nl", "de"])
def test_a_hint_names_partly_as_the_button_does(language: str) -> None:
    partly = SHARED_OPTIONS["partly"][language].casefold()
    hints = [
        question.hint[language].casefold()
        for question in ICT.questions()
        if question.type == "yes_partly_no" and '"partly"' in question.hint["en"]
    ]
    assert len(hints) == 24
    assert [hint for hint in hints if not re.search(rf"[«“„\"]\s?{partly}\s?[»”“\"]", hint)] == []


def test_an_editors_remarks_are_not_published() -> None:
    remark = re.compile(r"not (yet )?(been )?checked|under revision", re.IGNORECASE)
    assert [text["en"] for text in TEXTS if remark.search(text["en"])] == []
    assert [each.id for each in ICT.instruments if len(each.version) > 24] == []


def test_its_clauses_are_written_as_in_the_register() -> None:
    for question in ICT.questions():
        for reference in question.clauses:
            registered = clause_of(reference.instrument, reference.clause)
            assert registered is not None, (question.id, reference)
            assert registered.id == reference.clause, question.id


def test_the_file_is_written_as_the_editor_writes_it() -> None:
    assert to_yaml(ICT).encode() == FLAGSHIP.read_bytes()


def test_a_small_reseller_starts_with_22_short_questions() -> None:
    core = [question for question in shown_questions(ICT, SMALL_RESELLER) if question.core]
    assert len(core) == 22
    assert sum(question.minutes for question in core) == 134


@given(SEEDS)
def test_the_short_path_of_a_small_reseller_never_takes_four_hours(seed: int) -> None:
    shown = shown_questions(ICT, some_values(ICT, seed) | SMALL_RESELLER)
    assert sum(question.minutes for question in shown if question.core) <= 217


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
