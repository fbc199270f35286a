"""Going through the answers that deserve a look, and marking them; every look is recorded."""

from functools import partial
from typing import Any
from uuid import UUID

from flask import flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal.blueprints.buyer import bp
from portal.blueprints.buyer.answers_view import talks
from portal.blueprints.buyer.review_view import (
    NEXT,
    MarkForm,
    kept,
    mark_form,
    may_mark,
    wanted,
    with_scores,
)
from portal.core.clock import now
from portal.core.db import Session
from portal.identity.roles import Permission
from portal.response.operations_review import (
    AnswerDesk,
    answer_desk,
    give_mark,
    read_answer,
    read_list,
    take_back_mark,
)
from portal.response.queries import submitted_suppliers
from portal.response.queries_after import standings
from portal.response.queries_review import Entry, next_entry
from portal.response.reviewing import REASONS, spread
from portal.web.forms import as_uuid
from portal.web.guard import needs
from portal.web.language import language
from portal.web.pages import page
from portal.web.reading import side_by_side
from portal.web.transaction import keep_changes, write_beside

ANSWER = "/dialogues/<dialogue>/answers/<uuid:organisation_id>/questions/<question_id>"


@bp.get("/dialogues/<dialogue>/answers/review")
@needs(Permission.ANSWER_READ_OPEN)
def review_list() -> ResponseReturnValue:
    """What deserves a look, the most serious first."""
    which = wanted()
    number = request.args.get("page", 1, type=int)
    look = partial(
        read_list, actor=g.actor, dialogue_id=g.dialogue.id, wanted=which, page=number, now=now()
    )
    return page(
        "buyer/review_list.html",
        found=write_beside(look),
        which=which,
        kept=kept(which),
        suppliers=submitted_suppliers(g.session, g.actor, g.dialogue.id, now=now()),
        reasons=REASONS,
        may_mark=may_mark(),
    )


@bp.get("/dialogues/<dialogue>/answers/review/next")
@needs(Permission.ANSWER_READ_OPEN)
def next_answer() -> ResponseReturnValue:
    """Go to what follows the answer that the address names."""
    after = UUID(int=0) if "of" not in request.args else as_uuid(request.args["of"])
    return _go(_next((after, request.args.get("question", ""))))


@bp.get(ANSWER)
@needs(Permission.ANSWER_READ_OPEN)
def review_answer(organisation_id: UUID, question_id: str) -> ResponseReturnValue:
    """One answer with its proof, what was asked about it, and what reviewers said of it."""
    read = partial(_read, organisation_id=organisation_id, question_id=question_id)
    desk = write_beside(read)
    return _page(desk, mark_form(desk))


@bp.post(ANSWER)
@needs(Permission.ANSWER_REVIEW)
def mark_answer(organisation_id: UUID, question_id: str) -> ResponseReturnValue:
    """Mark it, and go on or stay."""
    place, own = (organisation_id, question_id), (g.session, g.actor, g.dialogue.id)
    desk = answer_desk(*own, place, now=now())
    form = with_scores(MarkForm(), desk.guide)
    # What follows is asked for before the mark takes this answer out of the list.
    entry = _next(place) if request.form.get("go") == NEXT else None
    if form.does(lambda: give_mark(*own, place, form.judgement(), now=now())):
        if request.form.get("go") == NEXT:
            return _go(entry)
        flash(gettext("Your mark is saved."), "success")
        return redirect(url_for(".review_answer", **_parts(desk), **kept(wanted())))
    g.session.rollback()
    form.shows(desk)
    # The page shows the answer, so that it was looked at is kept though the mark is not.
    keep_changes()
    return _page(_read(g.session, organisation_id, question_id), form), 422


@bp.post(f"{ANSWER}/take-back")
@needs(Permission.ANSWER_REVIEW)
def take_back(organisation_id: UUID, question_id: str) -> ResponseReturnValue:
    """Remove one's own mark with its note."""
    place = (organisation_id, question_id)
    take_back_mark(g.session, g.actor, g.dialogue.id, place, now=now())
    flash(gettext("Your mark and your note are removed."), "success")
    here: dict[str, Any] = {"organisation_id": organisation_id, "question_id": question_id}
    return redirect(url_for(".review_answer", **here, **kept(wanted())))


def _read(session: Session, organisation_id: UUID, question_id: str) -> AnswerDesk:
    """The answer, with the look at it written down."""
    return read_answer(session, g.actor, g.dialogue.id, organisation_id, question_id, now=now())


def _next(after: tuple[UUID, str]) -> Entry | None:
    return next_entry(g.session, g.actor, g.dialogue.id, wanted(), after, now=now())


def _go(entry: Entry | None) -> ResponseReturnValue:
    """To the answer, or to the list after its end."""
    if entry is None:
        flash(gettext("You have come to the end of the list."), "success")
        return redirect(url_for(".review_list", **kept(wanted())))
    address: dict[str, Any] = {
        "organisation_id": entry.supplier.organisation_id,
        "question_id": entry.question.id,
    }
    return redirect(url_for(".review_answer", **address, **kept(wanted())))


def _parts(desk: AnswerDesk) -> dict[str, Any]:
    return {
        "organisation_id": desk.supplier.organisation_id,
        "question_id": desk.line.question.id,
    }


def _page(desk: AnswerDesk, form: MarkForm) -> str:
    response_id = desk.supplier.response_id
    (row,) = side_by_side(desk.found, language())
    return page(
        "buyer/review_answer.html",
        desk=desk,
        supplier=desk.supplier,
        section=desk.line.section,
        question=desk.line.question,
        row=row,
        talks=talks(desk.found).get((0, row.id), []),
        others=[each for each in desk.marks if each is not desk.own],
        spread=spread(desk.marks),
        standing=standings(g.session, [response_id])[response_id],
        here=_parts(desk) | kept(wanted()),
        kept=kept(wanted()),
        form=form,
        may_mark=may_mark(),
        may_ask=g.actor.may(Permission.ANSWER_CLARIFY, g.dialogue.id),
    )
