"""What a supplier sees after a new version was published; everything without JavaScript."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from flask import Flask

from portal.core.clock import now
from portal.dialogue.models import Dialogue
from portal.identity.roles import Role
from portal.questionnaire.definition import Questionnaire
from portal.questionnaire.operations_versions import publish_erratum
from portal.questionnaire.queries import published_version
from portal.response import operations
from portal.response.answers import GivenAnswer
from portal.response.loading import evidence_counts, given_answers
from tests.blueprints.supplier_world import ANSWERS, Reader, World, statements, world
from tests.page import Page, text_of
from tests.questionnaire.editions import edited, follow_up, lead_of
from tests.response.editions import SECOND, SMALL, publish, publish_second

SIGN_IN_QUERIES = 4
"""Session, person, organisations, roles: the same on every page."""
CARRIED = "Carried over from version 1.0"
NEED_A_LOOK = ("B.01", "B.03", "B.07", "B.08")


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


def fill(ours: World, reader: Reader) -> None:
    """Answer what is required, and more."""
    ours.fill(reader)
    ours.save(reader, "A", {"A.03:0:name": "Nord", "A.03:0:country": "BE"})
    ours.save(reader, "B", {"B.01!comment": "Since 2019.", "B.06!comment": "Full time."})
    ours.save(reader, "D", {"D.01": "https://example.eu/report"})


def second(ours: World) -> None:
    """The second version is published."""
    with ours.database.transaction() as session:
        publish_second(session, session.get_one(Dialogue, ours.dialogue_id), now=now())


def another(
    ours: World,
    new: Questionnaire,
    origins: Mapping[str, tuple[str, tuple[str, ...]]] | None = None,
) -> None:
    """Any other version is published."""
    with ours.database.transaction() as session:
        dialogue = session.get_one(Dialogue, ours.dialogue_id)
        follow_up(session, dialogue, new, origins, now=now())
        publish(session, dialogue, now=now())


def correct(ours: World, subject: str, after: str, field: str = "text/en") -> None:
    """A wording of the published version is corrected."""
    with ours.database.transaction() as session:
        dialogue = session.get_one(Dialogue, ours.dialogue_id)
        version = published_version(session, dialogue.id)
        assert version is not None
        publish_erratum(
            session,
            lead_of(session, dialogue),
            version.id,
            subject=subject,
            field=field,
            after=after,
            reason="A word was missing.",
            now=now(),
        )


def stored(ours: World) -> dict[str, GivenAnswer]:
    with ours.database.session(writes=False) as session:
        return given_answers(session, ours.response_id)


def content(answer: GivenAnswer) -> tuple[Any, ...]:
    """What a reader sees of an answer."""
    return answer.value, answer.reason, answer.comment, answer.readers, answer.evidence


def part(page: Page, element_id: str) -> str:
    """The text of one element."""
    return text_of(next(each for each in page.tree.iter() if each.get("id") == element_id))


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
    assert "Yes or no" in part(page, "q/B.03")
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


# Confirming -----------------------------------------------------------------------------


def test_one_answer_is_confirmed_and_nothing_typed_elsewhere_is_lost(
    carried: World, reader: Reader
) -> None:
    before = stored(carried)
    page = reader.get(carried.section("B"))
    typed = {"B.05": "12", "B.07": "4", "confirm": "B.01"}
    sent = reader.fill_in(page, carried.section("B"), typed=typed)
    assert not isinstance(sent, Page)
    assert sent.headers["Location"].endswith("#q/B.03")
    after = stored(carried)
    assert content(after["B.01"]) == content(before["B.01"])
    assert {key: after[key].state for key in NEED_A_LOOK} == {
        "B.01": "done",
        "B.03": "suggested",
        "B.07": "done",
        "B.08": "suggested",
    }
    assert (after["B.05"].value, after["B.07"].value) == (12, 4)


def test_all_of_a_section_are_confirmed_at_once(carried: World, reader: Reader) -> None:
    before = stored(carried)
    page = reader.get(carried.section("B"))
    sent = reader.fill_in(page, carried.section("B"), typed={"B.04": "1", "confirm": "*"})
    again = reader.follow(sent)
    assert again.url == carried.section("B")
    assert "4 answers are confirmed." in again.text
    assert CARRIED not in again.text
    after = stored(carried)
    assert not [key for key in NEED_A_LOOK if after[key].is_suggested]
    assert {key: content(after[key]) for key in NEED_A_LOOK} == {
        key: content(before[key]) for key in NEED_A_LOOK
    }
    assert after["B.04"].value == 1
    assert after["D.03"].is_suggested


def test_saving_a_section_confirms_what_it_shows(carried: World, reader: Reader) -> None:
    carried.save(reader, "B", {"B.01": "partly"})
    after = stored(carried)
    assert (after["B.01"].value, after["B.01"].state) == ("partly", "done")
    assert not [key for key in NEED_A_LOOK if after[key].is_suggested]


def test_more_rows_and_proof_confirm_nothing_on_the_way(ours: World, reader: Reader) -> None:
    fill(ours, reader)
    another(ours, edited(SMALL, fields={"A.03": {"text/en": "Whom does it cover?"}}))
    page = reader.get(ours.section("A"))
    typed = {"A.02": "1_49", "add_rows": "A.03"}
    reader.follow(reader.fill_in(page, ours.section("A"), typed=typed))
    assert stored(ours)["A.03"].is_suggested
    assert stored(ours)["A.02"].value == "1_49"
    page = reader.get(ours.section("A"))
    typed = {"A.03:1:name": "Süd", "add_rows": "A.03"}
    reader.fill_in(page, ours.section("A"), typed=typed)
    assert len(stored(ours)["A.03"].value) == 2


def test_nothing_is_lost_from_the_first_version_to_the_signature(
    ours: World, reader: Reader
) -> None:
    fill(ours, reader)
    before = stored(ours)
    with ours.database.session(writes=False) as session:
        proof = evidence_counts(session, ours.response_id)
    second(ours)
    check = reader.get(f"{ours.url}/check")
    assert "Carried over, not confirmed yet" in check.text
    for question_id in (*NEED_A_LOOK, "D.03"):
        assert any(href.endswith(f"#q/{question_id}") for href in check.links)
    assert not [form for form in check.forms() if form.action.endswith("/submit")]
    ours.save(reader, "A", {"A.02": "250_plus"})
    for section_id in ("B", "D"):
        reader.fill_in(
            reader.get(ours.section(section_id)), ours.section(section_id), typed={"confirm": "*"}
        )
    receipt = ours.sign(reader)
    assert receipt.heading == "Receipt"
    after = stored(ours)
    kept = ("A.01", "A.03", "B.01", "B.02", "B.03", "B.04", "B.05", "B.06", "C.01", "C.02")
    for question_id in (*kept, "D.01", "D.02"):
        assert content(after[question_id]) == content(before[question_id]), question_id
    assert after["D.03"].value == before["D.01"].value
    with ours.database.session(writes=False) as session:
        assert evidence_counts(session, ours.response_id) == proof
    signed = json.loads(reader.download(f"{ours.url}/receipt.json").data)
    assert signed["questionnaire"]["version"] == "2.0"
    assert signed["answers"]["B.01"]["comment"] == "Since 2019."


def test_a_page_that_was_open_when_the_question_changed_confirms_nothing(
    ours: World, reader: Reader
) -> None:
    fill(ours, reader)
    page = reader.get(ours.section("B"))
    second(ours)
    both = reader.fill_in(page, ours.section("B"), status=409, typed={"B.01": "no"})
    assert isinstance(both, Page)
    assert "B.01: the question changed while you were writing." in both.text
    assert "The question changed while you were writing. Both texts are kept." in both.text
    assert "Lead Buyer" not in both.text
    assert both.form(ours.section("B")).fields["B.01"] == ["no"]
    assert stored(ours)["B.01"].is_suggested
    assert stored(ours)["B.03"].is_suggested
    reader.fill_in(both, ours.section("B"), typed={})
    assert stored(ours)["B.01"].value == "no"


def test_what_is_wrong_beside_a_confirmed_answer_is_shown_as_typed(
    carried: World, reader: Reader
) -> None:
    page = reader.get(carried.section("B"))
    typed = {"B.05": "a lot", "confirm": "B.03"}
    again = reader.fill_in(page, carried.section("B"), status=422, typed=typed)
    assert isinstance(again, Page)
    assert again.form(carried.section("B")).fields["B.05"] == ["a lot"]
    assert not stored(carried)["B.03"].is_suggested
    assert stored(carried)["B.01"].is_suggested


def test_fewer_readers_than_now_foreseen_need_a_reason_before_it_is_confirmed(
    ours: World, reader: Reader
) -> None:
    fill(ours, reader)
    another(ours, edited(SMALL, fields={"B.06": {"confidentiality/default": "buyers"}}))
    helper = ours.client(ours.colleague(Role.SUPPLIER_ADMIN))
    page = helper.get(ours.section("B"))
    again = helper.fill_in(page, ours.section("B"), status=422, typed={"confirm": "B.06"})
    assert isinstance(again, Page)
    assert "#B.06!narrowing" in again.links
    assert stored(ours)["B.06"].is_suggested
    helper.fill_in(again, ours.section("B"), typed={"B.06!narrowing": "security"})
    assert stored(ours)["B.06"].state == "done"


# Who may --------------------------------------------------------------------------------


def test_a_contributor_confirms_only_the_sections_they_were_given(
    ours: World, reader: Reader
) -> None:
    fill(ours, reader)
    person = ours.colleague(Role.SUPPLIER_CONTRIBUTOR)
    assert person.person_id is not None
    with ours.database.transaction() as session:
        operations.assign(
            session, ours.signatory, ours.response_id, "B", [person.person_id], now=now()
        )
    wider = {"B.06": {"confidentiality/default": "buyers"}, "D.01": {"text/en": "Where is it?"}}
    another(ours, edited(SMALL, fields={**wider, "B.03": {"text/en": "Is it open?"}}))
    helper = ours.client(person)
    assert helper.get(ours.url).text.count("Needs you") == 1
    mine, theirs = helper.get(ours.section("B")), helper.get(ours.section("D"))
    assert "carried over, not confirmed yet" in theirs.text
    assert not [form for form in theirs.forms() if form.action.endswith("/sections/D")]
    token = mine.form(ours.section("B")).fields["csrf_token"]
    wrong = {"csrf_token": token, "D.01!suggested": "1", "confirm": "*"}
    helper.send(ours.section("D"), wrong, status=404)
    refused = helper.fill_in(mine, ours.section("B"), status=422, typed={"confirm": "B.06"})
    assert isinstance(refused, Page)
    assert "Ask your admin or signatory to change who reads this answer" in refused.text
    helper.fill_in(mine, ours.section("B"), typed={"confirm": "B.03"})
    after = stored(ours)
    assert {key for key, answer in after.items() if answer.is_suggested} == {"B.06", "D.01"}


def test_other_suppliers_and_buyers_see_and_confirm_nothing(carried: World) -> None:
    other = carried.other_supplier()
    with carried.database.transaction() as session:
        dialogue = session.get_one(Dialogue, carried.dialogue_id)
        lead = lead_of(session, dialogue)
    for stranger in (other.client(), carried.client(lead)):
        stranger.get(f"{carried.url}/no-longer-asked", status=404)
        stranger.get(carried.section("B"), status=404)
    client = other.client()
    token = client.get(other.section("A")).form(other.section("A")).fields["csrf_token"]
    wrong = {"csrf_token": token, "B.01!suggested": "1", "confirm": "*"}
    client.send(carried.section("B"), wrong, status=404)
    assert stored(carried)["B.01"].is_suggested


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


# Statements -----------------------------------------------------------------------------


def counted(ours: World, reader: Reader, url: str) -> int:
    """How many queries a page takes, sign-in aside, once its definitions are known."""
    reader.get(url)
    with statements(ours.database) as heard:
        reader.get(url)
    return len(heard.found) - SIGN_IN_QUERIES


def test_pages_take_at_most_two_queries_more_than_without_versions(
    ours: World, reader: Reader
) -> None:
    fill(ours, reader)
    urls = [ours.url, f"{ours.url}/check", *(ours.section(each) for each in ANSWERS)]
    before = {url: counted(ours, reader, url) for url in urls}
    correct(ours, "question:B.01", "Do you have a human rights policy?")
    corrected = {url: counted(ours, reader, url) for url in urls}
    assert all(corrected[url] <= before[url] + 1 for url in urls), (before, corrected)
    second(ours)
    correct(ours, "question:B.02", "When was it reviewed last?")
    after = {url: counted(ours, reader, url) for url in urls}
    assert all(after[url] <= before[url] + 2 for url in urls), (before, after)


def test_confirming_takes_few_statements(carried: World, reader: Reader) -> None:
    page = reader.get(carried.section("B"))
    typed = {"B.05": "12", "confirm": "*"}
    with statements(carried.database) as heard:
        reader.fill_in(page, carried.section("B"), typed=typed)
    assert len(heard.found) - SIGN_IN_QUERIES <= 24


def test_after_the_close_nothing_is_confirmed(carried: World, reader: Reader) -> None:
    page = reader.get(carried.section("B"))
    carried.close()
    reader.fill_in(page, carried.section("B"), status=409, typed={"confirm": "*"})
    assert stored(carried)["B.01"].is_suggested
    assert "replaced version" not in reader.get(carried.url).text
