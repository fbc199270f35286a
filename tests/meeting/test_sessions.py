"""The life cycle of a session: who may do what, when, and what is left of it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from portal.core.db import Database, Session
from portal.core.errors import Invalid, NotNow, Refused
from portal.core.mail import OutboxMail
from portal.core.settings import Settings
from portal.identity.actor import Actor
from portal.identity.roles import Role
from portal.meeting import operations, operations_agenda, operations_minutes
from portal.meeting.jobs import close_registrations, end_circulations
from portal.meeting.models import Meeting
from portal.meeting.operations_agenda import Item
from portal.meeting.operations_minutes import Entry
from portal.meeting.queries import (
    agenda_of,
    meeting_of,
    public_meeting,
    readable_meeting,
    sessions_of,
)
from portal.meeting.queries_agenda import subjects, timed_agenda
from portal.meeting.rules import FROM, STATES
from tests import factories
from tests.meeting.builders import World, acts, plan_at, register, registered_world, world

Act = Callable[[Session, Actor, World, datetime], object]
REASON = "The room is flooded"
ACTS: dict[str, tuple[str, Act]] = {
    "announce": ("announced", lambda s, a, w, at: operations.announce(s, a, w.meeting.id, now=at)),
    "close_registration": (
        "registration_closed",
        lambda s, a, w, at: operations.close_registration(
            s, a, w.meeting.id, reason=REASON, now=at
        ),
    ),
    "hold": ("held", lambda s, a, w, at: operations.hold(s, a, w.meeting.id, now=at)),
    "draft_minutes": (
        "minutes_draft",
        lambda s, a, w, at: operations_minutes.draft_minutes(s, a, w.meeting.id, now=at),
    ),
    "circulate": (
        "circulated",
        lambda s, a, w, at: operations_minutes.circulate(s, a, w.meeting.id, now=at),
    ),
    "end_circulation": (
        "final",
        lambda s, a, w, at: operations_minutes.end_circulation(s, a, w.meeting.id, now=at),
    ),
    "publish_summary": (
        "summarised",
        lambda s, a, w, at: operations_minutes.publish_summary(
            s, a, w.meeting.id, "We talked.", now=at
        ),
    ),
    "cancel": (
        "cancelled",
        lambda s, a, w, at: operations.cancel(s, a, w.meeting.id, reason=REASON, now=at),
    ),
}
RUNNING = {"secretariat", "lead"}


def _instant(made: World, act: str) -> datetime:
    """When each act is in time: what waits for the session happens after it."""
    return made.now if act in {"announce", "cancel"} else made.starts_at + timedelta(days=20)


def _put(session: Session, made: World, state: str) -> None:
    """The session as it is in this state, with a passage in its minutes."""
    made.meeting.state = "minutes_draft"
    operations_minutes.add_entry(
        session,
        made.secretariat,
        made.meeting.id,
        made.items[0].id,
        Entry(text="Yes"),
        now=made.now,
    )
    made.meeting.state = state
    made.meeting.circulation_ends_at = made.now + timedelta(days=10)
    session.flush()


def _marks(session: Session, made: World) -> list[str]:
    return [row.act for row in acts(session, made.dialogue.id, "meeting")]


def test_every_legal_step_leaves_one_row_and_every_other_is_refused(
    session: Session, now: datetime
) -> None:
    made = world(session, now=now, announced=False, released=False)
    _put(session, made, "planned")
    for act, (to, perform) in ACTS.items():
        for state in STATES:
            at = _instant(made, act)
            if act == "hold" and state == "announced":
                continue  # Registration whose time has passed closes with it; tested below.
            made.meeting.state = state
            session.flush()
            before = len(_marks(session, made))
            if state in FROM[act]:
                perform(session, made.secretariat, made, at)
                row = acts(session, made.dialogue.id, "meeting")[-1]
                assert (made.meeting.state, len(_marks(session, made))) == (to, before + 1)
                assert (row.details["from"], row.details["to"]) == (state, to)
                assert row.person_id == made.secretariat.person_id
                assert row.organisation_id == factories.own(made.secretariat)
                assert row.at == at
            else:
                with pytest.raises(NotNow):
                    perform(session, made.secretariat, made, at)
                assert (made.meeting.state, len(_marks(session, made))) == (state, before)


@pytest.mark.parametrize("act", ACTS)
def test_only_secretariat_and_lead_buyer_take_a_step(
    session: Session, now: datetime, act: str
) -> None:
    made = world(session, now=now, announced=False, released=False)
    _put(session, made, min(FROM[act]))
    elsewhere = factories.dialogue(session, now=now)
    stranger = factories.member(session, elsewhere, Role.SECRETARIAT, now=now)
    may = RUNNING | ({"co_buyer"} if act == "draft_minutes" else set())
    state, perform = made.meeting.state, ACTS[act][1]
    refused = {name: actor for name, actor in made.everybody.items() if name not in may}
    for actor in (*refused.values(), stranger):
        with pytest.raises(Refused):
            perform(session, actor, made, _instant(made, act))
    assert made.meeting.state == state
    perform(session, made.lead, made, _instant(made, act))


def test_everybody_is_told_at_one_instant_in_their_language_with_the_calendar(
    session: Session, now: datetime
) -> None:
    made = world(session, now=now, released=False)
    mails = session.scalars(
        select(OutboxMail).where(OutboxMail.subject.contains("session announced"))
    ).all()
    told = {mail.recipient for mail in mails}
    assert {actor.email for actor in made.everybody.values()} <= told
    assert len(mails) == len(told)
    assert {mail.created_at for mail in mails} == {made.now} == {made.meeting.announced_at}
    assert len({mail.body for mail in mails}) == 1
    assert "DTEND:20261017T110000Z" in mails[0].calendar
    assert "meet.example.org" not in mails[0].body + mails[0].calendar


def test_a_changed_time_is_told_to_all_and_a_new_address_to_the_registered(
    session: Session, now: datetime
) -> None:
    made = registered_world(session, now=now, released=False)

    def change(version: int, **changes: object) -> list[OutboxMail]:
        before = set(session.scalars(select(OutboxMail.id)))
        operations.change(
            session,
            made.lead,
            made.meeting.id,
            plan_at(made.now, **changes),
            version=version,
            now=made.now + timedelta(hours=1),
        )
        return [row for row in session.scalars(select(OutboxMail)) if row.id not in before]

    moved = {"place": "Town hall", "online_address": "https://meet.example.org/wages"}
    assert len(change(1, **moved)) >= len(made.everybody)
    mails = change(2, place="Town hall", online_address="https://meet.example.org/other")
    registered = (made.secretariat, made.lead, made.co_buyer, made.observer, made.supplier)
    assert {mail.recipient for mail in mails} == {
        actor.email for actor in (*registered, made.rival)
    }
    assert all("other" in mail.calendar for mail in mails)
    assert not change(3, place="Town hall", online_address="https://meet.example.org/other")
    mails = change(3, online_address="https://meet.example.org/other")
    online = {mail.recipient for mail in mails if "other" in mail.calendar}
    assert online == {actor.email for actor in (*registered, made.rival)}
    assert len(mails) == len({mail.recipient for mail in mails}) > len(online)
    mails = change(4, online_address="")
    assert all("no online address any more" in mail.body for mail in mails)
    assert not any("new address" in mail.subject for mail in mails)


def test_registration_never_closes_earlier_than_announced_by_a_change(
    session: Session, now: datetime
) -> None:
    made = world(session, now=now, released=False)
    closes_at = made.meeting.registration_closes_at

    def change(hours: int, at: datetime, version: int = 1, **changes: object) -> None:
        wanted = plan_at(
            made.now, registration_closes_at=closes_at + timedelta(hours=hours), **changes
        )
        operations.change(session, made.lead, made.meeting.id, wanted, version=version, now=at)

    for hours, at in ((-1, made.now), (1, closes_at)):
        with pytest.raises(Invalid) as fault:
            change(hours, at)
        assert set(fault.value.fields) == {"registration_closes_at"}
    change(1, made.now)
    operations.close_registration(session, made.lead, made.meeting.id, reason=REASON, now=made.now)
    with pytest.raises(Invalid, match="has closed"):
        change(2, made.now, 2)
    earlier = made.starts_at - timedelta(days=2)
    change(1, made.now, 2, starts_at=earlier)
    assert made.meeting.starts_at == earlier


def test_two_who_plan_do_not_lose_each_others_words(session: Session, now: datetime) -> None:
    made = world(session, now=now, announced=False, released=False)
    mine, theirs = plan_at(made.now, purpose="Mine"), plan_at(made.now, purpose="Theirs")
    operations.change(session, made.co_buyer, made.meeting.id, theirs, version=1, now=made.now)
    with pytest.raises(Invalid, match="Somebody else changed"):
        operations.change(session, made.lead, made.meeting.id, mine, version=1, now=made.now)
    assert made.meeting.purpose == "Theirs"
    item = made.items[0]
    operations_agenda.change_item(
        session, made.lead, item.id, title="Theirs", note="", minutes=5, version=1, now=made.now
    )
    with pytest.raises(Invalid, match="Somebody else changed"):
        operations_agenda.change_item(
            session, made.lead, item.id, title="Mine", note="", minutes=5, version=1, now=made.now
        )


def test_a_co_buyer_plans_until_it_is_announced(session: Session, now: datetime) -> None:
    made = world(session, now=now, announced=False, released=False)
    own = operations.plan(session, made.co_buyer, made.dialogue.id, plan_at(made.now), now=made.now)
    item = operations_agenda.add_item(
        session, made.co_buyer, made.meeting.id, Item(title="Audits"), now=made.now
    )
    for actor in (made.reader, made.observer, made.supplier):
        with pytest.raises(Refused):
            operations.plan(session, actor, made.dialogue.id, plan_at(made.now), now=made.now)
    with pytest.raises(NotNow, match="agenda"):
        operations.announce(session, made.lead, own.id, now=made.now)
    operations.announce(session, made.secretariat, made.meeting.id, now=made.now)
    with pytest.raises(Refused):
        operations_agenda.remove_item(session, made.co_buyer, item.id, now=made.now)
    with pytest.raises(Refused):
        operations.change(
            session, made.co_buyer, made.meeting.id, plan_at(made.now), version=1, now=made.now
        )


def test_the_agenda_offers_what_suppliers_may_see_and_has_times(
    session: Session, now: datetime
) -> None:
    made = world(session, now=now, announced=False)
    offered = subjects(session, made.dialogue.id, "en")["question"]
    assert made.items[1].title == offered["B.01"]
    with pytest.raises(Invalid, match="released"):
        operations_agenda.add_item(
            session,
            made.lead,
            made.meeting.id,
            Item(kind="question", subject_id="C.99", title="Hidden"),
            now=made.now,
        )
    operations_agenda.move_item(session, made.lead, made.items[2].id, up=True, now=made.now)
    operations_agenda.move_item(session, made.lead, made.items[0].id, up=True, now=made.now)
    plan = timed_agenda(session, made.meeting)
    assert [(each.item.kind, each.begins_at - made.starts_at) for each in plan.items] == [
        ("text", timedelta(0)),
        ("break", timedelta(minutes=10)),
        ("question", timedelta(minutes=25)),
    ]
    assert (plan.minutes, plan.overrun) == (70, 0)
    operations_agenda.remove_item(session, made.lead, made.items[2].id, now=made.now)
    assert [each.kind for each in agenda_of(session, made.meeting.id)] == ["text", "question"]
    assert [row.act for row in acts(session, made.dialogue.id, "agenda_item")][-2:] == [
        "item_moved",
        "item_removed",
    ]


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("title", {"title": " "}),
        ("title", {"title": "x" * 201}),
        ("place", {"place": "", "online_address": ""}),
        ("online_address", {"online_address": "javascript:alert(1)"}),
        ("ends_at", {"ends_at": datetime.fromisoformat("2026-09-02T00:00:00+00:00")}),
        (
            "registration_closes_at",
            {"registration_closes_at": datetime.fromisoformat("2027-09-02T00:00:00+00:00")},
        ),
    ],
)
def test_a_plan_with_a_fault_names_its_field(
    session: Session, now: datetime, field: str, changes: dict[str, object]
) -> None:
    dialogue = factories.dialogue(session, now=now)
    lead = factories.member(session, dialogue, Role.LEAD_BUYER, now=now)
    with pytest.raises(Invalid) as fault:
        operations.plan(session, lead, dialogue.id, plan_at(now, **changes), now=now)
    assert set(fault.value.fields) == {field}


def test_registration_closes_by_its_time_and_minutes_after_ten_days(
    database: Database, settings: Settings, now: datetime
) -> None:
    with database.transaction() as session:
        made = world(session, now=now, released=False)
        register(session, made, made.secretariat, made.supplier)
        _put(session, made, "announced")
    closes_at = made.meeting.registration_closes_at
    assert close_registrations(database, settings, closes_at - timedelta(seconds=1)) == 0
    assert close_registrations(database, settings, closes_at) == 1
    assert close_registrations(database, settings, closes_at) == 0
    with database.transaction() as session:
        session.get_one(Meeting, made.meeting.id).state = "circulated"
    over = made.now + timedelta(days=10)
    assert end_circulations(database, settings, over - timedelta(seconds=1)) == 0
    assert end_circulations(database, settings, over) == 1
    with database.session(writes=False) as session:
        assert session.get_one(Meeting, made.meeting.id).state == "final"
        marks = acts(session, made.dialogue.id, "meeting")[-2:]
        assert [(row.act, row.person_id) for row in marks] == [
            ("registration_closed", None),
            ("final", None),
        ]


def test_what_is_held_closes_its_registration_and_not_before_it_begins(
    session: Session, now: datetime
) -> None:
    made = world(session, now=now, released=False)
    with pytest.raises(NotNow):
        operations.hold(session, made.lead, made.meeting.id, now=made.now)
    with pytest.raises(Invalid, match="Say why"):
        operations.close_registration(session, made.lead, made.meeting.id, now=made.now)
    operations.hold(session, made.lead, made.meeting.id, now=made.starts_at)
    assert _marks(session, made)[-2:] == ["registration_closed", "held"]


def test_only_those_who_plan_see_a_session_before_it_is_announced(
    session: Session, now: datetime
) -> None:
    made = world(session, now=now, announced=False, released=False)
    seen = {
        name
        for name, actor in made.everybody.items()
        if sessions_of(session, actor, made.dialogue).ahead
    }
    assert seen == {"secretariat", "lead", "co_buyer"}
    for actor in (made.reader, made.observer, made.supplier):
        with pytest.raises(Refused):
            readable_meeting(session, actor, made.dialogue.id, made.meeting.id)
    operations.announce(session, made.lead, made.meeting.id, now=made.now)
    stranger = replace(made.supplier, grants=())
    assert public_meeting(session, stranger, made.dialogue.id, made.meeting.id) is made.meeting
    with pytest.raises(Refused):
        readable_meeting(session, stranger, made.dialogue.id, made.meeting.id)
    with pytest.raises(Refused):
        meeting_of(session, uuid4(), made.meeting.id)
