"""One section a page: shown, saved, and shown again where something needs a person."""

from uuid import UUID

from flask import flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal.blueprints.supplier import bp
from portal.blueprints.supplier.section_view import (
    Typed,
    answered_section,
    place_of,
    question_views,
    typed_over,
)
from portal.blueprints.supplier.words import say
from portal.core.clock import now
from portal.dialogue.rules import is_closed, is_open
from portal.identity.roles import Permission
from portal.response.operations import Saved, save_section
from portal.response.queries import SectionPage, section_of, section_page
from portal.web.answers import section_form
from portal.web.guard import needs
from portal.web.language import language
from portal.web.pages import page
from portal.web.questions import QuestionView
from portal.web.transaction import keep_changes

CONFLICT, WRONG = 409, 422
READER_CONTROLS = {"class", "narrowing", "until"}
EXEMPTION_CONTROLS = {"na", "reason"}


@bp.get("/responses/<uuid:response_id>/sections/<section_id>")
@needs(Permission.RESPONSE_READ_OWN)
def section(response_id: UUID, section_id: str) -> ResponseReturnValue:
    """The section's questions with our answers."""
    found = section_page(g.session, g.actor, response_id, section_id)
    return _page(found, Typed(more_rows_for=request.args.get("rows", "")))


@bp.post("/responses/<uuid:response_id>/sections/<section_id>")
@needs(Permission.ANSWER_WRITE)
def save(response_id: UUID, section_id: str) -> ResponseReturnValue:
    """Save every right answer; what is wrong or changed by others meanwhile is shown again."""
    questionnaire, asked = section_of(g.session, g.actor, response_id, section_id)
    languages = (language(), questionnaire.base_language)
    form = section_form(asked.questions, languages, request.form)
    form.validate()
    saved = save_section(g.session, g.actor, response_id, section_id, form.drafts(), now=now())
    if form.faults() or saved.conflicts:
        keep_changes()
        found = section_page(g.session, g.actor, response_id, section_id)
        typed = typed_over(form, saved, request.form.get("add_rows", ""))
        return _page(found, typed), CONFLICT if saved.conflicts else WRONG
    return redirect(_next(response_id, section_id, saved))


def _next(response_id: UUID, section_id: str, saved: Saved) -> str:
    """Where the pressed button leads."""
    more, proof = request.form.get("add_rows"), request.form.get("add_evidence")
    if more:
        return url_for(
            ".section",
            response_id=response_id,
            section_id=section_id,
            rows=more,
            _anchor=f"q/{more}",
        )
    flash(gettext("Section %(id)s is saved.", id=section_id), "success")
    if proof:
        return url_for(".evidence", response_id=response_id, question_id=proof)
    if saved.next_section is None or request.form.get("go") == "list":
        return url_for(".tasks", response_id=response_id)
    return url_for(".section", response_id=response_id, section_id=saved.next_section.id)


def _page(found: SectionPage, typed: Typed) -> str:
    at = now()
    may_save = found.may_write and found.is_changeable and is_open(found.dialogue, at)
    views = question_views(found, typed) if may_save else []
    return page(
        "supplier/section.html",
        found=found,
        say=say(found.questionnaire),
        place=place_of(found),
        questions=views,
        section=None if may_save else answered_section(found),
        errors=_errors(views, typed),
        is_closed=is_closed(found.dialogue, at),
        is_open=is_open(found.dialogue, at),
    )


def _errors(views: list[QuestionView], typed: Typed) -> list[tuple[str, str]]:
    """For the error summary: what is wrong, then what somebody else changed."""
    found = [(_place(view, name), text) for view in views for name, text in view.faults]
    words = gettext("%(question)s: %(name)s changed this answer while you were writing.")
    for conflict in typed.conflicts:
        question_id = conflict.question.id
        found.append((question_id, words % {"question": question_id, "name": conflict.theirs_by}))
    return found


def _place(view: QuestionView, name: str) -> str:
    """The control of a fault; the question itself where the page does not offer the control."""
    control, aside = name.partition("!")[2], view.beside.aside
    is_missing = (control in READER_CONTROLS and aside.readers.choice is None) or (
        control in EXEMPTION_CONTROLS and aside.not_applicable is None
    )
    return view.id if is_missing else name
