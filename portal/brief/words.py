"""A brief's own words in the brief's language: sentences, numbers and dates.

Sentences come from the same catalogues as the pages' (``portal/translations``); an English
sentence without a translation stays English.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from gettext import NullTranslations, translation
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.dates import format_datetime
from babel.lists import format_list
from babel.numbers import format_decimal

CATALOGUES = Path(__file__).parent.parent / "translations"
NO_BREAK = "\N{NO-BREAK SPACE}"
BRITISH = {"en": "en_GB"}


class Words:
    """Says things in one language; ``words("{n} answers", n=3)`` is the common call."""

    def __init__(self, language: str) -> None:
        """Load the catalogue of the language, if there is one."""
        self.language = language
        self.locale = _locale(language)
        self._catalogue: NullTranslations = translation(
            "messages", CATALOGUES, [language.replace("-", "_")], fallback=True
        )

    def __call__(self, text: str, /, **values: object) -> str:
        """The sentence with its gaps filled."""
        translated = self._catalogue.gettext(text)
        return translated.format(**values) if values else translated

    def plural(self, one: str, many: str, count: int, /, **values: object) -> str:
        """The sentence for this count; ``{count}`` is filled in."""
        translated = self._catalogue.ngettext(one, many, count)
        return translated.format(count=self.number(count), **values)

    def number(self, number: float) -> str:
        """A number with the language's separators."""
        return format_decimal(number, locale=self.locale)

    def percent(self, share: float) -> str:
        """A share in whole per cent."""
        return f"{round(share)}{NO_BREAK}%"

    def day(self, instant: datetime) -> str:
        """``10 December 2026``, in UTC."""
        return format_datetime(instant.astimezone(UTC), "d MMMM y", locale=self.locale)

    def moment(self, instant: datetime) -> str:
        """``10 December 2026, 17:00 UTC``."""
        return format_datetime(instant.astimezone(UTC), "d MMMM y, HH:mm 'UTC'", locale=self.locale)

    def listing(self, items: Sequence[str]) -> str:
        """``A, B and C``."""
        return format_list(items, locale=self.locale)

    def language_name(self, tag: str) -> str:
        """The name of another language in this one; the tag itself if it is unknown."""
        name = self.locale.languages.get(tag.split("-", maxsplit=1)[0])
        return str(name) if name else tag


@cache
def words_of(language: str) -> Words:
    """The words of a language, loaded once."""
    return Words(language)


def _locale(language: str) -> Locale:
    try:
        return Locale.parse(BRITISH.get(language, language.replace("-", "_")))
    except (UnknownLocaleError, ValueError):
        return Locale.parse("en_GB")
