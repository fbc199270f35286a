"""The life of a commitment, and when another buyer's check may stand in for one's own (pure)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from portal.core.errors import Message, message


class State(StrEnum):
    """Where a commitment stands (design/domain.md, life cycles)."""

    PROPOSED = "proposed"
    AGREED = "agreed"
    IN_PROGRESS = "in_progress"
    PROOF_GIVEN = "proof_given"
    VERIFIED = "verified"
    DISPUTED = "disputed"
    OVERDUE = "overdue"
    ESCALATED = "escalated"
    CLOSED = "closed"
    DROPPED = "dropped"


class Side(StrEnum):
    """Who speaks: the organisation that promises, or the one it promises to."""

    PROMISOR = "promisor"
    COUNTERPART = "counterpart"


class Act(StrEnum):
    """What moves a commitment on, as the audit log names it."""

    AGREE = "agreed"
    BEGIN = "begun"
    PROVE = "proof_given"
    VERIFY = "verified"
    DISPUTE = "disputed"
    LAPSE = "overdue"
    ESCALATE = "escalated"
    CLOSE = "closed"
    DROP = "dropped"


DONE = frozenset({State.CLOSED, State.DROPPED})
"""Nothing moves any more."""
KEPT = frozenset({State.VERIFIED, State.CLOSED})
OPEN = frozenset(set(State) - DONE - {State.VERIFIED})
"""What is still to be done or looked at; a next round takes it along, once it was agreed."""
RUNNING = frozenset({State.AGREED, State.IN_PROGRESS, State.DISPUTED})
"""States that a passed due date makes overdue: agreed, and no proof to look at."""
IN_FORCE = frozenset(set(State) - {State.PROPOSED, State.DROPPED, State.CLOSED})
"""States in which both sides stand by the terms, so that a change needs both again."""

TRANSITIONS: Mapping[Act, tuple[frozenset[State], State]] = {
    Act.AGREE: (frozenset({State.PROPOSED}), State.AGREED),
    Act.BEGIN: (frozenset({State.AGREED}), State.IN_PROGRESS),
    Act.PROVE: (
        frozenset({State.IN_PROGRESS, State.DISPUTED, State.OVERDUE, State.ESCALATED}),
        State.PROOF_GIVEN,
    ),
    Act.VERIFY: (frozenset({State.PROOF_GIVEN, State.DISPUTED}), State.VERIFIED),
    Act.DISPUTE: (frozenset({State.PROOF_GIVEN}), State.DISPUTED),
    Act.LAPSE: (RUNNING, State.OVERDUE),
    Act.ESCALATE: (frozenset({State.OVERDUE}), State.ESCALATED),
    Act.CLOSE: (frozenset({State.VERIFIED, State.ESCALATED}), State.CLOSED),
    Act.DROP: (OPEN - {State.PROOF_GIVEN}, State.DROPPED),
}
"""Act → the states it starts from, and the one it leads to."""


def after(act: Act, state: str) -> State | None:
    """The state that the act leads to from this one; None if it is not allowed there."""
    before, then = TRANSITIONS[act]
    return then if state in before else None


def is_overdue(state: str, due_on: date, *, now: datetime) -> bool:
    """Whether the due day is over everywhere on earth, and nothing has been shown.

    A day ends last at UTC-12, half a day after it ends in UTC, so nobody is late on their own day.
    """
    over = datetime.combine(due_on + timedelta(days=1), time(12), UTC)
    return state in RUNNING and now >= over


# Terms that two people write at once ------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Terms:
    """What is promised, and until when."""

    text: str
    due_on: date


@dataclass(frozen=True, slots=True)
class Joined:
    """The terms that two edits come to, and the fields in which they cannot be joined."""

    terms: Terms
    clashes: tuple[str, ...] = ()


def joined(base: Terms, mine: Terms, theirs: Terms) -> Joined:
    """Join two edits of the same terms field by field; what both changed differently clashes."""
    clashes = tuple(
        name
        for name in ("text", "due_on")
        if getattr(mine, name) != getattr(theirs, name)
        and getattr(base, name) not in (getattr(mine, name), getattr(theirs, name))
    )
    return Joined(
        Terms(
            text=theirs.text if mine.text == base.text else mine.text,
            due_on=theirs.due_on if mine.due_on == base.due_on else mine.due_on,
        ),
        clashes,
    )


# Checks, and when one stands in for another ----------------------------------------------


class Level(StrEnum):
    """How much a clause asks for: each level contains the ones before it."""

    BASIC = "basic"
    ADVANCED = "advanced"
    LEADING = "leading"


LEVELS = tuple(Level)


class Method(StrEnum):
    """How somebody checked."""

    DECLARATION = "declaration"
    DESK_REVIEW = "desk_review"
    CERTIFICATE = "certificate"
    INTERVIEWS = "interviews"
    PRODUCT_TEST = "product_test"
    REMOTE_AUDIT = "remote_audit"
    SITE_AUDIT = "site_audit"
    UNANNOUNCED_AUDIT = "unannounced_audit"


STANDS_IN_FOR: Mapping[Method, frozenset[Method]] = {
    Method.DECLARATION: frozenset(),
    Method.DESK_REVIEW: frozenset({Method.DECLARATION}),
    Method.CERTIFICATE: frozenset({Method.DECLARATION, Method.DESK_REVIEW}),
    Method.INTERVIEWS: frozenset({Method.DECLARATION}),
    Method.PRODUCT_TEST: frozenset({Method.DECLARATION}),
    Method.REMOTE_AUDIT: frozenset({Method.DECLARATION, Method.DESK_REVIEW}),
    Method.SITE_AUDIT: frozenset(
        {Method.DECLARATION, Method.DESK_REVIEW, Method.INTERVIEWS, Method.REMOTE_AUDIT}
    ),
    Method.UNANNOUNCED_AUDIT: frozenset(
        {
            Method.DECLARATION,
            Method.DESK_REVIEW,
            Method.INTERVIEWS,
            Method.REMOTE_AUDIT,
            Method.SITE_AUDIT,
        }
    ),
}
"""Method → the other methods that it does at least as well as they do; docs/commitments.md.

Ours: design/domain.md asks for a similar method and does not say which are.
"""


class Check:
    """The words for what one check lacks to stand in for another."""

    LEVEL = message("It was made against a lower level of the clause.")
    METHOD = message("It was made in another way, which shows less.")
    PAST = message("It is not valid any more.")


def lacks(
    *, level: str, method: str, valid_until: date, wanted: tuple[str, str], day: date
) -> Message | None:
    """Why a check cannot stand in where (level, method) is wanted on a day; None if it can.

    The level must be at least the same and the method the same or a stronger one (design/domain.md,
    follow-up); what is not valid on the day shows nothing.
    """
    wanted_level, wanted_method = wanted
    if valid_until < day:
        return Check.PAST
    if LEVELS.index(Level(level)) < LEVELS.index(Level(wanted_level)):
        return Check.LEVEL
    if method != wanted_method and Method(wanted_method) not in STANDS_IN_FOR[Method(method)]:
        return Check.METHOD
    return None
