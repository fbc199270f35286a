"""How our answers compare with what was released to suppliers."""

from uuid import UUID

from flask import g, request
from flask.typing import ResponseReturnValue

from portal.aggregate.queries_compared import compared_page
from portal.blueprints.supplier import bp
from portal.blueprints.supplier.compared_view import comparison_of
from portal.core.errors import Refused
from portal.identity.roles import Permission
from portal.web.guard import needs
from portal.web.pages import page


@bp.get("/responses/<uuid:response_id>/compared")
@needs(Permission.RESPONSE_READ_OWN)
def compared(response_id: UUID) -> ResponseReturnValue:
    """One section: the released figures with our own answers marked in them."""
    found = compared_page(g.session, g.actor, response_id)
    comparison = comparison_of(found, request.args.get("section", ""))
    if comparison is None:
        raise Refused
    return page("supplier/compared.html", found=found, comparison=comparison)
