"""What people do in the room of a session: the chair leads, others raise hands and write questions.

Opening, closing, moving on and what becomes of a question are in the audit log. Hands and support
are not: they are over with the session, and the log must not tell who was for what.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal.core.audit import record
from portal.core.errors import Invalid, NotNow, Refused, message
from portal.identity.actor import Actor
from portal.meeting.acting import act_on, run_by
from portal.meeting.models import AgendaItem, Meeting
from portal.meeting.models_room import QuestionSupport, RaisedHand, Room, WrittenQuestion
from portal.meeting.room_closing import locked_room, shut
from portal.meeting.seats import WITH_A_ROOM, Place, Seat, act_in, chair_in
from portal.questionnaire.checks.competition import PATTERNS
from portal.response.fields import clean

QUESTION_LENGTH = 1000
IN_THE_QUEUE = ("raised", "called")
SETTLED = {"open": "room_question_shown", "answered": "room_question_answered",
           "set_aside": "room_question_set_aside"}  # fmt: skip
"""What the chair makes of a written question → the word in the audit log."""


# The chair leads ------------------------------------------------------------------------


def open_room(session: Session, actor: Actor, place: Place, *, now: datetime) -> Room:
    """Open the room, for the first time or again.

    Raises Refused unless the actor is secretariat or lead buyer of the session's dialogue, NotNow
    before it is announced, when its minutes are written, and if the room is open.
    """
    room = locked_room(session, place[1])
    meeting = _chaired(session, actor, place)
    if meeting.state not in WITH_A_ROOM:
        raise NotNow(message("The room opens once the session is announced, and before its minutes "
                             "are written."))  # fmt: skip
    if room is not None and room.state == "open":
        raise NotNow(message("The room is open."))
    before = room.state if room else ""
    if room is None:
        room = Room(meeting_id=place[1], opened_at=now, number=0)
        session.add(room)
    room.state, room.closed_at, room.number = "open", None, room.number + 1
    session.flush()
    details: dict[str, object] = {"from": before, "to": "open"}
    record(session, act_on(meeting, actor, "room_opened", details), now=now)
    return room


def close_room(session: Session, actor: Actor, place: Place, *, now: datetime) -> Room:
    """Close the room: everything in it can still be read, and nothing done.

    Raises Refused as ``open_room``, NotNow if it is not open or while people vote.
    """
    _, room = chair_in(session, actor, place)
    shut(session, actor, session.get_one(Meeting, place[1]), room, now=now)
    return room


def choose_item(
    session: Session,
    actor: Actor,
    place: Place,
    item_id: UUID,
    *,
    now: datetime,
) -> None:
    """Move to a point of the agenda, whose time begins now; the same one again begins anew.

    Raises Refused unless the actor chairs and the point is of this session, NotNow unless the
    room is open.
    """
    _, room = chair_in(session, actor, place)
    item = session.get(AgendaItem, item_id)
    if item is None or item.meeting_id != place[1]:
        raise Refused
    meeting = session.get_one(Meeting, place[1])
    details: dict[str, object] = {"from": str(meeting.current_item_id or ""), "to": str(item_id)}
    meeting.current_item_id, room.item_since = item_id, now
    record(session, act_on(meeting, actor, "room_item_chosen", details), now=now)


def _chaired(session: Session, actor: Actor, place: Place) -> Meeting:
    meeting = run_by(session, actor, place[1])
    if meeting.dialogue_id != place[0]:
        raise Refused
    return meeting


# Hands ----------------------------------------------------------------------------------


def raise_hand(session: Session, actor: Actor, place: Place, *, now: datetime) -> RaisedHand:
    """Ask to speak; a hand that is up stays where it is in the queue.

    Raises Refused outside the room, NotNow unless it is open.
    """
    seat, _ = act_in(session, actor, place)
    up = _hand_of(session, seat)
    if up is not None:
        return up
    hand = RaisedHand(
        meeting_id=place[1],
        person_id=seat.person_id,
        organisation_id=seat.organisation_id,
        part=seat.part,
        state="raised",
        raised_at=now,
    )
    session.add(hand)
    session.flush()
    return hand


def lower_hand(session: Session, actor: Actor, place: Place) -> None:
    """Take one's own hand down, before or after having spoken; Refused if it is not up."""
    seat, _ = act_in(session, actor, place)
    hand = _hand_of(session, seat)
    if hand is None:
        raise Refused
    hand.state = "down"


