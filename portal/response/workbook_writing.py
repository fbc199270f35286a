"""What the workbook of a response is filled with: answers, who reads them, and its stamp (pure)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from portal.core.words import Words
from portal.questionnaire.definition import ConfidentialityClass, Questionnaire
from portal.questionnaire.paper import READERS
from portal.questionnaire.workbook_filling import Filling
from portal.response.answers import NOT_APPLICABLE, GivenAnswer
from portal.response.rules import NARROWING_REASONS
from portal.response.workbook_cells import cells_of, rows_needed
from portal.response.workbook_reading import RESPONSE, VERSIONS

SUBMISSION = "submission"
"""Key of the stamp of a workbook that is only to be kept: the number of what was signed."""
SPARE_ROWS = 10
"""Empty rows at the end of a table that is filled already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """Whose answers a workbook holds and when it was made; ``key`` is that of the seals."""

    response_id: UUID
    supplier: str
    made_at: datetime
    key: bytes
    submission: int = 0


def filling_of(
    questionnaire: Questionnaire,
    answers: Mapping[str, GivenAnswer],
    holder: Holder,
    words: Words,
    sections: Collection[str] = (),
) -> Filling:
    """Everything to write; only ``sections`` of the questionnaire, all if there are none."""
    parts = [each for each in questionnaire.sections if not sections or each.id in sections]
    asked = {question.id: question for part in parts for question in part.questions}
    given = {key: answers[key] for key in asked if key in answers}
    versions = {} if holder.submission else {key: given[key].version for key in given}
    return Filling(
        cells={
            place: value
            for key, answer in given.items()
            for place, value in cells_of(asked[key], answer).items()
        },
        readers={key: _readers(answer, words) for key, answer in given.items()},
        rows={
            key: count + SPARE_ROWS
            for key, answer in given.items()
            if (count := rows_needed(asked[key], answer.value))
        },
        stamp=_stamp(holder) | {f"{VERSIONS}{key}": str(found) for key, found in versions.items()},
        sections=frozenset(part.id for part in parts) if sections else frozenset(),
        key=holder.key,
    )


def answers_in(snapshot: Mapping[str, Mapping[str, Any]]) -> dict[str, GivenAnswer]:
    """The answers of a submission's snapshot as answers."""
    return {question_id: _of_snapshot(content) for question_id, content in snapshot.items()}


def _stamp(holder: Holder) -> dict[str, str]:
    noted = {
        RESPONSE: str(holder.response_id),
        "supplier": holder.supplier,
        "made": holder.made_at.astimezone(UTC).isoformat(timespec="seconds"),
    }
    return noted | ({SUBMISSION: str(holder.submission)} if holder.submission else {})


def _readers(answer: GivenAnswer, words: Words) -> str:
    who = words.message(READERS[ConfidentialityClass(answer.confidentiality)])
    reason = NARROWING_REASONS.get(answer.narrowing_reason)
    return f"{who}. {words.message(reason)}" if reason else who


def _of_snapshot(content: Mapping[str, Any]) -> GivenAnswer:
    narrowing = content.get("narrowing") or {}
    until = narrowing.get("until")
    state = content["state"]
    return GivenAnswer(
        state=state,
        value=None if state == NOT_APPLICABLE else content.get("value"),
        reason=content.get("reason", ""),
        comment=content.get("comment", ""),
        confidentiality=content["class"],
        narrowing_reason=narrowing.get("reason", ""),
        narrowing_until=date.fromisoformat(until) if until else None,
        language=content.get("language", "en"),
    )
