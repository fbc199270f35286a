"""Checking that everything released is what was released."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.aggregate.chain import broken, last_hash, release_hash
from portal.aggregate.documents import parse
from portal.aggregate.models import Release, ReleaseDocument
from portal.core.errors import Invalid, message
from portal.dialogue.models import Dialogue


@dataclass(frozen=True, slots=True)
class Verified:
    """How many releases and documents are what they were, and the hash over all of them."""

    releases: int
    documents: int
    chain: str


def verify(session: Session, dialogue_id: UUID) -> Verified:
    """Check the releases of a dialogue and their documents against every hash.

    Raises Invalid, naming the release, if anything is not what was released.
    """
    dialogue = session.get_one(Dialogue, dialogue_id)
    query = select(Release).where(Release.dialogue_id == dialogue_id).order_by(Release.number)
    releases = list(session.scalars(query))
    count, wrong = 0, broken(releases)
    for release in releases:
        rows = select(ReleaseDocument).where(ReleaseDocument.release_id == release.id)
        documents = [parse(row.document, row.sha256) for row in session.scalars(rows)]
        told = {each.audience: each.sha256 for each in documents}
        if release_hash(dialogue.short_name, release.number, release.cut_off, told) != (
            release.sha256
        ):
            wrong = wrong or release
        count += len(documents)
    if wrong is not None:
        raise Invalid(message("Release {number} is not what was released.", number=wrong.number))
    return Verified(len(releases), count, last_hash(releases[-1] if releases else None))
