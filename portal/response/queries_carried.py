"""Reads of a supplier's own answers that the present version no longer asks for, or not so."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from portal.identity.actor import Actor
from portal.questionnaire.definition import Question, Questionnaire, Section
from portal.questionnaire.queries_versions import Edition, editions
from portal.response.answers import GivenAnswer
from portal.response.loading import (
    Loaded,
    given_answers,
    history_of,
    load_own,
)
from portal.response.models import Evidence
from portal.response.queries_evidence import tied_evidence
from portal.response.values import check


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierAnswer:
    """An answer as it was given, with its question as it was asked in version ``number``."""

    number: str
    questionnaire: Questionnaire
    section: Section
    question: Question
    answer: GivenAnswer
    evidence: tuple[Evidence, ...]


def answers_no_longer_asked(
    session: Session, actor: Actor, response_id: UUID
) -> list[EarlierAnswer]:
    """Answers to questions that the response's version does not have, in their old order.

    They are kept for the supplier, and neither signed nor counted. Raises Refused unless the
    actor belongs to the supplier's team.
    """
    loaded = load_own(session, actor, response_id)
    answers = given_answers(session, response_id)
    evidence = tied_evidence(session, response_id)
    gone = {
        question_id: answer
        for question_id, answer in answers.items()
        if loaded.questionnaire.question(question_id) is None
        and (answer.value is not None or answer.is_exempt or answer.comment)
    }
    if not gone:
        return []
    return list(_asked_last(_before(session, loaded), gone, evidence))


def answers_left_behind(session: Session, actor: Actor, response_id: UUID) -> list[EarlierAnswer]:
    """What empty answers and suggestions were before, where something of it did not fit.

    In their old order, each as it was last given. Raises Refused unless the actor belongs to the
    supplier's team.
    """
    loaded = load_own(session, actor, response_id)
    answers = given_answers(session, response_id)
    current = {
        question.id: answers[question.id]
        for question in loaded.questionnaire.questions()
        if question.id in answers
        and (answers[question.id].state == "empty" or answers[question.id].is_suggested)
    }
    if not current:
        return []
    left = {}
    for question_id, entries in history_of(session, response_id, current).items():
        last = _last_given(entries, current[question_id])
        if last is not None:
            left[question_id] = last
    return list(_asked_last(_before(session, loaded), left, {}, must_fit=True))


def _before(session: Session, loaded: Loaded) -> list[Edition]:
    """The versions before the response's, the newest first."""
    found = editions(session, loaded.response.dialogue_id)
    place = next(i for i, each in enumerate(found) if each.id == loaded.response.version_id)
    return found[:place][::-1]


def _last_given(entries: Sequence[GivenAnswer], current: GivenAnswer) -> GivenAnswer | None:
    """The newest entry that says something, and something else than there is now."""
    given = (entry for entry in reversed(entries) if entry.value is not None or entry.is_exempt)
    last = next((entry for entry in given if entry.version < current.version), None)
    if last is None or (last.value == current.value and last.reason == current.reason):
        return None
    return last


def _asked_last(
    found: Iterable[Edition],
    answers: Mapping[str, GivenAnswer],
    evidence: Mapping[str, Sequence[Evidence]],
    *,
    must_fit: bool = False,
) -> Iterator[EarlierAnswer]:
    """Each answer with the newest earlier question of its id (that its value is right for)."""
    open_ones = dict(answers)
    for edition in found:
        for section in edition.corrected.sections:
            for question in section.questions:
                answer = open_ones.get(question.id)
                if answer is None or (must_fit and not _fits(question, answer)):
                    continue
                del open_ones[question.id]
                yield EarlierAnswer(
                    number=edition.number,
                    questionnaire=edition.corrected,
                    section=section,
                    question=question,
                    answer=answer,
                    evidence=tuple(evidence.get(question.id, ())),
                )


def _fits(question: Question, answer: GivenAnswer) -> bool:
    return answer.value is None or not check(question, answer.value)
