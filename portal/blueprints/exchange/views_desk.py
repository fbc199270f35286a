"""The desk of questions and answers: what waits for whom, and publishing."""

from flask import flash, g, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from portal.blueprints.exchange import bp
from portal.blueprints.exchange.forms import PublishForm
from portal.blueprints.exchange.readers import readers
from portal.blueprints.exchange.subjects import subjects
from portal.core.clock import now
from portal.exchange.operations_publishing import publish
from portal.exchange.queries import times
from portal.exchange.queries_desk import desk
from portal.exchange.queries_public import count_published
from portal.exchange.rules import is_late
from portal.identity.roles import Permission
from portal.web.guard import needs
from portal.web.pages import page

EXCERPT = 200


@bp.get("/dialogues/<dialogue>/questions/desk")
@needs(Permission.QA_ASK)
def question_desk() -> ResponseReturnValue:
    """Everything that waits, by what it needs."""
    return _page(PublishForm(formdata=None))


@bp.post("/dialogues/<dialogue>/questions/desk/publish")
@needs(Permission.QA_ANSWER)
def publish_answers() -> ResponseReturnValue:
    """Publish the chosen answers to everybody at once."""
    form = PublishForm()
    if form.does(lambda: _publish(form)):
        count = len(form.chosen())
        told = ngettext(
            "%(num)d answer is published, and everybody is being told.",
            "%(num)d answers are published, and everybody is being told.",
            count,
        )
        flash(told, "success")
        return redirect(url_for(".questions"))
    g.session.rollback()
    return _page(form), 422


def _page(form: PublishForm) -> str:
    return page(
        "exchange/desk.html",
        found=desk(g.session, g.actor, g.dialogue.id, now=now()),
        form=form,
        subjects=subjects(),
        times=times(g.session, g.dialogue),
        published=count_published(g.session, g.dialogue.id),
        excerpt=EXCERPT,
        is_late=is_late(g.dialogue, now()),
    )


def _publish(form: PublishForm) -> None:
    publish(g.session, g.actor, g.dialogue.id, form.chosen(), readers=readers(), now=now())
