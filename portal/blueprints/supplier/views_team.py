"""Our people on a response: who they are, what they do, and who answers what."""

from collections.abc import Callable
from uuid import UUID

from flask import flash, g, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal.blueprints.supplier import bp
from portal.blueprints.supplier.forms import ROLE_NAMES, ColleagueForm
from portal.blueprints.supplier.forms_team import RolesForm
from portal.blueprints.supplier.team_view import people_of, today
from portal.blueprints.supplier.words import say
from portal.core.clock import now
from portal.core.errors import Invalid
from portal.dialogue.queries import role_holders
from portal.identity.roles import Permission, Role
from portal.invitation.operations import invite_colleague
from portal.response import operations_team
from portal.response.queries import TaskList, task_list
from portal.web.guard import needs, settings
from portal.web.language import sentence
from portal.web.pages import page


@bp.get("/responses/<uuid:response_id>/team")
@needs(Permission.RESPONSE_READ_OWN)
def team(response_id: UUID) -> ResponseReturnValue:
    """Who works on our answers."""
    return _page(task_list(g.session, g.actor, response_id, now=now()), ColleagueForm())


@bp.post("/responses/<uuid:response_id>/team")
@needs(Permission.SUPPLIER_INVITE)
def add_colleague(response_id: UUID) -> ResponseReturnValue:
    """Ask a colleague for help; they get a mail with a sign-in link."""
    found = task_list(g.session, g.actor, response_id, now=now())
    form = ColleagueForm()
    if form.does(lambda: _invite(found, form)):
        flash(gettext("%(name)s has been asked by mail.", name=form.name.data), "success")
        return redirect(url_for(".team", response_id=response_id))
    return _page(found, form), 422


@bp.post("/responses/<uuid:response_id>/team/<uuid:person_id>/roles")
@needs(Permission.SUPPLIER_INVITE)
def set_roles(response_id: UUID, person_id: UUID) -> ResponseReturnValue:
    """Let a colleague do something else."""
    form = RolesForm()
    if form.validate():
        return _done(
            response_id,
            lambda: operations_team.set_roles(
                g.session, g.actor, response_id, person_id, form.chosen, now=now()
            ),
            gettext("What they do is saved."),
        )
    return _refused(response_id, " ".join(text for _, text in form.faults()))


@bp.post("/responses/<uuid:response_id>/team/<uuid:person_id>/remove")
@needs(Permission.SUPPLIER_INVITE)
def take_off(response_id: UUID, person_id: UUID) -> ResponseReturnValue:
    """Take a colleague off this response."""
    return _done(
        response_id,
        lambda: operations_team.take_off(g.session, g.actor, response_id, person_id, now=now()),
        gettext("They are off these answers. What they wrote stays."),
    )


def _done(response_id: UUID, act: Callable[[], object], said: str) -> ResponseReturnValue:
    """Do it and say so, or show the page with what stands in the way."""
    try:
        act()
    except Invalid as fault:
        return _refused(response_id, sentence(fault.reason))
    flash(said, "success")
    return redirect(url_for(".team", response_id=response_id))


def _refused(response_id: UUID, problem: str) -> ResponseReturnValue:
    form = ColleagueForm(formdata=None)
    form.form_errors.append(problem)
    return _page(task_list(g.session, g.actor, response_id, now=now()), form), 422


def _invite(found: TaskList, form: ColleagueForm) -> None:
    invite_colleague(
        g.session,
        g.actor,
        found.dialogue.id,
        organisation_id=found.response.organisation_id,
        email=form.email.data or "",
        name=form.name.data or "",
        role=Role(form.role.data),
        address=settings().public_url + "/sign-in/link/",
        now=now(),
    )


def _page(found: TaskList, form: ColleagueForm) -> str:
    holders = role_holders(g.session, found.dialogue.id, found.response.organisation_id)
    return page(
        "supplier/team.html",
        list=found,
        say=say(found.questionnaire),
        form=form,
        people=people_of(holders),
        duties=ROLE_NAMES,
        today=today(),
    )
