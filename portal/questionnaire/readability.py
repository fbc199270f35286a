"""How easy the questions of a questionnaire are to read, in each of its languages (pure).

The measure is LIX (C.-H. Björnsson, "Läsbarhet", 1968): the words in a sentence plus the words of
more than six letters in a hundred. It needs no dictionary, so it is the same in every language;
German and Dutch write compounds as one word and score some points more for the same sense. It
counts length, not sense: it shows where to look, and nothing is refused for it.
"""

import re
from collections.abc import Iterable, Iterator

from portal.core.errors import Message, message
from portal.questionnaire.definition import Questionnaire, Text

WORD = re.compile(r"[^\W\d_]+")
SENTENCE = re.compile(r"[.!?:…]+(?:\s|$)|\n+")
LONG = 6
"""Letters: a word of more is a long one."""
FEWEST_WORDS = 100
"""Fewer say nothing about a text."""
LEVELS = (
    (30, message("very easy")),
    (40, message("easy")),
    (50, message("like a newspaper")),
    (60, message("hard, like an official text")),
)
"""Björnsson's steps, each up to its number."""
HARDEST = message("very hard")


def lix(texts: Iterable[str]) -> float | None:
    """The LIX of some texts together; None if they have fewer than a hundred words."""
    words: list[str] = []
    sentences = 0
    for text in texts:
        for sentence in SENTENCE.split(text):
            found = WORD.findall(sentence)
            sentences += bool(found)
            words += found
    if len(words) < FEWEST_WORDS:
        return None
    return len(words) / sentences + 100 * sum(len(word) > LONG for word in words) / len(words)


def level(value: float) -> Message:
    """A LIX in words."""
    return next((words for most, words in LEVELS if value < most), HARDEST)


def readability(questionnaire: Questionnaire) -> dict[str, float | None]:
    """Language → LIX of all that a supplier reads of the questions in it."""
    return {language: lix(_texts(questionnaire, language)) for language in questionnaire.languages}


def _texts(questionnaire: Questionnaire, language: str) -> Iterator[str]:
    """Questions, hints and what counts as proof; labels of choices are no sentences."""
    for section in questionnaire.sections:
        yield from _in((section.why,), language)
        for question in section.questions:
            yield from _in((question.text, question.hint, question.proof), language)


def _in(texts: Iterable[Text], language: str) -> Iterator[str]:
    return (text[language] for text in texts if text.get(language))
