"""A question of the draft: added, worded, ruled, retyped, moved, retired."""

from flask import flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from wtforms import SelectChoice

from portal.blueprints.questionnaire import bp
from portal.blueprints.questionnaire.editing_page import part_page, save_part
from portal.blueprints.questionnaire.forms import NewQuestionForm, TypeForm
from portal.blueprints.questionnaire.opened import (
    editor,
    in_words,
    opened,
    question_of,
    section_of,
)
from portal.blueprints.questionnaire.places import do_move, do_retire, move_page, retire_page
from portal.core.clock import now
from portal.identity.roles import Permission
from portal.questionnaire.definition import Section
from portal.questionnaire.operations_editing import add_question, change
from portal.questionnaire.queries_editing import Draft
from portal.questionnaire.starting import retyped, started
from portal.questionnaire.subjects import content_of, question_subject
from portal.web.guard import needs
from portal.web.pages import page

QUESTION = "/dialogues/<dialogue>/draft/edit/questions/<question_id>"
NEW_QUESTION = "/dialogues/<dialogue>/draft/edit/sections/<section_id>/add"
FIRST = "-"
"""Stands for the place before every question."""


@bp.get(QUESTION)
@needs(Permission.DRAFT_EDIT)
def question(question_id: str) -> ResponseReturnValue:
    """Everything about one question, in the languages asked for."""
    draft = opened()
    question_of(draft, question_id)
    return part_page(draft, question_subject(question_id))


@bp.post(QUESTION)
@needs(Permission.DRAFT_EDIT)
def save_question(question_id: str) -> ResponseReturnValue:
    """Save what was typed about the question."""
    draft = opened()
    question_of(draft, question_id)
    target = url_for(".question", question_id=question_id, show=request.args.getlist("show"))
    return save_part(draft, question_subject(question_id), target)


@bp.get(NEW_QUESTION)
@needs(Permission.DRAFT_EDIT)
def new_question(section_id: str) -> ResponseReturnValue:
    """Id, type and wording of a new question; the rest on its own page."""
    draft = opened()
    section, form = section_of(draft, section_id), NewQuestionForm()
    form.id.data = _free_id(draft, section)
    form.after.data = section.questions[-1].id if section.questions else FIRST
    form.seen.data = str(draft.revision)
    return _new_page(draft, section, form)


@bp.post(NEW_QUESTION)
@needs(Permission.DRAFT_EDIT)
def begin_question(section_id: str) -> ResponseReturnValue:
    """Add the question and go on with the rest of it."""
    draft = opened()
    section, form = section_of(draft, section_id), NewQuestionForm()
    if form.does(lambda: _add(draft, section_id, form)):
        flash(gettext("The question has been added. Complete it here."), "success")
        return redirect(url_for(".question", question_id=form.id.data))
    return _new_page(draft, section, form), 422


@bp.get(f"{QUESTION}/columns/<column_id>")
@needs(Permission.DRAFT_EDIT)
def column(question_id: str, column_id: str) -> ResponseReturnValue:
    """One column of a table or grid: its wording, its choices, its limits."""
    draft, subject = opened(), question_subject(question_id)
    question_of(draft, question_id)
    return part_page(draft, subject, column_id=column_id)


@bp.post(f"{QUESTION}/columns/<column_id>")
@needs(Permission.DRAFT_EDIT)
def save_column(question_id: str, column_id: str) -> ResponseReturnValue:
    """Save what was typed about the column."""
    draft, subject = opened(), question_subject(question_id)
    question_of(draft, question_id)
    target = url_for(".question", question_id=question_id, show=request.args.getlist("show"))
    return save_part(draft, subject, target, column_id=column_id)


@bp.get(f"{QUESTION}/type")
@needs(Permission.DRAFT_EDIT)
def question_type(question_id: str) -> ResponseReturnValue:
    """Another type of answer; lists that both types have stay."""
    draft, form = opened(), TypeForm()
    form.type.data = question_of(draft, question_id).type
    form.seen.data = str(draft.revision)
    return _type_page(draft, question_id, form)


@bp.post(f"{QUESTION}/type")
@needs(Permission.DRAFT_EDIT)
def change_type(question_id: str) -> ResponseReturnValue:
    """Change the type."""
    draft, form = opened(), TypeForm()
    question_of(draft, question_id)
    if form.does(lambda: _retype(draft, question_id, form)):
        flash(gettext("The type has been changed. Check what the new one needs."), "success")
        return redirect(url_for(".question", question_id=question_id))
    return _type_page(draft, question_id, form), 422


@bp.get(f"{QUESTION}/move")
@needs(Permission.DRAFT_EDIT)
def move_question(question_id: str) -> ResponseReturnValue:
    """Another place, in this or another section."""
    draft, subject = opened(), question_subject(question_id)
    question_of(draft, question_id)
    return move_page(draft, subject)


@bp.post(f"{QUESTION}/move")
@needs(Permission.DRAFT_EDIT)
def place_question(question_id: str) -> ResponseReturnValue:
    """Put the question where the form says."""
    draft, subject = opened(), question_subject(question_id)
    question_of(draft, question_id)
    return do_move(draft, subject, url_for(".question", question_id=question_id))


@bp.get(f"{QUESTION}/retire")
@needs(Permission.DRAFT_EDIT)
def retire_question(question_id: str) -> ResponseReturnValue:
    """Take the question out, after a question whether that is meant."""
    draft, subject = opened(), question_subject(question_id)
    question_of(draft, question_id)
    return retire_page(draft, subject)


@bp.post(f"{QUESTION}/retire")
@needs(Permission.DRAFT_EDIT)
def take_out_question(question_id: str) -> ResponseReturnValue:
    """Take it out."""
    draft, subject = opened(), question_subject(question_id)
    question_of(draft, question_id)
    return do_retire(draft, subject, url_for(".editor_home"))


def _new_page(draft: Draft, section: Section, form: NewQuestionForm) -> str:
    form.after.choices = _places(draft, section)
    values = {"draft": draft, "section": section, "title": in_words(draft, section.title)}
    return page("questionnaire/new_question.html", form=form, **values)


def _type_page(draft: Draft, question_id: str, form: TypeForm) -> str:
    part = question_of(draft, question_id)
    values = {"draft": draft, "part": part, "title": in_words(draft, part.text)}
    return page("questionnaire/type.html", form=form, **values)


def _add(draft: Draft, section_id: str, form: NewQuestionForm) -> None:
    text = {draft.questionnaire.base_language: str(form.text.data).strip()}
    add_question(
        g.session,
        g.actor,
        draft.id,
        section_id,
        started(str(form.id.data), str(form.type.data), text),
        editor=editor(draft),
        after=form.after.data,
        now=now(),
    )


def _retype(draft: Draft, question_id: str, form: TypeForm) -> None:
    subject = question_subject(question_id)
    content = retyped(content_of(draft.questionnaire, subject), str(form.type.data))
    change(g.session, g.actor, draft.id, subject, content, editor=editor(draft), now=now())


def _places(draft: Draft, section: Section) -> list[SelectChoice]:
    behind = [
        SelectChoice(
            each.id, gettext("after %(id)s %(text)s", id=each.id, text=in_words(draft, each.text))
        )
        for each in section.questions
    ]
    return [SelectChoice(FIRST, gettext("first")), *behind]


def _free_id(draft: Draft, section: Section) -> str:
    """The next number in the section's own scheme."""
    taken = {question.id for question in draft.questionnaire.questions()}
    number = len(section.questions) + 1
    while f"{section.id}.{number:02d}" in taken:
        number += 1
    return f"{section.id}.{number:02d}"
