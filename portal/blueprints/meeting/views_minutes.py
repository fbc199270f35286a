"""The minutes of a session: written together, sent round, closed, summed up for anyone."""

from uuid import UUID

from flask import flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal.blueprints.meeting import bp
from portal.blueprints.meeting.forms_minutes import SPEAKERS, EntryForm, SummaryForm
from portal.blueprints.meeting.forms_sessions import whole
from portal.blueprints.meeting.words import CORRECTIONS, PARTS, STATES
from portal.core.clock import now
from portal.core.errors import Invalid, Refused
from portal.identity.roles import Permission
from portal.meeting import operations_minutes
from portal.meeting.operations_minutes import TextClash
from portal.meeting.queries_minutes import MinutesPage, ReadEntry, minutes_page
from portal.meeting.queries_sessions import run_meeting
from portal.web.guard import needs, settings
from portal.web.pages import page


@bp.get("/dialogues/<dialogue>/sessions/<uuid:meeting_id>/minutes")
@needs(Permission.MEETING_READ)
def minutes(meeting_id: UUID) -> ResponseReturnValue:
    """The minutes, point by point, with what the reader can do about them."""
    found = found_minutes(meeting_id)
    return page(
        "meeting/minutes.html",
        found=found,
        meeting=found.meeting,
        speakers=SPEAKERS,
        parts=PARTS,
        states=STATES,
        correction_states=CORRECTIONS,
    )


@bp.post("/dialogues/<dialogue>/sessions/<uuid:meeting_id>/minutes/begin")
@needs(Permission.MEETING_PLAN)
def begin_minutes(meeting_id: UUID) -> ResponseReturnValue:
    """Begin to write."""
    found_minutes(meeting_id)
    operations_minutes.draft_minutes(g.session, g.actor, meeting_id, now=now())
    return redirect(url_for(".minutes", meeting_id=meeting_id))


@bp.get("/dialogues/<dialogue>/sessions/<uuid:meeting_id>/minutes/add/<uuid:item_id>")
@needs(Permission.MEETING_PLAN)
def new_entry(meeting_id: UUID, item_id: UUID) -> ResponseReturnValue:
    """A form for a passage on a point."""
    return _entry_page(_draft(meeting_id), item_id, EntryForm())


@bp.post("/dialogues/<dialogue>/sessions/<uuid:meeting_id>/minutes/add/<uuid:item_id>")
@needs(Permission.MEETING_PLAN)
def add_entry(meeting_id: UUID, item_id: UUID) -> ResponseReturnValue:
    """Add a passage."""
    found, form = found_minutes(meeting_id), EntryForm()
    form.offer(found.speakers)
    if form.does(
        lambda: operations_minutes.add_entry(
            g.session, g.actor, meeting_id, item_id, form.entry(), now=now()
        )
    ):
        return _back(meeting_id, item_id)
    return _entry_page(found, item_id, form), 422


@bp.get("/dialogues/<dialogue>/sessions/<uuid:meeting_id>/minutes/<uuid:entry_id>")
@needs(Permission.MEETING_PLAN)
def edit_entry(meeting_id: UUID, entry_id: UUID) -> ResponseReturnValue:
    """One passage, to change it."""
    found = _draft(meeting_id)
    item_id, entry = entry_in(found, entry_id)
    form = EntryForm(obj=entry)
    form.organisation_id.data = str(entry.organisation_id or "")
    return _entry_page(found, item_id, form, entry=entry)


@bp.post("/dialogues/<dialogue>/sessions/<uuid:meeting_id>/minutes/<uuid:entry_id>")
@needs(Permission.MEETING_PLAN)
def save_entry(meeting_id: UUID, entry_id: UUID) -> ResponseReturnValue:
    """Save a passage; where another changed the same lines, both are shown."""
    found, form = found_minutes(meeting_id), EntryForm()
    item_id, entry = entry_in(found, entry_id)
    form.offer(found.speakers)
    try:
        if form.validate():
            _save(entry_id, form)
            return _back(meeting_id, item_id)
    except Invalid as fault:
        form.add_fault(fault)
        return _entry_page(found, item_id, form, entry=entry, clash=_clash(form, fault)), 422
    return _entry_page(found, item_id, form, entry=entry), 422


@bp.post("/dialogues/<dialogue>/sessions/<uuid:meeting_id>/minutes/<uuid:entry_id>/remove")
@needs(Permission.MEETING_PLAN)
def remove_entry(meeting_id: UUID, entry_id: UUID) -> ResponseReturnValue:
    """Take a passage off the draft."""
    item_id, _entry = entry_in(found_minutes(meeting_id), entry_id)
    version = whole(request.form.get("version"))
    operations_minutes.remove_entry(g.session, g.actor, entry_id, version=version, now=now())
    return _back(meeting_id, item_id)


