"""Which language and time zone a page is in, and how dates and sentences look in it."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_datetime, format_timedelta
from flask import Flask, g, request
from flask_babel import Babel, get_locale, gettext

from portal.core.clock import now
from portal.core.errors import Message

ONLY_DAYS = 1_000_000
"""Babel's threshold for larger units, never reached: "in 27 days", not "in 1 month"."""
LANGUAGES = {"en": "English"}
"""Interface languages by tag, named in themselves."""


def init_language(app: Flask) -> None:
    """Set up Flask-Babel and the template filters for times and messages."""
    Babel(app, locale_selector=_language, timezone_selector=_zone_name)
    app.jinja_env.add_extension("jinja2.ext.i18n")
    filters = (sentence, moment, deadline, day, calendar_day, own_name)
    app.jinja_env.filters.update({found.__name__: found for found in filters})


def language() -> str:
    """The tag of the page's language."""
    return str(get_locale() or "en")


def sentence(text: Message | str) -> str:
    """A message in the page's language, messages within it too."""
    if isinstance(text, str):
        return text
    translated = str(gettext(text.text))
    values = {
        name: sentence(value) if isinstance(value, Message) else value
        for name, value in text.values.items()
    }
    return translated.format(**values) if values else translated


def moment(instant: datetime) -> str:
    """``Thu 10 Dec 2026, 17:00 CET``, in the reader's time zone."""
    local = instant.astimezone(_zone())
    text = format_datetime(local, "EEE d MMM y, HH:mm", locale=language())
    return f"{text} {local.tzname()}"


def day(instant: datetime) -> str:
    """``10 December 2026``, in the reader's time zone."""
    return format_datetime(instant.astimezone(_zone()), "d MMMM y", locale=language())


def calendar_day(day_: date) -> str:
    """A day without time: ``10 December 2026``."""
    return format_date(day_, "d MMMM y", locale=language())


def deadline(instant: datetime) -> str:
    """``in 3 days (Thu 10 Dec 2026, 17:00 CET; 16:00 UTC)``."""
    left: timedelta = instant - now()
    if abs(left) >= timedelta(days=1):
        days = timedelta(days=left // timedelta(days=1))
        relative = format_timedelta(
            days, "day", threshold=ONLY_DAYS, add_direction=True, locale=language()
        )
    else:
        relative = format_timedelta(left, add_direction=True, locale=language())
    return f"{relative} ({moment(instant)}; {instant:%H:%M} UTC)"


def _language() -> str:
    wanted = [g.actor.language] if "actor" in g and g.actor.is_signed_in else []
    wanted += [tag.split("-")[0] for tag in request.accept_languages.values()]
    return next((tag for tag in wanted if tag in LANGUAGES), "en")


def _zone_name() -> str:
    return g.actor.time_zone if "actor" in g else "Europe/Brussels"


def _zone() -> ZoneInfo:
    try:
        return ZoneInfo(_zone_name())
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("Europe/Brussels")


def own_name(tag: str) -> str:
    """A language's name in itself, such as ``Nederlands``; the tag if it is unknown."""
    try:
        return Locale.parse(tag, sep="-").get_display_name() or tag
    except (UnknownLocaleError, ValueError):
        return tag
