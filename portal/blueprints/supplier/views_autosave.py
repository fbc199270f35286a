"""One question saved by itself while its section is being filled in, for the page's script.

Answers JSON: ``version`` to send with the next change, ``saved`` (the time, if it is stored),
``faults`` (sentences by input), ``conflict`` (both texts, as HTML) with ``theirs`` (the version
that a choice of mine replaces), ``reroutes`` (other questions are asked now), ``reason`` (why
nothing can be saved now).
"""

from uuid import UUID

from flask import g, jsonify, render_template
from flask.typing import ResponseReturnValue

from portal.blueprints.supplier import bp
from portal.blueprints.supplier.confirming import Sent, read_sent, save_typed
from portal.blueprints.supplier.section_view import both_texts
from portal.core.clock import now
from portal.core.errors import Invalid, NotNow
from portal.identity.roles import Permission
from portal.response.operations import Conflict, Saved
from portal.response.queries import section_page
from portal.web.guard import needs
from portal.web.language import clock, sentence
from portal.web.transaction import reads_first, start_writing

CONFLICT, WRONG = 409, 422


@bp.post("/responses/<uuid:response_id>/sections/<section_id>/questions/<question_id>")
@needs(Permission.ANSWER_WRITE)
@reads_first
def autosave(response_id: UUID, section_id: str, question_id: str) -> ResponseReturnValue:
    """Store one question as it was typed; a suggestion that nobody touched stays one."""
    sent = read_sent(response_id, section_id, only=question_id)
    start_writing()
    try:
        saved = save_typed(response_id, section_id, sent)
    except NotNow as fault:
        return jsonify(reason=sentence(fault.reason)), CONFLICT
    except Invalid as fault:
        sent.form.refuse(fault.fields or {question_id: fault.reason})
        return _faults(sent)
    if sent.form.faults():
        return _faults(sent)
    if saved.conflicts:
        return _both(response_id, section_id, saved.conflicts[0])
    return _stored(sent, saved)


def _stored(sent: Sent, saved: Saved) -> ResponseReturnValue:
    (field,) = sent.form.answers
    version = saved.versions.get(field.question.id, field.draft().base_version)
    return jsonify(version=version, saved=clock(now()), reroutes=saved.reroutes)


def _faults(sent: Sent) -> ResponseReturnValue:
    (field,) = sent.form.answers
    faults = {name: sentence(problem) for name, problem in field.problems.items()}
    return jsonify(faults=faults), WRONG


def _both(response_id: UUID, section_id: str, conflict: Conflict) -> ResponseReturnValue:
    found = section_page(g.session, g.actor, response_id, section_id)
    view = both_texts(found, conflict)
    html = render_template("supplier/_both_texts.html", view=view, id=conflict.question.id)
    return jsonify(conflict=html, theirs=conflict.version), CONFLICT
