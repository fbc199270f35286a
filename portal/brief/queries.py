"""Reads of briefs: lists, a brief for editing, and the document that every format is made from."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import Session

from portal.aggregate import queries as aggregates
from portal.aggregate.models import Release, ReleaseMember
from portal.brief.compose import Material, Participation, ReleasedWords, compose
from portal.brief.document import BriefDocument, from_json
from portal.brief.models import Brief
from portal.brief.policy import AUDIENCE_OF, Edition, may_read, parse_edition, parse_language
from portal.core.errors import Invalid, Refused, message
from portal.dialogue.models import Dialogue
from portal.dialogue.queries import parties
from portal.identity.actor import SYSTEM, Actor
from portal.identity.models import Organisation
from portal.invitation.models import Invitation
from portal.questionnaire.queries import LoadedVersion, version_of
from portal.response.models import ReleasedQuote, Submission

BY_NAME = "by_name"

IS_PUBLIC = (Brief.edition == Edition.PUBLIC.value, Brief.published_at.is_not(None))
"""A published brief that anyone may read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BriefRow:
    """A brief as it is listed."""

    id: UUID
    release_id: UUID
    release_number: int
    edition: str
    language: str
    state: str
    title: str
    pdf_key: str | None
    created_at: datetime
    published_at: datetime | None

    @property
    def is_published(self) -> bool:
        """Whether it can no longer change."""
        return self.state == "published"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which brief to compose: from whose release, for whom, in which words."""

    release: Release
    edition: Edition
    language: str
    title: str
    texts: dict[str, Any]
    issued_at: datetime | None = None


def briefs(session: Session, actor: Actor, dialogue_id: UUID) -> list[BriefRow]:
    """The briefs of a dialogue that the actor may read, newest release first."""
    return [
        row
        for row in _rows(session, dialogue_id)
        if may_read(actor, dialogue_id, edition=row.edition, published=row.is_published)
    ]


def published_briefs(session: Session, dialogue_id: UUID) -> list[BriefRow]:
    """The published public briefs of a dialogue, which anyone may read, newest release first."""
    return [
        row
        for row in _rows(session, dialogue_id)
        if row.is_published and row.edition == Edition.PUBLIC
    ]


def public_releases(session: Session) -> frozenset[UUID]:
    """The releases that a published public brief carries: anyone may read their public figures."""
    return frozenset(session.scalars(select(Brief.release_id).where(*IS_PUBLIC)))


def brief_of(session: Session, actor: Actor, brief_id: UUID) -> Brief:
    """The brief of this id; Refused unless the actor may read it."""
    brief = session.get(Brief, brief_id)
    if brief is None:
        raise Refused
    published = brief.published_at is not None
    if not may_read(actor, brief.dialogue_id, edition=brief.edition, published=published):
        raise Refused
    return brief


def load_document(session: Session, actor: Actor, brief_id: UUID) -> BriefDocument:
    """What a brief says: as published, or composed now from its frozen release if it is a draft.

    Raises Refused unless the actor may read it.
    """
    brief = brief_of(session, actor, brief_id)
    if brief.document is not None:
        return from_json(brief.document)
    release = session.get_one(Release, brief.release_id)
    wanted = Wanted(
        release=release,
        edition=Edition(brief.edition),
        language=brief.language,
        title=brief.title,
        texts=brief.texts,
    )
    return composed(session, wanted)


def document_for(
    session: Session, actor: Actor, dialogue_id: UUID, *, edition: str, language: str
) -> BriefDocument:
    """The brief of a dialogue for an export.

    The newest published one in this edition and language, else the newest draft, else one
    composed from the newest release under the dialogue's title.

    Raises Invalid for an unknown edition or language, naming the known ones, or if there is no
    release yet; Refused unless the actor may read it.
    """
    wanted_edition = parse_edition(edition)
    releases = aggregates.releases(session, dialogue_id)
    if not releases:
        raise Invalid(message("This dialogue has no release yet. Make a release first."))
    known = _version(session, releases[0]).questionnaire.languages
    parse_language(language, known)
    rows = [
        row
        for row in _rows(session, dialogue_id)
        if (row.edition, row.language) == (wanted_edition, language)
    ]
    rows.sort(key=lambda row: (row.is_published, row.release_number), reverse=True)
    if rows:
        return load_document(session, actor, rows[0].id)
    if not may_read(actor, dialogue_id, edition=wanted_edition, published=False):
        raise Refused
    dialogue = session.get_one(Dialogue, dialogue_id)
    wanted = Wanted(
        release=releases[0],
        edition=wanted_edition,
        language=language,
        title=dialogue.title,
        texts={},
    )
    return composed(session, wanted)


def composed(session: Session, wanted: Wanted) -> BriefDocument:
    """Compose a brief from the release document of its edition's audience; checks no permission."""
    return compose(_material(session, wanted))


