"""Reviewing answers on the pages: the list, one answer after the other, marks, scores, guides."""

import pytest
from flask import Flask
from sqlalchemy import select

from portal.core.audit import AuditEntry
from portal.core.db import Database
from portal.core.mail import OutboxMail
from portal.dialogue.models import Dialogue
from portal.identity.roles import Role
from portal.response.models import Reading
from portal.response.models_review import ReviewMark
from tests.blueprints.supplier_world import Reader, World, statements, world
from tests.page import Page

NOTE = "<script>alert(1)</script> Why three?"
LEVELS = ("None.", "<b>Some</b>", "Half.", "Most.", "All.")


@pytest.fixture
def sent(app: Flask) -> World:
    """A supplier that has sent its answers, after the close."""
    return send(world(app))


def send(made: World, *, closes: bool = True) -> World:
    supplier = made.client()
    made.fill(supplier)
    made.sign(supplier)
    if closes:
        made.close()
    return made


def base(made: World) -> str:
    with made.database.session(writes=False) as session:
        return f"/dialogues/{session.get_one(Dialogue, made.dialogue_id).short_name}/answers"


def answer_url(made: World, question: str = "B.04") -> str:
    return f"{base(made)}/{made.organisation_id}/questions/{question}"


def mark(made: World, client: Reader, question: str = "B.04", **typed: str) -> Page:
    url = answer_url(made, question)
    fields = {"mark": "concern", "note": NOTE, "go": "stay", **typed}
    return client.follow(client.fill_in(client.get(url), url, typed=fields))


def write_guide(made: World, client: Reader, question: str = "B.04") -> None:
    url = f"{base(made)}/guide/{question}"
    typed = {f"level_{number}": text for number, text in enumerate(LEVELS)}
    client.follow(client.fill_in(client.get(url), url, typed=typed))


def test_a_buyer_goes_through_the_list_the_most_serious_first_and_resumes(sent: World) -> None:
    lead = sent.client(sent.member(Role.LEAD_BUYER))
    other = sent.client(sent.member(Role.CO_BUYER))
    mark(sent, other, "B.05", mark="serious")
    mark(sent, other, "B.04", mark="look_again")
    page = lead.get(f"{base(sent)}/review")
    shown = [href for href in page.links if "/questions/" in href]
    assert [href.rpartition("/")[2] for href in shown[:2]] == ["B.05", "B.05"], "the button first"
    assert "Serious concern (1)" in page.text
    assert "Not marked yet" in page.text
    first = lead.get(shown[0])
    assert first.heading.startswith("B.05")
    url = answer_url(sent, "B.05")
    typed = {"mark": "in_order", "go": "next"}
    second = lead.follow(lead.fill_in(first, url, typed=typed))
    assert second.heading.startswith("B.04")
    (skip,) = [href for href in second.links if "/review/next" in href]
    third = lead.follow(lead.download(skip, status=302))
    assert third.heading[:4] not in {"B.05", "B.04"}
    back = lead.get(f"{base(sent)}/review")
    assert f"Go on: {third.heading[:4]}" in back.text
    assert f"{base(sent)}/{sent.organisation_id}/questions/B.05" not in back.links
    again = lead.get(f"{base(sent)}/review?show=all&reason=serious&section=B")
    assert "1 answer." in again.text
    assert "your mark: In order" in again.text
    empty = lead.get(f"{base(sent)}/review?section=D")
    assert "Nothing here deserves a look" in empty.text


def test_the_end_of_the_list_is_said(sent: World) -> None:
    buyer = sent.client(sent.member(Role.SECRETARIAT))
    page = buyer.get(f"{base(sent)}/review?section=D&show=all")
    assert "Begin" not in page.text
    end = buyer.follow(buyer.download(f"{base(sent)}/review/next?section=D", status=302))
    assert "You have come to the end of the list." in end.text


def test_a_refused_mark_of_the_last_answer_does_not_end_the_list(sent: World) -> None:
    buyer = sent.client(sent.member(Role.SECRETARIAT))
    url = answer_url(sent, "B.05")
    typed = {"note": "x" * 4001, "mark": "concern", "go": "next"}
    page = buyer.get(f"{url}?section=D")
    refused = buyer.fill_in(page, f"{url}?section=D", typed=typed, status=422)
    assert isinstance(refused, Page)
    assert "You have come to the end of the list." not in refused.text


