"""Reads across the versions of a questionnaire: corrections, and how one led to the next."""

from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.identity.models import Person
from portal.questionnaire.definition import Questionnaire
from portal.questionnaire.errata import corrected
from portal.questionnaire.loader import from_json
from portal.questionnaire.migration import Fault, MigrationMap, faults, migration
from portal.questionnaire.models import Erratum, Version
from portal.questionnaire.policy import BEFORE_PUBLICATION, DISCARDED, SINCE_PUBLICATION


@dataclass(frozen=True, slots=True)
class ErratumRow:
    """A published correction: what the field of the subject read, and what it reads now."""

    number: int
    subject: str
    field: str
    before: str
    after: str
    reason: str
    published_by: str
    published_at: datetime


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A version of a dialogue's questionnaire in a list; ``errata`` counts its corrections."""

    id: UUID
    number: str
    state: str
    sha256: str
    created_at: datetime
    published_at: datetime | None
    previous_id: UUID | None
    errata: int


@dataclass(frozen=True, slots=True)
class Edition:
    """A version with its questionnaire as it was published, and as it reads with corrections."""

    id: UUID
    number: str
    published_at: datetime | None
    questionnaire: Questionnaire
    corrected: Questionnaire


@dataclass(frozen=True, slots=True)
class Step:
    """From one published version to the one that followed it."""

    old: Edition
    new: Edition
    map: MigrationMap


def errata(session: Session, version_id: UUID) -> list[ErratumRow]:
    """The corrections of a version, in the order in which they were published."""
    query = (
        select(Erratum, Person.name)
        .outerjoin(Person, Person.id == Erratum.published_by)
        .where(Erratum.version_id == version_id)
        .order_by(Erratum.number)
    )
    return [erratum_row(erratum, name) for erratum, name in session.execute(query)]


def erratum_row(erratum: Erratum, name: str | None) -> ErratumRow:
    """A stored correction, with the name of who published it."""
    return ErratumRow(
        number=erratum.number,
        subject=erratum.subject,
        field=erratum.field,
        before=erratum.before,
        after=erratum.after,
        reason=erratum.reason,
        published_by=name or "",
        published_at=erratum.published_at,
    )


def versions(session: Session, dialogue_id: UUID) -> list[VersionRow]:
    """Every version of a dialogue's questionnaire but those given up, the newest first."""
    query = select(Version).where(Version.dialogue_id == dialogue_id, Version.state != DISCARDED)
    found = session.scalars(query.order_by(Version.created_at.desc())).all()
    corrections = _errata_of(session, [version.id for version in found])
    return [
        VersionRow(
            id=version.id,
            number=version.number,
            state=version.state,
            sha256=version.sha256,
            created_at=version.created_at,
            published_at=version.published_at,
            previous_id=version.previous_id,
            errata=len(corrections[version.id]),
        )
        for version in found
    ]


def editions(session: Session, dialogue_id: UUID) -> list[Edition]:
    """The published versions of a dialogue's questionnaire, the oldest first; two queries."""
    return [edition for edition, _ in _lineage(session, dialogue_id)]


def steps(session: Session, dialogue_id: UUID) -> list[Step]:
    """The steps between the published versions, the oldest first; two queries."""
    lineage = _lineage(session, dialogue_id)
    return [Step(old, new, _map(old, new, said)) for (old, _), (new, said) in pairwise(lineage)]


def kept_since(session: Session, dialogue_id: UUID, version_id: UUID) -> dict[UUID, dict[str, str]]:
    """For each version before this one: id here → id there of the questions that mean the same.

    That is, of those that were kept at every step in between.
    """
    found: dict[UUID, dict[str, str]] = {}
    for step in steps(session, dialogue_id):
        kept = step.map.kept
        found = {
            earlier: {new: ids[old] for new, old in kept.items() if old in ids}
            for earlier, ids in found.items()
        }
        found[step.old.id] = kept
        if step.new.id == version_id:
            return found
    return {}


def migration_of(session: Session, version_id: UUID) -> MigrationMap | None:
    """The map of a follow-up version or its draft; None for a first version."""
    version = session.get(Version, version_id)
    if version is None or version.previous_id is None:
        return None
    old = edition_of(session, version.previous_id)
    new = _edition(session, version)
    return _map(old, new, version.migration) if old is not None else None


def map_faults(session: Session, version_id: UUID) -> list[Fault]:
    """What stands in the way of publishing this draft as the version that follows."""
    version = session.get(Version, version_id)
    found = migration_of(session, version_id)
    if version is None or found is None:
        return []
    history = [each.corrected for each in reversed(editions(session, version.dialogue_id))]
    return faults(found, from_json(version.definition), history)


def edition_of(session: Session, version_id: UUID) -> Edition | None:
    """The version of this id with its corrections; two queries."""
    version = session.get(Version, version_id)
    return _edition(session, version) if version is not None else None


def draft_in_the_making(session: Session, dialogue_id: UUID) -> Version | None:
    """The version that is not published yet, if there is one."""
    query = select(Version).where(
        Version.dialogue_id == dialogue_id, Version.state.in_(BEFORE_PUBLICATION)
    )
    return session.scalars(query.order_by(Version.created_at.desc()).limit(1)).one_or_none()


def _map(old: Edition, new: Edition, said: object) -> MigrationMap:
    overrides = said if isinstance(said, dict) else {}
    return migration(old.corrected, new.questionnaire, overrides, as_published=old.questionnaire)


def _lineage(session: Session, dialogue_id: UUID) -> list[tuple[Edition, object]]:
    query = select(Version).where(
        Version.dialogue_id == dialogue_id, Version.state.in_(SINCE_PUBLICATION)
    )
    found = session.scalars(query.order_by(Version.published_at, Version.created_at)).all()
    corrections = _errata_of(session, [version.id for version in found])
    return [(_read(version, corrections[version.id]), version.migration) for version in found]


def _edition(session: Session, version: Version) -> Edition:
    return _read(version, _errata_of(session, [version.id])[version.id])


def _read(version: Version, corrections: list[Erratum]) -> Edition:
    questionnaire = from_json(version.definition)
    return Edition(
        id=version.id,
        number=version.number,
        published_at=version.published_at,
        questionnaire=questionnaire,
        corrected=corrected(questionnaire, corrections),
    )


def _errata_of(session: Session, version_ids: list[UUID]) -> dict[UUID, list[Erratum]]:
    query = select(Erratum).where(Erratum.version_id.in_(version_ids)).order_by(Erratum.number)
    found: dict[UUID, list[Erratum]] = {version_id: [] for version_id in version_ids}
    for erratum in session.scalars(query):
        found[erratum.version_id].append(erratum)
    return found
