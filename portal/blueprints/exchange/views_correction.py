"""Correcting a published answer: the old text stays, and everybody is told."""

from uuid import UUID

from flask import flash, g, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal.blueprints.exchange import bp
from portal.blueprints.exchange.forms import CorrectionForm, number_in
from portal.blueprints.exchange.readers import readers
from portal.blueprints.exchange.typing_together import kept
from portal.core.clock import now
from portal.core.errors import Refused
from portal.dialogue.rules import is_closed
from portal.exchange.operations_publishing import Correction, correct
from portal.exchange.queries import require_here
from portal.exchange.queries_desk import item_desk
from portal.identity.roles import Permission
from portal.web.forms import local_instant
from portal.web.guard import needs
from portal.web.pages import page


@bp.get("/dialogues/<dialogue>/questions/desk/<uuid:asked_id>/correction")
@needs(Permission.QA_ANSWER)
def correction(asked_id: UUID) -> ResponseReturnValue:
    """The answer as it reads, to be written anew."""
    return _page(asked_id, None)


@bp.post("/dialogues/<dialogue>/questions/desk/<uuid:asked_id>/correction")
@needs(Permission.QA_ANSWER)
def correct_answer(asked_id: UUID) -> ResponseReturnValue:
    """Publish the correction, and move the closing time where the meaning changes."""
    require_here(g.session, g.dialogue.id, asked_id)
    form = CorrectionForm()
    fault = kept(form, lambda: _correct(asked_id, form))
    if fault is None:
        flash(gettext("The correction is published, and everybody is being told."), "success")
        return redirect(url_for(".questions"))
    return _page(asked_id, form, **fault), 422


def _correct(asked_id: UUID, form: CorrectionForm) -> None:
    typed = form.closes_at.data
    made = Correction(
        after=form.after.data or "",
        reason=form.reason.data or "",
        changes_meaning=form.meaning.data == "yes",
        closes_at=local_instant(typed) if typed else None,
        seen=number_in(form.seen),
        looked=bool(form.looked.data),
    )
    correct(g.session, g.actor, asked_id, made, readers=readers(), now=now())


def _page(asked_id: UUID, form: CorrectionForm | None, **fault: object) -> str:
    found = item_desk(g.session, g.actor, g.dialogue.id, asked_id, now=now())
    if not found.may_run or found.item.state != "published":
        raise Refused
    is_over = is_closed(g.dialogue, now())
    form = form or CorrectionForm(formdata=None, after=found.answer)
    form.seen.data = str(found.corrections)
    return page("exchange/correction.html", found=found, form=form, is_over=is_over, **fault)
