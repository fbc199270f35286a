"""What differs between two texts of a questionnaire."""

from itertools import permutations
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.questionnaire.definition import Questionnaire
from portal.questionnaire.differences import Comparison, Fate, Only, compare, moved
from portal.questionnaire.meaning import meaning_hash
from portal.questionnaire.subjects import HEAD, ORDER, assemble, parts, section_subject
from tests.questionnaire.answers import ICT, ROUTING, TYPES
from tests.questionnaire.editions import asked, edited
from tests.questionnaire.questionnaires import questionnaires

MEANING = Only(meaning=True)


def told(found: Comparison) -> dict[str, str]:
    """Question to what became of it."""
    return {each.id: each.fate + (", moved" * each.is_moved) for each in found.questions}


def fields_of(found: Comparison, question_id: str) -> dict[str, tuple[Any, Any]]:
    (part,) = (each for each in found.questions if each.id == question_id)
    return {each.field: (each.before, each.after) for each in part.fields}


def reordered(questionnaire: Questionnaire, order: list[list[Any]]) -> Questionnaire:
    return assemble(parts(questionnaire) | {ORDER: order})


def test_a_text_does_not_differ_from_itself() -> None:
    found = compare(ICT, ICT)
    assert found.is_empty
    assert found.unchanged == 109


def test_a_wording_is_a_change_in_its_language_only() -> None:
    new = edited(TYPES, TYPES.version, fields={"A.01": {"text/fr": "Une politique ?"}})
    found = compare(TYPES, new)
    (part,) = found.questions
    (change,) = part.fields
    assert (change.field, change.language) == ("text/fr", "fr")
    assert change.after == "Une politique ?"
    assert compare(TYPES, new, Only(language="fr")).questions == found.questions
    other = compare(TYPES, new, Only(language="en"))
    assert other.is_empty
    assert other.unchanged == len(list(TYPES.questions()))


def test_added_and_retired_questions_are_told_where_they_stand_or_stood() -> None:
    ids = [each.id for each in TYPES.sections[0].questions]
    new = edited(TYPES, without=[ids[2]], added={"A": [asked("A.99")]})
    (section,) = compare(TYPES, new).sections
    assert [(each.id, each.fate) for each in section.questions] == [
        (ids[2], Fate.RETIRED),
        ("A.99", Fate.ADDED),
    ]
    back = compare(new, TYPES)
    assert told(back) == {ids[2]: "added", "A.99": "retired"}


def test_a_retired_question_follows_the_one_it_followed() -> None:
    new = edited(ICT, without=["B.04"], fields={"B.03": {"minutes": 9}, "B.05": {"minutes": 9}})
    assert list(told(compare(ICT, new))) == ["B.03", "B.04", "B.05"]


def test_a_retired_section_is_told_with_its_questions() -> None:
    order = [each for each in parts(ROUTING)[ORDER] if each[0] != "C"]
    found = compare(ROUTING, reordered(ROUTING, order))
    (section,) = found.sections
    assert (section.part.id, section.part.fate) == ("C", Fate.RETIRED)
    assert told(found) == {"C.01": "retired"}


def test_a_question_that_went_to_another_section_has_moved_and_its_old_neighbours_have_not() -> (
    None
):
    order = [[name, [each for each in ids if each != "B.02"]] for name, ids in parts(ICT)[ORDER]]
    dict(order)["C"].insert(1, "B.02")
    found = compare(ICT, reordered(ICT, order))
    assert told(found) == {"B.02": "stayed, moved"}
    assert [each.came_from for each in found.questions] == ["B"]


def test_of_an_order_that_changed_the_fewest_moves_are_told() -> None:
    assert moved("ABCDE", "BCDEA") == {"A"}
    assert moved("ABCDE", "EABCD") == {"E"}
    assert moved("ABCDE", "AXCDYE") == set()
    assert len(moved("ABCDE", "EDCBA")) == 4


