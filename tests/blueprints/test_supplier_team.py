"""A supplier's people share the work: given, noted, ready, reviewed, and what was before."""

from uuid import UUID

import pytest
from flask import Flask

from portal.identity.actor import Actor
from portal.identity.roles import Role
from tests.blueprints.supplier_world import ANSWERS, Reader, World, statements, world
from tests.blueprints.visitors import link_in, mails
from tests.page import Page, PageClient, text_of


@pytest.fixture
def ours(app: Flask) -> World:
    return world(app)


@pytest.fixture
def reader(ours: World) -> Reader:
    return ours.client()


def id_of(actor: Actor) -> UUID:
    assert actor.person_id is not None
    return actor.person_id


def share(ours: World, reader: Reader, section: str, **typed: object) -> Page:
    url = f"{ours.section(section)}/people"
    sent = reader.submit(reader.get(url), url, typed)
    return reader.follow(sent)


def test_a_colleague_answers_the_questions_given_and_reads_the_others(
    ours: World, reader: Reader
) -> None:
    helper = ours.colleague(Role.SUPPLIER_CONTRIBUTOR)
    ours.save(reader, "B", {"B.01": "yes"})
    url = f"{ours.section('B')}/people"
    page = reader.get(f"{url}?question=B.04")
    given = {"people": str(helper.person_id), "questions": ["B.04", "B.06"]}
    wrong = reader.submit(page, url, {**given, "due_on": "2020-01-01"}, status=422)
    assert isinstance(wrong, Page)
    assert "#due_on" in wrong.links
    assert wrong.form(url).fields["questions"] == ["B.04", "B.06"]
    team = reader.follow(reader.submit(wrong, url, due_on=""))
    assert f"{helper.name}: B.04 and B.06" in team.text, team.text
    theirs = ours.client(helper)
    section = theirs.get(ours.section("B"))
    fields = section.form(ours.section("B")).fields
    assert {name.split("!")[0] for name in fields if name.startswith("B.")} == {"B.04", "B.06"}
    assert "Do you have a human-rights policy?" in section.text
    assert "Save and call it ready" not in section.text
    theirs.fill_in(section, ours.section("B"), typed={"B.06": "4"})
    theirs.fill_in(section, ours.section("B"), typed={"B.01": "no"}, status=404)
    assert ours.stored() == {"B.01": "yes", "B.06": 4}
    assert "Given to you" in theirs.get(ours.url).text
    mine = theirs.get("/responses")
    assert "B Policy" in mine.text
    assert "B.04 and B.06" in mine.text


def test_a_section_is_given_to_somebody_new_with_one_mail(ours: World) -> None:
    admin = ours.client(ours.colleague(Role.SUPPLIER_ADMIN))
    url = f"{ours.section('D')}/people"
    page = admin.get(url)
    wrong = admin.submit(page, url, {"name": "Bea Klein"}, status=422)
    assert isinstance(wrong, Page)
    assert "#email" in wrong.links
    team = admin.follow(admin.submit(wrong, url, email="bea@example.org", words="Please, Bea."))
    assert "Bea Klein" in team.text
    (mail,) = mails(ours.app, "bea@example.org")
    assert "Please, Bea." in mail
    assert "D In your words" in mail
    bea = PageClient(ours.app)
    path = link_in(mail)
    section = bea.follow(bea.submit(bea.get(path), path))
    assert section.url == ours.section("D")
    bea.submit(section, ours.section("D"), {"D.02": "Hers."})
    assert ours.stored() == {"D.02": "Hers."}


