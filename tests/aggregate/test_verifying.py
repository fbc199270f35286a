from datetime import datetime

import pytest
from sqlalchemy import text

from portal.aggregate.drafting import Choice
from portal.aggregate.operations import freeze, prepare
from portal.aggregate.verifying import verify
from portal.core.db import Session
from portal.core.errors import Invalid, NotNow
from portal.identity.actor import SYSTEM
from tests.aggregate.market import (
    Supplier,
    after_close,
    hand_in,
    market,
    release,
    suppliers,
    unguarded,
)


def test_every_release_is_chained_to_the_one_before_it(session: Session, now: datetime) -> None:
    dialogue = market(session, suppliers(12), now=now)
    later = after_close(now)
    assert verify(session, dialogue.id).chain == ""
    first = release(session, dialogue, at=later)
    assert verify(session, dialogue.id).chain == first.chain
    second = release(session, dialogue, at=later)
    checked = verify(session, dialogue.id)
    assert (checked.releases, checked.documents) == (2, 6)
    assert checked.chain == second.chain != first.chain


@pytest.mark.parametrize("column", ["signatory", "reason", "cut_off"])
def test_a_release_that_was_changed_past_the_database_s_guard_is_found(
    session: Session, now: datetime, column: str
) -> None:
    dialogue = market(session, suppliers(12), now=now)
    for _ in range(2):
        release(session, dialogue, at=after_close(now))
    session.flush()
    unguarded(session, "release")
    changed = "'2026-01-01 00:00:00'" if column == "cut_off" else "'x'"
    session.execute(text(f"UPDATE release SET {column} = {changed} WHERE number = 1"))  # noqa: S608
    session.expire_all()
    with pytest.raises(Invalid, match="Release 1 is not what was released"):
        verify(session, dialogue.id)


def test_a_draft_that_is_out_of_date_is_not_frozen(session: Session, now: datetime) -> None:
    dialogue = market(session, suppliers(12), now=now)
    later = after_close(now)
    made = prepare(session, SYSTEM, dialogue.id, Choice(later), now=later)
    assert freeze(session, SYSTEM, made, signatory="Ada", now=later).signatory == "Ada"
    with pytest.raises(NotNow, match="has changed since this was tried out"):
        freeze(session, SYSTEM, made, signatory="Ada", reason="Again.", now=later)
    again = prepare(session, SYSTEM, dialogue.id, Choice(later), now=later)
    hand_in(session, dialogue, [Supplier(number=50)], now=now)
    with pytest.raises(NotNow, match="has changed since this was tried out"):
        freeze(session, SYSTEM, again, signatory="Ada", reason="Again.", now=later)


def test_a_release_that_replaces_another_says_why_and_every_one_is_signed(
    session: Session, now: datetime
) -> None:
    dialogue = market(session, suppliers(12), now=now)
    later = after_close(now)
    release(session, dialogue, at=later)
    made = prepare(session, SYSTEM, dialogue.id, Choice(later), now=later)
    with pytest.raises(Invalid, match="Say why this release replaces the one before it"):
        freeze(session, SYSTEM, made, signatory="Ada", now=later)
    with pytest.raises(Invalid, match="Sign with your name"):
        freeze(session, SYSTEM, made, signatory=" ", reason="Late answers.", now=later)
