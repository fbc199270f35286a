"""Questionnaires of tests, and answers made up at random from a seed."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from random import Random
from typing import Any

from portal.questionnaire.choices import choice_ids
from portal.questionnaire.definition import (
    Column,
    ColumnType,
    Date,
    File,
    Grid,
    Matrix,
    Maturity,
    Multi,
    Number,
    Percentage,
    Question,
    Questionnaire,
    Single,
    Table,
    YesNo,
    YesPartlyNo,
)
from portal.questionnaire.loader import read

DATA = Path(__file__).parent / "data"
BROKEN = DATA / "broken"
QUESTIONNAIRES = Path(__file__).parents[2] / "questionnaires"
FLAGSHIP = QUESTIONNAIRES / "ict-due-diligence" / "1.0.yaml"

TYPES = read(DATA / "types.yaml")
ROUTING = read(DATA / "routing.yaml")
ROWS = read(DATA / "rows.yaml")
ICT = read(FLAGSHIP)


def some_values(questionnaire: Questionnaire, seed: int) -> dict[str, Any]:
    """Answers to most questions, whether they are shown or not."""
    random = Random(seed)  # noqa: S311 - answers, not secrets
    return {
        question.id: some_value(question, random)
        for question in questionnaire.questions()
        if random.random() < 0.8
    }


def some_value(question: Question, random: Random) -> object:
    """A value that fits the question."""
    maker = MAKERS.get(type(question), _some_words)
    return maker(question, random)


def _some_words(_question: Any, _random: Random) -> str:  # noqa: ANN401 - any question or column
    return "words"


def _provided(_question: Question, _random: Random) -> str:
    return "provided"


def _some_choice(question: Any, random: Random) -> str:  # noqa: ANN401 - as above
    return random.choice(list(choice_ids(question)))


def _some_row_values(question: Any, random: Random) -> dict[str, object]:  # noqa: ANN401 - as above
    rows = _some_of([row.id for row in question.rows], random)
    if isinstance(question, Matrix):
        return {row: _some_choice(question, random) for row in rows}
    return {row: _some_cells(question.columns, random) for row in rows}


MAKERS: dict[type, Callable[[Any, Random], object]] = {
    YesPartlyNo: _some_choice,
    YesNo: _some_choice,
    Single: _some_choice,
    Multi: lambda question, random: _some_of(choice_ids(question), random),
    Maturity: lambda _, random: random.randrange(5),
    Percentage: lambda _, random: random.randrange(101),
    Number: lambda _, random: random.randrange(101),
    Date: lambda _, random: f"20{random.randrange(10, 30)}-01-31",
    File: _provided,
    Table: lambda table, random: [
        _some_cells(table.columns, random) for _ in range(random.randrange(4))
    ],
    Matrix: _some_row_values,
    Grid: _some_row_values,
}
CELL_MAKERS: dict[ColumnType, Callable[[Column, Random], object]] = {
    ColumnType.NUMBER: lambda _, random: random.randrange(101),
    ColumnType.PERCENTAGE: lambda _, random: random.randrange(101),
    ColumnType.SINGLE: lambda column, random: random.choice(column.options).id,
    ColumnType.MULTI: lambda column, random: _some_of([o.id for o in column.options], random),
    ColumnType.YES_NO: lambda _, random: random.choice(["yes", "no"]),
}


def _some_cells(columns: Sequence[Column], random: Random) -> dict[str, object]:
    return {column.id: _some_cell(column, random) for column in columns if random.random() < 0.8}


def _some_cell(column: Column, random: Random) -> object:
    maker: Callable[[Column, Random], object] = CELL_MAKERS.get(column.type, _some_words)
    return maker(column, random)


def _some_of(ids: Iterable[str], random: Random) -> list[str]:
    return [each for each in ids if random.random() < 0.5]
