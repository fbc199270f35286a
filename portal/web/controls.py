"""Places to type or choose, ready for a template: what an answer or one cell of a table takes.

A control's ``name`` is also the ``id`` of its (first) element, so that an error summary can link
to it by the field name. Ids of further parts add a slash, which no question, row or column has.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from flask_babel import gettext
from markupsafe import Markup

from portal.core.errors import Message
from portal.questionnaire.definition import (
    MATURITY_LEVELS,
    YES_NO,
    YES_PARTLY_NO,
    Column,
    LongText,
    Matrix,
    Maturity,
    Multi,
    Number,
    Option,
    Question,
    ShortText,
    Single,
    YesNo,
    YesPartlyNo,
)
from portal.response.countries import CODES, country_choices, country_name
from portal.response.fields import CELL_LENGTH, Value, plain_number
from portal.response.values import Form
from portal.response.wording import SHARED_OPTIONS
from portal.web.language import sentence
from portal.web.wording import Speaker, Wording

MOST_INLINE = 3
"""Up to this many short choices stand in one line."""
SHORT_CHOICE = 14
"""Characters of a choice that still counts as short."""
CACHED_LISTS = 1024
NO_ENTRIES = Markup()


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One radio button, checkbox or entry of a list."""

    id: str
    value: str
    text: Wording
    is_checked: bool = False
    is_exclusive: bool = False
    level: str = ""
    """The number of a maturity level, shown before its text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """One place to type or choose.

    ``kind``: text, email, url, long, number, percentage, date, country, select, radios or
    checkboxes. ``entries`` are the ready options of a list of countries; without them, names are
    offered by the ``<datalist>`` of the id ``offers``. ``when`` is the condition, as JSON, on which
    a cell is asked, given the others of its row.
    """

    name: str
    kind: str
    label: Wording
    value: str = ""
    choices: tuple[Choice, ...] = ()
    entries: Markup = NO_ENTRIES
    offers: str = ""
    when: str = ""
    unit: str = ""
    hint: Wording = Wording("")  # noqa: RUF009 - immutable
    is_required: bool = True
    maximum_length: int = CELL_LENGTH
    error: str = ""

    @property
    def is_group(self) -> bool:
        """Whether it needs a fieldset with a legend rather than a label."""
        return self.kind in {"radios", "checkboxes"}

    @property
    def is_inline(self) -> bool:
        """Whether its choices are few and short enough for one line."""
        return len(self.choices) <= MOST_INLINE and all(
            len(choice.text.text) <= SHORT_CHOICE for choice in self.choices
        )

    @property
    def described_by(self) -> str:
        """Ids of its hint and its error, for aria-describedby."""
        parts = [("hint", bool(self.hint)), ("error", bool(self.error))]
        return " ".join(f"{self.name}/{part}" for part, is_there in parts if is_there)


@dataclass(frozen=True, slots=True)
class Maker:
    """Makes controls for one reader from what was typed and what is wrong with it."""

    speaker: Speaker
    typed: Form
    problems: Mapping[str, Message]

    def question(self, question: Question) -> Control | None:
        """The control of a question that has just one; None for tables, matrices, grids, files."""
        make = _BY_TYPE.get(question.type)
        return make(self, question) if make else None

    def cell(self, name: str, column: Column, hint: str = "") -> Control:
        """The control of one cell of a table or grid; choices of one are a list, to be compact."""
        kind = {"yes_no": "select", "single": "select", "multi": "checkboxes"}.get(
            column.type, str(column.type)
        )
        options = _shared(YES_NO) if column.type == "yes_no" else column.options
        value = self.text(name)
        if kind == "text" and "\n" in value:
            kind = "long"
        if kind == "country" and value.upper() in CODES:
            value = country_name(value.upper(), self.speaker.page)
        return Control(
            name=name,
            kind=kind,
            label=self.speaker.say(column.text),
            value=value,
            choices=self.choices(name, options),
            offers=countries_id(name.partition(":")[0]) if kind == "country" else "",
            unit="%" if kind == "percentage" else str(self.speaker.say(column.unit)),
            hint=Wording(hint),
            is_required=column.required,
            error=self.error(name),
        )

    def matrix_row(self, question: Matrix, row: Option) -> Control:
        """The choice in one row of a matrix."""
        name = f"{question.id}:{row.id}"
        return self._radios(name, question.options, self.speaker.say(row.text))

    def text(self, name: str) -> str:
        """What stands in a field."""
        return next(iter(self.typed.get(name, ())), "")

    def error(self, name: str) -> str:
        """What is wrong with a field, in the page's language."""
        problem = self.problems.get(name)
        return sentence(problem) if problem else ""

    def choices(self, name: str, options: Iterable[Option]) -> tuple[Choice, ...]:
        """A question's or column's options, the typed ones checked."""
        typed = self.typed.get(name, ())
        return tuple(
            Choice(
                id=name if place == 0 else f"{name}/{place}",
                value=option.id,
                text=self.speaker.say(option.text),
                is_checked=option.id in typed,
                is_exclusive=option.exclusive,
            )
            for place, option in enumerate(options)
        )

    def _radios(self, name: str, options: Iterable[Option], label: Wording) -> Control:
        return Control(
            name=name,
            kind="radios",
            label=label,
            choices=self.choices(name, options),
            error=self.error(name),
        )

    def _plain(self, question: Question, kind: str, unit: str = "", length: int = 0) -> Control:
        return Control(
            name=question.id,
            kind=kind,
            label=self.speaker.say(question.text),
            value=self.text(question.id),
            unit=unit,
            maximum_length=length,
            error=self.error(question.id),
        )

    def _one_of(self, question: Single | YesNo | YesPartlyNo) -> Control:
        written = question.options if isinstance(question, Single) else ()
        shared = YES_NO if isinstance(question, YesNo) else YES_PARTLY_NO
        options = written or _shared(shared)
        return self._radios(question.id, options, self.speaker.say(question.text))

    def _some_of(self, question: Multi) -> Control:
        return Control(
            name=question.id,
            kind="checkboxes",
            label=self.speaker.say(question.text),
            choices=self.choices(question.id, question.options),
            error=self.error(question.id),
        )

    def _ladder(self, question: Maturity) -> Control:
        typed = self.text(question.id)
        choices = tuple(
            Choice(
                id=question.id if level == 0 else f"{question.id}/{level}",
                value=str(level),
                text=self.speaker.say(anchor),
                is_checked=typed == str(level),
                level=str(level),
            )
            for level, anchor in zip(MATURITY_LEVELS, question.anchors, strict=True)
        )
        return Control(
            name=question.id,
            kind="radios",
            label=self.speaker.say(question.text),
            choices=choices,
            error=self.error(question.id),
        )

    def _number(self, question: Number) -> Control:
        return self._plain(question, "number", unit=str(self.speaker.say(question.unit)))

    def _percentage(self, question: Question) -> Control:
        return self._plain(question, "percentage", unit="%")

    def _date(self, question: Question) -> Control:
        return self._plain(question, "date")

    def _text(self, question: ShortText) -> Control:
        return self._plain(question, "text", length=question.maximum_length)

    def _long(self, question: LongText) -> Control:
        return self._plain(question, "long", length=question.maximum_length)


