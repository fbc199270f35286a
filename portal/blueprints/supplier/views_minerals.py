"""Reporting templates on minerals: given, looked at, and what they say suggested or taken."""

from hashlib import sha256
from uuid import UUID

from flask import g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from portal.blueprints.supplier import bp
from portal.blueprints.supplier.forms import sheets_of
from portal.blueprints.supplier.minerals_view import TemplateForm, minerals_view
from portal.blueprints.supplier.words import say
from portal.blueprints.supplier.workbook_view import decision_of
from portal.core.clock import now
from portal.core.errors import Invalid
from portal.dialogue.rules import is_closed, is_open
from portal.identity.roles import Permission
from portal.response import operations
from portal.response.minerals import KNOWN
from portal.response.operations import GivenTemplate, TakenMinerals
from portal.response.queries import minerals_report, minerals_start
from portal.response.queries_minerals import KIND
from portal.web.guard import needs, settings
from portal.web.intake import intake, take
from portal.web.language import sentence
from portal.web.notices import say_once
from portal.web.pages import page
from portal.web.transaction import reads_first, start_writing

WRONG = 422
MINERALS = "/responses/<uuid:response_id>/minerals"


@bp.get(MINERALS)
@needs(Permission.RESPONSE_READ_OWN)
def minerals(response_id: UUID) -> ResponseReturnValue:
    """Give a CMRT or EMRT instead of typing it again."""
    return _start_page(response_id, TemplateForm())


@bp.post(MINERALS)
@needs(Permission.ANSWER_WRITE)
@reads_first
def read_minerals(response_id: UUID) -> ResponseReturnValue:
    """Read a template and show what it says and lacks, before any answer changes."""
    form = TemplateForm()
    made: list[UUID] = []
    if form.does(lambda: made.append(_read(response_id, form))):
        return redirect(url_for(".minerals_read", response_id=response_id, import_id=made[0]))
    g.session.rollback()
    return _start_page(response_id, form), WRONG


@bp.get(f"{MINERALS}/<uuid:import_id>")
@needs(Permission.RESPONSE_READ_OWN)
def minerals_read(response_id: UUID, import_id: UUID) -> ResponseReturnValue:
    """What a template says and lacks, and what it would make of our answers."""
    return _report_page(response_id, import_id)


@bp.post(f"{MINERALS}/<uuid:import_id>")
@needs(Permission.ANSWER_WRITE)
def take_minerals(response_id: UUID, import_id: UUID) -> ResponseReturnValue:
    """Suggest what the template says, and take what was chosen."""
    if request.form.get("act") == "drop":
        operations.drop_import(g.session, g.actor, response_id, import_id, KIND, now=now())
        say_once(gettext("The file is dropped. Your answers are as they were."))
        return redirect(url_for(".minerals", response_id=response_id))
    try:
        done = _taken(response_id, import_id)
    except Invalid as fault:
        g.session.rollback()
        return _report_page(response_id, import_id, fault), WRONG
    _say(done)
    if done.again:
        return redirect(request.path)
    return redirect(url_for(".tasks", response_id=response_id))


def _taken(response_id: UUID, import_id: UUID) -> TakenMinerals:
    return operations.take_minerals(
        g.session,
        g.actor,
        response_id,
        import_id,
        decision_of(request.form),
        uses_file=request.form.get("use") == "y",
        now=now(),
    )


def _read(response_id: UUID, form: TemplateForm) -> UUID:
    """The file is looked at before anything is locked: scanning and reading take a while."""
    found = minerals_start(g.session, g.actor, response_id)
    form.require_file()
    file = take(form.file.data, found.loaded.response.organisation_id)
    given = GivenTemplate(
        sheets=sheets_of(file.content, file.name),
        file=file,
        sha256=sha256(file.content).hexdigest(),
        intake=intake() if form.keep.data else None,
    )
    start_writing()
    return operations.read_template(g.session, g.actor, response_id, given, now=now())


def _say(done: TakenMinerals) -> None:
    count = len(done.suggested)
    if count:
        told = ngettext(
            "%(num)d answer is suggested. Look at it in its section and confirm it.",
            "%(num)d answers are suggested. Look at them in their section and confirm them.",
            count,
        )
        say_once(told, "success")
    if done.changed:
        told = ngettext(
            "%(num)d answer is changed.", "%(num)d answers are changed.", len(done.changed)
        )
        say_once(told, "success")
    if done.again:
        say_once(gettext("Some answers were changed in the meantime. Please look at them again."))


def _start_page(response_id: UUID, form: TemplateForm) -> str:
    found = minerals_start(g.session, g.actor, response_id)
    at, dialogue = now(), found.loaded.dialogue
    return page(
        "supplier/minerals.html",
        found=found,
        loaded=found.loaded,
        form=form,
        known=[(name, ", ".join(revisions)) for name, revisions in KNOWN.items()],
        may_save=found.may_write and found.is_changeable and is_open(dialogue, at),
        is_closed=is_closed(dialogue, at),
        limit=settings().upload_limit_mb,
    )


def _report_page(response_id: UUID, import_id: UUID, fault: Invalid | None = None) -> str:
    at = now()
    found = minerals_report(g.session, g.actor, response_id, import_id, today=at.date())
    return page(
        "supplier/minerals_read.html",
        found=found,
        loaded=found.loaded,
        view=minerals_view(found),
        say=say(found.loaded.questionnaire),
        errors=[("", sentence(fault.reason))] if fault else [],
        may_save=is_open(found.loaded.dialogue, at),
    )
