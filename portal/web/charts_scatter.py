"""A small scatter of leverage and severity, drawn with numbers as its points.

Points at the same place, or so near that one would hide the other, share a mark that names them.
Drawn in outline and ink, so that it reads on grey paper; the ranked table beside it says the same.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from portal.meeting.priorities_rules import HIGHEST, LOWEST, MIDDLE, Weight

WIDTH, HEIGHT = 320, 300
LEFT, RIGHT, TOP, BOTTOM = 36, 306, 14, 258
"""The field in which points lie, in the drawing's own units; a phone shows it one to one."""
NAMED = 3
"""Numbers that a mark names; of more it says how many."""
MARK = 22
"""How high a mark is, and how wide at least."""
DIGIT = 8
"""Room for a character of a mark."""
PADDING = 10


@dataclass(frozen=True, slots=True)
class Point:
    """An issue at its place."""

    number: int
    x: float
    y: float


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
    groups: list[list[Point]] = []
    for number, found in issues:
        point = Point(number, _x(found.leverage), _y(found.severity))
        near = next((each for each in groups if _is_near(each[0], point)), None)
        if near is None:
            groups.append([point])
        else:
            near.append(point)
    return Scatter(
        marks=tuple(_mark(each) for each in groups),
        ticks=tuple(Tick(each, _x(each), _y(each)) for each in range(LOWEST, HIGHEST + 1)),
        middle_x=_x(MIDDLE),
        middle_y=_y(MIDDLE),
    )


def _is_near(one: Point, other: Point) -> bool:
    return abs(one.x - other.x) < MARK and abs(one.y - other.y) < MARK


def _mark(points: list[Point]) -> Mark:
    """One mark in the middle of these points."""
    x = round(sum(each.x for each in points) / len(points), 1)
    y = round(sum(each.y for each in points) / len(points), 1)
    numbers = sorted(each.number for each in points)
    text = ", ".join(str(each) for each in numbers[:NAMED])
    if len(numbers) > NAMED:
        text += f" +{len(numbers) - NAMED}"
    width = max(MARK, len(text) * DIGIT + PADDING)
    return Mark(min(max(x, width / 2 + 1), WIDTH - width / 2 - 1), y, width, text)


def _x(score: float) -> float:
    return round(LEFT + (RIGHT - LEFT) * (score - LOWEST) / (HIGHEST - LOWEST), 1)


def _y(score: float) -> float:
    return round(BOTTOM - (BOTTOM - TOP) * (score - LOWEST) / (HIGHEST - LOWEST), 1)
