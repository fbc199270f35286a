"""The shapes of site, smelter and company numbers, each with its own check digits (pure).

Sources: RMI smelter numbers are ``CID`` and six digits; an LEI ends in two check digits by ISO
17442 (ISO 7064 mod 97-10); a GLN or GTIN ends in GS1's check digit; a D-U-N-S number has nine
digits; an OS ID of Open Supply Hub is a country code, year, day of the year and six signs, the last
of which is a check sign that only its maker can judge. Nothing is looked up anywhere.
"""

import re
from collections.abc import Callable, Mapping, Sequence

from portal.core.errors import Listing, Message, message
from portal.questionnaire.definition import Shape
from portal.response.countries import CODES

_SMELTER = re.compile(r"CID[0-9]{6}")
_LEI = re.compile(r"[0-9A-Z]{18}[0-9]{2}")
_OS_ID = re.compile(r"([A-Z]{2})[0-9]{4}([0-9]{3})[0-9A-Z]{6}")
_COORDINATES = re.compile(
    r"[+-]?([0-9]{1,2}(?:\.[0-9]+)?)°?\s*[,; ]\s*[+-]?([0-9]{1,3}(?:\.[0-9]+)?)°?"
)
_DAYS_OF_YEAR, _NORTH, _EAST = 366, 90, 180
_GS1 = 10
_GTIN_LENGTHS = frozenset({8, 12, 13, 14})
_DUNS_LENGTH, _GLN_LENGTH = 9, 13

NAMES: Mapping[Shape, Message] = {
    Shape.SMELTER: message("a smelter number such as CID001234"),
    Shape.OS_ID: message("an OS ID of 15 signs such as CN2021250D1DTN7"),
    Shape.COORDINATES: message("coordinates such as 51.0543, 3.7174"),
    Shape.LEI: message("an LEI of 20 signs such as 9845000EXAMPLE000048"),
    Shape.DUNS: message("a D-U-N-S number of 9 digits such as 15-048-3782"),
    Shape.GLN: message("a GLN of 13 digits such as 4012345000009"),
    Shape.GTIN: message("a GTIN of 8, 12, 13 or 14 digits such as 4006381333931"),
}
"""Shape → what it is called, with an example of the right one."""


def shape_fault(shapes: Sequence[Shape], text: str) -> Message | None:
    """What is wrong with a text that must have one of these shapes; None if it has one."""
    if any(has_shape(shape, text) for shape in shapes):
        return None
    meant = _closest(shapes, text)
    if meant is Shape.LEI and _LEI.fullmatch(_bare(text)):
        return message("The last two digits do not fit this LEI: look at it again")
    if meant in {Shape.GLN, Shape.GTIN} and len(_bare(text)) in _GTIN_LENGTHS:
        return message("The last digit does not fit this number: look at it again")
    return message("Enter {shapes}", shapes=Listing(tuple(NAMES[each] for each in shapes), "or"))


def has_shape(shape: Shape, text: str) -> bool:
    """Whether a text is such a number; spaces, points and hyphens within it are no matter."""
    return _TESTS[shape](text)


def _closest(shapes: Sequence[Shape], text: str) -> Shape | None:
    """Which of the shapes somebody meant, by the length of the text."""
    length = len(_bare(text))
    lengths = {Shape.LEI: {20}, Shape.GLN: {_GLN_LENGTH}, Shape.GTIN: _GTIN_LENGTHS}
    return next((each for each in shapes if length in lengths.get(each, ())), None)


def _bare(text: str) -> str:
    return re.sub(r"[\s.\-]", "", text).upper()


def _is_lei(text: str) -> bool:
    bare = _bare(text)
    if not _LEI.fullmatch(bare):
        return False
    return int("".join(str(int(sign, 36)) for sign in bare)) % 97 == 1


def _is_os_id(text: str) -> bool:
    found = _OS_ID.fullmatch(_bare(text))
    return found is not None and found[1] in CODES and 1 <= int(found[2]) <= _DAYS_OF_YEAR


def _are_coordinates(text: str) -> bool:
    found = _COORDINATES.fullmatch(text.strip())
    return found is not None and float(found[1]) <= _NORTH and float(found[2]) <= _EAST


def _is_gs1(text: str, lengths: frozenset[int]) -> bool:
    bare = _bare(text)
    if not (bare.isascii() and bare.isdecimal()) or len(bare) not in lengths:
        return False
    weighed = (int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(bare[::-1]))
    return sum(weighed) % _GS1 == 0


def _is_duns(text: str) -> bool:
    bare = _bare(text)
    return bare.isascii() and bare.isdecimal() and len(bare) == _DUNS_LENGTH


_TESTS: Mapping[Shape, Callable[[str], bool]] = {
    Shape.SMELTER: lambda text: _SMELTER.fullmatch(_bare(text)) is not None,
    Shape.OS_ID: _is_os_id,
    Shape.COORDINATES: _are_coordinates,
    Shape.LEI: _is_lei,
    Shape.DUNS: _is_duns,
    Shape.GLN: lambda text: _is_gs1(text, frozenset({_GLN_LENGTH})),
    Shape.GTIN: lambda text: _is_gs1(text, _GTIN_LENGTHS),
}
