"""Wording a question so that it names nobody."""

from uuid import UUID

from flask import flash, g, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal.blueprints.exchange import bp
from portal.blueprints.exchange.forms import WordingForm
from portal.blueprints.exchange.typing_together import kept, said_after
from portal.core.clock import now
from portal.core.errors import Refused
from portal.exchange.operations import anonymise
from portal.exchange.queries import require_here
from portal.exchange.queries_desk import item_desk
from portal.identity.roles import Permission
from portal.web.guard import needs, settings
from portal.web.pages import page


@bp.get("/dialogues/<dialogue>/questions/desk/<uuid:asked_id>/wording")
@needs(Permission.QA_ANSWER)
def wording(asked_id: UUID) -> ResponseReturnValue:
    """What was asked, and how everybody will read it."""
    return _page(asked_id, None)


@bp.post("/dialogues/<dialogue>/questions/desk/<uuid:asked_id>/wording")
@needs(Permission.QA_ANSWER)
def save_wording(asked_id: UUID) -> ResponseReturnValue:
    """Keep the wording, unless it may tell who asks and nobody has looked."""
    require_here(g.session, g.dialogue.id, asked_id)
    form = WordingForm()
    fault = kept(form, lambda: _save(asked_id, form))
    if fault is None:
        return redirect(url_for(".item", asked_id=asked_id))
    return _page(asked_id, form, **fault), 422


def _save(asked_id: UUID, form: WordingForm) -> None:
    saved = anonymise(
        g.session,
        g.actor,
        asked_id,
        form.typed(),
        looked=form.looked.data,
        address=settings().public_url,
        now=now(),
    )
    flash(said_after(saved.question, form.text.data, gettext("The wording is saved.")), "success")


def _page(asked_id: UUID, form: WordingForm | None, **fault: object) -> str:
    found = item_desk(g.session, g.actor, g.dialogue.id, asked_id, now=now())
    if not found.may_run:
        raise Refused
    text, spoken = found.item.question, found.item.language
    form = form or WordingForm(formdata=None, text=text, base=str(found.revision), language=spoken)
    return page("exchange/wording.html", found=found, form=form, **fault)
