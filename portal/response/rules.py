"""Rules of answering: what is missing, who may read, whose text stays (pure)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache
from uuid import UUID

from portal.core.errors import Message, message
from portal.questionnaire.conditions import Route, Values, cell_shown, route, shown_rows
from portal.questionnaire.definition import (
    Column,
    ConfidentialityClass,
    EvidenceNeed,
    File,
    Grid,
    Matrix,
    Question,
    Questionnaire,
    Section,
    Table,
)
from portal.response.answers import (
    NOT_APPLICABLE,
    GivenAnswer,
    SubmittedResponse,
    is_narrowed,
    unanswered,
    values_of,
)
from portal.response.fields import Value

FILE_KINDS = ("pdf", "xlsx", "csv", "docx", "image", "url")
"""What a question that is itself a file takes, if it has no rule of its own."""

NARROWING_REASONS: Mapping[str, Message] = {
    "trade_secret": message("It is a trade secret"),
    "personal_data": message("It holds personal data"),
    "security": message("It would put security at risk"),
    "third_party_contract": message("A contract with a third party forbids it"),
}
"""Reason code → what the supplier chooses from, to narrow who reads an answer."""

WHO_READS: Mapping[ConfidentialityClass, Message] = {
    ConfidentialityClass.PUBLIC: message("Anyone can read this answer with your company's name."),
    ConfidentialityClass.PARTICIPANTS: message(
        "Everyone in this dialogue, other suppliers too, can read this answer with your "
        "company's name."
    ),
    ConfidentialityClass.BUYERS_AND_OBSERVERS: message(
        "The buyers, the observers and the secretariat of this dialogue can read this answer "
        "with your company's name."
    ),
    ConfidentialityClass.BUYERS: message(
        "The buyers and the secretariat of this dialogue can read this answer with your "
        "company's name."
    ),
    ConfidentialityClass.NAMED_BUYERS: message(
        "Only the buyers that you choose on the page “Named buyers”, and the secretariat in its "
        "export, can read this answer with your company's name."
    ),
    ConfidentialityClass.AGGREGATE_ONLY: message(
        "Only the secretariat can read this answer with your company's name, and each reading "
        "is recorded; everybody else sees it in totals only."
    ),
}


# What is missing ------------------------------------------------------------------------


class SectionState(StrEnum):
    """How far a section is."""

    NOT_STARTED = "not_started"
    IN_PROGRESS = "in_progress"
    READY = "ready"


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionProgress:
    """How far one section is; ``minutes`` are those of the questions still missing."""

    section: Section
    answered: int
    shown: int
    missing: tuple[Question, ...]
    state: SectionState
    minutes: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a response is: the sections that the answers lead to, and their sums."""

    sections: tuple[SectionProgress, ...]
    answered: int
    shown: int
    minutes: float

    @property
    def is_ready(self) -> bool:
        """Whether nothing is missing, so that it can be signed."""
        return not any(section.missing for section in self.sections)

    def after(self, section: Section) -> Section | None:
        """The next section that the answers lead to, from one that they lead to."""
        shown = [row.section for row in self.sections]
        later = shown[shown.index(section) + 1 :] if section in shown else []
        return later[0] if later else None


def section_after(questionnaire: Questionnaire, values: Values, section: Section) -> Section | None:
    """The next section that the answers lead to; None if there is none, or not to this one."""
    shown = {question.id for question in asked(route(questionnaire, values))}
    places = [each for each in questionnaire.sections if any(q.id in shown for q in each.questions)]
    later = places[places.index(section) + 1 :] if section in places else []
    return later[0] if later else None


def missing_answers(
    questionnaire: Questionnaire, answers: Mapping[str, GivenAnswer]
) -> list[Question]:
    """The shown questions that stand in the way of signing, in page order.

    Required and without an answer; begun but incomplete; without the evidence they need; or with
    a suggestion that nobody has confirmed or a reference that is not agreed.
    """
    way = route(questionnaire, values_of(answers))
    return [question for question in asked(way) if _is_missing(question, answers, way)]


