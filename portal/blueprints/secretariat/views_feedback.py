"""Feedback letters: who has had one, the same text to many, a word of one's own, sending."""

from functools import partial
from uuid import UUID

from flask import flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _
from wtforms import TextAreaField
from wtforms.validators import DataRequired, Length

from portal.aggregate.feedback import read_comparison
from portal.aggregate.operations_feedback import read_letter, send_letters, write_letters
from portal.aggregate.queries_feedback import draft_page, feedback_desk, ground_of
from portal.blueprints.secretariat import bp
from portal.core.clock import now
from portal.identity.roles import Permission
from portal.web.forms import ConfirmForm, PortalForm, as_uuid
from portal.web.guard import needs, settings
from portal.web.language import language
from portal.web.pages import page
from portal.web.transaction import write_beside


class LetterForm(PortalForm):
    """The two texts of a letter; the comparison between them is written by the portal."""

    understood = TextAreaField(
        _("What the buyers understood"),
        description=_("Thank them, and say what the buyers take from the answers."),
        validators=[
            DataRequired(_("Write what the buyers understood of the answers.")),
            Length(max=8000),
        ],
    )
    follows = TextAreaField(
        _("What follows"),
        description=_("What happens next, by whom, until when."),
        validators=[DataRequired(_("Write what follows.")), Length(max=8000)],
    )


@bp.get("/dialogues/<dialogue>/manage/feedback")
@needs(Permission.FEEDBACK_WRITE)
def feedback() -> ResponseReturnValue:
    """Every supplier that has sent answers, and whether it has had its letter."""
    return _desk(LetterForm(formdata=None), ConfirmForm(formdata=None))


@bp.post("/dialogues/<dialogue>/manage/feedback")
@needs(Permission.FEEDBACK_WRITE)
def write_feedback() -> ResponseReturnValue:
    """Write the same draft to the chosen suppliers."""
    form, chosen = LetterForm(), _chosen()
    if not form.does(lambda: _write(chosen, form)):
        g.session.rollback()
        return _desk(form, ConfirmForm(formdata=None)), 422
    flash(
        ngettext("%(num)d draft is written.", "%(num)d drafts are written.", len(chosen)), "success"
    )
    return redirect(url_for(".feedback"))


@bp.post("/dialogues/<dialogue>/manage/feedback/send")
@needs(Permission.FEEDBACK_WRITE)
def send_feedback() -> ResponseReturnValue:
    """Send the drafts to the chosen suppliers."""
    form, chosen = ConfirmForm(), _chosen()
    if not form.does(lambda: _send(chosen)):
        g.session.rollback()
        return _desk(LetterForm(formdata=None), form), 422
    flash(ngettext("%(num)d letter is sent.", "%(num)d letters are sent.", len(chosen)), "success")
    return redirect(url_for(".feedback"))


@bp.get("/dialogues/<dialogue>/manage/feedback/<uuid:organisation_id>")
@needs(Permission.FEEDBACK_WRITE)
def letter(organisation_id: UUID) -> ResponseReturnValue:
    """One supplier's letter, as it will be read."""
    return _letter_page(organisation_id)


@bp.post("/dialogues/<dialogue>/manage/feedback/<uuid:organisation_id>")
@needs(Permission.FEEDBACK_WRITE)
def write_letter(organisation_id: UUID) -> ResponseReturnValue:
    """Keep the draft of one letter, or send it."""
    found = draft_page(g.session, g.actor, g.dialogue.id, organisation_id)
    form, send = LetterForm(), "send" in request.form
    if not form.does(lambda: _keep(found.response_id, form, send=send)):
        return _letter_page(organisation_id, form), 422
    flash(gettext("The letter is sent.") if send else gettext("The draft is kept."), "success")
    return redirect(url_for(".feedback"))


def _chosen() -> list[UUID]:
    return [as_uuid(text) for text in request.form.getlist("response")]


def _write(chosen: list[UUID], form: LetterForm) -> None:
    write_letters(
        g.session,
        g.actor,
        g.dialogue.id,
        chosen,
        understood=form.understood.data or "",
        follows=form.follows.data or "",
        now=now(),
    )


def _send(chosen: list[UUID]) -> None:
    address = settings().public_url
    send_letters(g.session, g.actor, g.dialogue.id, chosen, address=address, now=now())


def _keep(response_id: UUID, form: LetterForm, *, send: bool) -> None:
    _write([response_id], form)
    if send:
        _send([response_id])


def _desk(form: LetterForm, sending: ConfirmForm) -> str:
    ground = ground_of(g.session, g.dialogue.id)
    rows = feedback_desk(g.session, g.actor, g.dialogue.id, ground.release.id) if ground else []
    return page(
        "secretariat/feedback.html",
        release=ground.release if ground else None,
        rows=rows,
        form=form,
        chosen=request.form.getlist("response"),
        errors=[*form.faults(), *sending.faults()],
    )


def _letter_page(organisation_id: UUID, form: LetterForm | None = None) -> str:
    """The letter as it is stored, or as it was just typed; the look at it is recorded."""
    look = partial(
        read_letter,
        actor=g.actor,
        dialogue_id=g.dialogue.id,
        organisation_id=organisation_id,
        now=now(),
    )
    found = write_beside(look)
    ground = found.ground
    stored = {"understood": found.understood, "follows": found.follows}
    return page(
        "secretariat/letter.html",
        found=found,
        organisation_id=organisation_id,
        form=form or LetterForm(formdata=None, **stored),
        sections=read_comparison(found.lines, ground.document, ground.questionnaire, language()),
    )
