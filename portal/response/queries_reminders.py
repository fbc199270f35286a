"""Reads for the clock: what might need a reminder now, and what a reminder says."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, TypeAlias
from uuid import UUID

from sqlalchemy import Select, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from portal.core.audit import AuditEntry
from portal.core.reminders import Reminder
from portal.dialogue.models import Dialogue, RoleGrant
from portal.identity.models import Organisation, Person
from portal.invitation.models import Invitation
from portal.invitation.rules import ANSWERABLE
from portal.response.loading import CHANGEABLE
from portal.response.models import AnswerEvidence, Assignment, Evidence, Response
from portal.response.models_after import Clarification, ClarificationItem, StillTrue
from portal.response.policy import IN_CHARGE
from portal.response.reminding import (
    CLOSING_DAYS,
    DUE_DAYS,
    EXPIRED_FOR,
    EXPIRY_DAYS,
    LATEST_LOOK,
    OVERDUE_FOR,
    STALE_DAYS,
)

YEAR = timedelta(days=366)
"""At most: which day exactly answers are a year old is decided for each."""
Matter: TypeAlias = UUID | tuple[UUID, UUID]
"""What a reminder may be about: the id of an invitation, response, clarification or supplier, or
(dialogue, supplier)."""


class Kind(StrEnum):
    """What people are reminded of."""

    INVITED = "invited"
    ABSENT = "absent"
    ANSWERING = "answering"
    CLARIFYING = "clarifying"
    EXPIRING = "expiring"
    AGEING = "ageing"


@dataclass(frozen=True, slots=True)
class Given:
    """A section, or one question of it if ``question_id``, that a colleague was given."""

    id: UUID
    section_id: str
    question_id: str
    person_id: UUID
    due_on: date | None
    at: datetime | None
    asked_by: str


@dataclass(frozen=True, slots=True)
class Open:
    """A response that was not sent yet, with what its people were given."""

    response_id: UUID
    place: tuple[UUID, UUID]
    dialogue: Dialogue
    given: tuple[Given, ...]

    def given_to(self, person_id: UUID) -> list[Given]:
        """What this person was given."""
        return [one for one in self.given if one.person_id == person_id]


def matters(session: Session, *, now: datetime) -> Iterator[tuple[Kind, list[Any]]]:
    """Everything whose time may have come, by kind, in a fixed order; one query a kind."""
    for kind, query in (
        (Kind.INVITED, _invited(now)),
        (Kind.ANSWERING, _answering(now)),
        (Kind.CLARIFYING, _clarifying(now)),
        (Kind.EXPIRING, _expiring(now)),
        (Kind.AGEING, _ageing(now)),
    ):
        yield kind, list(session.scalars(query))
    yield Kind.ABSENT, [(row[0], row[1]) for row in session.execute(_absent(now))]


def invitation_prefix(dialogue_id: UUID) -> str:
    """How the keys of reminders to a dialogue's invited companies begin."""
    return f"invitation:{dialogue_id}:"


def invitation_reminders(session: Session, dialogue_id: UUID) -> dict[UUID, list[datetime]]:
    """Invitation → when its contact was reminded, the oldest first; one query."""
    prefix = invitation_prefix(dialogue_id)
    query = select(Reminder.key, Reminder.sent_at).where(Reminder.key.startswith(prefix))
    found: dict[UUID, list[datetime]] = {}
    for key, sent_at in session.execute(query.order_by(Reminder.sent_at)):
        found.setdefault(UUID(key.removeprefix(prefix).split(":")[0]), []).append(sent_at)
    return found


def invitations(
    session: Session, ids: Collection[Matter]
) -> list[tuple[Invitation, str, Dialogue]]:
    """Invitations with the company's name, locked; who is just being answered is left out."""
    query = (
        select(Invitation, Organisation.name, Dialogue)
        .join(Organisation, Organisation.id == Invitation.organisation_id)
        .join(Dialogue, Dialogue.id == Invitation.dialogue_id)
        .where(Invitation.id.in_(ids))
        .order_by(Invitation.id)
        .with_for_update(of=Invitation, skip_locked=True)
    )
    return [(row[0], row[1], row[2]) for row in session.execute(query)]


def places(
    session: Session, wanted: Collection[tuple[UUID, UUID]]
) -> Iterator[tuple[tuple[UUID, UUID], Dialogue, str]]:
    """(dialogue, supplier) with the dialogue and the supplier's name."""
    dialogues = {each for each, _ in wanted}
    suppliers = {each for _, each in wanted}
    known = {row.id: row for row in session.scalars(_of(Dialogue, dialogues))}
    names = {row.id: row.name for row in session.scalars(_of(Organisation, suppliers))}
    for place in wanted:
        yield place, known[place[0]], names[place[1]]


