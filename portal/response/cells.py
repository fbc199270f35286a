"""The countable cells of an answer, and of a question: what a release counts (pure).

A cell's key is the question's id, joined by a dot to the row (matrix) or the row and column
(grid). Bands of numbers hold their upper bound: 20 is in the band from 0 to 20, 20.5 in the next.
Of a table the number of its rows is counted, in bands; what stands in them never is.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import inf
from typing import NamedTuple

from portal.questionnaire.choices import column_of
from portal.questionnaire.definition import (
    MATURITY_LEVELS,
    YES_NO,
    YES_PARTLY_NO,
    Column,
    Grid,
    Matrix,
    Maturity,
    Multi,
    Number,
    Option,
    Percentage,
    Question,
    Single,
    Table,
    Text,
    YesNo,
    YesPartlyNo,
)
from portal.response.fields import Value, plain_number
from portal.response.wording import SHARED_OPTIONS, over, rows_between, rows_from, up_to

EN_DASH = "\N{EN DASH}"
PERCENT: Text = {"en": "%"}
"""The unit of a percentage, the same in every language."""

CountedOption = tuple[str, Text]
"""An option's id as it is counted, and its label."""
UNBANDED = ""
"""The option of a number that is in no band: it is only summed up with others."""
ROW_BANDS = ((1, 4), (5, 9), (10, 49), (50, None))
"""Fewest and most rows. A table without rows is no answer, so there is no band for none; one to
four sites or suppliers can be looked at one by one, fifty and more come from a system."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CellKey:
    """One thing that a release counts, with everything that can be counted in it."""

    key: str
    question_id: str
    row_id: str | None = None
    column_id: str | None = None
    options: tuple[CountedOption, ...]
    multiple: bool = False
    """One answer can count in several options."""
    numeric: bool = False
    """The answers are numbers, which can be summed up; without bands there are no options."""


class CountedCell(NamedTuple):
    """One countable value of an answer of this class; ``value`` is its number, if it is one."""

    key: str
    option: str
    confidentiality: str
    value: float | None = None


@dataclass(frozen=True, slots=True)
class Band:
    """Numbers above ``low`` up to and with ``high``; None is no bound."""

    low: float | None
    high: float | None

    def holds(self, number: float) -> bool:
        """Whether the number is in the band (the first band takes its lower bound, too)."""
        return self.high is None or number <= self.high

    @property
    def option(self) -> str:
        """How the band is counted: the two bounds with a dash, "up to 20" or "over 80"."""
        return self.label({})["en"]

    def label(self, unit: Text) -> Text:
        """The band in words, with its unit."""
        if self.low is not None and self.high is not None:
            bounds = dict.fromkeys((plain_number(self.low), plain_number(self.high)))
            words = {"en": EN_DASH.join(bounds)}
        elif self.high is not None:
            words = dict(up_to(plain_number(self.high)))
        else:
            words = dict(over(plain_number(self.low or 0)))
        some_unit = next(iter(unit.values()), "")
        return {
            language: " ".join(
                filter(None, (words.get(language, words["en"]), unit.get(language, some_unit)))
            )
            for language in {**words, **unit}
        }


def cell_keys(question: Question) -> list[CellKey]:
    """Everything of a question that a release counts, in page order; empty if nothing is."""
    if not question.release.aggregate:
        return []
    if isinstance(question, Matrix):
        options = _written(question.options)
        return [
            CellKey(
                key=f"{question.id}.{row.id}",
                question_id=question.id,
                row_id=row.id,
                options=options,
            )
            for row in question.rows
        ]
    if isinstance(question, Grid):
        return list(_grid_keys(question))
    key = CellKey(
        key=question.id,
        question_id=question.id,
        options=_options(question),
        multiple=isinstance(question, Multi),
        numeric=isinstance(question, Percentage | Number),
    )
    return [key] if key.options or key.numeric else []


def bounds_of(question: Number | Percentage | Table, option: str) -> tuple[float, float]:
    """The least and the greatest number, or number of rows, that counts in this option."""
    if isinstance(question, Table):
        low, high = next((low, high) for low, high in ROW_BANDS if _rows_id(low, high) == option)
        return low, inf if high is None else high
    band = next((each for each in _bands(question) if each.option == option), Band(None, None))
    return (
        -inf if band.low is None else band.low,
        inf if band.high is None else band.high,
    )


def labels_of(question: Question, key: CellKey) -> list[Text]:
    """The labels of the key's row and column, those that it has, in this order."""
    rows = question.rows if isinstance(question, Matrix | Grid) else ()
    column = column_of(question, key.column_id)
    found = [row.text for row in rows if row.id == key.row_id]
    return found if column is None else [*found, column.text]


