"""A brief as a page and as files: the public edition for anyone once it is published."""

from uuid import UUID

from flask import Response, g
from flask.typing import ResponseReturnValue

from portal.blueprints.public import bp
from portal.brief.document import BriefDocument
from portal.brief.policy import Format
from portal.brief.queries import brief_of, load_document
from portal.brief.render import body, export
from portal.core.errors import NotNow, Refused, message
from portal.identity.roles import Permission
from portal.web.downloads import download, stored_file
from portal.web.guard import needs
from portal.web.pages import page
from portal.web.shared import same_for_everyone


@bp.get("/dialogues/<dialogue>/briefs/<uuid:brief_id>")
@needs(Permission.BRIEF_READ)
@same_for_everyone
def brief(brief_id: UUID) -> ResponseReturnValue:
    """The brief as a page."""
    document = _document(brief_id)
    found = brief_of(g.session, g.actor, brief_id)
    return page("public/brief.html", brief=found, document=document, body=body(document))


@bp.get("/dialogues/<dialogue>/briefs/<uuid:brief_id>.pdf")
@needs(Permission.BRIEF_READ)
@same_for_everyone
def brief_pdf(brief_id: UUID) -> Response:
    """The brief as PDF, laid out once in a job."""
    _document(brief_id)
    found = brief_of(g.session, g.actor, brief_id)
    if found.pdf_key is None:
        raise NotNow(message("The PDF is being made. Try again in a minute."))
    return stored_file(found.pdf_key, _name(found.edition, "pdf"), "application/pdf")


@bp.get("/dialogues/<dialogue>/briefs/<uuid:brief_id>.json")
@needs(Permission.BRIEF_READ)
@same_for_everyone
def brief_data(brief_id: UUID) -> Response:
    """The brief as data."""
    document = _document(brief_id)
    name = _name(brief_of(g.session, g.actor, brief_id).edition, "json")
    return download(export(document, Format.JSON), name, "application/json")


def _document(brief_id: UUID) -> BriefDocument:
    """What the brief says, if it is of this dialogue and the reader may read it."""
    if brief_of(g.session, g.actor, brief_id).dialogue_id != g.dialogue.id:
        raise Refused
    return load_document(g.session, g.actor, brief_id)


def _name(edition: str, extension: str) -> str:
    return f"{g.dialogue.short_name}-brief-{edition}.{extension}"
