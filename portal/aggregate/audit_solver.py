"""Whether readers can be sure of an answer: whole-number feasibility, by HiGHS (pure).

Groups hold contributors whom the reader cannot tell apart. ``truth[g][o]`` is how many of group g
gave option o; everybody gives exactly one. A *place* is a group and an option, numbered row by
row. The reader knows the size of each group, and bounds on sums of these counts; a *table* within
the bounds is a world that fits.

Contributors know their own answers, and up to two pool them: a world fits what they know if it has
their answers in their places. The others of a group are *determined* if all of them gave the same
option and every world that fits has all of them give it. If their true answers differ, exchanging
two people gives another world that fits, so nobody is determined.

So one world in which fewer of the group give the option speaks for everybody whose own answers
have room in it. Worlds one step from the truth are looked at first, those with the most room
before the others; who has no room in a world is looked at with worlds of their own, and the solver
finds a world or proves that there is none.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeAlias

import numpy as np
from highspy import Highs, HighsLp, HighsModelStatus, HighsVarType, MatrixFormat
from numpy.typing import NDArray

Counts: TypeAlias = tuple[int, ...]
Places: TypeAlias = tuple[int, ...]
Ints: TypeAlias = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Bound:
    """``low`` ≤ the sum over these groups and options ≤ ``high``; both are sets of positions."""

    groups: int
    options: int
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Sure:
    """What is determined: everybody else of the group gave the option.

    ``answers``: how many they are; ``pooled``: how many contributors it takes who tell each other
    their own answers, 0 for an outsider.
    """

    group: int
    option: int
    answers: int
    pooled: int


@dataclass(frozen=True)
class Table:
    """Groups, their true answers, and what a reader knows of them.

    ``own``: the places of everything that a contributor answered → how many answered just so.
    """

    truth: tuple[Counts, ...]
    bounds: tuple[Bound, ...]
    own: Mapping[Places, int] = field(default_factory=dict)

    def determined(self, most: int = 0) -> Iterator[Sure]:
        """What up to ``most`` contributors who pool their answers can be sure of."""
        for group, counts in enumerate(self.truth):
            for option, count in enumerate(counts):
                if count and sum(counts) - count <= most:
                    yield from _Target(self, group, option).determined(most)

    @property
    def width(self) -> int:
        """How many options there are."""
        return len(self.truth[0])

    @cached_property
    def counts(self) -> Ints:
        """The truth, place by place."""
        return np.array(self.truth, dtype=np.int64).ravel()

    @cached_property
    def holders(self) -> Mapping[int, list[Places]]:
        """Place → what contributors with an answer there know."""
        found = defaultdict(list)
        for places in sorted(self.own):
            for place in places:
                found[place].append(places)
        return found

    @cached_property
    def others(self) -> list[Ints]:
        """Worlds that the solver has found."""
        return []

    @cached_property
    def _counted(self) -> Ints:
        """Bound, group, option → 1 if it is counted."""
        counted = np.zeros((len(self.bounds), *self._shape), dtype=np.int64)
        for number, bound in enumerate(self.bounds):
            groups = [place for place in range(len(self.truth)) if bound.groups >> place & 1]
            options = [place for place in range(self.width) if bound.options >> place & 1]
            counted[number][np.ix_(groups, options)] = 1
        return counted

    @property
    def _shape(self) -> tuple[int, int]:
        return len(self.truth), self.width

    @cached_property
    def _room(self) -> tuple[Ints, Ints]:
        """How far below and above the truth each bound lets its sum go."""
        totals = (self._counted * self.counts.reshape(self._shape)).sum(axis=(1, 2))
        low = np.array([each.low for each in self.bounds], dtype=np.int64)
        high = np.array([each.high for each in self.bounds], dtype=np.int64)
        return low - totals, high - totals

    def steps(self, group: int, option: int) -> Iterator[Ints]:
        """Worlds in which one of the group answers otherwise, alone or in exchange with another."""
        counted, (least, most) = self._counted, self._room
        for other in range(self.width):
            if other == option:
                continue
            moved = counted[:, :, other] - counted[:, :, option]
            changes = np.hstack([moved[:, [group]], moved[:, [group]] - moved])
            inside = (least[:, None] <= changes) & (changes <= most[:, None])
            fits: NDArray[np.bool_] = np.all(inside, axis=0)
            world = self.counts.copy().reshape(self._shape)
            world[group, option] -= 1
            world[group, other] += 1
            if fits[0]:
                yield world.ravel()
            for far in np.flatnonzero(fits[1:]):
                if far != group and world[far, other]:
                    exchanged = world.copy()
                    exchanged[far, other] -= 1
                    exchanged[far, option] += 1
                    yield exchanged.ravel()

    def solved(self, least: Ints, place: int) -> Ints | None:
        """A world with at least these counts and fewer than in truth in the place; None if none.

        Without asking for whole numbers first, which is quick and mostly gives some, or a proof
        that there is nothing. What a solver gives is taken only if it fits, in whole numbers.
        """
        most = np.repeat([float(sum(counts)) for counts in self.truth], self.width)
        most[place] = self.counts[place] - 1
        everywhere = np.arange(len(most), dtype=np.int32)
        for solver in (self._relaxed, self._whole):
            solver.changeColsBounds(len(most), everywhere, least.astype(float), most)
            solver.run()
            # Anything but a world counts against showing it.
            if solver.getModelStatus() != HighsModelStatus.kOptimal:
                return None
            world = np.rint(solver.getSolution().col_value).astype(np.int64)
            if (least <= world).all() and (world <= most).all() and self._fits(world):
                self.others.append(world)
                return world
        return None

    def _fits(self, world: Ints) -> bool:
        changes = (world - self.counts).reshape(self._shape)
        least, most = self._room
        sums = (self._counted * changes).sum(axis=(1, 2))
        keeps_sizes = not changes.sum(axis=1).any()
        return keeps_sizes and bool(((least <= sums) & (sums <= most)).all())

    @cached_property
    def _relaxed(self) -> Highs:
        """Looks for worlds among fractions, as close to what was answered as can be."""
        model = self._model()
        model.col_cost_ = -np.minimum(self.counts, 1).astype(float)
        return _solver(model)

    @cached_property
    def _whole(self) -> Highs:
        """Looks for any world in whole numbers."""
        model = self._model()
        model.integrality_ = [HighsVarType.kInteger] * model.num_col_
        return _solver(model)

    def _model(self) -> HighsLp:
        sizes = [sum(counts) for counts in self.truth]
        rows: list[tuple[Sequence[int], int, int]] = [
            (range(group * self.width, (group + 1) * self.width), size, size)
            for group, size in enumerate(sizes)
        ]
        rows += [
            (np.flatnonzero(counted).tolist(), bound.low, bound.high)
            for bound, counted in zip(self.bounds, self._counted, strict=True)
        ]
        model = HighsLp()
        model.num_col_ = len(sizes) * self.width
        model.num_row_ = len(rows)
        model.col_cost_ = np.zeros(model.num_col_)
        model.col_lower_ = np.zeros(model.num_col_)
        model.col_upper_ = np.repeat(np.array(sizes, dtype=float), self.width)
        model.row_lower_ = np.array([low for _, low, _ in rows], dtype=float)
        model.row_upper_ = np.array([high for _, _, high in rows], dtype=float)
        model.a_matrix_.format_ = MatrixFormat.kRowwise
        model.a_matrix_.start_ = np.cumsum([0, *(len(columns) for columns, _, _ in rows)])
        model.a_matrix_.index_ = np.array([c for columns, _, _ in rows for c in columns])
        model.a_matrix_.value_ = np.ones(len(model.a_matrix_.index_))
        return model


def _solver(model: HighsLp) -> Highs:
    """Ready to run, without what takes longer than these small problems do."""
    solver = Highs()  # type: ignore[no-untyped-call]  # the solver's own signature
    options: dict[str, bool | int | float | str] = {
        "output_flag": False,
        "threads": 1,
        "presolve": "off",
        "mip_heuristic_run_feasibility_jump": False,
        "mip_heuristic_effort": 0.0,
    }
    for name, value in options.items():
        solver.setOptionValue(name, value)
    solver.passModel(model)
    return solver


class _Target:
    """The answers of one group, and who could be sure that all the others gave one option."""

    def __init__(self, table: Table, group: int, option: int) -> None:
        self.table, self.group, self.option = table, group, option
        self.place = group * table.width + option
        self.otherwise = [
            place
            for place in range(group * table.width, (group + 1) * table.width)
            if place != self.place
        ]
        self.known_of = table.counts.copy()
        """What can be known by those who leave one of the answers to be worked out."""
        self.known_of[self.place] -= 1
        self.looked_at: set[tuple[Places, ...]] = set()

    def determined(self, most: int) -> Iterator[Sure]:
        """By whom, weakest first; stops at the first."""
        yield from self._of_those((), most)

    def _of_those(self, pooling: tuple[Places, ...], left: int) -> Iterator[Sure]:
        """Whether these can be sure, or with up to ``left`` more."""
        known = self._known(pooling)
        if pooling in self.looked_at or (known > self.known_of).any():
            return
        self.looked_at.add(pooling)
        joining = [place for place in self.otherwise if self.table.counts[place] > known[place]]
        # As long as the others differ, only with all who answered otherwise the rest may be sure.
        if not joining:
            world = self._world(known)
            if world is None:
                answers = int(self.table.counts[self.place] - known[self.place])
                yield Sure(self.group, self.option, answers, len(pooling))
                return
            joining = self._without_room(world, known, left)
        for places in self._holders(joining) if left else ():
            if pooling.count(places) < self.table.own[places]:
                yield from self._of_those(tuple(sorted((*pooling, places))), left - 1)

    def _holders(self, places: Sequence[int]) -> set[Places]:
        """What those with an answer in one of the places know."""
        return {own for place in places for own in self.table.holders.get(place, ())}

    def _known(self, pooling: Sequence[Places]) -> Ints:
        known = np.zeros_like(self.table.counts)
        for places in pooling:
            known[list(places)] += 1
        return known

    def _without_room(self, world: Ints, known: Ints, left: int) -> list[int]:
        """The places where so many more could know more answers than the world has."""
        wanted = np.minimum(self.known_of - known, left)
        return [int(place) for place in np.flatnonzero(world - known < wanted)]

    def _world(self, known: Ints) -> Ints | None:
        """One that fits in which fewer of the group give the option, with room for many."""
        if len(self._worlds):
            room = (self._worlds >= known).all(axis=1)
            if room.any():
                first: Ints = self._worlds[int(room.argmax())]
                return first
        for other in self.table.others:
            if other[self.place] < self.table.counts[self.place] and (other >= known).all():
                return other
        return self.table.solved(known, self.place)

    @cached_property
    def _worlds(self) -> Ints:
        """Those one step away; the ones with room for most people first."""
        found = np.array(list(self.table.steps(self.group, self.option)), dtype=np.int64)
        if not len(found):
            return found
        missing = (np.minimum(self.known_of, 2) - found).clip(0).sum(axis=1)
        return found[np.argsort(missing, kind="stable")]
