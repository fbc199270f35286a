"""Answers carried over to a new version of the questionnaire (pure).

Nothing is ever lost: what stays as it was is not touched, what fits a changed question becomes a
suggestion, and what does not is kept in the answer's history, free text in its comment as well.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from portal.questionnaire.conditions import holds, question_index
from portal.questionnaire.definition import (
    Column,
    Condition,
    File,
    Grid,
    LongText,
    Matrix,
    Multi,
    Question,
    Questionnaire,
    ShortText,
    Table,
)
from portal.questionnaire.migration import Kind, MigrationMap, Origin
from portal.response.answers import SUGGESTED, GivenAnswer
from portal.response.cells import CountedCell, counted
from portal.response.fields import (
    CELL_LENGTH,
    Value,
    fault,
    field_of_column,
    field_of_options,
)
from portal.response.rules import allowed_classes, evidence_kinds
from portal.response.values import check, tidy

Submitted: TypeAlias = Mapping[str, Any]
"""An answer as a snapshot holds it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """What becomes of one response's answers.

    ``entries``: question id → what to write in its history, in order; the last is what the answer
    holds from now on. ``ties``: (from, to) questions whose evidence is copied. The ids in
    ``suggested`` and ``emptied`` need somebody's look; ``kept`` and ``dropped`` hold answers, too.
    """

    entries: Mapping[str, tuple[GivenAnswer, ...]]
    ties: tuple[tuple[str, str], ...]
    kept: tuple[str, ...]
    suggested: tuple[str, ...]
    emptied: tuple[str, ...]
    dropped: tuple[str, ...]

    @property
    def now(self) -> dict[str, GivenAnswer]:
        """What the answers that change hold from now on."""
        return {question_id: entries[-1] for question_id, entries in self.entries.items()}


def carry(
    found: MigrationMap,
    old: Questionnaire,
    new: Questionnaire,
    answers: Mapping[str, GivenAnswer],
) -> Carried:
    """Carry a response's answers from one version to the next."""
    before = question_index(old)
    entries = {
        question.id: made
        for question in new.questions()
        if (made := _entries(question, found.origins[question.id], answers, before))
    }
    after = {**answers, **{question_id: made[-1] for question_id, made in entries.items()}}
    given = {q.id: after[q.id] for q in new.questions() if q.id in after}
    suggested = tuple(each for each, answer in given.items() if answer.is_suggested)
    return Carried(
        entries=entries,
        ties=tuple(_ties(found, before, new)),
        kept=tuple(
            each
            for each in found.kept
            if each in given and _says_something(given[each]) and each not in suggested
        ),
        suggested=suggested,
        emptied=tuple(
            each for each in entries if not _says_something(given[each]) and each not in found.kept
        ),
        dropped=tuple(
            each for each in found.dropped if each in answers and _says_something(answers[each])
        ),
    )


def fitting(question: Question, value: Value) -> Value:
    """What of a value is right for the question, in its one stored form; None if nothing is."""
    if value is None:
        return None
    if not check(question, value):
        return tidy(question, value)
    part = _right_part(question, value)
    return tidy(question, part) if part and not check(question, part) else None


# One question ---------------------------------------------------------------------------


def _entries(
    question: Question,
    origin: Origin,
    answers: Mapping[str, GivenAnswer],
    before: Mapping[str, Question],
) -> tuple[GivenAnswer, ...]:
    own = answers.get(question.id)
    start = own.version if own is not None else 0
    if origin.kind is Kind.KEPT:
        return _copied(question.id, origin.sources[0], answers, start)
    sources = _sources(question.id, origin, answers)
    chosen = _best(question, sources, answers, before)
    if chosen is not None:
        source, last = chosen
        others = [answers[each] for each in sources if each not in {source, question.id}]
        if own is not None and source != question.id:
            last = replace(last, comment=_joined(own.comment, last.comment))
    elif own is not None and _says_something(own):
        others, last = [], _emptied(question, own, before.get(question.id))
    else:
        return ()
    if own is not None and not others and _is_stored(own, last):
        return ()
    return _numbered([*others, last], start)


