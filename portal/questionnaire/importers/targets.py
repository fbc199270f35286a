"""What a condition can read in the questionnaire being built, and the tests on it."""

import math
import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from portal.questionnaire.definition import All, Condition, Not, Some, Test

LARGEST = 1e15
SMALLEST = 1e-9

COMPARE: Mapping[str, Callable[[float, float], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


class Reads(StrEnum):
    """What kind of value is found."""

    CHOICE = "one choice"
    CHOICES = "several choices"
    NUMBER = "a number"
    TEXT = "text"
    FILE = "a file"
    ROWS = "the rows of a table"


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """An answer that conditions can read: of a question, a matrix row or a column of one's row."""

    reads: Reads
    question: str | None = None
    row: str | None = None
    column: str | None = None
    ids: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Of choices: the name in the form to the ids of its options."""
    minimum: float | None = None

    def test(self, **comparison: Any) -> Test:  # noqa: ANN401 - one of a test's own fields
        """A test on this answer."""
        return Test(question=self.question, row=self.row, column=self.column, **comparison)

    def answered(self) -> Condition:
        """Holds as soon as there is an answer."""
        condition: Condition
        match self.reads:
            case Reads.CHOICE | Reads.CHOICES:
                condition = self.chosen(self.all_ids())
            case Reads.NUMBER if self.minimum is not None:
                condition = self.test(at_least=self.minimum)
            case Reads.NUMBER:
                condition = Some(any=(self.test(equals=0), self.test(differs=0)))
            case Reads.FILE:
                condition = self.test(equals="provided")
            case Reads.ROWS:
                condition = self.test(rows={">=": 1})
            case _:
                condition = self.test(differs="")
        return condition

    def all_ids(self) -> list[str]:
        """The ids of all options."""
        return list(dict.fromkeys(each for ids in self.ids.values() for each in ids))

    def chosen(self, ids: Sequence[str]) -> Condition:
        """Holds if one of these options is the choice, or among the choices."""
        if self.reads is Reads.CHOICES:
            return self.test(has=tuple(ids))
        return self.test(equals=ids[0]) if len(ids) == 1 else self.test(one_of=tuple(ids))

    def numbered(self, sign: str, value: float) -> Sequence[str]:
        """The options whose names are numbers that compare in this way."""
        return [
            each
            for name, ids in self.ids.items()
            if (number := number_in(name)) is not None and COMPARE[sign](number, value)
            for each in ids
        ]

    def compared(self, sign: str, value: float) -> Condition:
        """A number by size; without an answer only ``!=`` holds, as in XPath."""
        number = int(value) if value.is_integer() else value
        equal, other = self.test(equals=number), self.test(differs=number)
        least = self.test(at_least=value)
        match sign:
            case "=":
                return equal
            case "!=":
                return Not(negated=equal)
            case ">=":
                return least
            case ">":
                return All(all=(least, other))
            case "<":
                return All(all=(other, Not(negated=least)))
            case _:
                return Some(any=(equal, All(all=(other, Not(negated=least)))))


def number_in(value: str | float) -> float | None:
    """The number that a literal or a name is; None if it is none that a questionnaire can hold."""
    try:
        number = float(value)
    except ValueError:
        return None
    if not math.isfinite(number) or abs(number) > LARGEST or 0 < abs(number) < SMALLEST:
        return None
    return number


def joined_all(parts: Sequence[Condition | bool]) -> Condition | bool:
    """Every part holds; flat, and without parts that always hold."""
    if False in parts:
        return False
    flat: list[Condition] = []
    for part in parts:
        if isinstance(part, All):
            flat.extend(part.all)
        elif not isinstance(part, bool):
            flat.append(part)
    unique = _without_repeats(flat)
    if not unique:
        return True
    return unique[0] if len(unique) == 1 else All(all=tuple(unique))


def joined_any(parts: Sequence[Condition | bool]) -> Condition | bool:
    """At least one part holds; flat, and values of the same answer in one test."""
    if True in parts:
        return True
    flat: list[Condition] = []
    for part in parts:
        if isinstance(part, Some):
            flat.extend(part.any)
        elif not isinstance(part, bool):
            flat.append(part)
    unique = _without_repeats(_gathered(flat))
    if not unique:
        return False
    return unique[0] if len(unique) == 1 else Some(any=tuple(unique))


def negated(condition: Condition) -> Condition:
    """The opposite, without doubling ``not``."""
    return condition.negated if isinstance(condition, Not) else Not(negated=condition)


def depth(condition: Condition) -> int:
    """How many levels of ``all``, ``any`` and ``not`` stand inside of one another."""
    match condition:
        case All(all=parts) | Some(any=parts):
            return 1 + max(map(depth, parts), default=0)
        case Not(negated=part):
            return 1 + depth(part)
        case _:
            return 1


def size(condition: Condition) -> int:
    """How many tests there are."""
    match condition:
        case All(all=parts) | Some(any=parts):
            return sum(map(size, parts))
        case Not(negated=part):
            return size(part)
        case _:
            return 1


def _gathered(parts: Sequence[Condition]) -> list[Condition]:
    """``a is x``, ``a is y`` become ``a is x or y``, in the place of the first."""
    places: dict[object, int] = {}
    found: list[Condition] = []
    for part in parts:
        values = _values(part)
        key = None if values is None else (values[0], _subject(part))
        if values is None or key not in places:
            if key is not None:
                places[key] = len(found)
            found.append(part)
            continue
        earlier = found[places[key]]
        before = _values(earlier)
        if isinstance(earlier, Test) and before is not None:
            found[places[key]] = _holding(earlier, values[0], [*before[1], *values[1]])
    return found


def _subject(part: Condition) -> object:
    return (part.question, part.row, part.column) if isinstance(part, Test) else None


def _values(part: Condition) -> tuple[str, tuple[Any, ...]] | None:
    """What kind of list the test's values can be put into, and these values."""
    if not isinstance(part, Test):
        return None
    if part.has is not None:
        return "has", part.has
    if part.one_of is not None:
        return "in", part.one_of
    return ("in", (part.equals,)) if part.equals is not None else None


def _holding(test: Test, kind: str, values: Sequence[Any]) -> Test:
    where = Target(reads=Reads.TEXT, question=test.question, row=test.row, column=test.column)
    unique = tuple(dict.fromkeys(values))
    if kind == "has":
        return where.test(has=unique)
    return where.test(equals=unique[0]) if len(unique) == 1 else where.test(one_of=unique)


def _without_repeats(parts: Sequence[Condition]) -> list[Condition]:
    """Each part once. ``rows`` is a mapping, so that conditions have no hash."""
    return list({repr(part): part for part in parts}.values())
