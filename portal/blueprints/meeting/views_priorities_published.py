"""What the buyers chose, and why: for everybody once it is published."""

from flask import Response, g, url_for
from flask.typing import ResponseReturnValue

from portal.aggregate.policy import Audience
from portal.blueprints.meeting import bp
from portal.brief.queries import public_releases
from portal.meeting.priorities_readiness import readiness
from portal.meeting.queries_priorities import priority_page, roadmap_entries
from portal.web.calendars import calendar_download
from portal.web.guard import Access, needs, settings
from portal.web.language import language
from portal.web.pages import page
from portal.web.shared import same_for_everyone


@bp.get("/dialogues/<dialogue>/priorities")
@needs(Access.ANYONE)  # the query refuses, before the publication, who is not of the dialogue
@same_for_everyone
def priorities() -> ResponseReturnValue:
    """What suppliers said, what was chosen and what was not, the statement, and the roadmap."""
    found = priority_page(g.session, g.actor, g.dialogue.id)
    known = readiness(
        g.session,
        g.actor,
        g.dialogue.id,
        language(),
        at_most=Audience.SUPPLIER,
        made_public=public_releases(g.session),
    )
    ready = {each.issue_id: known.of(each.readiness) for each in found.demands}
    return page("priorities/priorities.html", found=found, ready=ready, release=known.number)


@bp.get("/dialogues/<dialogue>/priorities.ics")
@needs(Access.ANYONE)  # as the page
def roadmap_calendar() -> Response:
    """The days of the roadmap as a calendar file."""
    url = settings().public_url + url_for(".priorities")
    return calendar_download(roadmap_entries(g.session, g.actor, g.dialogue.id, url))
