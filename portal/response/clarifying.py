"""Rules of a clarification (pure): which answers are open, until when, and what came of it."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol
from uuid import UUID

from portal.core.errors import NotNow, message
from portal.dialogue.rules import Calendar, is_open

CLARIFICATION = "clarification"
"""The state of a response while a round is open."""
OPEN, ANSWERED, CANCELLED = "open", "answered", "cancelled"
LEAST_TIME = timedelta(days=3)
"""What a supplier has at least, from the instant it is asked."""
USUAL_DAYS = 10
MOST_QUESTIONS = 20
TEXT_LENGTH = 2000
REPLY_LENGTH = 4000
NOT_IN_TIME = "not answered in time"
"""Why a round was cancelled, in the audit log."""

Signed = Mapping[str, Any]
"""An answer as a snapshot holds it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenRound:
    """The open round of a response: what was ``asked``, and what those answers lead to by now.

    ``led_to`` are questions that are shown now and were not when the submission was signed:
    nobody can answer "no" in place of "yes" without them.
    """

    id: UUID
    number: int
    submission_id: UUID
    due_at: datetime
    asked: tuple[str, ...]
    led_to: frozenset[str] = frozenset()

    @property
    def open(self) -> frozenset[str]:
        """The questions whose answers may be changed."""
        return self.led_to | set(self.asked)

    def is_open(self, now: datetime) -> bool:
        """Whether it can still be answered; the due instant itself is too late."""
        return now < self.due_at


class Answering(Protocol):
    """What is read of a page on which answers are changed."""

    @property
    def dialogue(self) -> Calendar:
        """Its dialogue."""

    @property
    def round(self) -> OpenRound | None:
        """The response's open round, if it is being clarified."""


def takes_answers(page: Answering, now: datetime) -> bool:
    """Whether answers are taken at this instant: until the close, or until a round is due."""
    if page.round is not None:
        return page.round.is_open(now)
    return is_open(page.dialogue, now)


def require_in_round(
    round_: OpenRound, question_ids: Collection[str] | None, now: datetime
) -> None:
    """Raise NotNow unless these answers are open in the round; None stands for all answers."""
    if not round_.is_open(now):
        raise NotNow(
            message("The time to clarify these answers is over. What you had submitted stands.")
        )
    if question_ids is None or not set(question_ids) <= round_.open:
        raise NotNow(
            message(
                "Buyers have asked about some of your answers. Only these can be changed now: "
                "{questions}.",
                questions=", ".join(round_.asked),
            )
        )


def changed_answers(before: Mapping[str, Signed], after: Mapping[str, Signed]) -> list[str]:
    """The questions whose signed answers differ, in order of their ids."""
    return sorted(key for key in before.keys() | after.keys() if before.get(key) != after.get(key))


def without_word(
    asked: Iterable[str], changed: Collection[str], replies: Mapping[str, str]
) -> list[str]:
    """What was asked and has neither a changed answer nor a reply."""
    return [key for key in asked if key not in changed and not replies.get(key)]
