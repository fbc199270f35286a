"""A questionnaire version to work on off the portal: as a workbook, and as a form to print."""

from flask import Response, current_app, g, request

from portal.brief.blank_form import form_pdf
from portal.core.errors import Refused
from portal.questionnaire.definition import Questionnaire
from portal.questionnaire.queries import LoadedVersion
from portal.questionnaire.workbook import MEDIA_TYPE, workbook
from portal.response.countries import country_choices
from portal.web.downloads import download
from portal.web.language import language


def workbook_file(version: LoadedVersion | None) -> Response:
    """The version as an empty workbook; Refused if there is none, or not in this language."""
    known, spoken = _asked_for(version)
    content = workbook(
        known.questionnaire,
        sha256=known.sha256,
        dialogue=g.dialogue.title,
        deadline=g.dialogue.closes_at,
        is_draft=known.published_at is None,
        language=spoken,
        countries=country_choices(spoken),
    )
    return download(content, _name(known, spoken, "xlsx"), MEDIA_TYPE)


def form_file(version: LoadedVersion | None) -> Response:
    """The version as PDF, laid out once; Refused if there is none, or not in this language."""
    known, spoken = _asked_for(version)
    content = form_pdf(
        known.questionnaire,
        sha256=known.sha256,
        dialogue=g.dialogue.title,
        deadline=g.dialogue.closes_at,
        is_draft=known.published_at is None,
        language=spoken,
        files=current_app.extensions["portal.files"],
    )
    return download(content, _name(known, spoken, "pdf"), "application/pdf")


def _asked_for(version: LoadedVersion | None) -> tuple[LoadedVersion, str]:
    if version is None:
        raise Refused
    return version, _language(version.questionnaire)


def _language(questionnaire: Questionnaire) -> str:
    """The one asked for in the address, which there must be; else the page's, or the base's."""
    asked = request.args.get("language")
    if asked is not None and asked not in questionnaire.languages:
        raise Refused
    wanted = asked or language()
    return wanted if wanted in questionnaire.languages else questionnaire.base_language


def _name(version: LoadedVersion, spoken: str, extension: str) -> str:
    known = version.questionnaire
    draft = "-draft" if version.published_at is None else ""
    return f"{known.name}-{known.version}{draft}-{spoken}.{extension}"
