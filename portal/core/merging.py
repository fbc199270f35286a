"""Two people's changes of one text, joined line by line and sentence by sentence (pure)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

SENTENCES = re.compile(r"[^.!?\n]*[.!?]+[ \t]*|[^.!?\n]*\n|[^.!?\n]+$")
"""A sentence with the blanks behind it, or what is left of a line with its end."""
UNITS_AT_MOST = 2_000
"""Longer texts are compared by lines: the comparison grows with the square."""


@dataclass(frozen=True, slots=True)
class Change:
    """Units ``start`` to ``end`` of the base give way to others; an insertion if both are equal."""

    start: int
    end: int
    units: tuple[str, ...]


def merge(base: str, mine: str, theirs: str) -> str | None:
    """The joined text of two that both began from ``base``; None if both changed the same place.

    Nothing that either wrote is left out: places that touch count as the same where the order
    of what was written there would be a guess.
    """
    if mine in {theirs, base}:
        return theirs
    if theirs == base:
        return mine
    units = _units(base)
    my_changes, their_changes = _changes(units, mine), _changes(units, theirs)
    if any(one != other and _clash(one, other) for one in my_changes for other in their_changes):
        return None
    return _applied(units, sorted({*my_changes, *their_changes}, key=lambda it: (it.start, it.end)))


def _units(text: str) -> list[str]:
    found = SENTENCES.findall(text)
    return found if len(found) <= UNITS_AT_MOST else text.splitlines(keepends=True)


def _changes(base: Sequence[str], text: str) -> list[Change]:
    units = _units(text)
    matcher = SequenceMatcher(None, base, units, autojunk=False)
    return [
        Change(start, end, tuple(units[first:last]))
        for tag, start, end, first, last in matcher.get_opcodes()
        if tag != "equal"
    ]


def _clash(one: Change, other: Change) -> bool:
    overlap = one.start < other.end and other.start < one.end
    inserted = one.start == one.end or other.start == other.end
    touch = one.start <= other.end and other.start <= one.end
    return overlap or (inserted and touch)


def _applied(base: Sequence[str], changes: Sequence[Change]) -> str:
    parts: list[str] = []
    place = 0
    for change in changes:
        parts += base[place : change.start]
        parts += change.units
        place = change.end
    return "".join([*parts, *base[place:]])
