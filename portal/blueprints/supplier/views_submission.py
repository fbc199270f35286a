"""Check our answers, sign and send them, the receipt, quotes, and taking them back."""

from itertools import groupby
from operator import attrgetter
from uuid import UUID

from flask import Response, flash, g, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from wtforms import SelectChoice

from portal.aggregate.queries_compared import has_comparison
from portal.blueprints.supplier import bp
from portal.blueprints.supplier.forms import QuoteForm, SignForm, WithdrawForm
from portal.blueprints.supplier.forms_after import StillTrueForm
from portal.blueprints.supplier.revision import gaps_as_they_read, line_of, reading
from portal.blueprints.supplier.signing_view import readers_of, suggested_in
from portal.blueprints.supplier.words import say
from portal.core.canonical import canonical_json
from portal.core.clock import now
from portal.dialogue.rules import is_closed, is_open
from portal.identity.roles import Permission
from portal.questionnaire.definition import LongText, ShortText, localised
from portal.response import operations
from portal.response.operations import Words
from portal.response.queries import (
    Receipt,
    check_page,
    fresh_profile,
    quotes_of_submission,
    submissions_of,
)
from portal.response.queries import receipt as receipt_of
from portal.response.queries_after import afterwards
from portal.web.downloads import download
from portal.web.guard import needs, settings
from portal.web.language import language
from portal.web.pages import page
from portal.web.reading import as_submitted, read_answers

CHOICE_LENGTH = 90


@bp.get("/responses/<uuid:response_id>/check")
@needs(Permission.RESPONSE_READ_OWN)
def check(response_id: UUID) -> ResponseReturnValue:
    """All our answers on one page, gaps first, and the signature."""
    return _check_page(response_id, SignForm(signatory=g.actor.name))


@bp.post("/responses/<uuid:response_id>/submit")
@needs(Permission.RESPONSE_SIGN)
def submit(response_id: UUID) -> ResponseReturnValue:
    """Sign and send our answers."""
    form = SignForm()
    if form.does(lambda: _sign(response_id, form)):
        return redirect(url_for(".receipt", response_id=response_id))
    return _check_page(response_id, form), 422


@bp.get("/responses/<uuid:response_id>/receipt")
@needs(Permission.RESPONSE_READ_OWN)
def receipt(response_id: UUID) -> ResponseReturnValue:
    """What we sent, when, signed by whom, with its hash."""
    return _receipt_page(response_id, WithdrawForm(), QuoteForm())


@bp.get("/responses/<uuid:response_id>/receipt.json")
@needs(Permission.RESPONSE_READ_OWN)
def receipt_file(response_id: UUID) -> Response:
    """Exactly what the receipt's hash was made of."""
    found = receipt_of(g.session, g.actor, response_id)
    name = f"answers-{found.dialogue.short_name}-{found.number}.json"
    return download(canonical_json(found.content).encode(), name, "application/json")


@bp.post("/responses/<uuid:response_id>/withdraw")
@needs(Permission.RESPONSE_SIGN)
def withdraw(response_id: UUID) -> ResponseReturnValue:
    """Take our answers back while the dialogue is open."""
    form = WithdrawForm()
    if not form.validate():
        return _receipt_page(response_id, form, QuoteForm(formdata=None)), 422
    operations.withdraw(g.session, g.actor, response_id, reason=form.reason.data or "", now=now())
    flash(gettext("Your answers are taken back. Change them and send them again."), "success")
    return redirect(url_for(".tasks", response_id=response_id))


@bp.post("/responses/<uuid:response_id>/quotes")
@needs(Permission.QUOTE_RELEASE)
def release_quote(response_id: UUID) -> ResponseReturnValue:
    """Let words of our answers be quoted."""
    form = QuoteForm()
    if form.does(lambda: _quote(response_id, form)):
        flash(gettext("These words may be quoted now."), "success")
        return redirect(url_for(".receipt", response_id=response_id))
    return _receipt_page(response_id, WithdrawForm(formdata=None), form), 422


def _sign(response_id: UUID, form: SignForm) -> None:
    operations.submit(
        g.session,
        g.actor,
        response_id,
        signatory=form.signatory.data or "",
        declared=form.declared.data,
        address=f"{settings().public_url}/responses/",
        now=now(),
    )


def _quote(response_id: UUID, form: QuoteForm) -> None:
    found = receipt_of(g.session, g.actor, response_id)
    question_id = form.question_id.data
    words = Words(
        question_id=question_id,
        text=form.text.data or "",
        named=form.named.data == "yes",
        language=found.content["answers"].get(question_id, {}).get("language", "en"),
    )
    operations.release_quote(g.session, g.actor, found.submission_id, words, now=now())


def _check_page(response_id: UUID, form: SignForm) -> str:
    found = check_page(g.session, g.actor, response_id)
    read = reading(found.questionnaire, line_of(found))
    answers = {
        question_id: as_submitted(answer, found.evidence.get(question_id, ()))
        for question_id, answer in found.answers.items()
    }
    return page(
        "supplier/check.html",
        found=found,
        sections=read_answers(read.questionnaire, answers, language(), read.corrections),
        missing=[
            (section, list(gaps))
            for section, gaps in groupby(gaps_as_they_read(found, read), key=attrgetter("section"))
        ],
        say=say(found.questionnaire),
        readers=readers_of(found.answers.values()),
        suggested=suggested_in(read.questionnaire, found.answers),
        form=form,
        is_open=is_open(found.dialogue, now()),
        is_closed=is_closed(found.dialogue, now()),
    )


def _receipt_page(response_id: UUID, withdrawal: WithdrawForm, quote: QuoteForm) -> str:
    found = receipt_of(g.session, g.actor, response_id)
    quote.question_id.choices = _quotable(found)
    read = reading(found.questionnaire, line_of(found))
    return page(
        "supplier/receipt.html",
        found=found,
        sections=read_answers(
            read.questionnaire, found.content["answers"], language(), read.corrections
        ),
        papers=submissions_of(g.session, response_id),
        withdrawal=withdrawal,
        quote=quote,
        quotes=quotes_of_submission(g.session, found.submission_id),
        after=afterwards(g.session, g.actor, response_id, now=now()),
        confirm=StillTrueForm(formdata=None),
        profile_fields=fresh_profile(g.session, g.actor, response_id),
        compares=has_comparison(g.session, g.actor, found.dialogue.id),
        errors=[*withdrawal.faults(), *quote.faults()],
        is_open=is_open(found.dialogue, now()),
        is_closed=is_closed(found.dialogue, now()),
    )


def _quotable(found: Receipt) -> list[SelectChoice]:
    """The free texts of a submission, each with the beginning of its question."""
    base = found.questionnaire.base_language
    answers = found.content["answers"]
    return [
        SelectChoice(
            question.id,
            f"{question.id} {localised(question.text, language(), base)}"[:CHOICE_LENGTH],
        )
        for question in found.questionnaire.questions()
        if isinstance(question, ShortText | LongText) and answers.get(question.id, {}).get("value")
    ]
