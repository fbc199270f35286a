"""Rules of a review (pure): marks, when one is given to an earlier answer, what comes first.

Nothing here is for suppliers or observers: see ``policy.may_read_marks``.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from statistics import median
from typing import Any
from uuid import UUID

from portal.core.canonical import content_hash
from portal.core.errors import Message, message
from portal.questionnaire.definition import EvidenceNeed, Question
from portal.response.answers import BY_REFERENCE, NOT_APPLICABLE
from portal.response.rules import needs_evidence
from portal.response.validity import Standing, mark_of, standing

SCORES = range(5)
NOTE_LENGTH = 4000
LEVEL_LENGTH = 1000

Signed = Mapping[str, Any]
"""An answer as a snapshot holds it."""


class Mark(StrEnum):
    """What a reviewer says of an answer, from calm to serious."""

    IN_ORDER = "in_order"
    LOOK_AGAIN = "look_again"
    CONCERN = "concern"
    SERIOUS = "serious"


MARKS: Mapping[Mark, Message] = {
    Mark.IN_ORDER: message("In order"),
    Mark.LOOK_AGAIN: message("Look again"),
    Mark.CONCERN: message("Concern"),
    Mark.SERIOUS: message("Serious concern"),
}


class Reason(StrEnum):
    """Why an answer deserves a look, the most serious first."""

    SERIOUS = "serious"
    CONCERN = "concern"
    EXPIRED = "expired"
    UNPROVEN = "unproven"
    CHANGED = "changed"
    LOOK_AGAIN = "look_again"
    UNMARKED = "unmarked"


REASONS: Mapping[Reason, Message] = {
    Reason.SERIOUS: message("Serious concern"),
    Reason.CONCERN: message("Concern"),
    Reason.EXPIRED: message("Proof has expired"),
    Reason.UNPROVEN: message("No proof, or not open to you"),
    Reason.CHANGED: message("Changed since it was marked"),
    Reason.LOOK_AGAIN: message("Look again"),
    Reason.UNMARKED: message("Not marked yet"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenMark:
    """One reviewer's mark as others of the dialogue read it.

    ``is_current``: it was given to the answer that stands now, not to an earlier one.
    ``score`` is by version ``guide_version`` of the question's guide.
    """

    person_id: UUID
    who: str
    organisation: str
    mark: Mark
    note: str
    score: int | None
    guide_version: int | None
    version: int
    marked_at: datetime
    is_current: bool

    @property
    def words(self) -> Message:
        """The mark in words."""
        return MARKS[self.mark]


@dataclass(frozen=True, slots=True)
class Spread:
    """How far reviewers agree about one answer: the middle score, the lowest and the highest."""

    count: int
    middle: float
    low: int
    high: int


def fingerprint(signed: Signed, seen: Signed) -> str:
    """What tells a signed answer from another: its words and proofs, not who may read it.

    ``signed`` is the whole of it; ``seen``, what the reader may see, adds what stands behind an
    answer by reference. SHA-256 in hexadecimal.
    """
    behind = (seen.get("behind") or {}).get("answer")
    content = _words(signed) | {
        "evidence": sorted(
            [mark_of(piece), piece.get("valid_until") or ""] for piece in signed.get("evidence", ())
        ),
        "behind": _words(behind) if behind else None,
    }
    return content_hash(content)


def is_visible(
    confidentiality: str, seen: Signed, classes: Collection[str], *, is_own: bool
) -> bool:
    """Whether a reader of an answer may see a mark at it: a note may repeat what it is about.

    ``confidentiality`` is the class of the answer when it was marked. What another company's
    answer says, to which this one refers, is hidden together with that answer.
    """
    if is_own:
        return True
    behind = seen.get("behind")
    hides = behind is not None and behind["outcome"] == "not_open"
    return confidentiality in classes and not hides


def spread(marks: Iterable[GivenMark]) -> Spread | None:
    """The scores given to the answer that stands; None if there is none."""
    scores = [each.score for each in marks if each.is_current and each.score is not None]
    if not scores:
        return None
    return Spread(len(scores), median(scores), min(scores), max(scores))


def reasons(
    question: Question, answer: Signed, marks: Sequence[GivenMark], *, now: datetime
) -> tuple[Reason, ...]:
    """Why the answer deserves a look, the most serious reason first; none if it does not."""
    current = [each for each in marks if each.is_current]
    said = {each.mark for each in current}
    is_proven = bool(answer.get("evidence")) or not needs_evidence(question, answer.get("value"))
    holds = {
        Reason.SERIOUS: Mark.SERIOUS in said,
        Reason.CONCERN: Mark.CONCERN in said,
        Reason.EXPIRED: _has_expired(answer, current, now),
        Reason.UNPROVEN: not current and not is_proven,
        Reason.CHANGED: bool(marks) and not current,
        Reason.LOOK_AGAIN: Mark.LOOK_AGAIN in said,
        Reason.UNMARKED: not marks and question.required,
    }
    return tuple(reason for reason in Reason if holds[reason])


def gravity(marks: Iterable[GivenMark]) -> int:
    """How serious the worst mark is, also one given to an earlier answer; 0 without any."""
    return max((list(Mark).index(each.mark) + 1 for each in marks), default=0)


def weight(question: Question, *, has_guide: bool) -> int:
    """How much buyers care about a question, of answers that nobody has marked yet.

    A scoring guide says most, then that proof is asked for, then that even the smallest company
    is asked.
    """
    asks_proof = question.evidence is not None and question.evidence.need != EvidenceNeed.OPTIONAL
    return 4 * has_guide + 2 * asks_proof + question.core


def _words(answer: Signed) -> dict[str, Any]:
    keys = ["state", "value", "comment"]
    if answer["state"] == NOT_APPLICABLE:
        keys = ["state", "reason", "comment"]
    elif answer["state"] == BY_REFERENCE:
        keys = ["state", "brand", "comment"]
    return {key: answer.get(key) or "" for key in keys}


def _has_expired(answer: Signed, current: Iterable[GivenMark], now: datetime) -> bool:
    """Whether a proof has expired since somebody last marked the answer, or nobody has yet."""
    days = [
        date.fromisoformat(piece["valid_until"])
        for piece in answer.get("evidence", ())
        if piece.get("valid_until")
    ]
    ended = [day for day in days if standing(day, now=now) is Standing.EXPIRED]
    if not ended:
        return False
    marked = [each.marked_at.astimezone(UTC).date() for each in current]
    return not marked or max(marked) <= max(ended)
