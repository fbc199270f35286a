"""Reads about questionnaire versions and the votes on them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from portal.core.audit import AuditEntry
from portal.dialogue.models import Party
from portal.identity.models import Organisation, Person
from portal.questionnaire.definition import Questionnaire
from portal.questionnaire.loader import from_json
from portal.questionnaire.models import Change, Version, Vote
from portal.questionnaire.policy import DISCARDED, SINCE_PUBLICATION, agrees_by_silence

SILENCE_BEGUN = "silence_begun"
"""The act in the audit log; its details name the buyers who were told."""


@dataclass(frozen=True, slots=True)
class LoadedVersion:
    """A version with its definition read."""

    id: UUID
    dialogue_id: UUID
    number: str
    state: str
    sha256: str
    questionnaire: Questionnaire
    published_at: datetime | None


@dataclass(frozen=True, slots=True)
class VoteRow:
    """What one buyer says of a version; ``approves`` is None without a vote that stands.

    A vote on a text with another meaning does not stand: it is told in ``earlier_at`` and
    ``earlier_approves``, and ``earlier_revision`` is the last change that the voter had before
    them (0: the first text).
    """

    organisation_id: UUID
    organisation_name: str
    approves: bool | None
    reason: str
    voted_at: datetime | None
    person_name: str
    earlier_at: datetime | None = None
    earlier_approves: bool | None = None
    earlier_revision: int = 0
    by_silence: bool = False
    """Has not voted, and the silence period is over."""

    @property
    def agrees(self) -> bool:
        """In words or by silence."""
        return bool(self.approves) or self.by_silence


def current_version(session: Session, dialogue_id: UUID) -> LoadedVersion | None:
    """The newest version of a dialogue's questionnaire, in whichever state but given up."""
    return _loaded(session, _newest(dialogue_id))


def published_version(session: Session, dialogue_id: UUID) -> LoadedVersion | None:
    """The version that suppliers were given last."""
    return _loaded(session, newest_published(dialogue_id))


def newest_published(dialogue_id: UUID) -> Select[Version]:
    """Selects the version of a dialogue that was published last."""
    return (
        select(Version)
        .where(Version.dialogue_id == dialogue_id, Version.state.in_(SINCE_PUBLICATION))
        .order_by(Version.published_at.desc(), Version.created_at.desc())
        .limit(1)
    )


def version_of(session: Session, version_id: UUID) -> LoadedVersion | None:
    """The version of this id."""
    return _loaded(session, select(Version).where(Version.id == version_id))


def votes(session: Session, version_id: UUID, *, now: datetime | None = None) -> list[VoteRow]:
    """One row for each buyer of the dialogue, by name.

    A vote stands while the version means what was voted on. Whether silence counts is told as of
    ``now``, and as of its publication for a published version.
    """
    version = session.get(Version, version_id)
    if version is None:
        return []
    told = told_of_silence(session, version) if version.silence_until is not None else frozenset()
    at = version.published_at or now
    return [
        _vote_row(row, version, told=row.id in told, at=at)
        for row in session.execute(_votes_on(version))
    ]


def told_of_silence(session: Session, version: Version) -> frozenset[UUID]:
    """The buyers whose voters were mailed when the latest silence period began."""
    query = select(AuditEntry.details).where(
        AuditEntry.dialogue_id == version.dialogue_id,
        AuditEntry.subject_id == str(version.id),
        AuditEntry.act == SILENCE_BEGUN,
    )
    details = session.scalars(query.order_by(AuditEntry.id.desc()).limit(1)).first()
    return frozenset(UUID(each) for each in details["buyers"]) if details else frozenset()


def _votes_on(version: Version) -> Select[Any]:
    seen = (
        select(func.max(Change.number))
        .where(Change.version_id == Vote.version_id, Change.made_at <= Vote.voted_at)
        .correlate(Vote)
        .scalar_subquery()
    )
    return (
        select(
            Organisation.id,
            Organisation.name,
            Vote.approves,
            Vote.reason,
            Vote.voted_at,
            Vote.meaning_sha256,
            seen.label("revision"),
            Person.name.label("person_name"),
        )
        .select_from(Party)
        .join(Organisation, Organisation.id == Party.organisation_id)
        .outerjoin(
            Vote, (Vote.version_id == version.id) & (Vote.organisation_id == Organisation.id)
        )
        .outerjoin(Person, Person.id == Vote.person_id)
        .where(Party.dialogue_id == version.dialogue_id, Party.part == "buyer")
        .order_by(Organisation.name)
    )


def _vote_row(
    row: Any,  # noqa: ANN401 - a row of the query above
    version: Version,
    *,
    told: bool,
    at: datetime | None,
) -> VoteRow:
    if row.meaning_sha256 == version.meaning_sha256:
        return VoteRow(row.id, row.name, row.approves, row.reason, row.voted_at, row.person_name)
    return VoteRow(
        organisation_id=row.id,
        organisation_name=row.name,
        approves=None,
        reason="",
        voted_at=None,
        person_name="",
        earlier_at=row.voted_at,
        earlier_approves=row.approves,
        earlier_revision=row.revision or 0,
        by_silence=agrees_by_silence(approves=None, told=told, until=version.silence_until, at=at),
    )


def _newest(dialogue_id: UUID) -> Select[Version]:
    return (
        select(Version)
        .where(Version.dialogue_id == dialogue_id, Version.state != DISCARDED)
        .order_by(Version.created_at.desc(), Version.id)
        .limit(1)
    )


def _loaded(session: Session, query: Select[Version]) -> LoadedVersion | None:
    version = session.scalars(query).one_or_none()
    if version is None:
        return None
    return LoadedVersion(
        id=version.id,
        dialogue_id=version.dialogue_id,
        number=version.number,
        state=version.state,
        sha256=version.sha256,
        questionnaire=from_json(version.definition),
        published_at=version.published_at,
    )
