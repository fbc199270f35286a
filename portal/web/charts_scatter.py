"""A small scatter of leverage and severity, drawn with numbers as its points.

Points at the same place share a mark that names them all. Drawn in outline and ink, so that it
reads on grey paper; the ranked table beside it says the same.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from portal.meeting.priorities_rules import HIGHEST, LOWEST, MIDDLE, Weight

WIDTH, HEIGHT = 320, 300
LEFT, RIGHT, TOP, BOTTOM = 36, 306, 14, 258
"""The field in which points lie, in the drawing's own units; a phone shows it one to one."""
NAMED = 3
"""Numbers that a mark names; of more it says how many."""
DIGIT = 8
"""Room for a character of a mark."""
PADDING = 10


@dataclass(frozen=True, slots=True)
class Mark:
    """One or more issues at a place; ``x`` and ``y`` are its middle, ``width`` that of its pill."""

    x: float
    y: float
    width: float
    text: str

    @property
    def left(self) -> float:
        """Where its pill begins."""
        return round(self.x - self.width / 2, 1)


@dataclass(frozen=True, slots=True)
class Tick:
    """A score on an axis, with its place on both."""

    score: int
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Scatter:
    """What to draw."""

    marks: tuple[Mark, ...]
    ticks: tuple[Tick, ...]
    middle_x: float
    middle_y: float


def scatter(issues: Iterable[tuple[int, Weight]]) -> Scatter:
    """The numbers of issues, by where they stand."""
    places: dict[tuple[float, float], list[int]] = {}
    for number, found in issues:
        places.setdefault((_x(found.leverage), _y(found.severity)), []).append(number)
    return Scatter(
        marks=tuple(_mark(x, y, sorted(numbers)) for (x, y), numbers in places.items()),
        ticks=tuple(Tick(each, _x(each), _y(each)) for each in range(LOWEST, HIGHEST + 1)),
        middle_x=_x(MIDDLE),
        middle_y=_y(MIDDLE),
    )


def _mark(x: float, y: float, numbers: list[int]) -> Mark:
    text = ", ".join(str(each) for each in numbers[:NAMED])
    if len(numbers) > NAMED:
        text += f" +{len(numbers) - NAMED}"
    width = max(22, len(text) * DIGIT + PADDING)
    return Mark(min(max(x, width / 2 + 1), WIDTH - width / 2 - 1), y, width, text)


def _x(score: float) -> float:
    return round(LEFT + (RIGHT - LEFT) * (score - LOWEST) / (HIGHEST - LOWEST), 1)


def _y(score: float) -> float:
    return round(BOTTOM - (BOTTOM - TOP) * (score - LOWEST) / (HIGHEST - LOWEST), 1)
