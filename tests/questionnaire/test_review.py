"""Remarks on a draft, the replies to them, and who hears of them."""

from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from portal.core.db import Session
from portal.core.errors import Invalid, NotNow, Refused
from portal.core.mail import OutboxMail
from portal.dialogue.models import Dialogue
from portal.identity.actor import ANYONE, SYSTEM, Actor
from portal.identity.roles import Role
from portal.questionnaire.operations import publish
from portal.questionnaire.operations_review import (
    REMARK_LENGTH,
    comment,
    reopen_comment,
    resolve,
)
from portal.questionnaire.policy import wants_mail
from portal.questionnaire.queries_review import Counts, comment_counts
from tests import factories
from tests.questionnaire.drafts import cast
from tests.questionnaire.reviews import MINUTE, POLICY, Desk, acts, counted

# Remarks --------------------------------------------------------------------------------


def test_a_remark_and_its_replies_are_a_thread(desk: Desk, observer: Actor, second: Actor) -> None:
    remark = desk.says(observer, "  Whose policy?\r\nThe group's?\x00 ")
    desk.later().says(second, "The group's.", to=remark)
    (thread,) = desk.threads(second)
    assert thread.remark.body == "Whose policy?\nThe group's?"
    assert (thread.remark.person, thread.remark.is_own) == (observer.name, False)
    assert [(each.organisation, each.body, each.is_own) for each in thread.replies] == [
        ("Zürich", "The group's.", True)
    ]
    assert thread.is_open
    assert (thread.suggestion, thread.is_retired) == (None, False)
    assert acts(desk) == ["commented", "replied"]


@pytest.mark.parametrize("subject", ["head", "order", "section:A", "question:A.01"])
def test_every_part_can_be_remarked_on(
    session: Session, desk: Desk, lead: Actor, subject: str, now: datetime
) -> None:
    own = factories.own(lead)
    made = comment(session, lead, desk.version.id, subject, "Good.", organisation_id=own, now=now)
    assert made.subject == subject


@pytest.mark.parametrize("subject", ["question:Z.99", "nonsense", ""])
def test_a_part_that_is_not_there_cannot(
    session: Session, desk: Desk, lead: Actor, subject: str, now: datetime
) -> None:
    own = factories.own(lead)
    with pytest.raises(Invalid, match="not in the draft any more"):
        comment(session, lead, desk.version.id, subject, "Good.", organisation_id=own, now=now)


@pytest.mark.parametrize(
    ("body", "sentence"), [(" \n ", "Write your remark first"), ("x" * 4001, "4001 characters")]
)
def test_an_empty_or_endless_remark_is_refused(
    desk: Desk, lead: Actor, body: str, sentence: str
) -> None:
    with pytest.raises(Invalid, match=sentence) as refused:
        desk.says(lead, body)
    assert set(refused.value.fields) == {"body"}
    assert desk.says(lead, "x" * REMARK_LENGTH).body == "x" * REMARK_LENGTH


@pytest.mark.parametrize("role", [Role.SUPPLIER_SIGNATORY, Role.SUPPLIER_ADMIN])
def test_suppliers_neither_remark_nor_read_remarks(
    desk: Desk, session: Session, dialogue: Dialogue, role: Role, now: datetime
) -> None:
    supplier = factories.member(session, dialogue, role, now=now)
    with pytest.raises(Refused):
        desk.says(supplier, "Hello.")
    with pytest.raises(Refused):
        desk.threads(supplier)


def test_nobody_remarks_for_another_organisation_or_without_being_known(
    session: Session, desk: Desk, lead: Actor, second: Actor, now: datetime
) -> None:
    others = factories.own(second)
    for actor in (lead, SYSTEM, ANYONE):
        with pytest.raises(Refused):
            comment(session, actor, desk.version.id, POLICY, "Hm.", organisation_id=others, now=now)
    with pytest.raises(Refused):
        comment(session, lead, uuid4(), POLICY, "Hm.", organisation_id=factories.own(lead), now=now)


def test_an_editor_of_another_dialogue_can_do_nothing_here(
    desk: Desk, session: Session, lead: Actor, now: datetime
) -> None:
    stranger = factories.member(
        session, factories.dialogue(session, now=now), Role.LEAD_BUYER, now=now
    )
    remark = desk.says(lead, "Mine.")
    suggestion = desk.suggests(lead, "A policy?")
    refused: list[Callable[[], object]] = [
        lambda: desk.says(stranger, "Hello."),
        lambda: desk.says(stranger, "Hello.", to=remark),
        lambda: desk.suggests(stranger, "Policy?"),
        lambda: desk.accepts(stranger, suggestion),
        lambda: desk.declines(stranger, suggestion, "No."),
        lambda: resolve(session, stranger, remark.id, now=now),
        lambda: reopen_comment(session, stranger, remark.id, now=now),
        lambda: desk.threads(stranger),
    ]
    for act in refused:
        with pytest.raises(Refused):
            act()


def test_a_reply_answers_a_remark_on_the_same_part(
    desk: Desk, session: Session, lead: Actor, now: datetime
) -> None:
    remark = desk.says(lead, "Whose?")
    reply = desk.says(lead, "Ours.", to=remark)
    with pytest.raises(Refused):
        desk.says(lead, "A reply to a reply.", to=reply)
    own = factories.own(lead)
    with pytest.raises(Refused):
        comment(
            session,
            lead,
            desk.version.id,
            "head",
            "Elsewhere.",
            organisation_id=own,
            parent_id=remark.id,
            now=now,
        )


