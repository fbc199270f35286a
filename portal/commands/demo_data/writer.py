"""How one supplier of the demo answers any question: by its type, steered by a few figures (pure).

Nothing here depends on one questionnaire: an id that is not in the tables below is answered by
its type, so that a changed questionnaire still loads.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any, TypeAlias

from portal.commands.demo_data.companies import Company, dice
from portal.commands.demo_data.figures import EASE, LADDERS, RANGES, TIERS
from portal.questionnaire.definition import (
    Column,
    Date,
    File,
    Grid,
    LongText,
    Matrix,
    Maturity,
    Multi,
    Number,
    Percentage,
    Question,
    ShortText,
    Single,
    Table,
    YesNo,
    YesPartlyNo,
)

Value: TypeAlias = Any
"""An answer's JSON value; its shape follows from the type of the question."""

STRENGTH = {"beginner": 0.24, "average": 0.52, "leader": 0.82}
SPREAD = 0.14
YES_FROM, PARTLY_FROM = 0.6, 0.36


@dataclass(frozen=True, slots=True, kw_only=True)
class Writer:
    """One supplier at work; ``values`` are its answers to the questions before."""

    company: Company
    seed: int
    values: dict[str, Value] = field(default_factory=dict)

    def chance(self, *names: object) -> Random:
        """The throws for one question of this supplier."""
        return dice(self.seed, self.company.name, *names)

    def rows(self, question_id: str, *columns: str) -> list[dict[str, Value]]:
        """The rows given to an earlier table that have all these columns filled."""
        value = self.values.get(question_id)
        if not isinstance(value, list):
            return []
        return [row for row in value if isinstance(row, dict) and row.keys() >= set(columns)]

    def chosen(self, question_id: str) -> Mapping[str, Value]:
        """What was chosen for each row of an earlier matrix."""
        value = self.values.get(question_id)
        return value if isinstance(value, Mapping) else {}

    def strength(self, question_id: str, *names: object) -> float:
        """How well the supplier does here, from 0 to 1."""
        chance = self.chance("strength", question_id, *names)
        ease = EASE.get(question_id, 0.0)
        own = STRENGTH[self.company.level] + self.chance("company").uniform(-0.08, 0.08)
        return min(1.0, max(0.0, own + ease + chance.uniform(-1.7, 1.7) * SPREAD))


def generic(question: Question, writer: Writer) -> Value:
    """A believable answer to any question that has no writer of its own; None for no answer."""
    for kind, answer in _BY_TYPE.items():
        if isinstance(question, kind):
            return answer(question, writer)
    return None


def level_of(strength: float, count: int) -> int:
    """A place on a ladder of ``count`` steps, from 0."""
    return min(count - 1, int(strength * count))


def step(options: Sequence[str], strength: float, direction: int) -> str:
    """An option of a ladder that rises (1) or falls (-1) from first to last."""
    place = level_of(strength, len(options))
    return options[place if direction > 0 else len(options) - 1 - place]


def amount(low: float, high: float, strength: float, unit: float = 5) -> int:
    """A number between the two, in round steps."""
    return int(round((low + (high - low) * strength) / unit) * unit)


def day(chance: Random, earliest: date, latest: date) -> str:
    """A day between the two, as an answer holds it."""
    return (earliest + timedelta(days=chance.randrange((latest - earliest).days))).isoformat()


def _yes_partly_no(question: Question, writer: Writer) -> Value:
    strength = writer.strength(question.id)
    return "yes" if strength >= YES_FROM else "partly" if strength >= PARTLY_FROM else "no"


def _yes_no(question: Question, writer: Writer) -> Value:
    return "yes" if writer.strength(question.id) >= (YES_FROM + PARTLY_FROM) / 2 else "no"


def _maturity(question: Question, writer: Writer) -> Value:
    return level_of(writer.strength(question.id), 5)


def _single(question: Single, writer: Writer) -> Value:
    options = [option.id for option in question.options]
    if question.id in LADDERS:
        return step(options, writer.strength(question.id), LADDERS[question.id])
    return writer.chance(question.id).choice(options)


def _multi(question: Multi, writer: Writer) -> Value:
    chance, strength = writer.chance(question.id), writer.strength(question.id)
    likely = 0.15 + 0.7 * strength
    chosen = [
        option.id
        for option in question.options
        if not option.exclusive and option.id != "other" and chance.random() < likely
    ]
    exclusive = [option.id for option in question.options if option.exclusive]
    return chosen or exclusive[:1] or [question.options[0].id]


