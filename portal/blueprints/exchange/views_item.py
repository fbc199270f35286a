"""One question on the desk: what it needs next, and what the buyers say of its answer."""

from uuid import UUID

from flask import flash, g, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from wtforms import SelectChoice

from portal.blueprints.exchange import bp
from portal.blueprints.exchange.competition import sensitive_word
from portal.blueprints.exchange.forms import VoteForm, number_in
from portal.blueprints.exchange.subjects import subjects
from portal.core.clock import now
from portal.exchange.operations_answering import ask_to_agree, vote
from portal.exchange.queries import require_here, times
from portal.exchange.queries_desk import item_desk
from portal.identity.roles import Permission
from portal.web.forms import ConfirmForm
from portal.web.guard import needs, settings
from portal.web.pages import page


@bp.get("/dialogues/<dialogue>/questions/desk/<uuid:asked_id>")
@needs(Permission.QA_ASK)
def item(asked_id: UUID) -> ResponseReturnValue:
    """The question, its answer, the votes, and what comes next."""
    return _page(asked_id, VoteForm(formdata=None))


@bp.post("/dialogues/<dialogue>/questions/desk/<uuid:asked_id>/agreement")
@needs(Permission.QA_ANSWER)
def begin_agreement(asked_id: UUID) -> ResponseReturnValue:
    """Ask the buyers to agree, until the time that was set."""
    require_here(g.session, g.dialogue.id, asked_id)
    own, address = (g.session, g.actor, asked_id), settings().public_url
    form = ConfirmForm()
    if form.does(lambda: ask_to_agree(*own, address=address, now=now())):
        flash(gettext("The buyers are being asked."), "success")
        return redirect(url_for(".item", asked_id=asked_id))
    g.session.rollback()
    refusals = VoteForm(formdata=None)
    refusals.form_errors.extend(form.form_errors)
    return _page(asked_id, refusals), 422


@bp.post("/dialogues/<dialogue>/questions/desk/<uuid:asked_id>/vote")
@needs(Permission.QA_ANSWER)
def cast_vote(asked_id: UUID) -> ResponseReturnValue:
    """Agree, or object with a reason."""
    require_here(g.session, g.dialogue.id, asked_id)
    form = VoteForm()
    form.organisation.validate_choice = False
    if form.does(lambda: _vote(asked_id, form)):
        flash(gettext("Your organisation's vote is recorded."), "success")
        return redirect(url_for(".item", asked_id=asked_id))
    g.session.rollback()
    return _page(asked_id, form), 422


def _page(asked_id: UUID, form: VoteForm) -> str:
    found = item_desk(g.session, g.actor, g.dialogue.id, asked_id, now=now())
    form.organisation.choices = [
        SelectChoice(str(line.organisation_id), line.organisation)
        for line in found.votes
        if line.organisation_id in found.own_buyers
    ]
    form.seen.data = str(found.revision)
    return page(
        "exchange/item.html",
        found=found,
        form=form,
        subject=subjects().of(found.item.subject_kind, found.item.subject_id),
        times=times(g.session, g.dialogue),
        sensitive=sensitive_word(found.item.question, found.item.language),
    )


def _vote(asked_id: UUID, form: VoteForm) -> None:
    vote(
        g.session,
        g.actor,
        asked_id,
        organisation_id=form.voter(),
        agrees=form.says.data == "yes",
        reason=form.reason.data or "",
        seen=number_in(form.seen),
        now=now(),
    )
