"""Answers by reference: name a manufacturer, and say yes or no where others name us."""

from uuid import UUID

from flask import flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from portal.blueprints.supplier import bp
from portal.blueprints.supplier.forms_references import DecisionForm, NamingForm
from portal.blueprints.supplier.team_view import question_choices
from portal.blueprints.supplier.words import say
from portal.core.clock import now
from portal.dialogue.rules import is_closed, is_open
from portal.identity.roles import Permission
from portal.response import operations
from portal.response.queries import NamingPage, naming_page, references_page
from portal.response.referring import told
from portal.web.forms import as_uuid
from portal.web.guard import needs, settings
from portal.web.language import sentence
from portal.web.pages import page

WRONG = 422


@bp.get("/responses/<uuid:response_id>/sections/<section_id>/manufacturer")
@needs(Permission.ANSWER_WRITE)
def name_manufacturer(response_id: UUID, section_id: str) -> ResponseReturnValue:
    """A form for one question, or for all of a section that nobody has answered."""
    found = naming_page(g.session, g.actor, response_id, section_id)
    form = NamingForm()
    asked = request.args.get("question", "")
    form.questions.data = [asked] if asked else [each.id for each in found.questions]
    return _naming(found, form)


@bp.post("/responses/<uuid:response_id>/sections/<section_id>/manufacturer")
@needs(Permission.ANSWER_WRITE)
def ask_manufacturer(response_id: UUID, section_id: str) -> ResponseReturnValue:
    """Answer these questions by naming whose answers stand for ours."""
    form = NamingForm()
    if form.does(lambda: _ask(response_id, section_id, form)):
        flash(sentence(told(form.brand.data or "")), "success")
        return redirect(url_for(".section", response_id=response_id, section_id=section_id))
    return _naming(naming_page(g.session, g.actor, response_id, section_id), form), WRONG


@bp.get("/responses/<uuid:response_id>/references")
@needs(Permission.RESPONSE_READ_OWN)
def references(response_id: UUID) -> ResponseReturnValue:
    """Whose answers stand for ours, and for whom ours stand."""
    return _references(response_id)


@bp.post("/responses/<uuid:response_id>/references/take-back")
@needs(Permission.ANSWER_WRITE)
def take_back_reference(response_id: UUID) -> ResponseReturnValue:
    """Answer a question ourselves after all."""
    question_id = request.form.get("question", "")
    operations.take_back(g.session, g.actor, response_id, [question_id], now=now())
    flash(gettext("Question %(id)s is yours to answer again.", id=question_id), "success")
    return redirect(url_for(".references", response_id=response_id))


@bp.post("/responses/<uuid:response_id>/references/agree")
@needs(Permission.ANSWER_WRITE)
def agree_to_references(response_id: UUID) -> ResponseReturnValue:
    """Let our answers stand for another company's."""
    form = DecisionForm()
    place = (g.session, g.actor, response_id, _chosen(form))
    count = operations.agree(*place, address=_address(), now=now())
    words = ngettext(
        "Your answer stands for theirs at %(num)d question.",
        "Your answers stand for theirs at %(num)d questions.",
        count,
    )
    flash(words, "success")
    return redirect(url_for(".references", response_id=response_id))


@bp.post("/responses/<uuid:response_id>/references/decline")
@needs(Permission.ANSWER_WRITE)
def decline_references(response_id: UUID) -> ResponseReturnValue:
    """Say that our answers do not stand for another company's, and why."""
    form = DecisionForm()
    place = (g.session, g.actor, response_id, _chosen(form))
    reason = form.reason.data or ""
    if form.does(lambda: operations.decline(*place, reason=reason, address=_address(), now=now())):
        flash(gettext("Declined. The company that named you is told."), "success")
        return redirect(url_for(".references", response_id=response_id))
    return _references(response_id, form), WRONG


@bp.post("/responses/<uuid:response_id>/references/withdraw")
@needs(Permission.ANSWER_WRITE)
def withdraw_references(response_id: UUID) -> ResponseReturnValue:
    """Take back that our answers stand for another company's, and say why."""
    form = DecisionForm()
    place = (g.session, g.actor, response_id, _chosen(form))
    reason = form.reason.data or ""
    if form.does(
        lambda: operations.withdraw_agreement(*place, reason=reason, address=_address(), now=now())
    ):
        flash(gettext("Taken back. The company that named you is told."), "success")
        return redirect(url_for(".references", response_id=response_id))
    return _references(response_id, form), WRONG


def _ask(response_id: UUID, section_id: str, form: NamingForm) -> None:
    operations.ask_reference(
        g.session,
        g.actor,
        response_id,
        section_id,
        form.questions.data or [],
        brand=form.brand.data or "",
        address=_address(),
        now=now(),
    )


def _address() -> str:
    return f"{settings().public_url}/responses/"


def _chosen(form: DecisionForm) -> list[UUID]:
    return [as_uuid(text) for text in form.references.data or []]


def _naming(found: NamingPage, form: NamingForm) -> str:
    offered = {question.id for question in found.questions}
    choices = question_choices(found.questionnaire, found.section)
    form.questions.choices = [each for each in choices if each.value in offered]
    return page(
        "supplier/name_manufacturer.html",
        found=found,
        form=form,
        say=say(found.questionnaire),
        is_open=is_open(found.dialogue, now()),
    )


def _references(response_id: UUID, form: DecisionForm | None = None) -> str:
    found = references_page(g.session, g.actor, response_id)
    return page(
        "supplier/references.html",
        found=found,
        say=say(found.questionnaire),
        form=form or DecisionForm(formdata=None),
        errors=[("", text) for _, text in form.faults()] if form else [],
        is_open=is_open(found.dialogue, now()),
        is_closed=is_closed(found.dialogue, now()),
    )