def _copied(
    question_id: str, source: str, answers: Mapping[str, GivenAnswer], start: int
) -> tuple[GivenAnswer, ...]:
    """The answer under its new id; a question that kept its id keeps its answer untouched."""
    if source == question_id or source not in answers:
        return ()
    own = answers.get(question_id)
    if own is not None and _is_stored(own, answers[source]):
        return ()
    return _numbered([answers[source]], start)


def _sources(
    question_id: str, origin: Origin, answers: Mapping[str, GivenAnswer]
) -> tuple[str, ...]:
    """Where there is an answer, best first: a question that comes back finds its own."""
    given = [each for each in answers if _says_something(answers[each])]
    if question_id not in origin.sources and question_id in given:
        return (question_id,)
    return tuple(each for each in origin.sources if each in given)


def _best(
    question: Question,
    sources: Sequence[str],
    answers: Mapping[str, GivenAnswer],
    before: Mapping[str, Question],
) -> tuple[str, GivenAnswer] | None:
    """The first source whose answer fits as a whole, else the first of which a part does."""
    found = [
        (source, suggestion)
        for source in sources
        if (suggestion := suggested(question, answers[source], before.get(source))) is not None
    ]
    whole = [
        (source, suggestion)
        for source, suggestion in found
        if answers[source].value is None or not check(question, answers[source].value)
    ]
    return next(iter([*whole, *found]), None)


def suggested(
    question: Question, answer: GivenAnswer, before: Question | None
) -> GivenAnswer | None:
    """What of an answer to the question ``before`` can be suggested here; None if nothing fits."""
    if answer.is_exempt:
        fits = question.not_applicable
        return _with_readers(question, replace(answer, state=SUGGESTED)) if fits else None
    if isinstance(before or question, File) != isinstance(question, File):
        return None
    value = fitting(question, answer.value)
    if value is None:
        return None
    return _with_readers(question, replace(answer, state=SUGGESTED, value=value))


def _emptied(question: Question, own: GivenAnswer, before: Question | None) -> GivenAnswer:
    """No answer any more; what was written in free text goes to the comment."""
    is_text = isinstance(before, ShortText | LongText) and isinstance(own.value, str)
    text = own.value if is_text else own.reason
    emptied = replace(own, state="empty", value=None, reason="", comment=_joined(own.comment, text))
    return _with_readers(question, emptied)


def _with_readers(question: Question, answer: GivenAnswer) -> GivenAnswer:
    """The class that was chosen; where the question no longer allows it, the one it foresees."""
    if answer.confidentiality in allowed_classes(question):
        return answer
    default = str(question.confidentiality.default)
    return replace(answer, confidentiality=default, narrowing_reason="", narrowing_until=None)


def _joined(comment: str, text: str) -> str:
    """Both texts, if a form would take them together; the history has the second in any case."""
    if not text or text in comment:
        return comment
    joined = f"{comment}\n\n{text}" if comment else text
    return joined if len(joined) <= CELL_LENGTH else comment


def _numbered(contents: Iterable[GivenAnswer], start: int) -> tuple[GivenAnswer, ...]:
    return tuple(
        # A reference is kept by question: under another id there is none.
        replace(content, version=number, evidence=0, reference=None)
        for number, content in enumerate(contents, start=start + 1)
    )


def _says_something(answer: GivenAnswer) -> bool:
    return answer.value is not None or answer.is_exempt


def _is_stored(own: GivenAnswer, other: GivenAnswer) -> bool:
    return replace(own, evidence=0) == replace(other, version=own.version, evidence=0)


