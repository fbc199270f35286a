"""Files and links that back an answer."""

from uuid import UUID

from flask import Response, flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal.blueprints.supplier import bp
from portal.blueprints.supplier.evidence_form import add_and_tie, answer_sent
from portal.blueprints.supplier.evidence_view import (
    endings,
    evidence_item,
    standing_of,
    validity,
)
from portal.blueprints.supplier.forms_evidence import EvidenceForm
from portal.blueprints.supplier.words import say
from portal.core.clock import now
from portal.core.errors import Refused
from portal.identity.roles import Permission
from portal.response import operations
from portal.response.clarifying import takes_answers
from portal.response.queries import EvidenceDesk, evidence_desk, own_evidence
from portal.response.validity import DOCUMENT_KINDS, likely_kind
from portal.web.downloads import stored_file
from portal.web.guard import needs, settings
from portal.web.pages import page
from portal.web.transaction import reads_first


@bp.get("/responses/<uuid:response_id>/evidence/<question_id>")
@needs(Permission.RESPONSE_READ_OWN)
def evidence(response_id: UUID, question_id: str) -> ResponseReturnValue:
    """What backs this answer, what else we have that could, and a form for more."""
    desk = _desk(response_id, question_id)
    return _page(desk, _form(desk))


@bp.post("/responses/<uuid:response_id>/evidence/<question_id>")
@needs(Permission.ANSWER_WRITE)
@reads_first
def add_evidence(response_id: UUID, question_id: str) -> ResponseReturnValue:
    """Add files or a link, or tie what is there, to this answer."""
    desk = _desk(response_id, question_id)
    if not desk.may_write:
        raise Refused
    form = _form(desk)
    here = url_for(".evidence", response_id=response_id, question_id=question_id)
    return answer_sent(
        form,
        lambda: add_and_tie(desk, form),
        lambda: here,
        lambda: _page(_desk(response_id, question_id), form),
    )


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


def _desk(response_id: UUID, question_id: str) -> EvidenceDesk:
    words = request.args.get("search", "").strip()
    return evidence_desk(g.session, g.actor, response_id, question_id, words)


def _form(desk: EvidenceDesk) -> EvidenceForm:
    """What the answer is read by may be read beside it, unless somebody says otherwise."""
    started = {
        "document_kind": likely_kind(desk.question),
        "confidentiality": desk.confidentiality,
    }
    form = EvidenceForm(data=started)
    if not desk.may_narrow:
        form.keep_readers()
    return form


def _page(desk: EvidenceDesk, form: EvidenceForm) -> str:
    response_id = desk.response.id
    return page(
        "supplier/evidence.html",
        desk=desk,
        tied=[(piece.id, evidence_item(response_id, piece)) for piece in desk.tied],
        others=[(piece, standing_of(piece), validity(piece)) for piece in desk.others],
        kinds=DOCUMENT_KINDS,
        search=request.args.get("search", "").strip(),
        form=form,
        endings=endings(desk.kinds),
        limit=settings().upload_limit_mb,
        say=say(desk.questionnaire),
        may_change=desk.may_write and desk.is_changeable and takes_answers(desk, now()),
    )
