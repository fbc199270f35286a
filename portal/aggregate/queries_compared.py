"""Reads for a supplier: the newest release as suppliers may see it, beside its own answers.

Every figure is of the stored document for suppliers; the supplier's own answers are those that
entered the release.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.aggregate.models import FeedbackLetter, ReleaseMember
from portal.aggregate.policy import Audience, readable_audiences
from portal.aggregate.queries_feedback import (
    Ground,
    answers_in,
    ground_of,
    newest_for_suppliers,
)
from portal.core.errors import Refused
from portal.dialogue.models import Dialogue
from portal.identity.actor import Actor
from portal.response.loading import load_own
from portal.response.models import Submission


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedPage:
    """The newest release for suppliers, and one supplier's answers in it.

    ``answers`` are as in a snapshot, in terms of the version that was released; None if nothing
    of this supplier entered the release. ``counts`` is false if another company of its group
    stands for both in the figures.
    """

    dialogue: Dialogue
    supplier: str
    response_id: UUID
    ground: Ground
    answers: Mapping[str, Any] | None
    counts: bool
    has_letter: bool


def compared_page(session: Session, actor: Actor, response_id: UUID) -> ComparedPage:
    """The supplier's answers beside what was released.

    Raises Refused outside the supplier's team, and before there is a release for suppliers.
    """
    loaded = load_own(session, actor, response_id)
    response = loaded.response
    if Audience.SUPPLIER not in readable_audiences(actor, response.dialogue_id):
        raise Refused
    ground = ground_of(session, response.dialogue_id)
    if ground is None:
        raise Refused
    query = (
        select(Submission, ReleaseMember.counts)
        .join(ReleaseMember, ReleaseMember.submission_id == Submission.id)
        .where(ReleaseMember.release_id == ground.release.id, Submission.response_id == response_id)
    )
    member = session.execute(query).first()
    letter = (
        select(FeedbackLetter.id)
        .where(FeedbackLetter.response_id == response_id, FeedbackLetter.sent_at.is_not(None))
        .limit(1)
    )
    return ComparedPage(
        dialogue=loaded.dialogue,
        supplier=loaded.supplier,
        response_id=response_id,
        ground=ground,
        answers=answers_in(session, ground, member[0]) if member else None,
        counts=bool(member and member[1]),
        has_letter=session.scalar(letter) is not None,
    )


def has_comparison(session: Session, actor: Actor, dialogue_id: UUID) -> bool:
    """Whether there is a release that the actor may read as a supplier; one query."""
    if Audience.SUPPLIER not in readable_audiences(actor, dialogue_id):
        return False
    return session.scalar(newest_for_suppliers(dialogue_id)) is not None
