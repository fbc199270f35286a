"""Reads of how colleagues work on a response together, in one statement: tasks, notes, marks."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Literal, TypeAlias
from uuid import UUID

from sqlalchemy import (
    Date,
    Row,
    Select,
    Text,
    Uuid,
    and_,
    func,
    literal,
    null,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute, Session

from portal.core.db import UtcDateTime
from portal.identity.actor import Actor
from portal.identity.models import Membership, Person
from portal.questionnaire.definition import Questionnaire, Section
from portal.response.marks import Mark
from portal.response.models import Answer, Assignment, Response
from portal.response.models_team import CompanyNote, Presence, SectionMark

SEEN_FOR = timedelta(seconds=90)
"""How long somebody counts as being where their browser last said they were."""
LAST_SAVES = 5

_Table: TypeAlias = type[CompanyNote] | type[Assignment] | type[Presence] | type[SectionMark]


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A section, or one question of it, is somebody's to answer, until the end of ``due_on``."""

    section_id: str
    question_id: str
    person_id: UUID
    name: str
    due_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A colleague who is in the response now, and where."""

    section_id: str
    question_id: str
    name: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A remark among colleagues; without a section it is on the response as a whole."""

    id: UUID
    section_id: str
    question_id: str
    text: str
    name: str
    at: datetime
    resolved_by: str = ""
    resolved_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LastSave:
    """A colleague saved an answer of the section."""

    question_id: str
    name: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """How colleagues work on a response, or on one section of it; ``notes`` are the open ones.

    ``marks`` are by section. ``here`` and ``saved`` leave the reader out.
    """

    given: tuple[Given, ...] = ()
    here: tuple[Seen, ...] = ()
    notes: tuple[Note, ...] = ()
    saved: tuple[LastSave, ...] = ()
    marks: dict[str, Mark]

    def notes_on(self, question_id: str) -> list[Note]:
        """The open notes on one question; without its id, those on no question."""
        return [note for note in self.notes if note.question_id == question_id]


def beside(
    session: Session,
    actor: Actor,
    response_id: UUID,
    questionnaire: Questionnaire,
    section: Section | None = None,
    *,
    now: datetime,
) -> Beside:
    """How colleagues work on a response, on one section of it if given; one query.

    Callers have made sure that the actor belongs to the supplier's team.
    """
    parts = [
        *_by_section(response_id, section, now),
        _saved_in(response_id, section) if section else _changed_since_ready(response_id),
    ]
    rows = sorted(session.execute(union_all(*parts)), key=_age)
    others = [row for row in rows if row.person_id != actor.person_id]
    sections = {q.id: each.id for each in questionnaire.sections for q in each.questions}
    return Beside(
        given=tuple(_given(row) for row in _of(rows, "given")),
        here=tuple(_seen_as(row) for row in _of(others, "here")),
        notes=tuple(_note(row) for row in _of(rows, "note")),
        saved=tuple(_last_save(row) for row in reversed(list(_of(others, "saved")))),
        marks=_marks(rows, sections),
    )


def present(
    session: Session, actor: Actor, response_id: UUID, section_id: str, *, now: datetime
) -> list[Seen]:
    """The colleagues who are in a section now; one query. Callers as for ``beside``."""
    query = _seen(now).where(
        Presence.response_id == response_id,
        Presence.section_id == section_id,
        Presence.person_id != actor.person_id,
    )
    return [_seen_as(row) for row in session.execute(query.order_by(Person.name))]


def _by_section(response_id: UUID, section: Section | None, now: datetime) -> list[Select[Any]]:
    """Notes, assignments, presence and marks; the first two name the types of all columns."""
    note, given, here, mark = CompanyNote, Assignment, Presence, SectionMark
    parts: list[tuple[_Table, Select[Any]]] = [
        (
            note,
            _select(
                note, "note", note.written_by, note.written_at, text=note.text, id_=note.id
            ).where(note.resolved_at.is_(None)),
        ),
        (given, _select(given, "given", given.person_id, given.assigned_at, due_on=given.due_on)),
        (here, _seen(now)),
        (mark, _select(mark, "ready", mark.ready_by, mark.ready_at)),
        (mark, _select(mark, "reviewed", mark.reviewed_by, mark.reviewed_at)),
    ]
    return [
        query.where(
            table.response_id == response_id,
            *([table.section_id == section.id] if section else []),
        )
        for table, query in parts
    ]


def _seen(now: datetime) -> Select[Any]:
    """Who was seen lately, anywhere."""
    at = Presence.seen_at
    return _select(Presence, "here", Presence.person_id, at).where(at > now - SEEN_FOR)


