"""A workbook that was changed offline, given back while colleagues went on answering online."""

from dataclasses import replace
from datetime import date, datetime

import pytest
from sqlalchemy import select

from portal.core.db import Session
from portal.core.errors import Invalid, NotNow, Refused
from portal.identity.roles import Role
from portal.questionnaire.definition import Question
from portal.questionnaire.workbook import workbook
from portal.response import operations, queries
from portal.response.loading import given_answers
from portal.response.models import AnswerChange
from portal.response.workbook_merge import Comparison, Kind
from tests import factories
from tests.questionnaire.answers import ICT
from tests.response.builders import Counted, Scene, draft
from tests.response.workbooks import (
    difference,
    download,
    file_of,
    give_back,
    opened,
    take,
    written,
)

OFFLINE, ONLINE, BOTH = 40, 20, 5
TYPED = {
    "yes_partly_no": "Partly",
    "yes_no": "No",
    "percentage": 40,
    "text": "typed offline",
    "long": "typed\noffline",
    "date": date(2026, 3, 31),
}
"""What is typed into the answer cell beside the comment, by type."""


@pytest.fixture
def flagship(session: Session, now: datetime) -> Scene:
    """A supplier that has begun to answer the whole questionnaire."""
    dialogue = factories.published(session, path=factories.FLAGSHIP, now=now)
    signatory = factories.supplier(session, dialogue, now=now)
    response = factories.response(session, dialogue, signatory, now=now)
    return Scene(session, dialogue, signatory, response, now)


def test_forty_changes_offline_and_twenty_online_are_all_there(flagship: Scene) -> None:
    """None is lost; where both sides changed, nothing is overwritten before somebody chose."""
    ids = [question.id for question in ICT.questions()]
    before = ids[: OFFLINE + ONLINE + BOTH]
    offline_only, online_only = before[:OFFLINE], before[OFFLINE : OFFLINE + ONLINE]
    contested = before[OFFLINE + ONLINE :]
    comment(flagship, before, "as it was")
    offline = download(flagship)
    for number, question_id in enumerate([*offline_only, *contested]):
        offline.put(f"offline {number}", question_id, "comment")
        typed = TYPED.get(question_of(question_id).type)
        if typed is not None:
            offline.put(typed, question_id)
    comment(flagship, [*online_only, *contested], "online")
    import_id = give_back(flagship, offline.saved())

    found = difference(flagship, import_id).comparison
    assert kinds(found) == {"workbook": OFFLINE, "online": ONLINE, "conflict": BOTH}
    assert comments(flagship, before) == {"as it was": OFFLINE, "online": ONLINE + BOTH}
    with Counted(flagship.session) as counted:
        done = take(flagship, import_id)
    assert len(counted) <= 14  # the difference is read once more to press the button
    assert sorted(done.taken) == sorted(offline_only)
    assert not done.again
    texts = stored(flagship)
    assert {texts[each] for each in [*online_only, *contested]} == {"online"}
    assert all(texts[each].startswith("offline") for each in offline_only)
    changed = [each for each in before if texts[each] != "as it was"]
    assert len(changed) == OFFLINE + ONLINE + BOTH
    typed = [each for each in offline_only if question_of(each).type in TYPED]
    assert len(typed) > 10
    assert all(value_of(flagship, each) is not None for each in typed)

    again = give_back(flagship, offline.saved())
    found = difference(flagship, again).comparison
    assert kinds(found) == {"same": OFFLINE, "online": ONLINE, "conflict": BOTH}
    assert take(flagship, again).taken == ()
    assert stored(flagship) == texts


def test_several_peoples_workbooks_are_joined_in_any_order(team: Scene) -> None:
    first, second = download(team), download(team)
    first.put("Partly", "B.01")
    first.put("the first", "B.04", "comment")
    second.put("Yes", "B.03")
    second.put("the second", "B.04", "comment")
    for file in (second, first):
        take(team, give_back(team, file.saved()))
    answers = given_answers(team.session, team.response.id)
    assert (answers["B.01"].value, answers["B.03"].value) == ("partly", "yes")
    assert answers["B.04"].comment == "the second"


