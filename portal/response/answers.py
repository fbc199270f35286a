"""An answer as rules and pages see it: what is stored, and what somebody wants to store (pure)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from portal.questionnaire.definition import ConfidentialityClass, File, Question
from portal.response.fields import Value, clean
from portal.response.values import PROVIDED, tidy

NOT_APPLICABLE = "not_applicable"
SUGGESTED = "suggested"
"""Taken from an earlier answer, and not yet confirmed."""
BY_REFERENCE = "by_reference"
"""Answered by pointing to what another company answers in the same dialogue."""


@dataclass(frozen=True, slots=True)
class Reference:
    """Whose answer stands for one's own, and whether that company has agreed."""

    brand: str
    agreed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenAnswer:
    """The answer to one question as it is now.

    ``state``: empty, draft, done, not_applicable, suggested (not given until it is confirmed),
    by_reference (with its ``reference``, and no value).
    ``version`` is 0 before the first save; ``evidence`` counts the files and links tied to it.
    """

    state: str = "empty"
    value: Value = None
    reason: str = ""
    comment: str = ""
    confidentiality: str
    narrowing_reason: str = ""
    narrowing_until: date | None = None
    language: str = "en"
    version: int = 0
    evidence: int = 0
    reference: Reference | None = None

    def says_the_same(self, other: "GivenAnswer") -> bool:
        """Whether both would read alike; the language tag alone makes no difference.

        A suggestion never says the same as an answer: saving it as it is confirms it.
        """
        return self.content == other.content

    @property
    def is_suggested(self) -> bool:
        """Whether somebody has to look at it before it counts."""
        return self.state == SUGGESTED

    @property
    def is_by_reference(self) -> bool:
        """Whether another company's answer is to stand for it."""
        return self.state == BY_REFERENCE

    @property
    def is_exempt(self) -> bool:
        """Whether it says, or suggests, that the question does not apply."""
        suggests = self.is_suggested and self.value is None and bool(self.reason)
        return suggests or self.state == NOT_APPLICABLE

    @property
    def confirmed(self) -> "GivenAnswer":
        """The answer that a suggestion becomes when somebody agrees with it."""
        if not self.is_suggested:
            return self
        given = "empty" if self.value is None else "done"
        return replace(self, state=NOT_APPLICABLE if self.is_exempt else given)

    @property
    def content(self) -> tuple[object, ...]:
        """What a reader sees of it; whom it refers to is not in its history."""
        return (
            self.is_suggested,
            self.is_by_reference,
            self.is_exempt,
            self.value,
            self.reason,
            self.comment,
            self.readers,
        )

    @property
    def readers(self) -> tuple[object, ...]:
        """Who may read it, and why so few."""
        return self.confidentiality, self.narrowing_reason, self.narrowing_until


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerDraft:
    """What somebody sends for one question, typed over version ``base_version``.

    ``state`` is done or not_applicable; whether a given value is complete, the portal decides.
    Without ``confidentiality`` the class stays as it is. The value of a file question is ignored:
    it follows from the evidence.
    """

    value: Value = None
    state: str = "done"
    reason: str = ""
    comment: str = ""
    confidentiality: str | None = None
    narrowing_reason: str = ""
    narrowing_until: date | None = None
    base_version: int = 0
    language: str = "en"
    keeps_rows: bool = False
    """The rows of a table stay as they are: they were not on the page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmittedResponse:
    """The submission of a response that stands, as it was frozen.

    ``answers`` are those of the snapshot: question id → {"state": "done", "not_applicable" or
    "by_reference", "value", "reason" or "brand", "class", "comment", …}; ``group_id`` is the
    organisation at the top of the supplier's corporate group.
    """

    submission_id: UUID
    response_id: UUID
    version_id: UUID
    organisation_id: UUID
    organisation_name: str
    group_id: UUID
    number: int
    submitted_at: datetime
    sha256: str
    segments: tuple[str, ...]
    answers: Mapping[str, Mapping[str, Value]]


def unanswered(question: Question) -> GivenAnswer:
    """What a question holds before anything was saved."""
    return GivenAnswer(confidentiality=str(question.confidentiality.default))


def values_of(answers: Mapping[str, GivenAnswer]) -> dict[str, Value]:
    """The values that routing reads: of every question with a value, complete or not."""
    return {
        question_id: answer.value
        for question_id, answer in answers.items()
        if answer.value is not None and answer.state != NOT_APPLICABLE
    }


def is_narrowed(question: Question, confidentiality: str) -> bool:
    """Whether fewer people may read than the question foresees; unknown classes are not."""
    known = confidentiality in list(ConfidentialityClass)
    default = question.confidentiality.default
    return known and ConfidentialityClass(confidentiality).width < default.width


def drafted(
    question: Question, draft: AnswerDraft, base: GivenAnswer, evidence: int = 0
) -> GivenAnswer:
    """The answer that a draft over ``base`` asks for; its value must have passed ``check``.

    A reference stays unless something is said in its place. ``evidence`` counts what is tied to
    the question now.
    """
    is_left_out = draft.state == NOT_APPLICABLE
    value = None if is_left_out else _drafted_value(question, draft, base, evidence)
    chosen = base if draft.confidentiality is None else draft
    confidentiality = chosen.confidentiality or base.confidentiality
    narrows = is_narrowed(question, confidentiality)
    unsaid = BY_REFERENCE if base.is_by_reference else "empty"
    return GivenAnswer(
        state=NOT_APPLICABLE if is_left_out else unsaid if value is None else "done",
        value=value,
        reason=clean(draft.reason) if is_left_out else "",
        comment=clean(draft.comment),
        confidentiality=confidentiality,
        narrowing_reason=chosen.narrowing_reason if narrows else "",
        narrowing_until=chosen.narrowing_until if narrows else None,
        language=draft.language,
        version=base.version,
        evidence=evidence,
    )


def _drafted_value(
    question: Question, draft: AnswerDraft, base: GivenAnswer, evidence: int
) -> Value:
    if draft.keeps_rows:
        return base.value
    if isinstance(question, File):
        return PROVIDED if evidence else None
    return None if draft.value is None else tidy(question, draft.value)
