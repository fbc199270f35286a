"""A cell of a table as people write it in a spreadsheet: read with its faults, and written (pure).

``parse_cell`` understands what a European spreadsheet holds, whatever language its owner's is:
decimals with a point or a comma, days in several forms, option labels in every language of the
questionnaire, yes and no, names of countries, units behind numbers. What can be read in two ways
is a fault that says so, never a guess. ``cell_text`` writes what ``parse_cell`` reads back.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache, lru_cache

from babel import Locale
from babel.dates import get_month_names

from portal.core.errors import Message, message
from portal.questionnaire.definition import YES_NO, Column, ColumnType, localised
from portal.response.countries import LANGUAGES, country_code, country_name
from portal.response.fields import Value, clean, fault, field_of_column, plain_number
from portal.response.wording import SHARED_OPTIONS

YES_WORDS = ("y", "true", "1", "x", "wahr", "vrai", "waar", "✓", "✔")
NO_WORDS = ("n", "false", "0", "falsch", "faux", "onwaar", "✗")
CACHED_COLUMNS = 512
SEPARATOR = "; "
"""Between the choices of one cell."""

_GROUPED = re.compile(r"[+-]?[1-9][0-9]{0,2}[.,][0-9]{3}")
"""A thousand in one country, three decimals in another."""
_THOUSANDS = {
    ",": re.compile(r"[+-]?[1-9][0-9]{0,2}(\.[0-9]{3})+(,[0-9]+)?"),
    ".": re.compile(r"[+-]?[1-9][0-9]{0,2}(,[0-9]{3})+(\.[0-9]+)?"),
}
"""Decimal sign → a number whose thousands are set apart by the other sign."""
_PLAIN = re.compile(r"[+-]?[0-9]+([.,][0-9]+)?")
_ISO_DAY = re.compile(r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})")
_DAY = re.compile(r"([0-9]{1,2})([-/.])([0-9]{1,2})[-/.]([0-9]{4})")
_WORDED = re.compile(r"([0-9]{1,2})(?:\.|st|nd|rd|th|er)?[\s-]+([^\W\d]+)\.?[\s,-]+([0-9]{4})")
_TIME = re.compile(r"[T ][0-9]{1,2}:[0-9]{2}(:[0-9]{2})?(\.0+)?Z?$")
_MONTHS = 12


def parse_cell(column: Column, text: str, *, exact: bool = False) -> tuple[Value, Message | None]:
    """The value of a cell (None if it is empty), and what is wrong with it, if anything.

    ``exact``: a program wrote the text, so that a lone point is a decimal point. A value comes
    with no fault, and a fault with no value; the fault says how the cell is mended.
    """
    typed = clean(text)
    if not typed:
        return None, None
    match column.type:
        case ColumnType.NUMBER | ColumnType.PERCENTAGE:
            value, problem = _number(column, typed, exact=exact)
        case ColumnType.DATE:
            value, problem = _day(typed)
        case ColumnType.SINGLE | ColumnType.YES_NO:
            value, problem = _choice(column, typed)
        case ColumnType.MULTI:
            value, problem = _choices(column, typed)
        case ColumnType.COUNTRY:
            value, problem = country_code(typed) or typed, None
        case _:
            value, problem = typed, None
    problem = problem or fault(field_of_column(column), value)
    return (None, problem) if problem else (value, None)


def cell_text(column: Column, value: Value, language: str, base: str, decimal: str = ".") -> str:
    """A right value as somebody would write it, so that ``parse_cell`` reads it back unchanged.

    Choices by their labels in ``language``, else in ``base``; numbers with the ``decimal`` sign.
    """
    if value is None or value in ("", []):
        return ""
    match column.type:
        case ColumnType.NUMBER | ColumnType.PERCENTAGE:
            return _number_text(value, decimal)
        case ColumnType.SINGLE | ColumnType.YES_NO:
            return label_of(column, value, language, base)
        case ColumnType.MULTI:
            return SEPARATOR.join(label_of(column, each, language, base) for each in value)
        case ColumnType.COUNTRY:
            return country_name(value, language)
        case _:
            return str(value)


def label_of(column: Column, option_id: str, language: str, base: str) -> str:
    """A choice's label; its id where the label would not lead back to it."""
    texts = {option.id: option.text for option in column.options} or SHARED_OPTIONS
    label = localised(texts.get(option_id, {}), language, base)
    found, _ = _choice(column, label)
    is_one = found == option_id and _parts_of(column, label) == [option_id]
    return label if is_one else option_id


