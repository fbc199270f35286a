"""The questionnaire as a company with given answers will see it."""

from flask import g, request
from flask.typing import ResponseReturnValue

from portal.blueprints.questionnaire import bp
from portal.blueprints.questionnaire.preview_view import preview_view
from portal.core.errors import Refused
from portal.identity.roles import Permission
from portal.questionnaire.queries import current_version
from portal.web.guard import needs
from portal.web.pages import page


@bp.get("/dialogues/<dialogue>/draft/preview")
@needs(Permission.DRAFT_READ)
def preview() -> ResponseReturnValue:
    """What the newest version, draft or published, asks of a company with chosen answers."""
    version = current_version(g.session, g.dialogue.id)
    if version is None:
        raise Refused
    asked = request.args.to_dict(flat=False)
    return page(
        "questionnaire/preview.html",
        version=version,
        view=preview_view(version.questionnaire, asked),
    )
