"""Reads of a room: what somebody in it sees. The queries do not grow with people or votes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, exists, func, select, true
from sqlalchemy.orm import Session

from portal.core.errors import Refused
from portal.identity.actor import Actor
from portal.identity.models import Organisation, Person
from portal.meeting.models import AgendaItem
from portal.meeting.models_room import (
    Poll,
    QuestionSupport,
    RaisedHand,
    RoomNote,
    RoomNoteVersion,
    Vote,
    WrittenQuestion,
)
from portal.meeting.operations_room import IN_THE_QUEUE
from portal.meeting.queries import agenda_of
from portal.meeting.rules_polls import Electorate
from portal.meeting.seats import Place, Seat, take_seat

SEEN_BY_ALL = ("open", "answered")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hand:
    """Somebody in the queue; ``who`` is empty where the reader sees the part only."""

    id: UUID
    part: str
    who: str
    is_called: bool
    is_own: bool
    raised_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A written question; ``who`` and ``count`` are for the chair, empty and None for others."""

    id: UUID
    text: str
    state: str
    part: str
    who: str
    count: int | None
    is_own: bool
    is_supported: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PollSeen:
    """A poll as the reader sees it: ``count`` have voted; ``cells`` once closed, where shown.

    ``group_has_voted``: the reader's company is one of a group whose one vote is in, by whomever.
    """

    id: UUID
    item_id: UUID | None
    kind: str
    text: str
    options: Sequence[str]
    electorate: str
    unit: str
    is_open: bool
    count: int
    cells: Mapping[str, str] | None
    may_vote: bool
    has_voted: bool
    group_has_voted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomSeen:
    """A room as somebody in it sees it. ``ends_at``: when the time of the present point is over.

    ``is_projected``: on a screen that everybody sees, so without anything for the reader alone.
    """

    seat: Seat
    is_projected: bool
    items: Sequence[AgendaItem]
    hands: Sequence[Hand]
    questions: Sequence[Asked]
    polls: Sequence[PollSeen]
    note: RoomNote | None

    @property
    def is_open(self) -> bool:
        """Whether anything can be done in the room."""
        return self.seat.room == "open"

    @property
    def chairs(self) -> bool:
        """Whether the reader leads, and is not just projecting."""
        return self.seat.is_chair and not self.is_projected

    @property
    def current(self) -> AgendaItem | None:
        """The present point of the agenda."""
        return next((i for i in self.items if i.id == self.seat.current_item_id), None)

    @property
    def ends_at(self) -> datetime | None:
        """When its time is over; None where none runs."""
        if self.current is None or self.seat.item_since is None or not self.is_open:
            return None
        return self.seat.item_since + timedelta(minutes=self.current.minutes)

    @property
    def own_hand(self) -> Hand | None:
        """The reader's hand, if it is up."""
        return next((hand for hand in self.hands if hand.is_own), None)


def room_seen(session: Session, seat: Seat, *, is_projected: bool = False) -> RoomSeen:
    """The room from a seat; five queries, however many are in it."""
    note = select(RoomNote).where(RoomNote.item_id == seat.current_item_id)
    return RoomSeen(
        seat=seat,
        is_projected=is_projected,
        items=agenda_of(session, seat.meeting_id),
        hands=_hands(session, seat, is_projected=is_projected),
        questions=_questions(session, seat, is_projected=is_projected),
        polls=_polls(session, seat, is_projected=is_projected),
        note=session.scalars(note).one_or_none(),
    )


def _hands(session: Session, seat: Seat, *, is_projected: bool) -> list[Hand]:
    query = (
        select(RaisedHand, Person.name, Organisation.name)
        .join(Person, Person.id == RaisedHand.person_id)
        .join(Organisation, Organisation.id == RaisedHand.organisation_id)
        .where(RaisedHand.meeting_id == seat.meeting_id, RaisedHand.state.in_(IN_THE_QUEUE))
        .order_by(RaisedHand.state == "raised", RaisedHand.raised_at, RaisedHand.id)
    )
    named = seat.sees_names and not is_projected
    return [
        Hand(
            id=hand.id,
            part=hand.part,
            who=f"{name}, {organisation}" if named else "",
            is_called=hand.state == "called",
            is_own=hand.person_id == seat.person_id and not is_projected,
            raised_at=hand.raised_at,
        )
        for hand, name, organisation in session.execute(query)
    ]


def _questions(session: Session, seat: Seat, *, is_projected: bool) -> list[Asked]:
    """Open ones first, those that most want answered at the top; then the others."""
    supporters = (
        select(func.count())
        .where(QuestionSupport.question_id == WrittenQuestion.id)
        .scalar_subquery()
    )
    is_mine = exists().where(
        QuestionSupport.question_id == WrittenQuestion.id,
        QuestionSupport.person_id == seat.person_id,
    )
    query = (
        select(WrittenQuestion, Person.name, Organisation.name, supporters, is_mine)
        .join(Person, Person.id == WrittenQuestion.person_id)
        .join(Organisation, Organisation.id == WrittenQuestion.organisation_id)
        .where(WrittenQuestion.meeting_id == seat.meeting_id)
        .where(_visible(seat, is_projected=is_projected))
        .order_by(
            WrittenQuestion.state.in_(("held", "open")).desc(),
            supporters.desc(),
            WrittenQuestion.asked_at,
            WrittenQuestion.id,
        )
    )
    chairs = seat.is_chair and not is_projected
    return [
        Asked(
            id=question.id,
            text=question.text,
            state=question.state,
            part=question.part,
            who=f"{name}, {organisation}" if chairs else "",
            count=count if chairs else None,
            is_own=question.person_id == seat.person_id and not is_projected,
            is_supported=bool(mine),
        )
        for question, name, organisation, count, mine in session.execute(query)
    ]


