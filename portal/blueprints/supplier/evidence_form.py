"""What a sent evidence form asks for: a file, a link, or one that is there already."""

from uuid import UUID

from flask import current_app, g

from portal.blueprints.supplier.forms import EvidenceForm
from portal.core.clock import now
from portal.core.errors import Invalid, message
from portal.response import operations
from portal.response.operations import Described, Intake
from portal.response.queries import evidence_desk
from portal.web.forms import as_uuid
from portal.web.guard import settings


def add_and_tie(response_id: UUID, question_id: str, form: EvidenceForm) -> None:
    """Do what the form says, for the supplier of this response."""
    desk = evidence_desk(g.session, g.actor, response_id, question_id)
    organisation_id = desk.response.organisation_id
    chosen = form.existing.data
    evidence_id = as_uuid(chosen) if chosen else _added(form, organisation_id)
    operations.tie(g.session, g.actor, response_id, question_id, evidence_id, now=now())


def _added(form: EvidenceForm, organisation_id: UUID) -> UUID:
    described = Described(
        title=form.title.data or "",
        issued_on=form.issued_on.data,
        valid_until=form.valid_until.data,
    )
    upload = form.file.data
    is_file = bool(upload and upload.filename)
    if is_file == bool(form.url.data):
        reason = message("Choose a file or enter a web address: one of the two.")
        raise Invalid(reason, {"file": reason})
    if not is_file:
        url = form.url.data or ""
        link = operations.add_link(g.session, g.actor, organisation_id, url, described, now=now())
        return link.id
    store = current_app.extensions["portal.files"]
    intake = Intake(store=store, limit_mb=settings().upload_limit_mb)
    file = (upload.filename, upload.read())
    added = operations.add_file(
        g.session, g.actor, organisation_id, file, described, intake=intake, now=now()
    )
    return added.id
