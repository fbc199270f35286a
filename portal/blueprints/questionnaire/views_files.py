"""The draft as a file: out as YAML, in from YAML or from a spreadsheet form."""

from pathlib import Path

from flask import flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal.blueprints.questionnaire import bp
from portal.blueprints.questionnaire.arrived import Arrived
from portal.blueprints.questionnaire.forms import ImportForm
from portal.blueprints.questionnaire.opened import opened, own_organisation
from portal.core.clock import now
from portal.identity.roles import Permission
from portal.questionnaire.importers.report import to_csv
from portal.questionnaire.operations_editing import import_draft
from portal.questionnaire.queries_editing import draft_of
from portal.questionnaire.writer import to_yaml
from portal.web.downloads import download
from portal.web.guard import needs
from portal.web.language import sentence
from portal.web.pages import page


@bp.get("/dialogues/<dialogue>/draft/files")
@needs(Permission.DRAFT_EDIT)
def files() -> ResponseReturnValue:
    """How to take the draft out, and how to bring one in."""
    return _page(ImportForm())


@bp.get("/dialogues/<dialogue>/draft/files/draft.yaml")
@needs(Permission.DRAFT_READ)
def draft_file() -> ResponseReturnValue:
    """The draft as YAML; reading it in again changes nothing."""
    known = opened().questionnaire
    name = f"{known.name}-{known.version}.yaml"
    return download(to_yaml(known).encode(), name, "application/yaml")


@bp.post("/dialogues/<dialogue>/draft/files")
@needs(Permission.DRAFT_EDIT)
def read_file() -> ResponseReturnValue:
    """Make the file the draft; what cannot be read is shown at its line and changes nothing."""
    form = ImportForm()
    found = Arrived()
    if "report" in request.form:
        return _report(form, found)
    if not form.does(lambda: _take(form, found)):
        return _page(form, found), 422
    flash(gettext("The file is the draft now."), "success")
    if found.report:
        return _page(ImportForm(formdata=None), found)
    return redirect(url_for(".editor_home"))


def _report(form: ImportForm, found: Arrived) -> ResponseReturnValue:
    """The report on a spreadsheet form as a file; nothing is saved, so it can be had again."""

    def read() -> None:
        found.read(form.file.data)
        found.require_report()

    if not form.does(read):
        return _page(form, found), 422
    name = f"{Path(found.name).stem}-report.csv"
    return download(to_csv(found.report, sentence), name, "text/csv")


def _take(form: ImportForm, found: Arrived) -> None:
    found.read(form.file.data)
    import_draft(
        g.session,
        g.actor,
        g.dialogue.id,
        found.questionnaire(),
        organisation_id=own_organisation(),
        now=now(),
    )


def _page(form: ImportForm, found: Arrived | None = None) -> str:
    draft = draft_of(g.session, g.dialogue.id)
    return page("questionnaire/files.html", form=form, draft=draft, found=found or Arrived())
