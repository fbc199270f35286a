"""Rows from a spreadsheet: pasted or uploaded, looked at, mended, and taken into the table."""

from collections.abc import Sequence
from hashlib import sha256
from typing import Any
from uuid import UUID

from flask import g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from portal.blueprints.supplier import bp
from portal.blueprints.supplier.revision import table_as_it_reads
from portal.blueprints.supplier.rows_view import (
    MOST_NAMED,
    RowsForm,
    read_view,
    sent_cells,
    taking_of,
)
from portal.blueprints.supplier.table_view import LAST_PAGE, Spot, address, may_change
from portal.blueprints.supplier.words import say
from portal.core.clock import now
from portal.core.errors import Invalid, NotNow, message
from portal.identity.roles import Permission
from portal.response import operations
from portal.response.operations import RowsAt
from portal.response.queries import TablePage, row_import, table_page
from portal.response.row_steps import Taken
from portal.web.guard import needs, settings
from portal.web.language import language, sentence
from portal.web.notices import say_once
from portal.web.pages import page
from portal.web.rows import countries_of
from portal.web.transaction import keep_changes, reads_first, start_writing
from portal.web.unsent import seal_of

CONFLICT, WRONG = 409, 422
ROWS = "/responses/<uuid:response_id>/tables/<question_id>/rows"


@bp.get(ROWS)
@needs(Permission.RESPONSE_READ_OWN)
def rows_to_read(response_id: UUID, question_id: str) -> ResponseReturnValue:
    """A place to paste rows, or to upload a file with them."""
    found, _ = table_as_it_reads(table_page(g.session, g.actor, response_id, question_id))
    if not may_change(found):
        return redirect(address(found, Spot()))
    return _paste_page(found, RowsForm())


@bp.post(ROWS)
@needs(Permission.ANSWER_WRITE)
@reads_first
def read_rows(response_id: UUID, question_id: str) -> ResponseReturnValue:
    """Read what was sent, and show what it is before anything changes."""
    form = RowsForm()
    made: list[UUID] = []
    if form.does(lambda: made.append(_kept(response_id, question_id, form))):
        (import_id,) = made
        at: dict[str, Any] = {"response_id": response_id, "question_id": question_id}
        return redirect(url_for(".rows_read", import_id=import_id, **at))
    g.session.rollback()
    found, _ = table_as_it_reads(table_page(g.session, g.actor, response_id, question_id))
    return _paste_page(found, form), WRONG


@bp.get(f"{ROWS}/<uuid:import_id>")
@needs(Permission.RESPONSE_READ_OWN)
def rows_read(response_id: UUID, question_id: str, import_id: UUID) -> ResponseReturnValue:
    """What was read: how much of it is right, and what is not."""
    at = RowsAt(response_id=response_id, question_id=question_id, import_id=import_id)
    return _read_page(at)


@bp.post(f"{ROWS}/<uuid:import_id>")
@needs(Permission.ANSWER_WRITE)
def take_rows(response_id: UUID, question_id: str, import_id: UUID) -> ResponseReturnValue:
    """Keep what was mended, then take the right rows, look again, or drop it all."""
    at = RowsAt(response_id=response_id, question_id=question_id, import_id=import_id)
    act = request.form.get("act", "take")
    if act == "drop":
        operations.drop_rows(g.session, g.actor, at, now=now())
        say_once(gettext("What was read is dropped. The table is as it was."))
        return redirect(url_for(".table", response_id=response_id, question_id=question_id))
    is_understood_anew = _mend(at)
    if act != "take" or is_understood_anew:
        return redirect(request.path)
    try:
        taken = _taken(at)
    except Invalid as fault:
        keep_changes()
        errors = [("", sentence(fault.reason))]
        return _read_page(at, errors), CONFLICT if isinstance(fault, NotNow) else WRONG
    return _after(at, taken)


def _kept(response_id: UUID, question_id: str, form: RowsForm) -> UUID:
    """The file is looked at before anything is locked: scanning and reading take a while."""
    found = table_page(g.session, g.actor, response_id, question_id)
    lines, name, content = form.lines(found.response.organisation_id)
    start_writing()
    return operations.read_rows(
        g.session,
        g.actor,
        response_id,
        question_id,
        lines,
        file_name=name,
        sha256=sha256(content).hexdigest() if content else "",
        now=now(),
    )


def _mend(at: RowsAt) -> bool:
    """Keep what was typed; whether somebody said that columns are others than they were."""
    found = table_page(g.session, g.actor, at.response_id, at.question_id)
    held = row_import(g.session, g.actor, at.response_id, at.question_id, at.import_id)
    columns = request.form.getlist("column")
    return operations.mend_rows(
        g.session,
        g.actor,
        at,
        typed=sent_cells(found.question, request.form),
        columns=columns if len(columns) == len(held.sheet.columns) else None,
        now=now(),
    )


def _taken(at: RowsAt) -> Taken:
    version = request.form.get("version", "")
    return operations.take_rows(
        g.session,
        g.actor,
        at,
        taking_of(request.form.get("way", "")),
        seen_version=int(version[:9]) if version.isascii() and version.isdecimal() else 0,
        language=language(),
        now=now(),
    )


def _after(at: RowsAt, taken: Taken) -> ResponseReturnValue:
    """What was done, and the way to what is left, or else to the table."""
    count = len(taken.done)
    if count:
        say_once(ngettext("%(num)d row is taken.", "%(num)d rows are taken.", count), "success")
    elif not taken.unclear:
        say_once(gettext("No row is right yet, so nothing was taken."))
    if taken.unclear:
        keep_changes()
        told = [
            message("Line {line}: {problem}", line=line, problem=problem)
            for line, problem in list(taken.unclear.items())[:MOST_NAMED]
        ]
        return _read_page(at, [("", sentence(each)) for each in told]), WRONG
    found = table_page(g.session, g.actor, at.response_id, at.question_id)
    if any(import_id == at.import_id for import_id, *_ in found.waiting):
        return redirect(request.path)
    return redirect(address(found, Spot(page=LAST_PAGE)))


def _paste_page(found: TablePage, form: RowsForm) -> str:
    ids: dict[str, Any] = {"response_id": found.response.id, "question_id": found.question.id}
    return page(
        "supplier/rows_to_read.html",
        found=found,
        form=form,
        say=say(found.questionnaire),
        limit=settings().upload_limit_mb,
        seal=seal_of(url_for(".read_rows", **ids)),
    )


def _read_page(at: RowsAt, errors: Sequence[tuple[str, str]] = ()) -> str:
    stored = table_page(g.session, g.actor, at.response_id, at.question_id)
    found, _ = table_as_it_reads(stored)
    held = row_import(g.session, g.actor, at.response_id, at.question_id, at.import_id)
    return page(
        "supplier/rows_read.html",
        found=found,
        held=held,
        view=read_view(found, held),
        say=say(found.questionnaire),
        errors=errors,
        may_save=may_change(found),
        countries=countries_of(found.question, language()),
    )