def test_an_answer_seen_by_a_refused_mark_alone_was_looked_at(
    sent: World, database: Database
) -> None:
    buyer = sent.client(sent.member(Role.CO_BUYER))
    url = answer_url(sent)
    with database.session(writes=False) as session:
        before = len(session.scalars(select(Reading.id)).all())
    token = buyer.get(f"{base(sent)}/guide").form("/sign-out").fields["csrf_token"]
    refused = buyer.send(url, {"csrf_token": token, "mark": ["none of them"]}, status=422)
    assert isinstance(refused, Page)
    with database.session(writes=False) as session:
        assert len(session.scalars(select(Reading.id)).all()) == before + 1


def test_each_reviewer_has_a_mark_of_their_own_and_none_is_lost(sent: World) -> None:
    person = sent.member(Role.CO_BUYER)
    one, two = sent.client(sent.member(Role.LEAD_BUYER)), sent.client(person)
    url = answer_url(sent)
    open_in_both = one.get(url), two.get(url)
    for client, page in zip((one, two), open_in_both, strict=True):
        client.fill_in(page, url, typed={"mark": "concern", "note": f"{NOTE} {client is one}"})
    read = one.get(url)
    assert f"{NOTE} True" in read.text
    assert f"{NOTE} False" in read.text
    older = open_in_both[1]
    kept = two.fill_in(older, url, typed={"mark": "serious", "note": "Mine now"}, status=422)
    assert isinstance(kept, Page)
    for words in ("You changed this mark in another window", "Mine now", f"{NOTE} False"):
        assert words in kept.text
    two.follow(two.fill_in(kept, url, typed={}))
    assert "Mine now" in one.get(url).text
    wrong = two.fill_in(two.get(url), url, typed={"mark": None, "note": "x" * 4001}, status=422)
    assert isinstance(wrong, Page)
    assert "Choose a mark." in wrong.text
    gone = two.follow(two.submit(two.get(url), "/take-back"))
    assert "Your mark and your note are removed." in gone.text
    with sent.database.session(writes=False) as session:
        acts = session.scalars(
            select(AuditEntry).where(AuditEntry.act == "answer_marked").order_by(AuditEntry.id)
        ).all()
        assert [entry.details["to"] for entry in acts] == ["concern", "concern", "serious", ""]
        assert all(NOTE not in str(entry.details) for entry in acts)
        assert len(session.scalars(select(ReviewMark)).all()) == 1


def test_scores_are_given_by_a_guide_and_their_spread_is_shown(sent: World) -> None:
    lead = sent.client(sent.member(Role.LEAD_BUYER))
    url = f"{base(sent)}/guide/B.04"
    early = lead.get(url)
    wrong = lead.fill_in(early, url, typed={"level_0": "Kept"}, status=422)
    assert isinstance(wrong, Page)
    assert "Write what score 4 stands for." in wrong.text
    assert wrong.form("/B.04").fields["level_0"][0].strip() == "Kept"
    write_guide(sent, lead)
    mine = {f"level_{number}": "Mine" for number in range(5)}
    late = lead.fill_in(early, url, typed=mine, status=422)
    assert isinstance(late, Page)
    assert late.form("/B.04").fields["base_version"] == ["1"]
    for words in ("Somebody else saved this guide meanwhile", "<b>Some</b>"):
        assert words in late.text
    assert "0 None. 1 <b>Some</b>" in lead.get(f"{base(sent)}/guide").text
    for score in ("1", "2", "4"):
        reviewer = sent.client(sent.member(Role.CO_BUYER))
        mark(sent, reviewer, score=score)
    page = lead.get(answer_url(sent))
    assert "1: <b>Some</b>" in page.text
    assert "3 scores: half are at or below 2; they range from 1 to 4." in page.text
    write_guide(sent, lead)
    assert "by an earlier guide" in lead.get(answer_url(sent)).text
    compared = lead.get(f"{base(sent)}/compare?section=B&supplier={sent.organisation_id}")
    assert "they range from 1 to 4" in compared.text
    assert NOTE in compared.text


