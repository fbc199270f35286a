"""The reading level of a questionnaire's texts, by LIX."""

from pathlib import Path

import pytest

from portal.core.words import words
from portal.questionnaire.loader import read
from portal.questionnaire.readability import FEWEST_WORDS, level, lix, readability

ICT = read(Path("questionnaires/ict-due-diligence/1.0.yaml"))


def test_words_in_a_sentence_and_long_words_in_a_hundred_are_added() -> None:
    sentence = "The supplier answers five short questions today. "
    assert lix([sentence * 20]) == pytest.approx(7 + 100 * 3 / 7)


def test_several_texts_are_read_as_one() -> None:
    assert lix(["One two three four."] * 25) == 4


def test_too_few_words_say_nothing() -> None:
    assert lix(["word " * (FEWEST_WORDS - 1)]) is None
    assert lix([]) is None


@pytest.mark.parametrize(
    ("value", "said"),
    [(29.9, "very easy"), (30, "easy"), (45, "like a newspaper"), (60, "very hard")],
)
def test_a_level_is_said_in_words(value: float, said: str) -> None:
    assert words("en").message(level(value)) == said


def test_the_flagship_is_no_harder_than_a_newspaper_in_any_language() -> None:
    found = readability(ICT)
    assert set(found) == {"en", "fr", "nl", "de"}
    assert all(value is not None and value < 50 for value in found.values())
