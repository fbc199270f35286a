"""Ready, reviewed, sent back: a section between colleagues, and everything before it is signed."""

from collections.abc import Callable
from uuid import UUID

from flask import flash, g, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal.blueprints.supplier import bp
from portal.blueprints.supplier.forms_team import SendBackForm
from portal.blueprints.supplier.team_view import check_link, notes_link
from portal.blueprints.supplier.words import say
from portal.core.clock import now
from portal.core.errors import Invalid, Refused
from portal.identity.roles import Permission
from portal.response import operations_marks
from portal.response.queries import task_list
from portal.web.guard import needs
from portal.web.language import sentence
from portal.web.pages import page


def call_ready(response_id: UUID, section_id: str) -> str:
    """Call a section ready that was just saved; where that leads."""
    try:
        operations_marks.mark_ready(g.session, g.actor, response_id, section_id, now=now())
    except Invalid as fault:
        flash(sentence(fault.reason))
        return url_for(".section", response_id=response_id, section_id=section_id)
    flash(gettext("Section %(id)s is ready.", id=section_id), "success")
    return url_for(".tasks", response_id=response_id)


@bp.post("/responses/<uuid:response_id>/sections/<section_id>/review")
@needs(Permission.ANSWER_WRITE)
def review(response_id: UUID, section_id: str) -> ResponseReturnValue:
    """Say that I looked at this section and agree."""
    return _done(
        lambda: operations_marks.review(g.session, g.actor, response_id, section_id, now=now()),
        gettext("Section %(id)s is reviewed.", id=section_id),
        url_for(".tasks", response_id=response_id),
    )


@bp.get("/responses/<uuid:response_id>/sections/<section_id>/send-back")
@needs(Permission.ANSWER_WRITE)
def send_back(response_id: UUID, section_id: str) -> ResponseReturnValue:
    """A form to send this section back to its writers."""
    return _send_back_page(response_id, section_id, SendBackForm())


@bp.post("/responses/<uuid:response_id>/sections/<section_id>/send-back")
@needs(Permission.ANSWER_WRITE)
def send_section_back(response_id: UUID, section_id: str) -> ResponseReturnValue:
    """Send this section back to its writers, with a note."""
    form, at = SendBackForm(), now()
    link = notes_link(response_id, section_id)
    place = (g.session, g.actor, response_id, section_id)
    if form.does(lambda: operations_marks.send_back(*place, _text(form), link=link, now=at)):
        flash(gettext("Section %(id)s is sent back, with your note.", id=section_id), "success")
        return redirect(url_for(".tasks", response_id=response_id))
    g.session.rollback()
    return _send_back_page(response_id, section_id, form), 422


@bp.post("/responses/<uuid:response_id>/review")
@needs(Permission.ANSWER_WRITE)
def ask_for_review(response_id: UUID) -> ResponseReturnValue:
    """Ask those who sign to look at all answers."""
    link = check_link(response_id)
    return _done(
        lambda: operations_marks.ask_for_review(
            g.session, g.actor, response_id, link=link, now=now()
        ),
        gettext("Those who sign for your company have been asked by mail."),
        url_for(".tasks", response_id=response_id),
    )


@bp.get("/responses/<uuid:response_id>/send-back")
@needs(Permission.ANSWER_WRITE)
def end_review(response_id: UUID) -> ResponseReturnValue:
    """A form to send all answers back to their writers."""
    return _send_back_page(response_id, "", SendBackForm())


@bp.post("/responses/<uuid:response_id>/send-back")
@needs(Permission.ANSWER_WRITE)
def send_all_back(response_id: UUID) -> ResponseReturnValue:
    """Send all answers back to their writers, with a note: the review is over."""
    form, link, at = SendBackForm(), notes_link(response_id), now()
    place = (g.session, g.actor, response_id)
    if form.does(lambda: operations_marks.end_review(*place, _text(form), link=link, now=at)):
        flash(gettext("The answers are sent back, with your note."), "success")
        return redirect(url_for(".tasks", response_id=response_id))
    g.session.rollback()
    return _send_back_page(response_id, "", form), 422


def _text(form: SendBackForm) -> str:
    return form.text.data or ""


def _done(act: Callable[[], object], said: str, after: str) -> ResponseReturnValue:
    """Do it and go on, saying what was done or why not."""
    try:
        act()
    except Invalid as fault:
        flash(sentence(fault.reason))
    else:
        flash(said, "success")
    return redirect(after)


def _send_back_page(response_id: UUID, section_id: str, form: SendBackForm) -> str:
    found = task_list(g.session, g.actor, response_id, now=now())
    tasks = {task.progress.section.id: task for task in found.tasks}
    if not found.may_assign or (section_id and section_id not in tasks):
        raise Refused
    task = tasks.get(section_id)
    return page(
        "supplier/send_back.html", list=found, task=task, form=form, say=say(found.questionnaire)
    )
