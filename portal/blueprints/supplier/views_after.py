"""After sending: still true, open to update, ask to change something, and named buyers."""

from uuid import UUID

from flask import flash, g, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from wtforms import SelectChoice

from portal.blueprints.supplier import bp
from portal.blueprints.supplier.forms_after import ChangeForm, NamedBuyersForm, StillTrueForm
from portal.blueprints.supplier.words import say
from portal.core.clock import now
from portal.core.errors import Refused
from portal.dialogue.rules import is_open
from portal.identity.roles import Permission
from portal.response.operations_accepting import ask_to_reopen
from portal.response.operations_lasting import still_true, update_stale
from portal.response.operations_named import name_buyers, naming_page
from portal.response.queries import receipt as receipt_of
from portal.response.queries_after import afterwards
from portal.web.forms import as_uuid
from portal.web.guard import needs, settings
from portal.web.pages import page


@bp.post("/responses/<uuid:response_id>/still-true")
@needs(Permission.RESPONSE_SIGN)
def confirm_still_true(response_id: UUID) -> ResponseReturnValue:
    """Say that what we sent is still true."""
    form = StillTrueForm()
    remark = form.remark.data or ""
    place = (g.session, g.actor, response_id)
    if form.does(lambda: still_true(*place, remark=remark, now=now())):
        flash(gettext("Thank you. Buyers see that your answers are confirmed."), "success")
        return redirect(url_for(".receipt", response_id=response_id))
    g.session.rollback()
    found = receipt_of(g.session, g.actor, response_id)
    after = afterwards(g.session, g.actor, response_id, now=now())
    opens = is_open(found.dialogue, now())
    shown = page("supplier/still_true.html", found=found, after=after, confirm=form, is_open=opens)
    return shown, 422


@bp.post("/responses/<uuid:response_id>/update")
@needs(Permission.RESPONSE_SIGN)
def update(response_id: UUID) -> ResponseReturnValue:
    """Open answers that are out of date for changes."""
    update_stale(g.session, g.actor, response_id, now=now())
    flash(gettext("Your answers are open. Change them and send them again."), "success")
    return redirect(url_for(".tasks", response_id=response_id))


@bp.get("/responses/<uuid:response_id>/ask-to-change")
@needs(Permission.ANSWER_WRITE)
def ask_to_change(response_id: UUID) -> ResponseReturnValue:
    """A form to ask those who run the dialogue to let us change something."""
    return _wish_page(response_id, ChangeForm(formdata=None))


@bp.post("/responses/<uuid:response_id>/ask-to-change")
@needs(Permission.ANSWER_WRITE)
def send_wish(response_id: UUID) -> ResponseReturnValue:
    """Send them our wish by mail."""
    form = ChangeForm()
    if form.does(lambda: _ask(response_id, form)):
        flash(gettext("Your wish is on its way to the secretariat and the lead buyers."), "success")
        return redirect(url_for(".receipt", response_id=response_id))
    g.session.rollback()
    return _wish_page(response_id, form), 422


@bp.get("/responses/<uuid:response_id>/named-buyers")
@needs(Permission.RESPONSE_READ_OWN)
def named(response_id: UUID) -> ResponseReturnValue:
    """Which buyers read the answers that we keep for named buyers."""
    found = naming_page(g.session, g.actor, response_id)
    form = NamedBuyersForm(formdata=None, buyers=[str(each) for each in found.named])
    form.buyers.choices = [SelectChoice(str(each.id), each.name) for each in found.buyers]
    return page(
        "supplier/named.html",
        found=found,
        form=form,
        say=say(found.questionnaire),
        names=[each.name for each in found.buyers if each.id in found.named],
    )


@bp.post("/responses/<uuid:response_id>/named-buyers")
@needs(Permission.ANSWER_NARROW)
def name_them(response_id: UUID) -> ResponseReturnValue:
    """Name exactly the buyers that are ticked."""
    chosen = [as_uuid(text) for text in NamedBuyersForm().buyers.data or []]
    name_buyers(g.session, g.actor, response_id, chosen, now=now())
    flash(gettext("The list is saved and in force."), "success")
    return redirect(url_for(".named", response_id=response_id))


def _ask(response_id: UUID, form: ChangeForm) -> None:
    found = receipt_of(g.session, g.actor, response_id)
    where = url_for(
        "buyer.supplier",
        dialogue=found.dialogue.short_name,
        organisation_id=found.organisation_id,
    )
    ask_to_reopen(
        g.session,
        g.actor,
        response_id,
        form.words.data or "",
        address=settings().public_url,
        page=where,
        now=now(),
    )


def _wish_page(response_id: UUID, form: ChangeForm) -> str:
    found = receipt_of(g.session, g.actor, response_id)
    if not afterwards(g.session, g.actor, response_id, now=now()).may_ask:
        raise Refused
    return page("supplier/ask_to_change.html", found=found, form=form)