def open_responses(session: Session, ids: Collection[Matter]) -> list[Open]:
    """Responses that can still be sent, with what was given to whom; two queries."""
    asker = aliased(Person)
    given: dict[UUID, list[Given]] = {}
    columns = (
        Assignment.response_id,
        Assignment.id,
        Assignment.section_id,
        Assignment.question_id,
        Assignment.person_id,
        Assignment.due_on,
        Assignment.assigned_at,
        func.coalesce(asker.name, ""),
    )
    query = select(*columns).outerjoin(asker, asker.id == Assignment.assigned_by)
    query = query.where(Assignment.response_id.in_(ids)).order_by(Assignment.id)
    for response_id, *rest in session.execute(query):
        row: list[Any] = rest
        given.setdefault(response_id, []).append(Given(*row))
    rows = session.execute(
        select(Response.id, Response.dialogue_id, Response.organisation_id, Dialogue)
        .join(Dialogue, Dialogue.id == Response.dialogue_id)
        .where(Response.id.in_(ids), Response.state.in_(CHANGEABLE))
        .order_by(Response.id)
    )
    return [
        Open(response_id, (dialogue_id, supplier_id), dialogue, tuple(given.get(response_id, ())))
        for response_id, dialogue_id, supplier_id, dialogue in rows
    ]


def _of(table: Any, ids: Collection[UUID]) -> Select[Any]:  # noqa: ANN401 - any table
    return select(table).where(table.id.in_(ids))


def _soon(now: datetime) -> Any:  # noqa: ANN401 - a condition
    """Dialogues that take answers and close within the days of reminders."""
    return (
        (Dialogue.state == "published")
        & (Dialogue.opens_at <= now)
        & (Dialogue.closes_at > now)
        & (Dialogue.closes_at <= now + timedelta(days=max(CLOSING_DAYS)) + LATEST_LOOK)
    )


def _invited(now: datetime) -> Select[Any]:
    query = select(Invitation.id).join(Dialogue, Dialogue.id == Invitation.dialogue_id)
    return query.where(_soon(now), Invitation.state.in_(ANSWERABLE)).order_by(Invitation.id)


def _absent(now: datetime) -> Select[Any]:
    begun = exists().where(
        Response.dialogue_id == RoleGrant.dialogue_id,
        Response.organisation_id == RoleGrant.organisation_id,
    )
    place: list[Any] = [RoleGrant.dialogue_id, RoleGrant.organisation_id]
    query = select(*place).join(Dialogue, Dialogue.id == RoleGrant.dialogue_id)
    query = query.where(_soon(now), RoleGrant.role.in_(sorted(IN_CHARGE)), ~begun)
    return query.distinct().order_by(*place)


def _answering(now: datetime) -> Select[Any]:
    first = now.date() - timedelta(days=1 + OVERDUE_FOR) - LATEST_LOOK
    last = now.date() + timedelta(days=DUE_DAYS) + LATEST_LOOK
    due = exists().where(
        Assignment.response_id == Response.id, Assignment.due_on.between(first, last)
    )
    is_open = (
        (Dialogue.state == "published") & (Dialogue.opens_at <= now) & (Dialogue.closes_at > now)
    )
    query = select(Response.id).join(Dialogue, Dialogue.id == Response.dialogue_id)
    return query.where(Response.state.in_(CHANGEABLE), is_open, or_(_soon(now), due)).order_by(
        Response.id
    )


def _clarifying(now: datetime) -> Select[Any]:
    last = now + timedelta(days=DUE_DAYS) + LATEST_LOOK
    query = select(Clarification.id).where(Clarification.state == "open")
    return query.where(Clarification.due_at > now, Clarification.due_at <= last).order_by(
        Clarification.id
    )


def _expiring(now: datetime) -> Select[Any]:
    """The suppliers that have something expiring."""
    first = now.date() - timedelta(days=1 + EXPIRED_FOR) - LATEST_LOOK
    last = now.date() + timedelta(days=max(EXPIRY_DAYS)) + LATEST_LOOK
    query = select(Evidence.organisation_id).where(
        Evidence.valid_until.between(first, last),
        Evidence.removed_at.is_(None),
        Evidence.replaced_by_id.is_(None),
    )
    return query.distinct().order_by(Evidence.organisation_id)


def _ageing(now: datetime) -> Select[Any]:
    said = select(func.max(StillTrue.said_at)).where(StillTrue.response_id == Response.id)
    since = func.coalesce(said.scalar_subquery(), Response.submitted_at)
    first = now - YEAR - LATEST_LOOK
    last = now - YEAR + timedelta(days=STALE_DAYS + 2) + LATEST_LOOK
    query = select(Response.id).where(Response.state.in_(["submitted", "accepted"]))
    return query.where(since.between(first, last)).order_by(Response.id)


