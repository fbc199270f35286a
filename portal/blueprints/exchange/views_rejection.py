"""Not answering a question, with a reason that everybody reads."""

from uuid import UUID

from flask import flash, g, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal.blueprints.exchange import bp
from portal.blueprints.exchange.forms import RejectionForm
from portal.blueprints.exchange.readers import readers
from portal.blueprints.exchange.typing_together import kept
from portal.core.clock import now
from portal.core.errors import Refused
from portal.exchange.operations_publishing import reject
from portal.exchange.queries import require_here
from portal.exchange.queries_desk import item_desk
from portal.identity.roles import Permission
from portal.web.guard import needs
from portal.web.pages import page


@bp.get("/dialogues/<dialogue>/questions/desk/<uuid:asked_id>/rejection")
@needs(Permission.QA_ANSWER)
def rejection(asked_id: UUID) -> ResponseReturnValue:
    """Ask for the reason."""
    return _page(asked_id, RejectionForm(formdata=None))


@bp.post("/dialogues/<dialogue>/questions/desk/<uuid:asked_id>/rejection")
@needs(Permission.QA_ANSWER)
def reject_question(asked_id: UUID) -> ResponseReturnValue:
    """Publish the reason to everybody."""
    require_here(g.session, g.dialogue.id, asked_id)
    form = RejectionForm()
    fault = kept(form, lambda: _reject(asked_id, form))
    if fault is None:
        flash(gettext("The reason is published, and everybody is being told."), "success")
        return redirect(url_for(".question_desk"))
    return _page(asked_id, form, **fault), 422


def _reject(asked_id: UUID, form: RejectionForm) -> None:
    reject(
        g.session,
        g.actor,
        asked_id,
        reason=form.reason.data or "",
        shows_question=form.shows_question.data == "yes",
        looked=form.looked.data,
        readers=readers(),
        now=now(),
    )


def _page(asked_id: UUID, form: RejectionForm, **fault: object) -> str:
    found = item_desk(g.session, g.actor, g.dialogue.id, asked_id, now=now())
    if not found.may_run:
        raise Refused
    return page("exchange/rejection.html", found=found, form=form, **fault)
