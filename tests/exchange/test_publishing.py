"""Everybody gets the same text at the same instant, and nobody learns who asked."""

from contextlib import suppress
from datetime import timedelta
from hashlib import sha256

import pytest
from sqlalchemy import select

from portal.core.errors import Invalid, NotNow, Refused
from portal.dialogue.models import Dialogue
from portal.exchange.models import QaItem
from portal.exchange.operations import Telling
from portal.exchange.queries import given_to_the_market
from portal.exchange.queries_desk import desk, item_desk, own_items
from portal.exchange.queries_public import Wanted, page_of, published_items
from portal.exchange.rules import State
from portal.identity.models import Person
from portal.identity.roles import Role
from tests import factories
from tests.exchange.builders import ANSWER, INVITED, ORIGINAL, PLAIN, Scene

CANARY = ("Canary", "canary")


def test_several_answers_leave_at_one_instant_with_one_mail_each(ours: Scene) -> None:
    first, second = ours.at(State.AGREED), ours.at(State.AGREED, text="And who signs?")
    person = ours.session.get_one(Person, ours[Role.CO_BUYER].person_id)
    person.language = "de"
    ours.later(hours=2)
    sent = ours.written_by(lambda: ours.publish(second, first))
    assert {first.number, second.number} == {1, 2}
    assert first.published_at == second.published_at == ours.now
    readers = {actor.email for actor in ours.people.values()} | {INVITED.email}
    assert {mail.recipient for mail in sent} >= readers
    assert len({mail.recipient for mail in sent}) == len(sent)
    assert {mail.created_at for mail in sent} == {ours.now}
    assert all(PLAIN in mail.body and ANSWER in mail.body for mail in sent)
    assert {mail.language for mail in sent if mail.recipient == person.email} == {"de"}


def test_what_was_given_to_the_market_is_kept_word_for_word(ours: Scene) -> None:
    item = ours.at(State.PUBLISHED)
    ours.later(hours=1)
    rejected = ours.at(State.ANONYMISED)
    ours.reject(rejected, shows=True)
    ours.later(hours=1)
    ours.correct(item)
    found = given_to_the_market(ours.session, ours.dialogue.id)
    assert [row.kind for row in found] == ["answer", "rejection", "correction"]
    assert [row.at for row in found] == sorted(row.at for row in found)
    given = [mail for mail in ours.mails() if mail.created_at == found[0].at]
    readers = {mail.recipient for mail in given if PLAIN in mail.body}
    for row in found:
        assert row.sha256 == sha256(row.text.encode()).hexdigest()
        assert row.mailed == len(readers)
    assert PLAIN in found[0].text
    assert ANSWER in found[0].text
    assert "It is about one tender only." in found[1].text
    assert "It means sites." in found[2].text
    assert ANSWER in found[2].text
    other = factories.dialogue(ours.session, now=ours.now)
    assert given_to_the_market(ours.session, other.id) == []


def test_one_answer_that_is_not_agreed_holds_all_of_them_back(ours: Scene) -> None:
    ready, open_ = ours.at(State.AGREED), ours.at(State.DRAFTED)
    with pytest.raises(NotNow, match="not agreed"):
        ours.publish(ready, open_)
    assert ready.number is None
    with pytest.raises(Invalid):
        ours.publish()


def test_an_answer_of_another_dialogue_is_not_published_with_ours(ours: Scene) -> None:
    item = ours.at(State.AGREED)
    other = factories.dialogue(ours.session, now=ours.now)
    factories.member(ours.session, other, Role.SECRETARIAT, now=ours.now)
    item.dialogue_id = other.id
    with pytest.raises(Refused):
        ours.publish(item)


def test_a_rejection_shows_the_question_or_only_the_reason(ours: Scene) -> None:
    asked = ours.ask()
    with pytest.raises(Invalid, match="names nobody"):
        ours.reject(asked, shows=True)
    ours.reject(asked)
    shown = ours.at(State.DRAFTED)
    ours.reject(shown, shows=True)
    found = published_items(ours.session, ours.dialogue.id, Wanted()).items
    assert [(each.number, each.question, each.answer) for each in found] == [
        (2, PLAIN, ""),
        (1, "", ""),
    ]
    assert {each.reason for each in found} == {"It is about one tender only."}
    hidden = published_items(ours.session, ours.dialogue.id, Wanted(words="canary"))
    assert hidden.found == 0


