from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from portal.core.db import Database, Session
from portal.core.errors import Invalid, NotNow, Refused
from portal.identity.roles import Role
from portal.response import operations
from portal.response.answers import GivenAnswer
from portal.response.loading import given_answers
from portal.response.models import Answer, AnswerChange
from portal.response.row_merge import RowEdits
from tests import factories
from tests.response.builders import Counted, Scene, draft, scene


def answer(team: Scene, question_id: str) -> GivenAnswer:
    return given_answers(team.session, team.response.id)[question_id]


def test_starting_twice_gives_the_same_response(team: Scene) -> None:
    again = factories.response(team.session, team.dialogue, team.signatory, now=team.now)
    assert again.id == team.response.id
    assert (again.state, again.answered, again.shown) == ("not_started", 0, 9)


def test_only_the_suppliers_own_people_start_its_response(team: Scene) -> None:
    for role in (Role.LEAD_BUYER, Role.SECRETARIAT, Role.SUPPLIER_ADMIN):
        with pytest.raises(Refused):
            operations.start(
                team.session,
                team.person(role),
                team.dialogue.id,
                team.response.organisation_id,
                now=team.now,
            )


def test_a_first_save_stores_answers_history_and_counters(team: Scene) -> None:
    saved = team.save("A", A_01=["reseller", "brand"], A_02="1_49")
    assert saved.changed == ["A.01", "A.02"]
    assert answer(team, "A.01").value == ["brand", "reseller"]
    history = team.session.scalars(select(AnswerChange).order_by(AnswerChange.question_id)).all()
    assert [(row.question_id, row.version) for row in history] == [("A.01", 1), ("A.02", 1)]
    team.session.refresh(team.response)
    assert (team.response.state, team.response.answered) == ("in_progress", 2)
    assert team.response.started_at == team.now


def test_the_same_page_sent_twice_changes_nothing_the_second_time(team: Scene) -> None:
    team.save("A", A_02="1_49")
    assert team.save("A", A_02="1_49").changed == []
    assert answer(team, "A.02").version == 1


def test_a_change_over_the_version_seen_is_stored_with_the_next_number(team: Scene) -> None:
    team.save("D", D_02="first")
    team.save("D", D_02=draft("second", base_version=1))
    assert (answer(team, "D.02").value, answer(team, "D.02").version) == ("second", 2)


def test_what_somebody_else_wrote_meanwhile_is_shown_and_both_texts_are_kept(team: Scene) -> None:
    colleague = team.colleague(Role.SUPPLIER_ADMIN)
    team.save("D", D_02="first")
    team.save("D", colleague, D_02=draft("theirs", base_version=1))
    saved = team.save("D", D_02=draft("mine", base_version=1), D_01="https://example.eu")
    assert saved.changed == ["D.01"]
    (conflict,) = saved.conflicts
    assert (conflict.mine.value, conflict.theirs.value) == ("mine", "theirs")
    assert (conflict.theirs_by, conflict.theirs_at) == (colleague.name, team.now)
    assert answer(team, "D.02").value == "theirs"
    settled = team.save("D", D_02=draft("mine", base_version=conflict.version))
    assert settled.changed == ["D.02"]


def test_an_untouched_field_of_an_old_page_leaves_the_newer_answer_alone(team: Scene) -> None:
    team.save("D", D_02="first")
    team.save("D", D_02=draft("second", base_version=1))
    saved = team.save("D", D_02=draft("first", base_version=1))
    assert (saved.conflicts, saved.changed) == ([], [])
    assert answer(team, "D.02").value == "second"


def test_a_version_that_never_was_is_a_conflict(team: Scene) -> None:
    team.save("D", D_02="first")
    saved = team.save("D", D_02=draft("other", base_version=7))
    assert [conflict.question.id for conflict in saved.conflicts] == ["D.02"]