def progress(questionnaire: Questionnaire, answers: Mapping[str, GivenAnswer]) -> Progress:
    """How far each shown section is, and the response as a whole."""
    way = route(questionnaire, values_of(answers))
    shown = {question.id for question in asked(way)}
    sections = tuple(
        _section_progress(section, questions, answers, way)
        for section in questionnaire.sections
        if (questions := [question for question in section.questions if question.id in shown])
    )
    return Progress(
        sections=sections,
        answered=sum(section.answered for section in sections),
        shown=sum(section.shown for section in sections),
        minutes=sum(section.minutes for section in sections),
    )


def asked(way: Route) -> list[Question]:
    """The shown questions with something to fill in: not a matrix whose rows are all hidden."""
    return [
        question
        for question in way.questions
        if not isinstance(question, Matrix | Grid) or shown_rows(question, way.values)
    ]


def is_answered(question: Question, answer: GivenAnswer, way: Route) -> bool:
    """Whether the answer is complete: a value without gaps, not applicable with its reason.

    Or another company's answer, once that company has agreed.
    """
    if answer.is_suggested:
        return False
    if answer.state == NOT_APPLICABLE:
        return bool(answer.reason)
    if answer.is_by_reference:
        return answer.reference is not None and answer.reference.agreed
    value = way.values.get(question.id)
    return value is not None and not gaps(question, value, way)


def lacking(question: Question, answer: GivenAnswer, way: Route) -> list[Message]:
    """What stands in the way of signing at a shown question; empty if nothing does."""
    if answer.is_suggested:
        return [message("An earlier answer is suggested: look at it and confirm it")]
    if answer.is_by_reference:
        return list(_waiting(answer))
    value = way.values.get(question.id)
    if is_answered(question, answer, way):
        is_unproven = value is not None and needs_evidence(question, value) and not answer.evidence
        return [message("Proof is missing: add a file or link")] if is_unproven else []
    if answer.state == NOT_APPLICABLE:
        return [message("Say why this does not apply to you.")]
    if value is not None:
        return gaps(question, value, way)
    return [message("No answer yet")] if question.required else []


def _waiting(answer: GivenAnswer) -> Iterator[Message]:
    """Another company's answer counts in one's own place only once that company has agreed."""
    if answer.reference is None or not answer.reference.agreed:
        brand = answer.reference.brand if answer.reference else ""
        yield message("Waiting for {brand} to agree", brand=brand)


def gaps(question: Question, value: Value, way: Route) -> list[Message]:
    """What a right value still lacks: rows and cells. ``value`` is what counts of it, by route."""
    if isinstance(question, Table):
        return list(_table_gaps(question, value))
    if isinstance(question, Matrix):
        lacking = [row for row in shown_rows(question, way.values) if row.id not in value]
        text = "Rows that are not filled in: {count}"
        return [message(text, count=len(lacking))] if lacking else []
    if isinstance(question, Grid):
        lines = [(number, value.get(row.id)) for number, row in enumerate(question.rows, start=1)]
        found = (_cell_gaps(question.columns, cells, number) for number, cells in lines if cells)
        return [gap for gaps_of_row in found for gap in gaps_of_row]
    return []


def prefilled_rows(question: Table, way: Route) -> list[dict[str, Value]]:
    """The rows that an unanswered table starts from: one for each row of an earlier table."""
    if question.prefill is None:
        return []
    columns = question.prefill.columns
    return [
        {own: row[earlier] for own, earlier in columns.items() if earlier in row}
        for row in way.values.get(question.prefill.question) or []
    ]


def evidence_kinds(question: Question) -> tuple[str, ...]:
    """The kinds of evidence that back an answer to this question; none if it takes none."""
    if question.evidence is not None:
        return question.evidence.kinds
    return FILE_KINDS if isinstance(question, File) else ()


def needs_evidence(question: Question, value: Value) -> bool:
    """Whether an answer with this value must be backed by a file or link."""
    if question.evidence is None:
        return False
    match question.evidence.need:
        case EvidenceNeed.ALWAYS:
            return True
        case EvidenceNeed.IF_YES:
            return bool(value == "yes")
        case EvidenceNeed.IF_ROWS:
            return isinstance(value, list) and bool(value)
        case _:
            return False


