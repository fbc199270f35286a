"""The long list of issues: propose, take in, change, tie to questions, merge, withdraw."""

from uuid import UUID

from flask import flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms import SelectChoice

from portal.blueprints.meeting import bp
from portal.blueprints.meeting.acting import acting_for, base_version, say_saved
from portal.blueprints.meeting.forms_issues import (
    IssueForm,
    MergeForm,
    ReadinessForm,
    WithdrawForm,
)
from portal.blueprints.meeting.issues_view import (
    clause_label,
    option_choices,
    question_choices,
    source_choices,
)
from portal.core.clock import now
from portal.core.errors import Refused
from portal.identity.roles import Permission
from portal.meeting import operations_issues as operations
from portal.meeting.priorities_readiness import readiness
from portal.meeting.queries_ballots import ballot_rows
from portal.meeting.queries_issues import issue_page, issue_rows
from portal.web.forms import ConfirmForm, PortalForm, as_uuid
from portal.web.guard import needs
from portal.web.language import language
from portal.web.pages import page


@bp.get("/dialogues/<dialogue>/issues")
@needs(Permission.ISSUE_READ)
def issues() -> ResponseReturnValue:
    """Every issue, and the ballots on them."""
    wanted = request.args.get("q", "").strip().casefold()
    rows = issue_rows(g.session, g.actor, g.dialogue.id)
    found = [row for row in rows if wanted in f"{row.title} {row.description}".casefold()]
    return page(
        "priorities/issues.html",
        rows=found,
        total=len(rows),
        wanted=request.args.get("q", ""),
        ballots=ballot_rows(g.session, g.actor, g.dialogue.id),
        clause_label=clause_label,
    )


@bp.get("/dialogues/<dialogue>/issues/new")
@needs(Permission.ISSUE_MANAGE)
def new_issue() -> ResponseReturnValue:
    """Offer to propose an issue."""
    return _form(IssueForm(formdata=None, source=request.args.get("source", "own")))


@bp.post("/dialogues/<dialogue>/issues")
@needs(Permission.ISSUE_MANAGE)
def propose_issue() -> ResponseReturnValue:
    """Put an issue on the list."""
    form = IssueForm()
    if form.does(lambda: _propose(form)):
        flash(_("The issue is on the list."), "success")
        return redirect(url_for(".issues"))
    return _form(form), 422


@bp.get("/dialogues/<dialogue>/issues/<uuid:issue_id>")
@needs(Permission.ISSUE_READ)
def issue(issue_id: UUID) -> ResponseReturnValue:
    """One issue, with what was released of the questions tied to it."""
    return _issue(issue_id)


@bp.get("/dialogues/<dialogue>/issues/<uuid:issue_id>/edit")
@needs(Permission.ISSUE_MANAGE)
def edit_issue(issue_id: UUID) -> ResponseReturnValue:
    """Offer to change an issue."""
    found = issue_page(g.session, g.actor, g.dialogue.id, issue_id)
    if not found.may_change:
        raise Refused
    row = found.issue
    source = f"{row.source_kind} {row.source_ref}".strip()
    values = {"title": row.title, "description": row.description, "base_version": row.version}
    return _form(IssueForm(formdata=None, source=source, **values), issue_id)


@bp.post("/dialogues/<dialogue>/issues/<uuid:issue_id>")
@needs(Permission.ISSUE_MANAGE)
def change_issue(issue_id: UUID) -> ResponseReturnValue:
    """Change an issue."""
    form = IssueForm()
    if form.does(lambda: _change(issue_id, form)):
        return redirect(url_for(".issue", issue_id=issue_id))
    return _form(form, issue_id), 422


@bp.post("/dialogues/<dialogue>/issues/<uuid:issue_id>/take-in")
@needs(Permission.ISSUE_MANAGE)
def take_in(issue_id: UUID) -> ResponseReturnValue:
    """Take a proposed issue into the list."""
    form = ConfirmForm()
    if form.does(lambda: operations.take_in(g.session, g.actor, issue_id, now=now())):
        flash(_("The issue is on the list."), "success")
        return redirect(url_for(".issues"))
    return _issue(issue_id, form), 422


