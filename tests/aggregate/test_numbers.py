"""Summaries of numbers: shown where nobody is given away, and then only what is nobody's own."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.aggregate.numbers import rounded, summarise
from portal.aggregate.proposals import Numbers
from tests.aggregate.worlds import UNTIMED

FINITE = st.floats(-1e15, 1e15).map(lambda number: round(number, 3))
MANY = st.lists(FINITE, min_size=0, max_size=40).map(lambda found: dict(enumerate(found)))


def summary(*numbers: float, protected: int | None = None) -> Numbers | None:
    """Of these numbers, of which the first so many are protected: all unless it is given."""
    hidden = len(numbers) if protected is None else protected
    return summarise(dict(enumerate(numbers)), set(range(hidden)))


def test_ten_protected_numbers_have_a_summary_and_nine_have_none() -> None:
    assert summary(*range(1, 11)) == Numbers(3.2, 5.5, 7.8)
    assert summary(*range(1, 10)) is None
    assert summary(*range(1, 31), protected=9) is None


def test_numbers_that_are_open_anyway_need_no_shield() -> None:
    assert summary(1, 1000, protected=0) == Numbers(250.0, 500.0, 750.0)
    assert summary(protected=0) is None


def test_a_number_that_the_others_do_not_hide_is_not_summed_up() -> None:
    assert summary(*[1.0] * 11, 50) is not None
    assert summary(*[1.0] * 11, 70) is None


def test_two_that_have_most_of_everything_are_not_summed_up() -> None:
    assert summary(*[1.0] * 10, 28, 28) == Numbers(1.0, 1.0, 1.0)
    assert summary(*[1.0] * 10, 29, 29) is None


@pytest.mark.parametrize("sign", [1, -1])
def test_a_large_loss_dominates_as_a_large_gain_does(sign: int) -> None:
    assert summary(*[1.0] * 10, sign * 200) is None
    assert summary(*range(-6, 6)) == Numbers(-3.2, -0.5, 2.2)


def test_nothing_is_said_of_numbers_that_are_all_zero() -> None:
    assert summary(*[0.0] * 12) is None


def test_open_numbers_do_not_hide_one_that_stands_out_among_the_protected() -> None:
    assert summary(*[1.0] * 10, 200, *[100.0] * 20, protected=11) is None


@UNTIMED
@given(MANY, st.sets(st.integers(0, 39)))
def test_whoever_may_be_shown_is_summed_up_as_pandas_would(
    values: dict[int, float], protected: set[int]
) -> None:
    found = summarise(values, protected)
    if found is None:
        return
    shielded = protected & values.keys()
    assert not shielded or len(shielded) >= 10
    expected = pd.Series(values).quantile([0.25, 0.5, 0.75]).tolist()
    shown = (found.lower_quartile, found.median, found.upper_quartile)
    for mine, theirs in zip(shown, expected, strict=True):
        # Two ways of interpolating can fall on either side of where rounding changes.
        assert mine == pytest.approx(theirs, rel=0.051)
        assert rounded(mine) == mine


@UNTIMED
@given(MANY, st.sets(st.integers(0, 39)))
def test_neither_the_sign_nor_who_is_who_changes_whether_there_is_a_summary(
    values: dict[int, float], protected: set[int]
) -> None:
    is_shown = summarise(values, protected) is not None
    turned = {each: -number for each, number in values.items()}
    assert (summarise(turned, protected) is not None) == is_shown
    moved = {each + 100: number for each, number in values.items()}
    assert (summarise(moved, {each + 100 for each in protected}) is not None) == is_shown


@UNTIMED
@given(st.lists(st.floats(1, 100), min_size=10, max_size=40), st.data())
def test_what_the_smallest_and_the_largest_are_makes_no_difference(
    numbers: list[float], data: st.DataObject
) -> None:
    ordered = sorted(numbers)
    ordered[-1] += data.draw(st.floats(0, 50))
    ordered[0] -= data.draw(st.floats(0, 1))
    before, after = summary(*sorted(numbers)), summary(*ordered)
    if before is not None and after is not None:
        assert before == after
