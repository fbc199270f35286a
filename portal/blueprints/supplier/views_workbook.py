"""The workbook of our answers: downloaded, given back, compared, and its changes taken."""

from hashlib import sha256
from uuid import UUID

from flask import Response, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from portal.blueprints.supplier import bp
from portal.blueprints.supplier.words import say
from portal.blueprints.supplier.workbook_file import Book, seal_key, workbook_bytes
from portal.blueprints.supplier.workbook_view import GiveBackForm, decision_of, workbook_view
from portal.core.clock import now
from portal.core.errors import Refused
from portal.dialogue.rules import is_closed, is_open
from portal.identity.roles import Permission
from portal.questionnaire.workbook import MEDIA_TYPE
from portal.response import operations
from portal.response.operations import GivenBack, TakenWorkbook
from portal.response.queries import WorkbookPage, workbook_difference, workbook_page
from portal.response.queries_workbook import KIND
from portal.web.downloads import download
from portal.web.guard import needs, settings
from portal.web.language import language
from portal.web.notices import say_once
from portal.web.pages import page
from portal.web.transaction import reads_first, start_writing

WRONG = 422
WORKBOOK = "/responses/<uuid:response_id>/workbook"


@bp.get(WORKBOOK)
@needs(Permission.RESPONSE_READ_OWN)
def workbook_start(response_id: UUID) -> ResponseReturnValue:
    """Download the workbook of our answers, or give one back."""
    return _start_page(response_id, GiveBackForm())


@bp.get(f"{WORKBOOK}.xlsx")
@needs(Permission.RESPONSE_READ_OWN)
def workbook_file(response_id: UUID) -> Response:
    """Our present answers as a workbook: all sections, or those that are asked for."""
    found = workbook_page(g.session, g.actor, response_id)
    wanted = request.args.getlist("section")
    known = {section.id for section in found.loaded.questionnaire.sections}
    if not set(wanted) <= known:
        raise Refused
    parts = "-".join(["", *wanted]) if len(wanted) < len(known) else ""
    name = f"{found.loaded.dialogue.short_name}-answers{parts}-{language()}.xlsx"
    return download(workbook_bytes(_book(found, wanted)), name, MEDIA_TYPE)


@bp.post(WORKBOOK)
@needs(Permission.ANSWER_WRITE)
@reads_first
def give_back(response_id: UUID) -> ResponseReturnValue:
    """Read a workbook and show what is different, before anything changes."""
    form = GiveBackForm()
    made: list[UUID] = []
    if form.does(lambda: made.append(_given_back(response_id, form))):
        return redirect(url_for(".workbook_read", response_id=response_id, import_id=made[0]))
    g.session.rollback()
    return _start_page(response_id, form), WRONG


@bp.get(f"{WORKBOOK}/<uuid:import_id>")
@needs(Permission.RESPONSE_READ_OWN)
def workbook_read(response_id: UUID, import_id: UUID) -> ResponseReturnValue:
    """What a workbook says, beside what there is and what there was."""
    return _read_page(response_id, import_id)


@bp.post(f"{WORKBOOK}/<uuid:import_id>")
@needs(Permission.ANSWER_WRITE)
def take_workbook(response_id: UUID, import_id: UUID) -> ResponseReturnValue:
    """Take the changes as they were seen; what changed meanwhile is shown again."""
    if request.form.get("act") == "drop":
        operations.drop_import(g.session, g.actor, response_id, import_id, KIND, now=now())
        say_once(gettext("The workbook is dropped. Your answers are as they were."))
        return redirect(url_for(".workbook_start", response_id=response_id))
    decision = decision_of(request.form)
    done = operations.take_workbook(g.session, g.actor, response_id, import_id, decision, now=now())
    _say(done)
    if done.again:
        return redirect(url_for(".workbook_read", response_id=response_id, import_id=import_id))
    return redirect(url_for(".tasks", response_id=response_id))


def _book(found: WorkbookPage, sections: list[str]) -> Book:
    loaded = found.loaded
    return Book(
        response_id=loaded.response.id,
        supplier=loaded.supplier,
        questionnaire=loaded.questionnaire,
        definition_hash=loaded.definition_hash,
        dialogue=loaded.dialogue,
        answers=found.answers,
        made_at=now(),
        sections=sections,
    )


def _given_back(response_id: UUID, form: GiveBackForm) -> UUID:
    """The file is looked at before anything is locked: scanning and reading take a while."""
    found = workbook_page(g.session, g.actor, response_id)
    sheets, name, content = form.sheets(found.loaded.response.organisation_id)
    start_writing()
    given = GivenBack(
        sheets=sheets, file_name=name, sha256=sha256(content).hexdigest(), key=seal_key()
    )
    return operations.give_back(g.session, g.actor, response_id, given, now=now())


def _say(done: TakenWorkbook) -> None:
    count = len(done.taken)
    if count:
        told = ngettext(
            "%(num)d answer is taken from the workbook.",
            "%(num)d answers are taken from the workbook.",
            count,
        )
        say_once(told, "success")
    elif not done.again:
        say_once(gettext("Nothing was to be taken from the workbook."))
    if done.again:
        again = ngettext(
            "%(num)d answer was changed online in the meantime. Please look at it again.",
            "%(num)d answers were changed online in the meantime. Please look at them again.",
            len(done.again),
        )
        say_once(again)


def _start_page(response_id: UUID, form: GiveBackForm) -> str:
    found = workbook_page(g.session, g.actor, response_id)
    at, dialogue = now(), found.loaded.dialogue
    return page(
        "supplier/workbook.html",
        found=found,
        loaded=found.loaded,
        form=form,
        say=say(found.loaded.questionnaire),
        may_save=bool(found.writable) and found.is_changeable and is_open(dialogue, at),
        is_closed=is_closed(dialogue, at),
        limit=settings().upload_limit_mb,
    )


def _read_page(response_id: UUID, import_id: UUID) -> str:
    found = workbook_difference(g.session, g.actor, response_id, import_id)
    return page(
        "supplier/workbook_read.html",
        found=found,
        loaded=found.loaded,
        view=workbook_view(found),
        may_save=is_open(found.loaded.dialogue, now()),
    )
