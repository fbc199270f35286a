"""Reads of a dialogue's commitments: the board, what is due, and for calendars."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from operator import attrgetter
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, case, exists, false, func, or_, select, true
from sqlalchemy.orm import Session, aliased

from portal.core.calendar import Entry, sequence_at
from portal.core.errors import message
from portal.dialogue.models import Party
from portal.identity.actor import Actor
from portal.identity.models import Organisation
from portal.identity.roles import Permission
from portal.meeting.commitments_ground import observers_read
from portal.meeting.commitments_policy import (
    BUYER,
    may_follow_all,
    may_settle_rules,
    own_organisations,
    reads_if_allowed,
)
from portal.meeting.commitments_rules import DONE, IN_FORCE, KEPT, OPEN, State
from portal.meeting.models_commitments import Commitment, CommitmentPlace

A_PAGE = 25
SOON_DAYS = 30
MOST_IN_CALENDAR = 200
ORDER = (
    State.ESCALATED,
    State.OVERDUE,
    State.DISPUTED,
    State.PROOF_GIVEN,
    State.PROPOSED,
    State.IN_PROGRESS,
    State.AGREED,
    State.VERIFIED,
    State.CLOSED,
    State.DROPPED,
)
"""What needs somebody comes first."""
OVERDUE, SOON, LATER = "overdue", "soon", "later"
_PROMISOR, _COUNTERPART = aliased(Organisation), aliased(Organisation)
_RANK = case({str(state): rank for rank, state in enumerate(ORDER)}, value=Commitment.state)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What to look for. ``due``: overdue, soon (30 days) or later; empty for everything."""

    words: str = ""
    organisation_id: UUID | None = None
    state: str = ""
    due: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A commitment in a list. ``days`` until its due day, negative after it."""

    id: UUID
    text: str
    due_on: date
    state: str
    part: str
    organisation_id: UUID
    organisation: str
    counterpart: str
    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """A page of commitments; ``by_state`` counts all that fit the other filters."""

    lines: tuple[Line, ...]
    by_state: dict[str, int]
    total: int
    page: int
    promisors: tuple[tuple[UUID, str], ...]
    follows_all: bool
    may_propose: bool
    may_settle: bool
    observers_read: bool

    @property
    def groups(self) -> list[tuple[str, list[Line]]]:
        """The lines of this page by their state, in the order in which they need somebody."""
        return [(state, list(some)) for state, some in groupby(self.lines, attrgetter("state"))]

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.total // A_PAGE))


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """How many open commitments somebody has a part in, and the next day of them."""

    open: int
    overdue: int
    next_on: date | None


def board(
    session: Session,
    actor: Actor,
    dialogue_id: UUID,
    wanted: Wanted,
    *,
    page: int = 1,
    now: datetime,
) -> Board:
    """A page of what the actor may see, what needs somebody first; four queries at most.

    Buyers and secretariat see everything, a supplier its own and what buyers promised to all.
    """
    today = now.date()
    allowed = observers_read(session, dialogue_id)
    seen = _visible(actor, dialogue_id, observers=allowed)
    fits = [seen, *_conditions(wanted, today)]
    counts = select(Commitment.state, func.count()).where(*fits).group_by(Commitment.state)
    by_state: dict[str, int] = dict(session.execute(counts).all())
    if wanted.state:
        fits.append(Commitment.state == wanted.state)
    total = by_state.get(wanted.state, 0) if wanted.state else sum(by_state.values())
    page = min(max(page, 1), max(1, -(-total // A_PAGE)))
    query = _lines().where(*fits).order_by(_RANK, Commitment.due_on, Commitment.id)
    rows = session.execute(query.limit(A_PAGE).offset((page - 1) * A_PAGE)).all()
    return Board(
        lines=tuple(_line(row, today) for row in rows),
        by_state=by_state,
        total=total,
        page=page,
        promisors=tuple(_promisors(session, seen)),
        follows_all=may_follow_all(actor, dialogue_id),
        may_propose=actor.may(Permission.COMMITMENT_WRITE, dialogue_id),
        may_settle=may_settle_rules(actor, dialogue_id),
        observers_read=allowed,
    )


def due_for(session: Session, actor: Actor, dialogue_id: UUID, *, now: datetime) -> Due:
    """What is open of the actor's organisation (of all, for buyers and secretariat); one query."""
    late = or_(
        Commitment.state.in_([State.OVERDUE, State.ESCALATED]), Commitment.due_on < now.date()
    )
    counts = select(
        func.count(),
        func.count().filter(late),
        func.min(Commitment.due_on).filter(Commitment.due_on >= now.date()),
    )
    query = counts.where(_concerning(actor, dialogue_id), Commitment.state.in_(sorted(OPEN)))
    is_open, overdue, next_on = session.execute(query).one()
    return Due(open=is_open, overdue=overdue, next_on=next_on)


