"""Bring along what we answered before: what could be suggested, and taking it."""

from uuid import UUID

from flask import flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from portal.blueprints.supplier import bp
from portal.blueprints.supplier.words import say
from portal.core.clock import now
from portal.core.errors import NotNow
from portal.dialogue.rules import is_closed, is_open
from portal.identity.roles import Permission
from portal.response import operations
from portal.response.queries import sources_page
from portal.web.guard import needs
from portal.web.language import sentence
from portal.web.pages import page


@bp.get("/responses/<uuid:response_id>/sources")
@needs(Permission.RESPONSE_READ_OWN)
def sources(response_id: UUID) -> ResponseReturnValue:
    """What each source would suggest, section by section, before anything is taken."""
    found = sources_page(g.session, g.actor, response_id, now=now())
    return page(
        "supplier/sources.html",
        found=found,
        say=say(found.questionnaire),
        is_open=is_open(found.dialogue, now()),
        is_closed=is_closed(found.dialogue, now()),
    )


@bp.post("/responses/<uuid:response_id>/sources")
@needs(Permission.ANSWER_WRITE)
def take_source(response_id: UUID) -> ResponseReturnValue:
    """Suggest what one source holds; nothing counts before it is confirmed."""
    key = request.form.get("source", "")
    try:
        count = operations.take_suggestions(g.session, g.actor, response_id, key, now=now())
    except NotNow as fault:
        flash(sentence(fault.reason))
        return redirect(url_for(".sources", response_id=response_id))
    words = ngettext(
        "%(num)d suggestion is there. It counts once you have confirmed it.",
        "%(num)d suggestions are there. They count once you have confirmed them.",
        count,
    )
    flash(words, "success")
    return redirect(url_for(".sources", response_id=response_id))
