"""The life of a ballot: its states, which act leads from which to which, and when (pure)."""

from collections.abc import Collection
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID


class State(StrEnum):
    """Where a ballot stands."""

    ROUND_1_OPEN = "round_1_open"
    ROUND_1_CLOSED = "round_1_closed"
    RESULTS_SHOWN = "results_shown"
    ROUND_2_OPEN = "round_2_open"
    ROUND_2_CLOSED = "round_2_closed"
    OPTING_IN = "opting_in"
    ADOPTED = "adopted"
    IN_ROADMAP = "in_roadmap"
    REVIEWED = "reviewed"
    CANCELLED = "cancelled"


class Act(StrEnum):
    """What is done with a ballot."""

    CLOSE_ROUND = "close_round"
    SHOW_RESULTS = "show_results"
    OPEN_SECOND_ROUND = "open_second_round"
    PROPOSE_LIST = "propose_list"
    CLOSE_ADOPTION = "close_adoption"
    ENTER_ROADMAP = "enter_roadmap"
    PUBLISH = "publish"
    REVIEW = "review"
    CANCEL = "cancel"


BEFORE_ADOPTION = (
    State.ROUND_1_OPEN,
    State.ROUND_1_CLOSED,
    State.RESULTS_SHOWN,
    State.ROUND_2_OPEN,
    State.ROUND_2_CLOSED,
    State.OPTING_IN,
)
LEADS = {
    (State.ROUND_1_OPEN, Act.CLOSE_ROUND): State.ROUND_1_CLOSED,
    (State.ROUND_1_CLOSED, Act.SHOW_RESULTS): State.RESULTS_SHOWN,
    (State.RESULTS_SHOWN, Act.OPEN_SECOND_ROUND): State.ROUND_2_OPEN,
    (State.ROUND_2_OPEN, Act.CLOSE_ROUND): State.ROUND_2_CLOSED,
    (State.ROUND_2_CLOSED, Act.PROPOSE_LIST): State.OPTING_IN,
    (State.OPTING_IN, Act.CLOSE_ADOPTION): State.ADOPTED,
    (State.ADOPTED, Act.ENTER_ROADMAP): State.IN_ROADMAP,
    (State.IN_ROADMAP, Act.PUBLISH): State.IN_ROADMAP,
    (State.IN_ROADMAP, Act.REVIEW): State.REVIEWED,
    (State.REVIEWED, Act.PUBLISH): State.REVIEWED,
    (State.REVIEWED, Act.REVIEW): State.REVIEWED,
    **{(state, Act.CANCEL): State.CANCELLED for state in BEFORE_ADOPTION},
}
"""State and act → the state it leads to; every other pair is refused."""

FIRST, SECOND = 1, 2
ROUND_OF = {State.ROUND_1_OPEN: FIRST, State.ROUND_2_OPEN: SECOND}
"""The round whose scores are taken now."""
ROUNDS_SHOWN = {
    State.ROUND_1_OPEN: (),
    State.ROUND_1_CLOSED: (),
    State.RESULTS_SHOWN: (FIRST,),
    State.ROUND_2_OPEN: (FIRST,),
    State.CANCELLED: (),
}
"""The rounds whose results are shown; both in every other state."""
ROADMAP_STATES = (State.IN_ROADMAP, State.REVIEWED)
DONE_WITH = (*ROADMAP_STATES, State.CANCELLED)
"""A new ballot may begin."""
YEAR = timedelta(days=365)
"""The roadmap is looked at again after this time."""
JOINT = 2
"""Buyers that a joint demand needs, where there are as many."""


def after(state: State, act: Act) -> State | None:
    """The state that the act leads to; None if it is not for this state."""
    return LEADS.get((state, act))


def rounds_shown(state: State) -> tuple[int, ...]:
    """The rounds whose results are shown in a state, the newest last."""
    return ROUNDS_SHOWN.get(state, (FIRST, SECOND))


def may_end(now: datetime, closes_at: datetime, missing: Collection[UUID]) -> bool:
    """A round ends when its time has come, or earlier if nobody is missing."""
    return now >= closes_at or not missing


def is_adopted(opted_in: int, buyers: int) -> bool:
    """A demand is joint if two buyers are in; where there is one buyer, it is enough."""
    return opted_in >= min(JOINT, max(buyers, 1))


def review_due(reviewed_at: datetime | None, adopted_at: datetime) -> datetime:
    """When the roadmap is to be looked at next: a year after the last look, or its adoption."""
    return (reviewed_at or adopted_at) + YEAR
