"""Small worlds of contributors and their answers, and an oracle that knows no bit sets."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations
from typing import TypeAlias

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from portal.aggregate.policy import OPEN_CLASSES, Audience
from portal.aggregate.proposals import (
    ALL,
    Answers,
    Column,
    Finding,
    Proposal,
    Question,
)
from portal.questionnaire.definition import ConfidentialityClass

OPTIONS = ("yes", "partly", "no")
SEGMENTS = ("north", "south", "large")
UNTIMED = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""Whether a test passes must not depend on how busy the machine is."""
HIDDEN = ConfidentialityClass.AGGREGATE_ONLY
Unit: TypeAlias = tuple[int, frozenset[str], bool]


@dataclass(frozen=True, slots=True)
class Fact:
    """What one contributor answered to one question; no options means no answer."""

    options: frozenset[str]
    confidentiality: ConfidentialityClass = HIDDEN
    segments: frozenset[str] = frozenset()


World: TypeAlias = Sequence[Fact]


def answer(
    option: str, confidentiality: ConfidentialityClass = HIDDEN, segments: Iterable[str] = ()
) -> Fact:
    """A single choice."""
    return Fact(frozenset({option}), confidentiality, frozenset(segments))


def members_of(indices: Iterable[int]) -> int:
    """The bit set of these contributors."""
    joined = bytearray()
    for index in indices:
        joined.extend(bytes(max(0, index // 8 + 1 - len(joined))))
        joined[index // 8] |= 1 << index % 8
    return int.from_bytes(joined, "little")


def answers_of(world: World, options: Sequence[str] = OPTIONS) -> Answers:
    """The world as bit sets."""
    return Answers(
        by_option={
            option: members_of(i for i, fact in enumerate(world) if option in fact.options)
            for option in options
        },
        by_class={
            name: members_of(
                i for i, fact in enumerate(world) if fact.options and fact.confidentiality is name
            )
            for name in ConfidentialityClass
        },
    )


def question_of(world: World) -> Question:
    """The question with its columns: all, then the segments."""
    columns = {ALL: members_of(range(len(world)))}
    for segment in SEGMENTS:
        columns[segment] = members_of(i for i, fact in enumerate(world) if segment in fact.segments)
    multiple = any(len(fact.options) > 1 for fact in world)
    return Question(answers_of(world), OPTIONS, columns, multiple)


def bands_only(proposal: Proposal) -> Finding | None:
    """Let bands through and exact counts never, without looking: layer 1 by itself."""
    if not any(column.exact and column.protected for column in proposal.columns):
        return None
    return Finding(proposal.audience, option="", answers=0)


def units(world: World, column: Column, audience: Audience) -> frozenset[Unit]:
    """The answers in a column, each with its contributor and whether it is protected."""
    return frozenset(
        (i, fact.options, fact.confidentiality not in OPEN_CLASSES[audience])
        for i, fact in enumerate(world)
        if fact.options and (column.name == ALL or column.name in fact.segments)
    )


def protected(answers: Iterable[Unit]) -> int:
    """How many of them are protected."""
    return sum(hidden for _, _, hidden in answers)


def smallest_parts(columns: Sequence[frozenset[Unit]]) -> set[int]:
    """The protected answers in each atom and each difference of two columns, by brute force."""
    atoms: dict[tuple[bool, ...], list[Unit]] = {}
    for unit in frozenset().union(*columns):
        atoms.setdefault(tuple(unit in column for column in columns), []).append(unit)
    differences = [one - other for one, other in permutations(columns, 2)]
    return {protected(part) for part in [*atoms.values(), *differences]}


def structure(
    columns: Mapping[Audience, Sequence[Column]],
) -> dict[Audience, list[tuple[str, int, int]]]:
    """What is shown, without the cells."""
    return {
        audience: [(column.name, column.n, column.protected) for column in shown]
        for audience, shown in columns.items()
    }


def choices() -> st.SearchStrategy[frozenset[str]]:
    """Mostly a single choice, sometimes several or no answer."""
    single = [st.just(frozenset({option})) for option in OPTIONS]
    return st.one_of(*single, st.frozensets(st.sampled_from(OPTIONS)))


def facts(
    classes: Sequence[ConfidentialityClass] = tuple(ConfidentialityClass),
) -> st.SearchStrategy[Fact]:
    """A contributor with an answer of one of the classes, in any of the segments."""
    segments = st.frozensets(st.sampled_from(SEGMENTS))
    return st.builds(Fact, choices(), st.sampled_from(classes), segments)


def worlds(
    smallest: int = 0, classes: Sequence[ConfidentialityClass] = tuple(ConfidentialityClass)
) -> st.SearchStrategy[list[Fact]]:
    """Up to 45 contributors."""
    return st.lists(facts(classes), min_size=smallest, max_size=45)
