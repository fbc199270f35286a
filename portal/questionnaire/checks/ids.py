"""Ids are given once, and no two things share the key of a cell."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from portal.core.errors import message
from portal.questionnaire.checks.places import PlacedQuestion, placed_columns, placed_questions
from portal.questionnaire.choices import options_of
from portal.questionnaire.definition import Grid, Matrix, Option, Questionnaire
from portal.questionnaire.faults import KeyPath, Problem

GIVEN_TWICE = {
    "column": message("The column id `{id}` is given twice."),
    "instrument": message("The instrument id `{id}` is given twice."),
    "option": message("The option id `{id}` is given twice."),
    "question": message("The question id `{id}` is given twice."),
    "row": message("The row id `{id}` is given twice."),
    "section": message("The section id `{id}` is given twice."),
    "segment": message("The segment id `{id}` is given twice."),
}


def problems(questionnaire: Questionnaire) -> Iterator[Problem]:
    """Ids given twice: questions, sections, options, rows, columns, segments, instruments."""
    placed = placed_questions(questionnaire)
    yield from _twice("question", ((each.path, each.question.id) for each in placed))
    named = {
        "section": [section.id for section in questionnaire.sections],
        "segment": [segment.id for segment in questionnaire.segments],
        "instrument": [instrument.id for instrument in questionnaire.instruments],
    }
    for kind, its_ids in named.items():
        yield from _twice(kind, (((f"{kind}s", i), each) for i, each in enumerate(its_ids)))
    for each in placed:
        yield from _within(each)
    yield from _cell_keys(placed)


def _within(placed: PlacedQuestion) -> Iterator[Problem]:
    path, question = placed.path, placed.question
    yield from _twice("option", _ids((*path, "options"), options_of(question)))
    if isinstance(question, Matrix | Grid):
        yield from _twice("row", _ids((*path, "rows"), question.rows))
    columns = placed_columns(placed)
    yield from _twice("column", ((column_path, column.id) for column_path, column in columns))
    for column_path, column in columns:
        yield from _twice("option", _ids((*column_path, "options"), column.options))


def _ids(path: KeyPath, options: Sequence[Option]) -> Iterator[tuple[KeyPath, str]]:
    return (((*path, i), option.id) for i, option in enumerate(options))


def _twice(kind: str, ids: Iterable[tuple[KeyPath, str]]) -> Iterator[Problem]:
    seen: set[str] = set()
    for path, each in ids:
        if each in seen:
            what = replace(GIVEN_TWICE[kind], values={"id": each})
            mend = message("Give this one another id; ids that were published keep their meaning.")
            yield Problem((*path, "id"), what, mend)
        seen.add(each)


def _cell_keys(placed: list[PlacedQuestion]) -> Iterator[Problem]:
    """A release names a matrix row `question.row`: no question may have that id."""
    keys = {
        f"{each.question.id}.{row.id}": each.question.id
        for each in placed
        if isinstance(each.question, Matrix | Grid)
        for row in each.question.rows
    }
    for each in placed:
        owner = keys.get(each.question.id)
        if owner is not None:
            what = message(
                "The question id `{question}` is also the name of a row of {owner}.",
                question=each.question.id,
                owner=owner,
            )
            yield Problem((*each.path, "id"), what, message("Give this question another id."))
