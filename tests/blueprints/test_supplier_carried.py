"""What a supplier sees after a new version was published; everything without JavaScript."""

import pytest
from flask import Flask

from portal.identity.roles import Role
from tests.blueprints.carried_world import CARRIED, another, correct, fill, part, second, stored
from tests.blueprints.supplier_world import Reader, World, world
from tests.questionnaire.editions import edited
from tests.response.editions import SECOND, SMALL


@pytest.fixture
def ours(app: Flask) -> World:
    return world(app)


@pytest.fixture
def reader(ours: World) -> Reader:
    return ours.client()


@pytest.fixture
def carried(ours: World, reader: Reader) -> World:
    """Everything is answered to the first version, with comments, and then comes the second."""
    fill(ours, reader)
    second(ours)
    return ours


# The notice -----------------------------------------------------------------------------


def test_the_list_says_what_changed_and_what_needs_a_look(carried: World, reader: Reader) -> None:
    page = reader.get(carried.url)
    assert "Version 2.0 replaced version 1.0 of the questionnaire on" in page.text
    assert "Your answers have been carried over: 6 need a look." in page.text
    for words in ("Unchanged: 7", "Reworded: 3", "Split: 2", "Merged: 1", "New: 1"):
        assert words in page.text
    assert "No longer asked: 1" in page.text
    assert any(href.endswith("/questionnaire") for href in page.links)
    assert "4 answers need a look" in page.text
    assert page.text.count("Needs you") == 3
    assert "Check and send" not in page.text


def test_nobody_is_told_of_a_version_before_they_began(ours: World) -> None:
    second(ours)
    late = ours.other_supplier()
    assert "replaced version" not in late.client().get(late.url).text
    assert "replaced version" in ours.client().get(ours.url).text


def test_who_has_nothing_to_look_at_is_told_so(ours: World, reader: Reader) -> None:
    fill(ours, reader)
    another(ours, edited(SMALL))
    page = reader.get(ours.url)
    assert "none of them needs a look" in page.text
    assert "Check and send" in page.text


def test_who_signed_is_told_that_the_answers_stand(ours: World, reader: Reader) -> None:
    fill(ours, reader)
    ours.sign(reader)
    second(ours)
    page = reader.get(ours.url)
    assert "Your signed answers stay as they are." in page.text
    assert "need a look" not in page.text
    assert f"{ours.url}/receipt#withdraw" in page.links
    admin = ours.client(ours.colleague(Role.SUPPLIER_ADMIN)).get(ours.url)
    assert "somebody who signs for your company can take the answers back" in admin.text
    receipt = reader.get(f"{ours.url}/receipt")
    reader.submit(receipt, "/withdraw", reason="To answer what is new.")
    page = reader.get(ours.url)
    assert "Your answers have been carried over: 6 need a look." in page.text
    assert CARRIED in reader.get(ours.section("B")).text


def test_who_signed_two_versions_ago_is_told_of_both(ours: World, reader: Reader) -> None:
    fill(ours, reader)
    ours.sign(reader)
    second(ours)
    another(ours, edited(SECOND, "3.0", fields={"B.04": {"text/en": "How good is it?"}}))
    page = reader.get(ours.url)
    assert "Version 3.0 replaced version 1.0" in page.text
    assert "From version 1.0 to 2.0:" in page.text
    assert "From version 2.0 to 3.0:" in page.text


# Suggestions in a section ---------------------------------------------------------------


def test_a_suggestion_is_marked_in_words_with_both_wordings(carried: World, reader: Reader) -> None:
    page = reader.get(carried.section("B"))
    assert page.text.count("the question has changed. Check it.") == 2
    assert "4 answers here were carried over" in page.text
    assert "Confirm all 4 in this section" in page.text
    policy = part(page, "q/B.01")
    assert "Needs a look Carried over from version 1.0: the question has changed." in policy
    assert "[removed:" in policy
    assert "human-rights" in policy
    assert "Answer Yes[added: , partly]" in part(page, "q/B.03")
    split = part(page, "q/B.07")
    assert "Carried over from version 1.0: B.06 is now asked in parts." in split
    assert "How many people work on due diligence?" in split
    fields = page.form(carried.section("B")).fields
    assert (fields["B.01"], fields["B.07"], fields["B.01!comment"]) == (
        ["yes"],
        ["6"],
        ["Since 2019."],
    )
    assert CARRIED not in part(page, "q/B.04")


def test_merged_questions_show_every_earlier_answer(carried: World, reader: Reader) -> None:
    text = part(reader.get(carried.section("D")), "q/D.03")
    assert "D.01 and D.02 are now one question. Check it." in text
    assert "Where is your report?" in text
    assert "Your earlier answer to D.02 (version 1.0): Buy less, use longer." in text


