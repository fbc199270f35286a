"""What was carried over counts once somebody has looked at it."""

from datetime import timedelta

import pytest

from portal.core.audit import entries_of_dialogue
from portal.core.errors import Invalid, NotNow, Refused
from portal.identity.roles import Role
from portal.questionnaire.conditions import route
from portal.response import operations, queries
from portal.response.answers import SUGGESTED, GivenAnswer, unanswered, values_of
from portal.response.loading import given_answers
from portal.response.rules import is_answered, lacking, missing_answers
from portal.response.snapshot import counted_cells
from tests import factories
from tests.questionnaire.editions import edited, follow_up
from tests.response.builders import Scene, draft, given, question
from tests.response.editions import publish, publish_second

SMALL = factories.questionnaire()
CHANGED = "An earlier answer is suggested: look at it and confirm it"


@pytest.fixture
def carried(ready: Scene) -> Scene:
    """A brand whose complete answers were carried over to the second version."""
    publish_second(ready.session, ready.dialogue, now=ready.now)
    return ready


def answer(team: Scene, question_id: str) -> GivenAnswer:
    return given_answers(team.session, team.response.id)[question_id]


def confirm(team: Scene, section_id: str, *question_ids: str) -> tuple[str, ...]:
    return operations.confirm_suggested(
        team.session,
        team.signatory,
        team.response.id,
        section_id,
        question_ids or None,
        now=team.now,
    )


def test_a_suggestion_is_no_answer_yet_but_leads_on() -> None:
    asked = question(SMALL, "D.02")
    suggested = given("Words.", state=SUGGESTED)
    way = route(SMALL, values_of({"D.02": suggested}))
    assert not is_answered(asked, suggested, way)
    assert list(map(str, lacking(asked, suggested, way))) == [CHANGED]
    leads = {"A.01": given(["brand"], state=SUGGESTED)}
    assert "C.01" in {each.id for each in route(SMALL, values_of(leads)).questions}
    assert "D.02" in {each.id for each in missing_answers(SMALL, {"D.02": suggested})}
    assert "D.02" not in {each.id for each in missing_answers(SMALL, {})}


def test_a_suggestion_never_says_the_same_as_an_answer() -> None:
    assert not given("x", state=SUGGESTED).says_the_same(given("x"))
    assert given("x", state=SUGGESTED).confirmed == given("x")
    exempt = given(None, state=SUGGESTED, reason="No spend.")
    assert not exempt.says_the_same(given(None, state="not_applicable", reason="No spend."))
    assert exempt.confirmed.state == "not_applicable"
    assert given("x").confirmed == given("x")
    assert unanswered(question(SMALL, "D.02")).confirmed.state == "empty"


def test_saving_a_suggestion_as_it_is_confirms_it(carried: Scene) -> None:
    saved = carried.save("B", B_01=draft("yes", 2))
    assert saved.changed == ["B.01"]
    assert (answer(carried, "B.01").state, answer(carried, "B.01").version) == ("done", 3)
    assert carried.save("B", B_01=draft("yes", 3)).changed == []


def test_a_suggestion_can_be_changed_or_taken_away(carried: Scene) -> None:
    carried.save("B", B_01=draft("partly", 2), B_03=draft(None, 2))
    assert (answer(carried, "B.01").state, answer(carried, "B.01").value) == ("done", "partly")
    assert answer(carried, "B.03").state == "empty"


def test_a_page_that_was_open_when_the_question_changed_confirms_nothing(carried: Scene) -> None:
    saved = carried.save("B", B_01=draft("yes", 1))
    assert (saved.changed, saved.conflicts) == ([], [])
    assert answer(carried, "B.01").is_suggested
    saved = carried.save("B", B_01=draft("no", 1))
    (conflict,) = saved.conflicts
    assert (conflict.mine.value, conflict.theirs.value) == ("no", "yes")
    assert carried.save("B", B_01=draft("no", conflict.version)).changed == ["B.01"]


