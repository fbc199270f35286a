"""Two people on one section, in any order: no acknowledged text is lost."""

from datetime import datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from portal.core.db import Database, Session
from portal.response.loading import given_answers
from portal.response.models import AnswerChange
from tests.response.builders import Scene, draft, scene

NOW = datetime.fromisoformat("2026-09-01T09:00:00+00:00")
QUESTIONS = ("D.01", "D.02")
TEXTS = st.sampled_from([None, "a", "b", "c"])
TURNS = st.lists(
    st.tuples(st.integers(0, 1), st.booleans(), st.tuples(TEXTS, TEXTS)), min_size=1, max_size=12
)
"""Each turn: who, whether that page is loaded anew first, and what is typed in both fields."""


def stored(team: Scene) -> dict[str, tuple[int, str | None]]:
    """Question → version and text; version 0 before the first."""
    found = given_answers(team.session, team.response.id)
    return {
        question_id: (found[question_id].version, found[question_id].value)
        if question_id in found
        else (0, None)
        for question_id in QUESTIONS
    }


def play(session: Session, turns: list[tuple[int, bool, tuple[str | None, str | None]]]) -> None:
    team = scene(session, NOW)
    pages = [stored(team), stored(team)]
    acknowledged: list[tuple[str, int, str | None]] = []
    for who, reloads, typed in turns:
        if reloads:
            pages[who] = stored(team)
        before = stored(team)
        drafts = {
            question_id: draft(text, pages[who][question_id][0])
            for question_id, text in zip(QUESTIONS, typed, strict=True)
        }
        saved = team.send("D", drafts)
        after = stored(team)
        contested = {conflict.question.id: conflict for conflict in saved.conflicts}
        for question_id, sent in drafts.items():
            if question_id in saved.changed:
                assert before[question_id][1] == pages[who][question_id][1]
                assert after[question_id] == (before[question_id][0] + 1, sent.value)
                acknowledged.append((question_id, *after[question_id]))
                pages[who] = pages[who] | {question_id: after[question_id]}
            else:
                assert after[question_id] == before[question_id]
            if question_id in contested:
                assert contested[question_id].mine.value == sent.value
                assert contested[question_id].theirs.value == after[question_id][1]
    rows = session.execute(
        select(AnswerChange.question_id, AnswerChange.version, AnswerChange.value)
    )
    assert sorted(map(str, acknowledged)) == sorted(str(tuple(row)) for row in rows)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(turns=TURNS)
def test_every_acknowledged_text_is_stored_and_replaced_only_by_somebody_who_saw_it(
    database: Database, turns: list[tuple[int, bool, tuple[str | None, str | None]]]
) -> None:
    with database.session(writes=True) as session:
        play(session, turns)
