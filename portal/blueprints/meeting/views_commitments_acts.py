"""What people do with a commitment: agree, begin, prove, check, dispute, escalate, close, drop."""

from collections.abc import Callable
from functools import partial
from uuid import UUID

from flask import Response, flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal.blueprints.meeting import bp
from portal.blueprints.meeting.commitments_view import words
from portal.blueprints.meeting.forms_commitments import (
    ActionForm,
    CheckForm,
    ProofForm,
    ReasonForm,
    TermsForm,
    WhyForm,
)
from portal.blueprints.meeting.views_commitments import ONE, commitment_shown
from portal.core.clock import now
from portal.identity.roles import Permission
from portal.meeting import operations_commitments as commitments
from portal.meeting import operations_commitments_actions as actions
from portal.meeting import operations_commitments_proof as proofs
from portal.meeting import operations_commitments_terms as terms
from portal.meeting.operations_commitments_reading import read_proof
from portal.meeting.queries_commitment import commitment_page, offered_checks
from portal.meeting.queries_commitments_offered import own_pieces
from portal.web.downloads import stored_file
from portal.web.forms import ConfirmForm, PortalForm
from portal.web.guard import needs, settings
from portal.web.pages import page
from portal.web.transaction import write_beside


@bp.post(f"{ONE}/agree")
@needs(Permission.COMMITMENT_WRITE)
def agree_to_commitment(commitment_id: UUID) -> ResponseReturnValue:
    """Agree to the text that was shown."""
    seen = request.form.get("seen", 0, type=int)
    act = _act(commitment_id, commitments.agree, seen=seen, address=_address())
    return _done(commitment_id, act, ConfirmForm(), "confirm", gettext("You have agreed."))


@bp.post(f"{ONE}/begin")
@needs(Permission.COMMITMENT_WRITE)
def begin(commitment_id: UUID) -> ResponseReturnValue:
    """Say that the work has begun."""
    said = gettext("The work has begun.")
    act = _act(commitment_id, commitments.begin)
    return _done(commitment_id, act, ConfirmForm(), "confirm", said)


@bp.post(f"{ONE}/terms")
@needs(Permission.COMMITMENT_WRITE)
def decide_terms(commitment_id: UUID) -> ResponseReturnValue:
    """Agree to the new wording of the other side, or keep to what was agreed."""
    form = TermsForm()
    number, address = request.form.get("number", 0, type=int), _address()
    if request.form.get("decision") == "accept":
        act = _act(commitment_id, terms.accept_terms, number=number, address=address)
        said = gettext("The new wording stands.")
    else:
        reason = form.reason.data or ""
        values = {"number": number, "reason": reason, "address": address}
        act = _act(commitment_id, terms.decline_terms, **values)
        said = gettext("What was agreed stays.")
    return _done(commitment_id, act, form, "terms_form", said)


@bp.post(f"{ONE}/proof")
@needs(Permission.COMMITMENT_WRITE)
def give_proof(commitment_id: UUID) -> ResponseReturnValue:
    """Show that it was kept."""
    found = commitment_page(g.session, g.actor, g.dialogue.id, commitment_id)
    form = ProofForm().offer(own_pieces(g.session, g.actor, found.commitment.organisation_id))
    said = gettext("The proof is given. The other side is being told.")
    act = _act(commitment_id, proofs.give_proof, proof=form.proof(), address=_address())
    return _done(commitment_id, act, form, "proof", said)


@bp.get(f"{ONE}/proof/<uuid:evidence_id>")
@needs(Permission.COMMITMENT_READ)
def proof(commitment_id: UUID, evidence_id: UUID) -> Response:
    """A file that was given as proof; its download is written down."""
    look = partial(
        read_proof,
        actor=g.actor,
        dialogue_id=g.dialogue.id,
        commitment_id=commitment_id,
        evidence_id=evidence_id,
        now=now(),
    )
    piece = write_beside(look)
    return stored_file(piece.sha256, piece.file_name, piece.media_type)


@bp.get(f"{ONE}/check")
@needs(Permission.COMMITMENT_VERIFY)
def check(commitment_id: UUID) -> ResponseReturnValue:
    """Check the proof: what other buyers have checked already, then one's own."""
    found = commitment_page(g.session, g.actor, g.dialogue.id, commitment_id)
    asked = {"level": found.commitment.level, "method": found.commitment.method}
    form = CheckForm(formdata=None, checked_on=now().date(), **asked)
    return _check_page(commitment_id, form, WhyForm(formdata=None))


@bp.post(f"{ONE}/check")
@needs(Permission.COMMITMENT_VERIFY)
def verify(commitment_id: UUID) -> ResponseReturnValue:
    """Write down a check that the proof passed."""
    form = CheckForm()
    if form.does(lambda: _verify(commitment_id, form)):
        flash(gettext("Verified. The other side is being told."), "success")
        return redirect(url_for(".commitment", commitment_id=commitment_id))
    g.session.rollback()
    return _check_page(commitment_id, form, WhyForm(formdata=None)), 422


@bp.post(f"{ONE}/checks/<uuid:check_id>/reuse")
@needs(Permission.COMMITMENT_VERIFY)
def reuse(commitment_id: UUID, check_id: UUID) -> ResponseReturnValue:
    """Accept what another buyer has checked."""
    act = _act(commitment_id, proofs.reuse_check, check_id=check_id, address=_address())
    said = gettext("Verified on the strength of the other buyer's check.")
    return _done(commitment_id, act, ConfirmForm(), "confirm", said)