def test_the_admin_changes_what_colleagues_do_and_takes_them_off(ours: World) -> None:
    admin = ours.client(ours.colleague(Role.SUPPLIER_ADMIN))
    helper = ours.colleague(Role.SUPPLIER_CONTRIBUTOR)
    share(ours, admin, "D", people=str(helper.person_id))
    team = admin.get(f"{ours.url}/team")
    roles = f"{id_of(helper)}/roles"
    refused = admin.submit(team, roles, roles=None, status=422)
    assert isinstance(refused, Page)
    assert "Choose what they do" in refused.text
    team = admin.follow(admin.submit(team, roles, roles=["SA", "SS"]))
    assert {grant.role for grant in ours.reload(helper).grants} == {"SA", "SS"}
    removed = admin.follow(admin.submit(team, f"team/{id_of(helper)}/remove"))
    assert helper.name not in removed.text
    ours.client(helper).get(ours.url, status=404)
    last = admin.submit(removed, f"team/{id_of(ours.signatory)}/remove", status=422)
    assert isinstance(last, Page)
    assert "only one who can sign" in last.text
    assert last.title.startswith("Error: ")


def test_what_was_given_is_taken_back_on_the_team_page(ours: World, reader: Reader) -> None:
    helper = ours.colleague(Role.SUPPLIER_CONTRIBUTOR)
    team = share(ours, reader, "D", people=str(helper.person_id))
    reader.submit(team, f"/sections/D/people/{id_of(helper)}/remove")
    assert "has not been given to you" in ours.client(helper).get(ours.section("D")).text


def test_colleagues_see_who_is_where_and_who_saved(ours: World, reader: Reader) -> None:
    other = ours.colleague(Role.SUPPLIER_ADMIN)
    theirs = ours.client(other)
    ours.save(theirs, "D", {"D.02": "Theirs."})
    token = theirs.get(ours.section("D")).form(ours.section("D")).fields["csrf_token"]
    where = {"section": "D", "question": "D.02", "csrf_token": token[0]}
    with statements(ours.database) as heard:
        mine = theirs.http.post(f"{ours.url}/presence", data=where)
    assert (mine.status_code, mine.text.strip()) == (200, "")
    assert len(heard.found) <= 5
    page = reader.get(ours.section("D"))
    assert f"{other.name} is in this section, at D.02" in page.text
    assert f"{other.name} saved D.02" in page.text
    assert f"{other.name} is there now, at D.02" in reader.get(ours.url).text
    token = page.form(ours.section("D")).fields["csrf_token"]
    told = reader.http.post(f"{ours.url}/presence", data={**where, "csrf_token": token[0]})
    assert told.text.strip() == (
        f'<p class="parley-here__line">{other.name} is in this section, at D.02</p>'
    )


def test_a_note_is_written_from_a_question_without_losing_what_was_typed(
    ours: World, reader: Reader
) -> None:
    helper = ours.colleague(Role.SUPPLIER_CONTRIBUTOR)
    page = reader.get(ours.section("D"))
    form = page.form(ours.section("D"))
    sent = reader.send(form.action, {**form.fields, "D.02": "Typed.", "write_note": "D.02"})
    notes = reader.follow(sent)
    assert ours.stored() == {"D.02": "Typed."}
    assert notes.form("/notes").fields["place"] == ["D/D.02"]
    wrong = reader.submit(notes, "/notes", {"text": ""}, status=422)
    assert isinstance(wrong, Page)
    typed = {"text": "<b>Is it</b> true?", "tell": str(helper.person_id)}
    notes = reader.follow(reader.submit(wrong, "/notes", typed))
    (mail,) = mails(ours.app, helper.email)
    assert "true?" not in mail
    theirs = ours.client(helper)
    read = theirs.get(link_in(mail))
    assert "<b>Is it</b> true?" in read.text
    section = reader.get(ours.section("D"))
    assert "Notes for colleagues (1), no buyer sees them" in section.text
    assert "1 open note" in reader.get(ours.url).text
    theirs.submit(read, "/resolve")
    assert "true?" not in reader.get(ours.section("D")).text
    assert "Dealt with" in reader.get(f"{ours.url}/notes").text


