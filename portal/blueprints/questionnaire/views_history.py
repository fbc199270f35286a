"""Who changed what in the draft, and taking a change back."""

from flask import flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal.blueprints.questionnaire import bp
from portal.blueprints.questionnaire.forms import SeenForm
from portal.blueprints.questionnaire.history_view import history_lines
from portal.blueprints.questionnaire.opened import editor, opened
from portal.core.clock import now
from portal.identity.roles import Permission
from portal.questionnaire.operations_editing import undo
from portal.questionnaire.queries_editing import NEWEST, Draft, changes
from portal.web.guard import needs
from portal.web.pages import page


@bp.get("/dialogues/<dialogue>/draft/history")
@needs(Permission.DRAFT_READ)
def history() -> ResponseReturnValue:
    """The newest changes, of one part if asked."""
    return _page(opened(), SeenForm())


@bp.post("/dialogues/<dialogue>/draft/history/<int:number>/undo")
@needs(Permission.DRAFT_EDIT)
def undo_change(number: int) -> ResponseReturnValue:
    """Take one change back, as a new change."""
    draft, form = opened(), SeenForm()
    by = editor(draft)
    if form.does(lambda: undo(g.session, g.actor, draft.id, number, editor=by, now=now())):
        flash(gettext("Change %(number)s has been taken back.", number=number), "success")
        return redirect(url_for(".history"))
    return _page(draft, form), 422


def _page(draft: Draft, form: SeenForm) -> str:
    subject = request.args.get("part") or None
    before = request.args.get("before", type=int)
    found = changes(g.session, draft.id, subject, before=before)
    form.seen.data = str(draft.revision)
    return page(
        "questionnaire/history.html",
        draft=draft,
        form=form,
        lines=history_lines(draft, found),
        subject=subject,
        older=found[-1].number if len(found) == NEWEST else None,
    )
