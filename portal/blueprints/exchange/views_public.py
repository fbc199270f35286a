"""The published questions and answers, for anyone: read, searched, printed."""

from flask import g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.blueprints.exchange import bp
from portal.blueprints.exchange.subjects import subjects
from portal.core.clock import now
from portal.core.errors import Refused
from portal.exchange.policy import may_ask, may_read_work
from portal.exchange.queries import times
from portal.exchange.queries_public import (
    PAGE,
    PRINTED,
    QUERY_LENGTH,
    Wanted,
    page_of,
    published_items,
    subjects_in_use,
)
from portal.exchange.rules import plain, takes_questions
from portal.identity.roles import Permission
from portal.web.guard import needs
from portal.web.pages import page
from portal.web.shared import same_for_everyone


@bp.get("/dialogues/<dialogue>/questions")
@needs(Permission.QUESTIONNAIRE_READ)
@same_for_everyone
def questions() -> ResponseReturnValue:
    """A page of them, newest first; words and a subject narrow them."""
    words = plain(request.args.get("words", ""))[:QUERY_LENGTH]
    about = request.args.get("about", "")
    known, to_print = subjects(), bool(request.args.get("print"))
    number = request.args.get("page", 1, type=int)
    size = PRINTED if to_print else PAGE
    wanted = Wanted(words=words, about=known.wanted(about), page=number, size=size)
    until = times(g.session, g.dialogue).questions_until
    return page(
        "exchange/questions.html",
        found=published_items(g.session, g.dialogue.id, wanted),
        kept={"words": words or None, "about": about or None, "print": to_print or None},
        subjects=known,
        choices=known.in_use(subjects_in_use(g.session, g.dialogue.id)),
        until=until,
        is_open=takes_questions(g.dialogue, until, now()),
        may_ask=may_ask(g.actor, g.dialogue.id),
        may_work=may_read_work(g.actor, g.dialogue.id),
    )


@bp.get("/dialogues/<dialogue>/questions/<int:number>")
@needs(Permission.QUESTIONNAIRE_READ)
def question(number: int) -> ResponseReturnValue:
    """Go to where a question stands, however many came after it."""
    place = page_of(g.session, g.dialogue.id, number)
    if place is None:
        raise Refused
    anchor = f"q-{number}"
    return redirect(url_for(".questions", page=place if place > 1 else None, _anchor=anchor))
