"""The cells of a release as one tidy table, which CSV and XLSX hold (pure but for pandas)."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields, replace
from typing import TYPE_CHECKING

from portal.aggregate.reading import Bar, Reading, ReadQuestion, ReadSection, Row, ShownColumn

if TYPE_CHECKING:
    from pandas import DataFrame


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One option of one column of one countable question: a line of the table.

    Median and quartiles belong to the column, so each of its lines has them. A column without
    options, of a number that is not counted in bands, has one line for them.
    """

    section: str
    question: str
    question_text: str
    row: str
    """Row of a matrix, or row and column of a grid joined by a dot; else empty."""
    row_text: str
    column: str
    """``all`` or a segment."""
    column_text: str
    option: str = ""
    option_text: str = ""
    count: int | None = None
    share: int | None = None
    """``count`` in whole per cent of n."""
    band: str = ""
    """The share of n, where the count is not shown; else empty."""
    n: int
    protected: int
    lower_quartile: float | None = None
    median: float | None = None
    upper_quartile: float | None = None
    unit: str = ""
    """Of median and quartiles."""


WHOLE_NUMBERS = ("count", "share", "n", "protected")
NUMBERS = ("lower_quartile", "median", "upper_quartile")
TEXTS = tuple(field.name for field in fields(Line) if field.name not in {*WHOLE_NUMBERS, *NUMBERS})


def lines(reading: Reading) -> Iterator[Line]:
    """Every shown cell, in page order."""
    for section, question, row in reading.rows():
        for column in row.columns:
            line = _line(section, question, row, column)
            if column.numbers is not None and not column.bars:
                yield line
            for bar in column.bars:
                yield _with_cell(line, bar)


def table(reading: Reading) -> "DataFrame":
    """The cells as a data frame: the columns of ``Line``; absent numbers are NA."""
    from pandas import DataFrame  # noqa: PLC0415 - takes as long to load as the rest of the portal

    frame = DataFrame([asdict(line) for line in lines(reading)], columns=[*Line.__slots__])
    return frame.astype(
        dict.fromkeys(WHOLE_NUMBERS, "Int64")
        | dict.fromkeys(NUMBERS, "Float64")
        | dict.fromkeys(TEXTS, "object")
    )


def _line(section: ReadSection, question: ReadQuestion, row: Row, column: ShownColumn) -> Line:
    numbers = column.numbers
    return Line(
        section=section.id,
        question=question.id,
        question_text=question.text.text,
        row=row.key.removeprefix(question.id).removeprefix("."),
        row_text=" / ".join(label.text for label in row.labels),
        column=column.name,
        column_text=column.label.text,
        n=column.n,
        protected=column.protected,
        lower_quartile=numbers.lower_quartile if numbers else None,
        median=numbers.median if numbers else None,
        upper_quartile=numbers.upper_quartile if numbers else None,
        unit=row.unit.text if numbers and row.unit else "",
    )


def _with_cell(line: Line, bar: Bar) -> Line:
    return replace(
        line,
        option=bar.option,
        option_text=bar.label.text,
        count=bar.count,
        share=None if bar.count is None else bar.low,
        band=bar.band or "",
    )
