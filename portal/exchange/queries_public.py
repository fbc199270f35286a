"""What anyone may read: the published questions and answers of a dialogue."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from portal.exchange.models import QaCorrection, QaItem
from portal.exchange.rules import folded, plain

PAGE = 20
PRINTED = 200
"""Questions on one page to print."""
MOST_WORDS = 8
QUERY_LENGTH = 200
HIGHEST_NUMBER = 2**31 - 1
"""What the database can compare a number with."""


@dataclass(frozen=True, slots=True)
class CorrectionRow:
    """A published correction of an answer."""

    number: int
    before: str
    after: str
    reason: str
    changes_meaning: bool
    published_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicItem:
    """A question with its answer, or with the reason why there is none.

    ``question`` is empty where it cannot be shown. Nothing here tells who asked.
    """

    id: UUID
    number: int
    subject_kind: str
    subject_id: str
    question: str
    language: str
    answer: str
    answer_language: str
    reason: str
    published_at: datetime
    corrections: tuple[CorrectionRow, ...]

    @property
    def is_rejected(self) -> bool:
        """Whether a reason stands in the place of an answer."""
        return bool(self.reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What to look for: words that all occur, and subjects as (kind, id), any of them."""

    words: str = ""
    about: Collection[tuple[str, str]] | None = None
    page: int = 1
    size: int = PAGE


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicPage:
    """One page, newest first; ``pages`` is at least 1."""

    items: tuple[PublicItem, ...]
    found: int
    page: int
    pages: int


def published_items(session: Session, dialogue_id: UUID, wanted: Wanted) -> PublicPage:
    """A page of what was published; three queries, however many there are.

    A page beyond the last is the last.
    """
    conditions = _conditions(dialogue_id, wanted)
    found = session.scalar(select(func.count()).select_from(QaItem).where(*conditions)) or 0
    pages = max(1, -(-found // wanted.size))
    page = min(max(1, wanted.page), pages)
    query = select(QaItem).where(*conditions).order_by(QaItem.number.desc())
    rows = session.scalars(query.limit(wanted.size).offset((page - 1) * wanted.size)).all()
    corrections = _corrections(session, [row.id for row in rows])
    items = tuple(_public(row, corrections.get(row.id, ())) for row in rows)
    return PublicPage(items=items, found=found, page=page, pages=pages)


def page_of(session: Session, dialogue_id: UUID, number: int) -> int | None:
    """The page, newest first, on which a question stands; None if there is no such number."""
    if number > HIGHEST_NUMBER:
        return None
    newer = select(func.count()).select_from(QaItem).filter_by(dialogue_id=dialogue_id)
    if session.scalar(newer.where(QaItem.number == number)) == 0:
        return None
    return (session.scalar(newer.where(QaItem.number > number)) or 0) // PAGE + 1


def count_published(session: Session, dialogue_id: UUID) -> int:
    """How many questions have been answered or rejected for everybody to read."""
    query = select(func.count()).select_from(QaItem).filter_by(dialogue_id=dialogue_id)
    return session.scalar(query.where(QaItem.number.is_not(None))) or 0


def subjects_in_use(session: Session, dialogue_id: UUID) -> set[tuple[str, str]]:
    """The (kind, id) of everything that a published question is about."""
    query = (
        select(QaItem.subject_kind, QaItem.subject_id)
        .where(
            QaItem.dialogue_id == dialogue_id, QaItem.number.is_not(None), QaItem.subject_kind != ""
        )
        .distinct()
    )
    return {(kind, subject_id) for kind, subject_id in session.execute(query)}


def _conditions(dialogue_id: UUID, wanted: Wanted) -> list[ColumnElement[bool]]:
    """What somebody typed is escaped: % and _ are letters like any other."""
    found = [QaItem.dialogue_id == dialogue_id, QaItem.number.is_not(None)]
    words = folded(plain(wanted.words[:QUERY_LENGTH])).split()[:MOST_WORDS]
    found += [QaItem.searchable.contains(word, autoescape=True) for word in words]
    if wanted.about is not None:
        keys = [f"{kind}:{subject_id}" for kind, subject_id in wanted.about]
        found.append((QaItem.subject_kind + ":" + QaItem.subject_id).in_(keys))
    return found


def _corrections(
    session: Session, item_ids: Sequence[UUID]
) -> dict[UUID, tuple[CorrectionRow, ...]]:
    query = (
        select(
            QaCorrection.item_id,
            QaCorrection.number,
            QaCorrection.before,
            QaCorrection.after,
            QaCorrection.reason,
            QaCorrection.changes_meaning,
            QaCorrection.published_at,
        )
        .where(QaCorrection.item_id.in_(item_ids))
        .order_by(QaCorrection.number)
    )
    found: dict[UUID, tuple[CorrectionRow, ...]] = {}
    for row in session.execute(query):
        found[row.item_id] = (*found.get(row.item_id, ()), CorrectionRow(*row[1:]))
    return found


def _public(row: QaItem, corrections: tuple[CorrectionRow, ...]) -> PublicItem:
    return PublicItem(
        id=row.id,
        number=row.number or 0,
        subject_kind=row.subject_kind,
        subject_id=row.subject_id,
        question=row.question if row.shows_question else "",
        language=row.language,
        answer="" if row.reason else row.answer,
        answer_language=row.answer_language,
        reason=row.reason,
        published_at=row.published_at or row.state_since,
        corrections=corrections,
    )