def _is_missing(question: Question, answers: Mapping[str, GivenAnswer], way: Route) -> bool:
    answer = answers.get(question.id) or unanswered(question)
    return bool(lacking(question, answer, way))


def _section_progress(
    section: Section, questions: Sequence[Question], answers: Mapping[str, GivenAnswer], way: Route
) -> SectionProgress:
    given = [(question, answers[question.id]) for question in questions if question.id in answers]
    answered = sum(is_answered(question, answer, way) for question, answer in given)
    missing = tuple(question for question in questions if _is_missing(question, answers, way))
    has_begun = any(answer.state != "empty" for _, answer in given)
    ready = SectionState.IN_PROGRESS if missing else SectionState.READY
    return SectionProgress(
        section=section,
        answered=answered,
        shown=len(questions),
        missing=missing,
        state=ready if has_begun else SectionState.NOT_STARTED,
        minutes=sum(question.minutes for question in missing),
    )


def _table_gaps(question: Table, rows: Sequence[Mapping[str, Value]]) -> Iterator[Message]:
    if len(rows) < question.minimum_rows:
        yield message(
            "Give at least {minimum} rows: there are {count}",
            minimum=question.minimum_rows,
            count=len(rows),
        )
    for number, cells in enumerate(rows, start=1):
        yield from _cell_gaps(question.columns, cells, number)


def _cell_gaps(
    columns: Iterable[Column], cells: Mapping[str, Value], number: int
) -> Iterator[Message]:
    for column in columns:
        if column.required and column.id not in cells and cell_shown(column, cells):
            yield message(
                "Row {row}: the column {column} is not filled in",
                row=number,
                column=next(iter(column.text.values()), column.id),
            )


# Who reads ------------------------------------------------------------------------------


def allowed_classes(question: Question) -> tuple[ConfidentialityClass, ...]:
    """The classes that a supplier may choose for this question, widest first."""
    rule = question.confidentiality
    return _classes_between(rule.widest or rule.default, rule.narrowest)


@cache
def _classes_between(
    widest: ConfidentialityClass, narrowest: ConfidentialityClass
) -> tuple[ConfidentialityClass, ...]:
    return tuple(
        chosen for chosen in ConfidentialityClass if narrowest.width <= chosen.width <= widest.width
    )


def class_problem(question: Question, answer: GivenAnswer) -> Message | None:
    """What is wrong with the class of an answer and the reason for narrowing it, if anything."""
    allowed = allowed_classes(question)
    if answer.confidentiality not in allowed:
        return message("Choose one of the groups of readers that this question allows")
    narrows = is_narrowed(question, answer.confidentiality)
    if narrows and answer.narrowing_reason not in NARROWING_REASONS:
        return message("Choose a reason why fewer people may read this answer")
    return None


# Two people, one answer -----------------------------------------------------------------


class Merge(StrEnum):
    """What a save does with one question."""

    KEEP = "keep"
    TAKE = "take"
    CONFLICT = "conflict"


def merge(mine: GivenAnswer, base: GivenAnswer | None, current: GivenAnswer) -> Merge:
    """Compare what I send with what I saw (``base``, None if unknown) and with what there is now.

    Keep what there is if I changed nothing or we agree; take mine if nobody else changed it; else
    both texts are shown and a person decides.
    """
    if mine.says_the_same(current) or (base is not None and mine.says_the_same(base)):
        return Merge.KEEP
    if base is not None and base.says_the_same(current):
        return Merge.TAKE
    return Merge.CONFLICT


# One contributor per corporate group ----------------------------------------------------


def contributors(submissions: Iterable[SubmittedResponse]) -> dict[UUID, SubmittedResponse]:
    """Corporate group → its one submission that counts.

    That of the organisation at its top, else the earliest (ties by the organisation's name).
    """
    chosen: dict[UUID, SubmittedResponse] = {}
    for submission in sorted(submissions, key=_rank):
        chosen.setdefault(submission.group_id, submission)
    return chosen


def _rank(submission: SubmittedResponse) -> tuple[bool, datetime, str]:
    is_top = submission.organisation_id == submission.group_id
    return (not is_top, submission.submitted_at, submission.organisation_name)