def test_a_corrected_answer_keeps_the_old_text_and_tells_everybody(ours: Scene) -> None:
    item = ours.at(State.PUBLISHED)
    sent = ours.written_by(lambda: ours.correct(item))
    (found,) = published_items(ours.session, ours.dialogue.id, Wanted()).items
    assert found.answer == "It means sites."
    assert [each.before for each in found.corrections] == [ANSWER]
    assert len(sent) >= len(ours.people)
    assert all("A slip." in mail.body and ANSWER in mail.body for mail in sent)
    with pytest.raises(Telling) as warned:
        ours.correct(item, after=f"Ask {ours.asker.name} or Canary Electronics.")
    assert {trace.text for trace in warned.value.found} == {
        ours.asker.name,
        "Canary Electronics NV",
    }
    ours.correct(item, after="Canary Electronics may leave it out.", looked=True)
    for after in ("", "Canary  Electronics may leave it out."):
        with pytest.raises(Invalid):
            ours.correct(item, after=after)


def test_a_correction_of_the_meaning_extends_the_deadline_in_the_same_step(ours: Scene) -> None:
    item = ours.at(State.PUBLISHED)
    closes_at = ours.dialogue.closes_at
    for too_early in (None, closes_at):
        with pytest.raises(Invalid, match="closing time"):
            ours.correct(item, changes_meaning=True, closes_at=too_early)
    later = closes_at + timedelta(days=7)
    ours.correct(item, changes_meaning=True, closes_at=later)
    dialogue = ours.session.get_one(Dialogue, ours.dialogue.id)
    assert dialogue.closes_at == later
    assert any("new closing time" in mail.subject for mail in ours.mails())
    ours.now = later
    ours.correct(item, after="It means both.", changes_meaning=True)  # nothing left to extend


def test_the_asker_is_seen_by_secretariat_lead_buyer_and_asker_only(ours: Scene) -> None:
    items = {state: ours.at(state) for state in State}
    session, dialogue_id, now = ours.session, ours.dialogue.id, ours.now
    public = str(published_items(session, dialogue_id, Wanted()))
    asker = ours.asker.name
    others = [each for each in ours.people.values() if each != ours.asker]
    for actor in others:
        seen = [public, str(own_items(session, actor, dialogue_id))]
        with suppress(Refused):
            seen.append(str(desk(session, actor, dialogue_id, now=now)))
        for item in items.values():
            with suppress(Refused):
                seen.append(str(item_desk(session, actor, dialogue_id, item.id, now=now)))
        tells = any(word in text for text in seen for word in (*CANARY, asker, ORIGINAL))
        assert tells is (actor in (ours.secretariat, ours[Role.LEAD_BUYER])), actor.name
    assert {each.original for each in own_items(session, ours.asker, dialogue_id)} == {ORIGINAL}


def test_no_mail_names_the_asker(ours: Scene) -> None:
    for state in State:
        ours.at(state)
    ours.ask_to_agree(ours.at(State.DRAFTED))
    ours.correct(ours.at(State.PUBLISHED))
    ours.reject(ours.at(State.ANONYMISED), shows=True)
    people = set(ours.session.scalars(select(Person.email).where(Person.name != ours.asker.name)))
    sent = [mail for mail in ours.mails() if mail.recipient in people | {INVITED.email}]
    assert sent
    for mail in sent:
        text = mail.subject + mail.body
        assert not any(word in text for word in (*CANARY, ours.asker.name)), mail.subject


def test_the_search_takes_every_letter_as_it_is(ours: Scene) -> None:
    for text in ("100 % recycled, ÉTAT", "100 parts", "under_score", "under score"):
        ours.at(State.PUBLISHED, plain=text)
    wanted = {"100 %": 1, "_": 1, "état": 1, "100": 2, "under score": 2, "%": 1, "\\": 0, "/": 0}
    for words, count in wanted.items():
        found = published_items(ours.session, ours.dialogue.id, Wanted(words=words))
        assert found.found == count, words


def test_pages_are_bounded_and_a_number_finds_its_page(ours: Scene) -> None:
    for _ in range(3):
        ours.at(State.PUBLISHED, subject_kind="question", subject_id="B.01")
    ours.at(State.PUBLISHED, subject_kind="section", subject_id="B")
    last = published_items(ours.session, ours.dialogue.id, Wanted(size=2, page=99))
    assert [each.number for each in last.items] == [2, 1]
    assert (last.page, last.pages, last.found) == (2, 2, 4)
    about = Wanted(about=[("question", "B.01")])
    assert published_items(ours.session, ours.dialogue.id, about).found == 3
    assert page_of(ours.session, ours.dialogue.id, 1) == 1
    assert page_of(ours.session, ours.dialogue.id, 5) is None


def test_an_item_is_worked_on_in_its_own_dialogue_only(ours: Scene) -> None:
    item: QaItem = ours.at(State.DRAFTED)
    other = factories.dialogue(ours.session, now=ours.now)
    stranger = factories.member(ours.session, other, Role.SECRETARIAT, now=ours.now)
    for dialogue_id in (other.id, ours.dialogue.id):
        with pytest.raises(Refused):
            item_desk(ours.session, stranger, dialogue_id, item.id, now=ours.now)
