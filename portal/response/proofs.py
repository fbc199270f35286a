"""What backs the answers of a response, in the form in which it is signed."""

from uuid import UUID

from sqlalchemy.orm import Session

from portal.response.models import Evidence
from portal.response.queries_evidence import tied_evidence
from portal.response.snapshot import Proof


def proofs_of(session: Session, response_id: UUID) -> dict[str, list[Proof]]:
    """What backs each answer of a response now, as it would be signed."""
    return {
        question_id: [_proof(piece) for piece in pieces]
        for question_id, pieces in tied_evidence(session, response_id).items()
    }


def _proof(evidence: Evidence) -> Proof:
    return Proof(
        title=evidence.title,
        kind=evidence.kind,
        mark=evidence.url if evidence.kind == "url" else evidence.sha256,
        issued_on=evidence.issued_on,
        valid_until=evidence.valid_until,
        confidentiality=evidence.confidentiality,
    )