def test_a_changed_answer_says_that_its_mark_is_of_an_earlier_one(sent: World) -> None:
    buyer = sent.client(sent.member(Role.CO_BUYER))
    mark(sent, buyer, "B.04")
    mark(sent, buyer, "B.05", mark="in_order")
    ask = f"{base(sent)}/{sent.organisation_id}/clarification"
    (link,) = [href for href in buyer.get(answer_url(sent)).links if href.startswith(ask)]
    buyer.fill_in(buyer.get(link), ask, typed={"text:B.04": "Really?"})
    supplier = sent.client()
    section = supplier.get(sent.section("B"))
    supplier.fill_in(section, sent.section("B"), typed={"B.04": "1", "go": "clarification"})
    url = f"{sent.url}/clarification"
    typed = {"signatory": "Ada Brand", "declared": "y", "send": "signed"}
    supplier.fill_in(supplier.get(url), url, typed=typed)
    page = buyer.get(answer_url(sent))
    assert "The answer is another since you marked it" in page.text
    form = page.form("/B.04").fields
    assert "mark" not in form
    assert form["note"][0].strip() == NOTE
    listed = buyer.get(f"{base(sent)}/review?reason=changed")
    assert "Changed since it was marked" in listed.text
    assert answer_url(sent, "B.04") + "?reason=changed" in listed.links
    assert "B.05" not in "".join(listed.links), "its answer is the same"


def test_marks_are_for_buyers_and_secretariat_and_looks_are_told(
    sent: World, database: Database
) -> None:
    lead = sent.client(sent.member(Role.LEAD_BUYER))
    write_guide(sent, lead)
    mark(sent, lead, "B.04", score="1")
    lead.get(f"{base(sent)}/review")
    secretariat = sent.client(sent.member(Role.SECRETARIAT))
    mark(sent, secretariat, "B.06")
    reader = sent.client(sent.member(Role.BUYER_READER))
    assert NOTE in reader.get(answer_url(sent)).text
    assert "Your view" not in reader.get(answer_url(sent)).text
    assert reader.http.post(answer_url(sent)).status_code in {400, 404}
    reader.get(f"{base(sent)}/guide/B.04", status=404)
    lead.get(answer_url(sent, "B.06"), status=404)
    assert answer_url(sent, "B.06") not in lead.get(f"{base(sent)}/review?show=all").links
    mark(sent, lead, "A.01")
    observer = sent.client(sent.member(Role.OBSERVER))
    compared = f"{base(sent)}/compare?section=A&supplier={sent.organisation_id}"
    assert NOTE in lead.get(compared).text
    seen = observer.get(compared)
    assert "Brand" in seen.text
    assert "Mark this" not in seen.text
    assert "parley-marks" not in seen.html
    assert NOTE not in seen.text
    supplier = sent.client()
    for client in (observer, supplier):
        for url in (answer_url(sent), f"{base(sent)}/review", f"{base(sent)}/guide"):
            client.get(url, status=404)
    readers = supplier.get(f"{sent.url}/readers").text
    assert "section B" in readers
    assert "the list of answers that buyers may want to look at" in readers
    with database.session(writes=False) as session:
        mails = session.scalars(select(OutboxMail.body)).all()
    assert not [mail for mail in mails if NOTE in mail]


def test_the_list_takes_no_more_queries_for_more_answers_and_shows_a_page_of_them(
    app: Flask, database: Database
) -> None:
    made = world(app)
    others = [made.other_supplier() for _ in range(2)]
    for each in (made, *others):
        send(each, closes=False)
    made.close()
    buyer = made.client(made.member(Role.SECRETARIAT))
    url = f"{base(made)}/review"

    def count() -> int:
        with statements(database) as heard:
            page = buyer.get(url)
        assert "Page 1 of 2" in page.text
        assert len([href for href in page.links if "/questions/" in href]) == 21
        return len(heard.found)

    first = count()
    for each in others:
        mark(each, buyer, "B.04")
        mark(each, buyer, "B.05", mark="look_again")
    assert count() <= first + 1, "who wrote the marks"
