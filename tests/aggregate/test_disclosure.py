from collections.abc import Sequence
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.aggregate.disclosure import publish
from portal.aggregate.policy import AUDIENCES, Audience
from portal.aggregate.proposals import (
    ALL,
    BANDS,
    Column,
    Finding,
    Gate,
    Outcome,
    Proposal,
    Reason,
    Seen,
    band,
)
from portal.questionnaire.definition import ConfidentialityClass
from tests.aggregate.worlds import (
    HIDDEN,
    OPTIONS,
    SEGMENTS,
    UNTIMED,
    Fact,
    Unit,
    World,
    answer,
    answers_of,
    bands_only,
    choices,
    facts,
    protected,
    question_of,
    smallest_parts,
    structure,
    units,
    worlds,
)

BUYERS = ConfidentialityClass.BUYERS
PUBLIC = ConfidentialityClass.PUBLIC
Shown = dict[Audience, tuple[Column, ...]]


def release(
    world: World, earlier: Sequence[tuple[World, Shown]] = (), gate: Gate = bands_only
) -> Shown:
    seen = {
        audience: [
            Seen(answers_of(then), shown[each])
            for then, shown in earlier
            for each in audience.and_weaker
        ]
        for audience in AUDIENCES
    }
    outcomes = publish(question_of(world), seen, gate)
    return {audience: outcome.columns for audience, outcome in outcomes.items()}


def releases(history: Sequence[World], gate: Gate = bands_only) -> list[tuple[World, Shown]]:
    done: list[tuple[World, Shown]] = []
    for world in history:
        done.append((world, release(world, done, gate)))
    return done


def all_pass(_: Proposal) -> Finding | None:
    """Exact counts for buyers wherever the structure allows them."""
    return None


def names(columns: Sequence[Column]) -> list[str]:
    return [column.name for column in columns]


@UNTIMED
@given(worlds())
def test_a_column_exists_only_with_no_or_at_least_ten_protected_answers(world: list[Fact]) -> None:
    for audience, columns in release(world).items():
        for column in columns:
            members = units(world, column, audience)
            assert column.n == len(members)
            assert column.protected == protected(members)
            assert column.protected == 0 or column.protected >= 10


@UNTIMED
@given(st.lists(worlds(), min_size=1, max_size=3))
def test_what_came_and_went_over_all_releases_is_none_or_five(history: list[list[Fact]]) -> None:
    assert_no_small_part(releases(history))


@UNTIMED
@given(st.lists(worlds(), min_size=1, max_size=3))
def test_every_atom_of_exact_counts_over_all_releases_holds_none_or_five(
    history: list[list[Fact]],
) -> None:
    done = releases(history, all_pass)
    for number in range(len(done)):
        exact = [
            members
            for column, members, _ in visible(done[: number + 1], Audience.BUYER)
            if column.exact and protected(members)
        ]
        assert not exact or not smallest_parts(exact) & FEW


@st.composite
def changing_worlds(draw: st.DrawFn) -> list[list[Fact]]:
    """Three releases in which a few contributors change, come or go."""
    history = [draw(worlds(smallest=12, classes=[HIDDEN, BUYERS]))]
    for _ in range(2):
        world = list(history[-1])
        for index in draw(st.sets(st.integers(0, len(world) - 1), max_size=12)):
            world[index] = draw(facts([HIDDEN, BUYERS]))
        history.append(world + draw(st.lists(facts([HIDDEN, BUYERS]), max_size=7)))
    return history


@UNTIMED
@given(changing_worlds())
def test_the_same_holds_when_few_contributors_change_between_releases(
    history: list[list[Fact]],
) -> None:
    assert_no_small_part(releases(history))


FEW = {1, 2, 3, 4}


def visible(
    done: Sequence[tuple[World, Shown]], audience: Audience
) -> list[tuple[Column, frozenset[Unit], int]]:
    """Everything that an audience has seen: the column, its answers, the number of the release."""
    return [
        (column, units(then, column, audience), number)
        for number, (then, shown) in enumerate(done)
        for weaker in audience.and_weaker
        for column in shown[weaker]
    ]


def assert_no_small_part(done: Sequence[tuple[World, Shown]]) -> None:
    """What came to a column and what left it, since any time that the audience saw it."""
    for number, (_, shown) in enumerate(done):
        for audience in AUDIENCES:
            seen = visible(done[: number + 1], audience)
            first = {(each.name, members): n for each, members, n in reversed(seen)}
            earlier = {n for (_, members), n in first.items() if n < number and protected(members)}
            for column in shown[audience]:
                if not column.protected:
                    continue
                versions = [members for then, members, _ in seen if then.name == column.name]
                assert not smallest_parts(versions) & FEW
                for each in earlier:
                    assert protected(versions[-1] - answers_in(done[each][0], audience)) not in FEW


def answers_in(world: World, audience: Audience) -> frozenset[Unit]:
    """Everybody's answer."""
    everybody = Column(ALL, 0, 0, 0, exact=True, cells={})
    return units(world, everybody, audience)


