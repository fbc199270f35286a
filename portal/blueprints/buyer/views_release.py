"""Reading a release: one page a section, and files; only what was frozen is ever shown."""

from flask import Response, g, request
from flask.typing import ResponseReturnValue

from portal.aggregate.export import export, parse_format
from portal.aggregate.policy import parse_audience, readable_audiences
from portal.aggregate.queries import document, questionnaire_of, release_of
from portal.aggregate.reading import Reading, read_document
from portal.blueprints.buyer import bp
from portal.core.errors import Refused
from portal.identity.roles import Permission
from portal.web.charts import charts
from portal.web.downloads import download
from portal.web.guard import needs
from portal.web.language import language
from portal.web.pages import page

ALL = "all"


@bp.get("/dialogues/<dialogue>/releases/<int:number>")
@needs(Permission.RELEASE_READ)
def release(number: int) -> ResponseReturnValue:
    """What the release holds: sections, how many answered, the files."""
    reading = _reading(number)
    return page("buyer/release.html", reading=reading, number=number)


@bp.get("/dialogues/<dialogue>/releases/<int:number>/sections/<section_id>")
@needs(Permission.RELEASE_READ)
def section(number: int, section_id: str) -> ResponseReturnValue:
    """The distributions of one section, for all suppliers or a released segment."""
    reading = _reading(number)
    found = next((part for part in reading.sections if part.id == section_id), None)
    column = request.args.get("segment", ALL)
    if found is None or column not in dict(reading.columns):
        raise Refused
    place = reading.sections.index(found)
    return page(
        "buyer/section.html",
        reading=reading,
        number=number,
        section=found,
        column=column,
        charts=charts(found, column),
        before=reading.sections[place - 1] if place else None,
        after=next(iter(reading.sections[place + 1 :]), None),
    )


@bp.get("/dialogues/<dialogue>/releases/<int:number>/<audience>.<extension>")
@needs(Permission.RELEASE_READ)
def release_file(number: int, audience: str, extension: str) -> Response:
    """The release of an audience as a file: json, csv or xlsx."""
    found = release_of(g.session, g.dialogue.id, number)
    if found is None:
        raise Refused
    shown = document(g.session, g.actor, found.id, parse_audience(audience))
    form = parse_format(extension)
    file = export(shown, questionnaire_of(g.session, found), form, language())
    return download(file.content, file.file_name, file.media_type)


def _reading(number: int) -> Reading:
    """The release for the strongest audience that the reader belongs to."""
    found = release_of(g.session, g.dialogue.id, number)
    audiences = readable_audiences(g.actor, g.dialogue.id)
    if found is None or not audiences:
        raise Refused
    shown = document(g.session, g.actor, found.id, audiences[-1])
    return read_document(shown, questionnaire_of(g.session, found), language())
