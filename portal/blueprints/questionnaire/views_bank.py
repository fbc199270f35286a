"""The question bank: what was asked before, how it was answered, and copying it into the draft."""

from collections.abc import Collection

from flask import g, request
from flask.typing import ResponseReturnValue

from portal.blueprints.questionnaire import bp
from portal.blueprints.questionnaire.bank_view import instrument_choices, lines, sheet
from portal.blueprints.questionnaire.copied import after_copying
from portal.blueprints.questionnaire.forms_copying import BankCopyForm
from portal.blueprints.questionnaire.opened import editor, opened
from portal.core.clock import now
from portal.core.errors import Refused
from portal.identity.roles import Permission
from portal.questionnaire.bank import BankQuestion, Wanted, sources
from portal.questionnaire.operations_copying import copy_picked
from portal.questionnaire.queries_bank import bank as find
from portal.questionnaire.queries_bank import questions_in_bank
from portal.questionnaire.queries_editing import Draft, draft_of
from portal.questionnaire.recording import Saved
from portal.web.guard import needs
from portal.web.pages import page

BANK = "/dialogues/<dialogue>/draft/bank"
FILTERS = ("search", "instrument", "clause", "topic")


@bp.get(BANK)
@needs(Permission.DRAFT_READ)
def bank() -> ResponseReturnValue:
    """What was asked in any published questionnaire, as the address asks for it."""
    return _list(BankCopyForm(formdata=None))


@bp.post(BANK)
@needs(Permission.DRAFT_EDIT)
def copy_from_bank() -> ResponseReturnValue:
    """Copy the questions that are ticked on a page of the bank."""
    draft, form = opened(), BankCopyForm()
    done: list[Saved] = []
    if form.does(lambda: done.append(_copy(draft, form, form.questions.data or ()))):
        return after_copying(done[0], form.section.data)
    return _list(form), 422


@bp.get(f"{BANK}/<key>")
@needs(Permission.DRAFT_READ)
def bank_question(key: str) -> ResponseReturnValue:
    """One question in full, with every use and its released figures."""
    return _sheet(_entry(key), BankCopyForm(formdata=None))


@bp.post(f"{BANK}/<key>")
@needs(Permission.DRAFT_EDIT)
def copy_bank_question(key: str) -> ResponseReturnValue:
    """Copy this question."""
    draft, form, entry = opened(), BankCopyForm(), _entry(key)
    done: list[Saved] = []
    if form.does(lambda: done.append(_copy(draft, form, [key]))):
        return after_copying(done[0], form.section.data)
    return _sheet(entry, form), 422


def _entry(key: str) -> BankQuestion:
    found = questions_in_bank(g.session, [key])
    if not found:
        raise Refused
    return found[0]


def _copy(draft: Draft, form: BankCopyForm, keys: Collection[str]) -> Saved:
    return copy_picked(
        g.session,
        g.actor,
        draft.id,
        sources(questions_in_bank(g.session, keys)),
        editor=editor(draft),
        section_id=form.section.data or "",
        now=now(),
    )


def _list(form: BankCopyForm) -> str:
    asked = {name: request.args.get(name, "").strip() for name in FILTERS}
    wanted = Wanted(
        search=asked["search"],
        instrument=asked["instrument"] or None,
        clause=asked["clause"] or None,
        topic=asked["topic"] or None,
    )
    found = find(g.session, wanted, page=request.args.get("page", 1, type=int))
    return page(
        "questionnaire/bank.html",
        form=form,
        may_copy=_offered(form),
        asked={name: text for name, text in asked.items() if text},
        found=found,
        instruments=instrument_choices(found.instruments),
        lines=lines(found.questions),
    )


def _sheet(entry: BankQuestion, form: BankCopyForm) -> str:
    return page(
        "questionnaire/bank_question.html",
        form=form,
        may_copy=_offered(form),
        sheet=sheet(entry),
    )


def _offered(form: BankCopyForm) -> bool:
    """Whether the reader may copy into a draft of this dialogue; its sections are offered then."""
    draft = draft_of(g.session, g.dialogue.id)
    if draft is None or not g.actor.may(Permission.DRAFT_EDIT, g.dialogue.id):
        return False
    form.offer(draft)
    return True