@pytest.mark.parametrize("order", list(permutations("ABCD")))
def test_what_has_not_moved_stands_in_its_old_order(order: tuple[str, ...]) -> None:
    left = [each for each in order if each not in moved("ABCD", order)]
    assert left == sorted(left)


def test_an_added_option_is_one_change_and_a_reworded_one_another() -> None:
    question = next(each for each in TYPES.questions() if each.type == "single")
    options = [option.id for option in question.options]
    new = edited(
        TYPES,
        fields={
            question.id: {
                "options": [*options, "new"],
                "options/new/id": "new",
                "options/new/text/en": "New",
                f"options/{options[0]}/text/en": "Other words",
            }
        },
    )
    found = fields_of(compare(TYPES, new), question.id)
    assert set(found) == {"options", f"options/{options[0]}/text/en"}
    assert found["options"] == (options, [*options, "new"])
    assert set(fields_of(compare(new, TYPES), question.id)) == set(found)


def test_an_estimate_and_white_space_are_no_changes_of_meaning() -> None:
    first, second = [each.id for each in TYPES.sections[0].questions][:2]
    spaced = {"text/en": "Do  you have\na policy? "}
    new = edited(TYPES, "9.9", fields={first: spaced, second: {"minutes": 77}})
    found = compare(TYPES, new)
    assert told(found) == {first: "changed", second: "changed"}
    assert found.head.is_change
    assert [field.has_meaning for part in found.questions for field in part.fields] == [False] * 2
    assert compare(TYPES, new, MEANING).is_empty


def test_a_clause_number_that_was_checked_is_no_change_of_meaning_but_another_clause_is() -> None:
    clauses = parts(ICT)["question:B.01"]["clauses"]
    flipped = [each | {"verified": not each.get("verified")} for each in clauses]
    new = edited(ICT, ICT.version, fields={"B.01": {"clauses": flipped}})
    assert not compare(ICT, new).is_empty
    assert compare(ICT, new, MEANING).is_empty
    fewer = edited(ICT, ICT.version, fields={"B.01": {"clauses": clauses[1:]}})
    assert told(compare(ICT, fewer, MEANING)) == {"B.01": "changed"}


def test_a_question_under_another_id_is_compared_with_what_it_was() -> None:
    content = parts(ICT)["question:B.03"] | {"id": "B.33", "minutes": 9}
    new = edited(ICT, ICT.version, without=["B.03"], added={"B": [content]})
    found = compare(ICT, new, renamed={"B.33": "B.03", "B.01": "B.02", "X": "A.01"})
    (part,) = found.questions
    assert (part.id, part.was, part.fate, part.is_moved) == ("B.33", "B.03", Fate.CHANGED, True)
    assert [each.field for each in part.fields] == ["minutes"]


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(old=questionnaires(), new=questionnaires(), meaning=st.booleans())
def test_nothing_is_told_exactly_when_nothing_differs(
    old: Questionnaire, new: Questionnaire, *, meaning: bool
) -> None:
    found = compare(old, new, Only(meaning=meaning))
    if meaning:
        assert found.is_empty == (meaning_hash(old) == meaning_hash(new))
    else:
        assert found.is_empty == (old == new)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(questionnaires(), questionnaires())
def test_every_question_is_counted_once(old: Questionnaire, new: Questionnaire) -> None:
    found = compare(old, new)
    ids = {each.id for text in (old, new) for each in text.questions()}
    assert len(told(found)) == len(found.questions)
    assert len(found.questions) + found.unchanged == len(ids)
    added = {each.id for each in new.questions()} - {each.id for each in old.questions()}
    assert found.count(Fate.ADDED) == len(added)


def test_a_section_that_only_moved_is_told_without_its_questions() -> None:
    order = parts(ICT)[ORDER]
    found = compare(ICT, reordered(ICT, [*order[1:], order[0]]))
    assert [(each.part.subject, each.part.is_moved) for each in found.sections] == [
        (section_subject("A"), True)
    ]
    assert found.questions == ()
    assert found.head.subject == HEAD
