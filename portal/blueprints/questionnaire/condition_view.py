"""A condition in the making as a page shows it: lines of controls, and everything in words."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from portal.blueprints.questionnaire.condition_form import line_numbers, next_key, shown_for
from portal.blueprints.questionnaire.condition_lines import (
    SEVERAL,
    Builder,
    Group,
    Kept,
    Lacking,
    Line,
    Sheet,
    choices_of,
    part_at,
)
from portal.questionnaire.building import (
    ANY,
    COUNT,
    NAMED,
    SAME,
    Comparable,
    Source,
    columns_of,
    places_of,
    readable,
    rows_of,
)
from portal.questionnaire.checks.comparisons import Kind
from portal.questionnaire.checks.places import Reach
from portal.questionnaire.choices import column_of, options_of
from portal.questionnaire.definition import Column, Condition, Maturity, Number, Table
from portal.questionnaire.sentences import sentence as in_sentence
from portal.response.wording import SHARED_OPTIONS
from portal.web.controls import NO_ENTRIES, Choice, Control, country_entries
from portal.web.language import language, sentence
from portal.web.wording import Speaker, Wording

WORDS = {
    "in": _("is one of"),
    "==": _("is"),
    "!=": _("is answered, but not with"),
    "has": _("includes at least one of"),
    ">=": _("is at least"),
}
SPECIAL_WORDS = {
    ("file", "=="): _("has been provided"),
    ("rows", ">="): _("has at least this number of rows"),
    ("rows", "=="): _("has exactly this number of rows"),
}
PLACES = {
    SAME: _("the same row as the one decided on"),
    ANY: _("at least one row, whichever it is"),
    NAMED: _("at least one of the rows ticked here"),
}
LONGEST_LABEL = 110
"""Characters of a question in the list: the browser cuts no entry of a list by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceGroup:
    """Questions of one section in the list of earlier questions."""

    label: str
    choices: Sequence[Choice]


@dataclass(frozen=True, slots=True, kw_only=True)
class LineView:
    """A line, a kept part or a group; ``kind`` says which.

    ``chosen`` is the wording of what is read, in full; ``sentence`` says what a kept part says.
    """

    key: str
    number: str
    kind: str
    part: str
    shown: str = ""
    source: Control | None = None
    groups: Sequence[SourceGroup] = ()
    chosen: Wording = field(default_factory=lambda: Wording(""))
    place: Control | None = None
    rows: Control | None = None
    column: Control | None = None
    lists: Sequence[Control] = ()
    value: Control | None = None
    join: str = "all"
    lines: Sequence["LineView"] = ()
    next: str = ""
    sentence: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True)
