"""Moving and retiring a section or a question: the same pages for both."""

from flask import flash, g, redirect
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from wtforms import SelectChoice

from portal.blueprints.questionnaire.forms import MoveForm, SeenForm
from portal.blueprints.questionnaire.opened import editor, in_words
from portal.core.clock import now
from portal.questionnaire.operations_editing import move, retire
from portal.questionnaire.queries_editing import Draft
from portal.questionnaire.subjects import id_in, kind_of, part_of
from portal.web.pages import page


def move_page(draft: Draft, subject: str) -> str:
    """Where the part stands now, and a form for another place."""
    home, place = _place(draft, subject)
    form = MoveForm(formdata=None, section_id=home, position=place)
    return _move_page(draft, subject, form)


def do_move(draft: Draft, subject: str, target: str) -> ResponseReturnValue:
    """Move it as typed."""
    form = MoveForm()
    if form.does(lambda: _move(draft, subject, form)):
        flash(gettext("Moved."), "success")
        return redirect(target)
    return _move_page(draft, subject, form), 422


def retire_page(draft: Draft, subject: str, form: SeenForm | None = None) -> str:
    """What would be taken out, and the button."""
    form = form or SeenForm(formdata=None)
    form.seen.data = str(draft.revision)
    return page("questionnaire/retire.html", **_named(draft, subject), form=form)


def do_retire(draft: Draft, subject: str, target: str) -> ResponseReturnValue:
    """Take it out, unless something depends on it."""
    form = SeenForm()
    by = editor(draft)
    if form.does(lambda: retire(g.session, g.actor, draft.id, subject, editor=by, now=now())):
        flash(gettext("Taken out. You can bring it back in the history."), "success")
        return redirect(target)
    return retire_page(draft, subject, form), 422


def _move(draft: Draft, subject: str, form: MoveForm) -> None:
    move(
        g.session,
        g.actor,
        draft.id,
        subject,
        editor=editor(draft),
        section_id=form.section_id.data,
        position=int(form.position.data) - 1,
        now=now(),
    )


def _move_page(draft: Draft, subject: str, form: MoveForm) -> str:
    form.seen.data = str(draft.revision)
    form.section_id.choices = [
        SelectChoice(each.id, f"{each.id} {in_words(draft, each.title)}")
        for each in draft.questionnaire.sections
    ]
    return page("questionnaire/move.html", **_named(draft, subject), form=form)


def _named(draft: Draft, subject: str) -> dict[str, object]:
    part = part_of(draft.questionnaire, subject)
    wording = getattr(part, "text", None) or getattr(part, "title", {})
    return {
        "draft": draft,
        "part": part,
        "is_section": kind_of(subject) == "section",
        "title": in_words(draft, wording),
    }


def _place(draft: Draft, subject: str) -> tuple[str, int]:
    """The section and the place from 1 in it; for a section the place among the sections."""
    name = id_in(subject)
    for number, section in enumerate(draft.questionnaire.sections, start=1):
        if section.id == name and kind_of(subject) == "section":
            return section.id, number
        for place, question in enumerate(section.questions, start=1):
            if question.id == name and kind_of(subject) == "question":
                return section.id, place
    return "", 1
