"""What is due for one of the company's people, for their calendar."""

from uuid import UUID

from flask import Response, g, url_for

from portal.blueprints.supplier import bp
from portal.identity.roles import Permission
from portal.response.deadlines import own_deadlines
from portal.web.calendars import calendar_download
from portal.web.guard import needs, settings


@bp.get("/responses/<uuid:response_id>/deadline.ics")
@needs(Permission.RESPONSE_READ_OWN)
def deadline(response_id: UUID) -> Response:
    """The closing time and the reader's own due dates as a calendar file."""
    url = settings().public_url + url_for(".tasks", response_id=response_id)
    return calendar_download(own_deadlines(g.session, g.actor, response_id, url))
