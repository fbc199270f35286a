"""The draft questionnaire: uploaded as YAML, checked, then voted on by the buyers."""

from collections.abc import Sequence

from flask import flash, g, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal.blueprints.secretariat import bp
from portal.blueprints.secretariat.forms import QuestionnaireForm
from portal.core.clock import now
from portal.core.errors import Invalid
from portal.identity.roles import Permission
from portal.questionnaire.check import check_text
from portal.questionnaire.faults import Fault
from portal.questionnaire.operations import save_draft
from portal.questionnaire.queries import current_version, votes
from portal.web.guard import needs
from portal.web.pages import page


@bp.get("/dialogues/<dialogue>/manage/questionnaire")
@needs(Permission.DRAFT_EDIT)
def questionnaire() -> ResponseReturnValue:
    """The version there is, its votes, and a form to upload another."""
    return _page(QuestionnaireForm())


@bp.post("/dialogues/<dialogue>/manage/questionnaire")
@needs(Permission.DRAFT_EDIT)
def upload_questionnaire() -> ResponseReturnValue:
    """Check the file and keep it as the draft; every fault is shown at its line."""
    form = QuestionnaireForm()
    if not form.validate():
        return _page(form), 422
    upload = form.file.data
    checked = check_text(upload.read().decode("utf-8", "replace"), upload.filename)
    if checked.questionnaire is None or checked.faults:
        return _page(form, faults=checked.faults), 422
    try:
        save_draft(g.session, g.actor, g.dialogue.id, checked.questionnaire, now=now())
    except Invalid as fault:
        form.add_fault(fault)
        return _page(form), 422
    flash(gettext("The draft has been saved. The buyers can vote on it now."), "success")
    return redirect(url_for(".questionnaire"))


def _page(form: QuestionnaireForm, faults: Sequence[Fault] = ()) -> str:
    version = current_version(g.session, g.dialogue.id)
    cast = votes(g.session, version.id) if version else []
    return page(
        "secretariat/questionnaire.html", form=form, version=version, votes=cast, faults=faults
    )
