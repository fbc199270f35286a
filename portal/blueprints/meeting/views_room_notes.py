"""The note that is taken together on a point of the agenda."""

from uuid import UUID

from flask import g
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal.blueprints.meeting import bp
from portal.blueprints.meeting.room_forms import NoteForm
from portal.blueprints.meeting.room_view import (
    done,
    note_marks,
    place_of,
    room_page,
    wants_json,
)
from portal.blueprints.meeting.views_room import ROOM
from portal.core.clock import now
from portal.core.errors import Invalid
from portal.identity.roles import Permission
from portal.meeting import operations_notes
from portal.meeting.operations_notes import SavedNote
from portal.meeting.queries_room import note_seen
from portal.web.guard import needs
from portal.web.language import clock
from portal.web.pages import page


@bp.get(f"{ROOM}/notes/<uuid:item_id>")
@needs(Permission.MEETING_READ)
def room_note(meeting_id: UUID, item_id: UUID) -> ResponseReturnValue:
    """The note on one point, and every text that it had before."""
    found = note_seen(g.session, g.actor, place_of(meeting_id), item_id)
    return page("meeting/room_note.html", found=found)


@bp.post(f"{ROOM}/notes/<uuid:item_id>")
@needs(Permission.MEETING_PLAN)
def save_room_note(meeting_id: UUID, item_id: UUID) -> ResponseReturnValue:
    """Join what was typed with what others typed meanwhile."""
    form = NoteForm(prefix="note-")
    try:
        saved = _save(meeting_id, item_id, form)
    except Invalid as fault:
        return _not_taken(meeting_id, item_id, form, fault)
    if wants_json():
        time = clock(now())
        return {"text": saved.text, "base": saved.base, "version": saved.version, "saved": time}
    if saved.is_joined:
        return done(meeting_id, gettext("Saved, with what others wrote at the same time."))
    return done(meeting_id, gettext("Saved."))


def _save(meeting_id: UUID, item_id: UUID, form: NoteForm) -> SavedNote:
    return operations_notes.save_note(
        g.session,
        g.actor,
        place_of(meeting_id),
        item_id,
        (form.base.data or "", form.text.data or ""),
        marks=note_marks(),
        now=now(),
    )


def _not_taken(
    meeting_id: UUID, item_id: UUID, form: NoteForm, fault: Invalid
) -> ResponseReturnValue:
    """What was typed stays in its field."""
    g.session.rollback()
    form.add_fault(fault)
    if wants_json():
        return {"reason": form.faults()[0][1]}, 422
    return room_page(meeting_id, note=form, note_item=item_id), 422