def _saved_in(response_id: UUID, section: Section) -> Select[Any]:
    """The last saves of a section's answers."""
    latest = (
        select(Answer.question_id, Answer.updated_by, Answer.updated_at)
        .where(
            Answer.response_id == response_id,
            Answer.question_id.in_([question.id for question in section.questions]),
            Answer.updated_by.in_(_own_people(response_id)),
        )
        .order_by(Answer.updated_at.desc())
        .limit(LAST_SAVES)
        .subquery()
    )
    return _saved(response_id, latest.c.question_id, latest.c.updated_by, latest.c.updated_at)


def _changed_since_ready(response_id: UUID) -> Select[Any]:
    """The answers that were changed since any section was called ready."""
    first = select(func.min(SectionMark.ready_at)).where(SectionMark.response_id == response_id)
    return _saved(response_id, Answer.question_id, Answer.updated_by, Answer.updated_at).where(
        Answer.response_id == response_id, Answer.updated_at > first.scalar_subquery()
    )


def _own_people(response_id: UUID) -> Select[Any]:
    """The company's own: whoever publishes a new version carries answers over, and is not named."""
    return (
        select(Membership.person_id)
        .join(Response, Response.organisation_id == Membership.organisation_id)
        .where(Response.id == response_id)
    )


def _saved(
    response_id: UUID,
    question_id: Any,  # noqa: ANN401  # columns
    person_id: Any,  # noqa: ANN401
    at: Any,  # noqa: ANN401
) -> Select[Any]:
    return select(
        literal("saved").label("kind"),
        literal("").label("section_id"),
        question_id.label("question_id"),
        person_id.label("person_id"),
        Person.name.label("name"),
        at.label("at"),
        type_coerce(null(), Date()).label("due_on"),
        type_coerce(null(), Text()).label("text"),
        type_coerce(null(), Uuid()).label("id"),
    ).outerjoin(Person, and_(Person.id == person_id, Person.id.in_(_own_people(response_id))))


def _select(
    table: _Table,
    kind: Literal["note", "given", "here", "ready", "reviewed"],
    person_id: InstrumentedAttribute[Any],
    at: InstrumentedAttribute[Any],
    **others: InstrumentedAttribute[Any],
) -> Select[Any]:
    question_id = getattr(table, "question_id", literal(""))
    return (
        select(
            literal(kind).label("kind"),
            table.section_id.label("section_id"),
            question_id.label("question_id"),
            person_id.label("person_id"),
            Person.name.label("name"),
            type_coerce(at, UtcDateTime()).label("at"),
            others.get("due_on", type_coerce(null(), Date())).label("due_on"),
            others.get("text", type_coerce(null(), Text())).label("text"),
            others.get("id_", type_coerce(null(), Uuid())).label("id"),
        )
        .select_from(table)
        .outerjoin(Person, Person.id == person_id)
    )


def _of(rows: list[Row[Any]], kind: str) -> Iterator[Row[Any]]:
    return (row for row in rows if row.kind == kind)


def _given(row: Row[Any]) -> Given:
    return Given(
        section_id=row.section_id,
        question_id=row.question_id,
        person_id=row.person_id,
        name=row.name,
        due_on=row.due_on,
    )


def _seen_as(row: Row[Any]) -> Seen:
    return Seen(section_id=row.section_id, question_id=row.question_id, name=row.name, at=row.at)


def _note(row: Row[Any]) -> Note:
    return Note(
        id=row.id,
        section_id=row.section_id,
        question_id=row.question_id,
        text=row.text,
        name=row.name or "",
        at=row.at,
    )


def _last_save(row: Row[Any]) -> LastSave:
    return LastSave(question_id=row.question_id, name=row.name or "", at=row.at)


def _marks(rows: list[Row[Any]], sections: dict[str, str]) -> dict[str, Mark]:
    """Section → its mark, with the last change of an answer in it."""
    found = {
        row.section_id: Mark(ready_by_id=row.person_id, ready_by=row.name or "", ready_at=row.at)
        for row in _of(rows, "ready")
    }
    for row in _of(rows, "reviewed"):
        found[row.section_id] = replace(
            found[row.section_id], reviewed_by=row.name or "", reviewed_at=row.at
        )
    for row in _of(rows, "saved"):
        mark = found.get(sections.get(row.question_id, ""))
        if mark is not None:
            changed = replace(mark, changed_by=row.name or "", changed_at=row.at)
            found[sections[row.question_id]] = changed
    return found


def _age(row: Row[Any]) -> tuple[bool, Any]:
    """The oldest first; what has no time, such as a mark that was taken away, comes before."""
    return row.at is not None, row.at or 0
