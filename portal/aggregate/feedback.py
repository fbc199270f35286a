"""A feedback letter: how one supplier's answers compare with what was released (pure).

The comparison holds only cells of the release that suppliers may see, and the supplier's own
answers beside them; it is frozen with the letter. Its sentences follow from it by rule, in the
language of whoever reads it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from portal.aggregate.documents import ReleasedDocument
from portal.aggregate.proposals import ALL, Cell
from portal.aggregate.reading import Reading, ReadQuestion, Row, Words, read_document
from portal.core.errors import Listing, Message, message, plural
from portal.questionnaire.definition import Questionnaire
from portal.response.answers import NOT_APPLICABLE
from portal.response.cells import cells

FORMAT = "parley-feedback-1"
Line: TypeAlias = dict[str, Any]
"""``{"key", "own": [option], "state", "n", "cells": {option: count, band or null}}``."""


@dataclass(frozen=True, slots=True)
class ComparedQuestion:
    """A question with a sentence for each of its rows; ``labels`` name the row in a matrix."""

    id: str
    text: Words
    rows: tuple[tuple[tuple[Words, ...], tuple[Message, ...]], ...]


@dataclass(frozen=True, slots=True)
class ComparedSection:
    """A section with what of it can be compared."""

    id: str
    title: Words
    questions: tuple[ComparedQuestion, ...]


def compare(
    document: ReleasedDocument, questionnaire: Questionnaire, answers: Mapping[str, Any]
) -> list[Line]:
    """What of the release suppliers may see, beside one supplier's answers, in page order.

    ``answers`` are those of a submission in terms of this questionnaire. What nobody answered is
    left out. Cells that are not
    released are not in it, not even where the supplier's own answer would be one of them.
    """
    own = _own_options(questionnaire, answers)
    reading = read_document(document, questionnaire, questionnaire.base_language)
    return [
        {
            "key": row.key,
            "state": answers.get(question.id, {}).get("state", ""),
            "own": own.get(row.key, []),
            "n": column.n,
            "cells": {bar.option: bar.cell for bar in column.bars if bar.cell is not None},
        }
        for _, question, row in reading.rows()
        for column in row.columns
        if column.name == ALL and column.n and column.bars
    ]


def read_comparison(
    lines: Sequence[Line], document: ReleasedDocument, questionnaire: Questionnaire, language: str
) -> list[ComparedSection]:
    """The frozen lines in words; labels are those of the questionnaire that was released."""
    frozen = {line["key"]: line for line in lines}
    reading: Reading = read_document(document, questionnaire, language)
    sections = (
        ComparedSection(
            section.id,
            section.title,
            tuple(
                compared
                for question in section.questions
                if (compared := _question(question, frozen)).rows
            ),
        )
        for section in reading.sections
    )
    return [section for section in sections if section.questions]


def _question(question: ReadQuestion, frozen: Mapping[str, Line]) -> ComparedQuestion:
    return ComparedQuestion(
        question.id,
        question.text,
        tuple(
            (row.labels, tuple(_sentences(row, frozen[row.key])))
            for row in question.rows
            if row.key in frozen
        ),
    )


def own_sentences(row: Row, line: Line) -> Iterator[Message]:
    """What a supplier answered, and how many did so too as far as that is released."""
    labels = _labels(row)
    own: list[str] = line["own"]
    if line["state"] == NOT_APPLICABLE:
        yield message("You: it does not apply to you.")
    elif not own:
        yield message("You gave no answer that is counted.")
    for option in own:
        yield _one(labels.get(option, option), line["cells"].get(option), line["n"])


def _sentences(row: Row, line: Line) -> Iterator[Message]:
    yield from own_sentences(row, line)
    labels, own = _labels(row), line["own"]
    others = [option for option in line["cells"] if option not in own]
    if others:
        texts = tuple(_share(labels.get(each, each), line["cells"][each]) for each in others)
        yield message("Other answers: {shares}.", shares=Listing(texts))


def _labels(row: Row) -> dict[str, str]:
    return {bar.option: bar.label.text for column in row.columns for bar in column.bars}


def _one(label: str, cell: Cell | None, n: int) -> Message:
    if cell is None:
        return message("You: {own}. How many others said so is not shown.", own=label)
    if isinstance(cell, int):
        return plural(
            "You: {own}. {number} of {count} supplier: {own}.",
            "You: {own}. {number} of {count} suppliers: {own}.",
            n,
            own=label,
            number=cell,
        )
    return plural(
        "You: {own}. {band} of {count} supplier: {own}.",
        "You: {own}. {band} of {count} suppliers: {own}.",
        n,
        own=label,
        band=cell,
    )


def _share(label: str, cell: Cell) -> Message:
    return message("{label} ({share})", label=label, share=cell)


def _own_options(questionnaire: Questionnaire, answers: Mapping[str, Any]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for question in questionnaire.questions():
        for key, option in cells(question, answers.get(question.id, {}).get("value")):
            found.setdefault(key, []).append(option)
    return found
