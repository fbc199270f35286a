"""The published questionnaire as files, for anyone: a workbook, and a form to print."""

from flask import Response, g

from portal.blueprints.public import bp
from portal.identity.roles import Permission
from portal.questionnaire.queries import published_version
from portal.web.guard import needs
from portal.web.limits import PAPERS, limiter
from portal.web.papers import form_file, workbook_file


@bp.get("/dialogues/<dialogue>/questionnaire.xlsx")
@limiter.limit(PAPERS)
@needs(Permission.QUESTIONNAIRE_READ)
def questionnaire_workbook() -> Response:
    """The published version as an empty workbook."""
    return workbook_file(published_version(g.session, g.dialogue.id))


@bp.get("/dialogues/<dialogue>/questionnaire.pdf")
@limiter.limit(PAPERS)
@needs(Permission.QUESTIONNAIRE_READ)
def questionnaire_form() -> Response:
    """The published version as a form to print."""
    return form_file(published_version(g.session, g.dialogue.id))
