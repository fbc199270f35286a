"""Questions and sections made to fit a draft: what comes, what cannot, and under which ids."""

from collections.abc import Mapping
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from portal.questionnaire.checks.places import placed_conditions
from portal.questionnaire.conditions import references
from portal.questionnaire.copying import MOST_NAMED, Copying, Picked
from portal.questionnaire.definition import Question, Questionnaire, Table
from portal.questionnaire.loader import from_json, to_json
from portal.questionnaire.subjects import assemble, parts
from tests.questionnaire.answers import ROUTING, TYPES
from tests.questionnaire.editions import asked, edited
from tests.questionnaire.questionnaires import questionnaires

YES = {"question": "A.02", "==": "yes"}


def with_questions(*contents: Mapping[str, Any], **head: Any) -> Questionnaire:  # noqa: ANN401 - any key of a head
    """A questionnaire with these questions in section A."""
    plain: dict[str, Any] = {
        "head": {
            "name": "other",
            "version": "1",
            "base_language": "en",
            "languages": ["en", "fr"],
            "title": {"en": "Other"},
            **head,
        },
        "order": [["A", [each["id"] for each in contents]]],
        "section:A": {"id": "A", "title": {"en": "Elsewhere"}, "why": {"en": "So."}},
    }
    return assemble(plain | {f"question:{each['id']}": dict(each) for each in contents})


def copied(
    source: Questionnaire,
    *question_ids: str,
    draft: Questionnaire = TYPES,
    section_id: str | None = "B",
    earlier: Mapping[str, Any] | None = None,
) -> tuple[Questionnaire, list[str]]:
    """The draft after copying, and the sentences about what was lost."""
    into = Copying(contents=parts(draft), earlier=earlier or {}, lost={})
    pick = Picked(source, question_ids)
    if section_id is None:
        into.as_sections(pick)
    else:
        into.into_section(pick, section_id)
    return assemble(into.contents), [str(each) for each in into.dropped()]


def last(questionnaire: Questionnaire, section: int = 1) -> Question:
    """The last question of a section, counted from 0."""
    return questionnaire.sections[section].questions[-1]


# What comes and what does not -----------------------------------------------------------


def test_a_question_whose_id_is_free_comes_as_it_is() -> None:
    source = with_questions(asked("X.07", hint={"en": "Why."}))
    draft, lost = copied(source, "X.07")
    assert last(draft) == source.question("X.07")
    assert lost == []


def test_a_taken_id_gives_way_to_the_next_free_one_and_is_told() -> None:
    source = with_questions(asked("A.01"), asked("B.77"))
    draft, lost = copied(source, "A.01", "B.77", section_id="A")
    assert [each.id for each in draft.sections[0].questions[-2:]] == ["A.06", "B.77"]
    assert lost == ["The id was taken: A.01 is A.06 here."]


def test_a_question_that_can_keep_its_id_is_not_pushed_aside_by_one_that_cannot() -> None:
    source = with_questions(asked("A.01"), asked("A.06"))
    draft, _ = copied(source, "A.01", "A.06", section_id="A")
    assert [each.id for each in draft.sections[0].questions[-2:]] == ["A.07", "A.06"]


def test_an_id_of_an_earlier_version_stays_with_its_question() -> None:
    source, earlier = with_questions(asked("X.01")), asked("X.01", text="Another question?")
    draft, _ = copied(source, "X.01", earlier={"X.01": earlier})
    assert last(draft).id != "X.01"
    draft, _ = copied(source, "X.01", earlier=question_contents_of(source))
    assert last(draft).id == "X.01"


def question_contents_of(questionnaire: Questionnaire) -> dict[str, Any]:
    """Contents by id, as the operation finds them in earlier versions."""
    return {
        name.removeprefix("question:"): content
        for name, content in parts(questionnaire).items()
        if name.startswith("question:")
    }


def test_a_condition_on_a_question_that_comes_along_reads_it_under_its_new_id() -> None:
    source = with_questions(asked("A.02", "yes_no"), asked("X.01", show_if=YES))
    draft, lost = copied(source, "A.02", "X.01", section_id="A")
    assert draft.question("A.06") is not None
    assert last(draft, 0).show_if == ROUTED_TO_A06
    assert lost == ["The id was taken: A.02 is A.06 here."]


