"""Reads of releases: everything that is shown or exported comes from here."""

import re
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from portal.aggregate.documents import ReleasedDocument, parse
from portal.aggregate.models import Release, ReleaseDocument
from portal.aggregate.policy import Audience, readable_audiences
from portal.core.errors import Invalid, Refused, message
from portal.dialogue.models import Dialogue
from portal.identity.actor import Actor
from portal.questionnaire.definition import Questionnaire
from portal.questionnaire.queries import version_of

LATEST = "latest"
SOME_NUMBER = re.compile(r"[0-9]{1,6}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleasePage:
    """A release as its reader sees it; ``newest`` is the number of the one that holds now."""

    release: Release
    newest: int
    document: ReleasedDocument
    questionnaire: Questionnaire


def release_page(session: Session, actor: Actor, dialogue_id: UUID, number: int) -> ReleasePage:
    """The release of this number, in the document for the strongest audience of the actor.

    Raises Refused if there is none.
    """
    release = release_of(session, dialogue_id, number)
    if release is None:
        raise Refused
    return ReleasePage(
        release=release,
        newest=newest_number(session, actor, dialogue_id),
        document=strongest(session, actor, release),
        questionnaire=questionnaire_of(session, release),
    )


def releases(session: Session, dialogue_id: UUID) -> list[Release]:
    """The releases of a dialogue, newest first."""
    query = select(Release).where(Release.dialogue_id == dialogue_id)
    return list(session.scalars(query.order_by(Release.number.desc())))


def release_of(session: Session, dialogue_id: UUID, number: int) -> Release | None:
    """The release of this number in the dialogue."""
    query = select(Release).where(Release.dialogue_id == dialogue_id, Release.number == number)
    return session.scalars(query).one_or_none()


def find_release(session: Session, name: str) -> Release:
    """The release named by its id, as ``<dialogue>/latest`` or as ``<dialogue>/<number>``.

    Raises Invalid, saying how releases are named, if there is none.
    """
    query = _by_name(name)
    release = session.scalars(query.limit(1)).one_or_none() if query is not None else None
    if release is None:
        raise Invalid(
            message(
                "There is no release “{name}”. Name it by its id, as <dialogue>/latest or as "
                "<dialogue>/<number>.",
                name=name,
            )
        )
    return release


def document(
    session: Session,
    actor: Actor,
    release_id: UUID,
    audience: Audience,
    *,
    brief_published: bool = False,
) -> ReleasedDocument:
    """What the audience sees of a release, checked against its hash; two queries.

    ``brief_published``: whether a published brief carries this release, which opens the public
    document to anyone. Raises Refused if the actor is not of the audience, or a stronger one.
    """
    query = (
        select(Release.dialogue_id, ReleaseDocument.document, ReleaseDocument.sha256)
        .join(ReleaseDocument, ReleaseDocument.release_id == Release.id)
        .where(Release.id == release_id, ReleaseDocument.audience == audience.value)
    )
    row = session.execute(query).one_or_none()
    if row is None:
        raise Refused
    if audience not in readable_audiences(actor, row.dialogue_id, brief_published=brief_published):
        raise Refused
    return parse(row.document, row.sha256)


def audiences_of(session: Session, release_id: UUID) -> tuple[Audience, ...]:
    """The audiences that a release was made for, weakest first."""
    query = select(ReleaseDocument.audience).where(ReleaseDocument.release_id == release_id)
    names = set(session.scalars(query))
    return tuple(audience for audience in Audience if audience.value in names)


def strongest(session: Session, actor: Actor, release: Release) -> ReleasedDocument:
    """The document for the strongest audience, of those it was made for, that the actor is of.

    Raises Refused if there is none.
    """
    readable = readable_audiences(actor, release.dialogue_id)
    found = [each for each in audiences_of(session, release.id) if each in readable]
    if not found:
        raise Refused
    return document(session, actor, release.id, found[-1])


def newest_number(session: Session, actor: Actor, dialogue_id: UUID) -> int:
    """The newest release that the actor may read a document of; 0 if there is none."""
    names = [each.value for each in readable_audiences(actor, dialogue_id)]
    query = (
        select(func.max(Release.number))
        .join(ReleaseDocument, ReleaseDocument.release_id == Release.id)
        .where(Release.dialogue_id == dialogue_id, ReleaseDocument.audience.in_(names))
    )
    return session.scalar(query) or 0


def questionnaire_of(session: Session, release: Release) -> Questionnaire:
    """The questionnaire that the release's responses answered."""
    version = version_of(session, release.version_id)
    if version is None:
        raise Refused
    return version.questionnaire


def _by_name(name: str) -> Select[Release] | None:
    dialogue, slash, number = name.rpartition("/")
    if not slash:
        return _by_id(name)
    query = (
        select(Release)
        .join(Dialogue, Dialogue.id == Release.dialogue_id)
        .where(Dialogue.short_name == dialogue)
    )
    if number == LATEST:
        return query.order_by(Release.number.desc())
    if SOME_NUMBER.fullmatch(number):
        return query.where(Release.number == int(number))
    return None


def _by_id(name: str) -> Select[Release] | None:
    try:
        return select(Release).where(Release.id == UUID(name))
    except ValueError:
        return None
