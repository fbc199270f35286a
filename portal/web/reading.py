"""Answers to read, ready for a template: on the check page, on the receipt, and side by side.

Everything is read in the form of a submission's snapshot: question id → {"state", "value" or
"reason", "comment", "class", "narrowing", "language", "evidence"}.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from types import MappingProxyType
from typing import Any, Protocol, TypeAlias

from flask_babel import gettext
from markupsafe import Markup

from portal.core.clock import now
from portal.core.errors import message
from portal.questionnaire.definition import (
    ConfidentialityClass,
    LongText,
    Question,
    Questionnaire,
    ShortText,
)
from portal.questionnaire.subjects import question_subject, section_subject
from portal.response.answers import BY_REFERENCE, NOT_APPLICABLE, GivenAnswer
from portal.response.queries import Attributed, AttributedLine
from portal.response.queries_referred import NOT_OPEN, NOT_SENT, TAKEN_BACK
from portal.response.rules import NARROWING_REASONS
from portal.response.validity import standing
from portal.response.values import display
from portal.web.corrections import Correction
from portal.web.language import calendar_day, sentence
from portal.web.outline import READERS
from portal.web.questions import Shown
from portal.web.wording import Speaker, Wording

Submitted: TypeAlias = Mapping[str, Any]
"""An answer as a snapshot holds it."""
Corrections: TypeAlias = Mapping[str, tuple[Correction, ...]]
"""As ``portal.web.corrections.corrections`` gives them."""
NO_CORRECTIONS: Corrections = MappingProxyType({})

BEHIND = {
    NOT_OPEN: message("Its answer is not given, or not open to you."),
    NOT_SENT: message("That company has not sent its answers."),
    TAKEN_BACK: message("That company took back that its answers stand for these."),
}
"""Why nothing stands behind an answer by reference."""

COMPARABLE = frozenset(
    {"yes_partly_no", "yes_no", "single", "multi", "maturity", "percentage", "number", "matrix"}
)
"""Types whose answers are worth marking where suppliers differ; free texts always do."""


class Backing(Protocol):
    """What is read of a stored piece of evidence."""

    id: Any
    title: str
    kind: str
    url: str
    sha256: str
    issued_on: date | None
    valid_until: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A file or link that backs an answer. ``id`` is known only while it is not submitted."""

    title: str
    detail: str
    url: str = ""
    sha256: str = ""
    id: str = ""
    standing: str = ""
    """Whether it still holds: valid, expiring or expired."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One question with its answer in words.

    ``value`` is as ``portal.response.values.display`` gives it, empty if there is none; ``reason``
    says why it is not applicable; ``readers`` follows "Read by:"; ``place`` counts the columns of
    a comparison. ``is_suggested``: it was carried over, and nobody has confirmed it.
    """

    id: str
    text: Wording
    value: Shown
    reason: Wording
    comment: Wording
    readers: str
    narrowing: str
    evidence: tuple[Piece, ...]
    language: str
    place: int = 0
    is_suggested: bool = False
    corrections: tuple[Correction, ...] = ()
    behind: "Behind | None" = None
    """What stands behind an answer by reference, for readers of submitted answers."""

    @property
    def is_wide(self) -> bool:
        """Whether the value is a table, which needs a page's whole width."""
        return (
            bool(self.value) and isinstance(self.value, list) and not isinstance(self.value[0], str)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Behind:
    """The answer that another company's points to: ``line``, or why there is none in ``words``."""

    words: str = ""
    line: Line | None = None
    organisation_id: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AnsweredSection:
    """A section with the answers in it."""

    id: str
    title: Wording
    lines: tuple[Line, ...]
    corrections: tuple[Correction, ...] = ()

    @property
    def runs(self) -> list[tuple[bool, list[Line]]]:
        """Its lines in order, wide ones apart from the others."""
        runs = groupby(self.lines, key=lambda line: line.is_wide)
        return [(is_wide, list(lines)) for is_wide, lines in runs]


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedLine:
    """A question with each supplier's answer; None where none is given or open to the reader."""

    id: str
    text: Wording
    answers: tuple[Line | None, ...]
    differs: bool


def read_answers(
    questionnaire: Questionnaire,
    answers: Mapping[str, Submitted],
    language: str,
    corrections: Corrections = NO_CORRECTIONS,
) -> list[AnsweredSection]:
    """The questions that ``answers`` names, section by section; sections without any are left out.

    Labels are in ``language``, else in the questionnaire's own. ``corrections`` are shown beside
    the section or question that is their subject.
    """
    reader = _Reader(questionnaire, language, corrections)
    sections = (
        AnsweredSection(
            id=section.id,
            title=reader.speaker.say(section.title),
            lines=tuple(
                reader.line(question, answers[question.id])
                for question in section.questions
                if question.id in answers
            ),
            corrections=corrections.get(section_subject(section.id), ()),
        )
        for section in questionnaire.sections
    )
    return [section for section in sections if section.lines]


def lines_of(
    questionnaire: Questionnaire, answers: Mapping[str, GivenAnswer], language: str
) -> dict[str, Line]:
    """Answers that are still being worked on, or might be given, in words: question id → line."""
    given = {key: as_submitted(answer) for key, answer in answers.items()}
    sections = read_answers(questionnaire, given, language)
    return {line.id: line for section in sections for line in section.lines}


def as_submitted(answer: GivenAnswer, evidence: Iterable[Backing] = ()) -> dict[str, Any]:
    """An answer that is still being worked on, in the form of a snapshot."""
    until = answer.narrowing_until
    return {
        "state": answer.confirmed.state,
        "suggested": answer.is_suggested,
        "brand": answer.reference.brand if answer.reference else "",
        "agreed": answer.reference is not None and answer.reference.agreed,
        "value": answer.value,
        "reason": answer.reason,
        "comment": answer.comment,
        "class": answer.confidentiality,
        "narrowing": {
            "reason": answer.narrowing_reason,
            "until": until.isoformat() if until else None,
        },
        "language": answer.language,
        "evidence": [_described(piece) for piece in evidence],
    }


def side_by_side(found: Attributed, language: str) -> list[ComparedLine]:
    """Suppliers' answers in columns; where they chose differently, the line says so."""
    reader = _Reader(found.questionnaire, language)
    return [
        ComparedLine(
            id=line.question.id,
            text=reader.speaker.say(line.question.text),
            answers=tuple(
                None if answer is None else reader.line(line.question, answer, place)
                for place, answer in enumerate(line.answers)
            ),
            differs=_differs(line),
        )
        for line in found.lines
    ]


@dataclass(frozen=True, slots=True)
class _Reader:
    """Puts answers to one questionnaire in words of one language."""

    questionnaire: Questionnaire
    language: str
    corrections: Corrections = field(default_factory=dict)

    @property
    def speaker(self) -> Speaker:
        return Speaker(self.language, self.questionnaire.base_language, self.language)

    def line(self, question: Question, answer: Submitted, place: int = 0) -> Line:
        spoken = answer.get("language", "")
        foreign = spoken if spoken != self.language else ""
        return Line(
            id=question.id,
            text=self.speaker.say(question.text),
            value=self.value(question, answer, foreign),
            reason=Wording(_reason(answer), foreign),
            comment=Wording(answer.get("comment", ""), foreign),
            readers=str(READERS[ConfidentialityClass(answer["class"])]),
            narrowing=_narrowing(answer),
            evidence=tuple(_piece(content) for content in answer.get("evidence", ())),
            language=self.language,
            place=place,
            is_suggested=answer.get("suggested", False),
            corrections=self.corrections.get(question_subject(question.id), ()),
            behind=self.behind(question, answer.get("behind"), place),
        )

    def behind(self, question: Question, found: Submitted | None, place: int) -> Behind | None:
        if found is None:
            return None
        answer = found.get("answer")
        if answer is None:
            return Behind(words=sentence(BEHIND[found["outcome"]]))
        line = self.line(question, answer, place)
        return Behind(line=line, organisation_id=found["organisation_id"])

    def value(self, question: Question, answer: Submitted, foreign: str) -> Shown:
        if answer["state"] == BY_REFERENCE:
            return _referring(answer)
        if answer["state"] == NOT_APPLICABLE or answer.get("value") is None:
            return ""
        shown = display(question, answer["value"], self.language, self.questionnaire.base_language)
        if foreign and isinstance(question, ShortText | LongText):
            return Markup('<span lang="{}">{}</span>').format(foreign, shown)
        return shown


def _reason(answer: Submitted) -> str:
    return str(answer.get("reason", "")) if answer["state"] == NOT_APPLICABLE else ""


def _referring(answer: Submitted) -> str:
    """Whose answer stands for it; while it is worked on, whether that company has agreed."""
    words = gettext("By reference to %(brand)s")
    if answer.get("agreed") is False:
        words = gettext("By reference to %(brand)s, which has not agreed yet")
    return str(words % {"brand": answer["brand"]})


def _narrowing(answer: Submitted) -> str:
    """Why fewer people may read it than the question foresees, and until when."""
    narrowing = answer.get("narrowing") or {}
    reason = NARROWING_REASONS.get(narrowing.get("reason", ""))
    if reason is None:
        return ""
    if not narrowing.get("until"):
        return sentence(reason)
    until = calendar_day(date.fromisoformat(narrowing["until"]))
    return str(gettext("%(reason)s, until %(day)s", reason=sentence(reason), day=until))


def _described(piece: Backing) -> dict[str, Any]:
    return {
        "id": str(piece.id),
        "title": piece.title,
        "kind": piece.kind,
        "url": piece.url,
        "sha256": piece.sha256,
        "issued_on": piece.issued_on.isoformat() if piece.issued_on else "",
        "valid_until": piece.valid_until.isoformat() if piece.valid_until else "",
    }


def _piece(content: Submitted) -> Piece:
    days = (
        (gettext("issued %(day)s"), content.get("issued_on")),
        (gettext("valid until %(day)s"), content.get("valid_until")),
    )
    detail = [text % {"day": calendar_day(date.fromisoformat(day))} for text, day in days if day]
    return Piece(
        title=content["title"],
        detail=", ".join(detail),
        url=content.get("url", ""),
        sha256=content.get("sha256", ""),
        id=content.get("id", ""),
        standing=_standing(content.get("valid_until")),
    )


def _standing(valid_until: str | None) -> str:
    day = date.fromisoformat(valid_until) if valid_until else None
    return standing(day, now=now()).value


def _differs(line: AttributedLine) -> bool:
    if line.question.type not in COMPARABLE:
        return False
    given = [(answer["state"], answer.get("value")) for answer in line.answers if answer]
    return any(answer != given[0] for answer in given[1:])
