"""Who may plan, announce, register, and speak for an organisation in a session (pure)."""

from uuid import UUID

from portal.identity.actor import Actor
from portal.identity.roles import (
    BUYER_ROLES,
    SUPPLIER_ROLES,
    Permission,
    Role,
    Scope,
)
from portal.meeting.rules import PLANNED

PARTS = {
    Role.SECRETARIAT: "secretariat",
    Role.OBSERVER: "observer",
    **dict.fromkeys(BUYER_ROLES, "buyer"),
    **dict.fromkeys(SUPPLIER_ROLES, "supplier"),
}
"""In which part somebody with a role comes to a session."""

RUNNING = frozenset({Role.SECRETARIAT, Role.LEAD_BUYER})


def may_read(actor: Actor, dialogue_id: UUID) -> bool:
    """Whether the actor takes part in the dialogue and so reads its sessions."""
    return actor.may(Permission.MEETING_READ, dialogue_id)


def may_propose(actor: Actor, dialogue_id: UUID) -> bool:
    """Whether the actor may draft a plan or minutes: co-buyers too."""
    return actor.may(Permission.MEETING_PLAN, dialogue_id)


def may_run(actor: Actor, dialogue_id: UUID) -> bool:
    """Whether the actor may announce, close, hold, cancel and circulate: SEC and LB."""
    return Scope.YES in actor.scopes(Permission.MEETING_PLAN, dialogue_id)


def may_edit(actor: Actor, dialogue_id: UUID, state: str) -> bool:
    """Whether the actor may change the plan: a co-buyer only while it is not announced."""
    return may_run(actor, dialogue_id) or (state == PLANNED and may_propose(actor, dialogue_id))


def may_see_registered(actor: Actor, dialogue_id: UUID) -> bool:
    """Whether the actor sees everybody who registered: buyers and secretariat."""
    return actor.may(Permission.PARTICIPATION_READ, dialogue_id)


def part_of(actor: Actor, dialogue_id: UUID, organisation_id: UUID) -> str | None:
    """In which part the actor would come for the organisation; None if in none."""
    if not actor.may(Permission.MEETING_REGISTER, dialogue_id, organisation_id):
        return None
    held = actor.roles(dialogue_id, organisation_id)
    return next((part for role, part in PARTS.items() if role in held), None)


def may_register_colleagues(actor: Actor, dialogue_id: UUID, organisation_id: UUID) -> bool:
    """Whether the actor registers people of the company: the supplier's admin."""
    return Role.SUPPLIER_ADMIN in actor.roles(dialogue_id, organisation_id)


def may_speak_for(actor: Actor, dialogue_id: UUID, organisation_id: UUID) -> bool:
    """Whether the actor binds the organisation: asks for corrections, agrees, contests."""
    return actor.may(Permission.MINUTES_AGREE, dialogue_id, organisation_id)


def may_book(actor: Actor, dialogue_id: UUID, organisation_id: UUID) -> bool:
    """Whether the actor takes a bilateral slot for the company: its admin or signatory."""
    return Scope.OWN in actor.scopes(Permission.MINUTES_AGREE, dialogue_id, organisation_id)


def may_publish_name(actor: Actor, dialogue_id: UUID, organisation_id: UUID) -> bool:
    """Whether the actor may let the organisation's name stand among the participants."""
    is_observer = Role.OBSERVER in actor.roles(dialogue_id, organisation_id)
    return is_observer or may_book(actor, dialogue_id, organisation_id)


def may_release_words(actor: Actor, dialogue_id: UUID, organisation_id: UUID) -> bool:
    """Whether the actor lets the organisation's words be shown with its name."""
    return Scope.OWN in actor.scopes(Permission.QUOTE_RELEASE, dialogue_id, organisation_id)


def is_supplier(actor: Actor, dialogue_id: UUID) -> bool:
    """Whether the actor is at one of the suppliers of the dialogue."""
    return bool(actor.roles(dialogue_id) & SUPPLIER_ROLES)
