"""A supplier answers, section by section, and signs; everything without JavaScript."""

import json
from hashlib import sha256

import pytest
from flask import Flask

from portal.identity.roles import Role
from tests.blueprints.supplier_world import ANSWERS, Reader, World, world
from tests.page import Page


@pytest.fixture
def ours(app: Flask) -> World:
    return world(app)


@pytest.fixture
def reader(ours: World) -> Reader:
    return ours.client()


def test_a_whole_questionnaire_is_answered_through_the_forms_and_signed(
    ours: World, reader: Reader
) -> None:
    assert "Fair laptops" in reader.get("/responses").text
    tasks = reader.get(ours.url)
    assert "0 of 9 questions" in tasks.text
    assert "Check and send" not in tasks.text
    ours.fill(reader)
    assert "Check and send" in reader.get(ours.url).text
    receipt = ours.sign(reader)
    assert receipt.heading == "Receipt"
    file = reader.download(f"{ours.url}/receipt.json")
    assert sha256(file.data).hexdigest() in receipt.text
    assert file.headers["Content-Disposition"].startswith("attachment")
    content = json.loads(file.data)
    assert content["signatory"] == "Ada Brand"
    assert content["answers"]["D.02"]["value"] == ANSWERS["D"]["D.02"]
    assert content["answers"]["B.01"]["evidence"][0]["url"] == "https://example.eu/policy"
    assert "receipt" in reader.get(ours.url).text


def test_saving_leads_to_the_next_section_that_the_answers_lead_to(
    ours: World, reader: Reader
) -> None:
    after = reader.follow(ours.save(reader, "A", {"A.01": ["reseller"]}))
    assert after.url == ours.section("B")
    assert "Section A is saved." in after.text
    after = reader.follow(ours.save(reader, "B", {"B.01": "no"}))
    assert after.url == ours.section("D")
    assert reader.follow(ours.save(reader, "D", {})).url == ours.url


def test_the_second_button_leads_to_the_list(ours: World, reader: Reader) -> None:
    page = reader.get(ours.section("A"))
    sent = reader.fill_in(page, ours.section("A"), typed={"A.02": "1_49", "go": "list"})
    assert reader.follow(sent).url == ours.url


def test_a_section_appears_with_one_answer_and_disappears_with_another(
    ours: World, reader: Reader
) -> None:
    assert "Supply chain" not in reader.get(ours.url).text
    ours.save(reader, "A", {"A.01": ["brand"]})
    assert "Supply chain" in reader.get(ours.url).text
    ours.save(reader, "C", {"C.01:assembly": "all"})
    ours.save(reader, "A", {"A.01": ["reseller"]})
    assert "Supply chain" not in reader.get(ours.url).text
    assert "nothing to answer here" in reader.get(ours.section("C")).text
    ours.save(reader, "A", {"A.01": ["brand"]})
    assert reader.get(ours.section("C")).form(ours.section("C")).fields["C.01:assembly"] == ["all"]


def test_a_question_appears_when_an_earlier_answer_asks_for_it(ours: World, reader: Reader) -> None:
    assert "last reviewed" not in reader.get(ours.section("B")).text
    ours.save(reader, "B", {"B.01": "partly"})
    assert "last reviewed" in reader.get(ours.section("B")).text


def test_what_is_wrong_is_shown_as_typed_and_everything_else_is_saved(
    ours: World, reader: Reader
) -> None:
    ours.save(reader, "B", {"B.01": "yes"})
    page = reader.get(ours.section("B"))
    again = reader.fill_in(
        page,
        ours.section("B"),
        status=422,
        typed={"B.02": "31/02/2026", "B.05": "a lot", "B.06": "7"},
    )
    assert isinstance(again, Page)
    assert again.title.startswith("Error: ")
    fields = again.form(ours.section("B")).fields
    assert (fields["B.02"], fields["B.05"], fields["B.06"]) == (["31/02/2026"], ["a lot"], ["7"])
    assert "#B.05" in again.links
    assert ours.stored() == {"B.01": "yes", "B.06": 7}
    sent = reader.fill_in(again, ours.section("B"), typed={"B.02": "2026-02-28", "B.05": "12"})
    assert reader.follow(sent).url == ours.section("D")
    assert ours.stored()["B.05"] == 12


def test_a_table_keeps_its_rows_and_says_which_cell_is_wrong(ours: World, reader: Reader) -> None:
    typed = {"A.03:0:name": "Nord", "A.03:0:staff": "-3", "A.03:1:name": "Süd"}
    page = reader.get(ours.section("A"))
    again = reader.fill_in(page, ours.section("A"), status=422, typed=typed)
    assert isinstance(again, Page)
    assert "#A.03:0:staff" in again.links
    assert "Row 1, column Staff" in again.text
    assert again.form(ours.section("A")).fields["A.03:1:name"] == ["Süd"]
    reader.fill_in(again, ours.section("A"), typed={"A.03:0:staff": "3"})
    assert ours.stored()["A.03"] == [{"name": "Nord", "staff": 3}, {"name": "Süd"}]


