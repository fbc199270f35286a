"""Clauses: picked for a question from the register, and what the questionnaire covers of them."""

from flask import flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import SelectChoice, SelectMultipleField

from portal.blueprints.questionnaire import bp
from portal.blueprints.questionnaire.clause_view import PICKED, clause_groups, coverage_of
from portal.blueprints.questionnaire.forms import SeenForm
from portal.blueprints.questionnaire.opened import editor, in_words, opened, question_of
from portal.core.clock import now
from portal.core.errors import Refused
from portal.identity.roles import Permission
from portal.questionnaire.operations_clauses import pick_clauses
from portal.questionnaire.queries import current_version
from portal.questionnaire.queries_editing import Draft
from portal.questionnaire.register import register
from portal.web.guard import needs
from portal.web.pages import page

CLAUSES = "/dialogues/<dialogue>/draft/edit/questions/<question_id>/clauses"


class ClausesForm(SeenForm):
    """The clauses a question covers, as ``instrument|clause``."""

    clauses = SelectMultipleField(_("Clauses"), validate_choice=False)


@bp.get(CLAUSES)
@needs(Permission.DRAFT_EDIT)
def clauses(question_id: str) -> ResponseReturnValue:
    """Every clause of the register to tick, by instrument."""
    draft, form = opened(), ClausesForm()
    form.seen.data = str(draft.revision)
    return _page(draft, question_id, form)


@bp.post(CLAUSES)
@needs(Permission.DRAFT_EDIT)
def save_clauses(question_id: str) -> ResponseReturnValue:
    """Make the ticked clauses the question's."""
    draft, form = opened(), ClausesForm()
    question_of(draft, question_id)
    if form.does(lambda: _pick(draft, question_id, form)):
        flash(gettext("Saved."), "success")
        return redirect(url_for(".question", question_id=question_id))
    return _page(draft, question_id, form), 422


@bp.get("/dialogues/<dialogue>/draft/coverage")
@needs(Permission.DRAFT_READ)
def coverage() -> ResponseReturnValue:
    """Instrument by instrument: which clauses are covered by which questions, and which not."""
    version = current_version(g.session, g.dialogue.id)
    if version is None:
        raise Refused
    return page(
        "questionnaire/coverage.html",
        version=version,
        lines=coverage_of(version.questionnaire, now().date()),
        wanted=request.args.get("instrument", ""),
    )


def _page(draft: Draft, question_id: str, form: ClausesForm) -> str:
    part = question_of(draft, question_id)
    title, groups = in_words(draft, part.text), clause_groups(part)
    form.clauses.choices = [SelectChoice(each.value, "") for group in groups for each in group.all]
    values = {"draft": draft, "part": part, "title": title, "groups": groups}
    return page("questionnaire/clauses.html", form=form, **values)


def _pick(draft: Draft, question_id: str, form: ClausesForm) -> None:
    groups = clause_groups(question_of(draft, question_id))
    offered = {each.value for group in groups for each in group.all}
    chosen = [each for each in form.clauses.data or () if each in offered]
    pairs = [each.partition(PICKED) for each in chosen]
    pick_clauses(
        g.session,
        g.actor,
        draft.id,
        question_id,
        picked=[(instrument, clause) for instrument, _bar, clause in pairs],
        register=register(),
        editor=editor(draft),
        now=now(),
    )