def test_what_does_not_fit_any_more_stays_readable(carried: World, reader: Reader) -> None:
    page = reader.get(carried.section("A"))
    text = part(page, "q/A.02")
    assert "your answer does not fit it any more. Answer it again." in text
    assert "Your earlier answer to A.02 (version 1.0): 50 to 249" in text
    assert "Confirm" not in text
    carried.save(reader, "A", {"A.02": "1_49"})
    assert "Your earlier answer" not in reader.get(carried.section("A")).text


def test_rows_and_choices_that_do_not_fit_are_shown_beside_those_that_do(
    ours: World, reader: Reader
) -> None:
    ours.save(reader, "A", {"A.01": ["brand"], "A.03:0:name": "Nord"})
    ours.save(reader, "A", {"A.03:0:audited": "yes", "A.03:0:audit_date": "2026-02-01"})
    ours.save(reader, "C", {"C.01:assembly": "all", "C.01:chips": "partly"})
    fields = {
        "C.01": {"rows": ["assembly"]},
        "C.02": {"rows": ["assembly"]},
        "A.03": {"columns": ["name", "country", "staff"]},
    }
    another(ours, edited(SMALL, fields=fields))
    page = reader.get(ours.section("A"))
    table = part(page, "q/A.03")
    assert "1 February 2026" in table
    assert page.form(ours.section("A")).fields["A.03:0:name"] == ["Nord"]
    matrix = part(reader.get(ours.section("C")), "q/C.01")
    assert "Your earlier answer to C.01 (version 1.0): Final assembly All Chips Partly" in matrix


def test_an_answer_that_was_taken_away_is_not_offered_again(carried: World, reader: Reader) -> None:
    carried.save(reader, "B", {"B.03": None})
    assert "Your earlier answer" not in part(reader.get(carried.section("B")), "q/B.03")


def test_the_wording_that_was_answered_is_compared_though_it_changed_twice(
    carried: World, reader: Reader
) -> None:
    page = reader.get(carried.section("B"))
    reader.fill_in(page, carried.section("B"), typed={"confirm": "B.03"})
    texts = {"B.01": {"text/en": "Have you a policy?"}, "B.03": {"text/en": "Is it open?"}}
    another(carried, edited(SECOND, "3.0", fields=texts))
    page = reader.get(carried.section("B"))
    assert "from version 1.0" in part(page, "q/B.01")
    assert "human-rights" in part(page, "q/B.01")
    assert "from version 2.0" in part(page, "q/B.03")
    assert "from version 1.0" in part(page, "q/B.07")


# No longer asked ------------------------------------------------------------------------


def test_answers_no_longer_asked_are_kept_on_a_page_of_their_own(
    carried: World, reader: Reader
) -> None:
    tasks = reader.get(carried.url)
    assert "Answers no longer asked (4)" in tasks.text
    page = reader.get(f"{carried.url}/no-longer-asked")
    assert page.heading == "Answers no longer asked"
    for words in (
        "Version 2.0 of the questionnaire does not ask these questions any more.",
        "Asked in version 1.0",
        "Which entities are covered?",
        "Nord",
        "How many people work on due diligence?",
        "Full time.",
        "https://example.eu/report",
        "Pay for repair.",
    ):
        assert words in page.text
    assert "human-rights" not in page.text
    assert "Read by" not in page.text


def test_the_page_says_where_to_go_when_everything_is_still_asked(
    ours: World, reader: Reader
) -> None:
    assert "Answers no longer asked" not in reader.get(ours.url).text
    page = reader.get(f"{ours.url}/no-longer-asked")
    assert "Everything that you answered is still asked." in page.text


# Corrections ----------------------------------------------------------------------------


def test_a_corrected_question_reads_right_with_what_it_read_before(
    ours: World, reader: Reader
) -> None:
    fill(ours, reader)
    correct(ours, "question:B.01", "Do you have a human rights policy?")
    correct(ours, "question:A.02", "1 to 49 people", "options/1_49/text/en")
    correct(ours, "section:B", "Policies", "title/en")
    page = reader.get(ours.section("B"))
    assert page.heading == "B Policies"
    text = part(page, "q/B.01")
    assert "B.01 Do you have a human rights policy?" in text
    assert "Corrected" in text
    assert "reads now “Do you have a human rights policy?”" in text
    assert "It read before: “Do you have a human-rights policy?”" in text
    assert "Reason: A word was missing." in text
    assert "Corrected" not in part(page, "q/B.02")
    assert "1 to 49 people" in reader.get(ours.section("A")).text
    assert "B Policies" in reader.get(ours.url).text
    check = reader.get(f"{ours.url}/check")
    assert "B Policies" in check.text
    assert "Do you have a human rights policy?" in check.text
    receipt = ours.sign(reader)
    assert "Do you have a human rights policy?" in receipt.text
    assert receipt.text.count("It read before:") == 3


def test_a_correction_confirms_and_empties_nothing(ours: World, reader: Reader) -> None:
    fill(ours, reader)
    before = stored(ours)
    correct(ours, "question:B.01", "Do you have a human rights policy?")
    assert "carried over" not in reader.get(ours.url).text
    assert stored(ours) == before
    assert "Check and send" in reader.get(ours.url).text
