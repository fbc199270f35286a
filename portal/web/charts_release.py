"""The pictures of a released question: bars, ladders, heat maps, and boxes of numbers.

Every picture is drawn from released cells of one column and has its values in words beside it.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from portal.aggregate.comparison import ComparedQuestion, ComparedRow
from portal.aggregate.proposals import Numbers
from portal.aggregate.reading import NOT_SHOWN, Bar, ReadQuestion, Row, ShownColumn
from portal.web.charts import bar_line, base
from portal.web.charts_numbers import Box, box
from portal.web.language import number, sentence

LADDER = "maturity"
SHADES = 5
SHADE_WIDTH = 20
BarLine = dict[str, object]


@dataclass(frozen=True, slots=True)
class Step:
    """A part of a stacked bar, from ``start`` on, in per cent; ``shade`` from 1 to 5."""

    start: float
    width: float
    shade: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """One distribution as bars. ``steps`` stack the levels of a ladder, where they are counts."""

    id: str
    title: str
    n: str
    bars: list[BarLine]
    not_shown: str = ""
    steps: tuple[Step, ...] = ()
    box: Box | None = None


@dataclass(frozen=True, slots=True)
class HeatCell:
    """A value with its shade, from 1 (under 20 %) to 5; 0 is none."""

    text: str
    shade: int
    before: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeatRow:
    """A row of a matrix; without cells it is not shown, or ``n`` says that nobody answered."""

    label: str
    n: str
    cells: tuple[HeatCell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HeatMap:
    """Rows by options; ``not_shown`` says why some rows have no cells."""

    id: str
    title: str
    heads: tuple[str, ...]
    rows: tuple[HeatRow, ...]
    not_shown: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """A question with its pictures; if nothing of it is shown, ``not_shown`` says why.

    ``note`` says why it is not compared, where a comparison was asked for.
    """

    question: ReadQuestion
    pictures: tuple[Picture, ...] = ()
    heat_maps: tuple[HeatMap, ...] = ()
    not_shown: str = ""
    note: str = ""


def result(question: ReadQuestion, column: str, compared: ComparedQuestion | None = None) -> Result:
    """The question's figures in one column, beside those of an earlier round if there are such."""
    if not any(row.column(column) for row in question.rows):
        return Result(question=question, not_shown=sentence(NOT_SHOWN))
    earlier = {row.row.key: row for row in compared.rows} if compared else {}
    if question.kind in {"matrix", "grid"}:
        maps = tuple(_heat_maps(question, column, earlier))
        return Result(question=question, heat_maps=maps)
    pictures = (_picture(question, row, column, earlier.get(row.key)) for row in question.rows)
    return Result(question=question, pictures=tuple(pictures))


def pictures(question: ReadQuestion, column: str) -> tuple[Picture, ...]:
    """A picture for each row, of whatever kind; one without a title if no row has the column."""
    if not any(row.column(column) for row in question.rows):
        hidden = sentence(NOT_SHOWN)
        return (Picture(id=question.id, title="", n="", bars=[], not_shown=hidden),)
    return tuple(_picture(question, row, column, None) for row in question.rows)


def nobody() -> str:
    """What is said of a column in which nobody answered: that is no secret."""
    return str(_("Nobody among these suppliers was asked this or answered it."))


# Bars -----------------------------------------------------------------------------------


def _picture(
    question: ReadQuestion, row: Row, column: str, compared: ComparedRow | None
) -> Picture:
    title = " – ".join(label.text for label in row.labels)
    found = row.column(column)
    if found is None:
        return Picture(id=row.key, title=title, n="", bars=[], not_shown=sentence(NOT_SHOWN))
    if not found.n:
        return Picture(id=row.key, title=title, n=base(found), bars=[], not_shown=nobody())
    is_ladder = question.kind == LADDER
    return Picture(
        id=row.key,
        title=title,
        n=base(found),
        bars=list(_lines(found.bars, compared, is_ladder=is_ladder)),
        steps=tuple(_steps(found)) if is_ladder else (),
        box=box_of(row, found),
    )


def _lines(
    bars: Iterable[Bar], compared: ComparedRow | None, *, is_ladder: bool
) -> Iterator[BarLine]:
    before = before_lines(compared)
    for bar in bars:
        line = bar_line(bar)
        if is_ladder:
            line["level"] = bar.option
        if bar.option in before:
            line["before"] = before[bar.option]
        yield line


def before_lines(compared: ComparedRow | None) -> dict[str, BarLine]:
    """Option → how it was in the earlier round, if that is comparable."""
    return {bar.option: bar_line(was) for bar, was in compared.pairs()} if compared else {}


def _steps(column: ShownColumn) -> Iterator[Step]:
    """Levels stacked from the lowest on: only counts add up, bands do not."""
    counts = [bar.count for bar in column.bars]
    if not column.n or None in counts:
        return
    start = 0.0
    for place, count in enumerate(counts):
        width = 100 * (count or 0) / column.n
        if width:
            yield Step(round(start, 2), round(width, 2), min(place, SHADES - 1) + 1)
        start += width


def box_of(row: Row, column: ShownColumn, others: Sequence[Numbers] = ()) -> Box | None:
    """Median and quartiles, where released, on one scale with those of ``others``."""
    return box(column.numbers, row.unit, others) if column.numbers else None


# Heat maps ------------------------------------------------------------------------------


def _heat_maps(
    question: ReadQuestion, column: str, earlier: dict[str, ComparedRow]
) -> Iterator[HeatMap]:
    """One for a matrix, one for each countable column of a grid."""
    for column_id in dict.fromkeys(row.column_id for row in question.rows):
        rows = [row for row in question.rows if row.column_id == column_id]
        found = [(row, row.column(column)) for row in rows]
        first = next((shown for _row, shown in found if shown and shown.n), None)
        title = " – ".join(label.text for label in rows[0].labels[1:])
        hidden = not all(shown for _row, shown in found)
        yield HeatMap(
            id=f"{question.id}.{column_id}" if column_id else question.id,
            title=title,
            heads=tuple(bar.label.text for bar in first.bars) if first else (),
            rows=tuple(_heat_row(row, shown, earlier.get(row.key)) for row, shown in found),
            not_shown=sentence(NOT_SHOWN) if hidden else "" if first else nobody(),
        )


def _heat_row(row: Row, column: ShownColumn | None, compared: ComparedRow | None) -> HeatRow:
    label = row.labels[0].text if row.labels else ""
    if column is None or not column.n:
        return HeatRow(label=label, n=number(0) if column else "", cells=())
    before = before_lines(compared)
    cells = (
        HeatCell(
            text=str(bar_line(bar)["text"]),
            shade=shade(bar),
            before=str(before[bar.option]["text"]) if bar.option in before else "",
        )
        for bar in column.bars
    )
    return HeatRow(label=label, n=number(column.n), cells=tuple(cells))


def shade(bar: Bar) -> int:
    """How dark a cell is, from 1 (under 20 %) to 5; 0 where nobody chose it or it is not shown."""
    if bar.cell is None or bar.high == 0:
        return 0
    return min(bar.low // SHADE_WIDTH, SHADES - 1) + 1
