"""Open data: the public document of each release that a published public brief carries."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.aggregate.documents import ReleasedDocument
from portal.aggregate.models import Release
from portal.aggregate.policy import Audience
from portal.aggregate.queries import document, questionnaire_of, release_of
from portal.brief.models import Brief
from portal.brief.queries import IS_PUBLIC
from portal.core.errors import Refused
from portal.identity.actor import ANYONE
from portal.questionnaire.definition import Questionnaire

LICENCE = "CC BY 4.0"
LICENCE_ADDRESS = "https://creativecommons.org/licenses/by/4.0/"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenRelease:
    """A release that anyone may read, since ``published_at``."""

    number: int
    published_at: datetime
    document: ReleasedDocument
    questionnaire: Questionnaire


def open_numbers(session: Session, dialogue_id: UUID) -> list[int]:
    """The numbers of the releases of a dialogue that anyone may read, newest first."""
    query = (
        select(Release.number)
        .join(Brief, Brief.release_id == Release.id)
        .where(Release.dialogue_id == dialogue_id, *IS_PUBLIC)
        .distinct()
    )
    return sorted(session.scalars(query), reverse=True)


def open_release(session: Session, dialogue_id: UUID, number: int) -> OpenRelease:
    """The public document of this release; Refused until a published public brief carries it."""
    release = release_of(session, dialogue_id, number)
    if release is None:
        raise Refused
    query = select(func.min(Brief.published_at)).where(Brief.release_id == release.id, *IS_PUBLIC)
    published_at = session.scalar(query)
    if published_at is None:
        raise Refused
    return OpenRelease(
        number=number,
        published_at=published_at,
        document=document(session, ANYONE, release.id, Audience.PUBLIC, brief_published=True),
        questionnaire=questionnaire_of(session, release),
    )
