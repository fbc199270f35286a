"""Sentences, numbers, dates and lists in a reader's language, wherever a text is written.

Pages, mails, conditions and briefs take their sentences from the same catalogues
(``portal/translations``). What a catalogue does not have stays English, and so does everything
in a language without a catalogue; its numbers and dates are its own all the same.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, tzinfo
from functools import cache
from gettext import NullTranslations, translation
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton, format_time
from babel.lists import format_list
from babel.numbers import format_decimal

from portal.core.errors import Listing, Message

CATALOGUES = Path(__file__).parent.parent / "translations"
DOMAIN = "messages"
NO_BREAK = "\N{NO-BREAK SPACE}"
ENGLISH = "en"
BRITISH = {ENGLISH: "en_GB"}


class Words:
    """Says things in one language; ``words("{n} answers", n=3)`` is the common call."""

    def __init__(self, language: str) -> None:
        """Load the catalogue of the language, if there is one."""
        self.language = language
        self.locale = _locale(language)
        self._catalogue: NullTranslations = translation(
            DOMAIN, CATALOGUES, [language.replace("-", "_")], fallback=True
        )

    def __call__(self, text: str, /, **values: object) -> str:
        """The sentence with its gaps filled."""
        translated = self._catalogue.gettext(text) if text else ""
        return translated.format(**values) if values else translated

    def plural(self, one: str, many: str, count: int, /, **values: object) -> str:
        """The sentence for this count; ``{count}`` is filled in."""
        translated = self._catalogue.ngettext(one, many, count)
        return translated.format(count=self.number(count), **values)

    def message(self, text: Message | str, zone: tzinfo = UTC) -> str:
        """A message with its gaps filled: messages and lists within it too, instants in ``zone``.

        A text that is no message is said as it is.
        """
        if isinstance(text, str):
            return text
        values = {name: self._value(value, zone) for name, value in text.values.items()}
        if text.many:
            return self.plural(text.text, text.many, text.count, **values)
        return self(text.text, **values)

    def letter(self, *paragraphs: Message | str, zone: tzinfo = UTC) -> str:
        """The body of a mail: paragraphs with an empty line between."""
        said = (self.message(each, zone).strip("\n") for each in paragraphs)
        return "\n\n".join(said) + "\n"

    def number(self, number: float) -> str:
        """A number with the language's separators."""
        return format_decimal(number, locale=self.locale)

    def percent(self, share: float) -> str:
        """A share in whole per cent."""
        return f"{round(share)}{NO_BREAK}%"

    def day(self, day: date, zone: tzinfo = UTC) -> str:
        """``10 December 2026``; an instant's day in ``zone``."""
        local = day.astimezone(zone) if isinstance(day, datetime) else day
        return format_date(local, "long", locale=self.locale)

    def moment(self, instant: datetime, zone: tzinfo = UTC) -> str:
        """``10 December 2026, 17:00 UTC``."""
        local = instant.astimezone(zone)
        return f"{self.day(local, zone)}, {self.clock(local)}"

    def short_moment(self, instant: datetime, zone: tzinfo = UTC) -> str:
        """``Thu 10 Dec 2026, 17:00 UTC``."""
        local = instant.astimezone(zone)
        if self.locale.language == ENGLISH:
            day = format_date(local, "EEE d MMM y", locale=self.locale)
        else:
            day = format_skeleton("yMMMEd", local, locale=self.locale)
        return f"{day}, {self.clock(local)}"

    def instant(self, instant: datetime, zone: tzinfo = UTC) -> str:
        """``Thu 10 Dec 2026, 17:00 CET (16:00 UTC)``; the day of UTC too where it is another."""
        local, there = self.short_moment(instant, zone), instant.astimezone(UTC)
        if not instant.astimezone(zone).utcoffset():
            return local
        same = instant.astimezone(zone).date() == there.date()
        return f"{local} ({self.clock(there) if same else self.short_moment(there)})"

    def clock(self, local: datetime) -> str:
        """``17:00 CET``: hour and minute on the clock of the instant's own zone."""
        return f"{format_time(local, 'HH:mm', locale=self.locale)} {local.tzname()}"

    def listing(self, items: Iterable[str], joined_by: str = "and") -> str:
        """``A, B and C``, or ``A, B or C``."""
        return format_list(
            list(items), "or" if joined_by == "or" else "standard", locale=self.locale
        )

    def language_name(self, tag: str) -> str:
        """The name of another language in this one; the tag itself if it is unknown."""
        name = self.locale.languages.get(tag.split("-", maxsplit=1)[0])
        return str(name) if name else tag

    def _value(self, value: object, zone: tzinfo) -> object:
        match value:
            case Message():
                return self.message(value, zone)
            case Listing():
                items = (str(self._value(item, zone)) for item in value.items)
                return self.listing(items, value.joined_by)
            case date():
                return self.moment(value, zone) if isinstance(value, datetime) else self.day(value)
            case int() | float() if not isinstance(value, bool):
                return self.number(value)
            case _:
                return value


@cache
def words(language: str) -> Words:
    """The words of a language, loaded once."""
    return Words(language)


def spoken(language: str) -> str:
    """The language if texts are translated into it, else English."""
    return language if (CATALOGUES / language.replace("-", "_")).is_dir() else ENGLISH


def _locale(language: str) -> Locale:
    try:
        return Locale.parse(BRITISH.get(language, language.replace("-", "_")))
    except (UnknownLocaleError, ValueError):
        return Locale.parse(BRITISH[ENGLISH])
