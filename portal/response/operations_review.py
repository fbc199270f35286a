"""Reviewing answers: looking at them one by one, and marking them.

Each look is written down where the supplier sees it; a mark, a note or a score never is.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core.audit import Act, record
from portal.core.errors import Invalid, Message, Refused, message
from portal.identity.actor import Actor
from portal.identity.models import Person
from portal.identity.roles import Permission
from portal.questionnaire.queries import published_version
from portal.response.fields import clean
from portal.response.models_review import ReviewMark, ReviewPlace
from portal.response.operations_reading import log_readings
from portal.response.policy import may_read_marks, may_review
from portal.response.queries_review import (
    Guide,
    ReviewList,
    Wanted,
    guide_of,
    marks_at,
    review_list,
)
from portal.response.queries_submitted import (
    Attributed,
    AttributedLine,
    SupplierColumn,
    require_opened,
    side_by_side,
)
from portal.response.reviewing import NOTE_LENGTH, SCORES, GivenMark, Mark
from portal.response.sight import sight_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What a reviewer says: a mark, a note, a score by a version of the guide.

    ``base_version`` is of the reviewer's own mark that the form was filled in over; 0 for none.
    """

    mark: str
    note: str = ""
    score: int | None = None
    guide_version: int | None = None
    base_version: int = 0

    @property
    def scored_by(self) -> int | None:
        """The version of the guide, if there is a score."""
        return self.guide_version if self.score is not None else None


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerDesk:
    """One answer with what reviewers said of it. ``found`` has one column and one line."""

    found: Attributed
    marks: tuple[GivenMark, ...]
    own: GivenMark | None
    guide: Guide | None

    @property
    def supplier(self) -> SupplierColumn:
        """Whose answer it is."""
        return self.found.suppliers[0]

    @property
    def line(self) -> AttributedLine:
        """The question with the answer."""
        return self.found.lines[0]


def read_list(
    session: Session, actor: Actor, dialogue_id: UUID, wanted: Wanted, *, page: int, now: datetime
) -> ReviewList:
    """One page of what deserves a look; a look is written down for each supplier on it.

    Raises Refused and NotNow as ``queries_review.review_list``.
    """
    found = review_list(session, actor, dialogue_id, wanted, page=page, now=now)
    ids = dict.fromkeys(entry.supplier.response_id for entry in found.entries)
    log_readings(session, actor, dialogue_id, ids, "review list", now=now)
    return found


def read_answer(
    session: Session,
    actor: Actor,
    dialogue_id: UUID,
    organisation_id: UUID,
    question_id: str,
    *,
    now: datetime,
) -> AnswerDesk:
    """One answer to review; the look and the reader's place are written down.

    Raises Refused unless the actor may read marks and this answer, NotNow before the close.
    """
    desk = answer_desk(session, actor, dialogue_id, (organisation_id, question_id), now=now)
    ids = [desk.supplier.response_id, *sorted(desk.found.behind)]
    log_readings(session, actor, dialogue_id, ids, f"section {desk.line.section.id}", now=now)
    if actor.person_id is not None:
        _lock(session, actor.person_id)
        query = select(ReviewPlace).where(
            ReviewPlace.dialogue_id == dialogue_id, ReviewPlace.person_id == actor.person_id
        )
        place = session.scalars(query).one_or_none()
        if place is None:
            place = ReviewPlace(dialogue_id=dialogue_id, person_id=actor.person_id)
            session.add(place)
        place.response_id, place.question_id = desk.supplier.response_id, question_id
        place.seen_at = now
    return desk


def answer_desk(
    session: Session, actor: Actor, dialogue_id: UUID, place: tuple[UUID, str], *, now: datetime
) -> AnswerDesk:
    """The answer of a (supplier, question) as ``read_answer`` gives it, with nothing written."""
    if not may_read_marks(actor, dialogue_id):
        raise Refused
    require_opened(session, actor, dialogue_id, now)
    found = _one(session, actor, dialogue_id, *place)
    marks = marks_at(session, actor, dialogue_id, found).get((0, place[1]), [])
    return AnswerDesk(
        found=found,
        marks=tuple(marks),
        own=next((each for each in marks if each.person_id == actor.person_id), None),
        guide=guide_of(session, dialogue_id, place[1]),
    )


