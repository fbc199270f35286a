"""Reads of a supplier's library of evidence: the list, one piece with its history, what expires."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from portal.core.errors import Refused
from portal.dialogue.models import Dialogue
from portal.identity.actor import Actor
from portal.identity.models import Organisation, Person
from portal.response.models import AnswerEvidence, Evidence, Reading, Response
from portal.response.policy import (
    may_add_evidence,
    may_keep_library,
    may_narrow_evidence,
    may_see_library,
)
from portal.response.validity import SOON, Standing

A_PAGE = 25
SHOWN_DOWNLOADS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What to look for: words of a title, file name or address, a kind, a standing.

    Without a standing, everything that was not replaced.
    """

    words: str = ""
    kind: str = ""
    standing: str = ""


@dataclass(frozen=True, slots=True)
class Use:
    """How many answers of a dialogue a piece backs."""

    title: str
    answers: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LibraryLine:
    """A piece in the list, what it backs, and how often and when last it was downloaded."""

    piece: Evidence
    uses: tuple[Use, ...]
    downloads: int
    last_download: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """A page of a supplier's evidence; ``total`` fits what was asked for, ``kept`` is all."""

    organisation_id: UUID
    supplier: str
    lines: tuple[LibraryLine, ...]
    total: int
    kept: int
    page: int
    may_add: bool

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.total // A_PAGE))


@dataclass(frozen=True, slots=True)
class OwnLibrary:
    """A company whose evidence the actor may see."""

    organisation_id: UUID
    supplier: str


@dataclass(frozen=True, slots=True)
class Download:
    """Who outside the company took the file, for whom, and when."""

    person: str
    organisation: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One piece of evidence: who added it, what came before and after it, who downloaded it.

    ``newer`` is what it was replaced by, ``earlier`` what it replaced, the newest first.
    """

    evidence: Evidence
    supplier: str
    added_by: str
    newer: Evidence | None
    earlier: tuple[Evidence, ...]
    downloads: tuple[Download, ...]
    may_describe: bool
    may_narrow: bool
    may_add: bool
    may_replace: bool


def libraries(session: Session, actor: Actor) -> list[OwnLibrary]:
    """The companies whose evidence the actor may see, by name; one query."""
    ids = {grant.organisation_id for grant in actor.grants}
    own = [each for each in ids if may_see_library(actor, each)]
    query = select(Organisation.id, Organisation.name).where(Organisation.id.in_(own))
    return [OwnLibrary(*row) for row in session.execute(query.order_by(Organisation.name))]


def require_library(actor: Actor, organisation_id: UUID) -> None:
    """Raise Refused unless the actor belongs to the supplier's team in any dialogue."""
    if not may_see_library(actor, organisation_id):
        raise Refused