def test_a_condition_on_a_question_that_stays_behind_is_taken_off_and_told() -> None:
    source = with_questions(
        asked("X.00", "yes_no"), asked("A.05", show_if=YES | {"question": "X.00"})
    )
    draft, lost = copied(source, "A.05")
    assert last(draft).show_if is None
    assert "A.05: its condition reads a question that is not in this draft." in lost


def test_a_condition_is_not_left_to_read_another_question_of_the_same_id() -> None:
    source = with_questions(asked("A.02", "yes_no", "Are you large?"), asked("X.01", show_if=YES))
    draft, lost = copied(source, "X.01")
    assert last(draft).show_if is None
    assert lost == ["X.01: its condition reads a question that is not in this draft."]


def test_a_condition_stays_if_the_draft_asks_the_same_question() -> None:
    source = edited(TYPES, added={"A": [asked("X.01", show_if=YES)]})
    draft, lost = copied(source, "X.01")
    assert last(draft).show_if is not None
    assert lost == []


def test_the_conditions_of_rows_and_columns_go_the_same_way() -> None:
    rows = [{"id": "one", "text": {"en": "One"}}]
    columns = [{"id": "a", "type": "yes_no", "text": {"en": "A"}, "show_if": YES}]
    source = with_questions(
        asked("A.02", "yes_no", "Are you large?"),
        asked("X.01", "grid", rows=rows, columns=columns, row_show_if=YES),
    )
    draft, lost = copied(source, "X.01")
    grid = last(draft)
    assert grid.row_show_if is None  # type: ignore[union-attr]
    assert grid.columns[0].show_if is None  # type: ignore[union-attr]
    assert lost == ["X.01: its condition reads a question that is not in this draft."]


def test_rows_start_from_a_table_that_comes_along_and_from_no_other() -> None:
    columns = [{"id": "question", "type": "text", "text": {"en": "Name"}}]
    prefill = {"question": "C.01", "columns": {"question": "question"}}
    first = asked("C.01", "table", columns=columns)
    source = with_questions(first, asked("X.02", "table", columns=columns, prefill=prefill))
    draft, lost = copied(source, "C.01", "X.02")
    table = last(draft)
    assert isinstance(table, Table)
    assert table.prefill is not None
    assert (table.prefill.question, table.prefill.columns) == ("B.07", {"question": "question"})
    draft, lost = copied(source, "X.02")
    assert last(draft).prefill is None  # type: ignore[union-attr]
    assert lost == ["X.02: its rows start from a table that is not in this draft."]


def test_wordings_in_languages_that_the_draft_does_not_have_stay_behind() -> None:
    option = {"id": "fr", "text": {"en": "France", "id": "Perancis"}}
    source = with_questions(
        asked("X.01", "single", options=[option], hint={"id": "Mengapa"}), languages=["en", "id"]
    )
    draft, lost = copied(source, "X.01")
    question = last(draft)
    assert question.hint == {}
    assert [each.id for each in question.options] == ["fr"]  # type: ignore[union-attr]
    assert question.options[0].text == {"en": "France"}  # type: ignore[union-attr]
    assert lost == ["The wording in id stays behind: this draft is not in that language."]


def test_a_question_without_any_wording_that_fits_is_left_out_and_told() -> None:
    foreign = asked("X.01") | {"text": {"de": "Was?"}}
    source = with_questions(foreign, asked("X.02"), languages=["en", "de"])
    draft, lost = copied(source, "X.01", "X.02")
    assert draft.question("X.01") is None
    assert last(draft).id == "X.02"
    assert lost == ["X.01 was left out: it has no wording in a language of this draft."]


