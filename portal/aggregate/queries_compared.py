"""Reads for a supplier: the newest release as suppliers may see it, beside its own answers.

Every figure is of the stored document for suppliers; the supplier's own answers are those that
entered the release.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from portal.aggregate.documents import ReleasedDocument, parse
from portal.aggregate.models import FeedbackLetter, Release, ReleaseDocument, ReleaseMember
from portal.aggregate.policy import Audience, readable_audiences
from portal.aggregate.queries import questionnaire_of
from portal.core.errors import Refused
from portal.dialogue.models import Dialogue
from portal.identity.actor import Actor
from portal.questionnaire.definition import Questionnaire
from portal.response.loading import load_own
from portal.response.models import Submission
from portal.response.standing import Later


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
    release: Release
    document: ReleasedDocument
    questionnaire: Questionnaire
    answers: Mapping[str, Any] | None
    counts: bool
    has_letter: bool


def compared_page(session: Session, actor: Actor, response_id: UUID) -> ComparedPage:
    """The supplier's answers beside what was released.

    Raises Refused outside the supplier's team, and before there is a release for suppliers.
    """
    loaded = load_own(session, actor, response_id)
    response = loaded.response
    found = _newest(session, actor, response.dialogue_id)
    if found is None:
        raise Refused
    release, text, sha256 = found
    query = (
        select(Submission, ReleaseMember.counts)
        .join(ReleaseMember, ReleaseMember.submission_id == Submission.id)
        .where(ReleaseMember.release_id == release.id, Submission.response_id == response_id)
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
        release=release,
        document=parse(text, sha256),
        questionnaire=questionnaire_of(session, release),
        answers=_answers(session, release, member[0]) if member else None,
        counts=bool(member and member[1]),
        has_letter=session.scalar(letter) is not None,
    )


def has_comparison(session: Session, actor: Actor, dialogue_id: UUID) -> bool:
    """Whether there is a release that the actor may read as a supplier; one query."""
    if Audience.SUPPLIER not in readable_audiences(actor, dialogue_id):
        return False
    return session.scalar(_for_suppliers(dialogue_id).with_only_columns(Release.id)) is not None


def _newest(session: Session, actor: Actor, dialogue_id: UUID) -> tuple[Release, str, str] | None:
    """(release, document, hash) of the newest one that has a document for suppliers."""
    if Audience.SUPPLIER not in readable_audiences(actor, dialogue_id):
        return None
    row = session.execute(_for_suppliers(dialogue_id)).one_or_none()
    return (row[0], row[1], row[2]) if row else None


def _for_suppliers(dialogue_id: UUID) -> Select[Release, str, str]:
    """The newest release with a document for suppliers: one may be made for buyers alone."""
    return (
        select(Release, ReleaseDocument.document, ReleaseDocument.sha256)
        .join(ReleaseDocument, ReleaseDocument.release_id == Release.id)
        .where(
            Release.dialogue_id == dialogue_id,
            ReleaseDocument.audience == Audience.SUPPLIER.value,
        )
        .order_by(Release.number.desc())
        .limit(1)
    )


def _answers(session: Session, release: Release, submission: Submission) -> Mapping[str, Any]:
    later = Later(session, release.dialogue_id, release.version_id)
    return later.answers(submission.version_id, json.loads(submission.snapshot)["answers"])