def _ties(
    found: MigrationMap, before: Mapping[str, Question], new: Questionnaire
) -> Iterator[tuple[str, str]]:
    for question in new.questions():
        if not evidence_kinds(question):
            continue
        for source in found.origins[question.id].sources:
            # Evidence answers a file question, so none may come there from an answer of words.
            is_answer = isinstance(question, File) and not isinstance(before.get(source), File)
            if source != question.id and not is_answer:
                yield source, question.id


# Parts of a value -----------------------------------------------------------------------


def _right_part(question: Question, value: Value) -> Value:
    """The choices, rows and cells that the question still takes."""
    if isinstance(question, Multi) and isinstance(value, list):
        known = {option.id for option in question.options}
        return [each for each in value if isinstance(each, str) and each in known]
    if isinstance(question, Table) and isinstance(value, list):
        rows = [_right_cells(question.columns, row) for row in value]
        return [row for row in rows if row][: question.maximum_rows]
    if isinstance(question, Matrix) and isinstance(value, dict):
        choice = field_of_options(question.options)
        known = {row.id for row in question.rows}
        return {
            row_id: chosen
            for row_id, chosen in value.items()
            if row_id in known and fault(choice, chosen) is None
        }
    if isinstance(question, Grid) and isinstance(value, dict):
        known = {row.id for row in question.rows}
        lines = {
            row_id: _right_cells(question.columns, cells_of_row)
            for row_id, cells_of_row in value.items()
            if row_id in known
        }
        return {row_id: cells_of_row for row_id, cells_of_row in lines.items() if cells_of_row}
    return None


def _right_cells(columns: Sequence[Column], row: object) -> dict[str, Value]:
    if not isinstance(row, Mapping):
        return {}
    return {
        column.id: row[column.id]
        for column in columns
        if column.id in row and fault(field_of_column(column), row[column.id]) is None
    }


# What was signed ------------------------------------------------------------------------


def standing_answers(
    signed: Mapping[str, Submitted],
    old: Questionnaire,
    new: Questionnaire,
    kept: Mapping[str, str],
) -> dict[str, Submitted]:
    """What of a signed response answers a later version: question id there → signed answer.

    Of the questions that were kept (``kept``: new id → old id) those that would be asked of this
    supplier: their conditions are as they were, or hold for its answers.
    """
    answers = {
        question.id: signed[kept[question.id]]
        for question in new.questions()
        if kept.get(question.id) in signed
    }
    values = signed_values(answers)
    then, now = dict(_conditions(old)), dict(_conditions(new))
    return {
        question_id: answer
        for question_id, answer in answers.items()
        if now[question_id] == then[kept[question_id]]
        or all(each is None or holds(each, new, values) for each in now[question_id])
    }


def signed_values(answers: Mapping[str, Submitted]) -> dict[str, Value]:
    """The values among signed answers, without those that are not applicable."""
    return {
        question_id: answer["value"] for question_id, answer in answers.items() if "value" in answer
    }


def standing_cells(new: Questionnaire, answers: Mapping[str, Submitted]) -> list[CountedCell]:
    """Every countable value among these signed answers."""
    index = question_index(new)
    return [
        cell
        for question_id, value in signed_values(answers).items()
        for cell in counted(index[question_id], value, answers[question_id]["class"])
    ]


def standing_segments(
    new: Questionnaire, answers: Mapping[str, Submitted], signed: Sequence[str]
) -> tuple[str, ...]:
    """The segments of the later version that these answers put the supplier in.

    One that is declared rather than derived stands as it was signed.
    """
    values = signed_values(answers)
    return tuple(
        segment.id
        for segment in new.segments
        if (segment.id in signed if segment.when is None else holds(segment.when, new, values))
    )


def _conditions(
    questionnaire: Questionnaire,
) -> Iterator[tuple[str, tuple[Condition | None, Condition | None]]]:
    for section in questionnaire.sections:
        for question in section.questions:
            yield question.id, (section.show_if, question.show_if)
