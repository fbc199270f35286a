"""Polls and dot votes: opened by the chair, secret, and shown only where nobody is given away."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, null, select, update
from sqlalchemy.orm import Session

from portal.core.audit import record
from portal.core.errors import Invalid, Message, NotNow, Refused, message
from portal.identity.actor import SYSTEM, Actor
from portal.meeting.acting import act_on
from portal.meeting.models import Meeting
from portal.meeting.models_room import Poll, Vote
from portal.meeting.rules_polls import (
    Cast,
    Electorate,
    Kind,
    Unit,
    bands,
    likeness,
    may_be_shown,
    voter_of,
)
from portal.meeting.seats import WITH_A_ROOM, Place, act_in, chair_in
from portal.response.fields import clean

TEXT_LENGTH, OPTION_LENGTH = 500, 200
FEWEST, MOST = 2, 10
"""Options."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PollDraft:
    """What the chair asks; fixed once it is opened."""

    kind: str
    text: str
    options: Sequence[str]
    electorate: str
    unit: str


@dataclass(frozen=True, slots=True)
class Opened:
    """A poll that people may vote in; ``is_asked_again``: the same was asked in this session."""

    poll: Poll
    is_asked_again: bool


def open_poll(
    session: Session,
    actor: Actor,
    place: Place,
    draft: PollDraft,
    *,
    now: datetime,
) -> Opened:
    """Open a poll or dot vote on the present point; one at a time.

    Raises Refused unless the actor chairs, NotNow unless the room is open or while people vote,
    Invalid without a text, 2 to 10 different options, and known kind, electorate and unit.
    """
    seat, _ = chair_in(session, actor, place)
    text, options = _checked(draft)
    of_room = select(func.count()).select_from(Poll).where(Poll.meeting_id == place[1])
    if session.scalar(of_room.where(Poll.state == "open")):
        raise NotNow(message("Close the vote that is open first."))
    like = likeness(text)
    poll = Poll(
        meeting_id=place[1],
        item_id=seat.current_item_id,
        kind=draft.kind,
        text=text,
        likeness=like,
        options=options,
        electorate=draft.electorate,
        unit=Unit.ORGANISATION if draft.electorate == Electorate.SUPPLIERS else draft.unit,
        opened_at=now,
    )
    again = bool(session.scalar(of_room.where(Poll.likeness == like)))
    session.add(poll)
    session.flush()
    _record(session, actor, poll, {"from": "", "to": "open", "kind": draft.kind}, now)
    return Opened(poll, again)


def vote(
    session: Session,
    actor: Actor,
    place: Place,
    poll_id: UUID,
    choice: Sequence[int],
) -> None:
    """Cast the vote of a person, an organisation or a corporate group, or cast it anew.

    Nothing is written down but that, and, until the poll is closed, what. Raises Refused for who
    has no vote in it, NotNow once it is closed, Invalid for a choice that the poll does not offer.
    """
    seat, _ = act_in(session, actor, place)
    poll = _poll(session, place[1], poll_id)
    if not seat.is_registered or seat.part not in Electorate(poll.electorate).parts:
        raise Refused
    if poll.state != "open":
        raise NotNow(message("This vote is closed."))
    chosen = sorted(set(choice))
    if not set(chosen) <= set(range(len(poll.options))) or (
        poll.kind == Kind.POLL and len(chosen) != 1
    ):
        fault = message("Choose one of the options.")
        raise Invalid(fault, {"choice": fault})
    voter = voter_of(seat.part, poll.unit, seat.person_id, seat.organisation_id, seat.group_id)
    query = select(Vote).where(Vote.poll_id == poll_id, Vote.voter == voter)
    cast = session.scalars(query).one_or_none()
    if cast is None:
        cast = Vote(poll_id=poll_id, voter=voter, group_id=seat.group_id)
        session.add(cast)
    cast.choice = chosen
    session.flush()


def close_poll(
    session: Session,
    actor: Actor,
    place: Place,
    poll_id: UUID,
    *,
    now: datetime,
) -> Poll:
    """Close a poll for good: work out what may be shown, and forget who chose what.

    Raises Refused unless the actor chairs, NotNow if it is closed.
    """
    chair_in(session, actor, place)
    poll = _poll(session, place[1], poll_id)
    if poll.state != "open":
        raise NotNow(message("This vote is closed."))
    _close(session, actor, poll, now)
    return poll


