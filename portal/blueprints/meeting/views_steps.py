"""The steps of a session's life: announced, closed, held, cancelled."""

from uuid import UUID

from flask import flash, g, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal.blueprints.meeting import bp
from portal.blueprints.meeting.forms_sessions import StepForm
from portal.core.clock import now
from portal.identity.roles import Permission
from portal.meeting import operations
from portal.meeting.queries import Meeting
from portal.meeting.queries_sessions import run_meeting
from portal.web.guard import needs, settings
from portal.web.pages import page


@bp.post("/dialogues/<dialogue>/sessions/<uuid:meeting_id>/announce")
@needs(Permission.MEETING_PLAN)
def announce(meeting_id: UUID) -> ResponseReturnValue:
    """Tell every person of every party at this one instant."""
    _run(meeting_id)
    address = settings().public_url
    operations.announce(g.session, g.actor, meeting_id, address=address, now=now())
    flash(gettext("The session is announced. Everybody who takes part was told."), "success")
    return redirect(url_for(".session", meeting_id=meeting_id))


@bp.get("/dialogues/<dialogue>/sessions/<uuid:meeting_id>/close-registration")
@needs(Permission.MEETING_PLAN)
def confirm_closing(meeting_id: UUID) -> ResponseReturnValue:
    """Ask for the reason before registration closes early."""
    return page("meeting/close.html", meeting=_run(meeting_id), form=StepForm())


@bp.post("/dialogues/<dialogue>/sessions/<uuid:meeting_id>/close-registration")
@needs(Permission.MEETING_PLAN)
def close_registration(meeting_id: UUID) -> ResponseReturnValue:
    """Close registration before its time, with a reason that everybody reads."""
    meeting, form = _run(meeting_id), StepForm()
    if form.does(lambda: _close(meeting_id, form.reason.data or "")):
        flash(gettext("Registration is closed. Everybody was told why."), "success")
        return redirect(url_for(".session", meeting_id=meeting_id))
    return page("meeting/close.html", meeting=meeting, form=form), 422


@bp.post("/dialogues/<dialogue>/sessions/<uuid:meeting_id>/held")
@needs(Permission.MEETING_PLAN)
def hold(meeting_id: UUID) -> ResponseReturnValue:
    """Say that the session was held."""
    _run(meeting_id)
    operations.hold(g.session, g.actor, meeting_id, now=now())
    flash(gettext("The session was held. You can write its minutes now."), "success")
    return redirect(url_for(".session", meeting_id=meeting_id))


@bp.get("/dialogues/<dialogue>/sessions/<uuid:meeting_id>/cancel")
@needs(Permission.MEETING_PLAN)
def confirm_cancelling(meeting_id: UUID) -> ResponseReturnValue:
    """Ask for the reason before a session is cancelled."""
    return page("meeting/cancel.html", meeting=_run(meeting_id), form=StepForm())


@bp.post("/dialogues/<dialogue>/sessions/<uuid:meeting_id>/cancel")
@needs(Permission.MEETING_PLAN)
def cancel(meeting_id: UUID) -> ResponseReturnValue:
    """Cancel it, with a reason that everybody who was told of it reads."""
    meeting, form = _run(meeting_id), StepForm()
    if form.does(lambda: _cancel(meeting_id, form.reason.data or "")):
        flash(gettext("The session is cancelled."), "success")
        return redirect(url_for(".session", meeting_id=meeting_id))
    return page("meeting/cancel.html", meeting=meeting, form=form), 422


def _run(meeting_id: UUID) -> Meeting:
    return run_meeting(g.session, g.actor, g.dialogue.id, meeting_id)


def _close(meeting_id: UUID, reason: str) -> None:
    address = settings().public_url
    operations.close_registration(
        g.session, g.actor, meeting_id, reason=reason, address=address, now=now()
    )


def _cancel(meeting_id: UUID, reason: str) -> None:
    address = settings().public_url
    operations.cancel(g.session, g.actor, meeting_id, reason=reason, address=address, now=now())
