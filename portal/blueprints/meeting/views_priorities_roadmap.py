"""The joint statement and the roadmap: writing, planning, publishing, the yearly review."""

from functools import partial
from typing import Any
from uuid import UUID

from flask import flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms import SelectChoice

from portal.blueprints.meeting import bp
from portal.blueprints.meeting.acting import base_version, say_saved
from portal.blueprints.meeting.forms_ballots import (
    ReviewForm,
    StatementForm,
    StepForm,
)
from portal.core.clock import now
from portal.core.errors import Refused
from portal.dialogue.queries import parties
from portal.identity.roles import Permission
from portal.meeting import operations_priorities as operations
from portal.meeting.issues_policy import may_manage
from portal.meeting.queries_issues import clauses_of
from portal.meeting.queries_priorities import RoadmapRow, may_change_steps, priority_page
from portal.web.forms import ConfirmForm, PortalForm
from portal.web.guard import needs, settings
from portal.web.pages import page

PATH = "/dialogues/<dialogue>/issues/ballots/<uuid:ballot_id>/roadmap"


@bp.get(PATH)
@needs(Permission.ISSUE_READ)
def roadmap(ballot_id: UUID) -> ResponseReturnValue:
    """Statement, steps, and what comes next with them."""
    return _page(ballot_id)


@bp.post(f"{PATH}/statement")
@needs(Permission.ISSUE_MANAGE)
def introduce(ballot_id: UUID) -> ResponseReturnValue:
    """Keep what the joint statement says before its list."""
    _require_here(ballot_id)
    form = StatementForm()
    if form.does(lambda: _introduce(ballot_id, form)):
        return redirect(url_for(".roadmap", ballot_id=ballot_id))
    return _page(ballot_id, form), 422


@bp.get(f"{PATH}/new")
@needs(Permission.ISSUE_MANAGE)
def new_step(ballot_id: UUID) -> ResponseReturnValue:
    """Offer to add a step."""
    return _step_page(ballot_id, StepForm(formdata=None, issue=request.args.get("issue", "")))


@bp.post(f"{PATH}/steps")
@needs(Permission.ISSUE_MANAGE)
def add_step(ballot_id: UUID) -> ResponseReturnValue:
    """Add a step to the roadmap."""
    _require_here(ballot_id)
    form = StepForm()
    act = partial(operations.add_step, g.session, g.actor, ballot_id, now=now())
    if form.does(lambda: act(form.draft())):
        flash(_("The step is in the roadmap."), "success")
        return redirect(url_for(".roadmap", ballot_id=ballot_id))
    return _step_page(ballot_id, form), 422


@bp.get(f"{PATH}/steps/<uuid:step_id>")
@needs(Permission.ISSUE_MANAGE)
def step(ballot_id: UUID, step_id: UUID) -> ResponseReturnValue:
    """Offer to change a step, or to say how far it is."""
    row = _require_here(ballot_id, step_id)[step_id]
    values = {"issue": str(row.issue_id), "owner": str(row.owner_id), "base_version": row.version}
    fields = ("what", "due_on", "demand", "clause_ref", "state", "reason")
    form = StepForm(formdata=None, **values, **{name: getattr(row, name) for name in fields})
    return _step_page(ballot_id, form, step_id)


@bp.post(f"{PATH}/steps/<uuid:step_id>")
@needs(Permission.ISSUE_MANAGE)
def change_step(ballot_id: UUID, step_id: UUID) -> ResponseReturnValue:
    """Change a step."""
    _require_here(ballot_id, step_id)
    form = StepForm()
    if form.does(lambda: _change(step_id, form)):
        return redirect(url_for(".roadmap", ballot_id=ballot_id))
    return _step_page(ballot_id, form, step_id), 422


@bp.post(f"{PATH}/enter")
@needs(Permission.ISSUE_MANAGE)
def enter_roadmap(ballot_id: UUID) -> ResponseReturnValue:
    """Put what was adopted into the roadmap."""
    _require_here(ballot_id)
    form = ConfirmForm()
    if form.does(lambda: operations.enter_roadmap(g.session, g.actor, ballot_id, now=now())):
        flash(_("The roadmap stands. Publish it when the buyers are ready."), "success")
        return redirect(url_for(".roadmap", ballot_id=ballot_id))
    return _page(ballot_id, form), 422


