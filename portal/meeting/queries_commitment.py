"""Reads of one commitment: all that its two sides and the buyers see of it, and its files."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core.audit import AuditEntry
from portal.core.errors import Refused
from portal.identity.actor import Actor
from portal.identity.models import Organisation
from portal.meeting.commitments_checks import seen_checks, seen_words
from portal.meeting.commitments_ground import WAITING, bond_of, places_of, read_one
from portal.meeting.commitments_policy import (
    Bond,
    may_agree,
    may_follow_all,
    may_lead,
    may_verify,
    own_organisations,
    reads_if_allowed,
    side_of,
)
from portal.meeting.commitments_rules import Side, State, lacks
from portal.meeting.models import Meeting
from portal.meeting.models_commitments import (
    Commitment,
    CommitmentCheck,
    CommitmentProof,
    CommitmentTerms,
    CorrectiveAction,
)
from portal.questionnaire.definition import ConfidentialityClass
from portal.response.models import Evidence, Response
from portal.response.policy import may_see_library
from portal.response.sight import sight_of

MOST_EVENTS = 200


@dataclass(frozen=True, slots=True)
class ShownProof:
    """What was given as proof; ``evidence`` is None if there is none or the reader may not see it.

    ``hidden`` says that there is a piece which its class keeps from this reader, or which the
    company has ``removed``.
    """

    proof: CommitmentProof
    evidence: Evidence | None
    hidden: bool
    removed: bool = False


@dataclass(frozen=True, slots=True)
class MadeCheck:
    """A check that was passed, and by whom; ``lacks`` is why it cannot stand in here, if so.

    ``words`` say what was checked; empty if they are another's that the reader may not see.
    """

    check: CommitmentCheck
    by: str
    words: str
    lacks: Any = None


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a commitment; ``details`` are those of the audit log."""

    subject_id: str
    act: str
    at: datetime
    organisation: str
    details: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitmentPage:
    """One commitment. A supplier that reads a buyer's promise to all sees no more than that."""

    commitment: Commitment
    promisor: str
    counterpart: str
    meeting: str
    waiting: CommitmentTerms | None
    proofs: tuple[ShownProof, ...]
    checks: tuple[MadeCheck, ...]
    actions: tuple[CorrectiveAction, ...]
    events: tuple[Event, ...]
    side: Side | None
    may_agree: bool
    may_verify: bool
    may_lead: bool
    is_inside: bool

    @property
    def has_agreed(self) -> bool:
        """Whether the reader's side has agreed to the terms as they are."""
        if self.side is Side.PROMISOR:
            return self.commitment.promisor_agreed_at is not None
        return self.commitment.counterpart_agreed_at is not None

    @property
    def is_proposal(self) -> bool:
        """Whether it waits for both sides."""
        return self.commitment.state == State.PROPOSED


def commitment_page(
    session: Session, actor: Actor, dialogue_id: UUID, commitment_id: UUID
) -> CommitmentPage:
    """One commitment with all that happened; about ten queries. Refused unless it may be read."""
    found = read_one(session, actor, dialogue_id, commitment_id)
    bond = bond_of(found, dialogue_id)
    is_inside = _is_inside(actor, bond)
    ends = {found.organisation_id, found.counterpart_id}
    names = _names(session, [each for each in ends if each is not None])
    meeting = session.get(Meeting, found.meeting_id) if found.meeting_id else None
    waiting = select(CommitmentTerms).filter_by(commitment_id=commitment_id, state=WAITING)
    actions = select(CorrectiveAction).filter_by(commitment_id=commitment_id)
    ordered = actions.order_by(CorrectiveAction.added_at, CorrectiveAction.id)
    places = places_of(session, found)
    return CommitmentPage(
        commitment=found,
        promisor=names[found.organisation_id],
        counterpart=names.get(found.counterpart_id, ""),
        meeting=meeting.title if meeting else "",
        waiting=session.scalars(waiting).one_or_none() if is_inside else None,
        proofs=tuple(_proofs(session, actor, bond, [commitment_id])) if is_inside else (),
        checks=tuple(checks_of(session, actor, dialogue_id, [commitment_id])) if is_inside else (),
        actions=tuple(session.scalars(ordered)) if is_inside else (),
        events=tuple(events_of(session, places, [commitment_id])) if is_inside else (),
        side=side_of(actor, bond),
        may_agree=may_agree(actor, bond),
        may_verify=may_verify(actor, bond),
        may_lead=may_lead(actor, bond),
        is_inside=is_inside,
    )


def offered_checks(
    session: Session, actor: Actor, dialogue_id: UUID, commitment_id: UUID, *, now: datetime
) -> list[MadeCheck]:
    """What other buyers have checked already, each with why it cannot stand in, if it cannot.

    Raises Refused unless the actor may check this commitment.
    """
    found = read_one(session, actor, dialogue_id, commitment_id)
    bond = bond_of(found, dialogue_id)
    if not may_verify(actor, bond):
        raise Refused
    return [
        MadeCheck(
            check,
            name,
            check.checked,
            lacks(
                level=check.level,
                method=check.method,
                valid_until=check.valid_until,
                wanted=(found.level, found.method),
                day=now.date(),
            ),
        )
        for check, name in seen_checks(session, actor, bond, found.clause)
    ]


