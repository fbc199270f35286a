"""The kinds of long work that pages ask for and of work by the clock, and who does them."""

from collections.abc import Mapping

from portal.aggregate.jobs import make_release, try_release
from portal.brief.consultation_jobs import make_consultation_file
from portal.brief.jobs import render_brief
from portal.core.jobs import Handler, Periodic
from portal.exchange import jobs as exchange
from portal.identity.jobs import bring_news
from portal.meeting.jobs import close_registrations, end_circulations
from portal.meeting.jobs_commitments import pass_days, remind_promised
from portal.meeting.jobs_room import close_polls
from portal.response.jobs import end_clarifications, mark_old, remind

HANDLERS: Mapping[str, Handler] = {
    "trial": try_release,
    "release": make_release,
    "brief": render_brief,
    "consultation_file": make_consultation_file,
}

CLOCKWORK: Mapping[str, Periodic] = {
    "clarifications ended": end_clarifications,
    "answers out of date": mark_old,
    "answers agreed by silence": exchange.agree_by_silence,
    "registrations closed": close_registrations,
    "forgotten polls closed": close_polls,
    "minutes closed": end_circulations,
    "commitments overdue": pass_days,
    "reminders": remind,
    "questions waiting": exchange.remind,
    "reminders of commitments": remind_promised,
    "digests": bring_news,
}
"""What is done each hour, in this order; see docs/commands.md, `portal reminders send`."""
