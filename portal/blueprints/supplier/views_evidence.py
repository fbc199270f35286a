"""Files and links that back an answer."""

from uuid import UUID

from flask import Response, flash, g, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from wtforms import SelectChoice

from portal.blueprints.supplier import bp
from portal.blueprints.supplier.evidence_form import add_and_tie
from portal.blueprints.supplier.evidence_view import endings, evidence_item
from portal.blueprints.supplier.forms import EvidenceForm
from portal.blueprints.supplier.words import say
from portal.core.clock import now
from portal.dialogue.rules import is_open
from portal.identity.roles import Permission
from portal.response import operations
from portal.response.queries import evidence_desk, own_evidence
from portal.web.downloads import stored_file
from portal.web.guard import needs, settings
from portal.web.pages import page


@bp.get("/responses/<uuid:response_id>/evidence/<question_id>")
@needs(Permission.RESPONSE_READ_OWN)
def evidence(response_id: UUID, question_id: str) -> ResponseReturnValue:
    """What backs this answer, and a form for more."""
    return _page(response_id, question_id, EvidenceForm())


@bp.post("/responses/<uuid:response_id>/evidence/<question_id>")
@needs(Permission.ANSWER_WRITE)
def add_evidence(response_id: UUID, question_id: str) -> ResponseReturnValue:
    """Add a file or link, or tie one that is there, to this answer."""
    form = EvidenceForm()
    if form.does(lambda: add_and_tie(response_id, question_id, form)):
        flash(gettext("Added."), "success")
        return redirect(url_for(".evidence", response_id=response_id, question_id=question_id))
    g.session.rollback()
    return _page(response_id, question_id, form), 422


@bp.post("/responses/<uuid:response_id>/evidence/<question_id>/<uuid:evidence_id>/remove")
@needs(Permission.ANSWER_WRITE)
def untie_evidence(response_id: UUID, question_id: str, evidence_id: UUID) -> ResponseReturnValue:
    """Take a piece of evidence from this answer; it stays in our library."""
    operations.untie(g.session, g.actor, response_id, question_id, evidence_id, now=now())
    flash(gettext("Taken away from this answer."), "success")
    return redirect(url_for(".evidence", response_id=response_id, question_id=question_id))


@bp.get("/responses/<uuid:response_id>/files/<uuid:evidence_id>")
@needs(Permission.RESPONSE_READ_OWN)
def evidence_file(response_id: UUID, evidence_id: UUID) -> Response:
    """Download one of our files."""
    piece = own_evidence(g.session, g.actor, response_id, evidence_id)
    return stored_file(piece.sha256, piece.file_name, piece.media_type)


def _page(response_id: UUID, question_id: str, form: EvidenceForm) -> str:
    desk = evidence_desk(g.session, g.actor, response_id, question_id)
    kept = [SelectChoice(str(piece.id), piece.title) for piece in desk.others]
    form.existing.choices = [SelectChoice("", gettext("Choose")), *kept]
    return page(
        "supplier/evidence.html",
        desk=desk,
        tied=[(piece.id, evidence_item(response_id, piece)) for piece in desk.tied],
        form=form,
        endings=endings(desk.kinds),
        limit=settings().upload_limit_mb,
        say=say(desk.questionnaire),
        may_change=desk.may_write and desk.is_changeable and is_open(desk.dialogue, now()),
    )