def known_choices(column: Column, text: str) -> tuple[tuple[str, ...], str]:
    """The choices that a faulty cell does name, to start mending it from, and the rest of it."""
    labels = _labels(column)
    parts = [part.strip() for part in re.split(r"[;,|\n]", text) if part.strip()]
    found = [labels.get(comparable(part), frozenset()) for part in parts]
    known = tuple(next(iter(ids)) for ids in found if len(ids) == 1)
    rest = [part for part, ids in zip(parts, found, strict=True) if len(ids) != 1]
    return known, ", ".join(rest)


def comparable(text: str) -> str:
    """A label or heading as it is compared: small letters, single spaces, plain signs."""
    plain = text.casefold().replace("’", "'").replace("–", "-").replace("\N{NO-BREAK SPACE}", " ")
    return " ".join(plain.split()).strip(" .:*")


# Numbers --------------------------------------------------------------------------------


def _number(column: Column, text: str, *, exact: bool) -> tuple[Value, Message | None]:
    digits = _without_unit(column, text)
    if exact and re.fullmatch(r"[+-]?[0-9.]+(e[+-]?[0-9]+)?", digits, re.IGNORECASE):
        return _as_number(digits), None
    if _GROUPED.fullmatch(digits):
        return _either(column, digits)
    for decimal, pattern in _THOUSANDS.items():
        if pattern.fullmatch(digits):
            other = "." if decimal == "," else ","
            return _as_number(digits.replace(other, "").replace(decimal, ".")), None
    if _PLAIN.fullmatch(digits):
        return _as_number(digits.replace(",", ".")), None
    return text, None


def _either(column: Column, digits: str) -> tuple[Value, Message | None]:
    """A number that has a thousand or three decimals: the one that the column allows."""
    many = _as_number(digits.replace(",", "").replace(".", ""))
    few = _as_number(digits.replace(",", "."))
    right = [each for each in (many, few) if fault(field_of_column(column), each) is None]
    if len(right) == 1:
        return right[0], None
    what = message(
        "“{text}” is {many} or {few}: write thousands without a sign between, decimals with four "
        "digits",
        text=digits,
        many=str(many),
        few=str(few),
    )
    return None, what


def _without_unit(column: Column, text: str) -> str:
    """The digits of a number: without its unit, its spaces and the apostrophes of thousands."""
    units = sorted((*column.unit.values(), "%"), key=len, reverse=True)
    found = next((u for u in units if u and text.casefold().endswith(u.casefold())), "")
    bare = text[: -len(found)] if found else text
    return re.sub(r"[\s'’]", "", bare).replace("−", "-")


def _as_number(text: str) -> float:
    number = float(text)
    return int(number) if number.is_integer() and abs(number) < 2**53 else number


def _number_text(number: float, decimal: str) -> str:
    text = plain_number(number)
    if _GROUPED.fullmatch(text):
        text += "0"
    return text.replace(".", decimal)


# Days -----------------------------------------------------------------------------------


