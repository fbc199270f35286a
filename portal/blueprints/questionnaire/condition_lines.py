"""A condition as lines that people choose from lists, and back (pure).

A condition that is opened and built again without a change is the same condition, however it was
written: a line that still says what it said gives back the very part it came from.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeAlias

from portal.core.errors import Invalid, Message, message
from portal.questionnaire.building import (
    ANY,
    CONDITION,
    COUNT,
    NAMED,
    SAME,
    Comparable,
    Decision,
    Source,
    columns_of,
    comparable,
    places_of,
    rows_of,
    source_of,
)
from portal.questionnaire.checks.comparisons import KEYS, Kind
from portal.questionnaire.checks.places import Reach
from portal.questionnaire.definition import (
    MATURITY_LEVELS,
    All,
    Condition,
    Not,
    Questionnaire,
    Some,
    Table,
    Test,
)
from portal.response.fields import Field, from_text, plain_number

Join: TypeAlias = Literal["all", "any"]

SEVERAL = frozenset({"in", "has"})
"""Comparisons with any of several values."""
TYPED = {"percentage": "percentage", "date": "date", "country": "country", "rows": "number"}
"""How a value that is typed is judged, by the type it is compared with; else by its kind."""
LONGEST = 1000
"""Characters of a text to compare with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One comparison as chosen so far.

    ``key`` names the line on the page: "2", or "2.1" for the first line of the group "2".
    ``source`` is the id of a question, for a cell that of a column; ``values`` are ids, or texts as
    typed. ``part`` is where the line stood in the condition that was opened: "1", "1.0".
    """

    key: str
    part: str = ""
    is_negated: bool = False
    source: str = ""
    place: str = ""
    rows: Sequence[str] = ()
    column: str = ""
    comparison: str = ""
    values: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A part that no line can say; it is kept as it is, or taken out."""

    key: str
    part: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Lines of which all hold, or at least one, within the condition."""

    key: str
    part: str = ""
    is_negated: bool = False
    join: Join = "any"
    lines: Sequence[Line | Kept] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A whole condition as lines; ``was`` is the condition that was opened."""

    was: Condition | None = None
    join: Join = "all"
    lines: Sequence[Line | Kept | Group] = ()


Lacking: TypeAlias = Mapping[str, tuple[str, Message]]
"""By the key of a line: the field where something is missing, and a sentence."""


class Lacks(Invalid):
    """A line does not say everything yet."""

    def __init__(self, field: str, sentence: Message) -> None:
        """At which field of the line."""
        self.field = field
        super().__init__(sentence)


