"""Who of us is where in a section, told by each browser and only to colleagues."""

from uuid import UUID

from flask import g, request
from flask.typing import ResponseReturnValue

from portal.blueprints.supplier import bp
from portal.blueprints.supplier.team_view import where
from portal.core.clock import now
from portal.identity.roles import Permission
from portal.response.operations_presence import appear
from portal.response.queries_team import present
from portal.web.guard import needs
from portal.web.lifetime import leaves_session
from portal.web.pages import page


@bp.post("/responses/<uuid:response_id>/presence")
@needs(Permission.RESPONSE_READ_OWN)
@leaves_session
def presence(response_id: UUID) -> ResponseReturnValue:
    """Note where I am; a fragment that says who else is there."""
    section_id, question_id = request.form.get("section", ""), request.form.get("question", "")
    appear(g.session, g.actor, response_id, section_id, question_id, now=now())
    here = present(g.session, g.actor, response_id, section_id, now=now())
    return page("supplier/_presence.html", sentences=[where(each) for each in here])
