"""Reads of a supplier's files and links, and of what they back."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core.errors import Refused
from portal.dialogue.models import Dialogue
from portal.identity.actor import Actor
from portal.questionnaire.definition import Question, Questionnaire, Section
from portal.response.clarifying import OpenRound
from portal.response.loading import CHANGEABLE, load_own, shares_of
from portal.response.models import Answer, AnswerEvidence, Evidence, Response
from portal.response.policy import may_add_evidence, may_narrow, may_write
from portal.response.rules import evidence_kinds
from portal.response.uploads import kind_name

OFFERED = 25
"""Pieces that are offered for an answer at once; a search finds the others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceDesk:
    """What backs one answer, and what else the supplier has of the ``kinds`` that can.

    ``others`` are those whose name holds the words that were looked for, at most 25, newest
    first; ``found`` counts all such, ``kept`` all without a search. ``confidentiality`` is the
    class of the answer.
    """

    response: Response
    dialogue: Dialogue
    supplier: str
    questionnaire: Questionnaire
    section: Section
    question: Question
    kinds: tuple[str, ...]
    tied: tuple[Evidence, ...]
    others: tuple[Evidence, ...]
    found: int
    kept: int
    confidentiality: str
    may_write: bool
    may_narrow: bool
    round: OpenRound | None = None

    @property
    def is_changeable(self) -> bool:
        """Whether the state of the response lets its team change answers."""
        return self.response.state in CHANGEABLE or self.round is not None


def evidence_desk(
    session: Session, actor: Actor, response_id: UUID, question_id: str, words: str = ""
) -> EvidenceDesk:
    """The evidence of one question and the supplier's other evidence; five queries at most.

    Raises Refused unless the actor belongs to the supplier's team and the question takes evidence.
    """
    loaded = load_own(session, actor, response_id)
    section, question = loaded.section_of(question_id)
    kinds = evidence_kinds(question)
    if not kinds:
        raise Refused
    organisation_id = loaded.response.organisation_id
    place = (loaded.response.dialogue_id, organisation_id)
    shares = shares_of(session, actor, loaded.response)
    tied = tied_evidence(session, response_id).get(question_id, [])
    fitting = _fitting(session, organisation_id, kinds)
    free = [piece for piece in fitting if piece not in tied]
    found = [piece for piece in free if holds(piece, words)]
    return EvidenceDesk(
        response=loaded.response,
        dialogue=loaded.dialogue,
        supplier=loaded.supplier,
        questionnaire=loaded.questionnaire,
        section=section,
        question=question,
        kinds=kinds,
        tied=tuple(tied),
        others=tuple(found[:OFFERED]),
        found=len(found),
        kept=len(free),
        confidentiality=_class_of(session, response_id, question),
        may_write=question_id in may_write(actor, *place, section, shares)
        and (loaded.round is None or question_id in loaded.round.open),
        may_narrow=may_narrow(actor, *place),
        round=loaded.round,
    )


def _fitting(session: Session, organisation_id: UUID, kinds: Collection[str]) -> list[Evidence]:
    """The supplier's evidence of these kinds that was not replaced."""
    return [
        piece
        for piece in library_of(session, organisation_id)
        if piece.replaced_by_id is None and kind_name(piece.kind, piece.media_type) in kinds
    ]


def holds(piece: Evidence, words: str) -> bool:
    """Whether a piece's title, file name or address holds all of these words."""
    text = f"{piece.title} {piece.file_name} {piece.url}".casefold()
    return all(word in text for word in words.casefold().split())


def _class_of(session: Session, response_id: UUID, question: Question) -> str:
    query = select(Answer.confidentiality).where(
        Answer.response_id == response_id, Answer.question_id == question.id
    )
    return session.scalar(query) or question.confidentiality.default


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


def narrowed_evidence(
    session: Session, organisation_ids: Collection[UUID], classes: Collection[str]
) -> dict[UUID, dict[str, str]]:
    """Supplier → mark → present class, of what is not open to these classes today; one query.

    A mark is a file's SHA-256 or a link's address.
    """
    query = select(
        Evidence.organisation_id, Evidence.sha256, Evidence.url, Evidence.confidentiality
    ).where(
        Evidence.organisation_id.in_(organisation_ids), Evidence.confidentiality.not_in(classes)
    )
    found: dict[UUID, dict[str, str]] = {}
    for organisation_id, sha256, url, confidentiality in session.execute(query):
        found.setdefault(organisation_id, {})[sha256 or url] = confidentiality
    return found


def evidence_of(session: Session, actor: Actor, organisation_id: UUID) -> list[Evidence]:
    """All evidence of a supplier, newest first; Refused unless the actor answers for it."""
    if not may_add_evidence(actor, organisation_id):
        raise Refused
    return library_of(session, organisation_id)


def library_of(session: Session, organisation_id: UUID) -> list[Evidence]:
    """All of a supplier's evidence, replaced pieces too, newest first; one query."""
    query = (
        select(Evidence)
        .where(Evidence.organisation_id == organisation_id, Evidence.removed_at.is_(None))
        .order_by(Evidence.uploaded_at.desc(), Evidence.id)
    )
    return list(session.scalars(query))
