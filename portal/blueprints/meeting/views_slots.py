"""Bilateral talks after a session: the same offer to every supplier."""

from uuid import UUID

from flask import flash, g, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal.blueprints.meeting import bp
from portal.blueprints.meeting.forms_sessions import SeriesForm, typed_time
from portal.core.clock import now
from portal.core.errors import Refused
from portal.identity.roles import Permission
from portal.meeting.operations_slots import book_slot, leave_slot, offer_slots
from portal.meeting.queries_sessions import run_meeting
from portal.meeting.queries_slots import SlotsPage, slots_page
from portal.web.guard import needs, settings
from portal.web.language import clock
from portal.web.pages import page


@bp.get("/dialogues/<dialogue>/sessions/<uuid:meeting_id>/slots")
@needs(Permission.MEETING_READ)
def slots(meeting_id: UUID) -> ResponseReturnValue:
    """Suppliers see what is free and their own; buyers see who booked."""
    found = _found(meeting_id)
    form = SeriesForm(formdata=None)
    form.first_at.data = typed_time(found.meeting.ends_at)
    return _page(found, form)


@bp.post("/dialogues/<dialogue>/sessions/<uuid:meeting_id>/slots")
@needs(Permission.MEETING_PLAN)
def offer(meeting_id: UUID) -> ResponseReturnValue:
    """Offer a series to every supplier at this one instant."""
    run_meeting(g.session, g.actor, g.dialogue.id, meeting_id)
    form = SeriesForm()
    if form.does(lambda: _offer(meeting_id, form)):
        flash(gettext("The talks are offered. Every supplier was told."), "success")
        return redirect(url_for(".slots", meeting_id=meeting_id))
    return _page(_found(meeting_id), form), 422


@bp.post("/dialogues/<dialogue>/sessions/<uuid:meeting_id>/slots/<uuid:slot_id>/book")
@needs(Permission.MEETING_REGISTER)
def book(meeting_id: UUID, slot_id: UUID) -> ResponseReturnValue:
    """Take a free time for the company."""
    company_id = _found(meeting_id).company_id
    if company_id is None:
        raise Refused
    book_slot(g.session, g.actor, slot_id, company_id, now=now())
    flash(gettext("This time is yours."), "success")
    return redirect(url_for(".slots", meeting_id=meeting_id))


@bp.post("/dialogues/<dialogue>/sessions/<uuid:meeting_id>/slots/<uuid:slot_id>/leave")
@needs(Permission.MEETING_REGISTER)
def leave(meeting_id: UUID, slot_id: UUID) -> ResponseReturnValue:
    """Give a time back, so that another supplier can take it."""
    _found(meeting_id)
    leave_slot(g.session, g.actor, slot_id, now=now())
    flash(gettext("You have given this time back."), "success")
    return redirect(url_for(".slots", meeting_id=meeting_id))


def _offer(meeting_id: UUID, form: SeriesForm) -> None:
    address = settings().public_url
    offer_slots(g.session, g.actor, meeting_id, form.series(), address=address, now=now())


def _found(meeting_id: UUID) -> SlotsPage:
    return slots_page(g.session, g.actor, g.dialogue.id, meeting_id, now=now())


def _page(found: SlotsPage, form: SeriesForm) -> str:
    return page("meeting/slots.html", found=found, meeting=found.meeting, form=form, clock=clock)