def test_a_contested_answer_is_taken_only_beside_the_one_that_was_seen(team: Scene) -> None:
    team.save("B", B_04=3)
    offline = download(team)
    offline.put("2: Begun", "B.04")
    label = next(
        text
        for text in offline.book["parley-lists"].iter_rows(min_row=2, values_only=True)
        if text[1] == "2"
    )[2]
    offline.put(label, "B.04")
    team.save("B", B_04=draft(1, base_version=1))
    import_id = give_back(team, offline.saved())
    row = difference(team, import_id).comparison.differences[0]
    assert (row.kind, row.base.value, row.mine.value, row.current.value) == (
        Kind.CONFLICT,
        3,
        2,
        1,
    )
    team.save("B", B_04=draft(0, base_version=2))
    seen = {"B.04": row.current.version}
    done = take(team, import_id, "B.04", seen=seen)
    assert (done.taken, [each.id for each in done.again]) == ((), ["B.04"])
    assert value_of(team, "B.04") == 0
    assert take(team, import_id, "B.04").taken == ("B.04",)
    assert value_of(team, "B.04") == 2
    with pytest.raises(Refused):
        difference(team, import_id)
    sources = team.session.scalars(
        select(AnswerChange.source).where(AnswerChange.question_id == "B.04")
    )
    assert list(sources).count("workbook") == 1


def test_what_changed_online_meanwhile_is_shown_again(team: Scene) -> None:
    offline = download(team)
    offline.put(44, "B.05")
    import_id = give_back(team, offline.saved())
    seen = {"B.05": 0}
    team.save("B", B_05=12)
    done = take(team, import_id, seen=seen)
    assert [each.id for each in done.again] == ["B.05"]
    assert value_of(team, "B.05") == 12
    assert kinds(difference(team, import_id).comparison) == {"conflict": 1}


def test_an_emptied_cell_empties_the_answer_and_an_untouched_one_does_not(ready: Scene) -> None:
    offline = download(ready)
    offline.put(None, "D.02")
    done = take(ready, give_back(ready, offline.saved()))
    assert done.taken == ("D.02",)
    assert value_of(ready, "D.02") is None
    assert value_of(ready, "A.02") == "50_249"


def test_a_faulty_cell_is_named_and_the_rest_is_taken(team: Scene) -> None:
    offline = download(team)
    offline.put("soon", "B.02")
    offline.put(140, "B.05")
    offline.put("=1+1", "B.06")
    offline.put("No", "B.03")
    sheet, cell = offline.at("B.02")
    found = difference(team, give_back(team, offline.saved())).comparison
    told = {remark.where: str(remark.problem) for remark in found.faults}
    assert "year-month-day" in told[f"{sheet}!{cell}"]
    assert len(told) == 3
    assert "A formula stands here that has no value" in " ".join(told.values())
    assert kinds(found) == {"workbook": 1}


def test_a_share_is_read_as_it_is_shown(team: Scene) -> None:
    offline = download(team)
    sheet, cell = offline.at("B.05")
    offline.book[sheet][cell] = 0.45
    offline.book[sheet][cell].number_format = "0%"
    take(team, give_back(team, offline.saved()))
    assert value_of(team, "B.05") == 45


def test_moved_rows_and_missing_sheets_do_not_empty_answers(ready: Scene) -> None:
    offline = download(ready)
    sheet, _ = offline.at("B.01")
    offline.book[sheet].insert_rows(3)
    found = difference(ready, give_back(ready, offline.saved())).comparison
    assert {remark.question.id for remark in found.faults} >= {"B.01", "B.02"}
    assert kinds(found) == {}
    offline = download(ready)
    del offline.book[sheet]
    found = difference(ready, give_back(ready, offline.saved())).comparison
    assert {remark.where for remark in found.faults} == {sheet}
    assert kinds(found) == {}


def test_a_contributor_gives_back_only_what_is_theirs(team: Scene) -> None:
    contributor = team.colleague(Role.SUPPLIER_CONTRIBUTOR)
    assert contributor.person_id is not None
    offline = download(team)
    offline.put("No", "B.03")
    offline.put("50 to 249", "A.02")
    with pytest.raises(Refused):
        give_back(team, offline.saved(), contributor)
    operations.assign(
        team.session, team.signatory, team.response.id, "B", [contributor.person_id], now=team.now
    )
    contributor = team.reload(contributor)
    import_id = give_back(team, offline.saved(), contributor)
    found = difference(team, import_id, contributor).comparison
    assert [each.id for each in found.forbidden] == ["A.02"]
    assert [row.question.id for row in found.differences] == ["B.03"]
    decision = operations.Decision(from_workbook=frozenset({"A.02"}), seen={"A.02": 0})
    operations.take_workbook(
        team.session, contributor, team.response.id, import_id, decision, now=team.now
    )
    assert value_of(team, "A.02") is None
    assert value_of(team, "B.03") == "no"


