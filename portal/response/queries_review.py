"""Reads of a review: the marks at answers, scoring guides, and which answers come first.

For buyers and the secretariat of the dialogue; everything is within the reader's own sight.
"""

from collections import Counter
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.core.errors import Refused
from portal.identity.actor import Actor
from portal.identity.models import Organisation, Person
from portal.questionnaire.definition import Question, Section
from portal.response.models_review import ReviewMark, ReviewPlace, ScoringGuide
from portal.response.policy import may_read_marks
from portal.response.queries_submitted import (
    Attributed,
    AttributedLine,
    SupplierColumn,
    require_opened,
    side_by_side,
)
from portal.response.reviewing import (
    GivenMark,
    Mark,
    Reason,
    Signed,
    gravity,
    is_visible,
    reasons,
    weight,
)
from portal.response.sight import Sight, sight_of

A_PAGE = 20
Place = tuple[UUID, str]
"""A response and a question of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which answers a reader wants to go through; those without a mark of their own, or all."""

    section_id: str = ""
    organisation_id: UUID | None = None
    reason: Reason | None = None
    everything: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An answer that deserves a look. ``reasons`` begin with the most serious one."""

    section: Section
    question: Question
    supplier: SupplierColumn
    reasons: tuple[Reason, ...]
    marks: tuple[GivenMark, ...]
    own: GivenMark | None

    @property
    def place(self) -> Place:
        """Where it is."""
        return self.supplier.response_id, self.question.id


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewList:
    """What deserves a look, the most serious first.

    ``entries`` are those of this page; ``count`` is of all that are wanted, and ``by_reason`` of
    those that would be, whatever the reason. ``resume`` is where the reader goes on.
    """

    found: Attributed
    entries: tuple[Entry, ...]
    count: int
    by_reason: Mapping[Reason, int]
    resume: Entry | None
    is_resumed: bool
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class Guide:
    """The scoring guide of a question in force, or an earlier one; five texts for 0 to 4."""

    version: int
    levels: tuple[str, ...]
    who: str
    written_at: datetime


def review_list(
    session: Session, actor: Actor, dialogue_id: UUID, wanted: Wanted, *, page: int, now: datetime
) -> ReviewList:
    """One page of the answers that deserve a look; the queries do not grow with the answers.

    See ``operations_review.read_list``, which also writes down who read. Raises Refused unless
    the actor may read marks, NotNow before the close.
    """
    found, entries = _all_entries(session, actor, dialogue_id, now)
    every = [entry for entry in entries if _is_wanted(entry, replace(wanted, reason=None))]
    chosen = [entry for entry in every if wanted.reason in {None, *entry.reasons}]
    last = _last_place(session, actor, dialogue_id)
    resume = _after(entries, chosen, last, inclusive=True)
    pages = max(1, -(-len(chosen) // A_PAGE))
    page = min(max(1, page), pages)
    return ReviewList(
        found=found,
        entries=tuple(chosen[(page - 1) * A_PAGE : page * A_PAGE]),
        count=len(chosen),
        by_reason=Counter(reason for entry in every for reason in entry.reasons),
        resume=resume,
        is_resumed=resume is not None and resume is not chosen[0],
        page=page,
        pages=pages,
    )


def next_entry(
    session: Session,
    actor: Actor,
    dialogue_id: UUID,
    wanted: Wanted,
    after: tuple[UUID, str],
    *,
    now: datetime,
) -> Entry | None:
    """What follows the answer of this (supplier, question) in the list; None at its end.

    Raises Refused and NotNow as ``review_list``.
    """
    _, entries = _all_entries(session, actor, dialogue_id, now)
    chosen = [entry for entry in entries if _is_wanted(entry, wanted)]
    organisation_id, question_id = after
    places = (
        entry.place
        for entry in entries
        if (entry.supplier.organisation_id, entry.question.id) == (organisation_id, question_id)
    )
    return _after(entries, chosen, next(places, None), inclusive=False)


def marks_at(
    session: Session, actor: Actor, dialogue_id: UUID, found: Attributed
) -> dict[tuple[int, str], list[GivenMark]]:
    """(column, question) → the marks at that answer, the newest first; two queries at most.

    Nothing for who may not read marks. ``found`` holds fingerprints of what is marked.
    """
    if not may_read_marks(actor, dialogue_id):
        return {}
    ids = {column.response_id for column in found.suppliers}
    query = _marks(dialogue_id).where(ReviewMark.response_id.in_(ids))
    questions = {line.question.id for line in found.lines}
    rows = session.execute(query.where(ReviewMark.question_id.in_(questions))).all()
    return _placed(actor, sight_of(session, actor, dialogue_id), found, rows)


def guides(session: Session, actor: Actor, dialogue_id: UUID) -> dict[str, Guide]:
    """Question id → its guide in force; Refused unless the actor may read marks."""
    if not may_read_marks(actor, dialogue_id):
        raise Refused
    newest = (
        select(ScoringGuide.question_id, func.max(ScoringGuide.version).label("version"))
        .where(ScoringGuide.dialogue_id == dialogue_id)
        .group_by(ScoringGuide.question_id)
        .subquery()
    )
    query = (
        select(ScoringGuide, Person.name)
        .join(
            newest,
            (newest.c.question_id == ScoringGuide.question_id)
            & (newest.c.version == ScoringGuide.version),
        )
        .outerjoin(Person, Person.id == ScoringGuide.written_by)
        .where(ScoringGuide.dialogue_id == dialogue_id)
    )
    return {
        row.question_id: Guide(row.version, tuple(row.levels), name or "", row.written_at)
        for row, name in session.execute(query)
    }


def guide_of(session: Session, dialogue_id: UUID, question_id: str) -> Guide | None:
    """The guide of one question in force."""
    query = (
        select(ScoringGuide, Person.name)
        .outerjoin(Person, Person.id == ScoringGuide.written_by)
        .where(ScoringGuide.dialogue_id == dialogue_id, ScoringGuide.question_id == question_id)
        .order_by(ScoringGuide.version.desc())
        .limit(1)
    )
    row = session.execute(query).one_or_none()
    if row is None:
        return None
    guide, name = row
    return Guide(guide.version, tuple(guide.levels), name or "", guide.written_at)


def _all_entries(
    session: Session, actor: Actor, dialogue_id: UUID, now: datetime
) -> tuple[Attributed, list[Entry]]:
    """Every answer that deserves a look and is open to the actor, the most serious first."""
    if not may_read_marks(actor, dialogue_id):
        raise Refused
    require_opened(session, actor, dialogue_id, now)
    sight = sight_of(session, actor, dialogue_id)
    rows = session.execute(_marks(dialogue_id)).all()
    marked = {(row.ReviewMark.response_id, row.ReviewMark.question_id) for row in rows}
    found = side_by_side(
        session, dialogue_id, sight, (), None, printed=lambda *place: place in marked
    )
    placed = _placed(actor, sight, found, rows)
    entries = [
        _entry(
            line,
            found.suppliers[place],
            answer,
            placed.get((place, line.question.id), []),
            reader=actor.person_id,
            now=now,
        )
        for line in found.lines
        for place, answer in enumerate(line.answers)
        if answer is not None
    ]
    worth = [entry for entry in entries if entry.reasons]
    worth.sort(key=_order(guides(session, actor, dialogue_id)))
    return found, worth


def _order(scored: Container[str]) -> Callable[[Entry], tuple[int, int, int]]:
    """By the most serious reason, then the worst mark, then how much the question matters.

    Else in the order of the questionnaire, and there by supplier: one question is read of
    several suppliers in a row.
    """
    ranks = list(Reason)

    def key(entry: Entry) -> tuple[int, int, int]:
        matters = weight(entry.question, has_guide=entry.question.id in scored)
        return ranks.index(entry.reasons[0]), -gravity(entry.marks), -matters

    return key


def _entry(
    line: AttributedLine,
    supplier: SupplierColumn,
    answer: Signed,
    marks: Sequence[GivenMark],
    *,
    reader: UUID | None,
    now: datetime,
) -> Entry:
    return Entry(
        section=line.section,
        question=line.question,
        supplier=supplier,
        reasons=reasons(line.question, answer, marks, now=now),
        marks=tuple(marks),
        own=next((each for each in marks if each.person_id == reader), None),
    )


def _placed(
    actor: Actor, sight: Sight, found: Attributed, rows: Iterable[Any]
) -> dict[tuple[int, str], list[GivenMark]]:
    """The marks that the reader may see, at the answers that are open to them."""
    places = {column.response_id: place for place, column in enumerate(found.suppliers)}
    answers = {
        (response_id, line.question.id): answer
        for line in found.lines
        for response_id, place in places.items()
        if (answer := line.answers[place]) is not None
    }
    told: dict[tuple[int, str], list[GivenMark]] = {}
    for row, who, organisation in rows:
        seen = answers.get((row.response_id, row.question_id))
        is_own = row.person_id == actor.person_id
        classes = sight.of(row.response_id)
        if seen is None or not is_visible(row.confidentiality, seen, classes, is_own=is_own):
            continue
        is_current = row.answer_sha256 == found.prints.get((row.response_id, row.question_id))
        given = _given(row, who, organisation, is_current=is_current)
        told.setdefault((places[row.response_id], row.question_id), []).append(given)
    return told


def _given(row: ReviewMark, who: str, organisation: str | None, *, is_current: bool) -> GivenMark:
    return GivenMark(
        person_id=row.person_id,
        who=who,
        organisation=organisation or "",
        mark=Mark(row.mark),
        note=row.note,
        score=row.score,
        guide_version=row.guide_version,
        version=row.version,
        marked_at=row.marked_at,
        is_current=is_current,
    )


def _marks(dialogue_id: UUID) -> Any:  # noqa: ANN401 - a query of (mark, who, organisation)
    return (
        select(ReviewMark, Person.name, Organisation.name)
        .join(Person, Person.id == ReviewMark.person_id)
        .outerjoin(Organisation, Organisation.id == ReviewMark.organisation_id)
        .where(ReviewMark.dialogue_id == dialogue_id)
        .order_by(ReviewMark.marked_at.desc(), ReviewMark.id)
    )


def _is_wanted(entry: Entry, wanted: Wanted) -> bool:
    is_done = entry.own is not None and entry.own.is_current
    return (
        (wanted.everything or not is_done)
        and wanted.section_id in {"", entry.section.id}
        and wanted.organisation_id in {None, entry.supplier.organisation_id}
        and wanted.reason in {None, *entry.reasons}
    )


def _last_place(session: Session, actor: Actor, dialogue_id: UUID) -> Place | None:
    query = select(ReviewPlace.response_id, ReviewPlace.question_id).where(
        ReviewPlace.dialogue_id == dialogue_id, ReviewPlace.person_id == actor.person_id
    )
    row = session.execute(query).one_or_none()
    return (row.response_id, row.question_id) if row else None


def _after(
    entries: list[Entry], chosen: list[Entry], last: Place | None, *, inclusive: bool
) -> Entry | None:
    """The first chosen entry that follows the last place; the first of all if that is not there.

    With ``inclusive`` the last place itself, if it is still wanted.
    """
    order = {entry.place: number for number, entry in enumerate(entries)}
    if last not in order:
        return chosen[0] if chosen else None
    start = order[last] + (0 if inclusive else 1)
    following = (entry for entry in chosen if order[entry.place] >= start)
    found = next(following, None)
    return found or (chosen[0] if inclusive and chosen else None)