def library(
    session: Session,
    actor: Actor,
    organisation_id: UUID,
    wanted: Wanted,
    *,
    page: int = 1,
    now: datetime,
) -> Library:
    """A page of a supplier's evidence, newest first; five queries, however many there are.

    Raises Refused unless the actor belongs to the supplier's team in any dialogue.
    """
    require_library(actor, organisation_id)
    own = [Evidence.organisation_id == organisation_id, Evidence.removed_at.is_(None)]
    fits = [*own, *_conditions(wanted, now)]
    supplier = select(Organisation.name).where(Organisation.id == organisation_id)
    counts = select(
        supplier.scalar_subquery(), _count(fits).scalar_subquery(), _count(own).scalar_subquery()
    )
    name, total, kept = session.execute(counts).one()
    page = min(max(page, 1), max(1, -(-total // A_PAGE)))
    query = select(Evidence).where(*fits).order_by(Evidence.uploaded_at.desc(), Evidence.id)
    pieces = list(session.scalars(query.limit(A_PAGE).offset((page - 1) * A_PAGE)))
    return Library(
        organisation_id=organisation_id,
        supplier=name,
        lines=tuple(_lines(session, pieces)),
        total=total,
        kept=kept,
        page=page,
        may_add=may_add_evidence(actor, organisation_id),
    )


def library_piece(
    session: Session, actor: Actor, organisation_id: UUID, evidence_id: UUID
) -> Piece:
    """One piece with its history; five queries.

    Raises Refused unless it is this supplier's and the actor belongs to its team.
    """
    require_library(actor, organisation_id)
    query = (
        select(Evidence, Organisation.name, Person.name)
        .join(Organisation, Organisation.id == Evidence.organisation_id)
        .outerjoin(Person, Person.id == Evidence.uploaded_by)
        .where(
            Evidence.id == evidence_id,
            Evidence.organisation_id == organisation_id,
            Evidence.removed_at.is_(None),
        )
    )
    found = session.execute(query).one_or_none()
    if found is None:
        raise Refused
    evidence, supplier, added_by = found
    keeps = may_keep_library(actor, organisation_id)
    adds = may_add_evidence(actor, organisation_id)
    newer_id = evidence.replaced_by_id
    return Piece(
        evidence=evidence,
        supplier=supplier,
        added_by=added_by or "",
        newer=session.get(Evidence, newer_id) if newer_id is not None else None,
        earlier=tuple(_earlier(session, evidence)),
        downloads=tuple(_downloads(session, evidence.id)),
        may_describe=keeps or (adds and evidence.uploaded_by == actor.person_id),
        may_narrow=may_narrow_evidence(actor, organisation_id),
        may_add=adds,
        may_replace=keeps and newer_id is None,
    )


def library_file(
    session: Session, actor: Actor, organisation_id: UUID, evidence_id: UUID
) -> Evidence:
    """A file of the supplier, replaced or not; Refused for links, and as ``library_piece``."""
    require_library(actor, organisation_id)
    evidence = session.get(Evidence, evidence_id)
    if evidence is None or evidence.kind != "file" or evidence.removed_at is not None:
        raise Refused
    if evidence.organisation_id != organisation_id:
        raise Refused
    return evidence


def _conditions(wanted: Wanted, now: datetime) -> list[ColumnElement[bool]]:
    conditions = [
        or_(
            Evidence.title.icontains(word, autoescape=True),
            Evidence.file_name.icontains(word, autoescape=True),
            Evidence.url.icontains(word, autoescape=True),
        )
        for word in wanted.words.split()
    ]
    if wanted.kind:
        conditions.append(Evidence.document_kind == wanted.kind)
    return [*conditions, *_of_standing(wanted.standing, now.astimezone(UTC).date())]


def _of_standing(wanted: str, today: date) -> list[ColumnElement[bool]]:
    """As ``validity.standing`` decides it."""
    if wanted == Standing.REPLACED:
        return [Evidence.replaced_by_id.is_not(None)]
    current = Evidence.replaced_by_id.is_(None)
    match wanted:
        case Standing.EXPIRED:
            return [current, Evidence.valid_until < today]
        case Standing.EXPIRING:
            return [current, Evidence.valid_until.between(today, today + SOON)]
        case Standing.VALID:
            lasts = or_(Evidence.valid_until.is_(None), Evidence.valid_until > today + SOON)
            return [current, lasts]
        case _:
            return [current]


def _count(conditions: Iterable[ColumnElement[bool]]) -> Select[int]:
    return select(func.count()).select_from(Evidence).where(*conditions)


def _lines(session: Session, pieces: Collection[Evidence]) -> Iterable[LibraryLine]:
    ids = [piece.id for piece in pieces]
    uses: dict[UUID, list[Use]] = {}
    backed = (
        select(AnswerEvidence.evidence_id, Dialogue.title, func.count())
        .join(Response, Response.id == AnswerEvidence.response_id)
        .join(Dialogue, Dialogue.id == Response.dialogue_id)
        .where(AnswerEvidence.evidence_id.in_(ids))
        .group_by(AnswerEvidence.evidence_id, Dialogue.id, Dialogue.title)
        .order_by(Dialogue.title)
    )
    for evidence_id, title, count in session.execute(backed):
        uses.setdefault(evidence_id, []).append(Use(title, count))
    read = (
        select(Reading.evidence_id, func.count(), func.max(Reading.read_at))
        .where(Reading.evidence_id.in_(ids))
        .group_by(Reading.evidence_id)
    )
    downloads = {row[0]: (row[1], row[2]) for row in session.execute(read)}
    for piece in pieces:
        count, last = downloads.get(piece.id, (0, None))
        yield LibraryLine(
            piece=piece,
            uses=tuple(uses.get(piece.id, ())),
            downloads=count,
            last_download=last,
        )


def _earlier(session: Session, evidence: Evidence) -> list[Evidence]:
    """What this piece replaced, and what those replaced; one query for the whole library."""
    query = select(Evidence).where(
        Evidence.organisation_id == evidence.organisation_id,
        Evidence.replaced_by_id.is_not(None),
        Evidence.removed_at.is_(None),
    )
    replaced: dict[UUID | None, list[Evidence]] = {}
    for piece in session.scalars(query.order_by(Evidence.replaced_at.desc(), Evidence.id)):
        replaced.setdefault(piece.replaced_by_id, []).append(piece)
    found, open_ids = [], [evidence.id]
    while open_ids:
        before = replaced.get(open_ids.pop(0), [])
        found += before
        open_ids += [piece.id for piece in before]
    return found


def _downloads(session: Session, evidence_id: UUID) -> list[Download]:
    query = (
        select(Person.name, Organisation.name, Reading.read_at)
        .select_from(Reading)
        .outerjoin(Person, Person.id == Reading.person_id)
        .outerjoin(Organisation, Organisation.id == Reading.organisation_id)
        .where(Reading.evidence_id == evidence_id)
        .order_by(Reading.read_at.desc(), Reading.id)
        .limit(SHOWN_DOWNLOADS)
    )
    return [
        Download(person or "", organisation or "", at)
        for person, organisation, at in session.execute(query)
    ]