def test_a_workbook_of_something_else_is_refused_by_name(team: Scene) -> None:
    questionnaire = team.questionnaire
    later = replace(questionnaire, version="2.0")
    for content, words in (
        (written(ICT, {}), "made for the questionnaire ict-due-diligence"),
        (written(later, {}), f"made for version 2.0 of {questionnaire.name}"),
        (
            file_of(team, response_id=team.signatory.person_id),
            "holds the answers of Brand 1 in “Fair laptops”",
        ),
    ):
        with pytest.raises(Invalid, match=words):
            give_back(team, content)


def test_a_changed_hidden_sheet_is_refused_by_name(team: Scene) -> None:
    team.save("B", B_04=3)
    for column, row_of in (("B", "version of B.04"), ("B", "response"), ("B", "sha256")):
        offline = download(team)
        hidden = offline.book["parley"]
        for row in hidden.iter_rows():
            if row[0].value == row_of:
                hidden[f"{column}{row[0].row}"] = "9"
        with pytest.raises(Invalid, match="hidden sheet of this workbook was changed"):
            give_back(team, offline.saved())
    offline = download(team)
    offline.book["parley-lists"]["B2"] = "other"
    with pytest.raises(Invalid, match="hidden sheet of this workbook was changed"):
        give_back(team, offline.saved())
    offline = download(team)
    del offline.book["parley"]
    with pytest.raises(Invalid, match="not a workbook of this portal"):
        give_back(team, offline.saved())


def test_an_empty_workbook_filled_in_is_compared_with_what_there_is(ready: Scene) -> None:
    """It was made from no answers: what stands there already is contested, not overwritten."""
    page = queries.workbook_page(ready.session, ready.signatory, ready.response.id)
    offline = opened(empty(page))
    offline.put("No", "B.03")
    offline.put("No", "D.01")
    found = difference(ready, give_back(ready, offline.saved())).comparison
    assert found.of(Kind.CONFLICT)[0].question.id == "B.03"


def test_nothing_is_taken_after_signing(ready: Scene) -> None:
    offline = download(ready)
    offline.put("No", "B.03")
    import_id = give_back(ready, offline.saved())
    ready.submit()
    with pytest.raises(NotNow):
        take(ready, import_id)
    with pytest.raises(NotNow):
        give_back(ready, offline.saved())


def question_of(question_id: str) -> Question:
    found = ICT.question(question_id)
    assert found is not None
    return found


def empty(page: queries.WorkbookPage) -> bytes:
    return workbook(
        page.loaded.questionnaire,
        sha256=page.loaded.definition_hash,
        deadline=None,
        language="en",
    )


def comment(scene: Scene, ids: list[str], text: str) -> None:
    """A colleague writes a comment beside each of these questions on the portal."""
    answers = given_answers(scene.session, scene.response.id, {})
    for section in ICT.sections:
        own = [each.id for each in section.questions if each.id in ids]
        if own:
            scene.send(
                section.id,
                {
                    each: draft(
                        None,
                        comment=text,
                        base_version=answers[each].version if each in answers else 0,
                    )
                    for each in own
                },
            )


def stored(scene: Scene) -> dict[str, str]:
    answers = given_answers(scene.session, scene.response.id, {})
    return {key: answer.comment for key, answer in answers.items()}


def comments(scene: Scene, ids: list[str]) -> dict[str, int]:
    texts = [stored(scene)[each] for each in ids]
    return {text: texts.count(text) for text in set(texts)}


def kinds(found: Comparison) -> dict[str, int]:
    names = [str(row.kind) for row in found.differences]
    return {name: names.count(name) for name in set(names)}


def value_of(scene: Scene, question_id: str) -> object:
    answer = given_answers(scene.session, scene.response.id).get(question_id)
    return answer.value if answer else None