def test_emptying_an_answer_keeps_it_in_the_history(team: Scene) -> None:
    team.save("D", D_02="first")
    team.save("D", D_02=draft(None, base_version=1))
    assert answer(team, "D.02").state == "empty"
    kept = select(AnswerChange.value).where(AnswerChange.version == 1)
    assert team.session.scalars(kept).all() == ["first"]


def test_a_hidden_answer_stays_stored_and_comes_back(team: Scene) -> None:
    team.save("B", B_01="yes", B_03="yes")
    team.save("B", B_01=draft("no", base_version=1))
    shown = team.response.shown
    assert answer(team, "B.03").value == "yes"
    team.save("B", B_01=draft("yes", base_version=2))
    assert team.response.shown == shown + 2


def test_an_incomplete_table_is_kept_as_a_draft(team: Scene) -> None:
    team.save("A", A_03=[{"country": "BE", "staff": ""}])
    assert (answer(team, "A.03").state, answer(team, "A.03").value) == (
        "draft",
        [{"country": "BE"}],
    )


def test_a_contributor_answers_only_assigned_sections(team: Scene) -> None:
    helper = team.colleague(Role.SUPPLIER_CONTRIBUTOR)
    with pytest.raises(Refused):
        team.save("D", helper, D_02="text")
    assert helper.person_id is not None
    operations.assign(
        team.session, team.signatory, team.response.id, "D", [helper.person_id], now=team.now
    )
    assert team.save("D", helper, D_02="text").changed == ["D.02"]
    with pytest.raises(Refused):
        team.save("A", helper, A_02="1_49")
    with pytest.raises(Refused):
        operations.assign(team.session, helper, team.response.id, "A", [], now=team.now)


def test_nobody_else_saves(team: Scene) -> None:
    for role in (Role.LEAD_BUYER, Role.SECRETARIAT, Role.OBSERVER, Role.SUPPLIER_SIGNATORY):
        with pytest.raises(Refused):
            team.save("A", team.person(role), A_02="1_49")


def test_a_question_of_another_section_is_refused(team: Scene) -> None:
    with pytest.raises(Refused):
        team.save("A", B_01="yes")
    with pytest.raises(Refused):
        team.save("Z", A_02="1_49")


@pytest.mark.parametrize("late", [timedelta(0), timedelta(seconds=1)])
def test_nothing_is_saved_from_the_closing_instant_on(team: Scene, late: timedelta) -> None:
    team.now = team.dialogue.closes_at + late
    with pytest.raises(NotNow, match="closed"):
        team.save("A", A_02="1_49")
    team.now = team.dialogue.closes_at - timedelta(microseconds=1)
    assert team.save("A", A_02="1_49").changed == ["A.02"]


def test_nothing_is_saved_before_the_opening(team: Scene) -> None:
    team.now -= timedelta(seconds=1)
    with pytest.raises(NotNow, match="not open yet"):
        team.save("A", A_02="1_49")


def test_a_value_that_no_form_can_send_is_refused_with_its_field(team: Scene) -> None:
    with pytest.raises(Invalid) as refusal:
        team.save("A", A_01=["brand"], A_02="many")
    assert list(refusal.value.fields) == ["A.02"]
    assert not given_answers(team.session, team.response.id)


def test_not_applicable_is_taken_where_the_question_allows_it(team: Scene) -> None:
    exempt = draft(None, state="not_applicable", reason=" No spend. ")
    team.save("B", B_05=exempt)
    assert (answer(team, "B.05").state, answer(team, "B.05").reason) == (
        "not_applicable",
        "No spend.",
    )
    with pytest.raises(Invalid) as refusal:
        team.save("B", B_04=exempt)
    assert list(refusal.value.fields) == ["B.04!na"]


