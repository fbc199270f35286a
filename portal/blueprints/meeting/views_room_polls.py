"""Polls and dot votes in the room."""

from uuid import UUID

from flask import flash, g, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal.blueprints.meeting import bp
from portal.blueprints.meeting.room_forms import PollForm
from portal.blueprints.meeting.room_view import acted, done, place_of, room_page
from portal.blueprints.meeting.views_room import ROOM
from portal.core.clock import now
from portal.identity.roles import Permission
from portal.meeting import operations_polls
from portal.meeting.seats import Place
from portal.web.guard import needs

NOT_AN_OPTION = -1


@bp.post(f"{ROOM}/polls")
@needs(Permission.MEETING_PLAN)
def open_poll(meeting_id: UUID) -> ResponseReturnValue:
    """Let people vote; what was typed stays if it is not taken."""
    form = PollForm(prefix="poll-")
    if form.does(lambda: _open(place_of(meeting_id), form)):
        return done(meeting_id, gettext("People can vote now."))
    g.session.rollback()
    return room_page(meeting_id, poll=form), 422


@bp.post(f"{ROOM}/polls/<uuid:poll_id>/vote")
@needs(Permission.MEETING_READ)
def vote(meeting_id: UUID, poll_id: UUID) -> ResponseReturnValue:
    """Cast a vote, or cast it anew."""
    sent = request.form.getlist("choice")
    chosen = [int(text) if text.isdecimal() and len(text) < 3 else NOT_AN_OPTION for text in sent]  # noqa: PLR2004 - ten options at most
    return acted(
        meeting_id,
        lambda place, _: operations_polls.vote(g.session, g.actor, place, poll_id, chosen),
        gettext("Your vote is in. Nobody sees what you chose."),
    )


@bp.post(f"{ROOM}/polls/<uuid:poll_id>/close")
@needs(Permission.MEETING_PLAN)
def close_poll(meeting_id: UUID, poll_id: UUID) -> ResponseReturnValue:
    """Close a vote for good."""
    return acted(
        meeting_id,
        lambda place, at: operations_polls.close_poll(g.session, g.actor, place, poll_id, now=at),
    )


def _open(place: Place, form: PollForm) -> None:
    draft = operations_polls.PollDraft(
        kind=form.kind.data or "",
        text=form.text.data or "",
        options=(form.options.data or "").splitlines(),
        electorate=form.electorate.data or "",
        unit=form.unit.data or "",
    )
    opened = operations_polls.open_poll(g.session, g.actor, place, draft, now=now())
    if opened.is_asked_again:
        flash(
            gettext(
                "This was asked before in this session. The new result is shown only if the very "
                "same voters vote again, or only voters of organisations that did not vote before: "
                "otherwise the two results together could tell who chose what."
            )
        )
