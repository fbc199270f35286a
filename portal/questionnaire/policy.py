"""Who may do what with a draft, and in which state (pure)."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from portal.identity.actor import Actor
from portal.identity.roles import Permission

DRAFT = "draft"
IN_REVIEW = "in_review"
APPROVED = "approved"
PUBLISHED = "published"
ARCHIVED = "archived"
DISCARDED = "discarded"
"""A draft of a follow-up version that was given up: kept for the record, never shown."""

BEFORE_PUBLICATION = frozenset({DRAFT, IN_REVIEW, APPROVED})
SINCE_PUBLICATION = frozenset({PUBLISHED, "closed", ARCHIVED})

SILENCE_AT_LEAST = timedelta(days=5)
"""Three working days are left over any weekend: enough to read and to object in a small office."""
MAIL_PAUSE = timedelta(minutes=10)
"""A lively thread sends each reader at most one mail in this time."""


def may_edit(actor: Actor, dialogue_id: UUID) -> bool:
    """Write the draft."""
    return actor.may(Permission.DRAFT_EDIT, dialogue_id)


def may_edit_for(actor: Actor, dialogue_id: UUID, organisation_id: UUID | None) -> bool:
    """Write the draft on behalf of an organisation; the portal itself acts for none."""
    if organisation_id is None:
        return actor.system
    return actor.may(Permission.DRAFT_EDIT, dialogue_id, organisation_id)


def may_vote(actor: Actor, dialogue_id: UUID, organisation_id: UUID) -> bool:
    """Vote for this buyer; only a person can."""
    return actor.is_signed_in and actor.may(Permission.DRAFT_VOTE, dialogue_id, organisation_id)


def may_read_draft(actor: Actor, dialogue_id: UUID) -> bool:
    """Read the draft and what is said of it."""
    return actor.may(Permission.DRAFT_READ, dialogue_id)


def may_comment(actor: Actor, dialogue_id: UUID, organisation_id: UUID) -> bool:
    """Write a remark for this organisation; only a person can."""
    return actor.is_signed_in and actor.may(Permission.DRAFT_COMMENT, dialogue_id, organisation_id)


def may_settle(actor: Actor, dialogue_id: UUID, author_id: UUID) -> bool:
    """Resolve or reopen a remark: its author as long as they take part, and whoever edits."""
    if may_edit(actor, dialogue_id):
        return True
    return actor.person_id == author_id and actor.may(Permission.DRAFT_COMMENT, dialogue_id)


def may_publish(actor: Actor, dialogue_id: UUID) -> bool:
    """Publish an approved draft."""
    return actor.may(Permission.QUESTIONNAIRE_PUBLISH, dialogue_id)


def state_of_draft(*, has_problems: bool, approvals: int, buyers: int) -> str:
    """A draft is reviewed once its check is clean, and approved once every buyer approves."""
    if has_problems:
        return DRAFT
    return APPROVED if buyers and approvals == buyers else IN_REVIEW


def agrees_by_silence(
    *, approves: bool | None, told: bool, until: datetime | None, at: datetime | None
) -> bool:
    """Whether a buyer without a standing vote counts as agreeing at an instant.

    Only once the silence period is over, and only who was told that it ran; a vote always says
    more than silence does.
    """
    return approves is None and told and until is not None and at is not None and at >= until


def wants_mail(written: Sequence[tuple[UUID, datetime]], reader: UUID) -> bool:
    """Whether the last remark of a thread is mailed to a reader who wrote in it before.

    ``written`` are author and instant of the whole thread, oldest first.
    """
    takes_part, mailed, is_due = False, None, False
    for author, at in written:
        takes_part = takes_part or author == reader
        is_due = takes_part and author != reader and (mailed is None or at - mailed >= MAIL_PAUSE)
        mailed = at if is_due else mailed
    return is_due
