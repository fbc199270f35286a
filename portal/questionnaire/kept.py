"""Keeps what is worked out of a questionnaire for as long as it is in use (pure)."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

from portal.questionnaire.definition import Questionnaire

Found = TypeVar("Found")
CACHED_QUESTIONNAIRES = 64


@dataclass(frozen=True, slots=True, eq=False)
class _Identity:
    """A questionnaire as a cache key: it is immutable, so the object itself is its identity."""

    questionnaire: Questionnaire

    def __hash__(self) -> int:
        return id(self.questionnaire)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Identity) and self.questionnaire is other.questionnaire


def kept(work: Callable[[Questionnaire], Found]) -> Callable[[Questionnaire], Found]:
    """Do this work once for each questionnaire object; the last 64 are kept."""

    @lru_cache(maxsize=CACHED_QUESTIONNAIRES)
    def done(identity: _Identity) -> Found:
        return work(identity.questionnaire)

    def look_up(questionnaire: Questionnaire) -> Found:
        return done(_Identity(questionnaire))

    look_up.__doc__ = work.__doc__
    return look_up