@dataclass(frozen=True, slots=True)
class Asked:
    """An open clarification: the questions it is about, and who asked."""

    clarification: Clarification
    place: tuple[UUID, UUID]
    dialogue: Dialogue
    supplier: str
    asked_by: str
    question_ids: tuple[str, ...]


def clarifications(session: Session, ids: Collection[Matter]) -> list[Asked]:
    """Open clarifications with what they ask; two queries."""
    asker = aliased(Organisation)
    items: dict[UUID, list[str]] = {}
    asked = select(ClarificationItem.clarification_id, ClarificationItem.question_id)
    for clarification_id, question_id in session.execute(
        asked.where(ClarificationItem.clarification_id.in_(ids)).order_by(
            ClarificationItem.question_id
        )
    ):
        items.setdefault(clarification_id, []).append(question_id)
    query = (
        select(Clarification, Response.organisation_id, Dialogue, Organisation.name, asker.name)
        .join(Response, Response.id == Clarification.response_id)
        .join(Dialogue, Dialogue.id == Clarification.dialogue_id)
        .join(Organisation, Organisation.id == Response.organisation_id)
        .outerjoin(asker, asker.id == Clarification.organisation_id)
        .where(Clarification.id.in_(ids), Clarification.state == "open")
        .order_by(Clarification.id)
    )
    return [
        Asked(row, (dialogue.id, supplier_id), dialogue, supplier, by or "", tuple(items[row.id]))
        for row, supplier_id, dialogue, supplier, by in session.execute(query)
    ]


def expiring(session: Session, supplier_ids: Collection[Matter]) -> dict[UUID, list[Evidence]]:
    """Supplier → what backs its answers, carries a last day and was not replaced; one query."""
    query = select(Evidence).where(
        Evidence.organisation_id.in_(supplier_ids),
        Evidence.valid_until.is_not(None),
        Evidence.removed_at.is_(None),
        Evidence.replaced_by_id.is_(None),
        exists().where(AnswerEvidence.evidence_id == Evidence.id),
    )
    found: dict[UUID, list[Evidence]] = {}
    for piece in session.scalars(query.order_by(Evidence.valid_until, Evidence.id)):
        found.setdefault(piece.organisation_id, []).append(piece)
    return found


def told_with_answers(
    session: Session, places: Collection[tuple[UUID, UUID]], since: datetime
) -> set[tuple[UUID, str, str]]:
    """(supplier, id, last day) of evidence that was named when answers became stale; one query.

    Whoever read that their answers are out of date since this piece expired knows that it did.
    """
    query = select(AuditEntry.organisation_id, AuditEntry.details).where(
        AuditEntry.dialogue_id.in_({dialogue_id for dialogue_id, _ in places}),
        AuditEntry.act == "stale",
        AuditEntry.at >= since,
    )
    return {
        (supplier_id, str(details["evidence"]), str(details["valid_until"]))
        for supplier_id, details in session.execute(query)
        if supplier_id is not None and details.get("evidence")
    }


def places_of(session: Session, supplier_ids: Collection[Matter]) -> list[tuple[UUID, UUID]]:
    """Where these suppliers take part, as (dialogue, supplier)."""
    place = (RoleGrant.dialogue_id, RoleGrant.organisation_id)
    query = select(*place).where(RoleGrant.organisation_id.in_(supplier_ids)).distinct()
    return [(row[0], row[1]) for row in session.execute(query.order_by(*place))]


@dataclass(frozen=True, slots=True)
class Ageing:
    """Answers that were sent, or last called true, at ``since``."""

    response_id: UUID
    place: tuple[UUID, UUID]
    dialogue: Dialogue
    supplier: str
    since: datetime


def ageing(session: Session, ids: Collection[Matter]) -> list[Ageing]:
    """Submitted responses with the instant from which their year counts; one query."""
    said = (
        select(func.max(StillTrue.said_at))
        .where(StillTrue.response_id == Response.id)
        .scalar_subquery()
    )
    query = (
        select(Response, Dialogue, Organisation.name, said)
        .join(Dialogue, Dialogue.id == Response.dialogue_id)
        .join(Organisation, Organisation.id == Response.organisation_id)
        .where(Response.id.in_(ids), Response.submitted_at.is_not(None))
        .order_by(Response.id)
    )
    return [
        Ageing(
            row.id,
            (dialogue.id, row.organisation_id),
            dialogue,
            supplier,
            max(filter(None, (row.submitted_at, said_at))),
        )
        for row, dialogue, supplier, said_at in session.execute(query)
    ]
