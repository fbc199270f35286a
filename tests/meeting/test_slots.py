"""Bilateral talks: the same offer to every supplier, one talk for each, at once or not."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from portal.core.db import Database, Session
from portal.core.errors import Invalid, NotNow, Refused
from portal.core.mail import OutboxMail
from portal.identity.actor import Actor
from portal.meeting import operations
from portal.meeting.models import Slot
from portal.meeting.operations_slots import Series, book_slot, leave_slot, offer_slots
from portal.meeting.queries_slots import slots_page
from tests import factories
from tests.meeting.builders import World, acts, plan_at, world


def _offer(session: Session, made: World, actor: Actor, **changes: Any) -> list[Slot]:  # noqa: ANN401
    values: dict[str, Any] = {
        "first_at": made.meeting.ends_at,
        "minutes": 30,
        "pause": 10,
        "count": 3,
    }
    offer_slots(session, actor, made.meeting.id, Series(**(values | changes)), now=made.now)
    return list(session.scalars(select(Slot).order_by(Slot.starts_at)))


def test_a_series_is_offered_to_every_supplier_at_one_instant(
    session: Session, now: datetime
) -> None:
    made = world(session, now=now, announced=False, released=False)
    with pytest.raises(NotNow, match="for all"):
        _offer(session, made, made.secretariat)
    operations.announce(session, made.lead, made.meeting.id, now=made.now)
    for name, actor in made.everybody.items():
        if name not in {"secretariat", "lead"}:
            with pytest.raises(Refused):
                _offer(session, made, actor)
    for field, changes in (
        ("first_at", {"first_at": made.meeting.starts_at}),
        ("minutes", {"minutes": 1}),
        ("pause", {"pause": -1}),
        ("count", {"count": 1}),
        ("per_day", {"per_day": 0}),
        ("per_day", {"minutes": 240, "count": 7}),
    ):
        with pytest.raises(Invalid) as fault:
            _offer(session, made, made.lead, **changes)
        assert set(fault.value.fields) == {field}
    slots = _offer(session, made, made.secretariat)
    assert {slot.ends_at - slot.starts_at for slot in slots} == {timedelta(minutes=30)}
    assert slots[1].starts_at - slots[0].starts_at == timedelta(minutes=40)
    mails = session.scalars(
        select(OutboxMail).where(OutboxMail.subject.contains("bilateral talks"))
    ).all()
    suppliers = (made.supplier, made.admin, made.contributor, made.rival)
    assert sorted(mail.recipient for mail in mails) == sorted(each.email for each in suppliers)
    assert len({mail.body for mail in mails}) == 1
    assert {mail.created_at for mail in mails} == {made.meeting.slots_offered_at}
    assert "3" not in mails[0].body.replace("30 minutes", "")
    longer = plan_at(made.now, ends_at=slots[0].starts_at + timedelta(minutes=1))
    with pytest.raises(Invalid) as fault:
        operations.change(session, made.lead, made.meeting.id, longer, version=1, now=made.now)
    assert set(fault.value.fields) == {"ends_at"}
    with pytest.raises(Invalid, match="talks already"):
        _offer(session, made, made.lead, first_at=slots[1].starts_at)
    assert acts(session, made.dialogue.id, "meeting")[-1].act == "slots_offered"


def test_a_series_goes_on_the_next_working_day(session: Session, now: datetime) -> None:
    made = world(session, now=now, released=False)
    friday = made.meeting.ends_at + timedelta(days=(4 - made.meeting.ends_at.weekday()) % 7)
    slots = _offer(session, made, made.lead, first_at=friday, per_day=2)
    after = [slot.starts_at - friday for slot in slots]
    assert after == [timedelta(0), timedelta(minutes=40), timedelta(days=3)]


def test_a_supplier_has_one_talk_and_sees_only_what_is_free(
    session: Session, now: datetime
) -> None:
    made = world(session, now=now, released=False)
    first, second, _third = _offer(session, made, made.lead)
    own, other = factories.own(made.supplier), factories.own(made.rival)
    for actor, company in (
        (made.contributor, own),
        (made.lead, own),
        (made.rival, own),
        (made.supplier, other),
    ):
        with pytest.raises(Refused):
            book_slot(session, actor, first.id, company, now=made.now)
    book_slot(session, made.supplier, first.id, own, now=made.now)
    with pytest.raises(NotNow, match="has a time already"):
        book_slot(session, made.admin, second.id, own, now=made.now)
    with pytest.raises(NotNow, match="Somebody else"):
        book_slot(session, made.rival, first.id, other, now=made.now)

    def seen(actor: Actor) -> list[tuple[str, bool]]:
        page = slots_page(session, actor, made.dialogue.id, made.meeting.id, now=made.now)
        return [(each.taken_by, each.own) for each in page.slots]

    assert seen(made.rival) == [("", False), ("", False)]
    assert seen(made.supplier) == [("Northern Laptops", True), ("", False), ("", False)]
    assert seen(made.reader)[0] == ("Northern Laptops", False)
    with pytest.raises(Refused):
        seen(made.observer)


def test_a_talk_is_given_back_until_it_begins(session: Session, now: datetime) -> None:
    made = world(session, now=now, released=False)
    first, *_ = _offer(session, made, made.lead)
    own, other = factories.own(made.supplier), factories.own(made.rival)
    book_slot(session, made.supplier, first.id, own, now=made.now)
    with pytest.raises(Refused):
        leave_slot(session, made.rival, first.id, now=made.now)
    with pytest.raises(NotNow):
        leave_slot(session, made.supplier, first.id, now=first.starts_at)
    leave_slot(session, made.admin, first.id, now=made.now)
    with pytest.raises(NotNow, match="over"):
        book_slot(session, made.rival, first.id, other, now=first.starts_at)
    book_slot(session, made.rival, first.id, other, now=made.now)
    assert [row.act for row in acts(session, made.dialogue.id, "slot")] == [
        "slot_booked",
        "slot_left",
        "slot_booked",
    ]


def _at_once(database: Database, now: datetime, *wanted: tuple[Actor, UUID]) -> list[str]:
    """What came of bookings that are made at the same time."""

    def book(which: tuple[Actor, UUID]) -> str:
        actor, slot_id = which
        try:
            with database.transaction() as session:
                book_slot(session, actor, slot_id, factories.own(actor), now=now)
        except NotNow as refused:
            return str(refused.reason)
        return "booked"

    with ThreadPoolExecutor(len(wanted)) as pool:
        return list(pool.map(book, wanted))


def test_of_two_who_book_at_once_one_gets_it(database: Database, now: datetime) -> None:
    with database.transaction() as session:
        made = world(session, now=now, released=False)
        first, second, third = [slot.id for slot in _offer(session, made, made.lead)]
    both = _at_once(database, made.now, (made.supplier, first), (made.rival, first))
    assert both.count("booked") == 1
    loser = (made.supplier, made.rival)[both[0] == "booked"]
    same_company = [(loser, second), (loser, third)]
    assert _at_once(database, made.now, *same_company).count("booked") == 1
    with database.session(writes=False) as session:
        taken = [slot.organisation_id for slot in session.scalars(select(Slot))]
    assert {each for each in taken if each} == {
        factories.own(made.supplier),
        factories.own(made.rival),
    }
    assert taken.count(None) == 1
