"""Scoring an issue, what is shown of its scores, and dissent."""

from uuid import UUID

from flask import g, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.blueprints.meeting import bp
from portal.blueprints.meeting.acting import acting_for, acting_for_if, base_version, say_saved
from portal.blueprints.meeting.forms_ballots import DissentForm, ScoreForm
from portal.core.clock import now
from portal.identity.roles import Permission
from portal.meeting import operations_scores as operations
from portal.meeting.priorities_readiness import readiness
from portal.meeting.queries_ballots import (
    BallotPage,
    OwnScore,
    ballot_page,
    named_scores,
    own_scores,
)
from portal.web.guard import needs
from portal.web.language import language
from portal.web.pages import page


@bp.get("/dialogues/<dialogue>/issues/ballots/<uuid:ballot_id>/issues/<uuid:issue_id>")
@needs(Permission.ISSUE_READ)
def ballot_issue(ballot_id: UUID, issue_id: UUID) -> ResponseReturnValue:
    """One issue of a ballot: what is known of it, and the reader's own scores."""
    return _page(ballot_id, issue_id)


@bp.post("/dialogues/<dialogue>/issues/ballots/<uuid:ballot_id>/issues/<uuid:issue_id>")
@needs(Permission.ISSUE_VOTE)
def score_issue(ballot_id: UUID, issue_id: UUID) -> ResponseReturnValue:
    """Save the scores of the reader's organisation, and go on to the next issue."""
    ballot_page(g.session, g.actor, g.dialogue.id, ballot_id)
    own, form = acting_for(Permission.ISSUE_VOTE), ScoreForm()
    if not form.does(lambda: _score(ballot_id, issue_id, own, form)):
        g.session.rollback()
        return _page(ballot_id, issue_id, scoring=form), 422
    found = ballot_page(g.session, g.actor, g.dialogue.id, ballot_id, organisation_id=own)
    waiting = [each.id for each in found.issues if not each.scored]
    if waiting:
        return redirect(url_for(".ballot_issue", ballot_id=ballot_id, issue_id=waiting[0]))
    return redirect(url_for(".ballot", ballot_id=ballot_id))


@bp.post("/dialogues/<dialogue>/issues/ballots/<uuid:ballot_id>/issues/<uuid:issue_id>/dissent")
@needs(Permission.ISSUE_VOTE)
def dissent(ballot_id: UUID, issue_id: UUID) -> ResponseReturnValue:
    """Save what the reader's organisation sees otherwise."""
    ballot_page(g.session, g.actor, g.dialogue.id, ballot_id)
    own, form = acting_for(Permission.ISSUE_VOTE), DissentForm()
    if form.does(lambda: _dissent(ballot_id, issue_id, own, form)):
        return redirect(url_for(".ballot_issue", ballot_id=ballot_id, issue_id=issue_id))
    g.session.rollback()
    return _page(ballot_id, issue_id, dissenting=form), 422


def _score(ballot_id: UUID, issue_id: UUID, own: UUID, form: ScoreForm) -> None:
    draft = operations.ScoreDraft(
        scores=form.scores(),
        comment=form.comment.data or "",
        base_version=base_version(form.base_version.data),
    )
    found = operations.save_scores(
        g.session, g.actor, ballot_id, issue_id, draft, organisation_id=own, now=now()
    )
    say_saved(found, _("Your organisation's scores are saved."))


def _dissent(ballot_id: UUID, issue_id: UUID, own: UUID, form: DissentForm) -> None:
    draft = operations.WordDraft(
        text=form.text.data or "", base_version=base_version(form.base_version.data)
    )
    found = operations.save_dissent(
        g.session, g.actor, ballot_id, issue_id, draft, organisation_id=own, now=now()
    )
    say_saved(found, _("Saved under your organisation's name."))


def _page(
    ballot_id: UUID,
    issue_id: UUID,
    *,
    scoring: ScoreForm | None = None,
    dissenting: DissentForm | None = None,
) -> str:
    own = acting_for_if(Permission.ISSUE_VOTE)
    found = ballot_page(g.session, g.actor, g.dialogue.id, ballot_id, organisation_id=own)
    issue = found.issue(issue_id)
    given = own_scores(g.session, g.actor, found, issue_id, own) if own else {}
    said = next((each for each in issue.dissents if each.organisation_id == own), None)
    values = {"text": said.text, "base_version": said.version} if said else {"base_version": 0}
    known = readiness(g.session, g.actor, g.dialogue.id, language())
    is_open = found.round is not None and now() < found.ballot.closes_at
    return page(
        "priorities/ballot_issue.html",
        found=found,
        issue=issue,
        own=own,
        given=given,
        ready=known.of(issue.readiness),
        scoring=(scoring or _score_form(found, given)) if own and is_open else None,
        dissenting=dissenting or DissentForm(formdata=None, **values),
        takes_dissent=found.state in operations.TAKES_DISSENT,
        named=named_scores(g.session, found, issue_id),
    )


def _score_form(found: BallotPage, given: dict[int, OwnScore]) -> ScoreForm:
    form = ScoreForm(formdata=None)
    own = given.get(found.round or 0)
    form.suggest(
        dict(own.scores) if own else {}, own.comment if own else "", own.version if own else 0
    )
    return form
