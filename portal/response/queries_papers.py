"""Reads for a supplier's own papers: every submission, and the answers as they stand."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.core.errors import Refused
from portal.dialogue.models import Dialogue
from portal.identity.actor import Actor
from portal.questionnaire.conditions import route
from portal.questionnaire.definition import Questionnaire
from portal.questionnaire.models import Version
from portal.response.answers import GivenAnswer, values_of
from portal.response.loading import Loaded, given_answers, load_own, questionnaire_of
from portal.response.models import Answer, Evidence, Response, Submission
from portal.response.queries_evidence import tied_evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmissionRow:
    """One submission of a response; ``withdrawn_at`` is None while it was not taken back."""

    number: int
    submitted_at: datetime
    signatory: str
    sha256: str
    withdrawn_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PapersPage:
    """A response and what was ever sent of it, the newest first."""

    response: Response
    dialogue: Dialogue
    supplier: str
    submissions: tuple[SubmissionRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedPaper:
    """One submission with its content, and the version of the questionnaire that was signed."""

    row: SubmissionRow
    response_id: UUID
    supplier: str
    dialogue: Dialogue
    questionnaire: Questionnaire
    definition_hash: str
    answers: Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class PresentPaper:
    """The answers as they stand, those that count, with their evidence.

    ``changed_at``: when one was changed last, None while there is none.
    """

    loaded: Loaded
    answers: Mapping[str, GivenAnswer]
    evidence: Mapping[str, list[Evidence]]
    changed_at: datetime | None


def papers_page(session: Session, actor: Actor, response_id: UUID) -> PapersPage:
    """Everything that was ever sent; two queries. Refused outside the supplier's team."""
    loaded = load_own(session, actor, response_id)
    return PapersPage(
        response=loaded.response,
        dialogue=loaded.dialogue,
        supplier=loaded.supplier,
        submissions=submissions_of(session, response_id),
    )


def submissions_of(session: Session, response_id: UUID) -> tuple[SubmissionRow, ...]:
    """Every submission of a response, the newest first; one query."""
    query = select(
        Submission.number,
        Submission.submitted_at,
        Submission.signatory,
        Submission.sha256,
        Submission.withdrawn_at,
    )
    found = session.execute(
        query.where(Submission.response_id == response_id).order_by(Submission.number.desc())
    )
    return tuple(SubmissionRow(**row) for row in found.mappings())


def signed_paper(session: Session, actor: Actor, response_id: UUID, number: int) -> SignedPaper:
    """One submission of the supplier; Refused outside its team, and if there is none."""
    loaded = load_own(session, actor, response_id)
    query = (
        select(Submission, Version.sha256)
        .join(Version, Version.id == Submission.version_id)
        .where(Submission.response_id == response_id, Submission.number == number)
    )
    found = session.execute(query).one_or_none()
    if found is None:
        raise Refused
    submission, definition_hash = found
    content = json.loads(submission.snapshot)
    return SignedPaper(
        row=SubmissionRow(
            number=submission.number,
            submitted_at=submission.submitted_at,
            signatory=submission.signatory,
            sha256=submission.sha256,
            withdrawn_at=submission.withdrawn_at,
        ),
        response_id=response_id,
        supplier=content["supplier"],
        dialogue=loaded.dialogue,
        questionnaire=questionnaire_of(session, submission.version_id),
        definition_hash=definition_hash,
        answers=content["answers"],
    )


def present_paper(session: Session, actor: Actor, response_id: UUID) -> PresentPaper:
    """The answers as they stand; four queries. Refused outside the supplier's team."""
    loaded = load_own(session, actor, response_id)
    evidence = tied_evidence(session, response_id)
    answers = given_answers(session, response_id, {})
    shown = {question.id for question in route(loaded.questionnaire, values_of(answers)).questions}
    last = select(func.max(Answer.updated_at)).where(Answer.response_id == response_id)
    return PresentPaper(
        loaded=loaded,
        answers={
            key: answer
            for key, answer in answers.items()
            if key in shown and (answer.state != "empty" or answer.comment)
        },
        evidence=evidence,
        changed_at=session.scalar(last),
    )