@bp.post(f"{PATH}/publish")
@needs(Permission.ISSUE_MANAGE)
def publish_priorities(ballot_id: UUID) -> ResponseReturnValue:
    """Publish to anyone, and mail everybody."""
    _require_here(ballot_id)
    form, address = ConfirmForm(), settings().public_url + url_for(".priorities")
    act = partial(operations.publish, g.session, g.actor, ballot_id, address=address, now=now())
    if form.does(act):
        flash(_("Published. Everybody in the dialogue is being told."), "success")
        return redirect(url_for(".priorities"))
    return _page(ballot_id, form), 422


@bp.post(f"{PATH}/review")
@needs(Permission.ISSUE_MANAGE)
def review_priorities(ballot_id: UUID) -> ResponseReturnValue:
    """Write down the yearly look at the roadmap."""
    _require_here(ballot_id)
    form = ReviewForm()
    note = form.note.data or ""
    act = partial(operations.review, g.session, g.actor, ballot_id, note=note, now=now())
    if form.does(act):
        flash(_("The review is written down."), "success")
        return redirect(url_for(".roadmap", ballot_id=ballot_id))
    return _page(ballot_id, form), 422


def _require_here(ballot_id: UUID, step_id: UUID | None = None) -> dict[UUID, RoadmapRow]:
    """The steps that the reader may change; Refused if there is no such ballot or step here."""
    found = priority_page(g.session, g.actor, g.dialogue.id, ballot_id)
    may_change = may_change_steps(g.actor, g.dialogue.id, found.steps)
    rows = {each.id: each for each in found.steps if each.id in may_change}
    if step_id is not None and step_id not in rows:
        raise Refused
    return rows


def _introduce(ballot_id: UUID, form: StatementForm) -> None:
    found = operations.introduce(
        g.session,
        g.actor,
        ballot_id,
        form.introduction.data or "",
        base_version=base_version(form.base_version.data),
        now=now(),
    )
    say_saved(found, _("The introduction is saved."))


def _change(step_id: UUID, form: StepForm) -> None:
    found = operations.change_step(
        g.session,
        g.actor,
        step_id,
        form.draft(),
        base_version=base_version(form.base_version.data),
        now=now(),
    )
    say_saved(found, _("The step is changed."))


def _page(ballot_id: UUID, sent: PortalForm | None = None) -> str:
    """The roadmap's page; ``sent`` is a form of it that was not accepted."""
    if sent is not None:
        g.session.rollback()
    found = priority_page(g.session, g.actor, g.dialogue.id, ballot_id)
    ballot = found.ballot
    if ballot is None:
        raise Refused
    values = {"introduction": ballot.introduction, "base_version": ballot.version}
    return page(
        "priorities/roadmap.html",
        found=found,
        may_manage=may_manage(g.actor, g.dialogue.id),
        may_change=may_change_steps(g.actor, g.dialogue.id, found.steps),
        statement=sent
        if isinstance(sent, StatementForm)
        else StatementForm(formdata=None, **values),
        reviewing=sent if isinstance(sent, ReviewForm) else ReviewForm(formdata=None),
        sent=sent,
    )


def _step_page(ballot_id: UUID, form: StepForm, step_id: UUID | None = None) -> str:
    found = priority_page(g.session, g.actor, g.dialogue.id, ballot_id)
    form.issue.choices = [
        SelectChoice(str(each.issue_id), f"{each.number} {each.title}") for each in found.chosen
    ]
    buyers = parties(g.session, g.dialogue.id, "buyer")
    form.owner.choices = [SelectChoice(str(each.id), each.name) for each in buyers]
    clauses = clauses_of(g.session, g.dialogue.id)
    form.clause_ref.choices = [
        SelectChoice("", _("None")),
        *(SelectChoice(each, each) for each in clauses),
    ]
    place: dict[str, Any] = {"ballot_id": ballot_id, **({"step_id": step_id} if step_id else {})}
    return page(
        "priorities/step.html",
        form=form,
        ballot=found.ballot,
        is_new=step_id is None,
        may_manage=may_manage(g.actor, g.dialogue.id),
        action=url_for(".change_step" if step_id else ".add_step", **place),
    )
