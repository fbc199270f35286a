"""Whose commitment it may be, and what it comes from: an answer, a session, a contract."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core.errors import Invalid, Message, Refused, message
from portal.dialogue.models import Party
from portal.identity.actor import Actor
from portal.identity.roles import Permission
from portal.meeting.commitments_ground import NAME_LENGTH, written
from portal.meeting.commitments_policy import BUYER, SUPPLIER, Bond, side_of
from portal.meeting.commitments_rules import State
from portal.meeting.models import Meeting
from portal.questionnaire.definition import Questionnaire
from portal.questionnaire.queries import published_version
from portal.response.models import Response, Submission
from portal.response.operations_reading import read_chosen

OWN, ANSWER, SESSION, CONTRACT = "own", "answer", "session", "contract"
NO_ANSWER = message("There is no answer to this question that you may read. Choose another.")


@dataclass(frozen=True, slots=True)
class Ends:
    """Who promises, and to whom; None for the buyers jointly, or for the market."""

    organisation_id: UUID
    counterpart_id: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What a commitment comes from. ``kind``: own, answer, session or contract."""

    kind: str = OWN
    question_id: str = ""
    meeting_id: UUID | None = None
    reference: str = ""


def check_ends(session: Session, actor: Actor, dialogue_id: UUID, ends: Ends) -> str:
    """The part of who promises: supplier or buyer.

    Raises Refused unless both take part, one is a supplier and the other a buyer (or nobody is
    named), and the actor speaks for one of them.
    """
    query = select(Party.organisation_id, Party.part).where(Party.dialogue_id == dialogue_id)
    parts: dict[UUID, str] = dict(session.execute(query).all())
    part = parts.get(ends.organisation_id, "")
    if part not in {SUPPLIER, BUYER} or not actor.may(Permission.COMMITMENT_WRITE, dialogue_id):
        raise Refused
    if ends.counterpart_id is not None:
        other = SUPPLIER if part == BUYER else BUYER
        if parts.get(ends.counterpart_id) != other:
            raise Refused
    bond = Bond(
        dialogue_id=dialogue_id,
        organisation_id=ends.organisation_id,
        part=part,
        counterpart_id=ends.counterpart_id,
        state=State.PROPOSED,
    )
    if side_of(actor, bond) is None:
        raise Refused
    return part


def check_source(
    session: Session,
    actor: Actor,
    dialogue_id: UUID,
    ends: Ends,
    source: Source,
    *,
    clause: str,
    now: datetime,
) -> dict[str, object]:
    """The columns that say where a commitment comes from.

    Raises Invalid at the field for an answer that the actor may not read or that is not there, a
    session or a clause of another dialogue, a contract without its reference. A buyer's look at
    a supplier's answer is written down where the supplier sees it.
    """
    found: dict[str, object] = {"source": source.kind}
    if source.kind == ANSWER:
        found |= _answer(session, actor, dialogue_id, ends, source, now=now)
    elif source.kind == SESSION:
        found["meeting_id"] = _meeting(session, dialogue_id, source)
    elif source.kind == CONTRACT:
        missing = message("Name the contract.")
        found["reference"] = written(source.reference, "reference", missing, NAME_LENGTH)
    elif source.kind != OWN:
        raise Refused
    if clause and clause not in clauses_asked(session, dialogue_id):
        raise _fault("clause", message("Choose a clause of the questionnaire."))
    return found


def clauses_asked(session: Session, dialogue_id: UUID) -> dict[str, str]:
    """The clauses that the dialogue's questionnaire names, to their instrument's title."""
    version = published_version(session, dialogue_id)
    return {} if version is None else _clauses(version.questionnaire)


def _clauses(questionnaire: Questionnaire) -> dict[str, str]:
    titles = {
        each.id: next(iter(each.title.values()), each.id) for each in questionnaire.instruments
    }
    named = {clause for question in questionnaire.questions() for clause in question.clauses}
    found = {
        f"{each.instrument} {each.clause}": (
            f"{titles.get(each.instrument, each.instrument)}, {each.clause}"
        )
        for each in named
    }
    return dict(sorted(found.items(), key=lambda each: each[1]))


def _answer(
    session: Session,
    actor: Actor,
    dialogue_id: UUID,
    ends: Ends,
    source: Source,
    *,
    now: datetime,
) -> dict[str, object]:
    """A submitted answer of the supplier among the ends."""
    for organisation_id in filter(None, (ends.organisation_id, ends.counterpart_id)):
        query = (
            select(Response)
            .join(Submission, Submission.response_id == Response.id)
            .where(
                Response.dialogue_id == dialogue_id,
                Response.organisation_id == organisation_id,
                Submission.withdrawn_at.is_(None),
            )
        )
        response = session.scalars(query.limit(1)).one_or_none()
        if response is None:
            continue
        if actor.may(Permission.RESPONSE_READ_OWN, dialogue_id, organisation_id):
            version = published_version(session, dialogue_id)
            if version is None or version.questionnaire.question(source.question_id) is None:
                raise _fault("question_id", NO_ANSWER)
        else:
            _look_at(session, actor, response, source, now=now)
        return {"response_id": response.id, "question_id": source.question_id}
    raise _fault("question_id", NO_ANSWER)


def _look_at(
    session: Session, actor: Actor, response: Response, source: Source, *, now: datetime
) -> None:
    try:
        read_chosen(
            session,
            actor,
            response.dialogue_id,
            organisation_id=response.organisation_id,
            question_ids=[source.question_id],
            now=now,
        )
    except Refused as error:
        raise _fault("question_id", NO_ANSWER) from error


def _meeting(session: Session, dialogue_id: UUID, source: Source) -> UUID:
    found = session.get(Meeting, source.meeting_id) if source.meeting_id else None
    if found is None or found.dialogue_id != dialogue_id or found.state in {"planned", "cancelled"}:
        raise _fault("meeting_id", message("Choose a session of this dialogue."))
    return found.id


def _fault(name: str, sentence: Message) -> Invalid:
    return Invalid(sentence, {name: sentence})
