"""The room of a session: its page, what is new in it, and what people do there."""

from uuid import UUID

from flask import g, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal.blueprints.meeting import bp
from portal.blueprints.meeting.room_forms import QuestionForm
from portal.blueprints.meeting.room_view import (
    acted,
    done,
    is_projected,
    parts_of,
    place_of,
    room_page,
    wants_json,
)
from portal.core.clock import now
from portal.identity.roles import Permission
from portal.meeting import operations_room
from portal.meeting.queries_room import room_seen
from portal.meeting.seats import take_seat
from portal.web.guard import needs
from portal.web.lifetime import leaves_session
from portal.web.pages import page

ROOM = "/dialogues/<dialogue>/sessions/<uuid:meeting_id>/room"


@bp.get(ROOM)
@needs(Permission.MEETING_READ)
def room(meeting_id: UUID) -> ResponseReturnValue:
    """The page; ``?view=projector`` for a screen that everybody sees."""
    return room_page(meeting_id)


@bp.get(f"{ROOM}/live")
@needs(Permission.MEETING_READ)
@leaves_session
def room_live(meeting_id: UUID) -> ResponseReturnValue:
    """The parts of the page; nothing, after one small query, if ``stamp`` is still the newest."""
    seat = take_seat(g.session, g.actor, place_of(meeting_id))
    if request.args.get("stamp") == seat.stamp:
        return "", 204
    seen = room_seen(g.session, seat, is_projected=is_projected())
    parts = parts_of(seen, request.args.get("item", ""))
    return page("meeting/_room_live.html", room=seen, parts=parts)


@bp.post(f"{ROOM}/open")
@needs(Permission.MEETING_PLAN)
def open_room(meeting_id: UUID) -> ResponseReturnValue:
    """Let people in."""
    return acted(
        meeting_id,
        lambda place, at: operations_room.open_room(g.session, g.actor, place, now=at),
        gettext("The room is open."),
    )


@bp.post(f"{ROOM}/close")
@needs(Permission.MEETING_PLAN)
def close_room(meeting_id: UUID) -> ResponseReturnValue:
    """End what can be done in it."""
    return acted(
        meeting_id,
        lambda place, at: operations_room.close_room(g.session, g.actor, place, now=at),
        gettext("The room is closed. Everybody can still read what is in it."),
    )


@bp.post(f"{ROOM}/items/<uuid:item_id>")
@needs(Permission.MEETING_PLAN)
def choose_item(meeting_id: UUID, item_id: UUID) -> ResponseReturnValue:
    """Move to a point of the agenda."""
    return acted(
        meeting_id,
        lambda place, at: operations_room.choose_item(g.session, g.actor, place, item_id, now=at),
    )


@bp.post(f"{ROOM}/hand")
@needs(Permission.MEETING_READ)
def raise_hand(meeting_id: UUID) -> ResponseReturnValue:
    """Ask to speak."""
    return acted(
        meeting_id,
        lambda place, at: operations_room.raise_hand(g.session, g.actor, place, now=at),
    )


@bp.post(f"{ROOM}/hand/down")
@needs(Permission.MEETING_READ)
def lower_hand(meeting_id: UUID) -> ResponseReturnValue:
    """Take one's own hand down."""
    return acted(meeting_id, lambda place, _: operations_room.lower_hand(g.session, g.actor, place))


@bp.post(f"{ROOM}/hands/<uuid:hand_id>/call")
@needs(Permission.MEETING_PLAN)
def call_on(meeting_id: UUID, hand_id: UUID) -> ResponseReturnValue:
    """Give somebody the floor."""
    return acted(
        meeting_id, lambda place, _: operations_room.call_on(g.session, g.actor, place, hand_id)
    )


@bp.post(f"{ROOM}/hands/<uuid:hand_id>/down")
@needs(Permission.MEETING_PLAN)
def put_down(meeting_id: UUID, hand_id: UUID) -> ResponseReturnValue:
    """Take somebody's hand down."""
    return acted(
        meeting_id, lambda place, _: operations_room.put_down(g.session, g.actor, place, hand_id)
    )


@bp.post(f"{ROOM}/questions")
@needs(Permission.MEETING_READ)
def ask(meeting_id: UUID) -> ResponseReturnValue:
    """Write a question; what was typed stays if it is not taken."""
    form = QuestionForm(prefix="question-")
    place, text = place_of(meeting_id), form.text.data or ""
    if form.does(lambda: operations_room.ask(g.session, g.actor, place, text, now=now())):
        return done(meeting_id, gettext("Your question is in."))
    g.session.rollback()
    if wants_json():
        return {"reason": form.faults()[0][1]}, 422
    return room_page(meeting_id, question=form), 422


@bp.post(f"{ROOM}/questions/<uuid:asked_id>/support")
@needs(Permission.MEETING_READ)
def support(meeting_id: UUID, asked_id: UUID) -> ResponseReturnValue:
    """Want a question answered, too, or take that back."""
    return acted(
        meeting_id, lambda place, _: operations_room.support(g.session, g.actor, place, asked_id)
    )


@bp.post(f"{ROOM}/questions/<uuid:asked_id>/settle")
@needs(Permission.MEETING_READ)
def settle(meeting_id: UUID, asked_id: UUID) -> ResponseReturnValue:
    """Show a question that was held, call it answered, or set it aside."""
    to = request.form.get("to", "")
    return acted(
        meeting_id,
        lambda place, at: operations_room.settle(g.session, g.actor, place, asked_id, to, now=at),
    )
