"""One section a page: shown, saved, and shown again where something needs a person."""

from uuid import UUID

from flask import flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal.blueprints.supplier import bp
from portal.blueprints.supplier.section_view import Typed, question_views
from portal.core.clock import now
from portal.dialogue.rules import is_open
from portal.identity.roles import Permission
from portal.response.operations import save_section
from portal.response.queries import SectionPage, section_page
from portal.web.answers import section_form
from portal.web.forms import ConfirmForm
from portal.web.guard import needs
from portal.web.language import language
from portal.web.pages import page
from portal.web.transaction import keep_changes


@bp.get("/responses/<uuid:response_id>/sections/<section_id>")
@needs(Permission.RESPONSE_READ_OWN)
def section(response_id: UUID, section_id: str) -> ResponseReturnValue:
    """The section's questions with our answers."""
    return _page(section_page(g.session, g.actor, response_id, section_id), Typed())


@bp.post("/responses/<uuid:response_id>/sections/<section_id>")
@needs(Permission.ANSWER_WRITE)
def save(response_id: UUID, section_id: str) -> ResponseReturnValue:
    """Save every right answer; what is wrong or changed by others meanwhile is shown again."""
    found = section_page(g.session, g.actor, response_id, section_id)
    form = section_form(
        [asked.question for asked in found.questions],
        (language(), found.questionnaire.base_language),
        request.form,
    )
    form.validate()
    drafts = form.drafts()
    saved = save_section(g.session, g.actor, response_id, section_id, drafts, now=now())
    conflicts = {conflict.question.id for conflict in saved.conflicts}
    typed = Typed(form, saved.conflicts, request.form.get("add_rows", ""), drafts.keys() - conflicts)
    if form.faults() or conflicts or typed.more_rows_for:
        keep_changes()
        found = section_page(g.session, g.actor, response_id, section_id)
        return _page(found, typed), 409 if conflicts else 422 if form.faults() else 200
    flash(gettext("Saved."))
    return redirect(_next(found))


def _next(found: SectionPage) -> str:
    """The next section that the answers lead to, or the task list, as the button says."""
    response_id = found.response.id
    after = section_page(g.session, g.actor, response_id, found.section.id).next_section
    if after is None or request.form.get("go") == "list":
        return url_for(".tasks", response_id=response_id)
    return url_for(".section", response_id=response_id, section_id=after.id)


def _page(found: SectionPage, typed: Typed) -> str:
    views = question_views(found, typed)
    return page(
        "supplier/section.html",
        found=found,
        questions=views,
        errors=[fault for view in views for fault in view.faults],
        conflicts=typed.conflicts,
        confirm=ConfirmForm(formdata=None),
        may_save=found.may_write and is_open(found.dialogue, now()) and found.is_changeable,
    )
