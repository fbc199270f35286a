"""A workbook that was read, as the JSON that waits until somebody takes its changes (pure).

Only the questions that were changed in the workbook are kept with their cells; of all others the
version that the workbook was made from is enough.
"""

from collections.abc import Collection
from dataclasses import replace
from typing import Any

from portal.questionnaire.workbook_filling import Place
from portal.response.workbook_reading import ReadCell, ReadWorkbook


def to_content(read: ReadWorkbook) -> dict[str, Any]:
    """What is stored."""
    return {
        "stamp": dict(read.stamp),
        "versions": dict(read.versions),
        "lost": dict(read.lost),
        "cells": {
            question_id: [_line(place, cell) for place, cell in cells.items()]
            for question_id, cells in read.cells.items()
        },
    }


def from_content(content: dict[str, Any]) -> ReadWorkbook:
    """What was stored."""
    return ReadWorkbook(
        stamp=content["stamp"],
        versions=content["versions"],
        lost=content["lost"],
        cells={
            question_id: dict(_cell(question_id, line) for line in lines)
            for question_id, lines in content["cells"].items()
        },
    )


def without(read: ReadWorkbook, settled: Collection[str]) -> ReadWorkbook:
    """The workbook without the questions about which nothing is left to decide."""
    return replace(
        read,
        versions={key: found for key, found in read.versions.items() if key not in settled},
        cells={key: found for key, found in read.cells.items() if key not in settled},
        lost={key: found for key, found in read.lost.items() if key not in settled},
    )


def _line(place: Place, cell: ReadCell) -> list[Any]:
    ids = [place.part, place.row, place.column, place.option]
    return [*ids, cell.where, cell.text, cell.is_formula, cell.unread]


def _cell(question_id: str, line: list[Any]) -> tuple[Place, ReadCell]:
    part, row, column, option, where, text, is_formula, unread = line
    place = Place(question=question_id, part=part, row=row, column=column, option=option)
    return place, ReadCell(where=where, text=text, is_formula=is_formula, unread=unread)
