"""Notes among colleagues: read, written, resolved. Nobody outside the company sees them."""

from uuid import UUID

from flask import flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from wtforms import SelectChoice

from portal.blueprints.supplier import bp
from portal.blueprints.supplier.forms_team import NoteForm
from portal.blueprints.supplier.team_view import CHOICE_LENGTH, notes_link, question_choices
from portal.blueprints.supplier.words import say
from portal.core.clock import now
from portal.identity.roles import Permission
from portal.questionnaire.definition import localised
from portal.response import operations_notes
from portal.response.queries_notes import NotesPage, notes_page
from portal.web.forms import as_uuid
from portal.web.guard import needs
from portal.web.language import language
from portal.web.pages import page


@bp.get("/responses/<uuid:response_id>/notes")
@needs(Permission.RESPONSE_READ_OWN)
def notes(response_id: UUID) -> ResponseReturnValue:
    """The notes of a section, or all of them."""
    section_id, question_id = request.args.get("section", ""), request.args.get("question", "")
    form = NoteForm(place=f"{section_id}/{question_id}")
    return _page(response_id, section_id, question_id, form)


@bp.post("/responses/<uuid:response_id>/notes")
@needs(Permission.RESPONSE_READ_OWN)
def write_note(response_id: UUID) -> ResponseReturnValue:
    """Leave a note, and mail those who should know."""
    form = NoteForm()
    if form.does(lambda: _write(response_id, form)):
        section_id, question_id = form.at
        flash(gettext("The note is there. Only your colleagues can read it."), "success")
        return redirect(_url(response_id, section_id, question_id))
    g.session.rollback()
    return _page(response_id, *form.at, form), 422


@bp.post("/responses/<uuid:response_id>/notes/<uuid:note_id>/resolve")
@needs(Permission.RESPONSE_READ_OWN)
def resolve_note(response_id: UUID, note_id: UUID) -> ResponseReturnValue:
    """Say that a note is dealt with."""
    note = operations_notes.resolve_note(g.session, g.actor, response_id, note_id, now=now())
    return redirect(_url(response_id, note.section_id, note.question_id))


def _write(response_id: UUID, form: NoteForm) -> None:
    section_id, question_id = form.at
    operations_notes.write_note(
        g.session,
        g.actor,
        response_id,
        form.at,
        form.text.data or "",
        tell=[as_uuid(text) for text in form.tell.data or []],
        link=notes_link(response_id, section_id, question_id),
        now=now(),
    )


def _url(response_id: UUID, section_id: str, question_id: str) -> str:
    return url_for(
        ".notes",
        response_id=response_id,
        section=section_id or None,
        question=question_id or None,
    )


def _page(response_id: UUID, section_id: str, question_id: str, form: NoteForm) -> str:
    found = notes_page(g.session, g.actor, response_id, section_id, question_id)
    form.place.choices = _places(found)
    form.tell.choices = [SelectChoice(str(key), name) for key, name in found.colleagues]
    return page(
        "supplier/notes.html",
        found=found,
        form=form,
        say=say(found.questionnaire),
        names=_names(found),
    )


def _places(found: NotesPage) -> list[SelectChoice]:
    """Where a note can be: the section and its questions, or everything and each section."""
    base = found.questionnaire.base_language
    whole = [SelectChoice("/", gettext("The answers as a whole"))]
    for section in found.questionnaire.sections:
        if found.section_id in {"", section.id}:
            title = localised(section.title, language(), base)
            whole.append(SelectChoice(f"{section.id}/", f"{section.id} {title}"))
        if found.section_id == section.id:
            choices = question_choices(found.questionnaire, section, CHOICE_LENGTH)
            whole += [SelectChoice(f"{section.id}/{each.value}", each.label) for each in choices]
    return whole


def _names(found: NotesPage) -> dict[tuple[str, str], str]:
    """What the places of the notes are called."""
    base = found.questionnaire.base_language
    names = {("", ""): gettext("The answers as a whole")}
    for section in found.questionnaire.sections:
        title = localised(section.title, language(), base)
        names[(section.id, "")] = f"{section.id} {title}"
        for question in section.questions:
            text = localised(question.text, language(), base)
            names[(section.id, question.id)] = f"{question.id} {text}"
    return names
