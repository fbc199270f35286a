"""Reads for a supplier: who outside the company read its answers, what, and when."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from portal.core.spreadsheets import inert
from portal.dialogue.models import Dialogue
from portal.identity.actor import Actor
from portal.identity.models import Organisation, Person
from portal.questionnaire.definition import Questionnaire
from portal.response.loading import load_own
from portal.response.models import Evidence, Reading, Response

A_PAGE = 100
ROWS_AT_A_TIME = 500
WHOLE = ("all sections", "export", "letter", "review list")
"""What is written down for a reading of everything: it counts for each section."""
HEADS = ("read_at", "organisation", "person", "what", "file")


@dataclass(frozen=True, slots=True)
class ReadingRow:
    """Who read what of the supplier's attributed answers, and when; ``file`` if it was one."""

    person: str
    organisation: str
    what: str
    read_at: datetime
    file: str = ""


@dataclass(frozen=True, slots=True)
class Readers:
    """The readings of one organisation on this page, newest first; ``count`` is of all pages."""

    organisation: str
    count: int
    rows: tuple[ReadingRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadersPage:
    """Who read a response: organisations, who read last first, one page of their readings."""

    response: Response
    dialogue: Dialogue
    supplier: str
    questionnaire: Questionnaire
    readers: tuple[Readers, ...]
    count: int
    page: int
    pages: int


def readers_page(
    session: Session, actor: Actor, response_id: UUID, section_id: str = "", page: int = 1
) -> ReadersPage:
    """Who read, of one section if it is named; 100 readings a page, four queries.

    Readings of everything and exports belong to each section, files to none. Raises Refused
    outside the supplier's team.
    """
    loaded = load_own(session, actor, response_id)
    counts = _counts(session, response_id, section_id)
    total = sum(count for _, _, count in counts)
    pages = max(1, -(-total // A_PAGE))
    page = min(max(1, page), pages)
    rows = _read(session, response_id, section_id, offset=(page - 1) * A_PAGE)
    return ReadersPage(
        response=loaded.response,
        dialogue=loaded.dialogue,
        supplier=loaded.supplier,
        questionnaire=loaded.questionnaire,
        readers=tuple(_grouped(counts, rows)),
        count=total,
        page=page,
        pages=pages,
    )


def readings_as_lines(
    session: Session, actor: Actor, response_id: UUID, section_id: str = ""
) -> Iterator[tuple[str, ...]]:
    """Every reading as a line of a table, newest first, safe for a spreadsheet program."""
    load_own(session, actor, response_id)
    yield HEADS
    query = _ordered(_readings(response_id, section_id))
    for row in session.execute(query.execution_options(yield_per=ROWS_AT_A_TIME)):
        reading = _row(row)
        line = (reading.organisation, reading.person, reading.what, reading.file)
        yield (reading.read_at.isoformat(), *(inert(text) for text in line))


def _readings(response_id: UUID, section_id: str) -> Select[Any]:
    columns: list[Any] = [
        Person.name.label("person"),
        Organisation.name.label("organisation"),
        Reading.what,
        Reading.read_at,
        Evidence.title.label("file"),
        Reading.organisation_id,
    ]
    query = (
        select(*columns)
        .select_from(Reading)
        .outerjoin(Person, Person.id == Reading.person_id)
        .outerjoin(Organisation, Organisation.id == Reading.organisation_id)
        .outerjoin(Evidence, Evidence.id == Reading.evidence_id)
        .where(Reading.response_id == response_id)
    )
    if section_id:
        query = query.where(or_(Reading.what.in_(WHOLE), Reading.what == f"section {section_id}"))
    return query


def _counts(session: Session, response_id: UUID, section_id: str) -> Sequence[Any]:
    found = _readings(response_id, section_id).subquery()
    columns = found.c
    of = (columns.organisation, columns.organisation_id)
    last = func.max(columns.read_at)
    query = select(*of, func.count()).group_by(*of).order_by(last.desc())
    return session.execute(query).all()


def _ordered(query: Select[Any]) -> Select[Any]:
    return query.order_by(Reading.read_at.desc(), Reading.id)


def _read(session: Session, response_id: UUID, section_id: str, *, offset: int) -> Sequence[Any]:
    query = _ordered(_readings(response_id, section_id)).offset(offset).limit(A_PAGE)
    return session.execute(query).all()


def _grouped(counts: Sequence[Any], rows: Sequence[Any]) -> Iterator[Readers]:
    for name, organisation_id, count in counts:
        own = tuple(_row(row) for row in rows if row.organisation_id == organisation_id)
        if own:
            yield Readers(name or "", count, own)


def _row(row: Any) -> ReadingRow:  # noqa: ANN401 - a row of the query
    return ReadingRow(
        row.person or "", row.organisation or "", row.what, row.read_at, row.file or ""
    )
