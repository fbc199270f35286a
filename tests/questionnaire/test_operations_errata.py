from datetime import datetime
from uuid import UUID

import pytest
from sqlalchemy import select

from portal.core.audit import entries_of_dialogue
from portal.core.db import Session
from portal.core.errors import Invalid, NotNow, Refused
from portal.core.mail import OutboxMail
from portal.dialogue.models import Dialogue
from portal.dialogue.queries import role_holders
from portal.identity.actor import Actor
from portal.identity.roles import Role
from portal.questionnaire.migration import Kind
from portal.questionnaire.models import Erratum
from portal.questionnaire.operations_versions import (
    begin_version,
    publish_erratum,
    publish_follow_up,
)
from portal.questionnaire.queries import published_version, version_of, votes
from portal.questionnaire.queries_versions import edition_of, errata, migration_of, versions
from tests import factories
from tests.questionnaire.editions import edited, follow_up, lead_of

SMALL = factories.questionnaire()


@pytest.fixture
def running(session: Session, now: datetime) -> Dialogue:
    """A published dialogue with one buyer and a secretariat."""
    return factories.published(session, now=now)


@pytest.fixture
def head(session: Session, running: Dialogue) -> Actor:
    """Its lead buyer."""
    return lead_of(session, running)


def correct(session: Session, actor: Actor, version_id: UUID, now: datetime, **but: str) -> Erratum:
    words = {"subject": "question:B.01", "field": "text/en", "after": "Have you a policy?"}
    words |= {"reason": "A word was missing.", **but}
    return publish_erratum(session, actor, version_id, now=now, **words)


def test_an_erratum_is_shown_to_all_and_changes_neither_version_nor_hash(
    session: Session, running: Dialogue, head: Actor, now: datetime
) -> None:
    before = published_version(session, running.id)
    assert before is not None
    made = correct(session, head, before.id, now, after=" Do you have a human rights policy? ")
    assert published_version(session, running.id) == before
    (row,) = errata(session, before.id)
    assert (row.number, row.before, row.after) == (
        1,
        "Do you have a human-rights policy?",
        "Do you have a human rights policy?",
    )
    assert (row.published_by, row.published_at, row.reason) == (head.name, now, made.reason)
    edition = edition_of(session, before.id)
    assert edition is not None
    assert edition.questionnaire == SMALL
    assert edition.corrected == edited(SMALL, "1.0", fields={"B.01": {"text/en": row.after}})
    assert [each.errata for each in versions(session, running.id)] == [1]
    entry = entries_of_dialogue(session, running.id)[0]
    assert (entry.act, entry.details["before"]) == ("erratum_published", row.before)


def test_everybody_with_a_role_is_mailed_the_correction(
    session: Session, running: Dialogue, head: Actor, now: datetime
) -> None:
    factories.supplier(session, running, now=now)
    published = published_version(session, running.id)
    assert published is not None
    correct(session, head, published.id, now)
    session.flush()
    mails = session.scalars(select(OutboxMail).where(OutboxMail.subject.endswith("correction")))
    found = {mail.recipient: mail.body for mail in mails}
    assert found.keys() == {holder.email for holder in role_holders(session, running.id)}
    for body in found.values():
        for text in (
            "B.01, text (en)",
            "Do you have a human-rights",
            "Have you a policy?",
            "missing",
        ):
            assert text in body


WRONG: list[tuple[dict[str, str], str]] = [
    ({"after": " "}, "after"),
    ({"after": " Do you have a  human-rights policy?"}, "after"),
    ({"after": "x" * 4001}, "after"),
    ({"after": "What are your prices?"}, "after"),
    ({"after": "Is it public?"}, "after"),
    ({"reason": "  "}, "reason"),
    ({"field": "minutes"}, "field"),
    ({"subject": "question:Z.01"}, "field"),
]


@pytest.mark.parametrize("wrong", WRONG)
def test_a_correction_that_cannot_be_says_why(
    session: Session,
    running: Dialogue,
    head: Actor,
    now: datetime,
    wrong: tuple[dict[str, str], str],
) -> None:
    published = published_version(session, running.id)
    assert published is not None
    but, field = wrong
    with pytest.raises(Invalid) as refusal:
        correct(session, head, published.id, now, **but)
    assert list(refusal.value.fields) == [field]
    assert errata(session, published.id) == []


def test_only_publishers_correct_and_only_what_suppliers_answer_now(
    session: Session, running: Dialogue, head: Actor, now: datetime
) -> None:
    first = published_version(session, running.id)
    assert first is not None
    others = [
        factories.colleague(session, running, head, Role.CO_BUYER, now=now),
        factories.member(session, running, Role.OBSERVER, now=now),
        factories.supplier(session, running, now=now),
    ]
    for actor in others:
        with pytest.raises(Refused):
            correct(session, actor, first.id, now)
    draft = follow_up(session, running, edited(SMALL), now=now)
    with pytest.raises(NotNow):
        correct(session, head, draft.id, now)
    publish_follow_up(session, head, running.id, now=now)
    with pytest.raises(NotNow, match="Only the version that suppliers answer now"):
        correct(session, head, first.id, now)
    correct(session, head, draft.id, now)
    with pytest.raises(NotNow, match="closed"):
        correct(session, head, draft.id, running.closes_at, after="Late.")


def test_the_next_version_begins_with_the_corrections_and_keeps_the_questions(
    session: Session, running: Dialogue, head: Actor, now: datetime
) -> None:
    published = published_version(session, running.id)
    assert published is not None
    correct(session, head, published.id, now)
    draft = begin_version(
        session, head, running.id, number="2.0", organisation_id=factories.own(head), now=now
    )
    correct(session, head, published.id, now, subject="question:D.01", after="Where is the report?")
    found = migration_of(session, draft.id)
    assert found is not None
    assert found.count(Kind.KEPT) == len(list(SMALL.questions()))
    loaded = version_of(session, draft.id)
    assert loaded is not None
    question = loaded.questionnaire.question("B.01")
    assert question is not None
    assert question.text == {"en": "Have you a policy?"}
    assert [row.approves for row in votes(session, draft.id)] == [None]
