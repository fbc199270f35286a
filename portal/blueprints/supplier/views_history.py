"""What our answers were before: of one question, with the way back, and of all of them."""

from uuid import UUID

from flask import flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal.blueprints.supplier import bp
from portal.blueprints.supplier.history_view import entries, saves_in_words, touched
from portal.blueprints.supplier.words import say
from portal.core.clock import now
from portal.core.errors import Invalid
from portal.identity.roles import Permission
from portal.response import operations_restoring
from portal.response.clarifying import takes_answers
from portal.response.operations import Saved
from portal.response.queries_history import answer_history, response_history
from portal.web.forms import ConfirmForm
from portal.web.guard import needs
from portal.web.language import sentence
from portal.web.pages import page

CONFLICT, WRONG = 409, 422


@bp.get("/responses/<uuid:response_id>/history")
@needs(Permission.RESPONSE_READ_OWN)
def changes(response_id: UUID) -> ResponseReturnValue:
    """Who changed what lately."""
    number = request.args.get("page", 1, type=int)
    found = response_history(g.session, g.actor, response_id, number)
    return page("supplier/changes.html", found=found, changes=touched(found), saves=saves_in_words)


@bp.get("/responses/<uuid:response_id>/history/<question_id>")
@needs(Permission.RESPONSE_READ_OWN)
def history(response_id: UUID, question_id: str) -> ResponseReturnValue:
    """Everything that one answer was."""
    return _page(response_id, question_id, "")


@bp.post("/responses/<uuid:response_id>/history/<question_id>")
@needs(Permission.ANSWER_WRITE)
def restore(response_id: UUID, question_id: str) -> ResponseReturnValue:
    """Go back to an earlier text, if nobody changed the answer meanwhile."""
    try:
        saved = _restored(response_id, question_id)
    except Invalid as fault:
        g.session.rollback()
        return _page(response_id, question_id, _why(fault)), WRONG
    if saved.conflicts:
        name = saved.conflicts[0].theirs_by
        words = gettext("%(name)s changed this answer meanwhile.", name=name)
        return _page(response_id, question_id, words), CONFLICT
    flash(gettext("The earlier text is back. What was there stays in the history."), "success")
    return redirect(url_for(".history", response_id=response_id, question_id=question_id))


def _restored(response_id: UUID, question_id: str) -> Saved:
    place = (g.session, g.actor, response_id, question_id)
    base = _sent("base")
    return operations_restoring.restore(*place, _sent("version"), base_version=base, now=now())


def _sent(name: str) -> int:
    """A number that the form sends; 0, which no version has, for anything else."""
    return request.form.get(name, 0, type=int)


def _why(fault: Invalid) -> str:
    """The sentence that says most: that of the field, if one is named."""
    return sentence(next(iter(fault.fields.values()), fault.reason))


def _page(response_id: UUID, question_id: str, problem: str) -> str:
    found = answer_history(g.session, g.actor, response_id, question_id)
    return page(
        "supplier/history.html",
        found=found,
        entries=entries(found),
        say=say(found.questionnaire),
        saves=saves_in_words,
        form=ConfirmForm(formdata=None),
        errors=[("", problem)] if problem else [],
        may_restore=found.may_write and found.is_changeable and takes_answers(found, now()),
    )
