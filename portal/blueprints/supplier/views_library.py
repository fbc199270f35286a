"""Our company's evidence: the list, and adding to it."""

from uuid import UUID

from flask import Response, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.blueprints.supplier import bp
from portal.blueprints.supplier.evidence_form import add, answer_sent
from portal.blueprints.supplier.evidence_view import endings, size_of, standing_of
from portal.blueprints.supplier.forms_evidence import NewDocumentForm
from portal.core.clock import now
from portal.core.errors import Refused
from portal.identity.roles import Permission
from portal.response.policy import may_add_evidence, may_narrow_evidence
from portal.response.queries import Wanted, libraries, library, library_file, require_library
from portal.response.uploads import KIND_NAMES
from portal.response.validity import DOCUMENT_KINDS
from portal.web.downloads import stored_file
from portal.web.guard import needs, settings
from portal.web.outline import READERS
from portal.web.pages import page
from portal.web.transaction import reads_first


@bp.get("/evidence")
@needs(Permission.RESPONSE_READ_OWN)
def own_libraries() -> ResponseReturnValue:
    """The evidence of our company; a list for who answers for several."""
    found = libraries(g.session, g.actor)
    if len(found) == 1:
        return redirect(url_for(".evidence_library", organisation_id=found[0].organisation_id))
    return page("supplier/libraries.html", libraries=found)


@bp.get("/companies/<uuid:organisation_id>/evidence")
@needs(Permission.RESPONSE_READ_OWN)
def evidence_library(organisation_id: UUID) -> ResponseReturnValue:
    """Everything we have added, with what it backs and who downloaded it."""
    asked = {name: request.args.get(name, "").strip() for name in ("search", "kind", "state")}
    wanted = Wanted(words=asked["search"], kind=asked["kind"], standing=asked["state"])
    number = request.args.get("page", 1, type=int)
    found = library(g.session, g.actor, organisation_id, wanted, page=number, now=now())
    return page(
        "supplier/library.html",
        found=found,
        asked=asked,
        is_asked=any(asked.values()),
        kinds=DOCUMENT_KINDS,
        standing_of=standing_of,
        size_of=size_of,
        READERS=READERS,
    )


@bp.get("/companies/<uuid:organisation_id>/evidence/new")
@needs(Permission.ANSWER_WRITE)
def new_in_library(organisation_id: UUID) -> ResponseReturnValue:
    """A form for files and links that no answer needs yet."""
    return _new(organisation_id, _form(organisation_id))


@bp.post("/companies/<uuid:organisation_id>/evidence")
@needs(Permission.ANSWER_WRITE)
@reads_first
def add_to_library(organisation_id: UUID) -> ResponseReturnValue:
    """Keep files or a link for later."""
    form = _form(organisation_id)

    def act() -> None:
        add(organisation_id, form)

    return answer_sent(
        form,
        act,
        lambda: url_for(".evidence_library", organisation_id=organisation_id),
        lambda: _new(organisation_id, form),
    )


@bp.get("/companies/<uuid:organisation_id>/evidence/<uuid:evidence_id>/file")
@needs(Permission.RESPONSE_READ_OWN)
def library_download(organisation_id: UUID, evidence_id: UUID) -> Response:
    """Download one of our files, replaced ones too."""
    piece = library_file(g.session, g.actor, organisation_id, evidence_id)
    return stored_file(piece.sha256, piece.file_name, piece.media_type)


def _form(organisation_id: UUID) -> NewDocumentForm:
    require_library(g.actor, organisation_id)
    if not may_add_evidence(g.actor, organisation_id):
        raise Refused
    form = NewDocumentForm(data={"document_kind": "other", "confidentiality": "buyers"})
    if not may_narrow_evidence(g.actor, organisation_id):
        form.keep_readers()
    return form


def _new(organisation_id: UUID, form: NewDocumentForm) -> str:
    return page(
        "supplier/library_new.html",
        organisation_id=organisation_id,
        form=form,
        endings=endings(dict.fromkeys(KIND_NAMES.values())),
        limit=settings().upload_limit_mb,
        may_narrow=may_narrow_evidence(g.actor, organisation_id),
    )
