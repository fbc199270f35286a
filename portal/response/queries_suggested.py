"""Reads of where suggested answers come from, and of the evidence that comes along with them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, and_, or_, select
from sqlalchemy.orm import Session

from portal.questionnaire.conditions import question_index
from portal.questionnaire.definition import Question, Questionnaire
from portal.questionnaire.models import Version
from portal.response.answers import GivenAnswer
from portal.response.loading import CONTENT, CONTENT_NAMES, Loaded, definition
from portal.response.models import Answer, Evidence, Response
from portal.response.models_sources import AnswerOrigin
from portal.response.queries_own import SectionPage
from portal.response.rules import evidence_kinds
from portal.response.shelf import holds_for, is_expired, shelf_of
from portal.response.sources import RESPONSE


@dataclass(frozen=True, slots=True)
class Pieces:
    """What backed an answer at its source: what still holds, and what has expired since."""

    usable: tuple[Evidence, ...] = ()
    expired: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestedFrom:
    """Where a suggestion comes from, and how its question was asked there if that differs.

    ``kind``: response, evidence, profile. ``earlier`` is the answer as it stands at its source.
    ``is_current``: the answer is still as it was suggested; if not, only evidence is on offer.
    """

    kind: str
    label: str
    answered_at: datetime | None
    is_signed: bool
    is_current: bool
    questionnaire: Questionnaire | None
    question: Question | None
    earlier: GivenAnswer | None
    pieces: Pieces


def suggested_from(
    session: Session,
    response: Response,
    questions: Collection[Question],
    answers: Mapping[str, GivenAnswer],
    tied: Collection[str],
    *,
    now: datetime,
) -> dict[str, SuggestedFrom]:
    """Where the suggestions among these questions come from, and which evidence is on offer.

    The response must have been read by its own team. Four queries at most, none if no question
    has a suggestion or lacks evidence that it could have.
    """
    wanted = [
        question.id
        for question in questions
        if (answer := answers.get(question.id)) is not None
        and (answer.is_suggested or _could_take(question, answer, tied))
    ]
    rows = _rows(session, response.id, wanted) if wanted else []
    if not rows:
        return {}
    earlier = _earlier_answers(session, rows)
    behind = _behind(session, response, rows, {each.id: each for each in questions}, now)
    found = {row.AnswerOrigin.question_id: row for row in rows}
    made = {
        question.id: _made(session, found[question.id], earlier, behind[question.id])
        for question in questions
        if question.id in found
    }
    return {
        question_id: each
        for question_id, each in made.items()
        if each.is_current or (each.pieces.usable and question_id not in tied)
    }


def taken_from(session: Session, found: SectionPage, *, now: datetime) -> dict[str, SuggestedFrom]:
    """Where the suggestions on a section's page come from, as ``suggested_from``."""
    return suggested_from(
        session,
        found.response,
        [each.question for each in found.questions],
        {each.question.id: each.answer for each in found.questions},
        {each.question.id for each in found.questions if each.evidence},
        now=now,
    )


def coming_along(
    session: Session, loaded: Loaded, question_ids: Collection[str], *, now: datetime
) -> dict[str, Pieces]:
    """The evidence that comes along with these questions' answers; three queries at most."""
    rows = _rows(session, loaded.response.id, question_ids)
    questions = question_index(loaded.questionnaire)
    return _behind(session, loaded.response, rows, questions, now) if rows else {}


def _could_take(question: Question, answer: GivenAnswer, tied: Collection[str]) -> bool:
    has_answer = answer.state in {"draft", "done"}
    return has_answer and question.id not in tied and bool(evidence_kinds(question))


def _rows(session: Session, response_id: UUID, question_ids: Collection[str]) -> list[Row[Any]]:
    """The origins of these questions with their source's version; one query."""
    query = (
        select(
            AnswerOrigin,
            Answer.updated_at,
            Answer.state,
            Response.version_id,
            Response.submitted_at,
            Version.sha256,
        )
        .outerjoin(
            Answer,
            and_(
                Answer.response_id == AnswerOrigin.response_id,
                Answer.question_id == AnswerOrigin.question_id,
            ),
        )
        .outerjoin(Response, Response.id == AnswerOrigin.source_response_id)
        .outerjoin(Version, Version.id == Response.version_id)
        .where(
            AnswerOrigin.response_id == response_id,
            AnswerOrigin.question_id.in_(sorted(question_ids)),
        )
    )
    return list(session.execute(query))


def _earlier_answers(
    session: Session, rows: Collection[Row[Any]]
) -> dict[tuple[UUID, str], GivenAnswer]:
    """The answers at the source; one query, none where only evidence is suggested."""
    places = [
        and_(
            Answer.response_id == row.AnswerOrigin.source_response_id,
            Answer.question_id == row.AnswerOrigin.source_question_id,
        )
        for row in rows
        if row.AnswerOrigin.kind == RESPONSE
    ]
    if not places:
        return {}
    query = select(Answer.response_id, Answer.question_id, *CONTENT).where(or_(*places))
    return {
        (response_id, question_id): GivenAnswer(**dict(zip(CONTENT_NAMES, content, strict=True)))
        for response_id, question_id, *content in session.execute(query)
    }


def _behind(
    session: Session,
    response: Response,
    rows: Collection[Row[Any]],
    questions: Mapping[str, Question],
    now: datetime,
) -> dict[str, Pieces]:
    """Question → what backed its source; two queries. What was removed is gone, nobody is told."""
    shelf = shelf_of(session, response.organisation_id)
    made = {}
    for origin in (row.AnswerOrigin for row in rows):
        if origin.source_evidence_id is not None:
            found = shelf.newest(origin.source_evidence_id)
        elif origin.source_response_id is not None:
            found = shelf.behind(origin.source_response_id, origin.source_question_id)
        else:
            found = []
        question = questions[origin.question_id]
        made[origin.question_id] = Pieces(
            usable=tuple(piece for piece in found if holds_for(piece, question, now)),
            expired=tuple(piece for piece in found if is_expired(piece, now)),
        )
    return made


def _made(
    session: Session,
    row: Row[Any],
    earlier: Mapping[tuple[UUID, str], GivenAnswer],
    pieces: Pieces,
) -> SuggestedFrom:
    origin: AnswerOrigin = row.AnswerOrigin
    source = definition(session, row.version_id, row.sha256) if row.version_id else None
    asked = source.question(origin.source_question_id) if source is not None else None
    return SuggestedFrom(
        kind=origin.kind,
        label=origin.label,
        answered_at=origin.answered_at,
        is_signed=row.submitted_at is not None,
        is_current=row.state == "suggested" and row.updated_at == origin.taken_at,
        questionnaire=source,
        question=asked,
        earlier=earlier.get((origin.source_response_id, origin.source_question_id))
        if origin.source_response_id is not None
        else None,
        pieces=pieces,
    )