class Shower:
    """Shows lines: what each offers, what is chosen, what it lacks."""

    builder: Builder
    speaker: Speaker
    lacking: Lacking
    groups: Sequence[SourceGroup]
    numbers: Mapping[str, str]

    def line(self, was: Condition | None, line: Line | Kept | Group) -> LineView:
        """One line with all that it offers so far."""
        if isinstance(line, Kept):
            return self._kept(was, line)
        if isinstance(line, Group):
            return self._group(was, line)
        source = self.builder.source(line)
        shown = LineView(
            key=line.key,
            number=self.numbers[line.key],
            kind="line",
            part=line.part,
            shown=shown_for(line),
            source=self._source(line),
            groups=self.groups,
        )
        return self._with_rest(shown, line, source) if source is not None else shown

    def _with_rest(self, shown: LineView, line: Line, source: Source) -> LineView:
        found = self.builder.compared(line)
        lists = [self._negated(line, can_be_absent=line.column != COUNT)]
        lists += [self._comparison(line, found)] if found is not None else []
        places = places_of(self.builder.decision, source)
        return replace(
            shown,
            chosen=self.speaker.say(source.text),
            place=self._place(line, places) if places else None,
            rows=self._rows(line, source) if places else None,
            column=self._column(line, source) if columns_of(source) else None,
            lists=lists,
            value=self._value(line, source, found) if found is not None else None,
        )

    def _group(self, was: Condition | None, group: Group) -> LineView:
        _field, lack = self.lacking.get(group.key, ("", ""))
        return LineView(
            key=group.key,
            number=self.numbers[group.key],
            kind="group",
            part=group.part,
            lists=[self._negated(group, can_be_absent=False)],
            join=group.join,
            lines=[self.line(was, line) for line in group.lines],
            next=next_key(group.lines, f"{group.key}."),
            error=sentence(lack) if lack else "",
        )

    def _kept(self, was: Condition | None, line: Kept) -> LineView:
        part = part_at(was, line.part)
        said = spoken(self.builder, part) if part is not None else ""
        return LineView(
            key=line.key, number=self.numbers[line.key], kind="kept", part=line.part, sentence=said
        )

    def _source(self, line: Line) -> Control:
        is_cell = self.builder.decision.reach is Reach.COLUMN
        label = gettext("Column to the left") if is_cell else gettext("Earlier question")
        return self._control(line, "source", "select", label, value=line.source)

    def _column(self, line: Line, source: Source) -> Control:
        named = [(column.id, self.speaker.say(column.text)) for column in columns_of(source)]
        if isinstance(source, Table):
            named.insert(0, (COUNT, Wording(gettext("None: count the rows"))))
        label = gettext("Column")
        return self._control(line, "column", "select", label, choices=named, chosen=[line.column])

    def _comparison(self, line: Line, found: Comparable) -> Control:
        named = [
            (key, Wording(str(SPECIAL_WORDS.get((found.type, key)) or WORDS[key])))
            for key in found.keys
        ]
        label = gettext("Comparison")
        return self._control(
            line, "comparison", "select", label, choices=named, chosen=[line.comparison]
        )

    def _value(self, line: Line, source: Source, found: Comparable) -> Control | None:
        if found.type == "file":
            return None
        takes_several = line.comparison in SEVERAL or len(line.values) > 1
        if choices_of(found):
            return self._choice(line, source, found, takes_several=takes_several)
        if takes_several:
            hint = gettext("Each on a line of its own.")
            if found.type == "country":
                hint = gettext("Codes of two letters, such as BE, each on a line of its own.")
            text, label = "\n".join(line.values), gettext("Values")
            return self._control(line, "value", "long", label, value=text, hint=Wording(hint))
        kind = "number" if found.kind is Kind.NUMBER else found.type
        kind = kind if kind in {"number", "date", "country"} else "text"
        text = next(iter(line.values), "")
        return self._control(
            line,
            "value",
            kind,
            gettext("Number of rows") if found.type == "rows" else gettext("Value"),
            value=text,
            unit="%" if found.type == "percentage" else str(self._unit(source, line.column)),
            entries=country_entries(language(), text) if kind == "country" else NO_ENTRIES,
        )

    def _choice(
        self, line: Line, source: Source, found: Comparable, *, takes_several: bool
    ) -> Control:
        is_order = line.comparison == ">=" and found.kind is Kind.ORDERED_CHOICE
        hint = gettext("This answer, or one that is listed after it.") if is_order else ""
        control = self._control(
            line,
            "value",
            "checkboxes" if takes_several else "radios",
            gettext("Answer"),
            choices=self._answers(source, line.column, found),
            chosen=line.values,
            hint=Wording(hint),
        )
        if not isinstance(source, Maturity):
            return control
        levels = (replace(each, level=f"{each.value} ") for each in control.choices)
        return replace(control, choices=tuple(levels))

    def _unit(self, source: Source, column_id: str) -> Wording:
        of_column = None if isinstance(source, Column) else column_of(source, column_id)
        counted = of_column or source
        return self.speaker.say(counted.unit if isinstance(counted, Number | Column) else {})

    def _answers(
        self, source: Source, column_id: str, found: Comparable
    ) -> list[tuple[str, Wording]]:
        if isinstance(source, Maturity):
            return [
                (str(level), self.speaker.say(anchor))
                for level, anchor in enumerate(source.anchors)
            ]
        options = source.options if isinstance(source, Column) else options_of(source, column_id)
        texts = {option.id: option.text for option in options} or SHARED_OPTIONS
        return [(each, self.speaker.say(texts.get(each, {}))) for each in found.ids]

    def _negated(self, line: Line | Group, *, can_be_absent: bool) -> Control:
        otherwise = gettext("is not so, or not answered") if can_be_absent else gettext("is not so")
        named = [("so", Wording(gettext("is so"))), ("not", Wording(otherwise))]
        chosen = ["not" if line.is_negated else "so"]
        label = gettext("It holds if what follows")
        return self._control(line, "negated", "select", label, choices=named, chosen=chosen)

    def _place(self, line: Line, places: Sequence[str]) -> Control:
        named = [(place, Wording(str(PLACES[place]))) for place in places]
        label = gettext("Which rows")
        return self._control(line, "place", "radios", label, choices=named, chosen=[line.place])

    def _rows(self, line: Line, source: Source) -> Control:
        named = [(row.id, self.speaker.say(row.text)) for row in rows_of(source)]
        label = gettext("Rows")
        return self._control(line, "row", "checkboxes", label, choices=named, chosen=line.rows)

    def _control(
        self,
        line: Line | Group,
        name: str,
        kind: str,
        label: str,
        *,
        choices: Iterable[tuple[str, Wording]] = (),
        chosen: Sequence[str] = (),
        **rest: Any,  # noqa: ANN401 - further sides of a control
    ) -> Control:
        full = f"line/{line.key}/{name}"
        lacking, lack = self.lacking.get(line.key, ("", ""))
        return Control(
            name=full,
            kind=kind,
            label=Wording(label),
            choices=tuple(
                Choice(
                    id=full if place == 0 else f"{full}/{place}",
                    value=each,
                    text=text or Wording(each),
                    is_checked=each in chosen,
                )
                for place, (each, text) in enumerate(choices)
            ),
            error=sentence(lack) if lack and lacking == name else "",
            **rest,
        )