@dataclass(frozen=True, slots=True)
class Builder:
    """Opens and builds conditions that decide on one thing."""

    questionnaire: Questionnaire
    decision: Decision

    def opened(self, was: Condition | None) -> Sheet:
        """The lines of a condition."""
        join, parts = joined(was)
        lines = [
            self._opened_part(part, str(place + 1), str(place), is_inner=False)
            for place, part in enumerate(parts)
        ]
        return Sheet(was=was, join=join, lines=lines)

    def built(self, sheet: Sheet) -> tuple[Condition | None, Lacking]:
        """The condition that the lines say, None for no lines; and what is missing in which."""
        parts: list[Condition] = []
        lacking: dict[str, tuple[str, Message]] = {}
        for line in sheet.lines:
            part = self._built_line(sheet.was, line, lacking)
            if part is not None:
                parts.append(part)
        if not parts or joined(sheet.was) == (sheet.join, parts):
            return (sheet.was if parts else None), lacking
        return _join(sheet.join, parts), lacking

    def source(self, line: Line) -> Source | None:
        """The question or column that the line reads, if it is one that can be read."""
        return source_of(self.questionnaire, self.decision, line.source)

    def compared(self, line: Line) -> Comparable | None:
        """What the line finds there; None while it does not say where."""
        source = self.source(line)
        return comparable(self.decision, source, line.column) if source is not None else None

    def settled(self, line: Line) -> Line:
        """The line with the most usual choice where there is one to make and none was made."""
        source = self.source(line)
        if source is None:
            return line
        places = places_of(self.decision, source)
        if line.place not in places:
            line = replace(line, place=places[0] if places else "")
        if not line.column and isinstance(source, Table):
            line = replace(line, column=COUNT)
        found = comparable(self.decision, source, line.column)
        if found is not None and line.comparison not in found.keys:
            line = replace(line, comparison=found.keys[0])
        return line

    def line_of(self, part: Condition, key: str, place: str) -> Line | None:
        """The line that says what a test says, negated or not; None if no line can."""
        is_negated, test = unwrapped(part)
        if not isinstance(test, Test):
            return None
        line = self._line(test, Line(key=key, part=place, is_negated=is_negated))
        if any("\n" in text for text in line.values):
            return None
        try:
            same = _meaning(self.test_of(line)) == _meaning(test)
        except Lacks:
            return None
        return line if same else None

    def test_of(self, line: Line) -> Test:
        """The test that a line says; Lacks if something is missing."""
        source = self.source(line)
        is_cell = self.decision.reach is Reach.COLUMN
        if source is None:
            raise Lacks("source", message("Choose what this line reads."))
        made: dict[str, Any] = {"column" if is_cell else "question": source.id}
        made |= self._rows(line, source)
        found = comparable(self.decision, source, line.column)
        if found is None:
            raise Lacks("column", message("Choose a column."))
        if columns_of(source) and line.column != COUNT:
            made["column"] = line.column
        if line.comparison not in found.keys:
            raise Lacks("comparison", message("Choose how to compare."))
        return CONDITION.validate_python(made | _comparison(line, found))  # type: ignore[return-value]  # keys of a test

    def _rows(self, line: Line, source: Source) -> dict[str, Any]:
        if isinstance(source, Table):
            return {} if line.column == COUNT else {"some_row": True}
        places = places_of(self.decision, source)
        if not places or line.place == SAME in places:
            return {}
        if line.place == ANY:
            return {"some_row": True}
        if line.place != NAMED:
            raise Lacks("place", message("Choose which rows count."))
        named = [row.id for row in rows_of(source) if row.id in line.rows]
        if not named or len(named) < len(set(line.rows)):
            raise Lacks("row", message("Choose at least one row."))
        return {"row": named[0]} if len(named) == 1 else {"some_row": named}

    def _line(self, test: Test, line: Line) -> Line:
        """The line as far as the test can be said."""
        is_cell = self.decision.reach is Reach.COLUMN
        line = replace(line, source=(test.column if is_cell else test.question) or "")
        source = self.source(line)
        named = [test.row] if test.row else test.some_row if test.some_row is not True else ()
        if source is not None and places_of(self.decision, source):
            place = ANY if test.some_row is True else NAMED if named else SAME
            ids = [row.id for row in rows_of(source)]
            line = replace(line, place=place, rows=_in_order(named or (), ids))
        if not is_cell:
            line = replace(line, column=COUNT if test.rows is not None else test.column or "")
        key, values = _compared(test)
        found = comparable(self.decision, source, line.column) if source is not None else None
        choices = choices_of(found) if found is not None else ()
        if choices:
            values = _in_order(values, choices)
        return replace(line, comparison=key, values=tuple(values))

    def _opened_part(self, part: Condition, key: str, place: str, *, is_inner: bool) -> Any:  # noqa: ANN401 - a line or kept part; a group only outside of groups
        line = self.line_of(part, key, place)
        if line is not None:
            return line
        is_negated, inner = unwrapped(part)
        if is_inner or not isinstance(inner, All | Some):
            return Kept(key=key, part=place)
        join, parts = joined(inner)
        lines = [
            self._opened_part(each, f"{key}.{n + 1}", f"{place}.{n}", is_inner=True)
            for n, each in enumerate(parts)
        ]
        return Group(key=key, part=place, is_negated=is_negated, join=join, lines=lines)

    def _built_line(
        self,
        was: Condition | None,
        line: Line | Kept | Group,
        lacking: dict[str, tuple[str, Message]],
    ) -> Condition | None:
        original = part_at(was, line.part)
        if isinstance(line, Kept):
            return original
        if isinstance(line, Group):
            return self._built_group(was, line, lacking)
        if original is not None and self.line_of(original, line.key, line.part) == line:
            return original
        try:
            return _negated(self.test_of(line)) if line.is_negated else self.test_of(line)
        except Lacks as lack:
            lacking[line.key] = (lack.field, lack.reason)
            return None

    def _built_group(
        self, was: Condition | None, group: Group, lacking: dict[str, tuple[str, Message]]
    ) -> Condition | None:
        found = [self._built_line(was, line, lacking) for line in group.lines]
        parts = [part for part in found if part is not None]
        if not group.lines:
            sentence = message("Add a line to this group, or remove the group.")
            lacking[group.key] = ("", sentence)
        if not parts:
            return None
        _, original = unwrapped(part_at(was, group.part))
        same = isinstance(original, All | Some) and joined(original) == (group.join, parts)
        inner = original if same and original is not None else _join(group.join, parts)
        return _negated(inner) if group.is_negated else inner


