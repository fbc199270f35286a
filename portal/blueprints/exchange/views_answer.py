"""Writing the joint answer."""

from uuid import UUID

from flask import flash, g, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal.blueprints.exchange import bp
from portal.blueprints.exchange.forms import AnswerForm
from portal.blueprints.exchange.subjects import subjects
from portal.blueprints.exchange.typing_together import kept, said_after
from portal.core.clock import now
from portal.exchange.operations_answering import draft
from portal.exchange.queries import require_here
from portal.exchange.queries_desk import item_desk
from portal.identity.roles import Permission
from portal.web.guard import needs
from portal.web.pages import page


@bp.get("/dialogues/<dialogue>/questions/desk/<uuid:asked_id>/answer")
@needs(Permission.QA_ANSWER)
def answer(asked_id: UUID) -> ResponseReturnValue:
    """The question, and the answer as it is."""
    return _page(asked_id, None)


@bp.post("/dialogues/<dialogue>/questions/desk/<uuid:asked_id>/answer")
@needs(Permission.QA_ANSWER)
def save_answer(asked_id: UUID) -> ResponseReturnValue:
    """Keep what was written, joined with what others wrote."""
    require_here(g.session, g.dialogue.id, asked_id)
    form = AnswerForm()
    fault = kept(form, lambda: _save(asked_id, form))
    if fault is None:
        return redirect(url_for(".item", asked_id=asked_id))
    return _page(asked_id, form, **fault), 422


def _save(asked_id: UUID, form: AnswerForm) -> None:
    looked = bool(form.looked.data)
    saved = draft(g.session, g.actor, asked_id, form.typed(), looked=looked, now=now())
    flash(said_after(saved.answer, form.text.data, gettext("The answer is saved.")), "success")


def _page(asked_id: UUID, form: AnswerForm | None, **fault: object) -> str:
    found = item_desk(g.session, g.actor, g.dialogue.id, asked_id, now=now())
    spoken = found.answer_language or found.item.language
    base = str(found.revision)
    form = form or AnswerForm(formdata=None, text=found.answer, base=base, language=spoken)
    subject = subjects().of(found.item.subject_kind, found.item.subject_id)
    return page("exchange/answer.html", found=found, form=form, subject=subject, **fault)
