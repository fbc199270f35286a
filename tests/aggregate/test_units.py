from hypothesis import given
from hypothesis import strategies as st

from portal.aggregate.units import renumbered
from tests.aggregate.worlds import UNTIMED, members_of


@UNTIMED
@given(st.permutations(range(40)), st.sets(st.integers(0, 19)))
def test_the_same_contributors_are_in_a_set_with_other_numbers(
    order: list[int], members: set[int]
) -> None:
    numbers = dict(enumerate(order[:20]))
    moved = renumbered(members_of(members), numbers)
    assert moved == members_of(numbers[each] for each in members)


def test_nobody_has_no_number() -> None:
    assert renumbered(0, {}) == 0