def _visible(seat: Seat, *, is_projected: bool) -> ColumnElement[bool]:
    seen = WrittenQuestion.state.in_(SEEN_BY_ALL)
    if is_projected:
        return seen
    return true() if seat.is_chair else seen | (WrittenQuestion.person_id == seat.person_id)


def _polls(session: Session, seat: Seat, *, is_projected: bool) -> list[PollSeen]:
    """The open one, then the newest first."""
    of_poll = select(func.count()).where(Vote.poll_id == Poll.id).scalar_subquery()
    mine = exists().where(
        Vote.poll_id == Poll.id,
        Vote.voter.in_((seat.person_id, seat.organisation_id, seat.group_id)),
    )
    has_daughters = exists().where(Organisation.parent_id == seat.organisation_id)
    query = select(Poll, of_poll, mine, has_daughters).where(Poll.meeting_id == seat.meeting_id)
    rows = session.execute(query.order_by(Poll.state == "closed", Poll.opened_at.desc(), Poll.id))
    votes_here = seat.is_registered and not is_projected
    is_daughter = seat.group_id != seat.organisation_id
    return [
        PollSeen(
            id=poll.id,
            item_id=poll.item_id,
            kind=poll.kind,
            text=poll.text,
            options=poll.options,
            electorate=poll.electorate,
            unit=poll.unit,
            is_open=poll.state == "open",
            count=count,
            cells=poll.cells,
            may_vote=votes_here and seat.part in Electorate(poll.electorate).parts,
            has_voted=bool(voted) and votes_here,
            group_has_voted=bool(voted)
            and votes_here
            and seat.part == "supplier"
            and (is_daughter or bool(is_mother)),
        )
        for poll, count, voted, is_mother in rows
    ]


# Notes ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteVersion:
    """A save of a note."""

    version: int
    text: str
    who: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteSeen:
    """The note on one point with its saves, the newest first."""

    seat: Seat
    item: AgendaItem
    note: RoomNote | None
    versions: Sequence[NoteVersion]


def note_seen(session: Session, actor: Actor, place: Place, item_id: UUID) -> NoteSeen:
    """The note on a point of the agenda with its history; Refused outside the room."""
    seat = take_seat(session, actor, place)
    item = session.get(AgendaItem, item_id)
    if item is None or item.meeting_id != seat.meeting_id:
        raise Refused
    note = session.scalars(select(RoomNote).where(RoomNote.item_id == item_id)).one_or_none()
    query = (
        select(RoomNoteVersion, Person.name)
        .outerjoin(Person, Person.id == RoomNoteVersion.saved_by)
        .where(RoomNoteVersion.note_id == (note.id if note else None))
        .order_by(RoomNoteVersion.version.desc())
    )
    versions = [
        NoteVersion(version=row.version, text=row.text, who=name or "", at=row.saved_at)
        for row, name in session.execute(query)
    ]
    return NoteSeen(seat=seat, item=item, note=note, versions=versions)


def notes_of(session: Session, meeting_id: UUID) -> dict[UUID, str]:
    """Point of the agenda → what was noted on it, for whoever drafts the minutes."""
    query = select(RoomNote.item_id, RoomNote.text).where(RoomNote.meeting_id == meeting_id)
    return {row.item_id: row.text for row in session.execute(query) if row.text}


def unanswered_of(session: Session, meeting_id: UUID) -> list[tuple[UUID | None, str]]:
    """(point of the agenda, text) of each written question left open, oldest first; no names."""
    query = select(WrittenQuestion.item_id, WrittenQuestion.text).where(
        WrittenQuestion.meeting_id == meeting_id, WrittenQuestion.state == "open"
    )
    rows = session.execute(query.order_by(WrittenQuestion.asked_at, WrittenQuestion.id))
    return [(row.item_id, row.text) for row in rows]


def results_of(session: Session, meeting_id: UUID) -> list[Mapping[str, Any]]:
    """The closed polls of a session, oldest first, with what of them is shown."""
    query = select(Poll).where(Poll.meeting_id == meeting_id, Poll.state == "closed")
    return [
        {
            "text": poll.text,
            "item_id": poll.item_id,
            "voters": poll.voters,
            "cells": [
                (name, (poll.cells or {}).get(str(i))) for i, name in enumerate(poll.options)
            ],
        }
        for poll in session.scalars(query.order_by(Poll.opened_at, Poll.id))
    ]