def test_instruments_come_with_the_clauses_that_name_them_and_no_others() -> None:
    instruments = [
        {"id": name, "title": {"en": name, "de": "Titel"}, "version": "1"}
        for name in ("ilo", "oecd", "ungp")
    ]
    clauses = [{"instrument": "ilo", "clause": "29"}, {"instrument": "ungp", "clause": "16"}]
    source = with_questions(asked("X.01", clauses=clauses), instruments=instruments)
    draft, _ = copied(source, "X.01")
    assert [each.id for each in draft.instruments] == ["ungp", "csddd", "ilo"]
    assert draft.instruments[0] == TYPES.instruments[0]
    assert draft.instruments[2].title == {"en": "ilo"}


def test_the_condition_of_a_section_stays_behind_and_is_told_when_only_questions_come() -> None:
    _, lost = copied(ROUTING, "C.01")
    assert "C.01: the condition of its section stays behind." in lost


def test_much_that_is_lost_is_told_in_one_sentence_of_bounded_length() -> None:
    many = [asked(f"X.{n:03d}", show_if=YES | {"question": "X.000"}) for n in range(1, 100)]
    source = with_questions(asked("X.000", "yes_no"), *many)
    _, lost = copied(source, *(each["id"] for each in many))
    (sentence,) = lost
    assert sentence.count("X.") == MOST_NAMED
    assert "and 69 more" in sentence


def test_a_section_comes_with_its_title_reason_and_condition() -> None:
    ids = [question.id for question in ROUTING.questions()]
    draft, lost = copied(ROUTING, *ids, section_id=None)
    assert len(draft.sections) == len(TYPES.sections) + len(ROUTING.sections)
    new = {section.title["en"]: section for section in draft.sections[len(TYPES.sections) :]}
    routed = new["A section with a condition"]
    assert routed.show_if is not None
    (read,) = {test.question for test in references(routed.show_if)}
    assert read is not None
    assert draft.question(read) is not None
    assert len({section.id for section in draft.sections}) == len(draft.sections)
    assert not [each for each in lost if "condition" in each]


def test_a_section_of_which_some_questions_are_chosen_brings_only_those() -> None:
    draft, lost = copied(ROUTING, "C.01", section_id=None)
    assert len(draft.sections) == len(TYPES.sections) + 1
    assert [len(section.questions) for section in draft.sections][-1] == 1
    assert draft.sections[-1].show_if is None
    assert "section C: its condition reads a question that is not in this draft." in lost


# Any questionnaire into any draft -------------------------------------------------------


@given(st.data())
def test_any_question_can_be_copied_into_any_draft_and_what_is_read_is_there(
    data: st.DataObject,
) -> None:
    source, draft = data.draw(questionnaires()), data.draw(questionnaires())
    known = [question.id for question in source.questions()]
    chosen = data.draw(st.lists(st.sampled_from(known), unique=True)) if known else []
    sections = [None, *(section.id for section in draft.sections)]
    before = {question.id for question in draft.questions()}
    after, _ = copied(source, *chosen, draft=draft, section_id=data.draw(st.sampled_from(sections)))
    assert from_json(to_json(after)) == after
    ids = [question.id for question in after.questions()]
    assert len(ids) == len(set(ids))
    assert len({section.id for section in after.sections}) == len(after.sections)
    assert all(after.question(each) == draft.question(each) for each in before)
    new = set(ids) - before
    assert len(new) == sum(bool(after_languages(source, each, draft)) for each in chosen)
    assert read_by(after, new) <= set(ids)


def after_languages(source: Questionnaire, question_id: str, draft: Questionnaire) -> set[str]:
    """The languages in which the draft can take the question's wording."""
    question = source.question(question_id)
    return set(draft.languages) & set(question.text if question else ())


def read_by(questionnaire: Questionnaire, new: set[str]) -> set[str]:
    """The ids that the conditions and prefilled rows of these questions read."""
    read = {
        test.question
        for placed in placed_conditions(questionnaire)
        if placed.owner is not None and placed.owner.id in new
        for test in references(placed.condition)
        if test.question is not None
    }
    tables = (each for each in questionnaire.questions() if isinstance(each, Table))
    return read | {each.prefill.question for each in tables if each.prefill and each.id in new}


ROUTED_TO_A06 = last(
    with_questions(asked("A.06", "yes_no"), asked("X.01", show_if=YES | {"question": "A.06"})), 0
).show_if
