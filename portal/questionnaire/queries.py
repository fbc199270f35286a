"""Reads about questionnaire versions and the votes on them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from portal.dialogue.models import Party
from portal.identity.models import Organisation, Person
from portal.questionnaire.definition import Questionnaire
from portal.questionnaire.loader import from_json
from portal.questionnaire.models import Version, Vote
from portal.questionnaire.policy import SINCE_PUBLICATION


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
    """What one buyer says of a version; ``approves`` is None without a vote."""

    organisation_id: UUID
    organisation_name: str
    approves: bool | None
    reason: str
    voted_at: datetime | None
    person_name: str


def current_version(session: Session, dialogue_id: UUID) -> LoadedVersion | None:
    """The newest version of a dialogue's questionnaire, in whichever state."""
    return _loaded(session, _newest(dialogue_id))


def published_version(session: Session, dialogue_id: UUID) -> LoadedVersion | None:
    """The newest version that suppliers were given."""
    return _loaded(session, _newest(dialogue_id).where(Version.state.in_(SINCE_PUBLICATION)))


def version_of(session: Session, version_id: UUID) -> LoadedVersion | None:
    """The version of this id."""
    return _loaded(session, select(Version).where(Version.id == version_id))


def votes(session: Session, version_id: UUID) -> list[VoteRow]:
    """One row for each buyer of the dialogue, by name; a vote on other content is not counted."""
    query = (
        select(
            Organisation.id,
            Organisation.name,
            Vote.approves,
            Vote.reason,
            Vote.voted_at,
            Person.name.label("person_name"),
        )
        .select_from(Version)
        .join(Party, (Party.dialogue_id == Version.dialogue_id) & (Party.part == "buyer"))
        .join(Organisation, Organisation.id == Party.organisation_id)
        .outerjoin(
            Vote,
            (Vote.version_id == Version.id)
            & (Vote.organisation_id == Organisation.id)
            & (Vote.sha256 == Version.sha256),
        )
        .outerjoin(Person, Person.id == Vote.person_id)
        .where(Version.id == version_id)
        .order_by(Organisation.name)
    )
    return [
        VoteRow(
            row.id, row.name, row.approves, row.reason or "", row.voted_at, row.person_name or ""
        )
        for row in session.execute(query)
    ]


def _newest(dialogue_id: UUID) -> Select[Version]:
    return (
        select(Version)
        .where(Version.dialogue_id == dialogue_id)
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
