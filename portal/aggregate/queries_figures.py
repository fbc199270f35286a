"""Reads of released figures across dialogues: what a reader may see of several releases at once."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import and_, false, or_, select
from sqlalchemy.orm import Session

from portal.aggregate.documents import ReleasedDocument, parse
from portal.aggregate.models import Release, ReleaseDocument
from portal.aggregate.policy import AUDIENCES, Audience, readable_audiences
from portal.identity.actor import Actor


@dataclass(frozen=True, slots=True)
class ReadableRelease:
    """A release of a version, as the strongest audience that the actor belongs to sees it."""

    version_id: UUID
    number: int
    document: ReleasedDocument


def readable_releases(
    session: Session,
    actor: Actor,
    version_ids: Collection[UUID],
    *,
    made_public: Collection[UUID],
) -> list[ReadableRelease]:
    """The releases of these versions that the actor may read, newest first; two queries.

    ``made_public``: ids of the releases that a published brief carries, which opens their public
    documents to anyone. Each document is checked against its hash, as ``queries.document`` does.
    """
    query = select(Release).where(Release.version_id.in_(version_ids))
    releases = {each.id: each for each in session.scalars(query)}
    by_audience: dict[Audience, list[UUID]] = {}
    for each in releases.values():
        is_public = each.id in made_public
        for audience in readable_audiences(actor, each.dialogue_id, brief_published=is_public):
            by_audience.setdefault(audience, []).append(each.id)
    wanted = [
        and_(ReleaseDocument.audience == audience.value, ReleaseDocument.release_id.in_(ids))
        for audience, ids in by_audience.items()
    ]
    rows = session.scalars(select(ReleaseDocument).where(or_(false(), *wanted)))
    strongest = {
        row.release_id: row
        for row in sorted(rows, key=lambda row: AUDIENCES.index(Audience(row.audience)))
    }
    found = [
        ReadableRelease(
            version_id=releases[row.release_id].version_id,
            number=releases[row.release_id].number,
            document=parse(row.document, row.sha256),
        )
        for row in strongest.values()
    ]
    return sorted(found, key=lambda each: (each.document.cut_off, each.number), reverse=True)
