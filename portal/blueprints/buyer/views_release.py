"""Reading a release: by section, by clause, all of it, and files; only what was frozen is shown."""

from flask import Response, g
from flask.typing import ResponseReturnValue

from portal.aggregate.export import export, parse_format
from portal.aggregate.policy import parse_audience
from portal.aggregate.queries import document, questionnaire_of, release_of
from portal.blueprints.buyer import bp
from portal.blueprints.buyer.release_clauses import instrument_of, instruments, titles
from portal.blueprints.buyer.release_view import (
    against,
    all_together,
    chosen,
    open_release,
    results,
    round_label,
    section_of,
)
from portal.core.errors import Refused
from portal.identity.roles import Permission
from portal.web.downloads import download
from portal.web.guard import needs
from portal.web.language import language
from portal.web.pages import page


@bp.get("/dialogues/<dialogue>/releases/<int:number>")
@needs(Permission.RELEASE_READ)
def release(number: int) -> ResponseReturnValue:
    """What the release holds: sections, clauses, how many answered, what changed, the files."""
    opened = open_release(number)
    return page("buyer/release.html", opened=opened, reading=opened.reading, number=number)


@bp.get("/dialogues/<dialogue>/releases/<int:number>/sections/<section_id>")
@needs(Permission.RELEASE_READ)
def section(number: int, section_id: str) -> ResponseReturnValue:
    """One section for all suppliers, a segment, or all beside each other or an earlier round."""
    opened = open_release(number)
    found, choice = section_of(opened, section_id), chosen(opened)
    beside = against(opened, choice)
    place = opened.reading.sections.index(found)
    return page(
        "buyer/section.html",
        opened=opened,
        section=found,
        choice=choice,
        beside=beside,
        round_label=round_label,
        results=[] if choice.together else results(found.questions, choice, beside),
        together=all_together(found.questions, opened) if choice.together else [],
        titles=titles(opened.page.questionnaire),
        before=opened.reading.sections[place - 1] if place else None,
        after=next(iter(opened.reading.sections[place + 1 :]), None),
    )


@bp.get("/dialogues/<dialogue>/releases/<int:number>/everything")
@needs(Permission.RELEASE_READ)
def everything(number: int) -> ResponseReturnValue:
    """Every section on one page, to print or to search in."""
    opened = open_release(number)
    choice = chosen(opened)
    sections = opened.reading.sections
    return page(
        "buyer/everything.html",
        opened=opened,
        choice=choice,
        sections=[
            (each, [] if choice.together else results(each.questions, choice)) for each in sections
        ],
        together={each.id: all_together(each.questions, opened) for each in sections}
        if choice.together
        else {},
        titles=titles(opened.page.questionnaire),
    )


@bp.get("/dialogues/<dialogue>/releases/<int:number>/clauses")
@needs(Permission.RELEASE_READ)
def release_clauses(number: int) -> ResponseReturnValue:
    """The clauses that questions refer to, each with its released questions."""
    opened = open_release(number)
    return page("buyer/clauses.html", opened=opened, instruments=instruments(opened))


@bp.get("/dialogues/<dialogue>/releases/<int:number>/clauses/<instrument_id>")
@needs(Permission.RELEASE_READ)
def release_clause(number: int, instrument_id: str) -> ResponseReturnValue:
    """The figures of one law, convention or guidance, clause by clause."""
    opened = open_release(number)
    found, choice = instrument_of(opened, instrument_id), chosen(opened)
    made = results(found.questions, choice)
    return page(
        "buyer/clause.html",
        opened=opened,
        instrument=found,
        choice=choice,
        results={each.question.id: each for each in made},
    )


@bp.get("/dialogues/<dialogue>/releases/<int:number>/<audience>.<extension>")
@needs(Permission.RELEASE_READ)
def release_file(number: int, audience: str, extension: str) -> Response:
    """The release of an audience as a file: json, csv, xlsx, or its dictionary."""
    found = release_of(g.session, g.dialogue.id, number)
    if found is None:
        raise Refused
    shown = document(g.session, g.actor, found.id, parse_audience(audience))
    form = parse_format(extension)
    file = export(shown, questionnaire_of(g.session, found), form, language())
    return download(file.content, file.file_name, file.media_type)
