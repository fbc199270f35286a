"""Reads of a supplier's files and links, and of what they back."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core.errors import Refused
from portal.dialogue.models import Dialogue
from portal.identity.actor import Actor
from portal.questionnaire.definition import Question, Questionnaire, Section
from portal.response.loading import CHANGEABLE, assigned_sections, load_own
from portal.response.models import AnswerEvidence, Evidence, Response
from portal.response.policy import may_answer, may_assign, may_write
from portal.response.rules import evidence_kinds
from portal.response.uploads import kind_name


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceDesk:
    """What backs one answer, and what else the supplier has of the ``kinds`` that can."""

    response: Response
    dialogue: Dialogue
    supplier: str
    questionnaire: Questionnaire
    section: Section
    question: Question
    kinds: tuple[str, ...]
    tied: tuple[Evidence, ...]
    others: tuple[Evidence, ...]
    may_write: bool

    @property
    def is_changeable(self) -> bool:
        """Whether the state of the response lets its team change answers."""
        return self.response.state in CHANGEABLE


def evidence_desk(
    session: Session, actor: Actor, response_id: UUID, question_id: str
) -> EvidenceDesk:
    """The evidence of one question and the supplier's other evidence; three or four queries.

    Raises Refused unless the actor belongs to the supplier's team and the question takes evidence.
    """
    loaded = load_own(session, actor, response_id)
    section, question = loaded.section_of(question_id)
    kinds = evidence_kinds(question)
    if not kinds:
        raise Refused
    place = (loaded.response.dialogue_id, loaded.response.organisation_id)
    writes_all = may_assign(actor, *place)
    assigned = () if writes_all else assigned_sections(session, actor, response_id)
    tied = tied_evidence(session, response_id).get(question_id, [])
    library = _library(session, loaded.response.organisation_id)
    return EvidenceDesk(
        response=loaded.response,
        dialogue=loaded.dialogue,
        supplier=loaded.supplier,
        questionnaire=loaded.questionnaire,
        section=section,
        question=question,
        kinds=kinds,
        tied=tuple(tied),
        others=tuple(
            piece
            for piece in library
            if piece not in tied and kind_name(piece.kind, piece.media_type) in kinds
        ),
        may_write=may_write(actor, *place, section.id, assigned),
    )


def own_evidence(session: Session, actor: Actor, response_id: UUID, evidence_id: UUID) -> Evidence:
    """A file of the organisation whose response this is.

    Raises Refused for links, other organisations' files, and actors outside the supplier's team.
    """
    loaded = load_own(session, actor, response_id)
    evidence = session.get(Evidence, evidence_id)
    if evidence is None or evidence.kind != "file" or evidence.removed_at is not None:
        raise Refused
    if evidence.organisation_id != loaded.response.organisation_id:
        raise Refused
    return evidence


def tied_evidence(session: Session, response_id: UUID) -> dict[str, list[Evidence]]:
    """The files and links that back each question, oldest first."""
    query = (
        select(AnswerEvidence.question_id, Evidence)
        .join(Evidence, Evidence.id == AnswerEvidence.evidence_id)
        .where(AnswerEvidence.response_id == response_id)
        .order_by(Evidence.uploaded_at, Evidence.id)
    )
    found: dict[str, list[Evidence]] = {}
    for question_id, piece in session.execute(query):
        found.setdefault(question_id, []).append(piece)
    return found


def evidence_of(session: Session, actor: Actor, organisation_id: UUID) -> list[Evidence]:
    """All evidence of a supplier, newest first; Refused unless the actor answers for it."""
    dialogues = {grant.dialogue_id for grant in actor.grants}
    if not any(may_answer(actor, dialogue_id, organisation_id) for dialogue_id in dialogues):
        raise Refused
    return _library(session, organisation_id)


def _library(session: Session, organisation_id: UUID) -> list[Evidence]:
    query = (
        select(Evidence)
        .where(Evidence.organisation_id == organisation_id, Evidence.removed_at.is_(None))
        .order_by(Evidence.uploaded_at.desc(), Evidence.id)
    )
    return list(session.scalars(query))
