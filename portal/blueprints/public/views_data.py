"""Open data of a dialogue, and what is new in it as a feed: for anyone."""

from flask import Response, g, url_for
from flask.typing import ResponseReturnValue

from portal.aggregate.export import export, parse_format
from portal.aggregate.export_method import METHOD, RULES
from portal.blueprints.public import bp
from portal.brief.news import News, news
from portal.brief.open_data import LICENCE, LICENCE_ADDRESS, open_numbers, open_release
from portal.core.clock import HOME_ZONE, zone_of
from portal.core.errors import Refused
from portal.core.words import Words, spoken, words
from portal.dialogue.queries import parties
from portal.identity.roles import Permission
from portal.web.downloads import download
from portal.web.feeds import MEDIA_TYPE, Entry, Feed, atom
from portal.web.guard import needs, settings
from portal.web.language import language
from portal.web.pages import page
from portal.web.shared import same_for_everyone


@bp.get("/dialogues/<dialogue>/data")
@needs(Permission.QUESTIONNAIRE_READ)
@same_for_everyone
def data() -> ResponseReturnValue:
    """The newest public figures as files, with their licence, method and hash."""
    numbers = open_numbers(g.session, g.dialogue.id)
    return _page(numbers, max(numbers, default=0))


@bp.get("/dialogues/<dialogue>/data/<int:number>")
@needs(Permission.QUESTIONNAIRE_READ)
@same_for_everyone
def data_of(number: int) -> ResponseReturnValue:
    """The same of an earlier release, which stays what it was."""
    return _page(open_numbers(g.session, g.dialogue.id), number)


@bp.get("/dialogues/<dialogue>/data/<int:number>.<extension>")
@needs(Permission.QUESTIONNAIRE_READ)
@same_for_everyone
def data_file(number: int, extension: str) -> Response:
    """The public figures of a release: json, csv, xlsx, or their dictionary."""
    found = open_release(g.session, g.dialogue.id, number)
    file = export(found.document, found.questionnaire, parse_format(extension), language())
    response = download(file.content, file.file_name, file.media_type)
    response.headers["Link"] = f'<{LICENCE_ADDRESS}>; rel="license"'
    return response


@bp.get("/dialogues/<dialogue>/feed.atom")
@needs(Permission.QUESTIONNAIRE_READ)
@same_for_everyone
def feed() -> Response:
    """What is new, in the dialogue's own language."""
    if g.dialogue.published_at is None:
        raise Refused
    say = words(spoken(g.dialogue.base_language))
    runs = parties(g.session, g.dialogue.id, "secretariat")
    made = Feed(
        id=g.dialogue.id,
        title=g.dialogue.title,
        language=say.language,
        authors=[each.name for each in runs] or ["Parley"],
        address=_address("public.feed"),
        page=_address("public.dialogue"),
        since=g.dialogue.published_at,
        entries=[_entry(each, say) for each in news(g.session, g.dialogue)],
    )
    return Response(atom(made), mimetype=MEDIA_TYPE)


def _page(numbers: list[int], number: int) -> str:
    return page(
        "public/data.html",
        release=open_release(g.session, g.dialogue.id, number),
        others=[each for each in numbers if each != number],
        method=METHOD,
        rules=RULES,
        licence=LICENCE,
        licence_address=LICENCE_ADDRESS,
    )


def _entry(item: News, say: Words) -> Entry:
    zone = zone_of(HOME_ZONE)
    return Entry(
        id=item.id,
        at=item.at,
        title=say.message(item.title, zone),
        text=say.message(item.text, zone),
        address=_address(item.page, **item.values),
    )


def _address(endpoint: str, **values: object) -> str:
    """The full address of a page of this dialogue."""
    path: str = url_for(endpoint, **values)  # type: ignore[arg-type]  # Flask asks for Any
    return settings().public_url + path
