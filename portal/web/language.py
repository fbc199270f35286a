"""Which language and time zone a page is in, and how dates and sentences look in it."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel import Locale
from babel.dates import format_date, format_datetime, format_timedelta, get_timezone_name
from flask import Flask, g, request
from flask_babel import Babel, get_locale, gettext

from portal.core.clock import now
from portal.core.errors import Message

ISO_3166_LENGTH = 2
NO_COUNTRY = {"EU", "EZ", "UN", "XA", "XB", "ZZ", "QO"}
"""Two-letter codes of CLDR that are no country."""
LANGUAGES = {"en": "English"}
"""Interface languages by tag, named in themselves."""


def init_language(app: Flask) -> None:
    """Set up Flask-Babel and the template filters for times and messages."""
    Babel(app, locale_selector=_language, timezone_selector=_zone_name)
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.filters.update(sentence=sentence, moment=moment, deadline=deadline, day=day, calendar_day=calendar_day)


def language() -> str:
    """The tag of the page's language."""
    return str(get_locale() or "en")


def sentence(text: Message | str) -> str:
    """A message in the page's language."""
    if isinstance(text, str):
        return text
    translated = gettext(text.text)
    return translated.format(**text.values) if text.values else translated


def moment(instant: datetime) -> str:
    """``Thu 10 Dec 2026, 17:00 CET``, in the reader's time zone."""
    local = instant.astimezone(_zone())
    text = format_datetime(local, "EEE d MMM y, HH:mm", locale=language())
    return f"{text} {get_timezone_name(local, width='short', locale=language())}"


def day(instant: datetime) -> str:
    """``10 December 2026``, in the reader's time zone."""
    return format_datetime(instant.astimezone(_zone()), "d MMMM y", locale=language())


def calendar_day(day_: date) -> str:
    """A day without time: ``10 December 2026``."""
    return format_date(day_, "d MMMM y", locale=language())


def deadline(instant: datetime) -> str:
    """``in 3 days (Thu 10 Dec 2026, 17:00 CET; 16:00 UTC)``."""
    left: timedelta = instant - now()
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


def countries() -> list[tuple[str, str]]:
    """(ISO 3166 code, name) of every country in the page's language, by name."""
    names = Locale.parse(language()).territories
    codes = {code for code in names if len(code) == ISO_3166_LENGTH} - NO_COUNTRY
    return sorted(((code, names[code]) for code in codes), key=lambda pair: pair[1])
