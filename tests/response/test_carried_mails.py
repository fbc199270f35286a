from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy import select

from portal.core.db import Session
from portal.core.mail import OutboxMail
from portal.dialogue.operations import grant_role
from portal.identity.models import Person
from portal.identity.roles import Role
from portal.response import operations
from tests import factories
from tests.questionnaire.editions import edited, follow_up, lead_of
from tests.response.builders import Scene
from tests.response.editions import SMALL, publish, publish_second


def letters(session: Session) -> dict[str, list[str]]:
    """Recipient to the bodies of the mails about the new version."""
    session.flush()
    query = select(OutboxMail).where(
        OutboxMail.subject.endswith("new version of the questionnaire")
    )
    found: dict[str, list[str]] = {}
    for mail in session.scalars(query):
        found.setdefault(mail.recipient, []).append(mail.body)
    return found


def test_everybody_is_told_what_changed_until_when_and_why(team: Scene) -> None:
    observer = team.person(Role.OBSERVER)
    publish_second(team.session, team.dialogue, now=team.now)
    found = letters(team.session)
    lead = lead_of(team.session, team.dialogue)
    for actor in (observer, lead, team.signatory):
        (body,) = found[actor.email]
        assert (
            "Version 2.0 of the questionnaire has been published. It follows version 1.0." in body
        )
        assert (
            "Questions unchanged: 7. Reworded: 3. Split: 2. Merged: 1. New: 1. No longer asked: 1."
            in body
        )
        assert "Reason: Two questions were not clear." in body
        assert "closes on Sun 11 Oct 2026" in body
    (body,) = found[observer.email]
    assert "Your" not in body
    mails = team.session.scalars(select(OutboxMail.subject)).all()
    assert not [subject for subject in mails if subject.endswith("new closing time")]


def test_a_supplier_is_told_how_many_answers_need_a_look(ready: Scene) -> None:
    publish_second(ready.session, ready.dialogue, now=ready.now)
    (body,) = letters(ready.session)[ready.signatory.email]
    assert "6 of them need a look" in body
    assert f"https://parley.example/responses/{ready.response.id}" in body


def test_a_supplier_without_anything_to_look_at_is_told_so(ready: Scene) -> None:
    follow_up(ready.session, ready.dialogue, edited(SMALL), now=ready.now)
    publish(ready.session, ready.dialogue, now=ready.now)
    (body,) = letters(ready.session)[ready.signatory.email]
    assert "They stay as they are." in body


def test_who_signed_is_told_what_counts_and_how_to_revise(ready: Scene) -> None:
    ready.submit()
    publish_second(ready.session, ready.dialogue, now=ready.now)
    (body,) = letters(ready.session)[ready.signatory.email]
    assert "Your signed answers stay as they are. Those to unchanged questions count" in body
    assert "withdraw your response" in body
    assert "need a look" not in body


def test_sections_that_are_gone_are_named(team: Scene) -> None:
    helper = team.colleague(Role.SUPPLIER_CONTRIBUTOR)
    assert helper.person_id is not None
    operations.assign(
        team.session, team.signatory, team.response.id, "D", [helper.person_id], now=team.now
    )
    team.response.state = "in_progress"
    new = edited(SMALL, without=["D.01", "D.02"])
    sections = tuple(section for section in new.sections if section.questions)
    follow_up(team.session, team.dialogue, replace(new, sections=sections), now=team.now)
    publish(team.session, team.dialogue, now=team.now)
    (body,) = letters(team.session)[helper.email]
    assert "no longer there: D." in body


def test_somebody_of_two_suppliers_gets_a_mail_for_each(session: Session, now: datetime) -> None:
    dialogue = factories.published(session, now=now)
    first = factories.supplier(session, dialogue, now=now)
    factories.response(session, dialogue, first, now=now)
    second = factories.supplier(session, dialogue, now=now)
    made = factories.response(session, dialogue, second, now=now)
    person = session.get_one(Person, second.person_id)
    session.flush()
    email = first.email
    holders = grant_role(
        session,
        lead_of(session, dialogue),
        dialogue.id,
        organisation_id=made.organisation_id,
        email=email,
        role=Role.SUPPLIER_SIGNATORY,
        now=now,
    )
    assert holders.id == first.person_id
    publish_second(session, dialogue, now=now)
    found = letters(session)
    assert (len(found[email]), len(found[person.email])) == (2, 1)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_each_reads_it_in_their_language(team: Scene, language: str) -> None:
    person = team.session.get_one(Person, team.signatory.person_id)
    person.language = language
    publish_second(team.session, team.dialogue, now=team.now)
    team.session.flush()
    query = select(OutboxMail).where(OutboxMail.recipient == person.email)
    mail = team.session.scalars(query.order_by(OutboxMail.created_at.desc())).first()
    assert mail is not None
    assert ("oct. 2026" in mail.body) is (mail.language == "fr")
