"""What the clock says of commitments, and the follow-up that is filled in from them."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from portal.core.db import Session
from portal.core.errors import NotNow, Refused
from portal.core.mail import OutboxMail
from portal.dialogue import operations as dialogues
from portal.dialogue.models import Dialogue
from portal.dialogue.queries import load_actor
from portal.identity.actor import SYSTEM
from portal.identity.models import Person
from portal.identity.roles import Role
from portal.invitation.models import Invitation
from portal.meeting.commitments_reminders import batches, remind_of_commitments
from portal.meeting.commitments_rules import State
from portal.meeting.follow_up_rows import Promise, commitments_table, follow_up_rows
from portal.meeting.operations_follow_up import bring_commitments
from portal.meeting.operations_next_round import FOLLOW_UP_PATH, Along, go_on
from portal.meeting.queries_next_round import FOLLOW_UP
from portal.questionnaire.check import problems
from portal.questionnaire.loader import read
from portal.questionnaire.models import Version
from portal.response.loading import given_answers
from portal.response.values import check
from tests import factories
from tests.meeting.commitment_world import ADDRESS, World, world

EARLY = timedelta(hours=6)
"""From midnight in UTC to 07:00 and later in Brussels."""


@pytest.fixture
def w(session: Session, now: datetime) -> World:
    return world(session, now)


def turn(w: World, moment: datetime) -> list[OutboxMail]:
    """The mails that one turn of the clock writes."""
    w.session.flush()
    known = set(w.session.scalars(select(OutboxMail.id)))
    for some in batches(w.session, now=moment):
        remind_of_commitments(w.session, some, address=ADDRESS, now=moment)
    w.session.flush()
    mails = w.session.scalars(select(OutboxMail).order_by(OutboxMail.recipient))
    return [mail for mail in mails if mail.id not in known]


def morning(w: World, days: int) -> datetime:
    """So many days before the due day, after seven in Brussels."""
    day = w.due - timedelta(days=days)
    return datetime(day.year, day.month, day.day, tzinfo=UTC) + EARLY


def test_who_promised_is_reminded_once_and_both_sides_the_day_after(w: World) -> None:
    w.now -= timedelta(days=10)
    person = w.session.get_one(Person, w.supplier.person_id)
    person.language = "fr"
    w.in_state(State.IN_PROGRESS, due_on=w.due + timedelta(days=10))
    w.now += timedelta(days=10)
    assert turn(w, morning(w, 31)) == []
    for days in (30, 7):
        (mail,) = turn(w, morning(w, days))
        assert (mail.recipient, mail.language) == (w.supplier.email, "fr")
        assert "BEGIN:VEVENT" in mail.calendar
        assert mail.body.count(ADDRESS) == 1
        assert turn(w, morning(w, days) + timedelta(hours=1)) == []
    late = turn(w, morning(w, -1))
    told = {mail.recipient for mail in late}
    assert {w.supplier.email, w.lead.email, w.secretariat.email} <= told
    assert not told & {w.rival.email, w.other_buyer.email}
    assert turn(w, morning(w, -2)) == []


def test_nobody_is_reminded_of_what_is_shown_or_not_agreed(w: World) -> None:
    for state in (State.PROPOSED, State.PROOF_GIVEN, State.VERIFIED, State.DROPPED):
        w.in_state(state)
    assert turn(w, morning(w, 7)) == []
    assert turn(w, morning(w, -1)) == []


def followed(w: World) -> Dialogue:
    """A follow-up to the world's dialogue, published, with the supplier in it."""
    along = Along(
        kind=FOLLOW_UP,
        short_name="after",
        title="What became of it",
        opens_at=w.now,
        closes_at=w.now + timedelta(days=30),
    )
    made = go_on(w.session, w.secretariat, w.dialogue.id, along, address=ADDRESS, now=w.now)
    made.state, made.published_at = "published", w.now
    version = w.session.scalars(select(Version).filter_by(dialogue_id=made.id)).one()
    version.state, version.published_at = "published", w.now
    for person in (w.supplier, w.rival):
        dialogues.grant_role(
            w.session,
            SYSTEM,
            made.id,
            organisation_id=factories.own(person),
            email=person.email,
            role=Role.SUPPLIER_SIGNATORY,
            now=w.now,
        )
    w.supplier, w.rival = (
        load_actor(w.session, each.person_id)  # type: ignore[arg-type]  # a person
        for each in (w.supplier, w.rival)
    )
    return made


def test_a_follow_up_asks_each_supplier_about_its_own_commitments(w: World) -> None:
    w.in_state(State.VERIFIED, text="We list\nour sites.")
    w.in_state(State.OVERDUE, text="We pay the fees back.")
    w.in_state(State.DROPPED, text="Never mind.")
    made = followed(w)
    invited = select(Invitation.organisation_id).filter_by(dialogue_id=made.id)
    assert list(w.session.scalars(invited)) == [factories.own(w.supplier)]
    response = factories.response(w.session, made, w.supplier, now=w.now)
    contributor = factories.colleague(
        w.session, made, w.supplier, Role.SUPPLIER_CONTRIBUTOR, now=w.now
    )
    for actor in (w.rival, w.lead, contributor):
        with pytest.raises(Refused):
            bring_commitments(w.session, actor, response.id, now=w.now)
    brought = bring_commitments(w.session, w.supplier, response.id, now=w.now)
    assert (brought.section_id, brought.rows) == ("A", 2)
    answer = given_answers(w.session, response.id)["A.04"]
    assert answer.state == "suggested", "nothing counts before somebody confirms it"
    assert {(row["commitment"], row["state"]) for row in answer.value} == {
        ("We list our sites.", "done"),
        ("We pay the fees back.", "late"),
    }
    with pytest.raises(NotNow):
        bring_commitments(w.session, w.supplier, response.id, now=w.now)
    nothing = factories.response(w.session, made, w.rival, now=w.now)
    with pytest.raises(NotNow):
        bring_commitments(w.session, w.rival, nothing.id, now=w.now)


def test_what_is_filled_in_fits_the_table_of_the_questionnaire(now: datetime) -> None:
    questionnaire = read(FOLLOW_UP_PATH)
    assert problems(questionnaire) == []
    table = commitments_table(questionnaire)
    assert table is not None
    promises = [
        Promise(
            text="x" * 1500,
            due_on=now.date(),
            state=state,
            shown_on=now.date(),
            proof="The list\nis there",
            link="https://example.org/list",
        )
        for state in State
    ]
    rows = follow_up_rows(table, promises)
    assert len(rows) == len(State)
    faults = check(table, rows)
    assert not [fault for fault in faults if "1000" in str(fault)], faults
    assert {row["state"] for row in rows} == {"done", "late", "on_track"}
