"""What came from what: the map from the version before to the draft."""

from flask import flash, g, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from wtforms import SelectChoice

from portal.blueprints.questionnaire import bp
from portal.blueprints.questionnaire.forms_versions import AS_PROPOSED, OriginForm
from portal.blueprints.questionnaire.opened import in_words, opened, question_of
from portal.blueprints.questionnaire.versions_view import earlier_questions, map_view, origin_of
from portal.core.clock import now
from portal.identity.roles import Permission
from portal.questionnaire.operations_versions import set_origin
from portal.questionnaire.queries_editing import Draft
from portal.web.guard import needs
from portal.web.pages import page

ORIGIN = "/dialogues/<dialogue>/draft/origins/<question_id>"


@bp.get("/dialogues/<dialogue>/draft/origins")
@needs(Permission.DRAFT_READ)
def origins() -> ResponseReturnValue:
    """Every question of the new version with what becomes of the answers it has."""
    draft = opened()
    return page("questionnaire/origins.html", draft=draft, view=map_view(draft))


@bp.get(ORIGIN)
@needs(Permission.DRAFT_EDIT)
def origin(question_id: str) -> ResponseReturnValue:
    """What one question comes from, to be said otherwise."""
    draft, form = opened(), OriginForm()
    found = origin_of(draft, question_id)
    form.kind.data = found.kind.value if found.said else AS_PROPOSED
    form.sources.data = list(found.sources)
    return _page(draft, question_id, form)


@bp.post(ORIGIN)
@needs(Permission.DRAFT_EDIT)
def save_origin(question_id: str) -> ResponseReturnValue:
    """Say of one question what it comes from."""
    draft, form = opened(), OriginForm()
    origin_of(draft, question_id)
    if form.does(lambda: _set(draft, question_id, form)):
        flash(gettext("Saved."), "success")
        return redirect(url_for(".origins", _anchor=question_id))
    return _page(draft, question_id, form), 422


def _page(draft: Draft, question_id: str, form: OriginForm) -> str:
    question = question_of(draft, question_id)
    form.sources.choices = [SelectChoice(*each) for each in earlier_questions(draft)]
    title = in_words(draft, question.text)
    return page("questionnaire/origin.html", draft=draft, part=question, title=title, form=form)


def _set(draft: Draft, question_id: str, form: OriginForm) -> None:
    """Sources only go with a kind that somebody chose."""
    kind = form.kind.data or None
    sources = form.sources.data or () if kind else ()
    set_origin(g.session, g.actor, draft.id, question_id, kind=kind, sources=sources, now=now())
