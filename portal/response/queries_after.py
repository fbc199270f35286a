"""Reads of what became of submitted answers: stale, confirmed, opened again, accepted."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.core.audit import AuditEntry
from portal.core.errors import Message, Refused, message
from portal.dialogue.models import Dialogue
from portal.identity.actor import Actor
from portal.identity.models import Organisation, Person
from portal.response.lasting import (
    STALE,
    Expired,
    expired_since,
    may_be_confirmed,
    own_reason,
    reason_of,
)
from portal.response.loading import load_own
from portal.response.models import AnswerEvidence, Evidence, Response, Submission
from portal.response.models_after import StillTrue
from portal.response.policy import may_assign, may_follow, may_reopen, may_sign
from portal.response.queries_clarifying import has_rounds

TOLD = {
    "submitted",
    "withdrawn",
    "reopened",
    "clarification_asked",
    "clarification_answered",
    "clarification_ended",
    "accepted",
    "stale",
    "still_true",
    "updated",
}
"""Acts on a response that buyers read about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Whether submitted answers can still be relied on; ``remark`` is the supplier's own."""

    state: str
    accepted_at: datetime | None = None
    stale_at: datetime | None = None
    why_stale: Message | None = None
    expired_id: str = ""
    """The piece of evidence whose end made the answers stale, if it was that."""
    confirmed_at: datetime | None = None
    remark: str = ""

    @property
    def may_be_asked(self) -> bool:
        """Whether buyers may ask about these answers now."""
        return self.state == "submitted"

    @property
    def in_words(self) -> tuple[Message, ...]:
        """What a reader of the answers should know."""
        found = []
        if self.state == STALE and self.stale_at is not None:
            found.append(message("Out of date since {day}", day=self.stale_at.date()))
        if self.confirmed_at is not None:
            found.append(message("Confirmed still true on {day}", day=self.confirmed_at.date()))
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a response; ``details`` are those of the audit log."""

    act: str
    at: datetime
    who: str
    details: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Afterwards:
    """What a supplier's team sees of its submitted response beside the receipt."""

    standing: Standing
    expired: tuple[Expired, ...]
    may_confirm: bool
    may_ask: bool
    has_rounds: bool
    reopened: Event | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplierPage:
    """One supplier in a dialogue, as buyers follow it: how far it is and what happened."""

    response: Response
    dialogue: Dialogue
    supplier: str
    standing: Standing
    events: tuple[Event, ...]
    has_submitted: bool
    may_decide: bool


def standings(session: Session, response_ids: Collection[UUID]) -> dict[UUID, Standing]:
    """How these responses stand; two queries, three if one is stale."""
    rows = session.scalars(select(Response).where(Response.id.in_(response_ids))).all()
    said: dict[UUID, StillTrue] = {}
    confirmed = select(StillTrue).where(StillTrue.response_id.in_(response_ids))
    for each in session.scalars(confirmed.order_by(StillTrue.said_at)):
        said[each.response_id] = each
    stale = _stale(session, [row for row in rows if row.state == STALE])
    return {row.id: _standing(row, said.get(row.id), stale.get(row.id)) for row in rows}


def afterwards(session: Session, actor: Actor, response_id: UUID, *, now: datetime) -> Afterwards:
    """How a submitted response stands, for its own team; Refused for everybody else."""
    loaded = load_own(session, actor, response_id)
    response = loaded.response
    place = (response.dialogue_id, response.organisation_id)
    since = lasting_since(session, response)
    expired = tuple(expired_evidence(session, response, since, now)) if since else ()
    standing = _named(standings(session, [response_id])[response_id], expired)
    may_confirm = since is not None and may_be_confirmed(response.state, since, now)
    reopened = events_of(session, response, {"reopened"})
    return Afterwards(
        standing=standing,
        expired=expired,
        may_confirm=may_confirm and may_sign(actor, *place),
        may_ask=may_assign(actor, *place) and response.state in {"submitted", "accepted", STALE},
        has_rounds=has_rounds(session, response_id),
        reopened=reopened[0] if reopened and response.state != "submitted" else None,
    )


