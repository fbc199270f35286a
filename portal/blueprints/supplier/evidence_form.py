"""What a sent evidence form asks for: files, a link, or pieces that are there already."""

from collections.abc import Callable, Collection
from dataclasses import replace
from uuid import UUID

from flask import flash, g, jsonify, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.datastructures import FileStorage

from portal.blueprints.supplier.forms_evidence import (
    EvidenceForm,
    NewDocumentForm,
    TieForm,
)
from portal.core.clock import now
from portal.core.errors import Invalid, message
from portal.response import operations
from portal.response.operations import Described, Vetted
from portal.response.queries import EvidenceDesk
from portal.web.forms import PortalForm, as_uuid
from portal.web.intake import intake, take
from portal.web.transaction import start_writing

WRONG = 422
JSON = "application/json"


def answer_sent(
    form: PortalForm, act: Callable[[], None], here: Callable[[], str], again: Callable[[], str]
) -> ResponseReturnValue:
    """Do what a form with files says, then go on to ``here``, or show it ``again``.

    The page's script, which sends files one by one, is told in JSON where to go on, or in
    sentences what was wrong.
    """
    done = form.does(act)
    if not done:
        g.session.rollback()
    if request.accept_mimetypes.best_match(["text/html", JSON], "text/html") == JSON:
        if done:
            return jsonify(location=here())
        return jsonify(faults=[text for _, text in form.faults()]), WRONG
    return redirect(here()) if done else (again(), WRONG)


def add_and_tie(desk: EvidenceDesk, form: EvidenceForm) -> None:
    """Do what the form says, for the supplier of this response."""
    response_id, question_id = desk.response.id, desk.question.id
    chosen = [as_uuid(text) for text in form.existing.data or ()]
    if not chosen:
        chosen = add(desk.response.organisation_id, form, desk.kinds)
    else:
        start_writing()
    ties = [(question_id, evidence_id) for evidence_id in chosen]
    count = operations.tie_many(g.session, g.actor, response_id, ties, now=now())
    if form.existing.data:
        flash(gettext("Added to this answer.") if count else gettext("It was there."), "success")


def add(
    organisation_id: UUID, form: NewDocumentForm, kinds: Collection[str] | None = None
) -> list[UUID]:
    """Keep the files or the link that the form holds; only of these kinds, if any are named.

    Everything is looked at before anything is kept, and all is kept or nothing.
    """
    uploads = [each for each in form.file.data or () if each.filename]
    if bool(uploads) == bool(form.url.data):
        reason = message("Choose a file or enter a web address: one of the two.")
        raise Invalid(reason, {"file": reason})
    described = form.described()
    if not uploads:
        start_writing()
        return [_link(organisation_id, form.url.data or "", described)]
    vetted = [_taken(upload, organisation_id, kinds) for upload in uploads]
    start_writing()
    return [_file(organisation_id, each, _of_many(described, each, len(vetted))) for each in vetted]


def replace_with(organisation_id: UUID, evidence_id: UUID, form: NewDocumentForm) -> UUID:
    """Put the new file or link in the place of an older piece; the id of the new one."""
    if len([each for each in form.file.data or () if each.filename]) > 1:
        reason = message("Choose one file: it takes the place of the older one.")
        raise Invalid(reason, {"file": reason})
    (newer,) = add(organisation_id, form)
    count = operations.replace_evidence(g.session, g.actor, evidence_id, newer, now=now())
    flash(
        gettext(
            "Replaced. Answers that show the newer one: %(moved)s. Answers that keep the older "
            "one, since they are sent or closed or do not take this kind of file: %(left)s.",
            moved=count.moved,
            left=count.left,
        ),
        "success",
    )
    return newer


def tie_chosen(evidence_id: UUID, form: TieForm) -> None:
    """Let a piece back all chosen answers."""
    chosen: dict[UUID, list[tuple[str, UUID]]] = {}
    for text in form.question.data or ():
        response_id, _, question_id = text.partition(":")
        chosen.setdefault(as_uuid(response_id), []).append((question_id, evidence_id))
    if not chosen:
        reason = message("Choose at least one question.")
        raise Invalid(reason, {"question": reason})
    for response_id, ties in chosen.items():
        operations.tie_many(g.session, g.actor, response_id, ties, now=now())


def _taken(upload: FileStorage, organisation_id: UUID, kinds: Collection[str] | None) -> Vetted:
    vetted = take(upload, organisation_id)
    if kinds is not None and vetted.kind not in kinds:
        reason = message("This question takes these kinds: {kinds}.", kinds=", ".join(kinds))
        raise Invalid(reason, {"file": reason})
    return vetted


def _of_many(described: Described, file: Vetted, count: int) -> Described:
    """Files that were sent together under one title are told apart by their names."""
    if count == 1 or not described.title:
        return described
    return replace(described, title=f"{described.title} – {file.name}")


def _file(organisation_id: UUID, file: Vetted, described: Described) -> UUID:
    moment = now()
    kept = operations.add_file(
        g.session, g.actor, organisation_id, file, described, intake=intake(), now=moment
    )
    if kept.uploaded_at == moment:
        flash(gettext("“%(title)s” was added.", title=kept.title), "success")
    else:
        text = gettext("This file is in your library already, as “%(title)s”: that one is used.")
        flash(text % {"title": kept.title}, "success")
    return kept.id


def _link(organisation_id: UUID, url: str, described: Described) -> UUID:
    kept = operations.add_link(g.session, g.actor, organisation_id, url, described, now=now())
    flash(gettext("“%(title)s” was added.", title=kept.title), "success")
    return kept.id
