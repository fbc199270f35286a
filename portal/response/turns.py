"""The history of an answer as a person tells it: what was saved on the way counts as one (pure)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from portal.response.answers import GivenAnswer
from portal.response.tabs import tab_of

PAUSE = timedelta(minutes=10)
"""Saves of one page that are closer to each other than this are one turn of writing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A version of an answer: who saved it, when, and with what."""

    question_id: str
    answer: GivenAnswer
    person_id: UUID | None
    name: str
    at: datetime
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One person's saves in a row from one page: the last of them, and what was before the first.

    ``saves`` counts them; ``before`` is None at the beginning of the history.
    """

    last: Change
    before: GivenAnswer | None
    saves: int


def turns(changes: Sequence[Change]) -> list[Turn]:
    """The history of one question, oldest first, as turns."""
    found: list[Turn] = []
    for before, change in _with_before(changes):
        if found and _goes_on(found[-1].last, change):
            found[-1] = Turn(last=change, before=found[-1].before, saves=found[-1].saves + 1)
        else:
            found.append(Turn(last=change, before=before, saves=1))
    return found


def _with_before(changes: Sequence[Change]) -> Iterator[tuple[GivenAnswer | None, Change]]:
    earlier = [None, *(change.answer for change in changes)]
    return zip(earlier, changes, strict=False)


def _goes_on(last: Change, change: Change) -> bool:
    """Whether both come from one page of one person, with no pause between them."""
    tab, next_tab = tab_of(last.source), tab_of(change.source)
    return (
        tab is not None
        and next_tab is not None
        and tab.id == next_tab.id
        and last.person_id == change.person_id
        and change.at - last.at < PAUSE
    )
