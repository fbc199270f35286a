"""Reads of what evidence backs and could back."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.dialogue.models import Dialogue
from portal.dialogue.rules import is_open
from portal.identity.actor import Actor
from portal.questionnaire.definition import Question, Questionnaire
from portal.questionnaire.models import Version
from portal.response.loading import CHANGEABLE, definition, shares_of
from portal.response.models import AnswerEvidence, Evidence, Response
from portal.response.policy import may_read_own, may_write
from portal.response.queries_library import require_library
from portal.response.rules import evidence_kinds
from portal.response.uploads import kind_name


@dataclass(frozen=True, slots=True, kw_only=True)
class Backed:
    """A response in which a piece of evidence backs answers, or could.

    ``free``: the questions that take this kind of evidence, are not backed by it yet and can be
    answered by the actor now. ``is_own``: the actor belongs to its team and may open it.
    """

    response: Response
    dialogue: Dialogue
    questionnaire: Questionnaire
    questions: tuple[Question, ...]
    free: tuple[Question, ...]
    is_own: bool
    is_changeable: bool


def uses_of(session: Session, actor: Actor, evidence: Evidence, *, now: datetime) -> list[Backed]:
    """Where a piece backs answers and where it could, by closing time, the last first.

    Two queries, one more for each response of which the actor was given parts only. Raises
    Refused unless the actor belongs to the supplier's team.
    """
    require_library(actor, evidence.organisation_id)
    ties: dict[UUID, set[str]] = {}
    tied = select(AnswerEvidence.response_id, AnswerEvidence.question_id)
    for response_id, question_id in session.execute(
        tied.where(AnswerEvidence.evidence_id == evidence.id)
    ):
        ties.setdefault(response_id, set()).add(question_id)
    query = (
        select(Response, Dialogue, Version.sha256)
        .join(Dialogue, Dialogue.id == Response.dialogue_id)
        .join(Version, Version.id == Response.version_id)
        .where(Response.organisation_id == evidence.organisation_id)
        .order_by(Dialogue.closes_at.desc(), Response.id)
    )
    found = [
        _backed(
            session,
            actor,
            evidence,
            (response, dialogue, definition(session, response.version_id, sha256)),
            ties.get(response.id, set()),
            now=now,
        )
        for response, dialogue, sha256 in session.execute(query).all()
    ]
    return [each for each in found if each.questions or each.free]


def _backed(
    session: Session,
    actor: Actor,
    evidence: Evidence,
    place: tuple[Response, Dialogue, Questionnaire],
    tied: set[str],
    *,
    now: datetime,
) -> Backed:
    response, dialogue, questionnaire = place
    can_change = response.state in CHANGEABLE and is_open(dialogue, now)
    wants = can_change and evidence.replaced_by_id is None
    free = _free(session, actor, response, questionnaire, evidence) if wants else ()
    return Backed(
        response=response,
        dialogue=dialogue,
        questionnaire=questionnaire,
        questions=tuple(each for each in _all(questionnaire) if each.id in tied),
        free=tuple(each for each in free if each.id not in tied),
        is_own=may_read_own(actor, response.dialogue_id, response.organisation_id),
        is_changeable=can_change,
    )


def _all(questionnaire: Questionnaire) -> Iterator[Question]:
    for section in questionnaire.sections:
        yield from section.questions


def _free(
    session: Session,
    actor: Actor,
    response: Response,
    questionnaire: Questionnaire,
    evidence: Evidence,
) -> Iterator[Question]:
    """The questions that this actor could back with this piece."""
    place = (response.dialogue_id, response.organisation_id)
    if not may_read_own(actor, *place):
        return
    kind = kind_name(evidence.kind, evidence.media_type)
    shares = shares_of(session, actor, response)
    for section in questionnaire.sections:
        writable = may_write(actor, *place, section, shares)
        for question in section.questions:
            if question.id in writable and kind in evidence_kinds(question):
                yield question
