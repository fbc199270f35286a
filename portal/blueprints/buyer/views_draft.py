"""The draft questionnaire as suppliers will see it, and one vote per buyer organisation."""

from uuid import UUID

from flask import flash, g, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from wtforms.fields.choices import SelectChoice

from portal.blueprints.buyer import bp
from portal.blueprints.buyer.forms import VoteForm
from portal.core.clock import now
from portal.core.errors import Refused
from portal.dialogue.queries import parties
from portal.identity.roles import Permission
from portal.questionnaire import operations
from portal.questionnaire.queries import LoadedVersion, current_version, votes
from portal.web.forms import as_uuid
from portal.web.guard import needs
from portal.web.language import language
from portal.web.pages import page
from portal.web.questions import outline


@bp.get("/dialogues/<dialogue>/draft")
@needs(Permission.DRAFT_READ)
def draft() -> ResponseReturnValue:
    """Every question, the votes so far, and the reader's own."""
    return _page(current_version(g.session, g.dialogue.id), VoteForm())


@bp.post("/dialogues/<dialogue>/draft/vote")
@needs(Permission.DRAFT_VOTE)
def vote() -> ResponseReturnValue:
    """Cast or change the vote of the reader's organisation."""
    version = current_version(g.session, g.dialogue.id)
    form = VoteForm()
    if version is None:
        raise Refused
    if form.does(lambda: _vote(version.id, form)):
        flash(gettext("Your organisation's vote has been recorded."))
        return redirect(url_for(".draft"))
    return _page(version, form), 422


def _vote(version_id: UUID, form: VoteForm) -> None:
    operations.vote(
        g.session,
        g.actor,
        version_id,
        organisation_id=as_uuid(form.organisation_id.data),
        approves=form.approves.data == "yes",
        reason=form.reason.data or "",
        now=now(),
    )


def _page(version: LoadedVersion | None, form: VoteForm) -> str:
    own = g.actor.organisations
    buyers = [buyer for buyer in parties(g.session, g.dialogue.id, "buyer") if buyer.id in own]
    form.organisation_id.choices = [SelectChoice(str(buyer.id), buyer.name) for buyer in buyers]
    may_vote = g.actor.may(Permission.DRAFT_VOTE, g.dialogue.id)
    open_for_votes = version is not None and version.state in {"in_review", "approved"}
    return page(
        "buyer/draft.html",
        version=version,
        sections=outline(version.questionnaire, language()) if version else [],
        votes=votes(g.session, version.id) if version else [],
        form=form if may_vote and open_for_votes and buyers else None,
    )
