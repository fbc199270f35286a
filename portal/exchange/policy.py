"""Who may do what with questions and answers (pure)."""

from uuid import UUID

from portal.identity.actor import Actor
from portal.identity.roles import BUYER_ROLES, Permission, Scope


def may_ask(actor: Actor, dialogue_id: UUID) -> bool:
    """Ask a question; only a person can."""
    return actor.is_signed_in and actor.may(Permission.QA_ASK, dialogue_id)


def may_run(actor: Actor, dialogue_id: UUID) -> bool:
    """See who asks, anonymise, publish, reject and correct: secretariat and lead buyers."""
    return Scope.YES in actor.scopes(Permission.QA_ANSWER, dialogue_id)


def may_draft(actor: Actor, dialogue_id: UUID) -> bool:
    """Write the answer together: co-buyers, too."""
    return actor.may(Permission.QA_ANSWER, dialogue_id)


def may_read_work(actor: Actor, dialogue_id: UUID) -> bool:
    """Read the questions that are being answered, once they name nobody: every buyer."""
    return may_draft(actor, dialogue_id) or bool(actor.roles(dialogue_id) & BUYER_ROLES)


def may_vote(actor: Actor, dialogue_id: UUID, organisation_id: UUID) -> bool:
    """Agree or object for this buyer; only a person can, who may also write the answer."""
    roles = actor.roles(dialogue_id, organisation_id) & BUYER_ROLES
    return actor.is_signed_in and bool(
        roles and actor.may(Permission.QA_ANSWER, dialogue_id, organisation_id)
    )


def votes_for(actor: Actor, dialogue_id: UUID) -> tuple[UUID, ...]:
    """The buyers for which the actor votes, in order of id."""
    held = {grant.organisation_id for grant in actor.grants_in(dialogue_id)}
    return tuple(sorted(each for each in held if may_vote(actor, dialogue_id, each)))