def test_a_class_is_narrowed_with_a_reason_and_never_widened(team: Scene) -> None:
    narrowed = draft("x", confidentiality="aggregate_only", narrowing_reason="trade_secret")
    team.save("D", D_02=narrowed)
    assert answer(team, "D.02").confidentiality == "aggregate_only"
    for wrong in (
        draft("x", 1, confidentiality="public"),
        draft("x", 1, confidentiality="named_buyers"),
        draft("x", 1, confidentiality="everybody", narrowing_reason="security"),
    ):
        with pytest.raises(Invalid) as refusal:
            team.save("D", D_02=wrong)
        assert list(refusal.value.fields) == ["D.02!class"]
    with pytest.raises(Invalid):
        team.save("A", A_01=draft(["brand"], confidentiality="buyers", narrowing_reason="security"))


def test_a_contributor_cannot_narrow(team: Scene) -> None:
    helper = team.colleague(Role.SUPPLIER_CONTRIBUTOR)
    assert helper.person_id is not None
    operations.assign(
        team.session, team.signatory, team.response.id, "D", [helper.person_id], now=team.now
    )
    narrowed = draft("x", confidentiality="aggregate_only", narrowing_reason="trade_secret")
    with pytest.raises(Invalid, match="cannot be stored"):
        team.save("D", helper, D_02=narrowed)
    team.save("D", D_02=narrowed)
    keeps = draft("y", 1, confidentiality="aggregate_only", narrowing_reason="trade_secret")
    assert team.save("D", helper, D_02=keeps).changed == ["D.02"]


def test_a_save_takes_at_most_twelve_statements_however_many_questions(team: Scene) -> None:
    with Counted(team.session) as first:
        team.save("B", B_01="yes", B_03="yes", B_04=1, B_05=1, B_06=1)
    with Counted(team.session) as worst:
        team.save(
            "B",
            B_01=draft("no", 1),
            B_02="2026-01-01",
            B_03=draft("no", 7),
            B_04=draft(2, 1),
            B_05=draft(3, 9),
            B_06=draft(4, 1),
        )
    with Counted(team.session) as small:
        team.save("B", B_04=draft(4, 2))
    assert max(len(first), len(worst), len(small)) <= 12


def test_of_two_people_saving_at_once_one_is_stored_and_the_other_asked(
    database: Database, now: datetime
) -> None:
    with database.transaction() as session:
        made = scene(session, now)

    def save(text: str) -> operations.Saved:
        with database.transaction() as session:
            return replace(made, session=session).save("D", D_02=text)

    texts = ["one", "two", "three", "four"]
    with ThreadPoolExecutor(len(texts)) as people:
        saves = list(people.map(save, texts))
    with database.session(writes=False) as session:
        (stored,) = session.execute(select(Answer.value, Answer.version)).all()
    assert stored.version == 1
    for text, saved in zip(texts, saves, strict=True):
        if text == stored.value:
            assert (saved.changed, saved.conflicts) == (["D.02"], [])
        else:
            assert [conflict.theirs.value for conflict in saved.conflicts] == [stored.value]


def test_rows_do_not_take_the_place_of_not_applicable_unseen(
    session: Session, now: datetime, tmp_path: Path
) -> None:
    path = tmp_path / "exempt.yaml"
    head = "- id: A.03\n        type: table\n"
    text = factories.SMALL.read_text(encoding="utf-8")
    path.write_text(text.replace(head, f"{head}        not_applicable: true\n"), encoding="utf-8")
    dialogue = factories.published(session, path=path, now=now)
    signatory = factories.supplier(session, dialogue, now=now)
    response = factories.response(session, dialogue, signatory, now=now)
    team = Scene(session, dialogue, signatory, response, now)
    team.save("A", A_03=draft(None, state="not_applicable", reason="One entity only."))
    place = (session, signatory, response.id, "A.03", RowEdits(added={50: {"name": "One"}}))
    with pytest.raises(NotNow, match="does not apply to you"):
        operations.save_rows(*place, base_version=0, language="en", now=now)
    assert answer(team, "A.03").reason == "One entity only."
    operations.save_rows(*place, base_version=1, language="en", now=now)
    assert (answer(team, "A.03").value, answer(team, "A.03").reason) == ([{"name": "One"}], "")
