"""Rivals answer together: no question on prices, margins, volumes, capacity or roadmaps.

Such words in what a question asks (not in its hint or proof) are refused unless a reviewer has
given a reason in ``competition_review``. The rule is number 3 of the domain's: joint dialogues
must not become a hub through which competitors learn each other's plans.
"""

import re
from collections.abc import Iterator

from portal.core.errors import message
from portal.questionnaire.checks.places import PlacedQuestion, placed_questions
from portal.questionnaire.checks.texts import question_texts
from portal.questionnaire.definition import Questionnaire
from portal.questionnaire.faults import Problem

SENSITIVE_WORDS = {
    "en": r"pric(?:e|es|ed|ing)|margins?|mark-?ups?|discounts?|volumes?|capacit(?:y|ies)"
    r"|road-?maps?|launch dates?",
    "fr": r"prix|tarifs?|marges?|remises?|volumes?|capacités?|feuilles? de route",
    "nl": r"\w*prij(?:s|zen)|prijs\w*|\w*marges?|korting(?:en)?|\w*volumes?|\w*capaciteit(?:en)?"
    r"|capaciteits\w*|routekaart(?:en)?|road-?maps?",
    "de": r"\w*preise?n?|preis\w*|\w*margen?|rabatte?n?|\w*mengen?|\w*volumen|\w*kapazität(?:en)?"
    r"|kapazitäts\w*|fahrpl(?:a|ä)ne?n?|road-?maps?",
}
"""By language; other languages are read for the English words, which they often borrow."""

PATTERNS = {
    language: re.compile(rf"\b(?:{words})\b", re.IGNORECASE)
    for language, words in SENSITIVE_WORDS.items()
}


def problems(questionnaire: Questionnaire) -> Iterator[Problem]:
    """Questions that mention what competitors must not exchange, without a reviewer's reason."""
    for placed in placed_questions(questionnaire):
        review = placed.question.competition_review
        if review is not None and not review.strip():
            path = (*placed.path, "competition_review")
            what = message("`competition_review` gives no reason.")
            yield Problem(
                path, what, message("Write why the question does no harm, or remove the line.")
            )
        elif review is None:
            yield from _mentions(placed)


def _mentions(placed: PlacedQuestion) -> Iterator[Problem]:
    """The first mention in a question: one reason covers them all."""
    for path, text in question_texts(placed):
        for language, wording in text.items():
            pattern = PATTERNS.get(language.split("-")[0], PATTERNS["en"])
            found = pattern.search(wording)
            if found is not None:
                what = message(
                    "{question} asks about “{word}”. Competitors must not learn each other's "
                    "prices, margins, volumes, capacity or roadmaps.",
                    question=placed.question.id,
                    word=found[0],
                )
                mend = message(
                    "Ask it otherwise, or let a reviewer give a reason in `competition_review`."
                )
                yield Problem((*path, language), what, mend)
                return
