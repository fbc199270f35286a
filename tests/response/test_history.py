from datetime import timedelta
from typing import Any

import pytest

from portal.core.errors import Invalid, Refused
from portal.identity.roles import Role
from portal.response import operations
from portal.response.operations_restoring import restore
from portal.response.queries_history import answer_history, response_history
from portal.response.tabs import new_tab
from tests.response.builders import Counted, Scene, draft

NARROWED: dict[str, Any] = {"confidentiality": "aggregate_only", "narrowing_reason": "security"}


def typed(team: Scene, text: str, version: int, source: str) -> None:
    operations.save_section(
        team.session,
        team.signatory,
        team.response.id,
        "D",
        {"D.02": draft(text, version)},
        now=team.now,
        source=source,
    )


def history(team: Scene, question_id: str = "D.02") -> list[tuple[object, int]]:
    found = answer_history(team.session, team.signatory, team.response.id, question_id)
    return [(turn.last.answer.value, turn.saves) for turn in found.turns]


def test_what_one_page_saved_on_the_way_is_one_entry(team: Scene) -> None:
    tab, other = new_tab(), new_tab()
    for number, text in enumerate(("B", "Bu", "Buy", "Buy less.")):
        team.now += timedelta(seconds=5)
        typed(team, text, number, f"{tab}.{number + 1}")
    typed(team, "Buy less, use longer.", 4, f"{other}.1")
    team.now += timedelta(minutes=10)
    typed(team, "Buy less.", 5, f"{other}.2")
    assert history(team) == [("Buy less.", 1), ("Buy less, use longer.", 1), ("Buy less.", 4)]
    newest, before, first = answer_history(
        team.session, team.signatory, team.response.id, "D.02"
    ).turns
    assert before.before is not None
    assert before.before.value == "Buy less."
    assert (first.before, newest.last.name) == (None, team.signatory.name)


def test_going_back_writes_a_new_entry_on_top(team: Scene) -> None:
    team.save("D", D_02=draft("First.", comment="C", **NARROWED))
    team.save("D", D_02=draft("Second.", 1, confidentiality="buyers"))
    place = (team.session, team.signatory, team.response.id, "D.02")
    saved = restore(*place, 1, base_version=2, now=team.now)
    assert (saved.changed, saved.conflicts) == (["D.02"], [])
    found = answer_history(*place)
    current = found.current
    assert (current.value, current.comment, current.version) == ("First.", "C", 3)
    assert current.confidentiality == "aggregate_only"
    assert found.turns[0].last.source == "restored"
    restore(*place, 2, base_version=3, now=team.now)
    assert [value for value, _ in history(team)] == ["Second.", "First.", "Second.", "First."]


def test_going_back_over_somebody_elses_change_is_a_conflict(team: Scene) -> None:
    team.save("D", D_02="First.")
    team.save("D", D_02=draft("Second.", 1))
    admin = team.colleague(Role.SUPPLIER_ADMIN)
    team.save("D", admin, D_02=draft("Third.", 2))
    place = (team.session, team.signatory, team.response.id, "D.02")
    saved = restore(*place, 1, base_version=2, now=team.now)
    assert (saved.changed, [each.theirs_by for each in saved.conflicts]) == ([], [admin.name])
    assert answer_history(*place).current.value == "Third."


def test_who_may_not_choose_the_readers_goes_back_to_the_text_alone(team: Scene) -> None:
    team.save("D", D_02=draft("First.", **NARROWED))
    team.save("D", D_02=draft("Second.", 1, confidentiality="buyers"))
    helper = team.colleague(Role.SUPPLIER_CONTRIBUTOR)
    assert helper.person_id is not None
    place = (team.session, helper, team.response.id, "D.02")
    with pytest.raises(Refused):
        restore(*place, 1, base_version=2, now=team.now)
    parts = operations.Terms(question_ids=("D.02",))
    give = (team.session, team.signatory, team.response.id, "D", [helper.person_id])
    operations.assign(*give, terms=parts, now=team.now)
    restore(*place, 1, base_version=2, now=team.now)
    current = answer_history(*place).current
    assert (current.value, current.confidentiality) == ("First.", "buyers")


def test_a_file_and_a_version_that_never_was_are_not_restored(ready: Scene) -> None:
    ready.session.flush()
    place = (ready.session, ready.signatory, ready.response.id)
    with pytest.raises(Invalid, match="Files are put back"):
        restore(*place, "C.03", 1, base_version=1, now=ready.now)
    with pytest.raises(Refused):
        restore(*place, "D.02", 9, base_version=1, now=ready.now)


def test_the_history_of_everything_is_paged_and_takes_three_queries(team: Scene) -> None:
    for number in range(55):
        team.now += timedelta(seconds=1)
        team.save("D", D_02=draft(f"Text {number}", number))
    place = (team.session, team.signatory, team.response.id)
    with Counted(team.session) as counted:
        first = response_history(*place)
    assert len(counted) == 3
    assert (len(first.changes), first.pages) == (50, 2)
    assert first.changes[0].at > first.changes[-1].at
    assert len(response_history(*place, 2).changes) == 5
    assert response_history(*place, 99).page == 2
    assert response_history(*place, -1).page == 1
    for role in (Role.LEAD_BUYER, Role.SECRETARIAT, Role.SUPPLIER_SIGNATORY):
        with pytest.raises(Refused):
            response_history(team.session, team.person(role), team.response.id)
        with pytest.raises(Refused):
            answer_history(team.session, team.person(role), team.response.id, "D.02")
