"""One section a page: shown, saved, and shown again where something needs a person."""

from functools import partial
from typing import Any
from uuid import UUID

from flask import flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from portal.blueprints.supplier import bp
from portal.blueprints.supplier.confirming import ALL, Sent, read_sent, save_and_confirm
from portal.blueprints.supplier.reference_view import nameable, reference_views
from portal.blueprints.supplier.revision import Reading, line_of, reading, section_as_it_reads
from portal.blueprints.supplier.section_view import (
    Around,
    Typed,
    answered_section,
    place_of,
    question_views,
    typed_over,
)
from portal.blueprints.supplier.team_view import section_team, where
from portal.blueprints.supplier.views_marks import call_ready
from portal.blueprints.supplier.words import say
from portal.core.clock import now
from portal.dialogue.rules import is_closed, is_open
from portal.identity.roles import Permission
from portal.questionnaire.queries_lineage import Lineage
from portal.questionnaire.subjects import section_subject
from portal.response.clarifying import takes_answers
from portal.response.operations import Saved
from portal.response.queries import (
    SectionPage,
    carried_answers,
    noted_references,
    section_page,
    taken_from,
)
from portal.response.tabs import new_tab
from portal.web.guard import needs
from portal.web.notices import say_once
from portal.web.pages import page
from portal.web.questions import QuestionView
from portal.web.transaction import keep_changes, reads_first, start_writing
from portal.web.unsent import seal_of

CONFLICT, WRONG = 409, 422
BESIDE = {
    "write_note": (".notes", ("section", "question")),
    "name_brand": (".name_manufacturer", ("section_id", "question")),
    "open_table": (".table", ("question_id",)),
    "add_evidence": (".evidence", ("question_id",)),
}
"""Button → the page beside the section that it leads to, and what that page is told."""
READER_CONTROLS = {"class", "narrowing", "until"}
EXEMPTION_CONTROLS = {"na", "reason"}


@bp.get("/responses/<uuid:response_id>/sections/<section_id>")
@needs(Permission.RESPONSE_READ_OWN)
def section(response_id: UUID, section_id: str) -> ResponseReturnValue:
    """The section's questions with our answers."""
    found = section_page(g.session, g.actor, response_id, section_id)
    return _page(found, Typed(more_rows_for=request.args.get("rows", "")))


@bp.post("/responses/<uuid:response_id>/sections/<section_id>")
@needs(Permission.ANSWER_WRITE)
@reads_first
def save(response_id: UUID, section_id: str) -> ResponseReturnValue:
    """Save every right answer; what is wrong or changed by others meanwhile is shown again."""
    sent = read_sent(response_id, section_id)
    start_writing()
    saved = save_and_confirm(response_id, section_id, sent)
    if sent.form.faults() or saved.conflicts:
        keep_changes()
        found = section_page(g.session, g.actor, response_id, section_id)
        typed = typed_over(sent.form, saved, request.form.get("add_rows", ""))
        return _page(found, typed), CONFLICT if saved.conflicts else WRONG
    return redirect(_next(response_id, section_id, saved, sent))


def _next(response_id: UUID, section_id: str, saved: Saved, sent: Sent) -> str:
    """Where the pressed button leads."""
    more = request.form.get("add_rows")
    here = partial(url_for, ".section", response_id=response_id, section_id=section_id)
    if more:
        return here(rows=more, _anchor=f"q/{more}")
    if request.form.get("confirm") == ALL:
        count = len(sent.to_confirm)
        flash(ngettext("%(num)d answer is confirmed.", "%(num)d answers are confirmed.", count))
        return here()
    is_look = request.form.get("confirm") or request.form.get("dismiss")
    stay = (
        sent.next_look if is_look else request.form.get("here") or request.form.get("use_evidence")
    )
    if stay:
        return here(_anchor=f"q/{stay}")
    return _after(response_id, section_id, saved)


def _after(response_id: UUID, section_id: str, saved: Saved) -> str:
    """Where a button leads that leaves the section."""
    if request.form.get("go") == "ready":
        return call_ready(response_id, section_id)
    say_once(gettext("Section %(id)s is saved.", id=section_id), "success")
    for button, (endpoint, names) in BESIDE.items():
        asked = request.form.get(button)
        if asked:
            values = {"section": section_id, "section_id": section_id}
            own: dict[str, Any] = {name: values.get(name, asked) for name in names}
            return url_for(endpoint, response_id=response_id, **own)
    if request.form.get("go") == "clarification":
        return url_for(".clarification", response_id=response_id)
    if request.form.get("go") == "list" or saved.next_section is None:
        return url_for(".tasks", response_id=response_id)
    return url_for(".section", response_id=response_id, section_id=saved.next_section.id)


def _page(found: SectionPage, typed: Typed) -> str:
    at = now()
    line = line_of(found)
    read = reading(found.questionnaire, line)
    around = _around(found, line, read)
    found = section_as_it_reads(found, read)
    may_save = found.may_write and found.is_changeable and takes_answers(found, at)
    views = question_views(found, typed, around) if may_save else []
    return page(
        "supplier/section.html",
        found=found,
        say=say(found.questionnaire),
        place=place_of(found),
        questions=views,
        section=answered_section(found, around, found.writable if may_save else frozenset()),
        team=section_team(found),
        where=where,
        corrections=read.corrections.get(section_subject(found.section.id), ()),
        suggested=[view for view in views if view.carried and view.carried.is_suggested],
        nameable=nameable(found) if may_save else frozenset(),
        errors=_errors(views, typed),
        is_closed=is_closed(found.dialogue, at),
        is_open=is_open(found.dialogue, at),
        tab=new_tab(),
        seal=seal_of(url_for(".save", response_id=found.response.id, section_id=found.section.id)),
    )


def _around(found: SectionPage, line: Lineage | None, read: Reading) -> Around:
    taken = taken_from(g.session, found, now=now())
    references = reference_views(noted_references(g.session, found))
    if line is None:
        return Around(taken=taken, references=references)
    answers = {each.question.id: each.answer for each in found.questions}
    carried = carried_answers(g.session, found.response, answers, line)
    return Around(carried=carried, taken=taken, corrections=read.corrections, references=references)


def _errors(views: list[QuestionView], typed: Typed) -> list[tuple[str, str]]:
    """For the error summary: what is wrong, then what somebody else changed."""
    found = [(_place(view, name), text) for view in views for name, text in view.faults]
    for conflict in typed.conflicts:
        if conflict.theirs.is_suggested:
            words = gettext("%(question)s: the question changed while you were writing.")
        else:
            words = gettext("%(question)s: %(name)s changed this answer while you were writing.")
        values = {"question": conflict.question.id, "name": conflict.theirs_by}
        found.append((conflict.question.id, words % values))
    return found


def _place(view: QuestionView, name: str) -> str:
    """The control of a fault; the question itself where the page does not offer the control."""
    control, aside = name.partition("!")[2], view.beside.aside
    is_missing = (control in READER_CONTROLS and aside.readers.choice is None) or (
        control in EXEMPTION_CONTROLS and aside.not_applicable is None
    )
    return view.id if is_missing else name
