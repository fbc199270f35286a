"""Release documents written by hand on the small questionnaire, to read, export and compare."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from portal.aggregate.comparison import Comparison, Round, compare
from portal.aggregate.documents import FORMAT, ReleasedDocument, parse, text_hash
from portal.aggregate.models import Release, ReleaseDocument
from portal.aggregate.policy import Audience
from portal.aggregate.reading import read_document
from portal.core.canonical import canonical_json
from portal.core.db import Session
from portal.dialogue.models import Dialogue
from portal.questionnaire.definition import Question, Questionnaire
from portal.questionnaire.queries import published_version
from portal.response.snapshot import instant
from portal.response.suggesting import pairs
from tests import factories

SMALL = factories.questionnaire()
COLUMNS = ("all", "makers", "sellers")
CUT_OFF = datetime(2026, 9, 1, 9, tzinfo=UTC)
Columns = Mapping[str, Mapping[str, Any]]


def column(
    n: int, numbers: Sequence[float] | None = None, /, **cells: int | str | None
) -> dict[str, Any]:
    """A column of a document; ``numbers``: lower quartile, median and upper quartile."""
    names = ("lower_quartile", "median", "upper_quartile")
    exact = all(isinstance(cell, int) for cell in cells.values())
    found: dict[str, Any] = {"n": n, "protected": 0 if exact else n, "exact": exact, "cells": cells}
    return found | ({"numbers": dict(zip(names, numbers, strict=True))} if numbers else {})


def written(
    questions: Mapping[str, Columns],
    *,
    audience: Audience = Audience.BUYER,
    number: int = 1,
    cut_off: datetime = CUT_OFF,
    dialogue: str = "laptops",
    columns: Sequence[str] = COLUMNS,
) -> str:
    """The canonical JSON of such a document."""
    return canonical_json(
        {
            "format": FORMAT,
            "dialogue": dialogue,
            "release": number,
            "audience": audience.value,
            "cut_off": instant(cut_off),
            "questionnaire": {"name": "small", "version": "1.0", "sha256": "0" * 64},
            "responses": 24,
            "groups": 24,
            "columns": list(columns),
            "questions": {key: {"columns": dict(found)} for key, found in questions.items()},
        }
    )


def released(questions: Mapping[str, Columns]) -> ReleasedDocument:
    """The document without a database."""
    text = written(questions)
    return parse(text, text_hash(text))


def stored(
    session: Session,
    dialogue: Dialogue,
    documents: Mapping[Audience, Mapping[str, Columns]],
    *,
    number: int = 1,
    cut_off: datetime = CUT_OFF,
) -> Release:
    """A release with these documents, as if it had been made."""
    version = published_version(session, dialogue.id)
    assert version is not None
    release = Release(
        dialogue_id=dialogue.id,
        version_id=version.id,
        number=number,
        cut_off=cut_off,
        sha256="0" * 64,
        created_at=cut_off,
    )
    session.add(release)
    session.flush()
    for audience, questions in documents.items():
        text = written(
            questions,
            audience=audience,
            number=number,
            cut_off=cut_off,
            dialogue=dialogue.short_name,
        )
        structure: dict[str, Any] = {"contributors": [], "questions": {}}
        row = {"document": text, "sha256": text_hash(text), "structure": structure}
        session.add(ReleaseDocument(release_id=release.id, audience=audience.value, **row))
    session.flush()
    return release


def with_question(question: Question) -> Questionnaire:
    """The small questionnaire with this question in the place of the one of its id."""
    return replace(
        SMALL,
        sections=tuple(
            replace(
                section,
                questions=tuple(
                    question if each.id == question.id else each for each in section.questions
                ),
            )
            for section in SMALL.sections
        ),
    )


def without_question(question_id: str) -> Questionnaire:
    """The small questionnaire without a question."""
    return replace(
        SMALL,
        sections=tuple(
            replace(
                section,
                questions=tuple(each for each in section.questions if each.id != question_id),
            )
            for section in SMALL.sections
        ),
    )


def as_round(questions: Mapping[str, Columns], questionnaire: Questionnaire = SMALL) -> Round:
    """These figures, as they are read."""
    return Round(read_document(released(questions), questionnaire, "en"), questionnaire)


def compared(now: Round, before: Round, column_name: str = "all") -> Comparison:
    """The two, by what is the same in their questionnaires."""
    same = pairs(before.questionnaire, now.questionnaire)
    return compare(now, before, same, column_name)