def test_after_publication_the_review_is_over(
    desk: Desk, session: Session, dialogue: Dialogue, lead: Actor, now: datetime
) -> None:
    remark, suggestion = desk.says(lead, "Whose?"), desk.suggests(lead, "A policy?")
    cast(session, lead, desk.version, now)
    publish(session, lead, dialogue.id, now=now)
    late: list[Callable[[], object]] = [
        lambda: desk.says(lead, "Late."),
        lambda: desk.says(lead, "Late.", to=remark),
        lambda: desk.suggests(lead, "Policy?"),
        lambda: desk.accepts(lead, suggestion),
        lambda: desk.declines(lead, suggestion, "No."),
        lambda: resolve(session, lead, remark.id, now=now),
    ]
    for act in late:
        with pytest.raises(NotNow, match="review is over"):
            act()
    assert [thread.may_settle or thread.may_decide for thread in desk.threads(lead)] == [
        False,
        False,
    ]


# Settling -------------------------------------------------------------------------------


def test_a_resolved_remark_is_shown_on_demand_and_takes_no_reply(
    desk: Desk, session: Session, lead: Actor, observer: Actor, now: datetime
) -> None:
    remark = desk.says(observer, "Whose?")
    resolve(session, lead, remark.id, now=now)
    (thread,) = desk.threads(lead)
    assert (thread.decided_at, thread.decided_by, thread.is_open) == (now, lead.name, False)
    assert desk.threads(lead, open_only=True) == []
    with pytest.raises(NotNow, match="has been settled"):
        desk.says(observer, "Not quite.", to=remark)
    reopen_comment(session, observer, remark.id, now=now)
    assert [thread.is_open for thread in desk.threads(lead)] == [True]
    assert acts(desk) == ["commented", "comment_resolved", "comment_reopened"]


def test_settling_again_changes_nothing(
    desk: Desk, session: Session, lead: Actor, now: datetime
) -> None:
    remark = desk.says(lead, "Whose?")
    reopen_comment(session, lead, remark.id, now=now)
    resolve(session, lead, remark.id, now=now)
    resolve(session, lead, remark.id, now=now + MINUTE)
    assert remark.decided_at == now
    assert acts(desk) == ["commented", "comment_resolved"]


def test_only_the_author_and_editors_resolve(
    desk: Desk, dialogue: Dialogue, observer: Actor, lead: Actor, now: datetime
) -> None:
    session = desk.session
    reader = factories.member(session, dialogue, Role.BUYER_READER, now=now)
    remark = desk.says(observer, "Whose?")
    with pytest.raises(Refused):
        resolve(session, reader, remark.id, now=now)
    may = {actor: desk.threads(actor)[0].may_settle for actor in (observer, lead, reader)}
    assert list(may.values()) == [True, True, False]
    resolve(session, observer, remark.id, now=now)
    assert remark.decided_by == observer.person_id


def test_a_reply_is_not_resolved_by_itself(
    desk: Desk, session: Session, lead: Actor, now: datetime
) -> None:
    reply = desk.says(lead, "Ours.", to=desk.says(lead, "Whose?"))
    with pytest.raises(Refused):
        resolve(session, lead, reply.id, now=now)


# Reading --------------------------------------------------------------------------------


def test_open_remarks_are_counted_by_part_in_one_query(
    desk: Desk, session: Session, lead: Actor, now: datetime
) -> None:
    first = desk.says(lead, "One.")
    desk.says(lead, "A reply.", to=first)
    desk.suggests(lead, "A policy?")
    resolve(session, lead, desk.says(lead, "Two.").id, now=now)
    own = factories.own(lead)
    comment(session, lead, desk.version.id, "head", "Title?", organisation_id=own, now=now)
    session.flush()
    with counted(session) as statements:
        found = comment_counts(session, desk.version.id)
    assert found == {POLICY: Counts(2, 1), "head": Counts(1, 0)}
    assert len(statements) == 1


def test_threads_take_as_many_queries_for_many_remarks_as_for_one(
    desk: Desk, session: Session, lead: Actor, observer: Actor, second: Actor
) -> None:
    desk.says(lead, "One.")
    session.flush()
    session.expire_all()
    with counted(session) as few:
        desk.threads(lead)
    for actor in (observer, second, lead):
        desk.says(second, "Yes.", to=desk.says(actor, "More."))
    session.flush()
    session.expire_all()
    with counted(session) as many:
        assert len(desk.threads(lead)) == 4
    assert len(few) == len(many) == 2


# Mail -----------------------------------------------------------------------------------


def mailed(session: Session) -> list[str]:
    """Who was mailed of a reply."""
    query = select(OutboxMail.recipient).where(OutboxMail.subject.contains("a reply on A.01"))
    return sorted(session.scalars(query))


def test_a_reply_is_mailed_to_the_others_of_the_thread(
    desk: Desk, session: Session, observer: Actor, lead: Actor, second: Actor
) -> None:
    remark = desk.says(observer, "Whose?")
    desk.later().says(lead, "Ours.", to=remark)
    assert mailed(session) == [observer.email]
    desk.later(2 * MINUTE).says(second, "Theirs.", to=remark)
    assert mailed(session) == sorted([observer.email, lead.email])
    desk.later(30 * MINUTE).says(observer, "So?", to=remark)
    assert mailed(session) == sorted([observer.email, lead.email, lead.email, second.email])
    body = session.scalars(select(OutboxMail.body)).first()
    assert body is not None
    assert "Ours." in body


def test_a_lively_thread_sends_a_mail_in_ten_minutes_at_most() -> None:
    start = datetime(2026, 9, 1, tzinfo=UTC)
    reader, other = UUID(int=1), UUID(int=2)
    thread = [(reader, start)]
    mails = []
    for minute in range(1, 40):
        thread.append((other, start + minute * MINUTE))
        if wants_mail(thread, reader):
            mails.append(minute)
    assert mails == [1, 11, 21, 31]
    assert not wants_mail(thread, other)
    assert not wants_mail(thread, UUID(int=3))
