"""Bringing a supplier's commitments into the follow-up's table, as a suggestion to confirm."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from portal.core.audit import record
from portal.core.errors import NotNow, Refused, message
from portal.core.ids import new_id
from portal.dialogue.models import Dialogue
from portal.identity.actor import Actor
from portal.meeting.follow_up_rows import Promise, commitments_table, follow_up_rows
from portal.meeting.models_commitments import Commitment, CommitmentProof, PreviousDialogue
from portal.meeting.queries_commitments import in_dialogue
from portal.meeting.queries_next_round import NOT_ASKED
from portal.questionnaire.definition import ConfidentialityClass, Questionnaire
from portal.response.answers import GivenAnswer, unanswered
from portal.response.history import Hand, begin, write_answers
from portal.response.loading import Loaded, act_on, given_answers, load, require_changeable
from portal.response.models import Evidence, Response
from portal.response.models_sources import AnswerOrigin
from portal.response.operations_suggesting import forget_origins
from portal.response.policy import may_assign
from portal.response.suggesting import is_free

KIND = "commitments"
"""What ``AnswerOrigin.kind`` and ``AnswerChange.source`` say of answers brought along so."""
MOST = 300


@dataclass(frozen=True, slots=True)
class Brought:
    """Where the rows stand now, and how many they are."""

    section_id: str
    rows: int


def bring_commitments(
    session: Session, actor: Actor, response_id: UUID, *, now: datetime
) -> Brought:
    """Suggest the company's commitments of the dialogue that this one follows, a row for each.

    Never over an answer; nothing counts before somebody has confirmed it. Raises Refused unless
    the actor may answer everything, NotNow (closed, submitted, answered, nothing to bring).
    """
    loaded = load(session, response_id, lock=True)
    if not may_assign(actor, loaded.response.dialogue_id, loaded.response.organisation_id):
        raise Refused
    require_changeable(loaded, now)
    table = commitments_table(loaded.questionnaire)
    previous = _previous(session, loaded.response.dialogue_id)
    if table is None or previous is None:
        raise NotNow(message("This questionnaire does not ask about your commitments."))
    before = given_answers(session, response_id)
    readers = table.confidentiality.default
    promises = _promises(session, previous.id, loaded.response.organisation_id, readers)
    rows = follow_up_rows(table, promises)
    if not rows or not is_free(before.get(table.id)):
        raise NotNow(message("There is nothing left to bring along from there."))
    answer = GivenAnswer(
        state="suggested", value=rows, confidentiality=unanswered(table).confidentiality
    )
    hand = Hand(actor.person_id, now, KIND)
    write_answers(session, loaded, before, {table.id: answer}, hand)
    _store_origin(session, loaded, table.id, previous.title, hand)
    details: dict[str, object] = {"source": KIND, "questions": [table.id]}
    details |= begin(loaded.response, now)
    record(session, act_on(loaded.response, actor, "suggested", details), now=now)
    return Brought(loaded.section_of(table.id)[0].id, len(rows))


def commitments_waiting(
    session: Session,
    response: Response,
    questionnaire: Questionnaire,
    *,
    answers: Mapping[str, GivenAnswer],
) -> int:
    """How many commitments could be brought along into a response, which its own team has read.

    No query where the questionnaire has no table for them or it is answered, else two.
    """
    table = commitments_table(questionnaire)
    if table is None or not is_free(answers.get(table.id)):
        return 0
    previous = _previous(session, response.dialogue_id)
    if previous is None:
        return 0
    readers = table.confidentiality.default
    return len(_promises(session, previous.id, response.organisation_id, readers))


def _previous(session: Session, dialogue_id: UUID) -> Dialogue | None:
    query = (
        select(Dialogue)
        .join(PreviousDialogue, PreviousDialogue.previous_id == Dialogue.id)
        .where(PreviousDialogue.dialogue_id == dialogue_id)
    )
    return session.scalars(query).one_or_none()


def _promises(
    session: Session, dialogue_id: UUID, organisation_id: UUID, readers: ConfidentialityClass
) -> list[Promise]:
    """What the company stands by there, by due day, each with its newest proof; one query.

    ``readers`` is the class of the answer: no piece is named to more people than it is open to.
    """
    query = (
        select(Commitment, CommitmentProof, Evidence)
        .outerjoin(CommitmentProof, CommitmentProof.commitment_id == Commitment.id)
        .outerjoin(Evidence, Evidence.id == CommitmentProof.evidence_id)
        .where(
            in_dialogue(dialogue_id),
            Commitment.organisation_id == organisation_id,
            Commitment.state.not_in(NOT_ASKED),
        )
        .order_by(Commitment.due_on, Commitment.id, CommitmentProof.given_at)
        .limit(MOST)
    )
    found: dict[UUID, Promise] = {}
    for commitment, proof, piece in session.execute(query):
        found[commitment.id] = _promise(commitment, proof, _open_to(readers, piece))
    return list(found.values())


def _open_to(readers: ConfidentialityClass, piece: Evidence | None) -> Evidence | None:
    """The piece, if it is still there and open to everybody who reads that class."""
    if piece is None or piece.removed_at is not None:
        return None
    return piece if ConfidentialityClass(piece.confidentiality).width >= readers.width else None


def _promise(
    commitment: Commitment, proof: CommitmentProof | None, piece: Evidence | None
) -> Promise:
    title, url = (piece.title, piece.url) if piece is not None else ("", "")
    return Promise(
        text=commitment.text,
        due_on=commitment.due_on,
        state=commitment.state,
        shown_on=proof.given_at.date() if proof is not None else None,
        proof=proof.text or title if proof is not None else "",
        link=proof.url or url if proof is not None else "",
    )


def _store_origin(
    session: Session, loaded: Loaded, question_id: str, label: str, hand: Hand
) -> None:
    forget_origins(session, loaded.response.id, [question_id])
    row = {
        "id": new_id(),
        "response_id": loaded.response.id,
        "question_id": question_id,
        "kind": KIND,
        "source_question_id": "",
        "label": label[:300],
        "answered_at": hand.now,
        "taken_by": hand.person_id,
        "taken_at": hand.now,
    }
    session.connection().execute(insert(AnswerOrigin), [row])
