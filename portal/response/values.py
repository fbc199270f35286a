"""The value of an answer: read from a form, checked, and put in words (pure).

Field names of a form: ``{question}`` (repeated for a multiple choice), ``{question}:{row}`` in a
matrix, ``{question}:{row}:{column}`` in a grid, ``{question}:{n}:{column}`` in a table, where the
n only order the rows. The JSON values are those of the design: see ``check``.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal

from portal.core.errors import Message, message
from portal.questionnaire.definition import (
    Column,
    File,
    Grid,
    Matrix,
    Maturity,
    Multi,
    Number,
    Option,
    Question,
    Single,
    Table,
    Text,
    YesNo,
    YesPartlyNo,
    localised,
)
from portal.response.countries import country_name
from portal.response.fields import (
    Field,
    Value,
    fault,
    field_of,
    field_of_column,
    field_of_options,
    from_text,
    in_order,
)
from portal.response.wording import FILE_PROVIDED, SHARED_OPTIONS

Form: TypeAlias = Mapping[str, Sequence[str]]
"""Field name → everything sent under it."""

DAY = "d MMMM y"
"""How a day is written in every language of the portal: 24 January 2026."""

PROVIDED = "provided"
"""The value of a file question that has evidence."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a form says about one question.

    ``value`` is None if nothing right was typed; ``problems`` names what is wrong by field;
    ``typed`` keeps every text as it came, to be shown again.
    """

    value: Value
    problems: dict[str, Message]
    typed: dict[str, tuple[str, ...]]


def parse(question: Question, form: Form, language: str = "en", base: str = "en") -> Parsed:
    """Read one question's fields; labels in messages are in ``language``, else in ``base``."""
    reader = _Reader(form, language, base)
    if isinstance(question, Table):
        value = _parse_table(question, reader)
    elif isinstance(question, Matrix):
        value = _parse_matrix(question, reader)
    elif isinstance(question, Grid):
        value = _parse_grid(question, reader)
    else:
        field = field_of(question)
        value = reader.read(question.id, field) if field else None
    return Parsed(value, reader.problems, reader.typed)


def check(
    question: Question, value: Value, language: str = "en", base: str = "en"
) -> list[Message]:
    """Everything that is wrong with a JSON value; empty if it is right.

    yes_partly_no, yes_no, single: an option's id; maturity: 0 to 4; multi: list of ids;
    percentage, number: a number; text, long: text; date: "YYYY-MM-DD"; file: "provided";
    table: list of {column: cell}; matrix: {row: option}; grid: {row: {column: cell}}.
    """
    words = _Words(language, base)
    if isinstance(question, Table):
        return list(_table_faults(question, value, words))
    if isinstance(question, Matrix):
        return list(_matrix_faults(question, value, words))
    if isinstance(question, Grid):
        return list(_grid_faults(question, value, words))
    field = field_of(question)
    if field is None:
        is_right = value == PROVIDED
        return [] if is_right else [message("Answer this question by adding evidence")]
    problem = fault(field, value)
    return [problem] if problem else []


def tidy(question: Question, value: Value) -> Value:
    """The same value in its one stored form; None if nothing is in it. Expects a right value.

    Multiple choices in the order of their options, no empty cells, no blank rows.
    """
    if isinstance(question, Table):
        return [row for row in (_tidy_cells(question.columns, row) for row in value) if row] or None
    if isinstance(question, Matrix):
        return {row.id: value[row.id] for row in question.rows if value.get(row.id)} or None
    if isinstance(question, Grid):
        rows = {
            row.id: _tidy_cells(question.columns, value.get(row.id) or {}) for row in question.rows
        }
        return {row_id: cells for row_id, cells in rows.items() if cells} or None
    field = field_of(question)
    return in_order(field, value) if field else value


# From a form ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Words:
    """The languages in which a message names rows and columns."""

    language: str
    base: str

    def of(self, text: Text) -> str:
        return localised(text, self.language, self.base)


