"""What buyers ask about our answers: our replies, the way to each answer, and sending it."""

from uuid import UUID

from flask import flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal.blueprints.supplier import bp
from portal.blueprints.supplier.clarification_view import rounds_in_words
from portal.blueprints.supplier.forms_after import ReplyForm
from portal.core.clock import now
from portal.identity.roles import Permission
from portal.response.operations_clarifying import reply, send_clarified, send_unchanged
from portal.response.queries_clarifying import clarification_page
from portal.web.guard import needs, settings
from portal.web.pages import page


@bp.get("/responses/<uuid:response_id>/clarification")
@needs(Permission.RESPONSE_READ_OWN)
def clarification(response_id: UUID) -> ResponseReturnValue:
    """Each question with what is asked, the answer that stands and our reply."""
    return _page(response_id, ReplyForm(formdata=None, signatory=g.actor.name))


@bp.post("/responses/<uuid:response_id>/clarification")
@needs(Permission.ANSWER_WRITE)
def answer_clarification(response_id: UUID) -> ResponseReturnValue:
    """Keep our replies, or send them with the clarified answers."""
    form = ReplyForm()
    send = request.form.get("send", "")
    if not form.does(lambda: _act(response_id, form, send)):
        g.session.rollback()
        return _page(response_id, form), 422
    said = gettext("Sent to the buyers.") if send else gettext("Your replies are kept.")
    flash(said, "success")
    return redirect(url_for(".clarification", response_id=response_id))


def _act(response_id: UUID, form: ReplyForm, send: str) -> None:
    place = (g.session, g.actor, response_id)
    reply(*place, form.replies(), now=now())
    address = settings().public_url
    if send == "unchanged":
        send_unchanged(*place, address=address, now=now())
    elif send:
        signatory, declared = form.signatory.data or "", form.declared.data
        send_clarified(*place, signatory=signatory, declared=declared, address=address, now=now())


def _page(response_id: UUID, form: ReplyForm) -> str:
    found = clarification_page(g.session, g.actor, response_id)
    return page(
        "supplier/clarification.html",
        found=found,
        rounds=rounds_in_words(found, form, at=now()),
        form=form,
    )
