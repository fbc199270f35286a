"""Adoption and roadmap: the proposed list, opting in or out, statement, steps, review."""

from uuid import UUID

from flask import flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.blueprints.meeting import bp
from portal.blueprints.meeting.acting import (
    acting_for,
    ballots_address,
    base_version,
    say_saved,
)
from portal.blueprints.meeting.forms_ballots import ListForm
from portal.core.clock import now
from portal.identity.roles import Permission
from portal.meeting import operations_priorities as operations
from portal.meeting import operations_scores as voting
from portal.meeting.priorities_merging import Joined
from portal.meeting.priorities_readiness import readiness
from portal.meeting.queries_ballots import ballot_page
from portal.web.forms import ConfirmForm, as_uuid, local_instant
from portal.web.guard import needs
from portal.web.language import language
from portal.web.pages import page


@bp.get("/dialogues/<dialogue>/issues/ballots/<uuid:ballot_id>/list")
@needs(Permission.ISSUE_MANAGE)
def proposal(ballot_id: UUID) -> ResponseReturnValue:
    """Offer to propose the joint demand, by rank."""
    return _list(ballot_id, ListForm(formdata=None))


@bp.post("/dialogues/<dialogue>/issues/ballots/<uuid:ballot_id>/list")
@needs(Permission.ISSUE_MANAGE)
def propose_list(ballot_id: UUID) -> ResponseReturnValue:
    """Propose the joint demand and ask every buyer."""
    form = ListForm()
    if form.does(lambda: _propose(ballot_id, form)):
        flash(_("The list is proposed. Every buyer is being asked."), "success")
        return redirect(url_for(".ballot", ballot_id=ballot_id))
    g.session.rollback()
    return _list(ballot_id, form), 422


@bp.get("/dialogues/<dialogue>/issues/ballots/<uuid:ballot_id>/position")
@needs(Permission.ISSUE_VOTE)
def position(ballot_id: UUID) -> ResponseReturnValue:
    """The proposed list, to opt in or out."""
    return _position(ballot_id, ConfirmForm(formdata=None))


@bp.post("/dialogues/<dialogue>/issues/ballots/<uuid:ballot_id>/position")
@needs(Permission.ISSUE_VOTE)
def take_position(ballot_id: UUID) -> ResponseReturnValue:
    """Save for which demands the reader's organisation is in."""
    form = ConfirmForm()
    if form.does(lambda: _take(ballot_id)):
        return redirect(url_for(".ballot", ballot_id=ballot_id))
    g.session.rollback()
    return _position(ballot_id, form), 422


def _propose(ballot_id: UUID, form: ListForm) -> None:
    found = ballot_page(g.session, g.actor, g.dialogue.id, ballot_id)
    chosen = {as_uuid(each) for each in request.form.getlist("issue")}
    reasons = {
        each.id: request.form.get(f"reason-{each.id}", "").strip() or form.common.data or ""
        for each in found.issues
        if each.id not in chosen
    }
    operations.propose_list(
        g.session,
        g.actor,
        ballot_id,
        reasons,
        closes_at=local_instant(form.closes_at.data),
        address=ballots_address(),
        now=now(),
    )


def _take(ballot_id: UUID) -> None:
    """One act for each demand: the forms of all stand on one page."""
    own = acting_for(Permission.ISSUE_VOTE)
    found = ballot_page(g.session, g.actor, g.dialogue.id, ballot_id)
    clashes = Joined({})
    for each in found.issues:
        if not each.proposed:
            continue
        choice = request.form.get(f"choice-{each.id}")
        draft = voting.WordDraft(
            text=request.form.get(f"reason-{each.id}", ""),
            opted_in={"in": True, "out": False}.get(choice or ""),
            base_version=base_version(request.form.get(f"base-{each.id}")),
        )
        saved = voting.take_position(
            g.session, g.actor, ballot_id, each.id, draft, organisation_id=own, now=now()
        )
        clashes = saved if saved.clashes else clashes
    say_saved(clashes, _("Your organisation's choice is saved."))


def _list(ballot_id: UUID, form: ListForm) -> str:
    found = ballot_page(g.session, g.actor, g.dialogue.id, ballot_id)
    known = readiness(g.session, g.actor, g.dialogue.id, language())
    is_sent = request.method == "POST"
    return page(
        "priorities/list.html",
        found=found,
        form=form,
        ready={each.id: known.of(each.readiness) for each in found.issues},
        chosen=request.form.getlist("issue") if is_sent else [],
        typed=request.form if is_sent else {},
    )


def _position(ballot_id: UUID, form: ConfirmForm) -> str:
    own = acting_for(Permission.ISSUE_VOTE)
    found = ballot_page(g.session, g.actor, g.dialogue.id, ballot_id, organisation_id=own)
    said = {
        each.id: next((word for word in each.positions if word.organisation_id == own), None)
        for each in found.issues
    }
    return page(
        "priorities/position.html",
        found=found,
        proposed=[each for each in found.issues if each.proposed],
        said=said,
        form=form,
        own=own,
        typed=request.form if request.method == "POST" else {},
    )
