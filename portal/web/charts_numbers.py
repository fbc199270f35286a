"""A small box for numbers: from the lower to the upper quartile, with a line at the median."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor, log10

from portal.aggregate.proposals import Numbers
from portal.aggregate.reading import Words
from portal.web.language import number

PER_CENT = "%"
STEPS = (1, 2, 2.5, 5, 10)
"""A scale ends at one of these times a power of ten."""
ROOM = 1.2
"""How far a scale reaches beyond the highest quartile: its end tells nothing of the answers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """Where to draw it, in per cent of the scale, and the same in words with the unit."""

    low: float
    middle: float
    high: float
    lower_quartile: str
    median: str
    upper_quartile: str
    begin: str
    end: str

    @property
    def width(self) -> float:
        """From one quartile to the other, and never too thin to be seen."""
        return max(round(self.high - self.low, 2), 0.5)


def box(numbers: Numbers, unit: Words | None, others: Sequence[Numbers] = ()) -> Box:
    """The box of these numbers; ``others`` are drawn on the same scale."""
    is_share = unit is not None and unit.text == PER_CENT
    begin, end = (0.0, 100.0) if is_share else _scale([numbers, *others])

    def place(value: float) -> float:
        return round(100 * (value - begin) / (end - begin), 2)

    return Box(
        low=place(numbers.lower_quartile),
        middle=place(numbers.median),
        high=place(numbers.upper_quartile),
        lower_quartile=with_unit(numbers.lower_quartile, unit),
        median=with_unit(numbers.median, unit),
        upper_quartile=with_unit(numbers.upper_quartile, unit),
        begin=number(begin),
        end=with_unit(end, unit),
    )


def with_unit(value: float, unit: Words | None) -> str:
    """``1,200 hours``; whole numbers without decimals."""
    return f"{number(value)} {unit.text}" if unit and unit.text else number(value)


def _scale(found: Sequence[Numbers]) -> tuple[float, float]:
    """From 0, or the next round number below, to the next round number above."""
    high = max(numbers.upper_quartile for numbers in found)
    low = min(numbers.lower_quartile for numbers in found)
    begin = -_round_up(-low * ROOM) if low < 0 else 0.0
    return begin, _round_up(high * ROOM) if high > 0 else 0.0 if begin else 1.0


def _round_up(value: float) -> float:
    power: float = 10 ** floor(log10(value))
    return next((step * power for step in STEPS if step * power >= value), 10 * power)
