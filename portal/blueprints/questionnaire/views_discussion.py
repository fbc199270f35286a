"""What people say of one part of the draft: remarks, replies, suggested wordings."""

from collections.abc import Callable
from uuid import UUID

from flask import flash, g, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal.blueprints.questionnaire import bp
from portal.blueprints.questionnaire.discussion_view import discussion_page
from portal.blueprints.questionnaire.forms_review import RemarkForm, ReplyForm, SuggestionForm
from portal.blueprints.questionnaire.opened import opened, own_organisation
from portal.core.clock import now
from portal.identity.roles import Permission
from portal.questionnaire import operations_review as operations
from portal.web.forms import PortalForm
from portal.web.guard import needs

PART = "/dialogues/<dialogue>/draft/discussion/<subject>"


@bp.get(PART)
@needs(Permission.DRAFT_READ)
def discussion(subject: str) -> ResponseReturnValue:
    """The part as suppliers will see it, and what is said of it."""
    return discussion_page(opened(), subject)


@bp.post(f"{PART}/remark")
@needs(Permission.DRAFT_COMMENT)
def remark(subject: str) -> ResponseReturnValue:
    """Write a remark."""
    form = RemarkForm()
    by = own_organisation(Permission.DRAFT_COMMENT)
    return _done(
        subject,
        form,
        lambda: operations.comment(
            g.session,
            g.actor,
            opened().id,
            subject,
            form.body.data or "",
            organisation_id=by,
            now=now(),
        ),
    )


@bp.post(f"{PART}/suggestion")
@needs(Permission.DRAFT_COMMENT)
def suggestion(subject: str) -> ResponseReturnValue:
    """Suggest another wording."""
    form = SuggestionForm()
    by = own_organisation(Permission.DRAFT_COMMENT)
    return _done(
        subject,
        form,
        lambda: operations.suggest(
            g.session,
            g.actor,
            opened().id,
            subject,
            field=form.field.data or "",
            after=form.after.data or "",
            body=form.why.data or "",
            organisation_id=by,
            now=now(),
        ),
    )


@bp.post(f"{PART}/<uuid:comment_id>/reply")
@needs(Permission.DRAFT_COMMENT)
def reply(subject: str, comment_id: UUID) -> ResponseReturnValue:
    """Answer a remark."""
    form = ReplyForm()
    by = own_organisation(Permission.DRAFT_COMMENT)
    return _done(
        subject,
        form,
        lambda: operations.comment(
            g.session,
            g.actor,
            opened().id,
            subject,
            form.body.data or "",
            organisation_id=by,
            parent_id=comment_id,
            now=now(),
        ),
        comment_id,
    )


@bp.post(f"{PART}/<uuid:comment_id>/resolve")
@needs(Permission.DRAFT_COMMENT)
def resolve(subject: str, comment_id: UUID) -> ResponseReturnValue:
    """Settle a remark."""
    act = lambda: operations.resolve(g.session, g.actor, comment_id, now=now())  # noqa: E731
    return _done(subject, PortalForm(), act)


@bp.post(f"{PART}/<uuid:comment_id>/reopen")
@needs(Permission.DRAFT_COMMENT)
def reopen(subject: str, comment_id: UUID) -> ResponseReturnValue:
    """Take up a settled remark again."""
    act = lambda: operations.reopen_comment(g.session, g.actor, comment_id, now=now())  # noqa: E731
    return _done(subject, PortalForm(), act)


@bp.post(f"{PART}/<uuid:comment_id>/accept")
@needs(Permission.DRAFT_EDIT)
def accept(subject: str, comment_id: UUID) -> ResponseReturnValue:
    """Make the suggested wording the draft's."""
    by = own_organisation()
    return _done(
        subject,
        PortalForm(),
        lambda: operations.accept_suggestion(
            g.session, g.actor, comment_id, organisation_id=by, now=now()
        ),
    )


@bp.post(f"{PART}/<uuid:comment_id>/decline")
@needs(Permission.DRAFT_COMMENT)
def decline(subject: str, comment_id: UUID) -> ResponseReturnValue:
    """Leave the wording as it is, with a reason."""
    form = ReplyForm()
    by = own_organisation(Permission.DRAFT_COMMENT)
    return _done(
        subject,
        form,
        lambda: operations.decline_suggestion(
            g.session,
            g.actor,
            comment_id,
            organisation_id=by,
            reason=form.body.data or "",
            now=now(),
        ),
        comment_id,
    )


def _done(
    subject: str, form: PortalForm, act: Callable[[], object], about: UUID | None = None
) -> ResponseReturnValue:
    """Do it and come back to the page; what is refused is said on it, and what was typed stays."""
    if form.does(act):
        flash(gettext("Saved."), "success")
        return redirect(url_for(".discussion", subject=subject))
    return discussion_page(opened(), subject, form, about=about), 422
