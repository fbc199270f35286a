"""Reads of what evidence backs and could back, and of what expires behind answers."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.dialogue.models import Dialogue, RoleGrant
from portal.dialogue.rules import is_open
from portal.identity.actor import Actor
from portal.identity.models import Person
from portal.identity.roles import Role
from portal.questionnaire.definition import Question, Questionnaire
from portal.questionnaire.models import Version
from portal.response.loading import CHANGEABLE, definition, shares_of
from portal.response.models import AnswerEvidence, Evidence, Response
from portal.response.policy import may_read_own, may_write
from portal.response.queries_library import require_library
from portal.response.rules import evidence_kinds
from portal.response.uploads import kind_name
from portal.response.validity import SOON, Standing, standing

STANDING_STATES = CHANGEABLE | {"submitted", "clarification", "accepted", "stale"}
"""States of a response whose evidence still matters to somebody."""


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


@dataclass(frozen=True, slots=True)
class Expiring:
    """A piece that expires soon or has expired, the responses it backs, and whom to tell."""

    evidence: Evidence
    standing: Standing
    responses: tuple[Response, ...]
    people: tuple[Person, ...]


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


def expiring_evidence(session: Session, now: datetime) -> list[Expiring]:
    """What expires within 60 days or has expired, and backs sent or open answers; two queries.

    By supplier and last day. To be told are those who answer all of it and sign: the supplier's
    admins and signatories in the dialogues of these responses.
    """
    last = now.astimezone(UTC).date() + SOON
    query = (
        select(Evidence, Response)
        .join(AnswerEvidence, AnswerEvidence.evidence_id == Evidence.id)
        .join(Response, Response.id == AnswerEvidence.response_id)
        .where(
            Evidence.valid_until <= last,
            Evidence.removed_at.is_(None),
            Response.state.in_(STANDING_STATES),
        )
        .order_by(Evidence.organisation_id, Evidence.valid_until, Evidence.id, Response.id)
    )
    backed: dict[UUID, tuple[Evidence, list[Response]]] = {}
    for evidence, response in session.execute(query):
        responses = backed.setdefault(evidence.id, (evidence, []))[1]
        if response not in responses:
            responses.append(response)
    people = _in_charge(session, {each.organisation_id for each, _ in backed.values()})
    return [
        Expiring(
            evidence,
            standing(evidence.valid_until, now=now),
            tuple(responses),
            tuple(_people(people, responses)),
        )
        for evidence, responses in backed.values()
    ]


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


def _in_charge(
    session: Session, organisation_ids: Iterable[UUID]
) -> dict[tuple[UUID, UUID], list[Person]]:
    """(dialogue, supplier) → its admins and signatories; one query."""
    query = (
        select(RoleGrant.dialogue_id, RoleGrant.organisation_id, Person)
        .join(Person, Person.id == RoleGrant.person_id)
        .where(
            RoleGrant.organisation_id.in_(organisation_ids),
            RoleGrant.role.in_([Role.SUPPLIER_ADMIN, Role.SUPPLIER_SIGNATORY]),
        )
        .order_by(Person.name, Person.id)
    )
    found: dict[tuple[UUID, UUID], list[Person]] = {}
    for dialogue_id, organisation_id, person in session.execute(query):
        found.setdefault((dialogue_id, organisation_id), []).append(person)
    return found


def _people(
    in_charge: dict[tuple[UUID, UUID], list[Person]], responses: Iterable[Response]
) -> list[Person]:
    places = [(each.dialogue_id, each.organisation_id) for each in responses]
    found = {person.id: person for place in places for person in in_charge.get(place, [])}
    return list(found.values())