def close_forgotten(session: Session, *, now: datetime) -> int:
    """Close polls that were left open when their session went on or was cancelled; how many.

    What somebody chose is kept no longer than a session is held.
    """
    query = (
        select(Poll)
        .join(Meeting, Meeting.id == Poll.meeting_id)
        .where(Poll.state == "open", Meeting.state.not_in(WITH_A_ROOM))
        .with_for_update(of=Poll)
    )
    found = list(session.scalars(query))
    for poll in found:
        _close(session, SYSTEM, poll, now)
    return len(found)


def _close(session: Session, actor: Actor, poll: Poll, now: datetime) -> None:
    votes = list(session.scalars(select(Vote).where(Vote.poll_id == poll.id)))
    cast = _cast(poll, [(each.voter, each.group_id) for each in votes])
    poll.state, poll.closed_at, poll.voters = "closed", now, len(votes)
    if may_be_shown(cast, _shown_before(session, poll)):
        poll.cells = bands([each.choice or () for each in votes], len(poll.options))
    session.flush()
    session.execute(update(Vote).where(Vote.poll_id == poll.id).values(choice=null()))
    details: dict[str, object] = {
        "from": "open",
        "to": "closed",
        "shown": poll.cells is not None,
    }
    _record(session, actor, poll, details, now)


def _shown_before(session: Session, poll: Poll) -> list[Cast]:
    """Polls of this session with the same question whose results are shown."""
    query = select(Poll).where(
        Poll.meeting_id == poll.meeting_id, Poll.likeness == poll.likeness, Poll.id != poll.id
    )
    earlier = [each for each in session.scalars(query) if each.cells is not None]
    votes: dict[UUID, list[tuple[UUID, UUID]]] = {each.id: [] for each in earlier}
    rows = select(Vote.poll_id, Vote.voter, Vote.group_id).where(Vote.poll_id.in_(votes))
    for poll_id, voter, group_id in session.execute(rows):
        votes[poll_id].append((voter, group_id))
    return [_cast(each, votes[each.id]) for each in earlier]


def _cast(poll: Poll, votes: Sequence[tuple[UUID, UUID]]) -> Cast:
    return Cast(
        shape=(poll.kind, poll.unit, tuple(poll.options)),
        voters=frozenset(voter for voter, _ in votes),
        groups=frozenset(group for _, group in votes),
    )


def _checked(draft: PollDraft) -> tuple[str, list[str]]:
    """Text and options as they are stored; Invalid where something is not right."""
    text = " ".join(clean(draft.text).split())
    options = [line for each in draft.options if (line := " ".join(clean(each).split()))]
    faults = _wording_faults(text, options)
    for field, known, fault in (
        ("kind", Kind, message("Choose what kind of vote it is.")),
        ("electorate", Electorate, message("Choose who votes.")),
        ("unit", Unit, message("Choose whose vote counts.")),
    ):
        if getattr(draft, field) not in set(known):
            faults[field] = fault
    if faults:
        raise Invalid(next(iter(faults.values())), faults)
    return text, options


def _wording_faults(text: str, options: Sequence[str]) -> dict[str, Message]:
    faults: dict[str, Message] = {}
    if not text:
        faults["text"] = message("Write what you ask.")
    elif len(text) > TEXT_LENGTH:
        faults["text"] = message(
            "Shorten this to {maximum} characters or fewer.", maximum=TEXT_LENGTH
        )
    if not FEWEST <= len(options) <= MOST:
        faults["options"] = message(
            "Write {fewest} to {most} options, one on each line.", fewest=FEWEST, most=MOST
        )
    elif len({option.casefold() for option in options}) < len(options):
        faults["options"] = message("Two options are the same.")
    elif any(len(option) > OPTION_LENGTH for option in options):
        faults["options"] = message(
            "Shorten each option to {maximum} characters or fewer.", maximum=OPTION_LENGTH
        )
    return faults


def _poll(session: Session, meeting_id: UUID, poll_id: UUID) -> Poll:
    poll = session.get(Poll, poll_id, populate_existing=True)
    if poll is None or poll.meeting_id != meeting_id:
        raise Refused
    return poll


def _record(
    session: Session, actor: Actor, poll: Poll, details: dict[str, object], now: datetime
) -> None:
    meeting = session.get_one(Meeting, poll.meeting_id)
    act = f"poll_{'opened' if poll.state == 'open' else 'closed'}"
    record(session, act_on(meeting, actor, act, details, subject=("poll", poll.id)), now=now)
