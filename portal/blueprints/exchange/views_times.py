"""Until when questions are taken, and how long buyers may object to an answer."""

from flask import flash, g, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal.blueprints.exchange import bp
from portal.blueprints.exchange.forms import TimesForm
from portal.blueprints.exchange.readers import readers
from portal.core.clock import now, zone_of
from portal.core.errors import Refused
from portal.exchange.operations import set_times
from portal.exchange.policy import may_run
from portal.exchange.queries import times
from portal.identity.roles import Permission
from portal.web.forms import local_instant
from portal.web.guard import needs
from portal.web.pages import page


@bp.get("/dialogues/<dialogue>/questions/desk/times")
@needs(Permission.QA_ANSWER)
def question_times() -> ResponseReturnValue:
    """What holds now, to be changed."""
    found = times(g.session, g.dialogue)
    local = found.questions_until.astimezone(zone_of(g.actor.time_zone)).replace(tzinfo=None)
    until = local if found.is_set else None
    return _page(TimesForm(formdata=None, questions_until=until, response_days=found.response_days))


@bp.post("/dialogues/<dialogue>/questions/desk/times")
@needs(Permission.QA_ANSWER)
def save_times() -> ResponseReturnValue:
    """Keep them; everybody is told of a new cut-off."""
    form = TimesForm()
    if form.does(lambda: _save(form)):
        flash(gettext("Saved."), "success")
        return redirect(url_for(".question_desk"))
    g.session.rollback()
    return _page(form), 422


def _save(form: TimesForm) -> None:
    typed = form.questions_until.data
    set_times(
        g.session,
        g.actor,
        g.dialogue.id,
        questions_until=local_instant(typed) if typed else None,
        response_days=form.response_days.data,
        readers=readers(),
        now=now(),
    )


def _page(form: TimesForm) -> str:
    if not may_run(g.actor, g.dialogue.id):
        raise Refused
    return page("exchange/times.html", form=form)