def test_a_section_is_called_ready_reviewed_and_sent_back(ours: World, reader: Reader) -> None:
    other = ours.colleague(Role.SUPPLIER_ADMIN)
    admin = ours.client(other)
    section = ours.section("A")
    page = reader.get(section)
    ready = {"go": "ready"}
    again = reader.follow(reader.fill_in(page, section, typed={"A.02": "1_49", **ready}))
    assert "Still missing an answer or proof: A.01." in again.text
    assert ours.stored() == {"A.02": "1_49"}
    tasks = reader.follow(reader.fill_in(again, section, typed={"A.01": ["brand"], **ready}))
    assert "Section A is ready." in tasks.text
    assert "Review this section" not in reader.get(section).text
    looked = admin.get(section)
    admin.submit(looked, "/sections/A/review")
    assert f"reviewed: {other.name}" in admin.get(ours.url).text
    back = f"{section}/send-back"
    wrong = admin.submit(admin.get(back), back, status=422, text="")
    assert isinstance(wrong, Page)
    tasks = admin.follow(admin.submit(wrong, back, text="Which brand?"))
    assert "Section A is sent back" in tasks.text
    assert "Which brand?" in reader.get(section).text
    assert len(mails(ours.app, ours.signatory.email)) == 1


def test_all_answers_are_reviewed_before_they_are_signed(ours: World, reader: Reader) -> None:
    admin = ours.client(ours.colleague(Role.SUPPLIER_ADMIN))
    ours.fill(reader)
    asked = admin.follow(admin.submit(admin.get(ours.url), f"{ours.url}/review"))
    assert "asked for a review of all answers" in asked.text
    ours.save(reader, "D", {"D.02": "Mended."})
    assert ours.state() == "internal_review"
    back = f"{ours.url}/send-back"
    reader.submit(reader.get(back), back, text="Not yet.")
    assert ours.state() == "in_progress"
    assert "Not yet." in admin.get(f"{ours.url}/notes").text
    again = reader.follow(reader.submit(reader.get(ours.url), f"{ours.url}/review"))
    assert "Nobody else signs for your company." in again.text
    admin.submit(admin.get(ours.url), f"{ours.url}/review")
    assert ours.sign(reader).heading == "Receipt"


def test_an_answer_goes_back_to_an_earlier_text(ours: World, reader: Reader) -> None:
    for text in ("Buy less things.", "Buy fewer things."):
        ours.save(reader, "D", {"D.02": text})
    url = f"{ours.url}/history/D.02"
    page = reader.get(url)
    changes = [text_of(each) for tag in ("del", "ins") for each in page.tree.iter(tag)]
    assert all(any(word in each for each in changes) for word in ("less", "fewer"))
    ours.save(ours.client(ours.colleague(Role.SUPPLIER_ADMIN)), "D", {"D.02": "Theirs."})
    stale = reader.submit(page, url, status=409)
    assert isinstance(stale, Page)
    assert "changed this answer meanwhile" in stale.text
    assert ours.stored()["D.02"] == "Theirs."
    first = [form for form in stale.forms() if form.action.endswith(url)][-1]
    done = reader.follow(reader.send(first.action, first.fields))
    assert "The earlier text is back." in done.text
    assert ours.stored()["D.02"] == "Buy less things."
    lately = reader.get(f"{ours.url}/history")
    assert "went back to an earlier text" in lately.text
    assert reader.get(f"{ours.url}/history?page=x").heading == lately.heading


def test_the_pages_of_a_team_take_few_queries_however_much_there_is(
    ours: World, reader: Reader
) -> None:
    ends = ("", "/team", "/notes", "/history", "/history/D.02", "/sections/B/people")

    def counted() -> dict[str, int]:
        found = {}
        for end in ends:
            reader.get(ours.url + end)
            with statements(ours.database) as heard:
                reader.get(ours.url + end)
            found[end] = len(heard.found)
        return found

    ours.save(reader, "A", ANSWERS["A"])
    before = counted()
    for section in ANSWERS:
        helper = ours.colleague(Role.SUPPLIER_CONTRIBUTOR)
        share(ours, reader, section, people=str(helper.person_id))
        notes = reader.get(f"{ours.url}/notes?section={section}")
        reader.submit(notes, "/notes", {"text": "Look."})
    ours.fill(reader)
    assert counted() == before
    assert max(before.values()) <= 9, before