def test_more_rows_are_added_without_losing_what_is_typed(ours: World, reader: Reader) -> None:
    page = reader.get(ours.section("A"))
    rows = sum(name.endswith(":name") for name in page.form(ours.section("A")).fields)
    sent = reader.fill_in(page, ours.section("A"), button="add_rows", typed={"A.03:0:name": "Nord"})
    more = reader.follow(sent).form(ours.section("A")).fields
    assert sum(name.endswith(":name") for name in more) > rows
    assert more["A.03:0:name"] == ["Nord"]


def test_not_applicable_needs_a_reason_and_no_answer_beside_it(ours: World, reader: Reader) -> None:
    page = reader.get(ours.section("B"))
    again = reader.fill_in(page, ours.section("B"), status=422, typed={"B.05!na": "1"})
    assert isinstance(again, Page)
    assert "Say why this does not apply to you." in again.text
    both = reader.fill_in(
        again, ours.section("B"), status=422, typed={"B.05": "5", "B.05!reason": "No spend."}
    )
    assert isinstance(both, Page)
    assert "keep one" in both.text
    reader.fill_in(both, ours.section("B"), typed={"B.05": ""})
    check = reader.get(f"{ours.url}/check")
    assert "Does not apply to us: No spend." in check.text


def test_fewer_readers_need_a_reason(ours: World, reader: Reader) -> None:
    page = reader.get(ours.section("B"))
    narrowed = {"B.01": "no", "B.01!class": "aggregate_only"}
    again = reader.fill_in(page, ours.section("B"), status=422, typed=narrowed)
    assert isinstance(again, Page)
    assert "#B.01!narrowing" in again.links
    assert "B.01" not in ours.stored()
    reader.fill_in(again, ours.section("B"), typed={"B.01!narrowing": "trade_secret"})
    check = reader.get(f"{ours.url}/check").text
    assert "It is a trade secret" in check


def test_a_class_that_the_question_does_not_allow_is_refused(ours: World, reader: Reader) -> None:
    page = reader.get(ours.section("A"))
    typed = {"A.01": ["brand"], "A.01!class": "aggregate_only"}
    reader.fill_in(page, ours.section("A"), status=422, typed=typed)
    assert ours.stored() == {}


def test_two_tabs_on_one_section_lose_nothing_and_show_both_texts(
    ours: World, reader: Reader
) -> None:
    colleague = ours.colleague(Role.SUPPLIER_ADMIN)
    other = ours.client(colleague)
    mine, theirs = (tab.get(ours.section("D")) for tab in (reader, other))
    other.fill_in(theirs, ours.section("D"), typed={"D.02": "Theirs, first."})
    both = reader.fill_in(
        mine, ours.section("D"), status=409, typed={"D.01": "https://example.eu", "D.02": "Mine."}
    )
    assert isinstance(both, Page)
    assert both.title.startswith("Error: ")
    assert "Theirs, first." in both.text
    assert f"{colleague.name} changed this answer while you were writing" in both.text
    assert both.form(ours.section("D")).fields["D.02"] == ["Mine."]
    assert ours.stored() == {"D.01": "https://example.eu", "D.02": "Theirs, first."}
    kept = next(href for href in both.links if "keep=D.02" in href)
    assert reader.get(kept).form(ours.section("D")).fields["D.02"] == ["Theirs, first."]
    reader.submit(both, ours.section("D"))
    assert ours.stored()["D.02"] == "Mine."


def test_the_same_page_sent_twice_is_no_conflict(ours: World, reader: Reader) -> None:
    page = reader.get(ours.section("D"))
    for _ in range(2):
        reader.fill_in(page, ours.section("D"), typed={"D.02": "Once."})
    assert ours.stored() == {"D.02": "Once."}


def test_an_answer_is_emptied_by_emptying_its_field(ours: World, reader: Reader) -> None:
    ours.save(reader, "D", {"D.02": "Something."})
    ours.save(reader, "D", {"D.02": ""})
    assert ours.stored() == {}


def test_a_contributor_saves_only_sections_given_to_them(ours: World, reader: Reader) -> None:
    helper = ours.colleague(Role.SUPPLIER_CONTRIBUTOR)
    theirs = ours.client(helper)
    assert "has not been given to you" in theirs.get(ours.section("A")).text
    page = reader.get(ours.section("A") + "/people")
    reader.submit(page, "/sections/A/people", people=str(helper.person_id))
    tasks = theirs.get(ours.url).text
    assert tasks.count("Needs you") == 1
    assert helper.name in tasks
    ours.save(theirs, "A", {"A.02": "1_49"})
    assert ours.stored() == {"A.02": "1_49"}
    token = theirs.get(ours.url).form("/sign-out").fields["csrf_token"]
    theirs.send(ours.section("D"), {"D.02": "Mine.", "csrf_token": token}, status=404)
    assert ours.stored() == {"A.02": "1_49"}