@bp.post(f"{ONE}/checks/<uuid:check_id>/share")
@needs(Permission.COMMITMENT_VERIFY)
def share(commitment_id: UUID, check_id: UUID) -> ResponseReturnValue:
    """Let buyers of other dialogues rely on one's check, or no longer."""
    shared = request.form.get("shared") == "yes"
    act = _act(commitment_id, proofs.share_check, check_id=check_id, shared=shared)
    said = gettext("Shared.") if shared else gettext("No longer shared.")
    return _done(commitment_id, act, ConfirmForm(), "confirm", said)


@bp.post(f"{ONE}/dispute")
@needs(Permission.COMMITMENT_VERIFY)
def dispute(commitment_id: UUID) -> ResponseReturnValue:
    """Say why the proof does not show it."""
    form = WhyForm()
    values = {"reason": form.reason.data or "", "address": _address()}
    if form.does(_act(commitment_id, proofs.dispute, **values)):
        flash(gettext("Disputed. The other side is being told why."), "success")
        return redirect(url_for(".commitment", commitment_id=commitment_id))
    g.session.rollback()
    return _check_page(commitment_id, CheckForm(formdata=None), form), 422


@bp.post(f"{ONE}/reply")
@needs(Permission.COMMITMENT_WRITE)
def reply(commitment_id: UUID) -> ResponseReturnValue:
    """Answer a dispute in words."""
    return _with_reason(commitment_id, proofs.reply, gettext("Your reply is sent."))


@bp.post(f"{ONE}/escalate")
@needs(Permission.COMMITMENT_WRITE)
def escalate(commitment_id: UUID) -> ResponseReturnValue:
    """Take what is overdue to the lead buyers and the secretariat."""
    said = gettext("Escalated. The lead buyers and the secretariat are being told.")
    return _with_reason(commitment_id, commitments.escalate, said)


@bp.post(f"{ONE}/close")
@needs(Permission.COMMITMENT_VERIFY)
def close_commitment(commitment_id: UUID) -> ResponseReturnValue:
    """Close what was verified or escalated."""
    return _with_reason(commitment_id, commitments.close, gettext("Closed."))


@bp.post(f"{ONE}/drop")
@needs(Permission.COMMITMENT_WRITE)
def drop(commitment_id: UUID) -> ResponseReturnValue:
    """Drop it, with a reason that the other side reads."""
    return _with_reason(commitment_id, commitments.drop, gettext("Dropped."))


@bp.get(f"{ONE}/actions")
@needs(Permission.COMMITMENT_WRITE)
def new_action(commitment_id: UUID) -> ResponseReturnValue:
    """A form for a corrective action."""
    return _action_page(commitment_id, ActionForm(formdata=None))


@bp.post(f"{ONE}/actions")
@needs(Permission.COMMITMENT_WRITE)
def add_action(commitment_id: UUID) -> ResponseReturnValue:
    """Add it."""
    form = ActionForm()
    if form.does(_act(commitment_id, actions.add_action, found=form.found())):
        flash(gettext("The corrective action is added."), "success")
        return redirect(url_for(".commitment", commitment_id=commitment_id))
    g.session.rollback()
    return _action_page(commitment_id, form), 422


@bp.post(f"{ONE}/actions/<uuid:action_id>/done")
@needs(Permission.COMMITMENT_WRITE)
def finish_action(commitment_id: UUID, action_id: UUID) -> ResponseReturnValue:
    """Say that it is done."""
    act = _act(commitment_id, actions.finish_action, action_id=action_id)
    return _done(commitment_id, act, ConfirmForm(), "confirm", gettext("Marked as done."))


def _act(
    commitment_id: UUID, operation: Callable[..., object], **values: object
) -> Callable[[], object]:
    """An operation on the commitment, to be done once the form has been found right."""
    place = (g.session, g.actor, g.dialogue.id, commitment_id)
    return lambda: operation(*place, **values, now=now())


def _done(
    commitment_id: UUID, act: Callable[[], object], form: PortalForm, name: str, said: str
) -> ResponseReturnValue:
    """Do it and go back to the commitment, which shows what was refused."""
    if form.does(act):
        flash(said, "success")
        return redirect(url_for(".commitment", commitment_id=commitment_id))
    g.session.rollback()
    return commitment_shown(commitment_id, **{name: form}), 422


def _with_reason(
    commitment_id: UUID, operation: Callable[..., object], said: str
) -> ResponseReturnValue:
    form = ReasonForm()
    act = _act(commitment_id, operation, reason=form.reason.data or "", address=_address())
    return _done(commitment_id, act, form, "reason", said)


def _verify(commitment_id: UUID, form: CheckForm) -> None:
    _act(commitment_id, proofs.verify, made=form.verification(), address=_address())()


def _address() -> str:
    return settings().public_url


def _check_page(commitment_id: UUID, form: CheckForm, reason: WhyForm) -> str:
    return page(
        "meeting/commitment_check.html",
        found=commitment_page(g.session, g.actor, g.dialogue.id, commitment_id),
        offered=offered_checks(g.session, g.actor, g.dialogue.id, commitment_id, now=now()),
        form=form,
        reason=reason,
        errors=[*form.faults(), *reason.faults()],
        **words(),
    )


def _action_page(commitment_id: UUID, form: ActionForm) -> str:
    found = commitment_page(g.session, g.actor, g.dialogue.id, commitment_id)
    return page("meeting/commitment_action.html", found=found, form=form)
