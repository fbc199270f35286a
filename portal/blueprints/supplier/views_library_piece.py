"""One piece of our evidence: what it is, where it is used, what came before it, who took it."""

from uuid import UUID

from flask import flash, g, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal.blueprints.supplier import bp
from portal.blueprints.supplier.evidence_form import (
    WRONG,
    answer_sent,
    replace_with,
    tie_chosen,
)
from portal.blueprints.supplier.evidence_view import endings, size_of, standing_of
from portal.blueprints.supplier.forms_evidence import DocumentForm, NewDocumentForm, TieForm
from portal.blueprints.supplier.words import say
from portal.core.clock import now
from portal.core.errors import Refused
from portal.identity.roles import Permission
from portal.response import operations
from portal.response.queries import Piece, library_piece, uses_of
from portal.response.uploads import KIND_NAMES
from portal.response.validity import DOCUMENT_KINDS
from portal.web.guard import needs, settings
from portal.web.outline import READERS
from portal.web.pages import page
from portal.web.transaction import reads_first

PLACE = "/companies/<uuid:organisation_id>/evidence/<uuid:evidence_id>"


@bp.get(PLACE)
@needs(Permission.RESPONSE_READ_OWN)
def library_document(organisation_id: UUID, evidence_id: UUID) -> ResponseReturnValue:
    """Everything about one piece."""
    return _page(library_piece(g.session, g.actor, organisation_id, evidence_id))


@bp.get(f"{PLACE}/details")
@needs(Permission.ANSWER_WRITE)
def document_details(organisation_id: UUID, evidence_id: UUID) -> ResponseReturnValue:
    """What is said of it, to change."""
    piece = library_piece(g.session, g.actor, organisation_id, evidence_id)
    if not piece.may_describe:
        raise Refused
    return _details_page(piece, _details(piece))


@bp.post(f"{PLACE}/details")
@needs(Permission.ANSWER_WRITE)
def describe_document(organisation_id: UUID, evidence_id: UUID) -> ResponseReturnValue:
    """Say anew what it is and who may read it."""
    form = _details(library_piece(g.session, g.actor, organisation_id, evidence_id))

    def act() -> None:
        operations.describe(g.session, g.actor, evidence_id, form.described(), now=now())

    if not form.does(act):
        g.session.rollback()
        piece = library_piece(g.session, g.actor, organisation_id, evidence_id)
        return _details_page(piece, form), WRONG
    flash(gettext("Saved."), "success")
    return redirect(_place(organisation_id, evidence_id))


@bp.post(f"{PLACE}/questions")
@needs(Permission.ANSWER_WRITE)
def use_document(organisation_id: UUID, evidence_id: UUID) -> ResponseReturnValue:
    """Let it back more answers."""
    library_piece(g.session, g.actor, organisation_id, evidence_id)
    form = TieForm()
    if not form.does(lambda: tie_chosen(evidence_id, form)):
        g.session.rollback()
        return _page(library_piece(g.session, g.actor, organisation_id, evidence_id), form), WRONG
    flash(gettext("It backs these answers now."), "success")
    return redirect(_place(organisation_id, evidence_id))


@bp.get(f"{PLACE}/replace")
@needs(Permission.ANSWER_WRITE)
def newer_document(organisation_id: UUID, evidence_id: UUID) -> ResponseReturnValue:
    """A form for the newer file or link."""
    piece = library_piece(g.session, g.actor, organisation_id, evidence_id)
    if not piece.may_replace:
        raise Refused
    return _newer_page(piece, _newer(piece))


@bp.post(f"{PLACE}/replace")
@needs(Permission.ANSWER_WRITE)
@reads_first
def replace_document(organisation_id: UUID, evidence_id: UUID) -> ResponseReturnValue:
    """Put a newer file or link in its place."""
    form = _newer(library_piece(g.session, g.actor, organisation_id, evidence_id))
    made: list[UUID] = []
    return answer_sent(
        form,
        lambda: made.append(replace_with(organisation_id, evidence_id, form)),
        lambda: _place(organisation_id, made[0]),
        lambda: _newer_page(library_piece(g.session, g.actor, organisation_id, evidence_id), form),
    )


@bp.post(f"{PLACE}/remove")
@needs(Permission.ANSWER_WRITE)
def remove_document(organisation_id: UUID, evidence_id: UUID) -> ResponseReturnValue:
    """Take it out of our library."""
    library_piece(g.session, g.actor, organisation_id, evidence_id)
    operations.remove(g.session, g.actor, evidence_id, now=now())
    flash(gettext("Removed from your library."), "success")
    return redirect(url_for(".evidence_library", organisation_id=organisation_id))


def _details(piece: Piece) -> DocumentForm:
    form = DocumentForm(obj=piece.evidence)
    if not piece.may_narrow:
        form.keep_readers()
    return form


def _newer(piece: Piece) -> NewDocumentForm:
    """The newer one is of the same kind and for the same readers, unless somebody says so."""
    old = piece.evidence
    return NewDocumentForm(
        data={
            "title": old.title if old.title not in {old.file_name, old.url} else "",
            "document_kind": old.document_kind,
            "confidentiality": old.confidentiality,
        }
    )


def _place(organisation_id: UUID, evidence_id: UUID) -> str:
    return url_for(".library_document", organisation_id=organisation_id, evidence_id=evidence_id)


def _page(piece: Piece, form: TieForm | None = None) -> str:
    uses = uses_of(g.session, g.actor, piece.evidence, now=now())
    return page(
        "supplier/library_piece.html",
        piece=piece,
        uses=[(each, say(each.questionnaire)) for each in uses],
        form=form or TieForm(),
        kinds=DOCUMENT_KINDS,
        standing=standing_of(piece.evidence),
        size_of=size_of,
        READERS=READERS,
    )


def _details_page(piece: Piece, form: DocumentForm) -> str:
    return page("supplier/library_details.html", piece=piece, form=form)


def _newer_page(piece: Piece, form: NewDocumentForm) -> str:
    return page(
        "supplier/library_replace.html",
        piece=piece,
        form=form,
        endings=endings(dict.fromkeys(KIND_NAMES.values())),
        limit=settings().upload_limit_mb,
    )
