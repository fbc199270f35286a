"""Who may do what with issues, ballots and priorities (pure)."""

from uuid import UUID

from portal.identity.actor import Actor
from portal.identity.roles import BUYER_ROLES, Permission, Role, Scope


def may_read_issues(actor: Actor, dialogue_id: UUID) -> bool:
    """Read the long list and what is shown of ballots."""
    return actor.may(Permission.ISSUE_READ, dialogue_id)


def may_propose(actor: Actor, dialogue_id: UUID, organisation_id: UUID) -> bool:
    """Propose an issue for the long list; only a person can."""
    return actor.is_signed_in and actor.may(Permission.ISSUE_MANAGE, dialogue_id, organisation_id)


def may_manage(actor: Actor, dialogue_id: UUID) -> bool:
    """Take issues in, merge and withdraw them, and run ballots."""
    return actor.is_signed_in and Scope.YES in actor.scopes(Permission.ISSUE_MANAGE, dialogue_id)


def may_vote(actor: Actor, dialogue_id: UUID, organisation_id: UUID) -> bool:
    """Score for a buyer, write its dissent, and opt in or out for it."""
    scopes = actor.scopes(Permission.ISSUE_VOTE, dialogue_id, organisation_id)
    return actor.is_signed_in and Scope.YES in scopes


def may_advise(actor: Actor, dialogue_id: UUID, organisation_id: UUID) -> bool:
    """Score for an observer; such scores are kept apart."""
    scopes = actor.scopes(Permission.ISSUE_VOTE, dialogue_id, organisation_id)
    return actor.is_signed_in and Scope.ADVISORY in scopes


def may_know_who(actor: Actor, dialogue_id: UUID) -> bool:
    """Read who gave what in an open ballot, and dissent notes: buyers and the secretariat."""
    return bool(actor.roles(dialogue_id) & (BUYER_ROLES | {Role.SECRETARIAT}))


def may_read_priorities(actor: Actor, dialogue_id: UUID) -> bool:
    """Read of priorities before they are published to everybody that there will be some."""
    return actor.may(Permission.PRIORITY_READ, dialogue_id)
