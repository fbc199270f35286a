"""A company's evidence with all that it backs: what still holds comes along with an answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.questionnaire.definition import Question
from portal.response.models import AnswerEvidence, Evidence, Response
from portal.response.queries_evidence import library_of
from portal.response.rules import evidence_kinds
from portal.response.uploads import kind_name
from portal.response.validity import Standing, standing


@dataclass(frozen=True, slots=True)
class Shelf:
    """A company's evidence, and what backs which question of its responses."""

    pieces: Mapping[UUID, Evidence]
    ties: Mapping[tuple[UUID, str], list[UUID]]

    def behind(self, response_id: UUID, question_id: str) -> list[Evidence]:
        """What backs an answer, the newest first; of what was replaced, its successor."""
        tied = self.ties.get((response_id, question_id), ())
        there = {piece.id: piece for each in tied for piece in self.newest(each)}
        return sorted(there.values(), key=lambda piece: piece.uploaded_at, reverse=True)

    def newest(self, evidence_id: UUID) -> list[Evidence]:
        """The piece, or what took its place; nothing if it was removed."""
        piece, seen = self.pieces.get(evidence_id), {evidence_id}
        while piece is not None and piece.replaced_by_id is not None:
            if piece.replaced_by_id in seen:
                return []
            seen.add(piece.replaced_by_id)
            piece = self.pieces.get(piece.replaced_by_id)
        return [] if piece is None else [piece]


def holds_for(piece: Evidence, question: Question, now: datetime) -> bool:
    """Whether a piece can back an answer now: of a kind that the question takes, not expired."""
    is_right = kind_name(piece.kind, piece.media_type) in evidence_kinds(question)
    return is_right and not is_expired(piece, now)


def is_expired(piece: Evidence, now: datetime) -> bool:
    """Whether its last day is over."""
    return standing(piece.valid_until, now=now) is Standing.EXPIRED


def shelf_of(session: Session, organisation_id: UUID) -> Shelf:
    """All evidence of a company and its ties; two queries."""
    pieces = {piece.id: piece for piece in library_of(session, organisation_id)}
    query = (
        select(AnswerEvidence.response_id, AnswerEvidence.question_id, AnswerEvidence.evidence_id)
        .join(Response, Response.id == AnswerEvidence.response_id)
        .where(Response.organisation_id == organisation_id)
    )
    ties: dict[tuple[UUID, str], list[UUID]] = {}
    for response_id, question_id, evidence_id in session.execute(query):
        ties.setdefault((response_id, question_id), []).append(evidence_id)
    return Shelf(pieces, ties)
