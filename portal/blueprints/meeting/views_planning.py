"""Planning a session and changing its plan."""

from uuid import UUID

from flask import flash, g, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal.blueprints.meeting import bp
from portal.blueprints.meeting.forms_sessions import PlanForm, whole
from portal.core.clock import now
from portal.core.errors import Invalid
from portal.identity.roles import Permission
from portal.meeting.operations import change, plan
from portal.meeting.queries import Meeting
from portal.meeting.queries_sessions import editable_meeting
from portal.web.guard import needs, settings
from portal.web.pages import page


@bp.get("/dialogues/<dialogue>/sessions/new")
@needs(Permission.MEETING_PLAN)
def new_session() -> ResponseReturnValue:
    """A form for a new session."""
    form = PlanForm()
    form.suggest(now())
    return page("meeting/plan.html", form=form, meeting=None, clash=False)


@bp.post("/dialogues/<dialogue>/sessions/new")
@needs(Permission.MEETING_PLAN)
def plan_session() -> ResponseReturnValue:
    """Plan it, then write its agenda."""
    form = PlanForm()
    if form.validate():
        try:
            made = plan(g.session, g.actor, g.dialogue.id, form.plan(), now=now())
        except Invalid as fault:
            form.add_fault(fault)
        else:
            return redirect(url_for(".agenda", meeting_id=made.id))
    return page("meeting/plan.html", form=form, meeting=None, clash=False), 422


@bp.get("/dialogues/<dialogue>/sessions/<uuid:meeting_id>/plan")
@needs(Permission.MEETING_PLAN)
def edit_session(meeting_id: UUID) -> ResponseReturnValue:
    """The plan, to change it."""
    meeting = editable_meeting(g.session, g.actor, g.dialogue.id, meeting_id)
    form = PlanForm()
    form.show(meeting)
    return page("meeting/plan.html", form=form, meeting=meeting, clash=False)


@bp.post("/dialogues/<dialogue>/sessions/<uuid:meeting_id>/plan")
@needs(Permission.MEETING_PLAN)
def save_session(meeting_id: UUID) -> ResponseReturnValue:
    """Save the plan; a changed time or place goes to everybody if it was announced."""
    meeting = editable_meeting(g.session, g.actor, g.dialogue.id, meeting_id)
    form = PlanForm()
    if form.does(lambda: _save(meeting, form)):
        flash(gettext("The plan has been saved."), "success")
        return redirect(url_for(".session", meeting_id=meeting_id))
    clash = whole(form.version.data) != meeting.version
    # What is saved next was typed with the other's words in sight.
    form.version.data = str(meeting.version)
    return page("meeting/plan.html", form=form, meeting=meeting, clash=clash), 422


def _save(meeting: Meeting, form: PlanForm) -> None:
    change(
        g.session,
        g.actor,
        meeting.id,
        form.plan(),
        version=whole(form.version.data),
        address=settings().public_url,
        now=now(),
    )
