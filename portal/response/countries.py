"""The countries that a country cell may name, by ISO 3166-1 code, and their names (pure)."""

import re
from functools import lru_cache

from babel import Locale

from portal.core.words import words

_NO_COUNTRIES = frozenset(
    ("AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ")
)
"""Two-letter territories of the Unicode locale data that are not ISO 3166-1 countries."""

CODES = frozenset(
    str(code)
    for code in Locale("en").territories
    if re.fullmatch("[A-Z]{2}", str(code)) and code not in _NO_COUNTRIES
)
"""ISO 3166-1 alpha-2, and XK, which public bodies use for Kosovo."""


def country_name(code: str, language: str) -> str:
    """The country's name in ``language``, in English if that is unknown; else the code itself."""
    return str(words(language).locale.territories.get(code, code))


@lru_cache(maxsize=32)
def country_choices(language: str) -> tuple[tuple[str, str], ...]:
    """Every (code, name in ``language``), by name, for a list to choose from."""
    named = [(code, country_name(code, language)) for code in CODES]
    return tuple(sorted(named, key=lambda choice: choice[1].casefold()))
