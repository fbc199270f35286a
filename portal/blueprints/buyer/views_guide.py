"""The scoring guide: what the scores of a question stand for. No supplier ever sees it."""

from flask import flash, g, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal.blueprints.buyer import bp
from portal.blueprints.buyer.review_view import GuideForm, guide_form, number_in
from portal.core.clock import now
from portal.core.errors import Refused
from portal.identity.roles import Permission
from portal.questionnaire.definition import Question
from portal.questionnaire.queries import published_version
from portal.response.operations_guide import write_guide
from portal.response.queries_review import Guide, guides
from portal.web.guard import needs
from portal.web.pages import page


@bp.get("/dialogues/<dialogue>/answers/guide")
@needs(Permission.ANSWER_READ_OPEN)
def guide_list() -> ResponseReturnValue:
    """Every question with what its scores stand for."""
    written = guides(g.session, g.actor, g.dialogue.id)
    version = published_version(g.session, g.dialogue.id)
    return page(
        "buyer/guide_list.html",
        guides=written,
        sections=version.questionnaire.sections if version else (),
        base=version.questionnaire.base_language if version else "",
        may_write=g.actor.may(Permission.GUIDE_WRITE, g.dialogue.id),
    )


@bp.get("/dialogues/<dialogue>/answers/guide/<question_id>")
@needs(Permission.GUIDE_WRITE)
def guide(question_id: str) -> ResponseReturnValue:
    """The guide of one question, to write or to change."""
    asked, there = _found(question_id)
    return page("buyer/guide.html", asked=asked, there=there, form=guide_form(there))


@bp.post("/dialogues/<dialogue>/answers/guide/<question_id>")
@needs(Permission.GUIDE_WRITE)
def save_guide(question_id: str) -> ResponseReturnValue:
    """Keep what was written; what somebody else wrote meanwhile is shown beside it."""
    form, own = GuideForm(), (g.session, g.actor, g.dialogue.id, question_id)
    base = number_in(form.base_version)
    if form.does(lambda: write_guide(*own, form.levels(), base_version=base, now=now())):
        flash(gettext("The guide of %(question)s is saved.", question=question_id), "success")
        return redirect(url_for(".guide_list"))
    g.session.rollback()
    asked, there = _found(question_id)
    newest = there.version if there else 0
    form.base_version.data = str(newest)
    is_older = newest != base
    return page("buyer/guide.html", asked=asked, there=there, form=form, is_older=is_older), 422


def _found(question_id: str) -> tuple[Question, Guide | None]:
    version = published_version(g.session, g.dialogue.id)
    asked = version.questionnaire.question(question_id) if version else None
    if asked is None:
        raise Refused
    return asked, guides(g.session, g.actor, g.dialogue.id).get(question_id)