@bp.post("/dialogues/<dialogue>/sessions/<uuid:meeting_id>/minutes/circulate")
@needs(Permission.MEETING_PLAN)
def circulate(meeting_id: UUID) -> ResponseReturnValue:
    """Send the minutes to everybody who took part; they have ten days."""
    run_meeting(g.session, g.actor, g.dialogue.id, meeting_id)
    address = settings().public_url
    operations_minutes.circulate(g.session, g.actor, meeting_id, address=address, now=now())
    flash(gettext("The minutes go round. Everybody who took part was told."), "success")
    return redirect(url_for(".minutes", meeting_id=meeting_id))


@bp.post("/dialogues/<dialogue>/sessions/<uuid:meeting_id>/minutes/end")
@needs(Permission.MEETING_PLAN)
def end_circulation(meeting_id: UUID) -> ResponseReturnValue:
    """Close the minutes once everybody has agreed or the ten days are over."""
    run_meeting(g.session, g.actor, g.dialogue.id, meeting_id)
    address = settings().public_url
    operations_minutes.end_circulation(g.session, g.actor, meeting_id, address=address, now=now())
    flash(gettext("The minutes are closed."), "success")
    return redirect(url_for(".minutes", meeting_id=meeting_id))


@bp.get("/dialogues/<dialogue>/sessions/<uuid:meeting_id>/summary")
@needs(Permission.MEETING_PLAN)
def write_summary(meeting_id: UUID) -> ResponseReturnValue:
    """A form for what anyone reads."""
    meeting = run_meeting(g.session, g.actor, g.dialogue.id, meeting_id)
    return page("meeting/summary.html", meeting=meeting, form=SummaryForm())


@bp.post("/dialogues/<dialogue>/sessions/<uuid:meeting_id>/summary")
@needs(Permission.MEETING_PLAN)
def publish_summary(meeting_id: UUID) -> ResponseReturnValue:
    """Publish it on the session's page."""
    meeting, form = run_meeting(g.session, g.actor, g.dialogue.id, meeting_id), SummaryForm()
    if form.does(lambda: _publish(meeting_id, form.text.data or "")):
        flash(gettext("The summary is published. Everybody who takes part was told."), "success")
        return redirect(url_for(".session", meeting_id=meeting_id))
    return page("meeting/summary.html", meeting=meeting, form=form), 422


def found_minutes(meeting_id: UUID) -> MinutesPage:
    """The minutes for this reader; raises Refused unless they may read them."""
    return minutes_page(g.session, g.actor, g.dialogue.id, meeting_id, now=now())


def entry_in(found: MinutesPage, entry_id: UUID) -> tuple[UUID, ReadEntry]:
    """The point that a passage is on, and the passage; raises Refused if there is none."""
    for point in found.points:
        for entry in point.entries:
            if entry.id == entry_id:
                return point.timed.item.id, entry
    raise Refused


def _draft(meeting_id: UUID) -> MinutesPage:
    """Minutes that take passages; what is typed already is shown again whatever their state."""
    found = found_minutes(meeting_id)
    if found.meeting.state != "minutes_draft":
        raise Refused
    return found


def _save(entry_id: UUID, form: EntryForm) -> None:
    version = whole(form.version.data)
    operations_minutes.save_entry(
        g.session, g.actor, entry_id, form.entry(), version=version, now=now()
    )


def _clash(form: EntryForm, fault: Invalid) -> TextClash | None:
    """The fault as a clash, if it is one."""
    if not isinstance(fault, TextClash):
        return None
    # What is saved next was typed with the other's words in sight.
    form.version.data = str(fault.version)
    return fault


def _publish(meeting_id: UUID, text: str) -> None:
    address = settings().public_url
    operations_minutes.publish_summary(
        g.session, g.actor, meeting_id, text, address=address, now=now()
    )


def _back(meeting_id: UUID, item_id: UUID) -> ResponseReturnValue:
    return redirect(url_for(".minutes", meeting_id=meeting_id, _anchor=f"point-{item_id}"))


def _entry_page(
    found: MinutesPage,
    item_id: UUID,
    form: EntryForm,
    *,
    entry: ReadEntry | None = None,
    clash: TextClash | None = None,
) -> str:
    """The form of a passage, with both texts where two clash."""
    point = next((each for each in found.points if each.timed.item.id == item_id), None)
    if point is None or not found.may_draft:
        raise Refused
    form.offer(found.speakers)
    return page(
        "meeting/entry.html",
        form=form,
        meeting=found.meeting,
        item=point.timed.item,
        entry=entry,
        clash=clash,
    )
