"""The newest version as files, drafts included: a workbook, and a form to print."""

from flask import Response, g

from portal.blueprints.questionnaire import bp
from portal.identity.roles import Permission
from portal.questionnaire.queries import current_version
from portal.web.guard import needs
from portal.web.limits import PAPERS, limiter
from portal.web.papers import form_file, workbook_file


@bp.get("/dialogues/<dialogue>/draft/questionnaire.xlsx")
@limiter.limit(PAPERS)
@needs(Permission.DRAFT_READ)
def draft_workbook() -> Response:
    """The newest version as an empty workbook."""
    return workbook_file(current_version(g.session, g.dialogue.id))


@bp.get("/dialogues/<dialogue>/draft/questionnaire.pdf")
@limiter.limit(PAPERS)
@needs(Permission.DRAFT_READ)
def draft_form() -> Response:
    """The newest version as a form to print."""
    return form_file(current_version(g.session, g.dialogue.id))
