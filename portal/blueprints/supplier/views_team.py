"""Our people on a response: who answers which section."""

from uuid import UUID

from flask import flash, g, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal.blueprints.supplier import bp
from portal.blueprints.supplier.forms import ROLE_NAMES, AssignmentForm, ColleagueForm
from portal.blueprints.supplier.words import say
from portal.core.clock import now
from portal.dialogue.queries import RoleHolder, role_holders
from portal.identity.roles import Permission, Role
from portal.invitation.operations import invite_colleague
from portal.response.operations import assign
from portal.response.queries import TaskList, task_list
from portal.web.forms import as_uuid
from portal.web.guard import needs, settings
from portal.web.pages import page


@bp.get("/responses/<uuid:response_id>/team")
@needs(Permission.RESPONSE_READ_OWN)
def team(response_id: UUID) -> ResponseReturnValue:
    """Who works on our answers."""
    return _page(task_list(g.session, g.actor, response_id), ColleagueForm())


@bp.post("/responses/<uuid:response_id>/team")
@needs(Permission.SUPPLIER_INVITE)
def add_colleague(response_id: UUID) -> ResponseReturnValue:
    """Ask a colleague for help; they get a mail with a sign-in link."""
    found = task_list(g.session, g.actor, response_id)
    form = ColleagueForm()
    if form.does(lambda: _invite(found, form)):
        flash(gettext("%(name)s has been asked by mail.", name=form.name.data), "success")
        return redirect(url_for(".team", response_id=response_id))
    return _page(found, form), 422


@bp.post("/responses/<uuid:response_id>/sections/<section_id>/people")
@needs(Permission.ANSWER_WRITE)
def assign_section(response_id: UUID, section_id: str) -> ResponseReturnValue:
    """Give a section to these colleagues."""
    people = [as_uuid(text) for text in AssignmentForm().people.data or []]
    assign(g.session, g.actor, response_id, section_id, people, now=now())
    flash(gettext("Section %(id)s: who answers it is saved.", id=section_id), "success")
    return redirect(url_for(".team", response_id=response_id))


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
    contributors = [row for row in holders if row.role is Role.SUPPLIER_CONTRIBUTOR]
    return page(
        "supplier/team.html",
        list=found,
        say=say(found.questionnaire),
        form=form,
        people=_people(holders),
        contributors=contributors,
    )


def _people(holders: list[RoleHolder]) -> list[tuple[RoleHolder, list[object]]]:
    """Each person once, with everything they do."""
    found: dict[UUID, tuple[RoleHolder, list[object]]] = {}
    for holder in holders:
        found.setdefault(holder.person_id, (holder, []))[1].append(ROLE_NAMES[holder.role])
    return list(found.values())
