"""A dialogue with two buyers, a secretariat and two suppliers, and commitments in any state."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any, TypeAlias
from uuid import UUID

from sqlalchemy import select

from portal.core.audit import AuditEntry
from portal.core.db import Session
from portal.dialogue.models import Dialogue
from portal.identity.actor import Actor
from portal.identity.roles import Role
from portal.meeting import operations_commitments as commitments
from portal.meeting import operations_commitments_actions as actions
from portal.meeting import operations_commitments_proof as proofs
from portal.meeting.commitments_rules import Level, Method, State
from portal.meeting.models_commitments import Commitment
from portal.meeting.operations_commitments import Proposal
from portal.meeting.operations_commitments_proof import Proof, Verification
from tests import factories

Given: TypeAlias = Any
"""A value for a field of what is made."""
ADDRESS = "https://parley.example"
CLAUSE = "oecd 1.1"


@dataclass
class World:
    """Who is there, and the clock. ``stranger`` leads another dialogue."""

    session: Session
    dialogue: Dialogue
    supplier: Actor
    rival: Actor
    lead: Actor
    other_buyer: Actor
    secretariat: Actor
    stranger: Actor
    now: datetime

    @property
    def due(self) -> date:
        """A month ahead."""
        return self.now.date() + timedelta(days=30)

    def proposal(self, **changes: Given) -> Proposal:
        """The supplier promises something to the buyers jointly."""
        made = Proposal(
            organisation_id=factories.own(self.supplier),
            text="We publish our list of sites.",
            due_on=self.due,
        )
        return replace(made, **changes)

    def propose(self, actor: Actor | None = None, **changes: Given) -> UUID:
        """A proposed commitment, by its supplier unless somebody is named."""
        made = commitments.propose(
            self.session,
            actor or self.supplier,
            self.dialogue.id,
            self.proposal(**changes),
            address=ADDRESS,
            now=self.now,
        )
        return made.id

    def get(self, commitment_id: UUID) -> Commitment:
        """How it stands."""
        return self.session.get_one(Commitment, commitment_id)

    def rows(self, commitment_id: UUID) -> list[AuditEntry]:
        """Its rows in the audit log, the oldest first."""
        query = select(AuditEntry).filter_by(subject_kind="commitment")
        query = query.where(AuditEntry.subject_id == str(commitment_id))
        return list(self.session.scalars(query.order_by(AuditEntry.id)))

    def do(self, name: str, actor: Actor, commitment_id: UUID, **changes: Given) -> None:
        """One act by its name."""
        operation: Callable[..., Any] = ACTS[name](self)
        operation(self.session, actor, self.dialogue.id, commitment_id, **changes)

    def lapse(self, commitment_id: UUID) -> None:
        """The day after the due day comes, and the clock goes round."""
        self.now = datetime.combine(
            self.get(commitment_id).due_on + timedelta(days=2), self.now.time(), self.now.tzinfo
        )
        found = actions.due_to_lapse(self.session, now=self.now)
        assert actions.mark_overdue(self.session, found, now=self.now) == len(found)

    def bring(self, commitment_id: UUID, state: State) -> UUID:
        """Lead a proposed commitment to a state by the shortest way."""
        for name, who in WAYS[state]:
            if name == "lapse":
                self.lapse(commitment_id)
            else:
                self.do(name, getattr(self, who), commitment_id)
        assert self.get(commitment_id).state == state
        return commitment_id

    def in_state(self, state: State, **changes: Given) -> UUID:
        """A commitment in this state."""
        return self.bring(self.propose(**changes), state)


def promised(
    session: Session, dialogue: Dialogue, responder: factories.Responder, *, now: datetime
) -> UUID:
    """A commitment that this supplier proposes to the buyers of the dialogue."""
    made = Proposal(
        organisation_id=responder.organisation_id,
        text="We publish our list of sites.",
        due_on=now.date() + timedelta(days=30),
    )
    return commitments.propose(
        session, responder.actor, dialogue.id, made, address=ADDRESS, now=now
    ).id


def verification(world: World, **changes: Given) -> Verification:
    """A desk review of today that holds for a year."""
    today = world.now.date()
    made = Verification(
        checked="The list is on the web site.",
        level=Level.BASIC,
        method=Method.DESK_REVIEW,
        checked_on=today,
        valid_until=today + timedelta(days=365),
    )
    return replace(made, **changes)


def _proving(world: World) -> Callable[..., Any]:
    def prove(session: Session, actor: Actor, dialogue_id: UUID, commitment_id: UUID) -> None:
        proof = Proof(url="https://example.org/sites")
        proofs.give_proof(
            session, actor, dialogue_id, commitment_id, proof, address=ADDRESS, now=world.now
        )

    return prove


def _verifying(world: World) -> Callable[..., Any]:
    def verify(
        session: Session, actor: Actor, dialogue_id: UUID, commitment_id: UUID, **changes: Given
    ) -> None:
        made = verification(world, **changes)
        proofs.verify(
            session, actor, dialogue_id, commitment_id, made, address=ADDRESS, now=world.now
        )

    return verify


ACTS: dict[str, Callable[[World], Callable[..., Any]]] = {
    "agree": lambda w: partial(commitments.agree, seen=1, address=ADDRESS, now=w.now),
    "begin": lambda w: partial(commitments.begin, now=w.now),
    "prove": _proving,
    "verify": _verifying,
    "dispute": lambda w: partial(proofs.dispute, reason="No.", address=ADDRESS, now=w.now),
    "escalate": lambda w: partial(
        commitments.escalate, reason="Silence.", address=ADDRESS, now=w.now
    ),
    "close": lambda w: partial(commitments.close, reason="Done.", address=ADDRESS, now=w.now),
    "drop": lambda w: partial(commitments.drop, reason="Moot.", address=ADDRESS, now=w.now),
}

_AGREED = (("agree", "lead"),)
_BEGUN = (*_AGREED, ("begin", "supplier"))
_PROVEN = (*_BEGUN, ("prove", "supplier"))
_LATE = (*_BEGUN, ("lapse", ""))
WAYS: dict[State, tuple[tuple[str, str], ...]] = {
    State.PROPOSED: (),
    State.AGREED: _AGREED,
    State.IN_PROGRESS: _BEGUN,
    State.PROOF_GIVEN: _PROVEN,
    State.VERIFIED: (*_PROVEN, ("verify", "lead")),
    State.DISPUTED: (*_PROVEN, ("dispute", "lead")),
    State.OVERDUE: _LATE,
    State.ESCALATED: (*_LATE, ("escalate", "lead")),
    State.CLOSED: (*_PROVEN, ("verify", "lead"), ("close", "lead")),
    State.DROPPED: (("drop", "supplier"),),
}


def world(session: Session, now: datetime) -> World:
    """The dialogue is closed, so that follow-up has begun; nobody has promised anything."""
    made = factories.published(session, now=now - timedelta(days=40), days=30)
    begun = now - timedelta(days=35)
    other = factories.published(session, now=begun)
    somebody = partial(factories.member, session, made, now=begun)
    return World(
        session=session,
        dialogue=made,
        supplier=somebody(Role.SUPPLIER_SIGNATORY),
        rival=somebody(Role.SUPPLIER_SIGNATORY),
        lead=somebody(Role.LEAD_BUYER),
        other_buyer=somebody(Role.CO_BUYER),
        secretariat=somebody(Role.SECRETARIAT),
        stranger=factories.member(session, other, Role.LEAD_BUYER, now=begun),
        now=now,
    )