_BY_TYPE: Mapping[str, Callable[..., Control]] = {
    "yes_partly_no": Maker._one_of,  # noqa: SLF001 - the class's own table of types
    "yes_no": Maker._one_of,  # noqa: SLF001
    "single": Maker._one_of,  # noqa: SLF001
    "multi": Maker._some_of,  # noqa: SLF001
    "maturity": Maker._ladder,  # noqa: SLF001
    "percentage": Maker._percentage,  # noqa: SLF001
    "number": Maker._number,  # noqa: SLF001
    "text": Maker._text,  # noqa: SLF001
    "long": Maker._long,  # noqa: SLF001
    "date": Maker._date,  # noqa: SLF001
}
"""What to make for each type of question with one control."""


def typed_cell(value: Value) -> tuple[str, ...]:
    """How a right value of one control would have been typed; nothing for None."""
    if value is None:
        return ()
    if isinstance(value, list):
        return tuple(str(part) for part in value)
    if isinstance(value, int | float):
        return (plain_number(value),)
    return (str(value),)


@lru_cache(maxsize=CACHED_LISTS)
def country_entries(language: str, chosen: str) -> Markup:
    """The options of a list of countries: made once, since a page may hold hundreds of them."""
    code = chosen.upper()
    choices: Sequence[tuple[str, str]] = country_choices(language)
    entries = [
        Markup('<option value="{}"{}>{}</option>').format(
            value, Markup(" selected") if value == code else "", name
        )
        for value, name in choices
    ]
    blank = Markup('<option value="">{}</option>').format(gettext("Choose a country"))
    return blank + Markup().join(entries)


@lru_cache(maxsize=CACHED_LISTS)
def country_offers(language: str) -> Markup:
    """The options of a ``<datalist>`` of countries, one for all cells of a table.

    A script finds a country's code in ``data-code``; the form takes the name.
    """
    return Markup().join(
        Markup('<option value="{}" data-code="{}"></option>').format(name, code)
        for code, name in country_choices(language)
    )


def countries_id(question_id: str) -> str:
    """The id of the list of countries that a table's cells share."""
    return f"{question_id}/countries"


def _shared(ids: Iterable[str]) -> tuple[Option, ...]:
    return tuple(Option(id=option, text=SHARED_OPTIONS[option]) for option in ids)
