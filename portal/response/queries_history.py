"""Reads of what answers were before: of one question, and of a whole response."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session

from portal.core.errors import Refused
from portal.dialogue.models import Dialogue
from portal.identity.actor import Actor
from portal.identity.models import Person
from portal.questionnaire.definition import Question, Questionnaire, Section
from portal.response.answers import GivenAnswer, unanswered
from portal.response.clarifying import OpenRound
from portal.response.loading import CHANGEABLE, CONTENT_NAMES, HISTORY, load_own, shares_of
from portal.response.models import AnswerChange, Response
from portal.response.policy import may_write
from portal.response.turns import Change, Turn, turns

SHOWN_VERSIONS = 500
"""Of one answer, the newest; autosave makes one every few seconds of writing."""
A_PAGE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerHistory:
    """Everything that one question held, newest first; ``current`` is what it holds now."""

    response: Response
    dialogue: Dialogue
    supplier: str
    questionnaire: Questionnaire
    section: Section
    question: Question
    turns: tuple[Turn, ...]
    may_write: bool
    round: OpenRound | None = None

    @property
    def current(self) -> GivenAnswer:
        """The newest version; an empty answer before the first."""
        return self.turns[0].last.answer if self.turns else unanswered(self.question)

    @property
    def is_changeable(self) -> bool:
        """Whether the state of the response lets its team change answers."""
        return self.response.state in CHANGEABLE or self.round is not None


@dataclass(frozen=True, slots=True)
class Touched:
    """Somebody changed one answer: when, from what state to what, and with what."""

    question_id: str
    name: str
    at: datetime
    state: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseHistory:
    """Who changed what lately, newest first, one page of it; ``pages`` counts all pages."""

    response: Response
    dialogue: Dialogue
    supplier: str
    questionnaire: Questionnaire
    changes: tuple[Touched, ...]
    page: int
    pages: int


def answer_history(
    session: Session, actor: Actor, response_id: UUID, question_id: str
) -> AnswerHistory:
    """The history of one answer; two queries, three for a contributor.

    A question that is no longer asked has none here. Raises Refused outside the supplier's team.
    """
    loaded = load_own(session, actor, response_id)
    section, question = loaded.section_of(question_id)
    place = (loaded.response.dialogue_id, loaded.response.organisation_id)
    shares = shares_of(session, actor, loaded.response)
    return AnswerHistory(
        response=loaded.response,
        dialogue=loaded.dialogue,
        supplier=loaded.supplier,
        questionnaire=loaded.questionnaire,
        section=section,
        question=question,
        turns=tuple(reversed(turns(_changes(session, response_id, question_id)))),
        may_write=question_id in may_write(actor, *place, section, shares)
        and (loaded.round is None or question_id in loaded.round.open),
        round=loaded.round,
    )


def version_of(session: Session, response_id: UUID, question_id: str, version: int) -> GivenAnswer:
    """What a question held at a version of it; Refused if there never was one."""
    query = _versions(response_id, question_id).where(AnswerChange.version == version)
    row = session.execute(query).one_or_none()
    if row is None:
        raise Refused
    return _given(row)


def response_history(
    session: Session, actor: Actor, response_id: UUID, page: int = 1
) -> ResponseHistory:
    """Who changed what lately, 50 changes a page; three queries. Refused outside the team."""
    loaded = load_own(session, actor, response_id)
    own = AnswerChange.response_id == response_id
    count = session.scalar(select(func.count()).select_from(AnswerChange).where(own)) or 0
    pages = max(1, -(-count // A_PAGE))
    page = min(max(1, page), pages)
    query = (
        select(
            AnswerChange.question_id,
            func.coalesce(Person.name, ""),
            AnswerChange.changed_at,
            AnswerChange.state,
            AnswerChange.source,
        )
        .outerjoin(Person, Person.id == AnswerChange.changed_by)
        .where(own)
        .order_by(AnswerChange.changed_at.desc(), AnswerChange.question_id, AnswerChange.id)
        .offset((page - 1) * A_PAGE)
        .limit(A_PAGE)
    )
    return ResponseHistory(
        response=loaded.response,
        dialogue=loaded.dialogue,
        supplier=loaded.supplier,
        questionnaire=loaded.questionnaire,
        changes=tuple(Touched(*row) for row in session.execute(query)),
        page=page,
        pages=pages,
    )


def _versions(response_id: UUID, question_id: str) -> Select[Any]:
    return (
        select(AnswerChange.changed_by, Person.name, AnswerChange.changed_at, AnswerChange.source)
        .add_columns(*HISTORY)
        .outerjoin(Person, Person.id == AnswerChange.changed_by)
        .where(AnswerChange.response_id == response_id, AnswerChange.question_id == question_id)
    )


def _changes(session: Session, response_id: UUID, question_id: str) -> list[Change]:
    """The newest versions, the oldest of them first."""
    query = _versions(response_id, question_id).order_by(AnswerChange.version.desc())
    rows = session.execute(query.limit(SHOWN_VERSIONS)).all()
    return [
        Change(
            question_id=question_id,
            answer=_given(row),
            person_id=row.changed_by,
            name=row.name or "",
            at=row.changed_at,
            source=row.source,
        )
        for row in reversed(rows)
    ]


def _given(row: Row[Any]) -> GivenAnswer:
    return GivenAnswer(**{name: getattr(row, name) for name in CONTENT_NAMES})