def _percentage(question: Percentage, writer: Writer) -> Value:
    return amount(*RANGES.get(question.id, (5, 100)), writer.strength(question.id))


def _number(question: Number, writer: Writer) -> Value:
    low, high = RANGES.get(question.id, (0, 100))
    if question.minimum is not None:
        low = max(low, question.minimum)
    if question.maximum is not None:
        high = min(high, question.maximum)
    return amount(low, high, writer.strength(question.id), 1)


def _date(question: Question, writer: Writer) -> Value:
    return day(writer.chance(question.id), date(2024, 11, 1), date(2026, 8, 31))


def _short_text(question: Question, writer: Writer) -> Value:
    year = 2026 if writer.company.level == "leader" else 2025
    return f"{writer.company.site}/reports/{question.id.lower().replace('.', '-')}, {year}"


def _long_text(_question: Question, writer: Writer) -> Value:
    return (
        f"{writer.company.name} will answer this in detail in the dialogue session. In short: we "
        f"have begun, the responsible department is named, and we will report by June 2027."
    )


def _file(_question: Question, _writer: Writer) -> Value:
    return "provided"


def _matrix(question: Matrix, writer: Writer) -> Value:
    options = [option.id for option in question.options]
    direction = LADDERS.get(question.id, 1)
    return {
        row.id: step(
            options,
            min(1.0, max(0.0, writer.strength(question.id, row.id) + TIERS.get(row.id, 0.0))),
            direction,
        )
        for row in question.rows
    }


def _table(question: Table, writer: Writer) -> Value:
    count = max(question.minimum_rows, writer.chance(question.id).randint(1, 3))
    return [
        cells_of(question, question.columns, writer, number)
        for number in range(1, min(count, question.maximum_rows) + 1)
    ]


def _grid(question: Grid, writer: Writer) -> Value:
    return {row.id: cells_of(question, question.columns, writer, row.id) for row in question.rows}


def cells_of(
    question: Question, columns: Sequence[Column], writer: Writer, row: object
) -> dict[str, Value]:
    """One row of cells by the columns' types."""
    return {column.id: _cell(question, column, writer, row) for column in columns}


def with_required(
    question: Table, row: dict[str, Value], writer: Writer, number: int
) -> dict[str, Value]:
    """The row with something in each required column that its writer does not know."""
    required = [column for column in question.columns if column.required]
    return cells_of(question, required, writer, number) | row


def _cell(question: Question, column: Column, writer: Writer, row: object) -> Value:
    chance = writer.chance(question.id, row, column.id)
    strength = writer.strength(question.id, row, column.id)
    options = [option.id for option in column.options]
    cells: Mapping[str, Callable[[], Value]] = {
        "single": lambda: chance.choice(options),
        "multi": lambda: sorted(chance.sample(options, min(2, len(options))), key=options.index),
        "yes_no": lambda: "yes" if strength >= PARTLY_FROM else "no",
        "percentage": lambda: amount(0, 100, strength),
        "number": lambda: _cell_number(column, chance),
        "date": lambda: day(chance, date(2025, 1, 1), date(2026, 8, 31)),
        "country": lambda: chance.choice(("CN", "VN", "CZ", "PL", "MY", "DE")),
        "email": lambda: writer.company.contact.email,
        "url": lambda: f"{writer.company.site}/{question.id.lower().replace('.', '-')}",
        "text": lambda: chance.choice(("See our report", "Under review", "In place since 2025")),
    }
    return cells[str(column.type)]()


def _cell_number(column: Column, chance: Random) -> int:
    low = int(column.minimum if column.minimum is not None else 0)
    high = int(column.maximum if column.maximum is not None else low + 60)
    return chance.randint(low, min(high, low + 60))


_BY_TYPE: Mapping[type, Callable[..., Value]] = {
    YesPartlyNo: _yes_partly_no,
    YesNo: _yes_no,
    Maturity: _maturity,
    Single: _single,
    Multi: _multi,
    Percentage: _percentage,
    Number: _number,
    Date: _date,
    ShortText: _short_text,
    LongText: _long_text,
    File: _file,
    Table: _table,
    Matrix: _matrix,
    Grid: _grid,
}