def give_mark(
    session: Session,
    actor: Actor,
    dialogue_id: UUID,
    place: tuple[UUID, str],
    judgement: Judgement,
    *,
    now: datetime,
) -> ReviewMark:
    """Mark the answer of a (supplier, question), or change one's own mark.

    Raises Refused unless the actor may review and may read the answer, NotNow before the close,
    Invalid for an unknown mark or score, a note over 4,000 characters, or if the actor changed
    this mark elsewhere since the form was opened.
    """
    if not may_review(actor, dialogue_id) or actor.person_id is None:
        raise Refused
    _lock(session, actor.person_id)
    desk = answer_desk(session, actor, dialogue_id, place, now=now)
    note = _checked(judgement, desk)
    response_id = desk.supplier.response_id
    row = _own_row(session, actor.person_id, response_id, place[1])
    row = row or ReviewMark(
        dialogue_id=dialogue_id,
        response_id=response_id,
        question_id=place[1],
        person_id=actor.person_id,
        mark="",
        version=0,
    )
    before, row.mark, row.note = row.mark, judgement.mark, note
    row.organisation_id = _organisation(actor, dialogue_id)
    row.score, row.guide_version = judgement.score, judgement.scored_by
    row.answer_sha256 = desk.found.prints[response_id, place[1]]
    row.confidentiality = (desk.line.answers[0] or {})["class"]
    row.version, row.marked_at = row.version + 1, now
    session.add(row)
    session.flush()
    _record(session, actor, row, {"from": before, "to": row.mark}, now)
    return row


def take_back_mark(
    session: Session, actor: Actor, dialogue_id: UUID, place: tuple[UUID, str], *, now: datetime
) -> None:
    """Remove one's own mark with its note and score; Refused if there is none to be seen."""
    if not may_review(actor, dialogue_id) or actor.person_id is None:
        raise Refused
    _lock(session, actor.person_id)
    desk = answer_desk(session, actor, dialogue_id, place, now=now)
    row = _own_row(session, actor.person_id, desk.supplier.response_id, place[1])
    if row is None:
        raise Refused
    _record(session, actor, row, {"from": row.mark, "to": ""}, now)
    session.delete(row)
    session.flush()


def _one(
    session: Session, actor: Actor, dialogue_id: UUID, organisation_id: UUID, question_id: str
) -> Attributed:
    """The answer alone; Refused if there is none that is open to the actor."""
    version = published_version(session, dialogue_id)
    sections = version.questionnaire.sections if version else ()
    section_id = next(
        (each.id for each in sections if question_id in {q.id for q in each.questions}), None
    )
    if section_id is None:
        raise Refused
    found = side_by_side(
        session,
        dialogue_id,
        sight_of(session, actor, dialogue_id),
        [organisation_id],
        section_id,
        printed=lambda _, each: each == question_id,
    )
    lines = tuple(
        line
        for line in found.lines
        if line.question.id == question_id and line.answers and line.answers[0] is not None
    )
    if not lines:
        raise Refused
    return Attributed(found.questionnaire, found.suppliers, lines, found.behind, found.prints)


def _checked(judgement: Judgement, desk: AnswerDesk) -> str:
    """The note as it is stored; Invalid where something is not right."""
    faults: dict[str, Message] = {}
    note = clean(judgement.note)
    if judgement.mark not in set(Mark):
        faults["mark"] = message("Choose a mark.")
    if len(note) > NOTE_LENGTH:
        faults["note"] = message(
            "Shorten this to {maximum} characters or fewer.", maximum=NOTE_LENGTH
        )
    newest = desk.guide.version if desk.guide else 0
    by_guide = judgement.guide_version in range(1, newest + 1)
    if judgement.score is not None and (judgement.score not in SCORES or not by_guide):
        faults["score"] = message("Choose a score of the guide.")
    if faults:
        raise Invalid(next(iter(faults.values())), faults)
    own = desk.own
    if (own.version if own else 0) != judgement.base_version:
        raise Invalid(
            message(
                "You changed this mark in another window meanwhile. What is stored is shown below; "
                "save again to replace it."
            )
        )
    return note


def _own_row(
    session: Session, person_id: UUID, response_id: UUID, question_id: str
) -> ReviewMark | None:
    query = select(ReviewMark).where(
        ReviewMark.response_id == response_id,
        ReviewMark.question_id == question_id,
        ReviewMark.person_id == person_id,
    )
    return session.scalars(query).one_or_none()


def _lock(session: Session, person_id: UUID) -> None:
    """One write of a person at a time: two windows of theirs may send at once."""
    session.execute(select(Person.id).where(Person.id == person_id).with_for_update())


def _organisation(actor: Actor, dialogue_id: UUID) -> UUID | None:
    """As whom the actor reviews."""
    return next(iter(actor.organisations_that_may(Permission.ANSWER_REVIEW, dialogue_id)), None)


def _record(
    session: Session, actor: Actor, row: ReviewMark, details: Mapping[str, str], now: datetime
) -> None:
    """Under the reviewer's organisation and the mark itself: suppliers read their own log."""
    act = Act(
        person_id=actor.person_id,
        organisation_id=row.organisation_id,
        dialogue_id=row.dialogue_id,
        subject=("review_mark", row.id),
        act="answer_marked",
        details={"question": row.question_id, **details},
    )
    record(session, act, now=now)