@UNTIMED
@given(worlds(), st.randoms(use_true_random=False))
def test_the_structure_stays_when_answers_are_permuted(world: list[Fact], chance: Random) -> None:
    """Invariant I7."""
    answering = [index for index, fact in enumerate(world) if fact.options]
    shuffled = list(world)
    for index, other in zip(answering, chance.sample(answering, len(answering)), strict=True):
        shuffled[index] = replace(world[index], options=world[other].options)
    assert structure(release(shuffled)) == structure(release(world))


@UNTIMED
@given(worlds(), st.randoms(use_true_random=False))
def test_relabelling_contributors_changes_nothing(world: list[Fact], chance: Random) -> None:
    """Invariant I6."""
    relabelled = chance.sample(world, len(world))
    before, after = release(world), release(relabelled)
    assert structure(after) == structure(before)
    assert cells(after) == cells(before)


def cells(shown: Shown) -> list[object]:
    return [dict(column.cells) for columns in shown.values() for column in columns]


@UNTIMED
@given(worlds(smallest=10, classes=[HIDDEN]), st.data())
def test_one_to_four_changed_responses_publish_nothing_new(
    world: list[Fact], data: st.DataObject
) -> None:
    """Invariant I5: whoever answers otherwise, joins or withdraws, the rest stays as it was.

    Where the first release showed nothing at all, there is nothing to subtract from the second.
    """
    first = release(world)
    changed = list(world)
    for index in data.draw(st.sets(st.integers(0, len(world) - 1), min_size=1, max_size=4)):
        changed[index] = replace(world[index], options=data.draw(choices()))
    second = release(changed, [(world, first)])
    for audience in AUDIENCES:
        known = {(column.name, column.n): column.cells for column in first[audience]}
        for column in second[audience]:
            if column.protected and "all" in names(first[audience]):
                assert column.cells == known[column.name, column.n]


def test_one_new_contributor_keeps_a_question_out_of_the_next_release() -> None:
    world = [answer("yes") for _ in range(20)]
    first = release(world)
    assert names(first[Audience.PUBLIC]) == ["all", *SEGMENTS]
    second = release([*world, answer("no")], [(world, first)])
    assert [column.n for column in second[Audience.PUBLIC]] == [0, 0, 0]


def test_five_new_contributors_let_it_in_again() -> None:
    world = [answer("yes") for _ in range(20)]
    bigger = [*world, *(answer("no") for _ in range(5))]
    second = release(bigger, [(world, release(world))])
    assert second[Audience.PUBLIC][0].n == 25


def test_new_contributors_add_up_over_releases() -> None:
    world = [answer("yes") for _ in range(20)]
    third = [*world, *(answer("no") for _ in range(6))]
    done = releases([world, third[:23], third])
    assert [names(shown[Audience.PUBLIC])[0] for _, shown in done] == ["all", "north", "all"]


def test_an_unchanged_release_publishes_the_same_again() -> None:
    world = [answer(OPTIONS[i % 3], segments=SEGMENTS[: i % 2]) for i in range(30)]
    first = release(world)
    assert release(world, [(world, first)]) == first


def test_a_changed_class_counts_as_a_change() -> None:
    world = [answer("yes", BUYERS) for _ in range(20)]
    narrowed = [answer("yes", PUBLIC), *world[1:]]
    second = release(narrowed, [(world, release(world))])
    assert "all" not in names(second[Audience.PUBLIC])
    assert second[Audience.BUYER][0].n == 20


def test_an_open_newcomer_hides_nothing() -> None:
    world = [answer("yes") for _ in range(20)]
    second = release([*world, answer("no", PUBLIC)], [(world, release(world))])
    assert (second[Audience.PUBLIC][0].n, second[Audience.PUBLIC][0].protected) == (21, 20)


def test_earlier_columns_for_a_stronger_audience_do_not_count() -> None:
    """The public never saw the buyers' document, so nothing can be subtracted from it."""
    world = [answer("yes") for _ in range(20)]
    buyers_only: Shown = dict.fromkeys(AUDIENCES, ())
    buyers_only[Audience.BUYER] = release(world)[Audience.BUYER]
    second = release([*world, answer("no")], [(world, buyers_only)])
    assert "all" in names(second[Audience.PUBLIC])
    assert "all" not in names(second[Audience.BUYER])


def test_exact_counts_are_taken_in_declared_order_and_the_others_come_in_bands() -> None:
    """North and south each fit beside all, but not beside each other: they differ by three."""
    both = [answer("yes", segments=("north", "south")) for _ in range(12)]
    north = [answer("no", segments=("north",)) for _ in range(3)]
    rest = [answer("no") for _ in range(5)]
    shown = release([*both, *north, *rest], gate=all_pass)
    exact = {column.name: column.exact for column in shown[Audience.BUYER]}
    assert exact == {"all": True, "north": True, "south": False, "large": True}
    assert names(shown[Audience.PUBLIC]) == ["all", *SEGMENTS]


