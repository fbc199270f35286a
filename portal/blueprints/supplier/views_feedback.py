"""The letter that the buyers wrote to us about our answers."""

from uuid import UUID

from flask import g
from flask.typing import ResponseReturnValue

from portal.aggregate.feedback import read_comparison
from portal.aggregate.queries_compared import has_comparison
from portal.aggregate.queries_feedback import own_letter
from portal.blueprints.supplier import bp
from portal.core.clock import now
from portal.identity.roles import Permission
from portal.response.queries import task_list
from portal.web.guard import needs
from portal.web.language import language
from portal.web.pages import page


@bp.get("/responses/<uuid:response_id>/feedback")
@needs(Permission.RESPONSE_READ_OWN)
def feedback(response_id: UUID) -> ResponseReturnValue:
    """What was understood, how our answers compare, what follows."""
    found = own_letter(g.session, g.actor, response_id)
    ground = found.ground if found else None
    return page(
        "supplier/feedback.html",
        list=task_list(g.session, g.actor, response_id, now=now()),
        found=found,
        compares=found and has_comparison(g.session, g.actor, found.dialogue.id),
        sections=read_comparison(found.lines, ground.document, ground.questionnaire, language())
        if found and ground
        else [],
    )