def _day(text: str) -> tuple[Value, Message | None]:
    bare = _TIME.sub("", text)
    if found := _ISO_DAY.fullmatch(bare):
        return _date(int(found[1]), int(found[2]), int(found[3])) or text, None
    if found := _WORDED.fullmatch(bare):
        month = _months().get(found[2].casefold().rstrip("."))
        return (month and _date(int(found[3]), month, int(found[1]))) or text, None
    found = _DAY.fullmatch(bare)
    if found is None:
        return text, None
    first, sign, second, year = int(found[1]), found[2], int(found[3]), int(found[4])
    if sign == "." or first > _MONTHS or first == second:
        return _date(year, second, first) or text, None
    if second > _MONTHS:
        return _date(year, first, second) or text, None
    what = message(
        "“{text}” can be two days: write it as year-month-day, {one} or {other}",
        text=text,
        one=str(_date(year, second, first)),
        other=str(_date(year, first, second)),
    )
    return None, what


def _date(year: int, month: int, day: int) -> str | None:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


@cache
def _months() -> Mapping[str, int]:
    """Names of months, in full and short, in the portal's languages."""
    found: dict[str, int] = {}
    for language in LANGUAGES:
        locale = Locale.parse(language)
        for width in ("wide", "abbreviated"):
            for context in ("format", "stand-alone"):
                names = get_month_names(width, context, locale)
                found |= {name.casefold().rstrip("."): number for number, name in names.items()}
    return found


# Choices --------------------------------------------------------------------------------


def _choice(column: Column, text: str) -> tuple[Value, Message | None]:
    found = _labels(column).get(comparable(text), frozenset())
    if len(found) == 1:
        return next(iter(found)), None
    return None, _not_an_option(column, text)


def _choices(column: Column, text: str) -> tuple[Value, Message | None]:
    found = _parts_of(column, text)
    if isinstance(found, str):
        return None, _not_an_option(column, found)
    return [option.id for option in column.options if option.id in found], None


def _parts_of(column: Column, text: str) -> list[str] | str:
    """The choices of a cell, or the first part that is none of them.

    Labels may hold commas, so a part between semicolons is first read as a whole, then as the
    longest labels that its commas leave.
    """
    labels = _labels(column)
    found: list[str] = []
    for part in (each for each in re.split(r"[;|\n]", text) if each.strip()):
        pieces = part.split(",")
        while pieces:
            ends = range(len(pieces), 0, -1)
            ids = ((end, labels.get(comparable(",".join(pieces[:end])), ())) for end in ends)
            end, known = next(((end, ids) for end, ids in ids if len(ids) == 1), (0, ()))
            if not end:
                return pieces[0].strip() or part.strip()
            found.append(next(iter(known)))
            pieces = pieces[end:]
    return found


@lru_cache(maxsize=CACHED_COLUMNS)
def _labels_of(texts: tuple[tuple[str, str], ...]) -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for text, option_id in texts:
        found.setdefault(comparable(text), set()).add(option_id)
    return {text: frozenset(ids) for text, ids in found.items()}


def _labels(column: Column) -> Mapping[str, frozenset[str]]:
    """Label in any language, or id → the choices it can mean. An id means its own choice."""
    if column.type == ColumnType.YES_NO:
        return _yes_or_no()
    texts = [(text, each.id) for each in column.options for text in each.text.values()]
    ids = {comparable(option.id): frozenset({option.id}) for option in column.options}
    return {**_labels_of(tuple(texts)), **ids}


@cache
def _yes_or_no() -> Mapping[str, frozenset[str]]:
    words: dict[str, Iterable[str]] = {
        "yes": (*SHARED_OPTIONS["yes"].values(), *YES_WORDS),
        "no": (*SHARED_OPTIONS["no"].values(), *NO_WORDS),
    }
    return {comparable(word) or word: frozenset({each}) for each in YES_NO for word in words[each]}


def _not_an_option(column: Column, text: str) -> Message:
    if column.type == ColumnType.YES_NO:
        return message("“{text}” is neither yes nor no: write one of the two", text=text)
    return message("“{text}” is none of the answers given: choose from the list", text=text)
