"""The commitments of a dialogue: the board, proposing, one commitment, its wording, calendar."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import Response, flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal.blueprints.meeting import bp
from portal.blueprints.meeting.commitments_view import STATES, happenings, words
from portal.blueprints.meeting.forms_commitments import (
    ProofForm,
    ProposalForm,
    ReasonForm,
    TermsForm,
    WordingForm,
)
from portal.core.clock import now, zone_of
from portal.identity.roles import Permission
from portal.meeting.commitments_ground import may_be_shown
from portal.meeting.operations_commitments import propose
from portal.meeting.operations_commitments_actions import let_observers_read
from portal.meeting.operations_commitments_terms import change_terms
from portal.meeting.queries_commitment import CommitmentPage, commitment_page
from portal.meeting.queries_commitments import LATER, OVERDUE, SOON, Wanted, board, due_days
from portal.meeting.queries_commitments_offered import offered, own_pieces
from portal.meeting.queries_next_round import previous_of
from portal.web.calendars import calendar_download
from portal.web.forms import PortalForm, as_uuid
from portal.web.guard import needs, settings
from portal.web.pages import page

BOARD = "/dialogues/<dialogue>/commitments"
ONE = f"{BOARD}/<uuid:commitment_id>"
USUAL_DAYS = 180


@bp.get(BOARD)
@needs(Permission.COMMITMENT_READ)
def commitments() -> ResponseReturnValue:
    """What was promised, what needs somebody first; filtered, a page at a time."""
    may_be_shown(g.session, g.actor, g.dialogue.id)
    wanted = _wanted()
    found = board(g.session, g.actor, g.dialogue.id, wanted, page=_page_number(), now=now())
    before = previous_of(g.session, g.dialogue.id)
    shown = {"found": found, "wanted": wanted, "kept": _kept(), "previous": before and before[0]}
    return page("meeting/commitments.html", **shown, **words())


@bp.post(f"{BOARD}/observers")
@needs(Permission.COMMITMENT_WRITE)
def observers() -> ResponseReturnValue:
    """Let the dialogue's observers read along, or no longer."""
    allowed = request.form.get("allowed") == "yes"
    let_observers_read(g.session, g.actor, g.dialogue.id, allowed=allowed, now=now())
    done = gettext("Observers can read the commitments.")
    flash(done if allowed else gettext("Observers no longer read the commitments."), "success")
    return redirect(url_for(".commitments"))


@bp.get(f"{BOARD}/new")
@needs(Permission.COMMITMENT_WRITE)
def new_commitment() -> ResponseReturnValue:
    """A form to propose one."""
    today = now().astimezone(zone_of(g.actor.time_zone)).date()
    form = ProposalForm(formdata=None, due_on=today + timedelta(days=USUAL_DAYS))
    form.offer(offered(g.session, g.actor, g.dialogue.id))
    form.prefer(request.args)
    return page("meeting/commitment_new.html", form=form)


@bp.post(f"{BOARD}/new")
@needs(Permission.COMMITMENT_WRITE)
def propose_commitment() -> ResponseReturnValue:
    """Propose it; the other side is told."""
    form = ProposalForm().offer(offered(g.session, g.actor, g.dialogue.id))
    made: list[Any] = []
    if form.does(lambda: made.append(_propose(form))):
        flash(gettext("Proposed. The other side is being told."), "success")
        return redirect(url_for(".commitment", commitment_id=made[0]))
    g.session.rollback()
    return page("meeting/commitment_new.html", form=form), 422


@bp.get(f"{BOARD}/due.ics")
@needs(Permission.COMMITMENT_READ)
def commitments_due() -> Response:
    """The reader's own due days as a calendar file."""
    url = settings().public_url + url_for(".commitments")
    entries = due_days(g.session, g.actor, g.dialogue.id, g.dialogue.title, url)
    return calendar_download(entries)


@bp.get(ONE)
@needs(Permission.COMMITMENT_READ)
def commitment(commitment_id: UUID) -> ResponseReturnValue:
    """One commitment: where it stands, what the reader can do, what happened."""
    return commitment_shown(commitment_id)


@bp.get(f"{ONE}/wording")
@needs(Permission.COMMITMENT_WRITE)
def wording(commitment_id: UUID) -> ResponseReturnValue:
    """The text and day, to be changed."""
    found = commitment_page(g.session, g.actor, g.dialogue.id, commitment_id)
    terms = found.waiting or found.commitment
    base = found.waiting.number if found.waiting else found.commitment.version
    form = WordingForm(formdata=None, text=terms.text, due_on=terms.due_on, base=base)
    return page("meeting/commitment_wording.html", found=found, form=form)


@bp.post(f"{ONE}/wording")
@needs(Permission.COMMITMENT_WRITE)
def change_wording(commitment_id: UUID) -> ResponseReturnValue:
    """Keep the new wording, or show both where two people changed the same."""
    form = WordingForm()
    if form.does(lambda: _change(commitment_id, form)):
        flash(gettext("Kept. The other side is being told."), "success")
        return redirect(url_for(".commitment", commitment_id=commitment_id))
    g.session.rollback()
    found = commitment_page(g.session, g.actor, g.dialogue.id, commitment_id)
    return page("meeting/commitment_wording.html", found=found, form=form), 422


def _change(commitment_id: UUID, form: WordingForm) -> None:
    change_terms(
        g.session,
        g.actor,
        g.dialogue.id,
        commitment_id,
        form.wording(),
        address=settings().public_url,
        now=now(),
    )


def _propose(form: ProposalForm) -> UUID:
    made = propose(
        g.session,
        g.actor,
        g.dialogue.id,
        form.proposal(),
        address=settings().public_url,
        now=now(),
    )
    return made.id


def commitment_shown(commitment_id: UUID, **forms: PortalForm) -> str:
    """The page of one commitment with its forms; those that are given have errors."""
    found = commitment_page(g.session, g.actor, g.dialogue.id, commitment_id)
    proof = ProofForm(formdata=None).offer(_pieces(found))
    given: dict[str, object] = {"proof": proof, "reason": ReasonForm(formdata=None)}
    given |= {"terms_form": TermsForm(formdata=None), **forms}
    faults = [fault for form in forms.values() for fault in form.faults()]
    own = {"reason", "number"}
    return page(
        "meeting/commitment.html",
        found=found,
        happenings=happenings(found.events),
        today=now().date(),
        errors=[("" if name in own else name, text) for name, text in faults],
        **given,
        **words(),
    )


def _pieces(found: CommitmentPage) -> list[tuple[UUID, str]]:
    return own_pieces(g.session, g.actor, found.commitment.organisation_id)


def _wanted() -> Wanted:
    state, due = request.args.get("state", ""), request.args.get("due", "")
    named = request.args.get("promisor", "")
    return Wanted(
        words=request.args.get("words", "")[:200],
        organisation_id=as_uuid(named) if named else None,
        state=state if state in STATES else "",
        due=due if due in {OVERDUE, SOON, LATER} else "",
    )


def _kept() -> dict[str, str]:
    """The filters, for links to other pages of the list."""
    names = ("words", "state", "due", "promisor")
    return {name: request.args[name] for name in names if request.args.get(name)}


def _page_number() -> int:
    return request.args.get("page", 1, type=int)
