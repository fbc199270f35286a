"""A tab whose answer was lost on the way types on, and is never in conflict with itself."""

import pytest
from sqlalchemy import select

from portal.identity.actor import Actor
from portal.identity.roles import Role
from portal.response import operations
from portal.response.loading import given_answers
from portal.response.models import AnswerChange
from portal.response.tabs import Tab, tab_of
from tests.response.builders import Counted, Scene, draft

MINE = "tab-0123456789abcdef0123"
OTHER = "tab-fedcba98765432100123"


def save(
    team: Scene, text: str, base: int, source: str, actor: Actor | None = None
) -> operations.Saved:
    """Type a text over a version of D.02."""
    return operations.save_section(
        team.session,
        actor or team.signatory,
        team.response.id,
        "D",
        {"D.02": draft(text, base)},
        now=team.now,
        source=source,
    )


def stored(team: Scene) -> tuple[str, int]:
    found = given_answers(team.session, team.response.id)["D.02"]
    return found.value, found.version


def contested(saved: operations.Saved) -> list[str]:
    return [conflict.question.id for conflict in saved.conflicts]


@pytest.mark.parametrize(
    ("source", "tab"),
    [
        (MINE, Tab(MINE)),
        (f"{MINE}.12", Tab(MINE, 12)),
        ("workbook", None),
        ("tab-short", None),
        (f"{MINE}.", None),
        (f"{MINE}\n", None),
        (f"{MINE}.12 or more", None),
        ("", None),
    ],
)
def test_only_what_a_page_can_send_names_a_tab(source: str, tab: Tab | None) -> None:
    assert tab_of(source) == tab


def test_what_a_tab_sent_is_kept_with_its_history(team: Scene) -> None:
    save(team, "one", 0, f"{MINE}.1")
    assert team.session.scalars(select(AnswerChange.source)).all() == [f"{MINE}.1"]


def test_a_tab_types_on_over_the_version_it_knows_after_lost_replies(team: Scene) -> None:
    save(team, "o", 0, f"{MINE}.1")
    assert save(team, "on", 0, f"{MINE}.2").versions == {"D.02": 2}
    saved = save(team, "o", 0, f"{MINE}.3")
    assert (saved.changed, saved.conflicts, saved.versions) == (["D.02"], [], {"D.02": 3})
    assert stored(team) == ("o", 3)


def test_a_request_that_arrives_twice_or_too_late_changes_nothing(team: Scene) -> None:
    save(team, "o", 0, f"{MINE}.1")
    save(team, "one", 0, f"{MINE}.3")
    for text, number in (("o", 1), ("on", 2), ("one", 3)):
        late = save(team, text, 0, f"{MINE}.{number}")
        assert (late.changed, late.conflicts) == ([], [])
    assert stored(team) == ("one", 2)


def test_what_a_tab_had_stored_before_somebody_changed_it_is_not_contested(team: Scene) -> None:
    colleague = team.colleague(Role.SUPPLIER_ADMIN)
    save(team, "mine", 0, MINE)
    save(team, "theirs", 1, OTHER, colleague)
    again = save(team, "mine", 0, MINE)
    assert (again.changed, again.conflicts, again.versions) == ([], [], {"D.02": 1})
    assert contested(save(team, "mine, more", 0, f"{MINE}.9")) == ["D.02"]
    assert stored(team) == ("theirs", 2)


def test_another_tab_and_another_person_stay_others(team: Scene) -> None:
    colleague = team.colleague(Role.SUPPLIER_ADMIN)
    save(team, "mine", 0, f"{MINE}.1")
    assert contested(save(team, "second tab", 0, f"{OTHER}.2")) == ["D.02"]
    assert contested(save(team, "same id", 0, f"{MINE}.2", colleague)) == ["D.02"]
    assert contested(save(team, "no tab", 0, "")) == ["D.02"]
    assert contested(save(team, "workbook", 0, "workbook")) == ["D.02"]
    assert stored(team) == ("mine", 1)


def test_a_base_between_own_versions_moves_only_over_those_that_follow_it(team: Scene) -> None:
    colleague = team.colleague(Role.SUPPLIER_ADMIN)
    save(team, "a", 0, f"{MINE}.1")
    save(team, "b", 1, OTHER, colleague)
    save(team, "c", 2, f"{MINE}.2")
    assert contested(save(team, "d", 1, f"{MINE}.3")) == ["D.02"]
    assert save(team, "d", 2, f"{MINE}.4").changed == ["D.02"]


def test_a_save_tells_whether_other_questions_are_asked_now(team: Scene) -> None:
    assert team.save("B", B_01="yes").reroutes
    assert not team.save("B", B_06=6).reroutes
    assert not team.save("B", B_01=draft("partly", 1)).reroutes
    assert team.save("B", B_01=draft("no", 2)).reroutes


def test_moving_a_base_costs_no_statement_more(team: Scene) -> None:
    for number in range(20):
        save(team, f"text {number}", 0, f"{MINE}.{number + 1}")
    with Counted(team.session) as plain:
        save(team, "conflict", 1, "")
    with Counted(team.session) as moved:
        save(team, "on", 0, f"{MINE}.30")
    assert len(plain) <= 8
    assert len(moved) <= 9
