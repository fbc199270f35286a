"""Reads of a supplier's own answers that the present version no longer asks for, or not so."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from portal.identity.actor import Actor
from portal.questionnaire.conditions import route
from portal.questionnaire.definition import Question, Questionnaire, Section
from portal.questionnaire.migration import Kind
from portal.questionnaire.queries_lineage import Lineage
from portal.questionnaire.queries_versions import Edition, editions
from portal.response.answers import GivenAnswer, values_of
from portal.response.carrying import fitting
from portal.response.loading import Entry, Loaded, given_answers, history_of, load_own
from portal.response.models import Evidence, Response
from portal.response.queries_evidence import tied_evidence
from portal.response.rules import asked
from portal.response.values import check

GIVEN = frozenset({"draft", "done", "not_applicable"})
"""States of an answer that somebody gave or confirmed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierAnswer:
    """An answer as it was given, with its question as it was asked in version ``number``."""

    number: str
    questionnaire: Questionnaire
    section: Section
    question: Question
    answer: GivenAnswer
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CarriedAnswer:
    """An answer that needs a look since its question has changed.

    ``kind`` is what became of the question since ``edition``, to which the answer was given, and
    ``asked`` how it was asked there: several questions if they were merged. ``left`` are earlier
    answers of which something does not fit any more.
    """

    kind: Kind
    edition: Edition
    asked: tuple[Question, ...]
    left: tuple[EarlierAnswer, ...]


def answers_no_longer_asked(
    session: Session, actor: Actor, response_id: UUID
) -> list[EarlierAnswer]:
    """Answers to questions that the response's version does not have, in their old order.

    They are kept for the supplier, and neither signed nor counted. Raises Refused unless the
    actor belongs to the supplier's team.
    """
    loaded = load_own(session, actor, response_id)
    gone = left_over(loaded.questionnaire, given_answers(session, response_id))
    if not gone:
        return []
    return list(_asked_last(_before(session, loaded), gone, tied_evidence(session, response_id)))


def left_over(
    questionnaire: Questionnaire, answers: Mapping[str, GivenAnswer]
) -> dict[str, GivenAnswer]:
    """The answers that say something, to questions that the questionnaire does not have."""
    return {
        question_id: answer
        for question_id, answer in answers.items()
        if questionnaire.question(question_id) is None
        and (answer.value is not None or answer.is_exempt or answer.comment)
    }


def carried_answers(
    session: Session, response: Response, answers: Mapping[str, GivenAnswer], line: Lineage
) -> dict[str, CarriedAnswer]:
    """Those of ``answers`` that need a look: suggestions, and what a changed question emptied.

    The response must have been read by its own team. One query, none if nothing needs a look.
    """
    place = line.place(response.version_id)
    pasts = {
        question.id: (question, past)
        for question in line.editions[place].questionnaire.questions()
        if (answer := answers.get(question.id)) is not None
        and (answer.is_suggested or (answer.state == "empty" and answer.version))
        and (past := _past(question.id, place, line))
    }
    if not pasts:
        return {}
    ids = {each for _, past in pasts.values() for was in past for each in was.ids}
    history = history_of(session, response.id, ids | pasts.keys())
    found = {
        question_id: _carried(question, answers[question_id], past, line, history)
        for question_id, (question, past) in pasts.items()
    }
    return {
        question_id: carried
        for question_id, carried in found.items()
        if carried.left or answers[question_id].is_suggested
    }


def looks(
    session: Session,
    response: Response,
    questionnaire: Questionnaire,
    answers: Mapping[str, GivenAnswer],
    line: Lineage,
) -> dict[str, int]:
    """Section id → how many of its shown answers need a look; sections without any are left out.

    The response must have been read by its own team, with all its answers. One query at most.
    """
    carried = carried_answers(session, response, answers, line)
    shown = {question.id for question in asked(route(questionnaire, values_of(answers)))}
    counts = {
        section.id: sum(each.id in carried and each.id in shown for each in section.questions)
        for section in questionnaire.sections
    }
    return {section_id: count for section_id, count in counts.items() if count}