def test_an_incomplete_suggestion_becomes_a_draft(team: Scene) -> None:
    team.save("A", A_01=["brand"])
    team.save("C", C_01={"chips": "all"})
    text = edited(SMALL, fields={"C.01": {"text/en": "How far do you see?"}})
    follow_up(team.session, team.dialogue, text, now=team.now)
    publish(team.session, team.dialogue, now=team.now)
    assert answer(team, "C.01").is_suggested
    assert confirm(team, "C") == ("C.01",)
    assert answer(team, "C.01").state == "draft"


def test_all_or_some_of_a_section_is_confirmed_at_once(carried: Scene) -> None:
    assert confirm(carried, "B", "B.03") == ("B.03",)
    assert answer(carried, "B.01").is_suggested
    assert confirm(carried, "B") == ("B.01", "B.07", "B.08")
    assert confirm(carried, "B") == ()
    entry = entries_of_dialogue(carried.session, carried.dialogue.id)[0]
    assert (entry.act, entry.details["questions"]) == ("confirmed", ["B.01", "B.07", "B.08"])
    assert (carried.response.answered, carried.response.state) == (9, "in_progress")


def test_only_who_may_write_a_section_confirms_it(carried: Scene) -> None:
    helper = carried.colleague(Role.SUPPLIER_CONTRIBUTOR)
    for actor in (helper, carried.person(Role.SUPPLIER_SIGNATORY), carried.person(Role.LEAD_BUYER)):
        with pytest.raises(Refused):
            operations.confirm_suggested(
                carried.session, actor, carried.response.id, "B", now=carried.now
            )
    for wrong in (("Z",), ("B", "D.03")):
        with pytest.raises(Refused):
            confirm(carried, *wrong)
    carried.now = carried.dialogue.closes_at + timedelta(seconds=1)
    with pytest.raises(NotNow, match="closed"):
        confirm(carried, "B")


def test_who_reads_is_decided_anew_where_the_question_now_foresees_more_readers(
    team: Scene,
) -> None:
    team.save("B", B_06=4, B_04=3)
    wider = {"confidentiality/default": "buyers"}
    new = edited(SMALL, fields={"B.06": wider, "B.04": {"text/en": "How good is it?"}})
    follow_up(team.session, team.dialogue, new, now=team.now)
    publish(team.session, team.dialogue, now=team.now)
    assert answer(team, "B.06").confidentiality == "aggregate_only"
    with pytest.raises(Invalid) as refusal:
        confirm(team, "B")
    assert list(refusal.value.fields) == ["B.06!class"]
    assert answer(team, "B.04").is_suggested
    helper = team.colleague(Role.SUPPLIER_CONTRIBUTOR)
    assert helper.person_id is not None
    operations.assign(
        team.session, team.signatory, team.response.id, "B", [helper.person_id], now=team.now
    )
    with pytest.raises(Invalid) as refusal:
        operations.confirm_suggested(team.session, helper, team.response.id, "B", now=team.now)
    assert "Ask your admin" in str(refusal.value.fields["B.06!class"])
    team.save("B", B_06=draft(4, 2, confidentiality="buyers"))
    assert confirm(team, "B") == ("B.04",)


def test_pages_are_told_what_is_suggested(carried: Scene) -> None:
    page = queries.section_page(carried.session, carried.signatory, carried.response.id, "B")
    marked = {each.question.id for each in page.questions if each.answer.is_suggested}
    assert marked == {"B.01", "B.03", "B.07", "B.08"}
    check = queries.check_page(carried.session, carried.signatory, carried.response.id)
    gaps = {gap.question.id: [str(each) for each in gap.problems] for gap in check.missing}
    assert gaps["D.03"] == [CHANGED]
    assert check.answers["D.03"].is_suggested


def test_what_is_hidden_need_not_be_confirmed(carried: Scene) -> None:
    carried.save("B", B_01=draft("no", 2))
    answers = given_answers(carried.session, carried.response.id)
    assert answers["B.03"].is_suggested
    loaded = queries.check_page(carried.session, carried.signatory, carried.response.id)
    assert "B.03" not in {gap.question.id for gap in loaded.missing}
    cells = counted_cells(route(loaded.questionnaire, values_of(answers)), answers)
    assert "B.03" not in {cell.key for cell in cells}
