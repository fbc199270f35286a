"""An attacker on released columns: one unknown a supplier, and no idea of how the portal audits.

A *scene* is everything that the attacker has: for each document who answered, which suppliers are
in each column and its cells. Unknown is each supplier's answer, one unknown for as long as it
stays the same; the attacker knows the answers that are open to the reader, and their own, or
those of two suppliers who pool them.
``determined`` looks for answers that are the same in every world that fits, with a solver;
``by_trying`` tries every world.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from itertools import combinations, product
from math import ceil
from typing import TypeAlias

import highspy

from portal.aggregate.policy import OPEN_CLASSES, Audience
from portal.aggregate.proposals import Column
from portal.questionnaire.definition import ConfidentialityClass
from tests.aggregate.worlds import OPTIONS, Fact, World

NAMED_TO = {
    Audience.SUPPLIER: frozenset({ConfidentialityClass.BUYERS_AND_OBSERVERS}),
    Audience.BUYER: frozenset({ConfidentialityClass.NAMED_BUYERS}),
}
"""What some of an audience read by name besides: observers, and a buyer whom everybody names."""
FOUND = {highspy.HighsModelStatus.kOptimal, highspy.HighsModelStatus.kObjectiveTarget}
Unknown: TypeAlias = tuple[int, int]
"""Supplier, and the number of the first document in which they answered like this."""
Secret: TypeAlias = tuple[Unknown, str]
"""An unknown and an option: whether it was given."""


@dataclass(frozen=True, slots=True)
class Document:
    """Columns of one document, and the world that they were counted from."""

    world: World
    columns: Sequence[Column]


@dataclass(frozen=True)
class Scene:
    """What one reader has seen, and the suppliers who tell each other their answers, if any."""

    documents: Sequence[Document]
    reader: Audience
    pooling: frozenset[int] = frozenset()
    multiple: bool = False
    besides: frozenset[ConfidentialityClass] = frozenset()
    """Classes that are open to this reader, though not to all of the audience."""

    def unknown(self, document: int, supplier: int) -> Unknown:
        """The unknown that stands for the supplier's answer in a document."""
        said = self.documents[document].world[supplier].options
        for number, earlier in enumerate(self.documents[: document + 1]):
            if supplier < len(earlier.world) and earlier.world[supplier].options == said:
                return supplier, number
        raise AssertionError

    def answers(self) -> dict[Unknown, frozenset[str]]:
        """Every unknown, with the truth."""
        return {
            self.unknown(number, supplier): fact.options
            for number, document in enumerate(self.documents)
            for supplier, fact in enumerate(document.world)
            if fact.options
        }

    def known(self) -> set[Unknown]:
        """What the reader may read, or said themselves."""
        return {
            self.unknown(number, supplier)
            for number, document in enumerate(self.documents)
            for supplier, fact in enumerate(document.world)
            if fact.options
            and (
                supplier in self.pooling
                or fact.confidentiality in OPEN_CLASSES[self.reader] | self.besides
            )
        }

    def cells(self) -> Iterator[tuple[list[Unknown], str, int, int]]:
        """The answers in a column, an option, and how many of them gave it: least and most."""
        for number, document in enumerate(self.documents):
            for column in document.columns:
                members = [
                    self.unknown(number, supplier)
                    for supplier in range(len(document.world))
                    if column.members >> supplier & 1
                ]
                for option, cell in column.cells.items():
                    yield members, option, *_between(cell, len(members))

    def in_columns(self) -> set[Unknown]:
        """The answers of which anything is told."""
        return {member for members, *_ in self.cells() for member in members}


def _between(cell: int | str, n: int) -> tuple[int, int]:
    if isinstance(cell, int):
        return cell, cell
    lower, upper = (int(bound.removesuffix(" %")) for bound in cell.split("\N{EN DASH}"))
    return ceil(lower * n / 100), n if upper == 100 else ceil(upper * n / 100) - 1


def determined(scene: Scene) -> set[Secret]:
    """What is the same in every world that fits what was seen, of what the reader may not read."""
    return Solver(scene).determined(scene.pooling)


