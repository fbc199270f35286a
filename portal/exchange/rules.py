"""Rules of questions and answers: states, cut-off, agreement, working days (pure)."""

import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol
from uuid import UUID

from portal.core.errors import Invalid, Message, message
from portal.dialogue.rules import Calendar

SATURDAY = 5
"""The first day of the week, counted from 0, that is no working day."""
WAITS_AT_MOST = 3
"""Working days after which the secretariat is reminded."""
RESPONSE_DAYS = 5
"""Days that buyers have to object, usual and least: any weekend leaves three working days, as
for a draft questionnaire."""
MOST_RESPONSE_DAYS = 60
LATE = timedelta(days=6)
NOTICE = timedelta(days=5)
"""What is left to ask in, at least, when the cut-off is moved earlier in a running dialogue."""
QUESTION_LENGTH = 4_000
ANSWER_LENGTH = 20_000
REASON_LENGTH = 4_000
SUBJECT_KINDS = frozenset({"", "section", "question"})
KEPT_CONTROLS = frozenset("\n\t")


class State(StrEnum):
    """Where an item is in its life."""

    ASKED = "asked"
    ANONYMISED = "anonymised"
    DRAFTED = "drafted"
    AGREED = "agreed"
    PUBLISHED = "published"
    REJECTED = "rejected"


WAITING = (State.ASKED, State.ANONYMISED, State.DRAFTED, State.AGREED)
"""Somebody has to do something, in the order of the life cycle."""
BEFORE_ANSWER = frozenset(WAITING)
WITH_QUESTION = frozenset({State.ANONYMISED, State.DRAFTED, State.AGREED})
"""The question names nobody, and its answer may be written."""
WITH_DRAFT = frozenset({State.DRAFTED, State.AGREED})


@dataclass(frozen=True, slots=True)
class Cast:
    """A vote as the rules read it."""

    organisation_id: UUID
    agrees: bool
    revision: int


class Drafted(Protocol):
    """What the rules need to know of an item."""

    state: str
    revision: int
    agree_until: datetime | None
    agree_asked: Any


def takes_questions(dialogue: Calendar, until: datetime, now: datetime) -> bool:
    """Questions are taken from publication up to, not including, the cut-off."""
    return dialogue.state == "published" and now < until


def standing(votes: Iterable[Cast], revision: int) -> dict[UUID, bool]:
    """Buyer → whether it agrees, for the votes about the text as it is now."""
    return {vote.organisation_id: vote.agrees for vote in votes if vote.revision == revision}


def state_by_votes(votes: Mapping[UUID, bool], buyers: Iterable[UUID]) -> State:
    """Agreed once every buyer of the dialogue agrees."""
    all_buyers = set(buyers)
    agreed = {each for each, agrees in votes.items() if agrees}
    return State.AGREED if all_buyers and all_buyers <= agreed else State.DRAFTED


def agreed_by_silence(
    item: Drafted, votes: Mapping[UUID, bool], buyers: Collection[UUID], now: datetime
) -> bool:
    """Whether the time to object has passed, and every buyer agreed or was asked and kept silent.

    A vote always says more than silence does; silence counts only for who was asked, as for a
    draft questionnaire.
    """
    if item.state != State.DRAFTED or item.agree_until is None or now < item.agree_until:
        return False
    asked = set(item.agree_asked or ())
    return bool(buyers) and all(votes.get(each, str(each) in asked) for each in buyers)


def is_late(dialogue: Calendar, now: datetime) -> bool:
    """Whether an answer given now leaves suppliers less than six days to use it.

    Directive 2014/24/EU, article 47(3)(a), takes that as the time after which tenders have to be
    given more time; a consultation owes them no less.
    """
    return dialogue.state == "published" and timedelta() < dialogue.closes_at - now < LATE


def working_days_later(instant: datetime, days: int) -> datetime:
    """The same time of day after so many working days, Monday to Friday."""
    moved = instant
    while days:
        moved += timedelta(days=1)
        days -= moved.weekday() < SATURDAY
    return moved


def waits_too_long(since: datetime, now: datetime) -> bool:
    """Whether something has waited for more than three working days."""
    return now > working_days_later(since, WAITS_AT_MOST)


def days_waiting(since: datetime, now: datetime) -> int:
    """Whole days that something has waited."""
    return max(0, (now - since) // timedelta(days=1))


def written(text: str, most: int, field: str, missing: Message) -> str:
    """The text without blanks around and control characters; Invalid if empty or too long."""
    found = plain(text)
    sentence = None if found else missing
    if len(found) > most:
        sentence = message("Shorten this to {maximum} characters or fewer.", maximum=most)
    if sentence is not None:
        raise Invalid(sentence, {field: sentence})
    return found


def plain(text: str) -> str:
    """Without blanks around and without control characters, which PostgreSQL cannot store."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(each for each in lines if not _is_control(each)).strip()


def folded(*texts: str) -> str:
    """The texts as the search compares them, whatever their upper and lower case."""
    return "\n".join(unicodedata.normalize("NFC", text).casefold() for text in texts if text)


def _is_control(letter: str) -> bool:
    return letter not in KEPT_CONTROLS and unicodedata.category(letter) in {"Cc", "Cs"}
