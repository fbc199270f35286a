"""Reads for signing: all answers to check, the receipt, and the words that may be quoted."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core.errors import Message, Refused
from portal.dialogue.models import Dialogue
from portal.dialogue.queries import role_holders
from portal.identity.actor import Actor
from portal.identity.roles import Role
from portal.questionnaire.conditions import Route, route
from portal.questionnaire.definition import Question, Questionnaire, Section
from portal.response.answers import GivenAnswer, unanswered, values_of
from portal.response.loading import CHANGEABLE, given_answers, load_own, questionnaire_of
from portal.response.models import Evidence, ReleasedQuote, Response, Submission
from portal.response.policy import may_release_quote, may_sign
from portal.response.queries_evidence import tied_evidence
from portal.response.rules import asked, lacking


@dataclass(frozen=True, slots=True)
class Gap:
    """A question that still stands in the way of signing, and why."""

    section: Section
    question: Question
    problems: tuple[Message, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckPage:
    """Everything a signatory looks at before signing.

    ``answers`` holds an answer for each question that the answers lead to, with the part of its
    value that counts. ``is_revised``: there are corrections, or other versions.
    """

    response: Response
    dialogue: Dialogue
    supplier: str
    questionnaire: Questionnaire
    answers: Mapping[str, GivenAnswer]
    evidence: Mapping[str, list[Evidence]]
    missing: tuple[Gap, ...]
    is_revised: bool
    may_sign: bool
    signatories: tuple[str, ...]

    @property
    def is_changeable(self) -> bool:
        """Whether the state of the response lets its team change and sign it."""
        return self.response.state in CHANGEABLE


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What was submitted; ``content`` is the snapshot that ``sha256`` is the hash of.

    ``questionnaire`` is the version that was signed, ``state`` that of the response now.
    ``is_revised``: there are corrections, or other versions.
    """

    response_id: UUID
    submission_id: UUID
    organisation_id: UUID
    number: int
    supplier: str
    dialogue: Dialogue
    questionnaire: Questionnaire
    signatory: str
    submitted_at: datetime
    sha256: str
    content: dict[str, Any]
    state: str
    is_revised: bool
    may_sign: bool
    may_quote: bool


def check_page(session: Session, actor: Actor, response_id: UUID) -> CheckPage:
    """All answers and what is missing; four queries. Refused outside the supplier's team."""
    loaded = load_own(session, actor, response_id)
    place = (loaded.response.dialogue_id, loaded.response.organisation_id)
    evidence = tied_evidence(session, response_id)
    counts = {question_id: len(pieces) for question_id, pieces in evidence.items()}
    answers = given_answers(session, response_id, counts)
    way = route(loaded.questionnaire, values_of(answers))
    return CheckPage(
        response=loaded.response,
        dialogue=loaded.dialogue,
        supplier=loaded.supplier,
        questionnaire=loaded.questionnaire,
        answers=_answers_that_count(way, answers),
        evidence=evidence,
        missing=tuple(_missing(loaded.questionnaire, way, answers)),
        is_revised=loaded.is_revised,
        may_sign=may_sign(actor, *place),
        signatories=_signatories(session, *place),
    )


def receipt(session: Session, actor: Actor, response_id: UUID) -> Receipt:
    """The submission that stands, for the supplier's team; Refused if there is none."""
    loaded = load_own(session, actor, response_id)
    query = (
        select(Submission)
        .where(Submission.response_id == response_id, Submission.withdrawn_at.is_(None))
        .order_by(Submission.number.desc())
        .limit(1)
    )
    submission = session.scalars(query).one_or_none()
    if submission is None:
        raise Refused
    return Receipt(
        response_id=response_id,
        submission_id=submission.id,
        organisation_id=submission.organisation_id,
        number=submission.number,
        supplier=loaded.supplier,
        dialogue=loaded.dialogue,
        questionnaire=questionnaire_of(session, submission.version_id),
        signatory=submission.signatory,
        submitted_at=submission.submitted_at,
        sha256=submission.sha256,
        content=json.loads(submission.snapshot),
        state=loaded.response.state,
        is_revised=loaded.is_revised,
        may_sign=may_sign(actor, submission.dialogue_id, submission.organisation_id),
        may_quote=may_release_quote(actor, submission.dialogue_id, submission.organisation_id),
    )


def quotes_of_submission(session: Session, submission_id: UUID) -> list[ReleasedQuote]:
    """The words of a submission that may be quoted, in the order in which they were released."""
    query = (
        select(ReleasedQuote)
        .where(ReleasedQuote.submission_id == submission_id)
        .order_by(ReleasedQuote.released_at, ReleasedQuote.id)
    )
    return list(session.scalars(query))


def _answers_that_count(way: Route, answers: Mapping[str, GivenAnswer]) -> dict[str, GivenAnswer]:
    return {
        question.id: replace(
            answers.get(question.id) or unanswered(question), value=way.values.get(question.id)
        )
        for question in asked(way)
    }


def _missing(
    questionnaire: Questionnaire, way: Route, answers: Mapping[str, GivenAnswer]
) -> Iterator[Gap]:
    shown = {question.id for question in asked(way)}
    for section in questionnaire.sections:
        for question in section.questions:
            answer = answers.get(question.id) or unanswered(question)
            problems = lacking(question, answer, way) if question.id in shown else ()
            if problems:
                yield Gap(section, question, tuple(problems))


def _signatories(session: Session, dialogue_id: UUID, organisation_id: UUID) -> tuple[str, ...]:
    holders = role_holders(session, dialogue_id, organisation_id)
    return tuple(row.name for row in holders if row.role is Role.SUPPLIER_SIGNATORY)
