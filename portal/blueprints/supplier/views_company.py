"""What a company says of itself once for all: read and changed, and taken from its answers."""

from collections.abc import Mapping
from uuid import UUID

from flask import flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal.blueprints.supplier import bp
from portal.core.clock import now
from portal.core.errors import Invalid
from portal.identity.roles import Permission
from portal.questionnaire.definition import Question
from portal.response import operations
from portal.response.answers import GivenAnswer, unanswered
from portal.response.company_profile import profile_form
from portal.response.fields import Value
from portal.response.queries import ProfilePage, profile_page
from portal.response.values import display
from portal.web.answers import SectionForm, section_form
from portal.web.forms import as_uuid
from portal.web.guard import needs
from portal.web.language import language
from portal.web.pages import page
from portal.web.questions import Entry, QuestionView, Setting, question_view

MORE_ROWS = 3


@bp.get("/companies/<uuid:organisation_id>/profile")
@needs(Permission.RESPONSE_READ_OWN)
def company_profile(organisation_id: UUID) -> ResponseReturnValue:
    """The company's facts; those that a response says otherwise are filled in to be saved."""
    source = request.args.get("from")
    found = profile_page(g.session, g.actor, organisation_id, as_uuid(source) if source else None)
    return _page(found, {**found.values, **found.fresh})


@bp.post("/companies/<uuid:organisation_id>/profile")
@needs(Permission.ANSWER_WRITE)
def save_company_profile(organisation_id: UUID) -> ResponseReturnValue:
    """Store the company's facts, or offer more rows to fill in."""
    found = profile_page(g.session, g.actor, organisation_id)
    form = _read()
    if request.form.get("add_rows"):
        return _page(found, {}, form)
    if not form.validate() or not _stores(organisation_id, form):
        return _page(found, {}, form), 422
    flash(gettext("Your company's profile is saved. It is suggested as answers."), "success")
    return redirect(url_for(".company_profile", organisation_id=organisation_id))


def _read() -> SectionForm:
    asked = profile_form()
    languages = (language(), asked.questionnaire.base_language)
    return section_form(asked.fields, languages, request.form)


def _stores(organisation_id: UUID, form: SectionForm) -> bool:
    values = {key: draft.value for key, draft in form.drafts().items()}
    try:
        operations.save_company_profile(g.session, g.actor, organisation_id, values, now=now())
    except Invalid as fault:
        form.refuse(fault.fields)
        return False
    return True


def _page(found: ProfilePage, values: Mapping[str, Value], form: SectionForm | None = None) -> str:
    views = [_view(each, values.get(each.id), form) for each in profile_form().fields]
    return page(
        "supplier/company_profile.html",
        found=found,
        questions=views,
        errors=[fault for view in views for fault in view.faults],
        shown=[(view, _shown(view.id, found.values)) for view in views],
    )


def _view(question: Question, value: Value, form: SectionForm | None) -> QuestionView:
    setting = Setting(questionnaire=profile_form().questionnaire, language=language())
    blank = unanswered(question)
    answer = GivenAnswer(state="done", value=value, confidentiality=blank.confidentiality)
    typed = form.answer(question.id) if form is not None else None
    wants_rows = request.form.get("add_rows") == question.id
    entry = Entry(
        form=typed.inputs if typed else None,
        problems=typed.problems if typed else {},
        extra_rows=MORE_ROWS if wants_rows else 1,
    )
    return question_view(question, answer if value is not None else blank, setting, entry)


def _shown(field_id: str, values: Mapping[str, Value]) -> str | list[str] | list[list[str]]:
    """A field's value in words, empty if there is none."""
    asked = profile_form().questionnaire
    question = asked.question(field_id)
    value = values.get(field_id)
    if question is None or value is None:
        return ""
    return display(question, value, language(), asked.base_language)
