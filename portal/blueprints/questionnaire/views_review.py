"""The draft as suppliers will see it, one vote for each buyer, and the silence period."""

from dataclasses import replace
from uuid import UUID

from flask import flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from wtforms import SelectChoice

from portal.blueprints.questionnaire import bp
from portal.blueprints.questionnaire.forms_review import SilenceForm, VoteForm
from portal.core.clock import now
from portal.core.errors import Refused
from portal.dialogue.queries import parties
from portal.identity.roles import Permission
from portal.questionnaire import operations
from portal.questionnaire.coverage import filtered
from portal.questionnaire.operations_silence import begin_silence
from portal.questionnaire.queries import LoadedVersion, current_version, votes
from portal.questionnaire.queries_editing import draft_of
from portal.questionnaire.queries_review import comment_counts
from portal.web.forms import as_uuid, local_instant
from portal.web.guard import needs
from portal.web.language import language
from portal.web.outline import SectionOutline, outline
from portal.web.pages import page

OPEN_FOR_VOTES = frozenset({"in_review", "approved"})


@bp.get("/dialogues/<dialogue>/draft")
@needs(Permission.DRAFT_READ)
def review() -> ResponseReturnValue:
    """Every question, the votes so far, and the reader's own."""
    return _page(current_version(g.session, g.dialogue.id), VoteForm(), SilenceForm())


@bp.post("/dialogues/<dialogue>/draft/vote")
@needs(Permission.DRAFT_VOTE)
def vote() -> ResponseReturnValue:
    """Cast or change the vote of the reader's organisation."""
    version, form = _version(), VoteForm()
    if form.does(lambda: _vote(version.id, form)):
        flash(gettext("Your organisation's vote has been recorded."), "success")
        return redirect(url_for(".review"))
    return _page(version, form, SilenceForm(formdata=None)), 422


@bp.post("/dialogues/<dialogue>/draft/silence")
@needs(Permission.QUESTIONNAIRE_PUBLISH)
def silence() -> ResponseReturnValue:
    """Announce until when a buyer may still object."""
    version, form = _version(), SilenceForm()
    if form.does(lambda: _begin_silence(version.id, form)):
        flash(gettext("Everyone who may vote is being told by mail."), "success")
        return redirect(url_for(".review"))
    return _page(version, VoteForm(formdata=None), form), 422


def _version() -> LoadedVersion:
    version = current_version(g.session, g.dialogue.id)
    if version is None:
        raise Refused
    return version


def _vote(version_id: UUID, form: VoteForm) -> None:
    operations.vote(
        g.session,
        g.actor,
        version_id,
        organisation_id=as_uuid(form.organisation_id.data),
        approves=form.approves.data == "yes",
        reason=form.reason.data or "",
        seen_sha256=form.seen_sha256.data or None,
        now=now(),
    )


def _begin_silence(version_id: UUID, form: SilenceForm) -> None:
    until = local_instant(form.until.data)
    begin_silence(g.session, g.actor, version_id, until=until, now=now())


def _wanted() -> dict[str, str]:
    """The instrument and clause whose questions alone are to be shown."""
    names = ("instrument", "clause")
    return {name: request.args[name] for name in names if request.args.get(name)}


def _sections(version: LoadedVersion) -> list[SectionOutline]:
    sections, wanted = outline(version.questionnaire, language()), _wanted()
    if not wanted:
        return sections
    ids = {question.id for question in filtered(version.questionnaire, **wanted)}
    kept = [
        replace(section, questions=tuple(each for each in section.questions if each.id in ids))
        for section in sections
    ]
    return [section for section in kept if section.questions]


def _page(version: LoadedVersion | None, form: VoteForm, silence: SilenceForm) -> str:
    own = g.actor.organisations
    buyers = [buyer for buyer in parties(g.session, g.dialogue.id, "buyer") if buyer.id in own]
    form.organisation_id.choices = [SelectChoice(str(buyer.id), buyer.name) for buyer in buyers]
    form.seen_sha256.data = version.sha256 if version else ""
    is_open = version is not None and version.state in OPEN_FOR_VOTES
    may_vote = is_open and buyers and g.actor.may(Permission.DRAFT_VOTE, g.dialogue.id)
    return page(
        "questionnaire/review.html",
        version=version,
        draft=draft_of(g.session, g.dialogue.id),
        sections=_sections(version) if version else [],
        wanted=_wanted(),
        counts=comment_counts(g.session, version.id) if version else {},
        votes=votes(g.session, version.id, now=now()) if version else [],
        form=form if may_vote else None,
        silence=silence if is_open else None,
    )