def as_published(document: BriefDocument, now: datetime) -> BriefDocument:
    """The document with its date of publication."""
    return replace(document, issued_at=now)


def languages_of(session: Session, release: Release) -> tuple[str, ...]:
    """The languages in which a brief on this release can be made."""
    return _version(session, release).questionnaire.languages


def _rows(session: Session, dialogue_id: UUID) -> list[BriefRow]:
    query = (
        select(
            Brief.id,
            Brief.release_id,
            Release.number.label("release_number"),
            Brief.edition,
            Brief.language,
            Brief.state,
            Brief.title,
            Brief.pdf_key,
            Brief.created_at,
            Brief.published_at,
        )
        .join(Release, Release.id == Brief.release_id)
        .where(Brief.dialogue_id == dialogue_id)
        .order_by(Release.number.desc(), Brief.edition.desc(), Brief.language)
    )
    return [BriefRow(**row) for row in session.execute(query).mappings()]


def _version(session: Session, release: Release) -> LoadedVersion:
    version = version_of(session, release.version_id)
    if version is None:
        raise Refused
    return version


def _material(session: Session, wanted: Wanted) -> Material:
    release = wanted.release
    dialogue = session.get_one(Dialogue, release.dialogue_id)
    version = _version(session, release)
    audience = AUDIENCE_OF[wanted.edition]
    return Material(
        title=wanted.title,
        edition=wanted.edition,
        language=wanted.language,
        issued_at=wanted.issued_at,
        texts=wanted.texts,
        dialogue=dialogue.title,
        short_name=dialogue.short_name,
        buyers=[row.name for row in parties(session, dialogue.id, "buyer")],
        secretariat=[row.name for row in parties(session, dialogue.id, "secretariat")],
        opens_at=dialogue.opens_at,
        closes_at=dialogue.closes_at,
        participation=_participation(session, release),
        questionnaire=version.questionnaire,
        questionnaire_published_at=version.published_at,
        release=aggregates.document(session, SYSTEM, release.id, audience),
        release_sha256=release.sha256,
        quotes=_quotes(session, release),
    )


def _participation(session: Session, release: Release) -> Participation:
    """Who was invited, registered and had submitted by the release's cut-off."""
    invited = (
        select(
            func.count().filter(
                Invitation.source == BY_NAME, Invitation.sent_at <= release.cut_off
            ),
            func.count().filter(
                Invitation.source != BY_NAME, Invitation.created_at <= release.cut_off
            ),
        )
        .select_from(Invitation)
        .where(Invitation.dialogue_id == release.dialogue_id)
    )
    submitted = select(func.count(Submission.response_id.distinct())).where(
        Submission.dialogue_id == release.dialogue_id, Submission.submitted_at <= release.cut_off
    )
    by_name, registered = session.execute(invited).one()
    return Participation(
        invited=by_name, registered=registered, submitted=session.execute(submitted).scalar_one()
    )


def _quotes(session: Session, release: Release) -> list[ReleasedWords]:
    """Released quotes from the submissions of the release, in an order that tells no supplier."""
    return [ReleasedWords(**row) for row in session.execute(_quoted(release)).mappings()]


def _quoted(release: Release) -> Select[Any]:
    return (
        select(
            ReleasedQuote.question_id,
            ReleasedQuote.text,
            case((ReleasedQuote.named, Organisation.name), else_="").label("supplier"),
            ReleasedQuote.language,
        )
        .join(ReleaseMember, ReleaseMember.submission_id == ReleasedQuote.submission_id)
        .join(Submission, Submission.id == ReleasedQuote.submission_id)
        .join(Organisation, Organisation.id == Submission.organisation_id)
        .where(ReleaseMember.release_id == release.id, Submission.withdrawn_at.is_(None))
        .order_by(ReleasedQuote.question_id, ReleasedQuote.text)
    )