class _Reader:
    """Reads fields of a form and keeps what was typed and what is wrong."""

    def __init__(self, form: Form, language: str, base: str) -> None:
        self.form = form
        self.words = _Words(language, base)
        self.problems: dict[str, Message] = {}
        self.typed: dict[str, tuple[str, ...]] = {}

    def read(self, name: str, field: Field, place: "_Place | None" = None) -> Value:
        """The value of one field, None if nothing right was typed."""
        if name not in self.form:
            return None
        self.typed[name] = tuple(self.form[name])
        value, problem = from_text(field, self.typed[name])
        if problem:
            self.problems[name] = place.name(problem) if place else problem
        return value

    def read_cells(self, prefix: str, columns: Sequence[Column], row: str) -> dict[str, Value]:
        """The right cells of one row of a table or grid."""
        cells = {}
        for column in columns:
            place = _Place(row, self.words.of(column.text))
            value = self.read(f"{prefix}:{column.id}", field_of_column(column), place)
            if value is not None:
                cells[column.id] = value
        return cells


def _parse_table(question: Table, reader: _Reader) -> Value:
    field_name = re.compile(re.escape(question.id) + r":([0-9]{1,9}):([^:]+)")
    numbers = set()
    for name, typed in reader.form.items():
        found = field_name.fullmatch(name)
        if found and any(text.strip() for text in typed):
            numbers.add(found[1])
    rows = []
    for place, number in enumerate(sorted(numbers, key=int), start=1):
        cells = reader.read_cells(f"{question.id}:{number}", question.columns, str(place))
        if cells:
            rows.append(cells)
    if len(numbers) > question.maximum_rows:
        reader.problems[question.id] = _too_many(question, len(numbers))
    return rows or None


def _parse_matrix(question: Matrix, reader: _Reader) -> Value:
    field = field_of_options(question.options)
    value = {}
    for row in question.rows:
        place = _Place(reader.words.of(row.text))
        chosen = reader.read(f"{question.id}:{row.id}", field, place)
        if chosen is not None:
            value[row.id] = chosen
    return value or None


def _parse_grid(question: Grid, reader: _Reader) -> Value:
    value = {}
    for row in question.rows:
        label = reader.words.of(row.text)
        cells = reader.read_cells(f"{question.id}:{row.id}", question.columns, label)
        if cells:
            value[row.id] = cells
    return value or None


# Checks ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a cell is: a row's number or label, and a column's label."""

    row: str
    column: str = ""

    def name(self, problem: Message) -> Message:
        """The message with its place before it; the gap ``problem`` is itself a message."""
        if not self.column:
            return message("{row}: {problem}", row=self.row, problem=problem)
        if self.row.isdigit():
            return message(
                "Row {row}, column {column}: {problem}",
                row=self.row,
                column=self.column,
                problem=problem,
            )
        return message(
            "{row}, column {column}: {problem}", row=self.row, column=self.column, problem=problem
        )


def _too_many(question: Table, count: int) -> Message:
    return message(
        "Give {maximum} rows or fewer: there are {count}",
        maximum=question.maximum_rows,
        count=count,
    )


def _table_faults(question: Table, value: object, words: _Words) -> Iterator[Message]:
    if not isinstance(value, list) or not value:
        yield message("Give a list of rows")
        return
    if len(value) > question.maximum_rows:
        yield _too_many(question, len(value))
        return
    for number, row in enumerate(value, start=1):
        yield from _cell_faults(question.columns, row, str(number), words)


def _matrix_faults(question: Matrix, value: object, words: _Words) -> Iterator[Message]:
    labels = {row.id: words.of(row.text) for row in question.rows}
    field = field_of_options(question.options)
    if not isinstance(value, dict) or not value or not value.keys() <= labels.keys():
        yield message("Give one choice for each of the rows asked")
        return
    for row_id, chosen in value.items():
        problem = fault(field, chosen)
        if problem:
            yield _Place(labels[row_id]).name(problem)


def _grid_faults(question: Grid, value: object, words: _Words) -> Iterator[Message]:
    labels = {row.id: words.of(row.text) for row in question.rows}
    if not isinstance(value, dict) or not value or not value.keys() <= labels.keys():
        yield message("Fill in the rows asked, and no others")
        return
    for row_id, cells in value.items():
        yield from _cell_faults(question.columns, cells, labels[row_id], words)


