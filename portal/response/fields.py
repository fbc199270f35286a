"""One place to type in: what a simple question or one cell of a table takes (pure).

The same check judges what a browser sends, what an import brings and what is stored, so that
there is one definition of a right value for each type.
"""

import math
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeAlias
from urllib.parse import urlsplit

from portal.core.errors import Message, message
from portal.questionnaire.definition import (
    MATURITY_LEVELS,
    YES_NO,
    YES_PARTLY_NO,
    Column,
    LongText,
    Multi,
    Number,
    Option,
    Question,
    Shape,
    ShortText,
    Single,
)
from portal.response.countries import CODES, country_code
from portal.response.shapes import shape_fault

Value: TypeAlias = Any
"""An answer's JSON value; its shape follows from the type of the question."""

CELL_LENGTH = 1000
"""Most characters in a text cell of a table."""
LARGEST_NUMBER = 10**15
"""Beyond this, decimals are no longer exact."""

_NUMBER = re.compile(r"[+-]?[0-9]+([.,][0-9]+)?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")
_KEPT_CONTROLS = frozenset("\n\t")


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """What may be typed in one place. ``type`` is a column's type, or long or maturity."""

    type: str
    options: tuple[str, ...] = ()
    exclusive: frozenset[str] = frozenset()
    minimum: float | None = None
    maximum: float | None = None
    maximum_length: int = CELL_LENGTH
    shapes: tuple[Shape, ...] = ()


_SAME_FOR_ALL: Mapping[str, Field] = {
    "yes_partly_no": Field(type="single", options=YES_PARTLY_NO),
    "yes_no": Field(type="single", options=YES_NO),
    "maturity": Field(type="maturity"),
    "percentage": Field(type="percentage"),
    "date": Field(type="date"),
}


def field_of(question: Question) -> Field | None:
    """The field of a question that has just one; None for tables, matrices, grids and files."""
    if isinstance(question, Single | Multi):
        return _choice(question.type, question.options)
    if isinstance(question, Number):
        return Field(type="number", minimum=question.minimum, maximum=question.maximum)
    if isinstance(question, ShortText | LongText):
        return Field(type=question.type, maximum_length=question.maximum_length)
    return _SAME_FOR_ALL.get(question.type)


def field_of_column(column: Column) -> Field:
    """The field of a cell in this column of a table or grid."""
    if column.type in {"single", "multi"}:
        return _choice(column.type, column.options)
    if column.type == "yes_no":
        return _SAME_FOR_ALL["yes_no"]
    return Field(
        type=str(column.type),
        minimum=column.minimum,
        maximum=column.maximum,
        shapes=column.shapes or (),
    )


def field_of_options(options: Sequence[Option]) -> Field:
    """The field of a matrix row: one of the options."""
    return _choice("single", options)


def from_text(field: Field, typed: Sequence[str]) -> tuple[Value, Message | None]:
    """The value that was typed (None for nothing) and what is wrong with it, if anything."""
    texts = [text for text in map(clean, typed) if text]
    if not texts:
        return None, None
    convert = _CONVERTERS.get(field.type, _as_is)
    value = in_order(field, texts) if field.type == "multi" else convert(texts[0])
    problem = fault(field, value)
    return (None if problem else value), problem


def fault(field: Field, value: object) -> Message | None:
    """What is wrong with a JSON value for this field; None if it is right."""
    return _CHECKS[field.type](field, value)


def in_order(field: Field, value: Value) -> Value:
    """A multiple choice in the order of its options, each once; anything else as it is."""
    if field.type != "multi" or not isinstance(value, list) or not set(value) <= set(field.options):
        return value
    return [option for option in field.options if option in value]


def clean(text: str) -> str:
    """Text without surrounding blanks, with plain line ends, and without control characters.

    A browser sends CR LF; NUL and lone surrogates cannot be stored by PostgreSQL.
    """
    if text.isprintable():
        return text.strip()
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(letter for letter in plain if not _is_control(letter)).strip()


def plain_number(number: float) -> str:
    """A number as it would be typed: no exponent, no needless decimals."""
    return str(int(number)) if float(number).is_integer() else str(number)


def _is_control(letter: str) -> bool:
    return unicodedata.category(letter) in {"Cc", "Cs"} and letter not in _KEPT_CONTROLS


def _choice(kind: str, options: Sequence[Option]) -> Field:
    return Field(
        type=str(kind),
        options=tuple(option.id for option in options),
        exclusive=frozenset(option.id for option in options if option.exclusive),
    )


# From text ------------------------------------------------------------------------------


def _as_is(text: str) -> object:
    return text


def _to_number(text: str) -> object:
    """Take "12,5", "12.5" and "1 200"; leave what is no number to be refused as it stands."""
    digits = "".join(text.split()).removesuffix("%")
    if not _NUMBER.fullmatch(digits):
        return text
    number = float(digits.replace(",", "."))
    return int(number) if number.is_integer() and abs(number) <= LARGEST_NUMBER else number


