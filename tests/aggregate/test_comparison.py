"""Two releases beside each other: from released cells only, and by what the questions mean."""

from dataclasses import replace
from typing import TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.aggregate.comparison import Hindrance, common_columns, points
from portal.aggregate.proposals import BANDS
from portal.aggregate.reading import Bar, Words, percentage
from portal.questionnaire.definition import (
    Maturity,
    Multi,
    Percentage,
    Questionnaire,
    ReleaseRule,
    YesNo,
)
from portal.questionnaire.definition import Test as Condition
from portal.response.suggesting import pairs
from tests.aggregate.rounds import (
    SMALL,
    as_round,
    column,
    compared,
    with_question,
    without_question,
)

Kind = TypeVar("Kind", Maturity, Multi, Percentage, YesNo)


def policy(yes: int, n: int) -> dict[str, dict[str, object]]:
    return {"all": column(n, yes=yes, partly=0, no=n - yes)}


def bar(cell: int | str | None, n: int = 20) -> Bar:
    label = Words("Yes", "en")
    if isinstance(cell, int):
        share = percentage(cell, n)
        return Bar(option="yes", label=label, cell=cell, low=share, high=share)
    low = 20 * BANDS.index(cell) if cell else 0
    return Bar(option="yes", label=label, cell=cell, low=low, high=low + 20 if cell else 0)


def of(kind: type[Kind], question_id: str) -> Kind:
    """The question of the small questionnaire, which is of this type."""
    found = SMALL.question(question_id)
    assert isinstance(found, kind)
    return found


def test_the_greatest_difference_comes_first_and_few_answers_last() -> None:
    now = as_round(
        {
            "B.01": policy(17, 24),
            "B.03": {"all": column(2, yes=2, no=0)},
            "B.04": {"all": column(20, **{"0": 0, "1": 10, "2": 10, "3": 0, "4": 0})},
            "C.01.chips": {"all": column(12, none=0, partly=6, all=6)},
        }
    )
    before = as_round(
        {
            "B.01": policy(12, 21),
            "B.03": {"all": column(2, yes=0, no=2)},
            "B.04": {"all": column(20, **{"0": 10, "1": 10, "2": 0, "3": 0, "4": 0})},
            "C.01.chips": {"all": column(12, none=0, partly=6, all=6)},
        }
    )
    found = compared(now, before)
    assert [each.question.id for each in found.changed] == ["B.04", "B.01", "B.03"]
    assert [each.question.id for each in found.unchanged] == ["C.01"]


@pytest.mark.parametrize(
    ("now", "before", "apart"),
    [
        (12, 12, 0),
        (12, 7, 25),
        ("40–60 %", "20–40 %", 20),
        (10, "40–60 %", 0),
        ("40–60 %", 10, 0),
        (2, "40–60 %", 40),
        ("0–20 %", None, 0),
    ],
)
def test_cells_differ_only_if_they_cannot_be_the_same(
    now: int | str | None, before: int | str | None, apart: float
) -> None:
    assert points(bar(now), bar(before)) == apart


CELLS = st.one_of(st.integers(0, 20), st.sampled_from(BANDS), st.none())


@given(CELLS, CELLS)
def test_the_order_of_two_cells_makes_no_difference(
    now: int | str | None, before: int | str | None
) -> None:
    one, other = bar(now), bar(before)
    assert points(one, other) == points(other, one) >= 0
    assert points(one, one) == 0


def test_what_cannot_be_compared_is_named_with_its_reason() -> None:
    bands = replace(of(Percentage, "B.05"), release=ReleaseRule(bands=(50,)))
    old = replace(with_question(bands), version="0.9")
    reworded = replace(of(Maturity, "B.04"), text={"en": "Another question?"})
    new = replace(with_question(reworded), version="1.1")
    share = {"all": column(20, **{"0–20": 20, "20–40": 0, "40–60": 0, "60–80": 0, "over 80": 0})}
    halves = {"all": column(20, **{"0–50": 20, "over 50": 0})}
    ladder = {"all": column(20, **{str(level): 4 for level in range(5)})}
    now = as_round({"B.01": policy(3, 20), "B.04": ladder, "B.05": share}, new)
    before = as_round({"A.02": {"all": column(0)}, "B.04": ladder, "B.05": halves}, old)
    found = {each.question.id: each.hindrance for each in compared(now, before).not_comparable}
    assert found == {
        "A.01": Hindrance.NOT_SHOWN,
        "A.02": Hindrance.NOT_SHOWN_NOW,
        "A.03": Hindrance.NOT_SHOWN,
        "B.01": Hindrance.NOT_SHOWN_BEFORE,
        "B.03": Hindrance.NOT_SHOWN,
        "B.04": Hindrance.CHANGED,
        "B.05": Hindrance.COUNTED_OTHERWISE,
        "B.06": Hindrance.NOT_SHOWN,
        "C.01": Hindrance.NOT_SHOWN,
        "C.02": Hindrance.NOT_SHOWN,
    }


def test_new_questions_and_those_that_are_gone_are_named() -> None:
    old = replace(without_question("B.03"), version="0.9")
    found = compared(as_round({}), as_round({}, old))
    (new,) = [each for each in found.questions if each.question.id == "B.03"]
    assert new.hindrance is Hindrance.NEW
    back = compared(as_round({}, old), as_round({}))
    assert [each.id for each in back.gone] == ["B.03"]


def test_nobody_is_no_base_for_a_comparison() -> None:
    found = compared(as_round({"B.01": policy(3, 20)}), as_round({"B.01": policy(0, 0)}))
    (policy_now,) = [each for each in found.questions if each.question.id == "B.01"]
    assert policy_now.hindrance is Hindrance.NOBODY


def test_it_is_said_when_a_question_is_asked_of_others() -> None:
    for_all = replace(of(YesNo, "B.03"), show_if=None)
    old = replace(with_question(for_all), version="0.9")
    figures = {"B.03": {"all": column(20, yes=10, no=10)}}
    found = compared(as_round(figures), as_round(figures, old))
    assert [each.question.id for each in found.questions if each.asked_of_others] == ["B.03"]


def _common(old: Questionnaire) -> list[str]:
    return common_columns(as_round({}), as_round({}, old), pairs(old, SMALL))


def test_a_segment_is_compared_only_with_the_same_segment() -> None:
    assert _common(SMALL) == ["all", "makers", "sellers"]
    makers, sellers = SMALL.segments
    other = replace(makers, when=Condition(question="A.01", has=("brand",)))
    assert _common(replace(SMALL, version="0.9", segments=(other, sellers))) == ["all", "sellers"]
    reworded = replace(of(Multi, "A.01"), text={"en": "Another question?"})
    assert _common(replace(with_question(reworded), version="0.9")) == ["all"]
