"""Writes of briefs: making a draft, its texts, and publishing it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.aggregate.models import Release
from portal.aggregate.queries import audiences_of
from portal.brief.document import to_json
from portal.brief.models import Brief
from portal.brief.policy import AUDIENCE_OF, TEXTS, may_compose, parse_edition, parse_language
from portal.brief.queries import as_published, languages_of, load_document
from portal.core.audit import Act, record
from portal.core.canonical import content_hash
from portal.core.errors import Invalid, Message, NotNow, Refused, message
from portal.identity.actor import Actor

LONGEST_TITLE = 200
LONGEST_TEXT = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What the secretariat writes: a title, and Markdown by place (summary, limits, next_steps)."""

    title: str
    texts: Mapping[str, str] = field(default_factory=dict)


def create(
    session: Session,
    actor: Actor,
    release_id: UUID,
    draft: Draft,
    *,
    edition: str,
    language: str,
    now: datetime,
) -> Brief:
    """Begin a brief on a release, in an edition and a language of the questionnaire.

    Raises Refused if the actor may not compose there, Invalid for what cannot be accepted, NotNow
    if there is such a brief already.
    """
    release = session.get(Release, release_id, with_for_update=True)
    if release is None or not may_compose(actor, release.dialogue_id):
        raise Refused
    edition = parse_edition(edition).value
    parse_language(language, languages_of(session, release))
    _check(draft)
    _check_new(session, release_id, edition, language)
    if AUDIENCE_OF[parse_edition(edition)] not in audiences_of(session, release_id):
        raise Invalid(message("This release was not made for the readers of this edition."))
    brief = Brief(
        dialogue_id=release.dialogue_id,
        release_id=release.id,
        edition=edition,
        language=language,
        state="draft",
        title=draft.title.strip(),
        texts=_texts(draft),
        created_by=actor.person_id,
        created_at=now,
    )
    session.add(brief)
    session.flush()
    details = {"release": release.number, "edition": edition, "language": language}
    _record(session, actor, brief, "created", details, now=now)
    return brief


def save_texts(
    session: Session, actor: Actor, brief_id: UUID, draft: Draft, *, now: datetime
) -> Brief:
    """Replace the title and texts of a draft; a PDF made before no longer stands for it.

    Raises Refused if the actor may not compose it, NotNow once it is published, Invalid for what
    cannot be accepted.
    """
    brief = _draft_of(session, actor, brief_id)
    _check(draft)
    brief.title = draft.title.strip()
    brief.texts = _texts(draft)
    brief.pdf_key = None
    _record(session, actor, brief, "texts_saved", {"texts": sorted(brief.texts)}, now=now)
    return brief


def publish(session: Session, actor: Actor, brief_id: UUID, *, now: datetime) -> Brief:
    """Publish a draft: from here on it never changes, whatever happens to what it was made from.

    Raises Refused if the actor may not compose it, NotNow if it is published already.
    """
    brief = _draft_of(session, actor, brief_id)
    document = as_published(load_document(session, actor, brief.id), now)
    brief.document = to_json(document)
    brief.state = "published"
    brief.published_at = now
    brief.pdf_key = None
    details = {"from": "draft", "to": "published", "sha256": document.sha256}
    _record(session, actor, brief, "published", details, now=now)
    return brief


def keep_pdf(session: Session, brief_id: UUID, *, key: str, fingerprint: str) -> None:
    """Remember the PDF of a brief, if the brief is still what it was when the PDF was begun.

    Raises NotNow if somebody changed it meanwhile.
    """
    brief = session.get(Brief, brief_id, with_for_update=True)
    if brief is None:
        raise Refused
    if content_fingerprint(brief) != fingerprint:
        raise NotNow(message("The brief was changed while its PDF was made. Make it again."))
    brief.pdf_key = key


def content_fingerprint(brief: Brief) -> str:
    """A hash over everything of a brief that its PDF depends on."""
    return content_hash([brief.title, brief.texts, brief.state, brief.document])


def _draft_of(session: Session, actor: Actor, brief_id: UUID) -> Brief:
    brief = session.get(Brief, brief_id, with_for_update=True)
    if brief is None or not may_compose(actor, brief.dialogue_id):
        raise Refused
    if brief.state != "draft":
        raise NotNow(message("This brief is published, so it cannot be changed any more."))
    return brief


def _check_new(session: Session, release_id: UUID, edition: str, language: str) -> None:
    query = select(Brief.id).where(
        Brief.release_id == release_id, Brief.edition == edition, Brief.language == language
    )
    if session.scalars(query).one_or_none() is not None:
        raise NotNow(
            message("This release has a brief in this edition and language already. Open that one.")
        )


def _check(draft: Draft) -> None:
    faults: dict[str, Message] = {}
    if not draft.title.strip():
        faults["title"] = message("Give the brief a title.")
    elif len(draft.title.strip()) > LONGEST_TITLE:
        faults["title"] = message("Use at most {most} characters.", most=LONGEST_TITLE)
    for place, text in draft.texts.items():
        if place not in TEXTS:
            sentence = "A brief has texts for these places only: {known}."
            faults[place] = message(sentence, known=", ".join(TEXTS))
        elif len(text) > LONGEST_TEXT:
            faults[place] = message("Use at most {most} characters.", most=LONGEST_TEXT)
    if faults:
        raise Invalid(next(iter(faults.values())), faults)


def _texts(draft: Draft) -> dict[str, str]:
    return {place: draft.texts.get(place, "").strip() for place in TEXTS}


def _record(
    session: Session,
    actor: Actor,
    brief: Brief,
    act: str,
    details: Mapping[str, object],
    *,
    now: datetime,
) -> None:
    entry = Act(
        person_id=actor.person_id,
        dialogue_id=brief.dialogue_id,
        subject=("brief", brief.id),
        act=act,
        details=dict(details),
    )
    record(session, entry, now=now)