def line_views(builder: Builder, sheet: Sheet, lacking: Lacking) -> list[LineView]:
    """The lines of a condition in the making."""
    speaker = _speaker(builder)
    numbers = line_numbers(sheet)
    shower = Shower(builder, speaker, lacking, source_groups(builder, speaker), numbers)
    return [shower.line(sheet.was, line) for line in sheet.lines]


def source_groups(builder: Builder, speaker: Speaker) -> list[SourceGroup]:
    """What can be read: questions by section, or the columns to the left."""
    decision = builder.decision
    if decision.reach is Reach.COLUMN:
        columns = tuple(_entry(each.id, str(speaker.say(each.text))) for each in decision.left)
        return [SourceGroup(label="", choices=columns)] if columns else []
    return [
        SourceGroup(
            label=f"{section.id} {speaker.say(section.title)}",
            choices=tuple(
                _entry(each.id, f"{each.id} {_short(str(speaker.say(each.text)))}")
                for each in questions
            ),
        )
        for section, questions in readable(builder.questionnaire, decision)
    ]


def spoken(builder: Builder, condition: Condition) -> str:
    """The condition as a clause, with labels in the page's language."""
    known = builder.questionnaire
    return in_sentence(condition, known, language(), columns=builder.decision.left)


def _speaker(builder: Builder) -> Speaker:
    return Speaker(language(), builder.questionnaire.base_language, language())


def _entry(source_id: str, label: str) -> Choice:
    return Choice(id=source_id, value=source_id, text=Wording(label))


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_LABEL else f"{text[:LONGEST_LABEL].rstrip()}…"