def commitments_of(
    session: Session, actor: Actor, dialogue_id: UUID, *, now: datetime
) -> Due | None:
    """As ``due_for``, for one line on other pages; None for who has none or sees none."""
    if not (may_follow_all(actor, dialogue_id) or own_organisations(actor, dialogue_id)):
        return None
    found = due_for(session, actor, dialogue_id, now=now)
    return found if found.open else None


def due_days(
    session: Session, actor: Actor, dialogue_id: UUID, title: str, url: str
) -> tuple[Entry, ...]:
    """The due days of what the actor's organisation promised or was promised, for a calendar.

    ``url`` is the board's, to which each commitment's id is added. One query.
    """
    query = (
        select(Commitment)
        .where(_concerning(actor, dialogue_id), Commitment.state.in_(sorted(OPEN)))
        .order_by(Commitment.due_on, Commitment.id)
    )
    return tuple(
        Entry(
            uid=f"commitment-{row.id}@parley",
            sequence=sequence_at(row.changed_at),
            due=row.due_on,
            summary=message("{dialogue}: a commitment is due", dialogue=title),
            description=row.text,
            url=f"{url}/{row.id}",
        )
        for row in session.scalars(query.limit(MOST_IN_CALENDAR))
    )


def in_dialogue(dialogue_id: UUID) -> ColumnElement[bool]:
    """Made in the dialogue, or carried over to it, once who promised takes part there."""
    carried = exists().where(
        CommitmentPlace.commitment_id == Commitment.id,
        CommitmentPlace.dialogue_id == dialogue_id,
        Party.dialogue_id == dialogue_id,
        Party.organisation_id == Commitment.organisation_id,
    )
    return or_(Commitment.dialogue_id == dialogue_id, carried)


def _visible(actor: Actor, dialogue_id: UUID, *, observers: bool) -> ColumnElement[bool]:
    """As ``commitments_policy.may_read``, in SQL."""
    here = in_dialogue(dialogue_id)
    if may_follow_all(actor, dialogue_id) or (observers and reads_if_allowed(actor, dialogue_id)):
        return here
    own = own_organisations(actor, dialogue_id)
    if not own:
        return false()
    to_all = (
        (Commitment.part == BUYER)
        & Commitment.counterpart_id.is_(None)
        & Commitment.state.in_(sorted(IN_FORCE | KEPT))
    )
    return here & or_(
        Commitment.organisation_id.in_(own), Commitment.counterpart_id.in_(own), to_all
    )


def _concerning(actor: Actor, dialogue_id: UUID) -> ColumnElement[bool]:
    """What the actor's own organisation has a part in; for who follows all, everything."""
    if may_follow_all(actor, dialogue_id):
        return in_dialogue(dialogue_id)
    own = own_organisations(actor, dialogue_id)
    ends = or_(Commitment.organisation_id.in_(own), Commitment.counterpart_id.in_(own))
    return in_dialogue(dialogue_id) & ends


def _conditions(wanted: Wanted, today: date) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [
        Commitment.text.icontains(word, autoescape=True) for word in wanted.words.split()[:8]
    ]
    if wanted.organisation_id is not None:
        found.append(Commitment.organisation_id == wanted.organisation_id)
    soon = today + timedelta(days=SOON_DAYS)
    if wanted.due == OVERDUE:
        found += [Commitment.due_on < today, Commitment.state.in_(sorted(OPEN))]
    elif wanted.due == SOON:
        found += [Commitment.due_on.between(today, soon), Commitment.state.not_in(sorted(DONE))]
    elif wanted.due == LATER:
        found.append(Commitment.due_on > soon)
    return found or [true()]


def _lines() -> Select[Commitment, str, str]:
    return (
        select(Commitment, _PROMISOR.name, _COUNTERPART.name)
        .join(_PROMISOR, _PROMISOR.id == Commitment.organisation_id)
        .outerjoin(_COUNTERPART, _COUNTERPART.id == Commitment.counterpart_id)
    )


def lines_of(
    session: Session, *conditions: ColumnElement[bool], limit: int, today: date
) -> list[Line]:
    """These commitments by their due day, at most so many; one query."""
    query = _lines().where(*conditions).order_by(Commitment.due_on, Commitment.id)
    return [_line(row, today) for row in session.execute(query.limit(limit))]


def _line(row: Sequence[Any], today: date) -> Line:
    commitment, promisor, counterpart = row
    return Line(
        id=commitment.id,
        text=commitment.text,
        due_on=commitment.due_on,
        state=commitment.state,
        part=commitment.part,
        organisation_id=commitment.organisation_id,
        organisation=promisor,
        counterpart=counterpart or "",
        days=(commitment.due_on - today).days,
    )


def _promisors(session: Session, seen: ColumnElement[bool]) -> list[tuple[UUID, str]]:
    """Everybody who has promised something, by name."""
    promised = select(Commitment.organisation_id).where(seen)
    query = select(Organisation.id, Organisation.name).where(Organisation.id.in_(promised))
    return [(row[0], row[1]) for row in session.execute(query.order_by(Organisation.name))]