class Solver:
    """The worlds that fit what an outsider or any suppliers of one audience have seen.

    ``worlds`` are those found so far, each as what is otherwise in it than in truth. Sets of
    secrets are whole numbers with a bit for each.
    """

    def __init__(self, scene: Scene, options: Sequence[str] = OPTIONS) -> None:
        """Write down the cells."""
        self.options = options
        self.scene = replace(scene, pooling=frozenset())
        self.truth = scene.answers()
        self.model = highspy.Highs()  # type: ignore[no-untyped-call]
        self.model.silent()
        # Any world that differs will do; that none does has to be proven all the same.
        self.model.setOptionValue("objective_target", -1.0)
        self.model.setOptionValue("mip_heuristic_run_feasibility_jump", False)  # noqa: FBT003
        self.worlds: list[int] = []
        self.columns: dict[Secret, int] = {}
        for unknown in sorted(scene.in_columns()):
            for option in self.options:
                self.columns[unknown, option] = len(self.columns)
                self.model.addVar(0, 1)
        for column in self.columns.values():
            self.model.changeColIntegrality(column, highspy.HighsVarType.kInteger)
        self._constrain()

    def determined(self, pooling: Iterable[int]) -> set[Secret]:
        """What the outsider, or these suppliers together, are sure of."""
        mine = self._known(frozenset())
        for supplier in pooling:
            mine |= self._known(frozenset({supplier}))
        hidden = ((1 << len(self.columns)) - 1 if self.scene.multiple else self._true) & ~mine
        for differing in self.worlds:
            if not differing & mine:
                hidden &= ~differing
        if not hidden:
            return set()
        known = [each for each, column in self.columns.items() if mine >> column & 1]
        for each in known:
            self.model.changeColBounds(self.columns[each], self._is(each), self._is(each))
        found = self._look(hidden)
        for each in known:
            self.model.changeColBounds(self.columns[each], 0, 1)
        return {each for each, column in self.columns.items() if found >> column & 1}

    @cache  # noqa: B019 - as long as the solver lives
    def _known(self, pooling: frozenset[int]) -> int:
        known = replace(self.scene, pooling=pooling).known()
        return sum(1 << column for each, column in self.columns.items() if each[0] in known)

    @cached_property
    def _true(self) -> int:
        return sum(1 << column for each, column in self.columns.items() if self._is(each))

    def _look(self, pending: int) -> int:
        """Find worlds that differ most from the truth in what is still in question."""
        while pending:
            for each, column in self.columns.items():
                cost = (1 if self._is(each) else -1) if pending >> column & 1 else 0
                self.model.changeColCost(column, cost)
            self.model.changeObjectiveOffset(-(pending & self._true).bit_count())
            self.model.run()
            assert self.model.getModelStatus() in FOUND
            values = self.model.getSolution().col_value
            differing = sum(
                1 << column
                for each, column in self.columns.items()
                if round(values[column]) != self._is(each)
            )
            if not differing & pending:
                return pending
            self.worlds.append(differing)
            pending &= ~differing
        return 0

    def _is(self, secret: Secret) -> int:
        return int(secret[1] in self.truth[secret[0]])

    def _constrain(self) -> None:
        if not self.scene.multiple:
            for unknown in self.scene.in_columns():
                self._row([(unknown, option) for option in self.options], 1, 1)
        for members, option, low, high in self.scene.cells():
            self._row([(member, option) for member in members], low, high)

    def _row(self, secrets: Sequence[Secret], low: int, high: int) -> None:
        places = [self.columns[each] for each in secrets]
        self.model.addRow(low, high, len(places), places, [1] * len(places))


def by_trying(scene: Scene) -> set[Secret]:
    """The same by trying every world: for a handful of suppliers."""
    truth, known = scene.answers(), scene.known()
    unknown = sorted(scene.in_columns() - known)
    cells = list(scene.cells())
    fitting = [
        world
        for choice in product(_possible(multiple=scene.multiple), repeat=len(unknown))
        if _fits(world := {**truth, **dict(zip(unknown, choice, strict=True))}, cells)
    ]
    secrets = {(each, option) for each in unknown for option in OPTIONS}
    if not scene.multiple:
        secrets = {each for each in secrets if each[1] in truth[each[0]]}
    return {
        (each, option)
        for each, option in secrets
        if len({option in world[each] for world in fitting}) == 1
    }


def _possible(*, multiple: bool) -> list[frozenset[str]]:
    if not multiple:
        return [frozenset({option}) for option in OPTIONS]
    chosen = product((False, True), repeat=len(OPTIONS))
    return [
        frozenset(option for option, is_in in zip(OPTIONS, each, strict=True) if is_in)
        for each in chosen
    ]


def _fits(
    world: Mapping[Unknown, frozenset[str]], cells: Sequence[tuple[list[Unknown], str, int, int]]
) -> bool:
    return all(
        low <= sum(option in world[member] for member in members) <= high
        for members, option, low, high in cells
    )


def outsiders(
    documents: Mapping[Audience, Sequence[Document]], *, multiple: bool = False
) -> Iterator[Scene]:
    """Somebody of each audience who did not answer, with all that they were shown.

    Whoever reads more by name is another only where there is an answer of that class.
    """
    seen: list[Document] = []
    for audience in Audience:
        seen = [*seen, *documents.get(audience, ())]
        yield Scene(seen, audience, multiple=multiple)
        besides = NAMED_TO.get(audience, frozenset())
        if any(fact.confidentiality in besides for each in seen for fact in each.world):
            yield Scene(seen, audience, multiple=multiple, besides=besides)


def who(scene: Scene) -> Iterator[frozenset[int]]:
    """Nobody who answered; where suppliers are of the audience each of them and any two.

    Of suppliers who are alike in everything two are enough, in whatever they could know.
    """
    yield frozenset()
    if scene.reader is not Audience.SUPPLIER or scene.besides:
        return
    worlds = [document.world for document in scene.documents]
    alike = defaultdict[tuple[Fact | None, ...], list[int]](list)
    for supplier in range(max(map(len, worlds), default=0)):
        facts = tuple(world[supplier] if supplier < len(world) else None for world in worlds)
        alike[facts].append(supplier)
    firsts = [suppliers[0] for suppliers in alike.values()]
    yield from map(frozenset, combinations(firsts, 1))
    yield from map(frozenset, combinations(firsts, 2))
    yield from (frozenset(suppliers[:2]) for suppliers in alike.values() if len(suppliers) > 1)


def scenes(
    documents: Mapping[Audience, Sequence[Document]], *, multiple: bool = False
) -> Iterator[Scene]:
    """Everybody who may want to know: outsiders of each audience, suppliers alone and in twos."""
    for scene in outsiders(documents, multiple=multiple):
        suppliers = range(max((len(each.world) for each in scene.documents), default=0))
        yield scene
        if scene.reader is Audience.SUPPLIER and not scene.besides:
            for pooling in (*combinations(suppliers, 1), *combinations(suppliers, 2)):
                yield replace(scene, pooling=frozenset(pooling))
