"""Which language and time zone a page is in, and how dates and sentences look in it."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_timedelta
from flask import Flask, g, has_app_context, request
from flask_babel import Babel, get_locale
from werkzeug.wrappers import Response

from portal.core.clock import HOME_ZONE, now, zone_of
from portal.core.errors import Message
from portal.core.words import CATALOGUES, ENGLISH, Words, words
from portal.web.guard import settings

ONLY_DAYS = 1_000_000
"""Babel's threshold for larger units, never reached: "in 27 days", not "in 1 month"."""
LANGUAGES = {ENGLISH: "English", "fr": "Français", "nl": "Nederlands", "de": "Deutsch"}
"""Interface languages by tag, named in themselves."""
COOKIE = "language"
COOKIE_DAYS = 365


def init_language(app: Flask) -> None:
    """Set up Flask-Babel and the template filters for times, numbers, lists and messages."""
    Babel(
        app,
        default_translation_directories=str(CATALOGUES),
        locale_selector=_language,
        timezone_selector=_zone_name,
    )
    app.jinja_env.add_extension("jinja2.ext.i18n")
    filters = (sentence, moment, deadline, clock, day, calendar_day, own_name, number, listing)
    app.jinja_env.filters.update({found.__name__: found for found in filters})


def language() -> str:
    """The tag of the page's language."""
    return str(get_locale() or ENGLISH)


def page_words() -> Words:
    """The words of the page's language."""
    return words(language())


def remember_language(response: Response, wanted: str) -> Response:
    """Let the reader's browser keep the language that they chose."""
    response.set_cookie(
        COOKIE,
        wanted,
        max_age=timedelta(days=COOKIE_DAYS),
        secure=settings().is_https,
        httponly=True,
        samesite="Lax",
    )
    return response


def sentence(text: Message | str) -> str:
    """A message in the page's language, messages within it too."""
    return page_words().message(text, _zone())


def number(value: float) -> str:
    """``1,234.5`` as the page's language writes it."""
    return page_words().number(value)


def listing(items: list[str], joined_by: str = "and") -> str:
    """``A, B and C``, or ``A, B or C``."""
    return page_words().listing([str(item) for item in items], joined_by)


def moment(instant: datetime) -> str:
    """``Thu 10 Dec 2026, 17:00 CET``, in the reader's time zone."""
    return page_words().short_moment(instant, _zone())


def clock(instant: datetime) -> str:
    """``17:00``, in the reader's time zone."""
    return f"{instant.astimezone(_zone()):%H:%M}"


def day(instant: datetime) -> str:
    """``10 December 2026``, in the reader's time zone."""
    return page_words().day(instant, _zone())


def calendar_day(day_: date) -> str:
    """A day without time: ``10 December 2026``."""
    return page_words().day(day_)


def deadline(instant: datetime) -> str:
    """``in 3 days (Thu 10 Dec 2026, 17:00 CET; 16:00 UTC)``."""
    left: timedelta = instant - now()
    locale = page_words().locale
    if abs(left) >= timedelta(days=1):
        days = timedelta(days=left // timedelta(days=1))
        relative = format_timedelta(
            days, "day", threshold=ONLY_DAYS, add_direction=True, locale=locale
        )
    else:
        relative = format_timedelta(left, add_direction=True, locale=locale)
    return f"{relative} ({moment(instant)}; {instant:%H:%M} UTC)"


def own_name(tag: str) -> str:
    """A language's name in itself, such as ``Nederlands``; the tag if it is unknown."""
    try:
        return Locale.parse(tag, sep="-").get_display_name() or tag
    except (UnknownLocaleError, ValueError):
        return tag


def _language() -> str:
    """What the reader chose, else what their account says, else what their browser asks for."""
    wanted = [request.cookies.get(COOKIE, "")]
    if "actor" in g and g.actor.is_signed_in:
        wanted.append(g.actor.language)
    wanted += [tag.split("-")[0] for tag, quality in request.accept_languages if quality]
    return next((tag for tag in wanted if tag in LANGUAGES), ENGLISH)


def _zone_name() -> str:
    return g.actor.time_zone if has_app_context() and "actor" in g else HOME_ZONE


def _zone() -> ZoneInfo:
    return zone_of(_zone_name())