@bp.post("/dialogues/<dialogue>/issues/<uuid:issue_id>/withdraw")
@needs(Permission.ISSUE_MANAGE)
def withdraw_issue(issue_id: UUID) -> ResponseReturnValue:
    """Take an issue off the list."""
    form = WithdrawForm()
    reason = form.reason.data or ""
    if form.does(
        lambda: operations.withdraw(g.session, g.actor, issue_id, reason=reason, now=now())
    ):
        flash(_("The issue is off the list."), "success")
        return redirect(url_for(".issues"))
    return _issue(issue_id, form), 422


@bp.post("/dialogues/<dialogue>/issues/<uuid:issue_id>/merge")
@needs(Permission.ISSUE_MANAGE)
def merge_issue(issue_id: UUID) -> ResponseReturnValue:
    """Let another issue stand for this one."""
    form = MergeForm()
    if form.does(lambda: _merge(issue_id, form)):
        flash(_("The two issues are one now."), "success")
        return redirect(url_for(".issue", issue_id=as_uuid(form.into.data)))
    return _issue(issue_id, form), 422


@bp.post("/dialogues/<dialogue>/issues/<uuid:issue_id>/readiness")
@needs(Permission.ISSUE_MANAGE)
def tie_question(issue_id: UUID) -> ResponseReturnValue:
    """Choose a question, then which answers to it count as ready."""
    form, options = ReadinessForm(), request.form.getlist("option")
    if "choose" in request.form:
        return _issue(issue_id, form)
    if form.does(lambda: _tie(issue_id, form.key.data, options)):
        flash(_("Saved. The share is taken from the newest release."), "success")
        return redirect(url_for(".issue", issue_id=issue_id))
    return _issue(issue_id, form), 422


def _propose(form: IssueForm) -> None:
    organisation_id = acting_for(Permission.ISSUE_MANAGE)
    operations.propose(
        g.session,
        g.actor,
        g.dialogue.id,
        form.draft(),
        organisation_id=organisation_id,
        now=now(),
    )


def _change(issue_id: UUID, form: IssueForm) -> None:
    base = base_version(form.base_version.data)
    found = operations.change(
        g.session, g.actor, issue_id, form.draft(), base_version=base, now=now()
    )
    say_saved(found, _("The issue is changed."))


def _merge(issue_id: UUID, form: MergeForm) -> None:
    operations.merge(
        g.session,
        g.actor,
        issue_id,
        as_uuid(form.into.data),
        reason=form.reason.data or "",
        now=now(),
    )


def _tie(issue_id: UUID, key: str, options: list[str]) -> None:
    operations.set_readiness(g.session, g.actor, issue_id, key, options, now=now())


def _form(form: IssueForm, issue_id: UUID | None = None) -> str:
    form.source.choices = source_choices()
    action = url_for(".change_issue", issue_id=issue_id) if issue_id else url_for(".propose_issue")
    return page("priorities/issue_form.html", form=form, issue_id=issue_id, action=action)


def _issue(issue_id: UUID, sent: PortalForm | None = None) -> str:
    """The issue's page; ``sent`` is a form of it that was not accepted, or not finished."""
    found = issue_page(g.session, g.actor, g.dialogue.id, issue_id)
    merging = sent if isinstance(sent, MergeForm) else MergeForm(formdata=None)
    merging.into.choices = [
        SelectChoice(str(row.id), f"{row.number} {row.title}") for row in found.others
    ]
    tying = sent if isinstance(sent, ReadinessForm) else ReadinessForm(formdata=None)
    tying.key.choices = question_choices() if found.may_change else []
    known = readiness(g.session, g.actor, g.dialogue.id, language())
    return page(
        "priorities/issue.html",
        found=found,
        ready=known.of(found.issue.readiness),
        source=clause_label(found.issue),
        merging=merging,
        tying=tying,
        options=option_choices(tying.key.data) if tying.key.data and found.may_change else [],
        chosen=request.form.getlist("option"),
        withdrawing=sent if isinstance(sent, WithdrawForm) else WithdrawForm(formdata=None),
        sent=sent,
    )
