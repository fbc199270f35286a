"""What a condition can be built from: the answers it may read, and how to compare them (pure).

What is offered here the check accepts, and what is not offered it refuses; see
``checks.comparisons`` and ``checks.references``. One thing is left out on purpose: other ways to
say that a question for files has one.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from pydantic import TypeAdapter

from portal.questionnaire.checks.classes import is_public_fact
from portal.questionnaire.checks.comparisons import (
    COLUMN_KINDS,
    FITTING,
    Kind,
    kind_of,
    values_of,
)
from portal.questionnaire.checks.places import Reach
from portal.questionnaire.choices import column_of
from portal.questionnaire.definition import (
    YES_NO,
    Column,
    ColumnType,
    Condition,
    File,
    Grid,
    Matrix,
    Option,
    Question,
    Questionnaire,
    Section,
    Segment,
    Table,
)
from portal.questionnaire.subjects import (
    HEAD,
    Content,
    flatten,
    question_subject,
    section_subject,
    unflatten,
)

CONDITION: TypeAdapter[Condition] = TypeAdapter(Condition)

Source: TypeAlias = Question | Column
"""What a test reads: an earlier question, or for a cell a column to its left."""

SAME, ANY, NAMED = "same", "any", "named"
"""Which rows a test looks at: the row of the same id, any row at all, any of those named."""
COUNT = "#"
"""Stands for the number of a table's rows where else a column is named; no column has this id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A place that a condition stands in or could stand in.

    ``field`` is a field of the subject; ``position`` is that of the first question decided on:
    only questions before it can be read.
    """

    subject: str
    field: str
    reach: Reach
    position: int
    part: Question | Section | Segment
    condition: Condition | None
    column: Column | None = None
    left: Sequence[Column] = ()
    """The columns to the left of the column that is decided on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparable:
    """A value that a test finds. ``keys`` are the comparisons that fit, the most usual first.

    ``type`` is that of the question or column, or ``rows`` for a number of rows; ``ids`` are what
    the value can be, if it is chosen from a list.
    """

    kind: Kind
    type: str
    keys: Sequence[str]
    ids: Sequence[str] = ()


USUAL_KEYS = {
    Kind.CHOICE: ("in", "==", "!="),
    Kind.ORDERED_CHOICE: ("in", "==", "!=", ">="),
    Kind.CHOICES: ("has",),
    Kind.LEVEL: (">=", "==", "!=", "in"),
    Kind.NUMBER: (">=", "==", "!=", "in"),
    Kind.TEXT: ("==", "!=", "in"),
}
"""The same comparisons as in FITTING, the most usual first."""
ROW_COUNT = Comparable(kind=Kind.NUMBER, type="rows", keys=(">=", "=="))


def decision_on(questionnaire: Questionnaire, subject: str, field: str) -> Decision | None:
    """The place of a condition, such as ``show_if`` of ``question:A.01``; None if there is none."""
    found = decisions(questionnaire)
    return next((each for each in found if (each.subject, each.field) == (subject, field)), None)


def decisions(questionnaire: Questionnaire) -> Iterator[Decision]:
    """Every place where a condition can stand."""
    position = 0
    for section in questionnaire.sections:
        yield Decision(
            subject=section_subject(section.id),
            field="show_if",
            reach=Reach.SECTION,
            position=position,
            part=section,
            condition=section.show_if,
        )
        for question in section.questions:
            yield from _on_question(question, position)
            position += 1
    for segment in questionnaire.segments:
        yield Decision(
            subject=HEAD,
            field=f"segments/{segment.id}/when",
            reach=Reach.SEGMENT,
            position=position,
            part=segment,
            condition=segment.when,
        )


def readable(
    questionnaire: Questionnaire, decision: Decision
) -> list[tuple[Section, Sequence[Question]]]:
    """The questions that the condition may read, by section; none for a condition on a cell."""
    if decision.reach is Reach.COLUMN:
        return []
    found: list[tuple[Section, Sequence[Question]]] = []
    left = decision.position
    for section in questionnaire.sections:
        earlier = section.questions[: max(left, 0)]
        left -= len(section.questions)
        if decision.reach is Reach.SEGMENT:
            earlier = tuple(each for each in earlier if is_public_fact(each.confidentiality))
        if earlier:
            found.append((section, earlier))
    return found


