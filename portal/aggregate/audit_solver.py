"""Whether a reader can be sure of an answer: whole-number feasibility, by HiGHS (pure).

Groups hold contributors whom the reader cannot tell apart. ``truth[g][o]`` is how many of group g
gave option o; everybody gives exactly one. The reader knows the size of each group, and bounds on
sums of these counts. An answer of a group is *determined* if everybody in it gave the same option
and no other table within the bounds has somebody of the group give another one. If the group's
true answers differ, exchanging two people gives another table that fits, so nobody is determined.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

import numpy as np
from highspy import Highs, HighsLp, HighsModelStatus, HighsVarType, MatrixFormat

Counts: TypeAlias = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Bound:
    """``low`` ≤ the sum over these groups and options ≤ ``high``; both are sets of positions."""

    groups: int
    options: int
    low: int
    high: int

    def holds(self, group: int, option: int) -> bool:
        """Whether it counts those of the group who give the option."""
        return bool(self.groups >> group & 1 and self.options >> option & 1)


@dataclass(frozen=True)
class Table:
    """Groups, their true answers, and what a reader knows of them."""

    truth: tuple[Counts, ...]
    bounds: tuple[Bound, ...]

    def determined(self) -> Iterator[tuple[int, int]]:
        """Every group whose answer is determined, with the option."""
        for group, counts in enumerate(self.truth):
            option = _unanimous(counts)
            if option is not None and not self._may_differ(group, option):
                yield group, option

    def without(self, group: int, option: int) -> "Table":
        """The same as somebody of the group reads it who knows their own answer."""
        truth = [list(counts) for counts in self.truth]
        truth[group][option] -= 1
        bounds = (
            Bound(each.groups, each.options, each.low - 1, each.high - 1)
            if each.holds(group, option)
            else each
            for each in self.bounds
        )
        return Table(tuple(tuple(counts) for counts in truth), tuple(bounds))

    def _may_differ(self, group: int, option: int) -> bool:
        """Whether somebody of the group may have answered otherwise."""
        return self._by_a_step(group, option) or self._by_solving(group, option)

    # One person answering otherwise, or two in exchange: enough to see it most of the time.

    @cached_property
    def _totals(self) -> list[int]:
        return [
            sum(
                count
                for group, counts in enumerate(self.truth)
                if bound.groups >> group & 1
                for option, count in enumerate(counts)
                if bound.options >> option & 1
            )
            for bound in self.bounds
        ]

    def _by_a_step(self, group: int, option: int) -> bool:
        others = [each for each in range(len(self.truth[group])) if each != option]
        return any(
            self._fits({(group, option): -1, (group, other): 1})
            or any(
                counts[other]
                and self._fits(
                    {(group, option): -1, (group, other): 1, (far, other): -1, (far, option): 1}
                )
                for far, counts in enumerate(self.truth)
                if far != group
            )
            for other in others
        )

    def _fits(self, changes: dict[tuple[int, int], int]) -> bool:
        return all(
            bound.low
            <= total + sum(by for place, by in changes.items() if bound.holds(*place))
            <= bound.high
            for bound, total in zip(self.bounds, self._totals, strict=True)
        )

    # Any other table.

    @cached_property
    def _solver(self) -> Highs:
        solver = Highs()  # type: ignore[no-untyped-call]  # the solver's own signature
        solver.setOptionValue("output_flag", False)  # noqa: FBT003 - the solver's own signature
        solver.setOptionValue("threads", 1)
        solver.passModel(self._model())
        return solver

    def _by_solving(self, group: int, option: int) -> bool:
        """The table with the fewest such answers in the group has fewer than all of it."""
        column = group * len(self.truth[group]) + option
        size = self.truth[group][option]
        self._solver.changeColBounds(column, 0, size - 1)
        self._solver.run()
        status = self._solver.getModelStatus()
        self._solver.changeColBounds(column, 0, size)
        # Anything but a proof that there is none counts against showing it.
        return status == HighsModelStatus.kOptimal

    def _model(self) -> HighsLp:
        sizes = [sum(counts) for counts in self.truth]
        width = len(self.truth[0])
        rows: list[tuple[list[int], int, int]] = [
            ([group * width + option for option in range(width)], size, size)
            for group, size in enumerate(sizes)
        ]
        rows += [(self._columns(bound, width), bound.low, bound.high) for bound in self.bounds]
        model = HighsLp()
        model.num_col_ = len(sizes) * width
        model.num_row_ = len(rows)
        model.col_cost_ = np.zeros(model.num_col_)
        model.col_lower_ = np.zeros(model.num_col_)
        model.col_upper_ = np.repeat(np.array(sizes, dtype=float), width)
        model.row_lower_ = np.array([low for _, low, _ in rows], dtype=float)
        model.row_upper_ = np.array([high for _, _, high in rows], dtype=float)
        model.integrality_ = [HighsVarType.kInteger] * model.num_col_
        model.a_matrix_.format_ = MatrixFormat.kRowwise
        model.a_matrix_.start_ = np.cumsum([0, *(len(columns) for columns, _, _ in rows)])
        model.a_matrix_.index_ = np.array([c for columns, _, _ in rows for c in columns])
        model.a_matrix_.value_ = np.ones(len(model.a_matrix_.index_))
        return model

    def _columns(self, bound: Bound, width: int) -> list[int]:
        return [
            group * width + option
            for group in range(len(self.truth))
            for option in range(width)
            if bound.holds(group, option)
        ]


def _unanimous(counts: Sequence[int]) -> int | None:
    """The option that everybody of a group gives; None if they differ or nobody is in it."""
    given = [option for option, count in enumerate(counts) if count]
    return given[0] if len(given) == 1 else None
