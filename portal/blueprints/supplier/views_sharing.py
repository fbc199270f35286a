"""Give a section, or some of its questions, to colleagues; take it back."""

from uuid import UUID

from flask import flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from wtforms import SelectChoice

from portal.blueprints.supplier import bp
from portal.blueprints.supplier.forms_team import PARTS, ShareForm
from portal.blueprints.supplier.team_view import people_of, question_choices, section_link, today
from portal.blueprints.supplier.words import say
from portal.core.clock import now
from portal.core.errors import Invalid, Refused, message
from portal.dialogue.queries import role_holders
from portal.identity.roles import Permission
from portal.questionnaire.definition import Section
from portal.response import operations_team
from portal.response.operations_team import Newcomer, Terms
from portal.response.queries import TaskList, task_list
from portal.web.forms import as_uuid
from portal.web.guard import needs, settings
from portal.web.pages import page


@bp.get("/responses/<uuid:response_id>/sections/<section_id>/people")
@needs(Permission.ANSWER_WRITE)
def share(response_id: UUID, section_id: str) -> ResponseReturnValue:
    """A form to give this section to somebody."""
    form = ShareForm()
    asked = request.args.getlist("question")
    if asked:
        form.what.data, form.questions.data = PARTS, asked
    return _page(response_id, section_id, form)


@bp.post("/responses/<uuid:response_id>/sections/<section_id>/people")
@needs(Permission.ANSWER_WRITE)
def share_section(response_id: UUID, section_id: str) -> ResponseReturnValue:
    """Give the section, or questions of it, to colleagues; a new one is invited with it."""
    form = ShareForm()
    if form.does(lambda: _share(response_id, section_id, form)):
        flash(gettext("Section %(id)s: who answers it is saved.", id=section_id), "success")
        return redirect(url_for(".team", response_id=response_id, _anchor="sections"))
    g.session.rollback()
    return _page(response_id, section_id, form), 422


@bp.post("/responses/<uuid:response_id>/sections/<section_id>/people/<uuid:person_id>/remove")
@needs(Permission.ANSWER_WRITE)
def take_back(response_id: UUID, section_id: str, person_id: UUID) -> ResponseReturnValue:
    """Take from a colleague what they were given of this section."""
    operations_team.take_back(g.session, g.actor, response_id, section_id, person_id, now=now())
    flash(gettext("Section %(id)s: who answers it is saved.", id=section_id), "success")
    return redirect(url_for(".team", response_id=response_id, _anchor="sections"))


def _share(response_id: UUID, section_id: str, form: ShareForm) -> None:
    """Give it to the colleagues who are ticked, and to the one who is new."""
    place = (g.session, g.actor, response_id, section_id)
    link = section_link(response_id, section_id)
    terms = _terms(form)
    people = [as_uuid(text) for text in form.people.data or []]
    is_new = bool(form.name.data or form.email.data)
    if people or not is_new:
        operations_team.assign(*place, people, terms=terms, link=link, now=now())
    if is_new:
        address = settings().public_url + "/sign-in/link/"
        newcomer = _newcomer(form)
        operations_team.forward(
            *place, newcomer, terms=terms, link=link, sign_in=address, now=now()
        )


def _terms(form: ShareForm) -> Terms:
    chosen = tuple(form.questions.data or ()) if form.what.data == PARTS else ()
    if form.what.data == PARTS and not chosen:
        problem = message("Choose the questions, or the whole section.")
        raise Invalid(problem, {"questions": problem})
    return Terms(question_ids=chosen, due_on=form.due_on.data, words=form.words.data or "")


def _newcomer(form: ShareForm) -> Newcomer:
    problems = {
        name: text
        for name, text in (
            ("name", message("Enter your colleague's name.")),
            ("email", message("Enter your colleague's e-mail address.")),
        )
        if not form[name].data
    }
    if problems:
        raise Invalid(next(iter(problems.values())), problems)
    return Newcomer(name=form.name.data, email=form.email.data)


def _page(response_id: UUID, section_id: str, form: ShareForm) -> str:
    found = task_list(g.session, g.actor, response_id, now=now())
    if not found.may_assign:
        raise Refused
    section = _section(found, section_id)
    holders = role_holders(g.session, found.dialogue.id, found.response.organisation_id)
    people = [SelectChoice(str(each.id), each.name) for each in people_of(holders)]
    form.people.choices = people
    form.questions.choices = question_choices(found.questionnaire, section)
    return page(
        "supplier/share.html",
        list=found,
        section=section,
        say=say(found.questionnaire),
        form=form,
        given=[each for each in found.beside.given if each.section_id == section_id],
        today=today(),
    )


def _section(found: TaskList, section_id: str) -> Section:
    for section in found.questionnaire.sections:
        if section.id == section_id:
            return section
    raise Refused
