"""Attributed answers side by side, for those their class is open to; every look is recorded."""

from functools import partial
from uuid import UUID

from flask import Response, g, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal.blueprints.buyer import bp
from portal.blueprints.buyer.answers_view import compared
from portal.core.clock import now
from portal.core.errors import Refused
from portal.identity.roles import Permission
from portal.questionnaire.queries import published_version
from portal.response.operations import read_attributed, read_file
from portal.response.queries import Attributed, submitted_suppliers
from portal.web.downloads import stored_file
from portal.web.forms import as_uuid
from portal.web.guard import needs
from portal.web.pages import page
from portal.web.transaction import write_beside

MOST_SUPPLIERS = 5
"""Columns that can still be read beside one another."""


@bp.get("/dialogues/<dialogue>/answers")
@needs(Permission.ANSWER_READ_OPEN)
def choose_answers() -> ResponseReturnValue:
    """Choose a section and up to five suppliers."""
    return _choice()


@bp.get("/dialogues/<dialogue>/answers/compare")
@needs(Permission.ANSWER_READ_OPEN)
def answers() -> ResponseReturnValue:
    """One section with the chosen suppliers as columns, differences marked."""
    chosen = _chosen()
    if not 1 <= len(chosen) <= MOST_SUPPLIERS:
        return _choice(gettext("Choose between one and five suppliers.")), 422
    found = _read(chosen, request.args.get("section", ""))
    return page("buyer/answers.html", chosen=chosen, **compared(found))


@bp.get("/dialogues/<dialogue>/answers/files/<uuid:organisation_id>/<sha256>")
@needs(Permission.ANSWER_READ_OPEN)
def answer_file(organisation_id: UUID, sha256: str) -> Response:
    """A file that backs an answer open to the reader."""
    piece = write_beside(
        partial(
            read_file,
            actor=g.actor,
            dialogue_id=g.dialogue.id,
            organisation_id=organisation_id,
            sha256=sha256,
            now=now(),
        )
    )
    return stored_file(piece.sha256, piece.file_name, piece.media_type)


def _read(chosen: list[UUID], section_id: str) -> Attributed:
    """The answers, with the look at them recorded."""
    found = write_beside(
        partial(
            read_attributed,
            actor=g.actor,
            dialogue_id=g.dialogue.id,
            organisation_ids=chosen,
            section_id=section_id,
            now=now(),
        )
    )
    if not found.lines:
        raise Refused
    return found


def _chosen() -> list[UUID]:
    return [as_uuid(text) for text in request.args.getlist("supplier")]


def _choice(error: str = "") -> str:
    version = published_version(g.session, g.dialogue.id)
    return page(
        "buyer/choose_answers.html",
        suppliers=submitted_suppliers(g.session, g.actor, g.dialogue.id, now=now()),
        sections=version.questionnaire.sections if version else (),
        error=error,
        chosen=_chosen(),
    )
