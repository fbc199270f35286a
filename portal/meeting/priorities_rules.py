"""How issues are scored, summed up and ranked (pure).

Severity follows the UN Guiding Principles on Business and Human Rights (principle 14 and its
commentary; principle 24 on what to address first): the severity of an impact is judged by its
scale, its scope and its irremediable character. The principles give no formula: that the three
are scored from 1 to 5 and averaged with equal weight is ours, and so are leverage and effort and
the way they are joined. Paragraph numbers were not checked against the text.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeVar

SEVERITY = ("scale", "scope", "irremediability")
LEVERAGE = "leverage"
EFFORT = "effort"
CRITERIA = (*SEVERITY, LEVERAGE, EFFORT)
LOWEST, HIGHEST = 1, 5
MIDDLE = 3.0
"""Half way between the lowest and the highest score."""

Quartiles = tuple[float, float, float]
"""Lower quartile, median, upper quartile; to half points."""
Figures = Mapping[str, Quartiles]
"""Criterion → what its scores come to."""
Key = TypeVar("Key")


@dataclass(frozen=True, slots=True)
class Weight:
    """Where an issue stands: severity and leverage from 1 to 5, effort, and their product."""

    severity: float
    leverage: float
    effort: float

    @property
    def product(self) -> float:
        """Severity times leverage, from 1 to 25."""
        return self.severity * self.leverage


def quartiles(scores: Iterable[int]) -> Quartiles:
    """Lower quartile, median and upper quartile of at least one score.

    The quartiles are scores that somebody gave: the k-th smallest, k being a quarter or three
    quarters of their number, rounded up. The median of an even number is half way between the two
    in the middle, so everything is in half points.
    """
    ordered = sorted(scores)
    low, left, right, high = ranks(len(ordered))
    return ordered[low], (ordered[left] + ordered[right]) / 2, ordered[high]


def ranks(n: int) -> tuple[int, int, int, int]:
    """Places, from 0, of the lower quartile, the two middle scores and the upper quartile of n."""
    low, high = -(-n // 4) - 1, -(-3 * n // 4) - 1
    return low, (n - 1) // 2, n // 2, high


def figures(given: Sequence[Mapping[str, int]]) -> dict[str, Quartiles]:
    """What these organisations' scores come to, criterion by criterion; empty if nobody scored."""
    if not given:
        return {}
    return {name: quartiles(scores[name] for scores in given) for name in CRITERIA}


def weight(found: Figures) -> Weight:
    """Severity is the mean of the three medians; computed from what is shown, and nothing else."""
    severity = sum(found[name][1] for name in SEVERITY) / len(SEVERITY)
    return Weight(severity, found[LEVERAGE][1], found[EFFORT][1])


def ranked(issues: Mapping[Key, Figures]) -> list[Key]:
    """The issues by severity times leverage, highest first.

    Of equals the one that takes less effort comes first, then the one that was there first.
    Issues without figures come last, in the order in which they came.
    """
    return sorted(issues, key=lambda key: _place(issues[key]))


def _place(found: Figures) -> tuple[bool, Fraction, float]:
    if not found:
        return True, Fraction(0), 0.0
    # Exact thirds: two issues whose medians sum up to the same are equals.
    total = sum(Fraction(found[name][1]) for name in SEVERITY)
    return False, -total * Fraction(found[LEVERAGE][1]), found[EFFORT][1]
