"""The countries that a country cell may name, by ISO 3166-1 code, and their names (pure)."""

import re
import unicodedata
from functools import cache, lru_cache

from babel import Locale
from babel.core import get_global

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


LANGUAGES = ("en", "fr", "nl", "de")
"""The languages whose names of countries are understood, whatever language a page is in."""
OTHER_NAMES = {
    "AE": ("UAE",),
    "CD": ("Democratic Republic of the Congo", "DR Congo", "DRC", "RDC"),
    "CI": ("Ivory Coast",),
    "CN": ("China PR", "PR China", "People's Republic of China"),
    "CZ": ("Czech Republic", "République tchèque", "Tsjechische Republiek"),
    "GB": ("Great Britain", "England", "Grande-Bretagne", "Groot-Brittannië", "Großbritannien"),
    "HK": ("Hong Kong", "Hongkong"),
    "KR": ("Republic of Korea", "République de Corée", "Republik Korea"),
    "LA": ("Lao PDR",),
    "MO": ("Macao", "Macau"),
    "NL": ("The Netherlands", "Holland"),
    "RU": ("Russian Federation", "Russland"),
    "SK": ("Slovak Republic",),
    "TR": ("Turkey",),
    "TW": ("Taiwan, Province of China", "Taiwan, R.O.C."),
    "US": ("United States of America", "America"),
    "VN": ("Viet Nam",),
}
"""Names in common use that the Unicode locale data do not have."""
_LETTERS_OF_CODE = (2, 3)


def country_code(text: str) -> str | None:
    """The code of a country written as a name in any of four languages or as an ISO 3166-1 code.

    Accents, capitals and punctuation make no difference; None if no country is called so.
    """
    plain = text.strip().upper()
    if len(plain) in _LETTERS_OF_CODE:
        known = plain if plain in CODES else _code_of_alias(plain)
        if known:
            return known
    return _codes_by_name().get(_bare(text))


def _code_of_alias(alias: str) -> str | None:
    """The two letters for three, such as BEL, and for codes in use such as UK."""
    found = list(get_global("territory_aliases").get(alias) or ())
    return str(found[0]) if len(found) == 1 and found[0] in CODES else None


@cache
def _codes_by_name() -> dict[str, str]:
    """Bare name → code; a name in brackets stands for itself too, as in Myanmar (Burma)."""
    found = {_bare(name): code for code, names in OTHER_NAMES.items() for name in names}
    for language in LANGUAGES:
        for code, name in country_choices(language):
            found[_bare(name)] = code
            found.setdefault(_bare(name.partition("(")[0]), code)
    return found


def _bare(name: str) -> str:
    """The letters of a name, small and without accents."""
    apart = unicodedata.normalize("NFKD", name.casefold())
    return "".join(letter for letter in apart if letter.isalnum())
