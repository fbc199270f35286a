"""Who read our answers, when: by organisation, of a section, and as a file."""

import csv
from io import StringIO
from uuid import UUID

from flask import Response, g, request
from flask.typing import ResponseReturnValue

from portal.blueprints.supplier import bp
from portal.blueprints.supplier.words import say, what_was_read
from portal.identity.roles import Permission
from portal.response.queries_readers import readers_page, readings_as_lines
from portal.web.downloads import download
from portal.web.guard import needs
from portal.web.pages import page


@bp.get("/responses/<uuid:response_id>/readers")
@needs(Permission.RESPONSE_READ_OWN)
def readers(response_id: UUID) -> ResponseReturnValue:
    """Who read our answers, what, and when."""
    section, number = request.args.get("section", ""), request.args.get("page", 1, type=int)
    found = readers_page(g.session, g.actor, response_id, section, number)
    return page(
        "supplier/readers.html",
        found=found,
        section=section,
        say=say(found.questionnaire),
        what_was_read=what_was_read,
    )


@bp.get("/responses/<uuid:response_id>/readers.csv")
@needs(Permission.RESPONSE_READ_OWN)
def readers_file(response_id: UUID) -> Response:
    """The same as a file for a spreadsheet program."""
    out = StringIO()
    section = request.args.get("section", "")
    csv.writer(out).writerows(readings_as_lines(g.session, g.actor, response_id, section))
    return download(out.getvalue().encode("utf-8-sig"), "readers.csv", "text/csv")
