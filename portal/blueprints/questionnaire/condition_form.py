"""The form in which a condition is put together: what stands in it, and its steps.

Every step sends the whole form and shows it again with what was chosen; nothing is kept between
steps but what the page itself carries.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from flask_babel import gettext
from werkzeug.datastructures import MultiDict
from wtforms import HiddenField

from portal.blueprints.questionnaire.condition_lines import (
    Builder,
    Group,
    Join,
    Kept,
    Lacking,
    Line,
    Sheet,
    part_at,
)
from portal.blueprints.questionnaire.forms import SeenForm
from portal.questionnaire.building import CONDITION
from portal.questionnaire.definition import Condition
from portal.response.fields import clean
from portal.web.language import sentence

MOST_LINES = 300
"""Lines of one condition, groups and their lines included."""
KEY = re.compile(r"[1-9][0-9]{0,3}(\.[1-9][0-9]{0,3})?")


class ConditionForm(SeenForm):
    """``was`` is the condition that the page began with; the lines are read by ``typed``."""

    was = HiddenField()
    lacking: Lacking = MappingProxyType({})
    numbers: Mapping[str, str] = MappingProxyType({})

    def faults(self) -> list[tuple[str, str]]:
        """What is wrong with the whole, then what each line lacks."""
        lines = [
            (
                f"line/{key}/{field}" if field else f"line/{key}",
                gettext(
                    "Line %(number)s: %(fault)s", number=self.numbers[key], fault=sentence(text)
                ),
            )
            for key, (field, text) in self.lacking.items()
        ]
        return super().faults() + lines


def as_text(condition: Condition | None) -> str:
    """The condition as the page carries it."""
    if condition is None:
        return ""
    return CONDITION.dump_json(condition, by_alias=True, exclude_none=True).decode()


def from_text(text: str | None) -> Condition | None:
    """The condition that a page carried; None for none, and for what cannot be one."""
    try:
        return CONDITION.validate_json(text or "")
    except ValueError:
        return None


def typed(builder: Builder, form: "MultiDict[str, str]") -> Sheet:
    """The lines as they stand in a form that was sent."""
    was = from_text(form.get("was"))
    keys = [key for key in dict.fromkeys(form.getlist("line")) if KEY.fullmatch(key)][:MOST_LINES]
    inner: dict[str, list[Line | Kept]] = {key: [] for key in keys if "." not in key}
    for key in keys:
        group, is_inner, _ = key.partition(".")
        if is_inner and group in inner:
            inner[group].append(_line(builder, was, form, key))
    lines = [_line_or_group(builder, was, form, key, inner[key]) for key in inner]
    return Sheet(was=was, join=_join(form.get("join")), lines=lines)


def stepped(sheet: Sheet, step: str) -> Sheet:
    """The lines after a step; any other word leaves them as they are.

    Steps are "add", "add-group", "add/2" (to the group 2), "remove/2.1" and "clear".
    """
    act, _, key = step.partition("/")
    if act == "clear":
        return replace(sheet, lines=())
    if act == "remove":
        return replace(sheet, lines=_without(sheet.lines, key))
    if act == "add" and key:
        lines = [
            replace(line, lines=(*line.lines, Line(key=next_key(line.lines, f"{key}."))))
            if isinstance(line, Group) and line.key == key
            else line
            for line in sheet.lines
        ]
        return replace(sheet, lines=lines)
    new = next_key(sheet.lines)
    if act == "add":
        return replace(sheet, lines=(*sheet.lines, Line(key=new)))
    if act == "add-group":
        join: Join = "all" if sheet.join == "any" else "any"
        group = Group(key=new, join=join, lines=(Line(key=f"{new}.1"), Line(key=f"{new}.2")))
        return replace(sheet, lines=(*sheet.lines, group))
    return sheet


def next_key(lines: Sequence[Line | Kept | Group], prefix: str = "") -> str:
    """The key of the next line to be added."""
    numbers = [int(line.key.rpartition(".")[2]) for line in lines]
    return f"{prefix}{max(numbers, default=0) + 1}"


def _without(lines: Sequence[Line | Kept | Group], key: str) -> list[Line | Kept | Group]:
    return [
        replace(line, lines=[each for each in line.lines if each.key != key])
        if isinstance(line, Group)
        else line
        for line in lines
        if line.key != key
    ]


def _line_or_group(
    builder: Builder,
    was: Condition | None,
    form: "MultiDict[str, str]",
    key: str,
    inner: Sequence[Line | Kept],
) -> Line | Kept | Group:
    name = f"line/{key}"
    if form.get(f"{name}/kind") != "group":
        return _line(builder, was, form, key)
    return Group(
        key=key,
        part=form.get(f"{name}/part", ""),
        is_negated=form.get(f"{name}/negated") == "not",
        join=_join(form.get(f"{name}/join")),
        lines=inner,
    )


def _line(
    builder: Builder, was: Condition | None, form: "MultiDict[str, str]", key: str
) -> Line | Kept:
    name = f"line/{key}"
    part = form.get(f"{name}/part", "")
    if form.get(f"{name}/kind") == "kept":
        return Kept(key=key, part=part) if part_at(was, part) is not None else Line(key=key)
    line = Line(
        key=key,
        part=part,
        is_negated=form.get(f"{name}/negated") == "not",
        source=form.get(f"{name}/source", ""),
        place=form.get(f"{name}/place", ""),
        rows=tuple(dict.fromkeys(form.getlist(f"{name}/row"))),
        column=form.get(f"{name}/column", ""),
        comparison=form.get(f"{name}/comparison", ""),
        values=tuple(_values(form.getlist(f"{name}/value"))),
    )
    return builder.settled(_unmixed(line, form.get(f"{name}/shown", "")))


def _unmixed(line: Line, shown: str) -> Line:
    """The line without what was chosen for another question or column than it now names.

    ``shown`` is the question and column for which the page offered the rest.
    """
    source, _, column = shown.partition("/")
    if line.source != source:
        return Line(key=line.key, part=line.part, source=line.source)
    return line if line.column == column else replace(line, comparison="", values=())


def shown_for(line: Line) -> str:
    """The question and column for which the rest of a line is offered."""
    return f"{line.source}/{line.column}"


def _values(sent: Sequence[str]) -> list[str]:
    """One value from each checkbox, and from each line of a text."""
    lines = [line for text in sent for line in clean(text).split("\n")]
    return [text for text in map(clean, lines) if text]


def _join(text: str | None) -> Join:
    return "any" if text == "any" else "all"


def line_numbers(sheet: Sheet) -> Mapping[str, str]:
    """How each line is numbered for a reader, by its key: "2", "2.1"."""
    numbers: dict[str, str] = {}
    for place, line in enumerate(sheet.lines, start=1):
        numbers[line.key] = str(place)
        inner = line.lines if isinstance(line, Group) else ()
        numbers |= {each.key: f"{place}.{n}" for n, each in enumerate(inner, start=1)}
    return numbers