def _cell_faults(
    columns: Sequence[Column], cells: object, row: str, words: _Words
) -> Iterator[Message]:
    known = {column.id: column for column in columns}
    if not isinstance(cells, dict) or not cells.keys() <= known.keys():
        yield _Place(row).name(message("Fill in the columns asked, and no others"))
        return
    for column_id, value in cells.items():
        if _is_blank(value):
            continue
        problem = fault(field_of_column(known[column_id]), value)
        if problem:
            yield _Place(row, words.of(known[column_id].text)).name(problem)


def _is_blank(cell: object) -> bool:
    return cell is None or cell in ("", [])


def _tidy_cells(columns: Sequence[Column], cells: Mapping[str, Value]) -> dict[str, Value]:
    return {
        column.id: in_order(field_of_column(column), cells[column.id])
        for column in columns
        if not _is_blank(cells.get(column.id))
    }


# In words -------------------------------------------------------------------------------


def display(
    question: Question, value: Value, language: str, base_language: str
) -> str | list[str] | list[list[str]]:
    """A right value for a reader: options by their texts, numbers and days as the language writes.

    One text for a simple answer, a list for a multiple choice; for a table, matrix or grid a list
    of lines whose first holds the headings (an empty one above the names of rows).
    """
    show = _Display(language, base_language)
    if isinstance(question, Table):
        return [show.headings(question.columns), *show.lines(question.columns, value)]
    if isinstance(question, Grid):
        rows = [row for row in question.rows if row.id in value]
        lines = show.lines(question.columns, [value[row.id] for row in rows])
        named = [[show.text(row.text), *line] for row, line in zip(rows, lines, strict=True)]
        return [["", *show.headings(question.columns)], *named]
    if isinstance(question, Matrix):
        texts = {option.id: show.text(option.text) for option in question.options}
        rows = [row for row in question.rows if row.id in value]
        return [["", ""], *([show.text(row.text), texts[value[row.id]]] for row in rows)]
    if isinstance(question, Multi):
        texts = {option.id: show.text(option.text) for option in question.options}
        return [texts[option_id] for option_id in value]
    return show.simple(question, value)


class _Display:
    """Puts values in words of one language."""

    def __init__(self, language: str, base: str) -> None:
        self.language = language
        self.base = base
        self.locale = Locale.parse(language, sep="-")

    def text(self, text: Text) -> str:
        return localised(text, self.language, self.base)

    def simple(self, question: Question, value: Value) -> str:
        if isinstance(question, Maturity):
            return f"{value}: {self.text(question.anchors[value])}"
        if isinstance(question, YesPartlyNo | YesNo):
            return self.text(SHARED_OPTIONS[value])
        if isinstance(question, File):
            return self.text(FILE_PROVIDED)
        if isinstance(question, Single):
            return self.option(question.options, value)
        if isinstance(question, Number):
            return f"{self.number(value)} {self.text(question.unit)}"
        return self.plain(question.type, value)

    def plain(self, kind: str, value: Value) -> str:
        if kind == "percentage":
            return f"{self.number(value)} %"
        if kind == "date":
            return format_date(date.fromisoformat(value), DAY, self.locale)
        return str(value)

    def number(self, value: float) -> str:
        return format_decimal(value, locale=self.locale, decimal_quantization=False)

    def option(self, options: Sequence[Option], option_id: str) -> str:
        return next(self.text(option.text) for option in options if option.id == option_id)

    def headings(self, columns: Sequence[Column]) -> list[str]:
        return [self.text(column.text) for column in columns]

    def lines(self, columns: Sequence[Column], rows: Sequence[Value]) -> list[list[str]]:
        return [[self.cell(column, row.get(column.id)) for column in columns] for row in rows]

    def cell(self, column: Column, value: Value) -> str:
        if _is_blank(value):
            return ""
        if column.type in {"single", "multi"}:
            chosen = value if isinstance(value, list) else [value]
            return ", ".join(self.option(column.options, option_id) for option_id in chosen)
        if column.type == "yes_no":
            return self.text(SHARED_OPTIONS[value])
        if column.type == "country":
            return country_name(value, self.language)
        if column.type == "number":
            return f"{self.number(value)} {self.text(column.unit)}".strip()
        return self.plain(str(column.type), value)
