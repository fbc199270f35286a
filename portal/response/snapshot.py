"""The frozen content of a submission: what is signed, hashed, counted and exported (pure)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from portal.core.canonical import canonical_json, content_hash
from portal.questionnaire.conditions import Route, segments_of
from portal.questionnaire.definition import Questionnaire
from portal.response.answers import BY_REFERENCE, NOT_APPLICABLE, GivenAnswer
from portal.response.cells import CountedCell, counted
from portal.response.packing import Counting

FORMAT = "parley-submission-1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """A file or link that backs an answer; ``mark`` is the file's SHA-256 or the address."""

    title: str
    kind: str
    mark: str
    issued_on: date | None = None
    valid_until: date | None = None
    confidentiality: str = ""
    """Its own class, beside that of the answer it backs."""

    def as_json(self) -> dict[str, str]:
        """As a snapshot holds it; days that are not known are left out."""
        content = {"title": self.title, "kind": self.kind}
        if self.confidentiality:
            content["class"] = self.confidentiality
        content["url" if self.kind == "url" else "sha256"] = self.mark
        days = {"issued_on": self.issued_on, "valid_until": self.valid_until}
        return content | {name: day.isoformat() for name, day in days.items() if day}

    @classmethod
    def from_json(cls, content: Mapping[str, str]) -> "Proof":
        """As a snapshot holds it."""
        issued, until = content.get("issued_on"), content.get("valid_until")
        return cls(
            title=content["title"],
            kind=content["kind"],
            mark=content.get("url") or content.get("sha256", ""),
            issued_on=date.fromisoformat(issued) if issued else None,
            valid_until=date.fromisoformat(until) if until else None,
            confidentiality=content.get("class", ""),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Signing:
    """Who signs what as which submission of a response, and when."""

    dialogue: str
    questionnaire: Questionnaire
    definition_hash: str
    supplier: str
    number: int
    submitted_at: datetime
    signatory: str
    declared_segments: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Frozen:
    """What is stored of a submission: its canonical JSON, the hash of that, and what counts."""

    text: str
    sha256: str
    counts: Counting


def freeze(
    signing: Signing,
    way: Route,
    answers: Mapping[str, GivenAnswer],
    evidence: Mapping[str, Sequence[Proof]],
) -> Frozen:
    """Everything that is submitted; hidden and empty answers are left out."""
    content = snapshot(signing, way, answers, evidence)
    counts = Counting(tuple(content["segments"]), counted_cells(way, answers))
    return Frozen(canonical_json(content), content_hash(content), counts)


def snapshot(
    signing: Signing,
    way: Route,
    answers: Mapping[str, GivenAnswer],
    evidence: Mapping[str, Sequence[Proof]],
) -> dict[str, Any]:
    """The content that is hashed, as JSON."""
    questionnaire = signing.questionnaire
    return {
        "format": FORMAT,
        "dialogue": signing.dialogue,
        "questionnaire": {
            "name": questionnaire.name,
            "version": questionnaire.version,
            "sha256": signing.definition_hash,
        },
        "supplier": signing.supplier,
        "number": signing.number,
        "submitted_at": instant(signing.submitted_at),
        "signatory": signing.signatory,
        "segments": list(segments_of(questionnaire, way.values, signing.declared_segments)),
        "answers": submitted_answers(way, answers, evidence),
    }


def submitted_answers(
    way: Route, answers: Mapping[str, GivenAnswer], evidence: Mapping[str, Sequence[Proof]]
) -> dict[str, dict[str, Any]]:
    """Question id → the answer as a submission holds it; hidden and empty ones are left out."""
    return {
        question.id: _answer_json(answers[question.id], way, question.id, evidence)
        for question in way.questions
        if _counts(question.id, way, answers)
    }


def counted_cells(way: Route, answers: Mapping[str, GivenAnswer]) -> list[CountedCell]:
    """Every countable value that is submitted."""
    return [
        cell
        for question in way.questions
        if question.id in way.values
        for cell in counted(question, way.values[question.id], answers[question.id].confidentiality)
    ]


def instant(moment: datetime) -> str:
    """An instant in UTC, as documents write it."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _counts(question_id: str, way: Route, answers: Mapping[str, GivenAnswer]) -> bool:
    answer = answers.get(question_id)
    if answer is None:
        return False
    return answer.state in {NOT_APPLICABLE, BY_REFERENCE} or question_id in way.values


def _answer_json(
    answer: GivenAnswer, way: Route, question_id: str, evidence: Mapping[str, Sequence[Proof]]
) -> dict[str, Any]:
    content: dict[str, Any] = {"class": answer.confidentiality, "language": answer.language}
    if answer.state == NOT_APPLICABLE:
        content |= {"state": NOT_APPLICABLE, "reason": answer.reason}
    elif answer.is_by_reference:
        brand = answer.reference.brand if answer.reference else ""
        content |= {"state": BY_REFERENCE, "brand": brand}
    else:
        content |= {"state": "done", "value": way.values[question_id]}
    if answer.comment:
        content["comment"] = answer.comment
    if answer.narrowing_reason:
        until = answer.narrowing_until
        content["narrowing"] = {
            "reason": answer.narrowing_reason,
            "until": until.isoformat() if until else None,
        }
    if question_id in evidence:
        content["evidence"] = [proof.as_json() for proof in evidence[question_id]]
    return content
