"""The follow-up report of an organisation, and bringing commitments into a follow-up's answers."""

from uuid import UUID

from flask import Response, flash, g, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from portal.blueprints.meeting import bp
from portal.blueprints.meeting.commitments_view import happenings, say, words
from portal.blueprints.meeting.views_commitments import BOARD
from portal.core.clock import now
from portal.core.errors import NotNow
from portal.identity.roles import Permission
from portal.meeting.follow_up_workbook import follow_up_workbook
from portal.meeting.operations_follow_up import bring_commitments
from portal.meeting.queries_follow_up import follow_up_report
from portal.web.downloads import download
from portal.web.guard import needs
from portal.web.language import page_words, sentence
from portal.web.pages import page

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@bp.get(f"{BOARD}/follow-up/<uuid:organisation_id>")
@needs(Permission.COMMITMENT_READ)
def follow_up(organisation_id: UUID) -> ResponseReturnValue:
    """All that one organisation promised, what was checked, and what happened when."""
    report = follow_up_report(g.session, g.actor, g.dialogue.id, organisation_id, now=now())
    lately = happenings(report.events)
    texts = {str(line.id): line.text for line in report.lines}
    return page("meeting/follow_up.html", report=report, happenings=lately, texts=texts, **words())


@bp.get(f"{BOARD}/follow-up/<uuid:organisation_id>/report.xlsx")
@needs(Permission.COMMITMENT_READ)
def follow_up_file(organisation_id: UUID) -> Response:
    """The report as a workbook."""
    report = follow_up_report(g.session, g.actor, g.dialogue.id, organisation_id, now=now())
    content = follow_up_workbook(report, page_words(), say=say, title=g.dialogue.title)
    return download(content, f"follow-up-{g.dialogue.short_name}.xlsx", XLSX)


@bp.post("/responses/<uuid:response_id>/commitments")
@needs(Permission.ANSWER_WRITE)
def bring_own_commitments(response_id: UUID) -> ResponseReturnValue:
    """Suggest our commitments as rows of the table that asks about them."""
    try:
        brought = bring_commitments(g.session, g.actor, response_id, now=now())
    except NotNow as fault:
        flash(sentence(fault.reason))
        return redirect(url_for("supplier.tasks", response_id=response_id))
    said = ngettext(
        "%(num)d commitment is there. Say what became of it, then confirm.",
        "%(num)d commitments are there. Say what became of each, then confirm.",
        brought.rows,
    )
    flash(said, "success")
    section_id = brought.section_id
    return redirect(url_for("supplier.section", response_id=response_id, section_id=section_id))
