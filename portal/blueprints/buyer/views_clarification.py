"""Asking a supplier to clarify answers: choose them, a text for each, a day, send."""

from functools import partial
from uuid import UUID

from flask import flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal.blueprints.buyer import bp
from portal.blueprints.buyer.clarification_form import AskForm, chosen_questions, usual_day
from portal.core.clock import now
from portal.core.db import Session
from portal.core.errors import Refused
from portal.identity.roles import Permission
from portal.questionnaire.definition import localised
from portal.response.operations_clarifying import ask_to_clarify
from portal.response.operations_reading import read_chosen
from portal.response.queries import Attributed
from portal.response.queries_clarifying import attributed_of
from portal.web.guard import needs, settings
from portal.web.language import language
from portal.web.pages import page
from portal.web.reading import side_by_side
from portal.web.transaction import write_beside

CHOICE_LENGTH = 90


@bp.get("/dialogues/<dialogue>/answers/<uuid:organisation_id>/clarification")
@needs(Permission.ANSWER_CLARIFY)
def clarify(organisation_id: UUID) -> ResponseReturnValue:
    """A form to ask about the chosen answers of one supplier."""
    form = AskForm(formdata=None, due_on=usual_day())
    chosen = chosen_questions()
    look = partial(_look_at, organisation_id=organisation_id, chosen=chosen)
    return _page(write_beside(look), form, dict.fromkeys(chosen, ""))


@bp.post("/dialogues/<dialogue>/answers/<uuid:organisation_id>/clarification")
@needs(Permission.ANSWER_CLARIFY)
def ask(organisation_id: UUID) -> ResponseReturnValue:
    """Send the questions; or add one, or leave one out, without losing what was typed."""
    found = attributed_of(g.session, g.actor, g.dialogue.id, organisation_id, now=now())
    form = AskForm()
    texts = form.texts()
    if "add" in request.form or "remove" in request.form:
        more = dict.fromkeys(key for key in chosen_questions() if key not in texts)
        _look_at(g.session, organisation_id, list(more))
        return _page(found, form, texts | dict.fromkeys(more, ""))
    if form.does(lambda: _ask(found, form, texts)):
        name = found.suppliers[0].name
        flash(gettext("Your questions are on their way to %(name)s.", name=name), "success")
        return redirect(url_for(".supplier", organisation_id=organisation_id))
    g.session.rollback()
    return _page(found, form, texts), 422


def _look_at(session: Session, organisation_id: UUID, chosen: list[str]) -> Attributed:
    """What the reader may ask about, with the look at the chosen answers recorded."""
    return read_chosen(
        session,
        g.actor,
        g.dialogue.id,
        organisation_id=organisation_id,
        question_ids=chosen,
        now=now(),
    )


def _ask(found: Attributed, form: AskForm, texts: dict[str, str]) -> None:
    ask_to_clarify(
        g.session,
        g.actor,
        found.suppliers[0].response_id,
        texts,
        due_at=form.due_at(),
        address=settings().public_url,
        now=now(),
    )


def _page(found: Attributed, form: AskForm, texts: dict[str, str]) -> str:
    """The form with the answers that are asked about; others can be added."""
    rows = {row.id: row for row in side_by_side(found, language()) if row.answers[0]}
    if not texts.keys() <= rows.keys():
        raise Refused
    base = found.questionnaire.base_language
    others = [
        (
            line.question.id,
            f"{line.question.id} {localised(line.question.text, language(), base)}"[:CHOICE_LENGTH],
        )
        for line in found.lines
        if line.question.id in rows.keys() - texts.keys()
    ]
    return page(
        "buyer/clarify.html",
        supplier=found.suppliers[0],
        form=form,
        texts=texts,
        rows=rows,
        others=others,
    )
