"""Reads about a draft in the making: what it says, what it said, who changed what."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from portal.identity.models import Organisation, Person
from portal.questionnaire.definition import Questionnaire
from portal.questionnaire.loader import from_json
from portal.questionnaire.models import Change, Version
from portal.questionnaire.policy import BEFORE_PUBLICATION
from portal.questionnaire.subjects import HEAD, ORDER, Content, assemble, parts

NEWEST = 50
"""Changes on one page of the history."""


@dataclass(frozen=True, slots=True)
class Draft:
    """The version that is being written."""

    id: UUID
    dialogue_id: UUID
    number: str
    state: str
    sha256: str
    revision: int
    previous_id: UUID | None
    silence_until: datetime | None
    questionnaire: Questionnaire


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """One part of one change, without the contents."""

    number: int
    act: str
    subject: str
    fields: tuple[str, ...]
    note: str
    made_at: datetime
    person: str
    organisation: str


def draft_of(session: Session, dialogue_id: UUID) -> Draft | None:
    """The dialogue's draft; None if there is none or the newest version is published."""
    query = select(Version).where(Version.dialogue_id == dialogue_id)
    newest = query.order_by(Version.created_at.desc(), Version.id).limit(1)
    version = session.scalars(newest).one_or_none()
    if version is None or version.state not in BEFORE_PUBLICATION:
        return None
    return Draft(
        id=version.id,
        dialogue_id=version.dialogue_id,
        number=version.number,
        state=version.state,
        sha256=version.sha256,
        revision=version.revision,
        previous_id=version.previous_id,
        silence_until=version.silence_until,
        questionnaire=from_json(version.definition),
    )


def changes(
    session: Session,
    version_id: UUID,
    subject: str | None = None,
    *,
    before: int | None = None,
    limit: int = NEWEST,
) -> list[ChangeRow]:
    """The newest changes first, of one subject if given, older than change ``before`` if given."""
    query = _rows(version_id).order_by(Change.number.desc(), Change.subject).limit(limit)
    if subject is not None:
        query = query.where(Change.subject == subject)
    if before is not None:
        query = query.where(Change.number < before)
    return [_row(row) for row in session.execute(query)]


def all_changes(session: Session, version_id: UUID) -> list[ChangeRow]:
    """Every change, oldest first, for the state of the translations; contents are not read."""
    query = _rows(version_id).order_by(Change.number, Change.subject)
    return [_row(row) for row in session.execute(query)]


def content_at(
    session: Session, version_id: UUID, subject: str, revision: int, current: Content
) -> Content:
    """What a subject said at a revision, given what it says now."""
    query = (
        select(Change.before)
        .where(Change.version_id == version_id, Change.subject == subject, Change.number > revision)
        .order_by(Change.number)
        .limit(1)
    )
    first = session.execute(query).one_or_none()
    return current if first is None or first.before is None else first.before


def questionnaire_at(session: Session, version_id: UUID, revision: int) -> Questionnaire | None:
    """The whole draft as it was after change ``revision``; None if there is no such version."""
    definition = session.scalars(
        select(Version.definition).where(Version.id == version_id)
    ).one_or_none()
    if definition is None:
        return None
    query = (
        select(Change.subject, Change.before)
        .where(Change.version_id == version_id, Change.number > revision)
        .order_by(Change.number.desc())
    )
    return _rewound(from_json(definition), session.execute(query).all())


def _rewound(questionnaire: Questionnaire, steps: Iterable[Sequence[Any]]) -> Questionnaire:
    """The questionnaire before these (subject, before) steps, newest first."""
    contents: dict[str, Content] = parts(questionnaire)
    for subject, before in steps:
        if before is None and subject in {HEAD, ORDER}:
            continue  # The first import notes that they came; no text is without them.
        if before is None:
            contents.pop(subject, None)
        else:
            contents[subject] = before
    return assemble(contents)


def _rows(version_id: UUID) -> Select[Any]:
    return (
        select(
            Change.number,
            Change.act,
            Change.subject,
            Change.fields,
            Change.note,
            Change.made_at,
            Person.name.label("person"),
            Organisation.name.label("organisation"),
        )
        .outerjoin(Person, Person.id == Change.person_id)
        .outerjoin(Organisation, Organisation.id == Change.organisation_id)
        .where(Change.version_id == version_id)
    )


def _row(row: Any) -> ChangeRow:  # noqa: ANN401 - a row of the query above
    return ChangeRow(
        number=row.number,
        act=row.act,
        subject=row.subject,
        fields=tuple(row.fields),
        note=row.note,
        made_at=row.made_at,
        person=row.person or "",
        organisation=row.organisation or "",
    )