def test_a_column_that_differs_little_from_another_comes_without_numbers() -> None:
    world = [answer(OPTIONS[i % 3], segments=SEGMENTS[: i > 2]) for i in range(20)]
    counted = question_of(world)
    numbers = {i: float(10 + i) for i in range(20)}
    question = replace(counted, answers=replace(counted.answers, numbers=numbers))
    everybody, north, *_ = publish(question, {}, all_pass)[Audience.SUPPLIER].columns
    assert (everybody.n, north.n) == (20, 17)
    assert everybody.numbers is not None
    assert north.numbers is None


def test_a_segment_with_few_newcomers_is_left_out_though_it_was_not_shown_before() -> None:
    world = [answer("yes", segments=SEGMENTS[: i < 9]) for i in range(20)]
    newcomers = [answer("no", segments=SEGMENTS[: i < 3]) for i in range(6)]
    first = release(world)
    assert names(first[Audience.PUBLIC])[0] == "all"
    assert "north" not in names(first[Audience.PUBLIC])
    second = release([*world, *newcomers], [(world, first)])
    assert "north" not in names(second[Audience.PUBLIC])
    assert "all" in names(second[Audience.PUBLIC])


def test_open_answers_are_shown_exactly_to_whom_they_are_open() -> None:
    shown = release([answer("yes", BUYERS), answer("no", BUYERS)])
    assert shown[Audience.BUYER][0].cells == {"yes": 1, "partly": 0, "no": 1}
    assert shown[Audience.BUYER][0].exact
    assert "all" not in names(shown[Audience.SUPPLIER])


def test_protected_answers_are_shown_in_bands_only() -> None:
    world = [answer("yes") for _ in range(7)] + [answer("no", PUBLIC) for _ in range(3)]
    world += [answer("no") for _ in range(3)]
    for columns in release(world).values():
        assert columns[0].cells == {"yes": BANDS[2], "partly": BANDS[0], "no": BANDS[2]}
        assert not columns[0].exact


@pytest.mark.parametrize(
    ("count", "total", "expected"),
    [
        (0, 10, 0), (19, 100, 0), (20, 100, 1), (2, 10, 1), (39, 100, 1), (40, 100, 2),
        (6, 10, 3), (79, 100, 3), (80, 100, 4), (10, 10, 4),
    ],
)  # fmt: skip
def test_a_band_begins_with_its_lower_bound(count: int, total: int, expected: int) -> None:
    assert band(count, total) == BANDS[expected]


def test_only_buyers_are_offered_exact_counts_and_get_bands_when_the_gate_refuses() -> None:
    asked: list[tuple[Audience, bool]] = []

    def gate(proposal: Proposal) -> Finding | None:
        asked.append((proposal.audience, proposal.columns[0].exact))
        return bands_only(proposal)

    shown = release([answer("yes") for _ in range(10)], gate=gate)
    assert asked == [
        (Audience.PUBLIC, False),
        (Audience.SUPPLIER, False),
        (Audience.BUYER, True),
        (Audience.BUYER, False),
    ]
    assert shown[Audience.BUYER][0].cells["yes"] == BANDS[4]


def test_a_gate_that_passes_gives_buyers_exact_counts() -> None:
    shown = release([answer("yes") for _ in range(10)], gate=lambda _proposal: None)
    assert shown[Audience.BUYER][0].cells["yes"] == 10
    assert shown[Audience.SUPPLIER][0].cells["yes"] == BANDS[4]


def test_a_gate_that_refuses_leaves_nothing_of_the_question() -> None:
    question = question_of([answer("yes") for _ in range(10)])
    found = Finding(Audience.BUYER, option="yes", answers=10)
    outcomes = publish(question, {}, lambda _proposal: found)
    assert list(outcomes.values()) == [Outcome((), failed=found)] * 3


def test_the_secretariat_is_told_by_public_facts_why_a_column_is_left_out() -> None:
    north = [answer("yes", segments=["north"]) for _ in range(9)]
    south = [answer("no", segments=["south"]) for _ in range(22)]
    most = [answer("no", segments=["large"]) for _ in range(12)]
    question = question_of([*north, *south[:20], *most, answer("yes"), answer("no")])
    outcomes = publish(question, {}, bands_only)
    assert outcomes[Audience.PUBLIC].left_out == {"north": Reason.TOO_FEW}
    first = question_of([*south, *most])
    told = {
        audience: [Seen(first.answers, publish(first, {}, bands_only)[audience].columns)]
        for audience in AUDIENCES
    }
    later = question_of([*south, *most, answer("no")])
    assert publish(later, told, bands_only)[Audience.PUBLIC].left_out == {"all": Reason.FEW_CHANGED}


def test_a_hundred_thousand_contributors_are_decided_alike() -> None:
    world = [answer(OPTIONS[i % 3], segments=SEGMENTS[: i % 4]) for i in range(2_000)] * 50
    first = release(world)
    bigger = [*world, *(answer("no") for _ in range(4))]
    assert first[Audience.PUBLIC][0].n == 100_000
    assert "all" not in names(release(bigger, [(world, first)])[Audience.PUBLIC])
