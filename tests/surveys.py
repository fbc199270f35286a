"""Any data frame of a survey as a questionnaire file and a file of responses, from the frame alone.

Each column becomes a question: texts and short scales one of several options, other numbers a
number in bands at the quintiles, texts with too many values a line of text. A missing value is no
answer. A column with the numbers of rows names the respondents and is not asked. The options of
the columns given as ``segments`` become segments: those of the first derived from its answers,
which are public then, those of the others declared with each response.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

ROWS = "rownames"
LONGEST_SCALE = 12
"""Whole numbers with more values than that are measured, not chosen."""
MOST_OPTIONS = 40
CLASSES = ("buyers", "buyers", "aggregate_only")
"""Of the questions in turn."""
QUINTILES = [0.2, 0.4, 0.6, 0.8]
ID_LENGTH = 40


@dataclass(frozen=True)
class Survey:
    """The frame, and how it is asked; ``options``: column → value → id of its option."""

    name: str
    frame: pd.DataFrame
    segments: Sequence[str] = ()
    options: dict[str, dict[Any, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for column in self.columns:
            if self._is_chosen(column):
                self.options[column] = _ids(sorted(self.frame[column].dropna().unique()))

    @property
    def columns(self) -> list[str]:
        """The columns that are asked."""
        return [column for column in self.frame.columns if column != ROWS]

    def of(self, column: str) -> str:
        """The id of a column's question."""
        return _ids(self.columns)[column]

    def segment(self, column: str, value: object) -> str:
        """The id of a segment."""
        return f"{_ids(self.segments)[column]}-{self.options[column][value]}".replace(".", "_")

    @property
    def segment_ids(self) -> list[str]:
        """Every segment, in declared order."""
        return [
            self.segment(column, value)
            for column in self.segments
            for value in self.options[column]
        ]

    def bounds(self, column: str) -> list[float]:
        """The upper bounds of the bands of a number."""
        return sorted({float(bound) for bound in self.frame[column].quantile(QUINTILES).round(3)})

    def members(self, segment: str) -> "pd.Series[bool]":
        """Which rows are in a segment; ``all`` is everybody."""
        for column in self.segments:
            for value in self.options[column]:
                if self.segment(column, value) == segment:
                    return self.frame[column].eq(value)
        return pd.Series(data=True, index=self.frame.index)

    def write(self, folder: Path) -> tuple[Path, Path]:
        """Write both files: the questionnaire in YAML, the responses as JSON lines."""
        questionnaire, responses = folder / f"{self.name}.yaml", folder / f"{self.name}.jsonl"
        content = yaml.safe_dump(self._questionnaire(), allow_unicode=True, sort_keys=False)
        questionnaire.write_text(content, encoding="utf-8")
        lines = (json.dumps(self._line(number)) for number in range(len(self.frame)))
        responses.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        return questionnaire, responses

    def _is_chosen(self, column: str) -> bool:
        values = self.frame[column].dropna()
        if pd.api.types.is_numeric_dtype(values):
            is_whole = bool((values % 1 == 0).all())
            return is_whole and values.nunique() <= LONGEST_SCALE
        return values.nunique() <= MOST_OPTIONS

    def _questionnaire(self) -> dict[str, Any]:
        questions = [self._question(number, column) for number, column in enumerate(self.columns)]
        return {
            "name": self.name,
            "version": "1.0",
            "base_language": "en",
            "languages": ["en"],
            "title": {"en": self.name},
            "segments": [
                {"id": self.segment(column, value), "text": {"en": f"{column}: {value}"}}
                | self._condition(column, option)
                for column in self.segments
                for value, option in self.options[column].items()
            ],
            "sections": [{"id": "S", "title": {"en": "Survey"}, "questions": questions}],
        }

    def _condition(self, column: str, option: str) -> dict[str, Any]:
        is_derived = column == self.segments[0]
        return {"when": {"question": self.of(column), "==": option}} if is_derived else {}

    def _question(self, number: int, column: str) -> dict[str, Any]:
        question: dict[str, Any] = {
            "id": self.of(column),
            "text": {"en": str(column)},
            "required": False,
            "confidentiality": {"default": CLASSES[number % len(CLASSES)]},
            "competition_review": "Answers of a published survey.",
        }
        if column in self.segments[:1]:
            question["confidentiality"] = {"default": "public", "narrowest": "public"}
        values = self.frame[column].dropna()
        if column in self.options:
            options = self.options[column].items()
            choices = [{"id": option, "text": {"en": str(value)}} for value, option in options]
            return question | {"type": "single", "options": choices}
        if pd.api.types.is_numeric_dtype(values):
            unit = {"unit": {"en": str(column)}}
            return question | {"type": "number", "release": {"bands": self.bounds(column)}} | unit
        return question | {"type": "text"}

    def _line(self, number: int) -> dict[str, Any]:
        row = self.frame.iloc[number]
        given = {column: row[column] for column in self.columns if not pd.isna(row[column])}
        return {
            "supplier": f"Respondent {number + 1}",
            "segments": [
                self.segment(column, given[column])
                for column in self.segments[1:]
                if column in given
            ],
            "answers": {
                self.of(column): {"value": self._value(column, value)}
                for column, value in given.items()
            },
        }

    def _value(self, column: str, value: object) -> object:
        if column in self.options:
            return self.options[column][value]
        return value.item() if hasattr(value, "item") else value


def _ids(values: Sequence[object]) -> dict[Any, str]:
    """An id for each value: its letters and digits, with a number where two would be the same."""
    found: dict[Any, str] = {}
    for value in values:
        plain = re.sub(r"[^A-Za-z0-9]+", "_", str(value)).strip("_")[:ID_LENGTH] or "value"
        taken = sum(each.startswith(plain) for each in found.values())
        is_free = plain not in found.values()
        found[value] = plain if is_free else f"{plain}_{taken + 1}"
    return found
