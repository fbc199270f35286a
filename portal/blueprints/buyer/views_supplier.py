"""One supplier, as buyers follow it: what happened to its answers, accepting and reopening them."""

from uuid import UUID

from flask import flash, g, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import TextAreaField
from wtforms.validators import DataRequired, Length

from portal.blueprints.buyer import bp
from portal.blueprints.buyer.supplier_view import happenings
from portal.core.clock import now
from portal.dialogue.rules import is_closed, is_open
from portal.identity.roles import Permission
from portal.response.operations import reopen
from portal.response.operations_accepting import accept
from portal.response.queries_after import supplier_page
from portal.web.forms import ConfirmForm, PortalForm
from portal.web.guard import needs, settings
from portal.web.pages import page


class ReopenForm(PortalForm):
    """Why a supplier may change its answers again."""

    reason = TextAreaField(
        _("Reason"),
        description=_("The supplier and all buyers of this dialogue read it."),
        validators=[DataRequired(_("Give the reason.")), Length(max=1000)],
    )


@bp.get("/dialogues/<dialogue>/review/suppliers/<uuid:organisation_id>")
@needs(Permission.PARTICIPATION_READ)
def supplier(organisation_id: UUID) -> ResponseReturnValue:
    """How this supplier's answers stand and what happened to them; nothing of what they say."""
    return _page(organisation_id, ReopenForm(formdata=None), ConfirmForm(formdata=None))


@bp.post("/dialogues/<dialogue>/review/suppliers/<uuid:organisation_id>/accept")
@needs(Permission.RESPONSE_REOPEN)
def accept_answers(organisation_id: UUID) -> ResponseReturnValue:
    """Accept the submitted answers."""
    form = ConfirmForm()
    response_id = _response_id(organisation_id)
    address = settings().public_url
    if form.does(lambda: accept(g.session, g.actor, response_id, address=address, now=now())):
        flash(gettext("The answers are accepted. The supplier is being told."), "success")
        return redirect(url_for(".supplier", organisation_id=organisation_id))
    g.session.rollback()
    return _page(organisation_id, ReopenForm(formdata=None), form), 422


@bp.post("/dialogues/<dialogue>/review/suppliers/<uuid:organisation_id>/reopen")
@needs(Permission.RESPONSE_REOPEN)
def reopen_answers(organisation_id: UUID) -> ResponseReturnValue:
    """Open the submitted answers again, for a reason that all buyers read."""
    form = ReopenForm()
    if form.does(lambda: _reopen(organisation_id, form)):
        flash(gettext("The answers are open again. The supplier is being told why."), "success")
        return redirect(url_for(".supplier", organisation_id=organisation_id))
    g.session.rollback()
    return _page(organisation_id, form, ConfirmForm(formdata=None)), 422


def _reopen(organisation_id: UUID, form: ReopenForm) -> None:
    reopen(
        g.session,
        g.actor,
        _response_id(organisation_id),
        reason=form.reason.data or "",
        address=settings().public_url,
        now=now(),
    )


def _response_id(organisation_id: UUID) -> UUID:
    found = supplier_page(g.session, g.actor, g.dialogue.id, organisation_id)
    return found.response.id


def _page(organisation_id: UUID, form: ReopenForm, acceptance: ConfirmForm) -> str:
    found = supplier_page(g.session, g.actor, g.dialogue.id, organisation_id)
    return page(
        "buyer/supplier.html",
        found=found,
        happenings=happenings(found.events),
        form=form,
        errors=[*form.faults(), *acceptance.faults()],
        is_open=is_open(found.dialogue, now()),
        is_closed=is_closed(found.dialogue, now()),
    )
