"""Confidentiality classes leave a choice that makes sense, and segments rest on public facts."""

from collections.abc import Iterator

from portal.core.errors import message
from portal.questionnaire.checks.places import placed_questions, placed_tests
from portal.questionnaire.conditions import question_index
from portal.questionnaire.definition import (
    Confidentiality,
    ConfidentialityClass,
    Questionnaire,
)
from portal.questionnaire.faults import KeyPath, Problem


def problems(questionnaire: Questionnaire) -> Iterator[Problem]:
    """Defaults outside of the choice, and segments on answers that can be kept from the public."""
    for placed in placed_questions(questionnaire):
        path = (*placed.path, "confidentiality")
        yield from _class_problems(path, placed.question.confidentiality)
    questions = question_index(questionnaire)
    for i, segment in enumerate(questionnaire.segments):
        if segment.when is None:
            continue
        for path, test in placed_tests(("segments", i, "when"), segment.when):
            question = questions.get(test.question or "")
            if question is not None and not is_public_fact(question.confidentiality):
                what = message(
                    "The segment {segment} is built on {question}, which a supplier may keep "
                    "from the public.",
                    segment=segment.id,
                    question=question.id,
                )
                mend = message(
                    "Give {question} the classes {{default: public, narrowest: public}}, or "
                    "leave `when` out: the segment is then declared with the response.",
                    question=question.id,
                )
                yield Problem((*path, "question"), what, mend, about=question.id)


def is_public_fact(confidentiality: Confidentiality) -> bool:
    """Whether every answer is public: that is its class, and it cannot be narrowed."""
    return confidentiality.default is confidentiality.narrowest is ConfidentialityClass.PUBLIC


def _class_problems(path: KeyPath, classes: Confidentiality) -> Iterator[Problem]:
    default, widest, narrowest = classes.default, classes.widest, classes.narrowest
    if widest is not None and default.width > widest.width:
        what = message(
            "The default class `{default}` is wider than the widest, `{widest}`.",
            default=default,
            widest=widest,
        )
        yield Problem(
            (*path, "default"), what, message("Choose a narrower default, or a wider `widest`.")
        )
    if default.width < narrowest.width:
        what = message(
            "The default class `{default}` is narrower than the narrowest, `{narrowest}`.",
            default=default,
            narrowest=narrowest,
        )
        yield Problem(
            (*path, "default"), what, message("Choose a wider default, or another `narrowest`.")
        )