def _to_level(text: str) -> object:
    return int(text) if text in {str(level) for level in MATURITY_LEVELS} else text


def _to_country(text: str) -> object:
    return country_code(text) or text


_CONVERTERS: Mapping[str, Callable[[str], object]] = {
    "number": _to_number,
    "percentage": _to_number,
    "maturity": _to_level,
    "country": _to_country,
}


# Checks ---------------------------------------------------------------------------------


def _text_fault(field: Field, value: object) -> Message | None:
    if not isinstance(value, str) or not value.strip():
        return message("Enter some text")
    if not value.isprintable() and any(_is_control(letter) for letter in value):
        return message("Take out the control characters, which cannot be stored")
    if len(value) > field.maximum_length:
        return message(
            "Shorten this to {maximum} characters or fewer: it has {length}",
            maximum=field.maximum_length,
            length=len(value),
        )
    return shape_fault(field.shapes, value) if field.shapes else None


def _is_number(value: object, low: float | None, high: float | None) -> bool:
    return (
        isinstance(value, int | float)
        and not isinstance(value, bool)
        and math.isfinite(value)
        and (-LARGEST_NUMBER if low is None else low) <= value
        and value <= (LARGEST_NUMBER if high is None else high)
    )


def _percentage_fault(field: Field, value: object) -> Message | None:
    low = 0 if field.minimum is None else field.minimum
    high = 100 if field.maximum is None else field.maximum
    if _is_number(value, low, high):
        return None
    return message(
        "Enter a percentage between {low} and {high}",
        low=plain_number(low),
        high=plain_number(high),
    )


def _number_fault(field: Field, value: object) -> Message | None:
    low, high = field.minimum, field.maximum
    if _is_number(value, low, high):
        return None
    if low is not None and high is not None:
        return message(
            "Enter a number between {low} and {high}",
            low=plain_number(low),
            high=plain_number(high),
        )
    if low is not None:
        return message("Enter a number of {low} or more", low=plain_number(low))
    if high is not None:
        return message("Enter a number of {high} or less", high=plain_number(high))
    return message("Enter a number, such as 12.5")


def _level_fault(_field: Field, value: object) -> Message | None:
    if isinstance(value, int) and not isinstance(value, bool) and value in MATURITY_LEVELS:
        return None
    return message("Choose a level from 0 to 4")


def _single_fault(field: Field, value: object) -> Message | None:
    if isinstance(value, str) and value in field.options:
        return None
    return message("Choose one of the answers given")


def _multi_fault(field: Field, value: object) -> Message | None:
    if not isinstance(value, list) or not value or not all(isinstance(part, str) for part in value):
        return message("Choose one or more of the answers given")
    if not set(value) <= set(field.options) or len(set(value)) < len(value):
        return message("Choose one or more of the answers given")
    if len(value) > 1 and field.exclusive & set(value):
        return message("Choose either the answer that excludes the others, or the others")
    return None


def _date_fault(_field: Field, value: object) -> Message | None:
    problem = message("Enter a real date as year-month-day, such as 2026-03-31")
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        return problem
    try:
        date.fromisoformat(value)
    except ValueError:
        return problem
    return None


def _country_fault(_field: Field, value: object) -> Message | None:
    if isinstance(value, str) and value in CODES:
        return None
    return message("Choose a country from the list")


def _email_fault(field: Field, value: object) -> Message | None:
    if _text_fault(field, value) is None and _EMAIL.fullmatch(str(value)):
        return None
    return message("Enter an email address, such as name@example.eu")


def _url_fault(_field: Field, value: object) -> Message | None:
    if isinstance(value, str) and is_web_address(value):
        return None
    return message("Enter a web address that starts with https:// or http://")


MAXIMUM_ADDRESS = 2000


def is_web_address(text: str) -> bool:
    """Whether this is an http(s) address with a host, by its looks only: it is never fetched."""
    if len(text) > MAXIMUM_ADDRESS or any(c.isspace() or _is_control(c) for c in text):
        return False
    try:
        address = urlsplit(text)
        has_host = bool(address.hostname) and address.port != 0
    except ValueError:
        return False
    return address.scheme in {"http", "https"} and has_host and "@" not in address.netloc


_CHECKS: Mapping[str, Callable[[Field, object], Message | None]] = {
    "text": _text_fault,
    "long": _text_fault,
    "number": _number_fault,
    "percentage": _percentage_fault,
    "maturity": _level_fault,
    "single": _single_fault,
    "multi": _multi_fault,
    "date": _date_fault,
    "country": _country_fault,
    "email": _email_fault,
    "url": _url_fault,
}
