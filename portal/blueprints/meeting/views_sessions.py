"""The sessions of a dialogue, one session, and its calendar file."""

from uuid import UUID

from flask import Response, g, url_for
from flask.typing import ResponseReturnValue

from portal.blueprints.meeting import bp
from portal.blueprints.meeting.words import KINDS, PARTS, STATES
from portal.core.clock import now
from portal.core.errors import Refused
from portal.identity.roles import Permission
from portal.meeting.policy import may_propose, may_read
from portal.meeting.queries import sessions_of
from portal.meeting.queries_sessions import calendar_entry, session_page
from portal.web.calendars import calendar_download
from portal.web.guard import needs, settings
from portal.web.language import clock
from portal.web.pages import page
from portal.web.shared import same_for_everyone


@bp.get("/dialogues/<dialogue>/sessions")
@needs(Permission.QUESTIONNAIRE_READ)
@same_for_everyone
def sessions() -> ResponseReturnValue:
    """Every session that the reader may see: to come, and over."""
    if g.dialogue.published_at is None and not may_read(g.actor, g.dialogue.id):
        raise Refused
    return page(
        "meeting/sessions.html",
        listed=sessions_of(g.session, g.actor, g.dialogue),
        may_plan=may_propose(g.actor, g.dialogue.id),
        states=STATES,
    )


@bp.get("/dialogues/<dialogue>/sessions/<uuid:meeting_id>")
@needs(Permission.QUESTIONNAIRE_READ)
@same_for_everyone
def session(meeting_id: UUID) -> ResponseReturnValue:
    """One session, as its reader may see it; anyone reads when it is and its summary."""
    found = session_page(g.session, g.actor, g.dialogue.id, meeting_id, now=now())
    return page(
        "meeting/session.html",
        found=found,
        meeting=found.meeting,
        states=STATES,
        kinds=KINDS,
        parts=PARTS,
        clock=clock,
    )


@bp.get("/dialogues/<dialogue>/sessions/<uuid:meeting_id>/session.ics")
@needs(Permission.QUESTIONNAIRE_READ)
def session_calendar(meeting_id: UUID) -> Response:
    """The session as a calendar file; with the online address only for the registered."""
    url = settings().public_url + url_for(".session", meeting_id=meeting_id)
    entry = calendar_entry(g.session, g.actor, g.dialogue.id, meeting_id, url)
    return calendar_download([entry])
