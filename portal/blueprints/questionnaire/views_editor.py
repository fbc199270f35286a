"""The draft at a glance, its head, and a first draft where there is none."""

from flask import flash, g, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal.blueprints.questionnaire import bp
from portal.blueprints.questionnaire.editing_page import part_page, save_part
from portal.blueprints.questionnaire.editor_view import editor_view
from portal.blueprints.questionnaire.forms import ConfirmTranslationForm, NewSectionForm
from portal.blueprints.questionnaire.opened import editor, opened, part_href
from portal.core.clock import now
from portal.core.errors import Refused
from portal.identity.roles import Permission
from portal.questionnaire.operations_editing import add_section, confirm_translation
from portal.questionnaire.queries_editing import Draft, draft_of
from portal.questionnaire.subjects import HEAD
from portal.web.guard import needs
from portal.web.pages import page


@bp.get("/dialogues/<dialogue>/draft/edit")
@needs(Permission.DRAFT_EDIT)
def editor_home() -> ResponseReturnValue:
    """Every section and question with what is still to be done, or how to begin."""
    draft = draft_of(g.session, g.dialogue.id)
    if draft is None:
        return redirect(url_for(".files"))
    return _page(draft, NewSectionForm())


@bp.post("/dialogues/<dialogue>/draft/edit/sections")
@needs(Permission.DRAFT_EDIT)
def new_section() -> ResponseReturnValue:
    """Add an empty section at the end."""
    draft, form = opened(), NewSectionForm()
    if form.does(lambda: _add(draft, form)):
        flash(gettext("The section has been added. Now add its questions."), "success")
        return redirect(url_for(".section", section_id=form.id.data))
    return _page(draft, form), 422


@bp.get("/dialogues/<dialogue>/draft/edit/head")
@needs(Permission.DRAFT_EDIT)
def head() -> ResponseReturnValue:
    """Title, introduction, languages and groups of suppliers."""
    draft = opened()
    return part_page(draft, HEAD)


@bp.post("/dialogues/<dialogue>/draft/edit/head")
@needs(Permission.DRAFT_EDIT)
def save_head() -> ResponseReturnValue:
    """Save what was typed."""
    draft = opened()
    return save_part(draft, HEAD, url_for(".editor_home"))


@bp.post("/dialogues/<dialogue>/draft/edit/confirm")
@needs(Permission.DRAFT_EDIT)
def confirm() -> ResponseReturnValue:
    """Say that the wordings of a part in one language still fit the changed base wording."""
    draft, form = opened(), ConfirmTranslationForm()
    if not form.does(lambda: _confirm(draft, form)):
        raise Refused
    flash(gettext("Saved."), "success")
    return redirect(part_href(str(form.subject.data)))


def _confirm(draft: Draft, form: ConfirmTranslationForm) -> None:
    confirm_translation(
        g.session,
        g.actor,
        draft.id,
        str(form.subject.data),
        str(form.language.data),
        editor=editor(draft),
        now=now(),
    )


def _add(draft: Draft, form: NewSectionForm) -> None:
    add_section(
        g.session,
        g.actor,
        draft.id,
        str(form.id.data),
        {draft.questionnaire.base_language: str(form.title.data).strip()},
        editor=editor(draft),
        after=None,
        now=now(),
    )


def _page(draft: Draft, form: NewSectionForm) -> str:
    form.seen.data = str(draft.revision)
    return page("questionnaire/editor.html", draft=draft, view=editor_view(draft), form=form)
