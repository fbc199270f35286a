"""What the numbers that suppliers gave come to: median and quartiles, where they give nobody away.

Three rules stand before them (pure). A summary leaves out everything that is one supplier's alone:
there is no smallest, no largest, no sum and no mean; and what is shown is rounded to two
significant digits, so that a quartile that happens to be somebody's number is not that number.

- At least 10 of the contributors are protected, or none is.
- p % rule: without the largest two, the others come to at least 10 % of the largest. Else the
  second largest, who knows its own number, knows the largest to within 10 % from any total.
- Dominance, (n, k) rule: the two largest are less than 85 % of the total.

Both must hold for all numbers and for the protected ones alone, since whoever knows the open ones
takes them off. They speak of shares in a total, so they are taken of sizes, without the sign: a
loss of 90 among gains of 1 dominates as a gain of 90 does. If all are zero, the two largest are
not less than 85 % of nothing, and there is no summary: shown, it would say that of everybody,
since with only one or two that are not zero there is none either.

Sources: ESSnet handbook on statistical disclosure control (p % and (n, k) rules) and ACRO's
defaults (10; 2; 10 %); see docs/releases.md.
"""

from collections.abc import Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet
from heapq import nlargest
from math import fsum

from portal.aggregate.proposals import SMALLEST_BASE, Numbers, Question, Sum
from portal.aggregate.units import Contributors

P_PERCENT = 10
"""What the others come to, in per cent of the largest, at least."""
MOST_OF_TWO = 85
"""The two largest together are less than so many per cent of the total."""
SIGNIFICANT_DIGITS = 2
QUARTERS = 4


def summarise(values: Mapping[int, float], protected: AbstractSet[int]) -> Numbers | None:
    """Quartiles and median of the contributors' numbers; None if they may not be shown.

    ``values``: contributor → number; ``protected``: those whose answer the audience may not know.
    If none of them is protected the rules have nobody to shield: only an empty set has no summary.
    """
    shielded = [values[each] for each in protected & values.keys()]
    if not values or 0 < len(shielded) < SMALLEST_BASE:
        return None
    if shielded and not (_is_spread(shielded) and _is_spread(values.values())):
        return None
    ordered = sorted(values.values())
    low, middle, high = (rounded(quantile(ordered, number)) for number in range(1, QUARTERS))
    return Numbers(lower_quartile=low, median=middle, upper_quartile=high)


def told(question: Question, members: Contributors) -> tuple[Sum, ...]:
    """What quartiles and median of these members tell of the bands that their numbers are in.

    A little more than that: a quartile between two numbers is taken for both of them, so that the
    audit never knows less than a reader.
    """
    order = list(question.options)
    spots = {
        contributor: place
        for place, option in enumerate(order)
        for contributor in question.answers.numbers
        if question.answers.by_option.get(option, 0) >> contributor & 1
    }
    inside = [each for each in question.answers.numbers if members >> each & 1 and each in spots]
    ranked = sorted(inside, key=lambda each: question.answers.numbers[each])
    sums = []
    for quarters in range(1, QUARTERS) if ranked else ():
        whole, rest = divmod((len(ranked) - 1) * quarters, QUARTERS)
        above = whole + 1 if rest else whole
        up_to = frozenset(order[: spots[ranked[whole]] + 1])
        on_from = frozenset(order[spots[ranked[above]] :])
        sums.append(Sum(members, up_to, whole + 1, len(ranked)))
        sums.append(Sum(members, on_from, len(ranked) - above, len(ranked)))
    return tuple(sums)


def quantile(ordered: Sequence[float], quarters: int) -> float:
    """The value below which so many quarters of the sorted numbers lie, between two if need be.

    Linear interpolation (Hyndman and Fan, type 7), as spreadsheets and pandas compute it.
    """
    whole, rest = divmod((len(ordered) - 1) * quarters, QUARTERS)
    below = ordered[whole]
    if not rest:
        return below
    return below + (ordered[whole + 1] - below) * rest / QUARTERS


def rounded(number: float) -> float:
    """The number to two significant digits, as a decimal fraction would be rounded to even."""
    return float(f"{number:.{SIGNIFICANT_DIGITS}g}") + 0.0


def _is_spread(numbers: Collection[float]) -> bool:
    """Whether no one and no two dominate."""
    sizes = [abs(number) for number in numbers]
    total = fsum(sizes)
    largest, second = nlargest(2, sizes)
    others = fsum([total, -largest, -second])
    return 100 * others >= P_PERCENT * largest and 100 * (largest + second) < MOST_OF_TWO * total