def call_on(session: Session, actor: Actor, place: Place, hand_id: UUID) -> RaisedHand:
    """Give somebody the floor; whoever had it before has spoken.

    Raises Refused unless the actor chairs and the hand is up in this room.
    """
    chair_in(session, actor, place)
    hand = _raised(session, place[1], hand_id)
    spoken = update(RaisedHand).where(
        RaisedHand.meeting_id == place[1], RaisedHand.state == "called"
    )
    session.execute(spoken.values(state="down"))
    hand.state = "called"
    return hand


def put_down(session: Session, actor: Actor, place: Place, hand_id: UUID) -> None:
    """Take somebody's hand down, who has spoken or cannot be heard; Refused as ``call_on``."""
    chair_in(session, actor, place)
    _raised(session, place[1], hand_id).state = "down"


def _hand_of(session: Session, seat: Seat) -> RaisedHand | None:
    query = select(RaisedHand).where(
        RaisedHand.meeting_id == seat.meeting_id,
        RaisedHand.person_id == seat.person_id,
        RaisedHand.state.in_(IN_THE_QUEUE),
    )
    return session.scalars(query).first()


def _raised(session: Session, meeting_id: UUID, hand_id: UUID) -> RaisedHand:
    hand = session.get(RaisedHand, hand_id, populate_existing=True)
    if hand is None or hand.meeting_id != meeting_id or hand.state not in IN_THE_QUEUE:
        raise Refused
    return hand


# Written questions ----------------------------------------------------------------------


def ask(
    session: Session,
    actor: Actor,
    place: Place,
    text: str,
    *,
    now: datetime,
) -> WrittenQuestion:
    """Write a question on the present point; others see it without a name.

    One with words for prices, margins, volumes, capacity or roadmaps is held until the chair has
    looked at it. Raises Refused outside the room, NotNow unless it is open, Invalid without a
    text or with one of more than 1,000 characters.
    """
    seat, _ = act_in(session, actor, place)
    words = clean(text)
    if not words:
        fault = message("Write your question.")
        raise Invalid(fault, {"text": fault})
    if len(words) > QUESTION_LENGTH:
        fault = message("Shorten this to {maximum} characters or fewer.", maximum=QUESTION_LENGTH)
        raise Invalid(fault, {"text": fault})
    question = WrittenQuestion(
        meeting_id=place[1],
        item_id=seat.current_item_id,
        person_id=seat.person_id,
        organisation_id=seat.organisation_id,
        part=seat.part,
        text=words,
        state="held" if _is_sensitive(words) else "open",
        asked_at=now,
    )
    session.add(question)
    session.flush()
    return question


def support(session: Session, actor: Actor, place: Place, asked_id: UUID) -> bool:
    """Say that one would like a question answered, too, or take that back; whether it is said now.

    Raises Refused outside the room, for one's own question and for one that is not open.
    """
    seat, _ = act_in(session, actor, place)
    question = _asked(session, place[1], asked_id)
    if question.state != "open" or question.person_id == seat.person_id:
        raise Refused
    query = select(QuestionSupport).where(
        QuestionSupport.question_id == asked_id, QuestionSupport.person_id == seat.person_id
    )
    given = session.scalars(query).one_or_none()
    if given is not None:
        session.delete(given)
        return False
    session.add(QuestionSupport(question_id=asked_id, person_id=seat.person_id))
    return True


def settle(
    session: Session,
    actor: Actor,
    place: Place,
    asked_id: UUID,
    to: str,
    *,
    now: datetime,
) -> WrittenQuestion:
    """Say what becomes of a question: shown (open), answered, or set aside.

    The chair does; the author may set an own open question aside. Raises Refused for everybody
    else and for unknown words, NotNow unless the room is open or if that was settled already.
    """
    seat, _ = act_in(session, actor, place)
    question = _asked(session, place[1], asked_id)
    is_own = question.person_id == seat.person_id and to == "set_aside"
    if to not in SETTLED or not (seat.is_chair or (is_own and question.state != "held")):
        raise Refused
    if question.state == to or (question.state != "open" and not seat.is_chair):
        raise NotNow(message("This was done already."))
    meeting = session.get_one(Meeting, place[1])
    details: dict[str, object] = {"from": question.state, "to": to}
    question.state = to
    act = act_on(
        meeting, actor, SETTLED[to], details,
        organisation_id=seat.organisation_id, subject=("room_question", asked_id),
    )  # fmt: skip
    record(session, act, now=now)
    return question


def _asked(session: Session, meeting_id: UUID, asked_id: UUID) -> WrittenQuestion:
    question = session.get(WrittenQuestion, asked_id, populate_existing=True)
    if question is None or question.meeting_id != meeting_id:
        raise Refused
    return question


def _is_sensitive(text: str) -> bool:
    """Whether it names what competitors must not exchange, in any language that we know."""
    return any(pattern.search(text) for pattern in PATTERNS.values())
