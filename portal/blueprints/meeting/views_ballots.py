"""Ballots on issues: opening one, its page, and each step of its life."""

from collections.abc import Callable
from functools import partial
from uuid import UUID

from flask import flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms import SelectChoice

from portal.blueprints.meeting import bp
from portal.blueprints.meeting.acting import acting_for_if, ballots_address
from portal.blueprints.meeting.forms_ballots import (
    SECRET,
    BallotForm,
    CancelForm,
    ClosingForm,
)
from portal.core.clock import now
from portal.identity.roles import Permission
from portal.meeting import operations_ballots as operations
from portal.meeting import operations_priorities as adopting
from portal.meeting.queries_ballots import BallotPage, ballot_page
from portal.meeting.queries_issues import issue_rows
from portal.web.charts_scatter import scatter
from portal.web.forms import ConfirmForm, PortalForm, as_uuid, local_instant
from portal.web.guard import needs
from portal.web.pages import page


@bp.get("/dialogues/<dialogue>/issues/ballots/new")
@needs(Permission.ISSUE_MANAGE)
def new_ballot() -> ResponseReturnValue:
    """Offer to open a ballot on the issues of the list."""
    form = BallotForm(formdata=None)
    return _new(form, chosen=None)


@bp.post("/dialogues/<dialogue>/issues/ballots")
@needs(Permission.ISSUE_MANAGE)
def open_ballot() -> ResponseReturnValue:
    """Open the first round."""
    form, made = BallotForm(), list[UUID]()
    if form.does(lambda: made.append(_open(form))):
        flash(_("The first round is open. Everybody who scores is being told."), "success")
        return redirect(url_for(".ballot", ballot_id=made[0]))
    return _new(form, chosen=form.issues.data or []), 422


@bp.get("/dialogues/<dialogue>/issues/ballots/<uuid:ballot_id>")
@needs(Permission.ISSUE_READ)
def ballot(ballot_id: UUID) -> ResponseReturnValue:
    """Where the ballot stands, its results, and what comes next."""
    return _ballot(ballot_id)


@bp.post("/dialogues/<dialogue>/issues/ballots/<uuid:ballot_id>/close-round")
@needs(Permission.ISSUE_MANAGE)
def close_round(ballot_id: UUID) -> ResponseReturnValue:
    """End the round that is open."""
    act = partial(operations.close_round, g.session, g.actor, ballot_id, now=now())
    return _do(ballot_id, ConfirmForm(), act, _("The round is closed."))


@bp.post("/dialogues/<dialogue>/issues/ballots/<uuid:ballot_id>/show-results")
@needs(Permission.ISSUE_MANAGE)
def show_results(ballot_id: UUID) -> ResponseReturnValue:
    """Show the first round's results."""
    act = partial(
        operations.show_results,
        g.session,
        g.actor,
        ballot_id,
        address=ballots_address(),
        now=now(),
    )
    return _do(ballot_id, ConfirmForm(), act, _("The results are shown."))


@bp.post("/dialogues/<dialogue>/issues/ballots/<uuid:ballot_id>/second-round")
@needs(Permission.ISSUE_MANAGE)
def second_round(ballot_id: UUID) -> ResponseReturnValue:
    """Open the second round."""
    form = ClosingForm()
    return _do(ballot_id, form, lambda: _second(ballot_id, form), _("The second round is open."))


@bp.post("/dialogues/<dialogue>/issues/ballots/<uuid:ballot_id>/cancel")
@needs(Permission.ISSUE_MANAGE)
def cancel_ballot(ballot_id: UUID) -> ResponseReturnValue:
    """Give the ballot up."""
    form = CancelForm()
    reason = form.reason.data or ""
    act = partial(operations.cancel, g.session, g.actor, ballot_id, reason=reason, now=now())
    return _do(ballot_id, form, act, _("The ballot is cancelled."))


@bp.post("/dialogues/<dialogue>/issues/ballots/<uuid:ballot_id>/close-adoption")
@needs(Permission.ISSUE_MANAGE)
def close_adoption(ballot_id: UUID) -> ResponseReturnValue:
    """End the opting in."""
    act = partial(adopting.close_adoption, g.session, g.actor, ballot_id, now=now())
    return _do(ballot_id, ConfirmForm(), act, _("The list is adopted. Now plan the roadmap."))


def _do(
    ballot_id: UUID, form: PortalForm, act: Callable[[], object], text: str
) -> ResponseReturnValue:
    """Take a step of the ballot's life and say so, or say on its page why not."""
    ballot_page(g.session, g.actor, g.dialogue.id, ballot_id)
    if form.does(act):
        flash(text, "success")
        return redirect(url_for(".ballot", ballot_id=ballot_id))
    g.session.rollback()
    return _ballot(ballot_id, form), 422


def _open(form: BallotForm) -> UUID:
    plan = operations.BallotPlan(
        title=form.title.data or "",
        secret=form.kind.data == SECRET,
        issue_ids=[as_uuid(each) for each in form.issues.data or []],
        closes_at=local_instant(form.closes_at.data),
    )
    made = operations.open_ballot(
        g.session, g.actor, g.dialogue.id, plan, address=ballots_address(), now=now()
    )
    return made.id


def _second(ballot_id: UUID, form: ClosingForm) -> None:
    operations.open_second_round(
        g.session,
        g.actor,
        ballot_id,
        closes_at=local_instant(form.closes_at.data),
        address=ballots_address(),
        now=now(),
    )


def _new(form: BallotForm, chosen: list[str] | None) -> str:
    rows = issue_rows(g.session, g.actor, g.dialogue.id)
    listed = [row for row in rows if row.state == "listed"]
    form.issues.choices = [SelectChoice(str(row.id), f"{row.number} {row.title}") for row in listed]
    form.issues.data = [str(row.id) for row in listed] if chosen is None else chosen
    return page("priorities/ballot_new.html", form=form, listed=listed)


def _ballot(ballot_id: UUID, sent: PortalForm | None = None) -> str:
    """The ballot's page; ``sent`` is a form of it that was not accepted."""
    own = acting_for_if(Permission.ISSUE_VOTE)
    found = ballot_page(g.session, g.actor, g.dialogue.id, ballot_id, organisation_id=own)
    weights = [(each.number, each.weight) for each in found.issues if each.weight is not None]
    return page(
        "priorities/ballot.html",
        found=found,
        own=own,
        scatter=scatter(weights) if weights else None,
        next_issue=_next(found),
        closing=sent if isinstance(sent, ClosingForm) else ClosingForm(formdata=None),
        cancelling=sent if isinstance(sent, CancelForm) else CancelForm(formdata=None),
        sent=sent,
        is_over=now() >= found.ballot.closes_at,
        organisation=request.args.get("organisation"),
    )


def _next(found: BallotPage) -> UUID | None:
    """The first issue to score, those without scores first."""
    waiting = [each.id for each in found.issues if not each.scored]
    return next(iter(waiting or [each.id for each in found.issues]), None)