def unit_of(question: Question, key: CellKey) -> Text | None:
    """What the key's numbers count, ``PERCENT`` for a share; None where it says nothing of it."""
    column = column_of(question, key.column_id)
    if isinstance(question, Percentage) or (column is not None and column.type == "percentage"):
        return PERCENT
    if isinstance(question, Number):
        return question.unit
    return (column.unit or None) if column is not None else None


def cells(question: Question, value: Value) -> list[tuple[str, str]]:
    """The (key, option) pairs that a right value counts in; hidden parts must be gone from it."""
    if not question.release.aggregate or value is None:
        return []
    if isinstance(question, Matrix):
        return [(f"{question.id}.{row_id}", option) for row_id, option in value.items()]
    if isinstance(question, Grid):
        return list(_grid_cells(question, value))
    return [(question.id, option) for option in _counted(question, value)]


def counted(question: Question, value: Value, confidentiality: str) -> list[CountedCell]:
    """The cells of a right value, with its number if the question asks for one."""
    is_number = isinstance(question, Percentage | Number) and value is not None
    number = float(value) if is_number else None
    return [
        CountedCell(key, option, confidentiality, number) for key, option in cells(question, value)
    ]


def _counted(question: Question, value: Value) -> list[str]:
    """The options that a value counts in, of a question with one key."""
    if isinstance(question, Multi):
        return list(value)
    if isinstance(question, Percentage | Number):
        return _band_of(_bands(question), value) or [UNBANDED]
    if isinstance(question, YesPartlyNo | YesNo | Single | Maturity):
        return [str(value)]
    if isinstance(question, Table):
        return [_rows_id(low, high) for low, high in ROW_BANDS if low <= len(value)][-1:]
    return []


def _grid_keys(question: Grid) -> Iterator[CellKey]:
    for row in question.rows:
        for column in question.columns:
            options = _column_options(question, column)
            if options:
                yield CellKey(
                    key=f"{question.id}.{row.id}.{column.id}",
                    question_id=question.id,
                    row_id=row.id,
                    column_id=column.id,
                    options=options,
                )


def _grid_cells(
    question: Grid, value: Mapping[str, Mapping[str, Value]]
) -> Iterator[tuple[str, str]]:
    for row_id, row in value.items():
        for column in question.columns:
            if column.id not in row:
                continue
            key = f"{question.id}.{row_id}.{column.id}"
            if column.type in {"single", "yes_no"}:
                yield key, row[column.id]
            elif column.type == "percentage":
                for band in _band_of(_percentage_bands(question.release.bands), row[column.id]):
                    yield key, band


def _options(question: Question) -> tuple[CountedOption, ...]:
    if isinstance(question, YesPartlyNo | YesNo):
        shared = YES_NO if isinstance(question, YesNo) else YES_PARTLY_NO
        return tuple((option, SHARED_OPTIONS[option]) for option in shared)
    if isinstance(question, Maturity):
        return tuple((str(level), question.anchors[level]) for level in MATURITY_LEVELS)
    if isinstance(question, Single | Multi):
        return _written(question.options)
    if isinstance(question, Percentage | Number):
        unit = question.unit if isinstance(question, Number) else PERCENT
        return tuple((band.option, band.label(unit)) for band in _bands(question))
    if isinstance(question, Table):
        return tuple((_rows_id(low, high), _rows_label(low, high)) for low, high in ROW_BANDS)
    return ()


def _rows_id(low: int, high: int | None) -> str:
    return f"{low}+" if high is None else f"{low}{EN_DASH}{high}"


def _rows_label(low: int, high: int | None) -> Text:
    return rows_from(str(low)) if high is None else rows_between(_rows_id(low, high))


def _column_options(question: Grid, column: Column) -> tuple[CountedOption, ...]:
    if column.type == "single":
        return _written(column.options)
    if column.type == "yes_no":
        return tuple((option, SHARED_OPTIONS[option]) for option in YES_NO)
    if column.type == "percentage":
        bands = _percentage_bands(question.release.bands)
        return tuple((band.option, band.label(PERCENT)) for band in bands)
    return ()


def _written(options: Sequence[Option]) -> tuple[CountedOption, ...]:
    return tuple((option.id, option.text) for option in options)


def _bands(question: Percentage | Number) -> tuple[Band, ...]:
    if isinstance(question, Percentage):
        return _percentage_bands(question.release.bands)
    return _bands_from(question.minimum, question.release.bands)


def _percentage_bands(bounds: Sequence[float]) -> tuple[Band, ...]:
    return _bands_from(0, bounds)


def _bands_from(low: float | None, bounds: Sequence[float]) -> tuple[Band, ...]:
    """All bands between the bounds; none without bounds, since free numbers are not counted."""
    if not bounds:
        return ()
    edges = [low, *bounds, None]
    return tuple(Band(below, above) for below, above in pairwise(edges))


def _band_of(bands: Sequence[Band], number: float) -> list[str]:
    return [band.option for band in bands if band.holds(number)][:1]
