"""Who may see, propose, agree, prove and check commitments (pure).

A commitment is followed in the dialogue it was made in and in those it was carried over to. Rights
are those held in the dialogue from which somebody acts.
"""

from dataclasses import dataclass
from uuid import UUID

from portal.identity.actor import Actor
from portal.identity.roles import BUYER_ROLES, Permission, Role, Scope
from portal.meeting.commitments_rules import IN_FORCE, KEPT, Side

AGREES = frozenset({Role.SUPPLIER_ADMIN, Role.SUPPLIER_SIGNATORY, Role.LEAD_BUYER, Role.CO_BUYER})
"""Who binds an organisation; a supplier's contributor proposes, writes and shows proof."""
LEADS = frozenset({Role.SECRETARIAT, Role.LEAD_BUYER})
CHECKS = (BUYER_ROLES - {Role.BUYER_READER}) | {Role.SECRETARIAT}
SUPPLIER, BUYER = "supplier", "buyer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bond:
    """Between whom a commitment is, and the dialogue from which it is looked at."""

    dialogue_id: UUID
    organisation_id: UUID
    part: str
    counterpart_id: UUID | None
    state: str

    @property
    def is_public(self) -> bool:
        """A buyer's promise to the market, once it has been agreed."""
        return self.is_to_market and (self.state in IN_FORCE or self.state in KEPT)

    @property
    def is_to_market(self) -> bool:
        """A buyer's promise to everybody."""
        return self.part == BUYER and self.counterpart_id is None


def may_follow_all(actor: Actor, dialogue_id: UUID) -> bool:
    """Whether the actor sees every commitment of the dialogue: its buyers and secretariat."""
    return Scope.YES in actor.scopes(Permission.COMMITMENT_READ, dialogue_id)


def reads_if_allowed(actor: Actor, dialogue_id: UUID) -> bool:
    """Whether the actor is an observer, who reads along where the dialogue lets observers."""
    return Scope.IF_ALLOWED in actor.scopes(Permission.COMMITMENT_READ, dialogue_id)


def own_organisations(actor: Actor, dialogue_id: UUID) -> frozenset[UUID]:
    """The suppliers in whose team the actor is in the dialogue."""
    return frozenset(
        grant.organisation_id
        for grant in actor.grants_in(dialogue_id)
        if Scope.OWN in actor.scopes(Permission.COMMITMENT_READ, dialogue_id, grant.organisation_id)
    )


def may_read(actor: Actor, bond: Bond, *, observers: bool = False) -> bool:
    """Whether the actor may read a commitment; ``observers``: its dialogue lets observers read."""
    dialogue_id = bond.dialogue_id
    if may_follow_all(actor, dialogue_id) or (observers and reads_if_allowed(actor, dialogue_id)):
        return True
    own = own_organisations(actor, dialogue_id)
    ends = {bond.organisation_id, bond.counterpart_id}
    return bool(own) and (bond.is_public or not own.isdisjoint(ends))


def side_of(actor: Actor, bond: Bond) -> Side | None:
    """The side that the actor may speak for, if any; nobody speaks for both.

    For the buyers jointly speak their secretariat, lead buyers and co-buyers. A buyer's promise
    to the market has the other buyers and the secretariat on the other side.
    """
    if actor.may(Permission.COMMITMENT_WRITE, bond.dialogue_id, bond.organisation_id):
        return Side.PROMISOR
    if bond.counterpart_id is not None:
        is_other = actor.may(Permission.COMMITMENT_WRITE, bond.dialogue_id, bond.counterpart_id)
    else:
        is_other = Scope.YES in actor.scopes(Permission.COMMITMENT_WRITE, bond.dialogue_id)
    return Side.COUNTERPART if is_other else None


def may_agree(actor: Actor, bond: Bond) -> bool:
    """Whether the actor may bind the side that they speak for."""
    side = side_of(actor, bond)
    if side is None:
        return False
    organisation_id = bond.organisation_id if side is Side.PROMISOR else bond.counterpart_id
    return organisation_id is None or bool(
        actor.system or actor.roles(bond.dialogue_id, organisation_id) & AGREES
    )


def may_verify(actor: Actor, bond: Bond) -> bool:
    """Whether the actor may check the proof, dispute it or drop the matter: never its own side.

    Where a supplier promised to one buyer, that buyer or the secretariat checks.
    """
    may = actor.may(Permission.COMMITMENT_VERIFY, bond.dialogue_id)
    if not may or side_of(actor, bond) is Side.PROMISOR:
        return False
    if bond.part == BUYER or bond.counterpart_id is None:
        return True
    return any(
        grant.organisation_id == bond.counterpart_id or grant.role is Role.SECRETARIAT
        for grant in actor.grants_in(bond.dialogue_id)
    )


def may_lead(actor: Actor, bond: Bond) -> bool:
    """Whether the actor is a lead buyer or the secretariat: escalated matters end with them."""
    return side_of(actor, bond) is not Side.PROMISOR and may_settle_rules(actor, bond.dialogue_id)


def may_settle_rules(actor: Actor, dialogue_id: UUID) -> bool:
    """Whether the actor may settle who reads the follow-up."""
    return bool(actor.roles(dialogue_id) & LEADS)


def checks_as(actor: Actor, dialogue_id: UUID) -> UUID | None:
    """The organisation as which the actor checks: a buyer's, else the secretariat's."""
    grants = [grant for grant in actor.grants_in(dialogue_id) if grant.role in CHECKS]
    ordered = sorted(grants, key=lambda grant: (grant.role is Role.SECRETARIAT, str(grant)))
    return ordered[0].organisation_id if ordered else None
