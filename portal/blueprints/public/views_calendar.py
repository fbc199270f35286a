"""The closing time of a published dialogue, for anybody's calendar."""

from flask import Response, g, url_for

from portal.blueprints.public import bp
from portal.dialogue.deadlines import public_deadline
from portal.identity.roles import Permission
from portal.web.calendars import calendar_download
from portal.web.guard import needs, settings


@bp.get("/dialogues/<dialogue>/deadline.ics")
@needs(Permission.QUESTIONNAIRE_READ)
def deadline() -> Response:
    """The closing time as a calendar file."""
    url = settings().public_url + url_for(".dialogue")
    return calendar_download([public_deadline(g.session, g.dialogue.id, url)])