def source_of(questionnaire: Questionnaire, decision: Decision, source_id: str) -> Source | None:
    """The question or column of this id; None unless the condition may read it."""
    if decision.reach is Reach.COLUMN:
        return next((each for each in decision.left if each.id == source_id), None)
    groups = readable(questionnaire, decision)
    return next((each for _, some in groups for each in some if each.id == source_id), None)


def rows_of(source: Source) -> Sequence[Option]:
    """The rows that can be named."""
    return source.rows if isinstance(source, Matrix | Grid) else ()


def columns_of(source: Source) -> Sequence[Column]:
    """The columns that one has to be chosen from."""
    return source.columns if isinstance(source, Table | Grid) else ()


def places_of(decision: Decision, source: Source) -> Sequence[str]:
    """Which rows can be looked at; empty where that is no question."""
    if not isinstance(source, Matrix | Grid):
        return ()
    owner = decision.part
    own = {row.id for row in owner.rows} if isinstance(owner, Matrix | Grid) else set()
    has_same = decision.reach is Reach.ROW and own <= {row.id for row in source.rows}
    return (SAME, ANY, NAMED) if has_same else (ANY, NAMED)


def comparable(decision: Decision, source: Source, column_id: str) -> Comparable | None:
    """What a test finds there; None while the column that it needs is not chosen."""
    if isinstance(source, Column):
        return _cell(decision, source)
    if isinstance(source, Table) and column_id == COUNT:
        return ROW_COUNT
    if isinstance(source, Table | Grid):
        column = column_of(source, column_id)
        return _cell(decision, column) if column is not None else None
    if isinstance(source, File):
        return Comparable(kind=Kind.CHOICE, type="file", keys=("==",), ids=values_of(source))
    kind = kind_of(source)
    return Comparable(
        kind=kind, type=source.type, keys=_keys(decision, kind), ids=values_of(source)
    )


def with_condition(content: Content, field: str, condition: Condition | None) -> Content:
    """A subject's content with this condition in the field; None takes it away."""
    fields = flatten(content)
    fields.pop(field, None)
    if condition is not None:
        fields[field] = CONDITION.dump_python(
            condition, mode="json", by_alias=True, exclude_none=True
        )
    return unflatten(fields)


def _on_question(question: Question, position: int) -> Iterator[Decision]:
    subject = question_subject(question.id)
    yield Decision(
        subject=subject,
        field="show_if",
        reach=Reach.QUESTION,
        position=position,
        part=question,
        condition=question.show_if,
    )
    if isinstance(question, Matrix | Grid):
        yield Decision(
            subject=subject,
            field="row_show_if",
            reach=Reach.ROW,
            position=position,
            part=question,
            condition=question.row_show_if,
        )
    for place, column in enumerate(columns_of(question)):
        yield Decision(
            subject=subject,
            field=f"columns/{column.id}/show_if",
            reach=Reach.COLUMN,
            position=position,
            part=question,
            condition=column.show_if,
            column=column,
            left=columns_of(question)[:place],
        )


def _cell(decision: Decision, column: Column) -> Comparable:
    kind = COLUMN_KINDS.get(column.type, Kind.TEXT)
    ids = YES_NO if column.type is ColumnType.YES_NO else [each.id for each in column.options]
    return Comparable(kind=kind, type=str(column.type), keys=_keys(decision, kind), ids=ids)


def _keys(decision: Decision, kind: Kind) -> Sequence[str]:
    """Inside of rows, choices have no order: "or one listed after it" is not known there."""
    has_order = decision.reach not in {Reach.ROW, Reach.COLUMN} or kind is not Kind.ORDERED_CHOICE
    return [key for key in USUAL_KEYS[kind] if key in FITTING[kind] and (has_order or key != ">=")]