# Where an answer comes from -------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Self:
    """What a question was in an earlier version; ``kind`` is what has become of it since."""

    place: int
    ids: tuple[str, ...]
    kind: Kind


def _past(question_id: str, place: int, line: Lineage) -> list[_Self]:
    """What a question was before it changed, the newest first; empty if it never did."""
    ids: tuple[str, ...] = (question_id,)
    found: list[_Self] = []
    kind = None
    for earlier in range(place - 1, -1, -1):
        origins = [line.steps[earlier].map.origins[each] for each in ids]
        ids = tuple(dict.fromkeys(source for each in origins for source in each.sources))
        if not ids:
            break
        changes = [each.kind for each in origins if each.kind is not Kind.KEPT]
        kind = kind or next(iter(changes), None)
        if kind is not None:
            found.append(_Self(earlier, ids, kind))
    return found or list(_come_back(question_id, place, line))


def _come_back(question_id: str, place: int, line: Lineage) -> Iterator[_Self]:
    """A question that was dropped and is asked again finds the answer that it had."""
    if place and not line.steps[place - 1].map.origins[question_id].sources:
        for earlier in range(place - 2, -1, -1):
            if line.editions[earlier].questionnaire.question(question_id) is not None:
                yield _Self(earlier, (question_id,), Kind.REWORDED)


def _carried(
    question: Question,
    answer: GivenAnswer,
    past: Sequence[_Self],
    line: Lineage,
    history: Mapping[str, Sequence[Entry]],
) -> CarriedAnswer:
    was = _answered(past, line, history)
    edition = line.editions[was.place]
    questions = (edition.corrected.question(each) for each in was.ids)
    sources = was.ids if len(was.ids) > 1 else (question.id,)
    before = {
        each: last
        for each in sources
        if (last := _last_given(history.get(each, ()), answer)) is not None
        and not (answer.state == "empty" and _would_fit(question, last))
    }
    return CarriedAnswer(
        kind=was.kind,
        edition=edition,
        asked=tuple(each for each in questions if each is not None),
        left=tuple(_asked_last(line.editions[was.place :: -1], before, {}, must_fit=True)),
    )


def _answered(
    past: Sequence[_Self], line: Lineage, history: Mapping[str, Sequence[Entry]]
) -> _Self:
    """The newest of a question's earlier selves that somebody answered, else the oldest.

    What is saved while a version is the newest answers that version: open responses are carried
    over when another is published, signed ones before anything in them can be changed.
    """
    for was in past:
        since, until = (line.editions[was.place + i].published_at for i in (0, 1))
        given = (entry for each in was.ids for entry in history.get(each, ()))
        if any(
            entry.answer.state in GIVEN and since and until and since < entry.at < until
            for entry in given
        ):
            return was
    return past[-1]


def _last_given(entries: Sequence[Entry], current: GivenAnswer) -> GivenAnswer | None:
    """The newest answer that was given, if it says something else than there is now.

    What was written together with the newest entry was not given: carrying over wrote it.
    """
    given = [each for each in entries if each.answer.state in GIVEN]
    if entries and entries[-1].answer.state not in GIVEN:
        given = [each for each in given if each.at != entries[-1].at]
    last = given[-1].answer if given else None
    if last is None or (last.value == current.value and last.reason == current.reason):
        return None
    return last


def _would_fit(question: Question, answer: GivenAnswer) -> bool:
    """Whether carrying over would have suggested it: then somebody took it away since."""
    if answer.is_exempt:
        return question.not_applicable
    return fitting(question, answer.value) is not None


# How it was asked -----------------------------------------------------------------------


def _before(session: Session, loaded: Loaded) -> list[Edition]:
    """The versions before the response's, the newest first."""
    found = editions(session, loaded.response.dialogue_id)
    place = next(i for i, each in enumerate(found) if each.id == loaded.response.version_id)
    return found[:place][::-1]


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