def joined(condition: Condition | None) -> tuple[Join, list[Condition]]:
    """The parts of a condition, and whether all of them must hold or any."""
    match condition:
        case None:
            return "all", []
        case All(all=parts):
            return "all", list(parts)
        case Some(any=parts):
            return "any", list(parts)
        case _:
            return "all", [condition]


def unwrapped(condition: Condition | None) -> tuple[bool, Condition | None]:
    """Whether the condition is turned round, and what it is without that."""
    return (True, condition.negated) if isinstance(condition, Not) else (False, condition)


def part_at(was: Condition | None, place: str) -> Condition | None:
    """The part of a condition at a place such as "1" or "1.0"; None if there is none."""
    found = was
    for step in place.split("."):
        _, parts = joined(found if found is was else unwrapped(found)[1])
        if not step.isdecimal() or int(step) >= len(parts):
            return None
        found = parts[int(step)]
    return found


def _join(join: Join, parts: Sequence[Condition]) -> Condition:
    if len(parts) == 1:
        return parts[0]
    return All(all=tuple(parts)) if join == "all" else Some(any=tuple(parts))


def _negated(condition: Condition) -> Condition:
    return condition.negated if isinstance(condition, Not) else Not(negated=condition)


def choices_of(found: Comparable) -> Sequence[str]:
    """What is chosen from rather than typed, in its order; empty for what is typed."""
    return [str(level) for level in MATURITY_LEVELS] if found.kind is Kind.LEVEL else found.ids


def _in_order(ids: Iterable[str], known: Sequence[str]) -> tuple[str, ...]:
    """Each id once, in the order of the known ones; others last."""
    wanted = dict.fromkeys(ids)
    unknown = [each for each in wanted if each not in known]
    return (*(each for each in known if each in wanted), *unknown)


def _compared(test: Test) -> tuple[str, Sequence[str]]:
    """The comparison and its values as they would be chosen or typed; empty if there is not one."""
    given = {key: getattr(test, name) for name, key in KEYS.items()}
    given = {key: value for key, value in given.items() if value is not None}
    if len(given) != 1:
        return "", ()
    [(key, value)] = given.items()
    if key == "rows":
        return next(iter(value.items()), ("", 0))[0], [str(each) for each in value.values()]
    values = value if isinstance(value, tuple) else [value]
    return key, [each if isinstance(each, str) else plain_number(each) for each in values]


def _comparison(line: Line, found: Comparable) -> dict[str, Any]:
    """The comparison of a test with what was chosen or typed; Lacks if that does not do."""
    if found.type == "file":
        return {line.comparison: found.ids[0]}
    if found.ids:
        values: list[Any] = [each for each in line.values if each in found.ids]
        has_all = len(values) == len(line.values)
    else:
        values, has_all = [_value(found, text) for text in line.values], True
    if not values or not has_all:
        raise Lacks("value", _asked(found))
    if line.comparison in SEVERAL:
        return {line.comparison: values}
    if len(values) > 1:
        raise Lacks("value", message("Choose or write just one, or compare with “is one of”."))
    if found.type == "rows":
        return {"rows": {line.comparison: values[0]}}
    return {line.comparison: values[0]}


def _asked(found: Comparable) -> Message:
    if choices_of(found):
        return message("Choose the answer to compare with.")
    if found.kind is Kind.NUMBER:
        return message("Write a number.")
    return message("Write what to compare with.")


def _value(found: Comparable, text: str) -> Any:  # noqa: ANN401 - any JSON scalar
    of_kind = {Kind.NUMBER: "number", Kind.LEVEL: "maturity"}.get(found.kind, "text")
    field = Field(type=TYPED.get(found.type, of_kind), maximum_length=LONGEST)
    value, problem = from_text(field, [text])
    if problem is not None:
        raise Lacks("value", message("{problem}.", problem=problem))
    if found.type == "rows" and (not isinstance(value, int) or value < 0):
        raise Lacks("value", message("Write a whole number of rows, 0 or more."))
    if value is None:
        raise Lacks("value", _asked(found))
    return value


def _meaning(test: Test) -> tuple[object, ...]:
    """What a test says, whatever the order and the number of times it names something."""
    rows = {test.row} if test.row else test.some_row
    key, values = _compared(test)
    is_several = len(test.rows or ()) > 1 or bool(test.row and test.some_row)
    return (
        test.question,
        test.column,
        frozenset(rows) if isinstance(rows, set | tuple) and rows else bool(rows),
        key,
        test.rows is not None,
        frozenset(values),
        is_several,
    )