def supplier_page(
    session: Session, actor: Actor, dialogue_id: UUID, organisation_id: UUID
) -> SupplierPage:
    """One supplier's response with what happened to it, newest first; nothing of its answers.

    Raises Refused unless the actor may follow the dialogue.
    """
    query = (
        select(Response, Dialogue, Organisation.name)
        .join(Dialogue, Dialogue.id == Response.dialogue_id)
        .join(Organisation, Organisation.id == Response.organisation_id)
        .where(Response.dialogue_id == dialogue_id, Response.organisation_id == organisation_id)
    )
    row = session.execute(query).one_or_none()
    if row is None or not may_follow(actor, dialogue_id):
        raise Refused
    response, dialogue, supplier = row
    stands = select(Submission.id).where(
        Submission.response_id == response.id, Submission.withdrawn_at.is_(None)
    )
    return SupplierPage(
        response=response,
        dialogue=dialogue,
        supplier=supplier,
        standing=standings(session, [response.id])[response.id],
        events=tuple(events_of(session, response, TOLD)),
        has_submitted=session.scalar(stands.limit(1)) is not None,
        may_decide=may_reopen(actor, dialogue_id),
    )


def events_of(session: Session, response: Response, acts: Collection[str]) -> list[Event]:
    """What happened to a response, of these acts, the newest first."""
    query = (
        select(AuditEntry, Person.name)
        .outerjoin(Person, Person.id == AuditEntry.person_id)
        .where(
            AuditEntry.dialogue_id == response.dialogue_id,
            AuditEntry.subject_kind == "response",
            AuditEntry.subject_id == str(response.id),
            AuditEntry.act.in_(acts),
        )
        .order_by(AuditEntry.id.desc())
    )
    return [
        Event(entry.act, entry.at, name or "", entry.details)
        for entry, name in session.execute(query)
    ]


def reopenings(session: Session, dialogue_id: UUID) -> dict[UUID, Event]:
    """Response → when and why it was last opened again; one query."""
    query = (
        select(AuditEntry, Person.name)
        .outerjoin(Person, Person.id == AuditEntry.person_id)
        .where(
            AuditEntry.dialogue_id == dialogue_id,
            AuditEntry.subject_kind == "response",
            AuditEntry.act == "reopened",
        )
        .order_by(AuditEntry.id)
    )
    return {
        UUID(entry.subject_id): Event(entry.act, entry.at, name or "", entry.details)
        for entry, name in session.execute(query)
    }


def lasting_since(session: Session, response: Response) -> datetime | None:
    """From when on the answers of a response hold: signed, or last called true."""
    said = session.scalar(
        select(func.max(StillTrue.said_at)).where(StillTrue.response_id == response.id)
    )
    return max(filter(None, (said, response.submitted_at)), default=None)


def expired_evidence(
    session: Session, response: Response, since: datetime, now: datetime
) -> list[Expired]:
    """What backs answers of a response and expired since then, and was not replaced."""
    query = (
        select(Evidence)
        .join(AnswerEvidence, AnswerEvidence.evidence_id == Evidence.id)
        .where(
            AnswerEvidence.response_id == response.id,
            Evidence.valid_until.is_not(None),
            Evidence.replaced_by_id.is_(None),
        )
        .distinct()
        .order_by(Evidence.valid_until, Evidence.id)
    )
    return [
        Expired(piece.id, piece.title, piece.valid_until)
        for piece in session.scalars(query)
        if piece.valid_until is not None and expired_since(piece.valid_until, since, now)
    ]


def _stale(session: Session, rows: Collection[Response]) -> dict[UUID, AuditEntry]:
    if not rows:
        return {}
    query = select(AuditEntry).where(
        AuditEntry.dialogue_id.in_({row.dialogue_id for row in rows}),
        AuditEntry.subject_id.in_([str(row.id) for row in rows]),
        AuditEntry.act == STALE,
    )
    return {
        UUID(entry.subject_id): entry for entry in session.scalars(query.order_by(AuditEntry.id))
    }


def _standing(row: Response, said: StillTrue | None, stale: AuditEntry | None) -> Standing:
    is_newer = said is not None and (row.submitted_at is None or said.said_at >= row.submitted_at)
    return Standing(
        state=row.state,
        accepted_at=row.accepted_at,
        stale_at=stale.at if stale else None,
        why_stale=reason_of(stale.details) if stale else None,
        expired_id=str(stale.details.get("evidence", "")) if stale else "",
        confirmed_at=said.said_at if said is not None and is_newer else None,
        remark=said.remark if said is not None and is_newer else "",
    )


def _named(standing: Standing, expired: Collection[Expired]) -> Standing:
    """For the company itself: the evidence that made its answers stale by its title."""
    for each in expired:
        if str(each.id) == standing.expired_id:
            return replace(standing, why_stale=own_reason(each))
    return standing
