"""The desk of questions and answers: what waits for whom, and publishing."""

from flask import flash, g, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext
from wtforms import SelectChoice

from portal.blueprints.exchange import bp
from portal.blueprints.exchange.forms import PublishForm
from portal.blueprints.exchange.readers import readers
from portal.blueprints.exchange.subjects import subjects
from portal.core.clock import now
from portal.exchange.operations_publishing import publish
from portal.exchange.queries import times
from portal.exchange.queries_desk import Desk, desk
from portal.exchange.queries_public import count_published
from portal.identity.roles import Permission
from portal.web.guard import needs
from portal.web.pages import page

EXCERPT = 200


@bp.get("/dialogues/<dialogue>/questions/desk")
@needs(Permission.QA_ASK)
def question_desk() -> ResponseReturnValue:
    """Everything that waits, by what it needs."""
    return _page(desk(g.session, g.actor, g.dialogue.id, now=now()), PublishForm(formdata=None))


@bp.post("/dialogues/<dialogue>/questions/desk/publish")
@needs(Permission.QA_ANSWER)
def publish_answers() -> ResponseReturnValue:
    """Publish the chosen answers to everybody at once."""
    found, form = desk(g.session, g.actor, g.dialogue.id, now=now()), PublishForm()
    _offer(form, found)
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
    return _page(found, form), 422


def _page(found: Desk, form: PublishForm) -> str:
    _offer(form, found)
    return page(
        "exchange/desk.html",
        found=found,
        form=form,
        subjects=subjects(),
        times=times(g.session, g.dialogue),
        published=count_published(g.session, g.dialogue.id),
        excerpt=EXCERPT,
    )


def _offer(form: PublishForm, found: Desk) -> None:
    form.items.choices = [
        SelectChoice(str(each.id), each.question[:EXCERPT]) for each in found.to_publish()
    ]


def _publish(form: PublishForm) -> None:
    publish(g.session, g.actor, g.dialogue.id, form.chosen(), readers=readers(), now=now())
