"""Who may do what with a draft, and in which state (pure)."""

from uuid import UUID

from portal.identity.actor import Actor
from portal.identity.roles import Permission

DRAFT = "draft"
IN_REVIEW = "in_review"
APPROVED = "approved"
PUBLISHED = "published"

BEFORE_PUBLICATION = frozenset({DRAFT, IN_REVIEW, APPROVED})
SINCE_PUBLICATION = frozenset({PUBLISHED, "closed", "archived"})


def may_edit(actor: Actor, dialogue_id: UUID) -> bool:
    """Write the draft."""
    return actor.may(Permission.DRAFT_EDIT, dialogue_id)


def may_vote(actor: Actor, dialogue_id: UUID, organisation_id: UUID) -> bool:
    """Vote for this buyer; only a person can."""
    return actor.is_signed_in and actor.may(Permission.DRAFT_VOTE, dialogue_id, organisation_id)


def may_publish(actor: Actor, dialogue_id: UUID) -> bool:
    """Publish an approved draft."""
    return actor.may(Permission.QUESTIONNAIRE_PUBLISH, dialogue_id)


def state_of_draft(*, has_problems: bool, approvals: int, buyers: int) -> str:
    """A draft is reviewed once its check is clean, and approved once every buyer approves."""
    if has_problems:
        return DRAFT
    return APPROVED if buyers and approvals == buyers else IN_REVIEW
