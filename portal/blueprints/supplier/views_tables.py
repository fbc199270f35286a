"""One table on a page of its own: rows to search, to fill in page by page, and as a file."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any
from uuid import UUID

from flask import Response, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from werkzeug.datastructures import MultiDict

from portal.blueprints.supplier import bp
from portal.blueprints.supplier.revision import table_as_it_reads
from portal.blueprints.supplier.table_view import (
    GAPS,
    LAST_PAGE,
    Spot,
    TableView,
    address,
    may_change,
    shown_again,
    spot_of,
    table_view,
    typed_again,
)
from portal.blueprints.supplier.words import say
from portal.core.clock import now
from portal.core.errors import Invalid, NotNow
from portal.dialogue.rules import is_closed, is_open
from portal.identity.roles import Permission
from portal.response import operations
from portal.response.operations import SavedRows
from portal.response.queries import TablePage, table_page
from portal.response.row_files import MEDIA_TYPES, Speech, rows_file
from portal.response.row_merge import Row
from portal.response.values import display
from portal.web.corrections import Correction
from portal.web.downloads import download
from portal.web.guard import needs
from portal.web.language import language
from portal.web.notices import say_once
from portal.web.pages import page
from portal.web.table_form import SentRows, sent_rows
from portal.web.transaction import keep_changes
from portal.web.unsent import seal_of

CONFLICT, WRONG = 409, 422


@bp.get("/responses/<uuid:response_id>/tables/<question_id>")
@needs(Permission.RESPONSE_READ_OWN)
def table(response_id: UUID, question_id: str) -> ResponseReturnValue:
    """The rows of one table, a page of them at a time."""
    found, told = table_as_it_reads(table_page(g.session, g.actor, response_id, question_id))
    return _page(found, table_view(found, spot_of(request.args)), told)


@bp.post("/responses/<uuid:response_id>/tables/<question_id>")
@needs(Permission.ANSWER_WRITE)
def save_table(response_id: UUID, question_id: str) -> ResponseReturnValue:
    """Save the rows of a page, each by itself; what is wrong or contested is shown again."""
    before = table_page(g.session, g.actor, response_id, question_id)
    sent, spot = sent_rows(before.question, request.form), spot_of(request.form)
    try:
        saved = _saved(before, sent)
    except Invalid as fault:
        return _refused(before, spot, sent, fault)
    if not (sent.wrong or saved.merged.conflicts):
        return redirect(_next(before, spot, is_changed=saved.is_changed))
    keep_changes()
    status = CONFLICT if saved.merged.conflicts else WRONG
    return _again(before, partial(shown_again, spot=spot, sent=sent, saved=saved)), status


@bp.post("/responses/<uuid:response_id>/tables/<question_id>/earlier")
@needs(Permission.ANSWER_WRITE)
def add_earlier_rows(response_id: UUID, question_id: str) -> ResponseReturnValue:
    """Add the rows that an earlier table has and this one has not."""
    found = table_page(g.session, g.actor, response_id, question_id)
    sent = sent_rows(found.question, request.form)
    place = (g.session, g.actor, response_id, question_id)
    try:
        count = operations.add_earlier_rows(
            *place, seen_version=sent.base_version, language=language(), now=now()
        )
    except NotNow as fault:
        return _refused(found, Spot(), sent, fault)
    say_once(ngettext("%(num)d row is added.", "%(num)d rows are added.", count), "success")
    return redirect(address(found, Spot(page=LAST_PAGE)))


@bp.get("/responses/<uuid:response_id>/tables/<question_id>/rows.<extension>")
@needs(Permission.RESPONSE_READ_OWN)
def table_rows_file(response_id: UUID, question_id: str, extension: str) -> Response:
    """The rows as they are now, as a file for a spreadsheet."""
    found, _ = table_as_it_reads(table_page(g.session, g.actor, response_id, question_id))
    return _file(found, found.rows, "rows", extension)


@bp.get("/responses/<uuid:response_id>/tables/<question_id>/template.<extension>")
@needs(Permission.RESPONSE_READ_OWN)
def table_template(response_id: UUID, question_id: str, extension: str) -> Response:
    """The titles of the columns and nothing below them, as a file to fill in."""
    found, _ = table_as_it_reads(table_page(g.session, g.actor, response_id, question_id))
    return _file(found, [], "template", extension)


def _saved(found: TablePage, sent: SentRows) -> SavedRows:
    return operations.save_rows(
        g.session,
        g.actor,
        found.response.id,
        found.question.id,
        sent.edits,
        base_version=sent.base_version,
        language=language(),
        now=now(),
    )


def _refused(before: TablePage, spot: Spot, sent: SentRows, fault: Invalid) -> tuple[str, int]:
    """The page with all that was typed, unless nothing can be changed now: that raises again."""
    if isinstance(fault, NotNow) and not may_change(before):
        raise fault
    g.session.rollback()
    status = CONFLICT if isinstance(fault, NotNow) else WRONG
    return _again(before, partial(typed_again, spot=spot, sent=sent, fault=fault)), status


def _again(before: TablePage, lay_out: Callable[[TablePage], TableView]) -> str:
    """The page as it is now, with what was sent laid out on it."""
    now_found = table_page(g.session, g.actor, before.response.id, before.question.id)
    found, told = table_as_it_reads(now_found)
    return _page(found, lay_out(found), told)


def _ids(found: TablePage) -> dict[str, Any]:
    return {"response_id": found.response.id, "question_id": found.question.id}


def _file(found: TablePage, rows: list[Row], what: str, extension: str) -> Response:
    speech = Speech(language(), found.questionnaire.base_language)
    content = rows_file(found.question, rows, extension, speech)
    name = f"{found.dialogue.short_name}-{found.question.id}-{what}.{extension}"
    return download(content, name, MEDIA_TYPES[extension])


def _next(found: TablePage, spot: Spot, *, is_changed: bool) -> str:
    """Where the pressed button leads."""
    act, _, number = request.form.get("go", "").partition(":")
    if is_changed:
        say_once(gettext("The rows are saved."), "success")
    ids = _ids(found)
    if act == "more":
        return url_for(".table", **ids, page=LAST_PAGE, more=1, _anchor="more")
    if act == "read":
        return url_for(".rows_to_read", **ids)
    if act == "section":
        anchor = f"q/{ids.pop('question_id')}"
        return url_for(".section", **ids, section_id=found.section.id, _anchor=anchor)
    spots = {
        "page": replace(spot, page=spot_of(MultiDict({"page": number})).page),
        "find": replace(spot, page=1, only=""),
        "all": Spot(),
        "gaps": Spot(only=GAPS),
    }
    return address(found, spots.get(act, spot))


def _page(found: TablePage, view: TableView, corrections: tuple[Correction, ...]) -> str:
    at = now()
    may_save = may_change(found)
    rows = [found.rows[place] for place in view.places]
    base = found.questionnaire.base_language
    return page(
        "supplier/table.html",
        found=found,
        view=view,
        say=say(found.questionnaire),
        corrections=corrections,
        may_save=may_save,
        lines=[] if may_save or not rows else display(found.question, rows, language(), base),
        is_closed=is_closed(found.dialogue, at),
        is_open=is_open(found.dialogue, at),
        href=lambda number: address(found, replace(view.spot, page=number)),
        seal=seal_of(url_for(".save_table", **_ids(found))),
    )
