"""Reading a file that was given as proof, written down so that the company can see who did."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from portal.core.audit import Act, record
from portal.identity.actor import Actor
from portal.meeting.queries_commitment import proof_file
from portal.response.models import Evidence
from portal.response.operations_reading import log_readings
from portal.response.policy import may_see_library


def read_proof(
    session: Session,
    actor: Actor,
    dialogue_id: UUID,
    commitment_id: UUID,
    evidence_id: UUID,
    *,
    now: datetime,
) -> Evidence:
    """A file that was given as proof; a download from outside the company is written down.

    Among the readers of the company's answers, or in the commitment's history if it has not
    answered there. Raises Refused as ``queries_commitment.proof_file``.
    """
    piece, response_id = proof_file(session, actor, dialogue_id, commitment_id, evidence_id)
    if may_see_library(actor, piece.organisation_id):
        return piece
    if response_id is not None:
        what = f"file {piece.file_name}"
        log_readings(session, actor, dialogue_id, [response_id], what, now=now, file=piece)
        return piece
    grants = actor.grants_in(dialogue_id)
    act = Act(
        person_id=actor.person_id,
        organisation_id=grants[0].organisation_id if grants else None,
        dialogue_id=dialogue_id,
        subject=("commitment", commitment_id),
        act="proof_read",
        details={"evidence": str(piece.id)},
    )
    record(session, act, now=now)
    return piece
