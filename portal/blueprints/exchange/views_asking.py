"""Asking a question, and what became of one's own."""

from flask import flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal.blueprints.exchange import bp
from portal.blueprints.exchange.forms import TAGS, AskForm
from portal.blueprints.exchange.subjects import ask_choices, subjects
from portal.core.clock import now
from portal.exchange.operations import Asked, ask
from portal.exchange.policy import may_read_work
from portal.exchange.queries import times
from portal.exchange.queries_desk import own_items
from portal.exchange.rules import takes_questions
from portal.identity.roles import Permission
from portal.web.guard import needs, settings
from portal.web.language import language
from portal.web.pages import page


@bp.get("/dialogues/<dialogue>/questions/ask")
@needs(Permission.QA_ASK)
def ask_form() -> ResponseReturnValue:
    """A form to ask, about what the link names."""
    known, about = subjects(), request.args.get("about", "")
    spoken = language() if language() in TAGS else g.dialogue.base_language
    form = AskForm(formdata=None, about=about if about in known.by_key else "", language=spoken)
    form.about.choices = ask_choices(known)
    return _page(form)


@bp.post("/dialogues/<dialogue>/questions/ask")
@needs(Permission.QA_ASK)
def send_question() -> ResponseReturnValue:
    """Take the question."""
    form = AskForm()
    form.about.choices = ask_choices(subjects())
    if form.does(lambda: _ask(form)):
        flash(
            gettext("Your question has been received. You get a mail when it is answered."),
            "success",
        )
        return redirect(url_for(".own_questions"))
    g.session.rollback()
    return _page(form), 422


@bp.get("/dialogues/<dialogue>/questions/own")
@needs(Permission.QA_ASK)
def own_questions() -> ResponseReturnValue:
    """What the reader asked, and how far it is."""
    until = times(g.session, g.dialogue).questions_until
    return page(
        "exchange/own.html",
        items=own_items(g.session, g.actor, g.dialogue.id),
        subjects=subjects(),
        is_open=takes_questions(g.dialogue, until, now()),
    )


def _page(form: AskForm) -> str:
    until = times(g.session, g.dialogue).questions_until
    return page(
        "exchange/ask.html",
        form=form,
        until=until,
        is_open=takes_questions(g.dialogue, until, now()),
        may_work=may_read_work(g.actor, g.dialogue.id),
    )


def _ask(form: AskForm) -> None:
    kind, subject_id = form.subject()
    asked = Asked(
        text=form.text.data or "",
        language=form.language.data,
        subject_kind=kind,
        subject_id=subject_id,
    )
    ask(g.session, g.actor, g.dialogue.id, asked, address=settings().public_url, now=now())