def proof_file(
    session: Session, actor: Actor, dialogue_id: UUID, commitment_id: UUID, evidence_id: UUID
) -> tuple[Evidence, UUID | None]:
    """A file given as proof, and the supplier's response in the dialogue, for the reading's log.

    Raises Refused unless the commitment may be read, the file was given for it, and its class is
    open to the reader.
    """
    found = read_one(session, actor, dialogue_id, commitment_id)
    bond = bond_of(found, dialogue_id)
    if _is_inside(actor, bond):
        for shown in _proofs(session, actor, bond, [commitment_id]):
            piece = shown.evidence
            if piece is not None and piece.id == evidence_id and piece.kind == "file":
                return piece, _response_of(session, bond)
    raise Refused


def checks_of(
    session: Session, actor: Actor, dialogue_id: UUID, commitment_ids: Collection[UUID]
) -> list[MadeCheck]:
    """The checks that these passed, the oldest first; one query, two if some rely on others."""
    query = (
        select(CommitmentCheck, Organisation.name)
        .join(Organisation, Organisation.id == CommitmentCheck.organisation_id)
        .where(CommitmentCheck.commitment_id.in_(commitment_ids))
        .order_by(CommitmentCheck.made_at, CommitmentCheck.id)
    )
    found: list[tuple[CommitmentCheck, str]] = [(row[0], row[1]) for row in session.execute(query)]
    reused = {check.reused_id for check, _ in found if check.reused_id is not None}
    seen = seen_words(session, actor, dialogue_id, reused)
    return [
        MadeCheck(check, name, seen.get(check.reused_id or check.id, check.checked))
        for check, name in found
    ]


def events_of(
    session: Session, dialogue_ids: Collection[UUID], commitment_ids: Collection[UUID]
) -> list[Event]:
    """What happened to these commitments, the newest first, at most 200; one query."""
    query = (
        select(AuditEntry, Organisation.name)
        .outerjoin(Organisation, Organisation.id == AuditEntry.organisation_id)
        .where(
            AuditEntry.dialogue_id.in_(dialogue_ids),
            AuditEntry.subject_kind == "commitment",
            AuditEntry.subject_id.in_([str(each) for each in commitment_ids]),
        )
        .order_by(AuditEntry.id.desc())
        .limit(MOST_EVENTS)
    )
    return [
        Event(entry.subject_id, entry.act, entry.at, name or "", entry.details)
        for entry, name in session.execute(query)
    ]


def _is_inside(actor: Actor, bond: Bond) -> bool:
    """Whether the reader sees all of it: its two ends, the buyers, observers that are let in."""
    if may_follow_all(actor, bond.dialogue_id) or reads_if_allowed(actor, bond.dialogue_id):
        return True
    own = own_organisations(actor, bond.dialogue_id)
    return not own.isdisjoint({bond.organisation_id, bond.counterpart_id})


def _names(session: Session, ids: Sequence[UUID]) -> dict[UUID | None, str]:
    query = select(Organisation.id, Organisation.name).where(Organisation.id.in_(ids))
    return {row[0]: row[1] for row in session.execute(query)}


def _proofs(
    session: Session, actor: Actor, bond: Bond, commitment_ids: Collection[UUID]
) -> list[ShownProof]:
    """What was given as proof, with the pieces whose class is open to the reader.

    Open here and where it was given: who comes to a later dialogue opens nothing of an earlier one.
    What the company removed is open to nobody.
    """
    query = (
        select(CommitmentProof, Evidence)
        .outerjoin(Evidence, Evidence.id == CommitmentProof.evidence_id)
        .where(CommitmentProof.commitment_id.in_(commitment_ids))
        .order_by(CommitmentProof.given_at, CommitmentProof.id)
    )
    rows: list[tuple[CommitmentProof, Evidence | None]] = [
        (row[0], row[1]) for row in session.execute(query)
    ]
    if not any(piece is not None for _, piece in rows):
        return [ShownProof(proof, None, hidden=False) for proof, _ in rows]
    is_own = may_see_library(actor, bond.organisation_id)
    places = {bond.dialogue_id, *(proof.dialogue_id for proof, _ in rows)}
    classes = {each: _open(session, actor, replace(bond, dialogue_id=each)) for each in places}
    everything = frozenset(str(each) for each in ConfidentialityClass)
    here = classes[bond.dialogue_id]
    return [
        _shown(proof, piece, everything if is_own else here & classes[proof.dialogue_id])
        for proof, piece in rows
    ]


def _shown(proof: CommitmentProof, piece: Evidence | None, classes: Collection[str]) -> ShownProof:
    if piece is None:
        return ShownProof(proof, None, hidden=False)
    is_removed = piece.removed_at is not None
    is_hidden = is_removed or piece.confidentiality not in classes
    return ShownProof(proof, None if is_hidden else piece, hidden=is_hidden, removed=is_removed)


def _open(session: Session, actor: Actor, bond: Bond) -> frozenset[str]:
    sight = sight_of(session, actor, bond.dialogue_id)
    response_id = _response_of(session, bond)
    classes = sight.of(response_id) if response_id else sight.classes
    return frozenset(str(each) for each in classes)


def _response_of(session: Session, bond: Bond) -> UUID | None:
    query = select(Response.id).filter_by(
        dialogue_id=bond.dialogue_id, organisation_id=bond.organisation_id
    )
    return session.scalars(query.order_by(Response.created_at.desc()).limit(1)).one_or_none()