def test_a_contributor_cannot_change_who_reads_an_answer(ours: World, reader: Reader) -> None:
    helper = ours.colleague(Role.SUPPLIER_CONTRIBUTOR)
    theirs = ours.client(helper)
    page = reader.get(ours.section("D") + "/people")
    reader.submit(page, "/sections/D/people", people=str(helper.person_id))
    page = theirs.get(ours.section("D"))
    fields = page.form(ours.section("D")).fields
    assert not [name for name in fields if name.endswith(("!class", "!narrowing", "!until"))]
    narrowed = {"D.02": "x", "D.02!class": "aggregate_only"}
    theirs.fill_in(page, ours.section("D"), status=422, typed=narrowed)
    with_reason = {**narrowed, "D.02!narrowing": "security"}
    theirs.fill_in(page, ours.section("D"), status=422, typed=with_reason)
    assert ours.stored() == {}


def test_gaps_come_first_on_the_check_page_and_lead_to_their_question(
    ours: World, reader: Reader
) -> None:
    ours.fill(reader)
    ours.save(reader, "A", {"A.02": None})
    page = reader.get(f"{ours.url}/check")
    assert page.text.index("1 question still needs") < page.text.index("Brand")
    assert f"{ours.section('A')}#q/A.02" in page.links
    assert not [form for form in page.forms() if form.action.endswith("/submit")]
    token = reader.get(ours.section("A")).form(ours.section("A")).fields["csrf_token"]
    typed = {"signatory": "Ada", "declared": "y", "csrf_token": token}
    refused = reader.send(f"{ours.url}/submit", typed, status=422)
    assert isinstance(refused, Page)
    assert ours.state() == "in_progress"


def test_only_a_signatory_signs_and_others_read_who_can(ours: World, reader: Reader) -> None:
    ours.fill(reader)
    admin = ours.client(ours.colleague(Role.SUPPLIER_ADMIN))
    page = admin.get(f"{ours.url}/check")
    assert f"can sign and send the answers: {ours.signatory.name}" in page.text
    token = admin.get(ours.section("A")).form(ours.section("A")).fields["csrf_token"]
    typed = {"signatory": "Ada", "declared": "y", "csrf_token": token}
    admin.send(f"{ours.url}/submit", typed, status=404)


def test_signing_needs_a_name_and_the_declaration(ours: World, reader: Reader) -> None:
    ours.fill(reader)
    page = reader.get(f"{ours.url}/check")
    again = reader.submit(page, "/submit", status=422, signatory="", declared=None)
    assert isinstance(again, Page)
    assert {"#signatory", "#declared"} <= set(again.links)
    assert ours.state() == "in_progress"


def test_sending_twice_makes_one_submission(ours: World, reader: Reader) -> None:
    ours.fill(reader)
    page = reader.get(f"{ours.url}/check")
    hashes = {
        reader.follow(reader.submit(page, "/submit", declared="y")).text.split("SHA-256)")[1][:66]
        for _ in range(2)
    }
    assert len(hashes) == 1


def test_sent_answers_are_read_only_until_they_are_taken_back(ours: World, reader: Reader) -> None:
    ours.fill(reader)
    page = reader.get(ours.section("D"))
    receipt = ours.sign(reader)
    assert "take them back" in reader.get(ours.section("D")).text
    reader.fill_in(page, ours.section("D"), status=409, typed={"D.02": "Too late."})
    again = reader.submit(receipt, "/withdraw", status=422)
    assert isinstance(again, Page)
    assert "Give the reason." in again.text
    after = reader.follow(reader.submit(again, "/withdraw", reason="A wrong figure."))
    assert "Your answers are taken back." in after.text
    reader.get(f"{ours.url}/receipt", status=404)
    ours.save(reader, "D", {"D.02": "Better."})
    assert "Submission 2" in ours.sign(reader).text


def test_words_are_quoted_only_as_they_stand_in_the_answer(ours: World, reader: Reader) -> None:
    ours.fill(reader)
    receipt = ours.sign(reader)
    wrong = reader.submit(receipt, "/quotes", status=422, text="Buy more.", named="no")
    assert isinstance(wrong, Page)
    assert "exact words" in wrong.text
    after = reader.follow(reader.submit(wrong, "/quotes", text="Buy less, use longer.", named="no"))
    assert "a supplier" in after.text


def test_a_colleague_is_asked_for_help_by_mail(ours: World) -> None:
    admin = ours.client(ours.colleague(Role.SUPPLIER_ADMIN))
    page = admin.get(f"{ours.url}/team")
    again = admin.submit(page, "/team", status=422, name="Bea", email="no address")
    assert isinstance(again, Page)
    assert "#email" in again.links
    after = admin.follow(admin.submit(again, "/team", email="bea@example.org"))
    assert "Bea has been asked by mail." in after.text
    assert "bea@example.org" in after.text


def test_a_section_is_not_given_to_strangers(ours: World, reader: Reader) -> None:
    ours.colleague(Role.SUPPLIER_CONTRIBUTOR)
    stranger = ours.other_supplier().signatory
    page = reader.get(ours.section("A") + "/people")
    for people in (str(stranger.person_id), "nobody"):
        reader.submit(page, "/sections/A/people", status=404, people=people)


def test_who_read_the_answers_can_be_seen(ours: World, reader: Reader) -> None:
    assert "Nobody outside your company" in reader.get(f"{ours.url}/readers").text
