"""A released question for all suppliers and each segment beside each other: a table of bars."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from portal.aggregate.reading import NOT_SHOWN, ReadQuestion, Row, ShownColumn, Words
from portal.web.charts import bar_line, base
from portal.web.charts_numbers import Box
from portal.web.charts_release import box_of
from portal.web.language import sentence

Shown = tuple[ShownColumn | None, ...]
"""The columns of the release in their order; None where the question does not show one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A value in words, with its bar or box; empty where the column is not shown."""

    text: str = ""
    bar: dict[str, object] | None = None
    box: Box | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """An option, or a figure of numbers, with a cell for each column; ``level`` of a ladder."""

    label: str
    cells: tuple[Cell, ...]
    level: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One countable question: how many answers in each column, then its lines."""

    key: str
    title: str
    bases: tuple[str, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Together:
    """A question with its blocks; ``not_shown`` says why columns are missing, if any are."""

    question: ReadQuestion
    heads: tuple[str, ...]
    blocks: tuple[Block, ...]
    not_shown: str


def together(question: ReadQuestion, columns: Sequence[tuple[str, Words]]) -> Together:
    """The question in every column of the release."""
    found = [(row, tuple(row.column(name) for name, _label in columns)) for row in question.rows]
    is_whole = all(column for _row, shown in found for column in shown)
    return Together(
        question=question,
        heads=tuple(label.text for _name, label in columns),
        blocks=tuple(_block(question, row, shown) for row, shown in found if any(shown)),
        not_shown="" if is_whole else sentence(NOT_SHOWN),
    )


def _block(question: ReadQuestion, row: Row, shown: Shown) -> Block:
    return Block(
        key=row.key,
        title=" – ".join(label.text for label in row.labels),
        bases=tuple(base(column) if column else _("Not shown") for column in shown),
        lines=(*_options(question, shown), *_numbers(row, shown)),
    )


def _options(question: ReadQuestion, shown: Shown) -> Iterator[Line]:
    first = next((column for column in shown if column and column.n), None)
    if first is None:
        return
    for place, bar in enumerate(first.bars):
        cells = (_cell(column, place) for column in shown)
        level = bar.option if question.kind == "maturity" else ""
        yield Line(bar.label.text, tuple(cells), level)


def _cell(column: ShownColumn | None, place: int) -> Cell:
    if column is None or not column.n:
        return Cell()
    line = bar_line(column.bars[place])
    return Cell(text=str(line["text"]), bar=line)


def _numbers(row: Row, shown: Shown) -> Iterator[Line]:
    """Median and quartiles, with a box at the median; nothing where there are none."""
    others = [column.numbers for column in shown if column and column.numbers]
    boxes = [box_of(row, column, others) if column else None for column in shown]
    if not others:
        return
    yield Line(_("Lower quartile"), tuple(Cell(text=b.lower_quartile if b else "") for b in boxes))
    yield Line(_("Median"), tuple(Cell(text=b.median if b else "", box=b) for b in boxes))
    yield Line(_("Upper quartile"), tuple(Cell(text=b.upper_quartile if b else "") for b in boxes))
