"""The last hand: what a questionnaire must be and a form need not."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from portal.core.errors import message
from portal.questionnaire.checks import competition
from portal.questionnaire.definition import Question, Questionnaire, Section
from portal.questionnaire.importers.report import Outcome
from portal.questionnaire.importers.tables import Account, Record
from portal.questionnaire.importers.wordings import Distinct

REVIEW = "Imported; to be reviewed."
"""Stands in for a reviewer's reason until there is one."""


def mended(
    questionnaire: Questionnaire, rows: Mapping[str, Record], account: Account
) -> Questionnaire:
    """The questionnaire with distinct texts, and with a mark on what competitors might not ask.

    ``rows`` says from which row a question came, by its id.
    """
    texts = Distinct(questionnaire.base_language)
    sections: list[Section] = []
    for section in questionnaire.sections:
        questions: list[Question] = []
        for question in section.questions:
            text = texts.take(question.text)
            if text != question.text:
                what = message(
                    "Another question has the same text: it became “{text}”.",
                    text=text[questionnaire.base_language],
                )
                account.row(rows[question.id], Outcome.CHANGED, what)
            questions.append(replace(question, text=text))
        sections.append(replace(section, questions=tuple(questions)))
    distinct = replace(questionnaire, sections=tuple(sections))
    return _marked(distinct, rows, account)


def _marked(
    questionnaire: Questionnaire, rows: Mapping[str, Record], account: Account
) -> Questionnaire:
    """With a note for the reviewer on every question with a word that must not pass unread."""
    places = {problem.path[1:4:2] for problem in competition.problems(questionnaire)}
    sections = tuple(
        replace(section, questions=_reviewed(section.questions, i, places, rows, account))
        for i, section in enumerate(questionnaire.sections)
    )
    return replace(questionnaire, sections=sections)


def _reviewed(
    questions: Sequence[Question],
    section: int,
    places: set[tuple[str | int, ...]],
    rows: Mapping[str, Record],
    account: Account,
) -> tuple[Question, ...]:
    found: list[Question] = []
    for place, question in enumerate(questions):
        if (section, place) in places:
            what = message(
                "It may ask for prices, margins, volumes, capacity or roadmaps: a reviewer must "
                "give a reason in place of “{review}”.",
                review=REVIEW,
            )
            account.row(rows[question.id], Outcome.CHANGED, what)
            found.append(replace(question, competition_review=REVIEW))
        else:
            found.append(question)
    return tuple(found)
