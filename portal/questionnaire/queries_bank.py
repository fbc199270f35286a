"""The question bank: what was asked in any published questionnaire of the portal."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from math import ceil
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, select, true
from sqlalchemy.orm import Session

from portal.dialogue.models import Dialogue
from portal.questionnaire.bank import BankQuestion, Published, Wanted, group, matches
from portal.questionnaire.definition import Instrument, Questionnaire
from portal.questionnaire.errata import corrected
from portal.questionnaire.loader import from_json
from portal.questionnaire.models import Erratum, Version
from portal.questionnaire.policy import SINCE_PUBLICATION

ON_A_PAGE = 50
CACHED_VERSIONS = 64
IS_PUBLISHED = (Version.state.in_(SINCE_PUBLICATION), Version.published_at.is_not(None))
EVERY = true()


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One page of what was looked for, and how much there is in all."""

    questions: Sequence[BankQuestion]
    total: int
    page: int
    pages: int
    in_bank: int
    instruments: Sequence[Instrument]
    """Every instrument that a question of the bank names, by id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRow:
    """A published version, to choose from a list."""

    version_id: UUID
    dialogue_id: UUID
    dialogue_title: str
    number: str
    published_at: datetime


def bank(session: Session, wanted: Wanted, *, page: int = 1) -> Found:
    """Questions of all published versions in the order of their ids; two queries.

    Pages count from 1 and have 50 questions; beyond the last stands the last. Published
    questionnaires are open to everybody, so nobody is refused.
    """
    entries = group(_published(session))
    found = [entry for entry in entries if matches(entry, wanted)]
    pages = max(ceil(len(found) / ON_A_PAGE), 1)
    page = min(max(page, 1), pages)
    instruments = {each.id: each for entry in entries for each in entry.instruments}
    return Found(
        questions=found[(page - 1) * ON_A_PAGE : page * ON_A_PAGE],
        total=len(found),
        page=page,
        pages=pages,
        in_bank=len(entries),
        instruments=[instruments[each] for each in sorted(instruments)],
    )


def questions_in_bank(session: Session, keys: Collection[str]) -> list[BankQuestion]:
    """The questions of these keys, in the order of their ids; two queries."""
    return [entry for entry in group(_published(session)) if entry.key in keys]


def published_versions(session: Session) -> list[SourceRow]:
    """Every published version of every dialogue, the newest first."""
    query = (
        select(
            Version.id.label("version_id"),
            Version.dialogue_id,
            Dialogue.title.label("dialogue_title"),
            Version.number,
            Version.published_at,
        )
        .join(Dialogue, Dialogue.id == Version.dialogue_id)
        .where(*IS_PUBLISHED)
        .order_by(Version.published_at.desc(), Version.id)
    )
    return [SourceRow(**row) for row in session.execute(query).mappings()]


def published(session: Session, version_id: UUID) -> Published | None:
    """A published version as it reads with its corrections; None for any other."""
    return next(iter(_published(session, Version.id == version_id)), None)


def _published(session: Session, which: ColumnElement[bool] = EVERY) -> list[Published]:
    query = (
        select(Version, Dialogue.short_name, Dialogue.title)
        .join(Dialogue, Dialogue.id == Version.dialogue_id)
        .where(*IS_PUBLISHED, which)
        .order_by(Version.published_at.desc(), Version.id)
    )
    rows = session.execute(query).all()
    corrections: dict[UUID, list[_Correction]] = {}
    for each in session.scalars(select(Erratum).order_by(Erratum.number)):
        said = _Correction(each.subject, each.field, each.after)
        corrections.setdefault(each.version_id, []).append(said)
    return [
        Published(
            dialogue=short_name,
            dialogue_title=title,
            version_id=version.id,
            number=version.number,
            published_at=version.published_at or version.created_at,
            questionnaire=_as_it_reads(version.definition, tuple(corrections.get(version.id, ()))),
        )
        for version, short_name, title in rows
    ]


class _Correction(NamedTuple):
    """What an erratum does to a wording."""

    subject: str
    field: str
    after: str


@lru_cache(maxsize=CACHED_VERSIONS)
def _as_it_reads(definition: str, corrections: tuple[_Correction, ...]) -> Questionnaire:
    """The same object for the same text, so that what is known of it is worked out once."""
    return corrected(from_json(definition), corrections)
