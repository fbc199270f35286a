"""Setting up a dialogue, giving roles, and keeping the promised calendar."""

from datetime import UTC, datetime, timedelta

import pytest

from portal.core.audit import entries_of_dialogue
from portal.core.db import Session
from portal.core.errors import Invalid, NotNow, Refused
from portal.core.mail import OutboxMail
from portal.dialogue import operations
from portal.dialogue.queries import dialogues_of, load_actor, parties, role_holders
from portal.dialogue.rules import is_closed, is_open
from portal.identity.actor import SYSTEM
from portal.identity.models import Person
from portal.identity.operations import ensure_member, ensure_person
from portal.identity.roles import OrganisationKind, Role
from tests import factories


def test_a_secretariats_founder_becomes_its_secretariat(session: Session, now: datetime) -> None:
    institute = factories.organisation(session, OrganisationKind.SECRETARIAT, now=now)
    person = ensure_person(session, email="sara@example.org", now=now)
    ensure_member(session, person.id, institute.id, now=now)
    plan = operations.Plan(
        short_name="laptops",
        title="Laptops",
        purpose="",
        rules="",
        opens_at=now,
        closes_at=now + timedelta(days=30),
    )
    made = operations.create(session, load_actor(session, person.id), plan, now=now)
    assert load_actor(session, person.id).roles(made.id) >= {Role.SECRETARIAT}
    assert dialogues_of(session, load_actor(session, person.id)) == [made]


def test_a_suppliers_person_cannot_set_up_a_dialogue(session: Session, now: datetime) -> None:
    made = factories.dialogue(session, now=now)
    actor = factories.supplier(session, made, now=now)
    plan = operations.Plan(
        short_name="mine", title="Mine", purpose="", rules="", opens_at=now, closes_at=now
    )
    with pytest.raises(Refused):
        operations.create(session, actor, plan, now=now)


@pytest.mark.parametrize("short_name", ["", "A", "1st", "with space", "x" * 40, "ü", "../x"])
def test_a_bad_short_name_is_refused_at_its_field(
    session: Session, now: datetime, short_name: str
) -> None:
    plan = operations.Plan(
        short_name=short_name,
        title="T",
        purpose="",
        rules="",
        opens_at=now,
        closes_at=now + timedelta(days=1),
    )
    with pytest.raises(Invalid) as fault:
        operations.create(session, SYSTEM, plan, now=now)
    assert set(fault.value.fields) == {"short_name"}


def test_a_short_name_is_given_once(session: Session, now: datetime) -> None:
    factories.dialogue(session, short_name="laptops", now=now)
    with pytest.raises(Invalid, match="already"):
        factories.dialogue(session, short_name="laptops", now=now)


def test_a_dialogue_closes_after_it_opens(session: Session, now: datetime) -> None:
    with pytest.raises(Invalid) as fault:
        factories.dialogue(session, now=now, days=0)
    assert set(fault.value.fields) == {"closes_at"}


def test_nobody_is_secretariat_and_lead_buyer_of_one_dialogue(
    session: Session, now: datetime
) -> None:
    made = factories.dialogue(session, now=now)
    lead = factories.member(session, made, Role.LEAD_BUYER, now=now)
    institute = factories.organisation(session, OrganisationKind.SECRETARIAT, now=now)
    with pytest.raises(Invalid, match="secretariat and lead buyer"):
        operations.grant_role(
            session,
            lead,
            made.id,
            organisation_id=institute.id,
            email=lead.email,
            role=Role.SECRETARIAT,
            now=now,
        )


def test_an_organisation_holds_only_roles_that_fit_it(session: Session, now: datetime) -> None:
    made = factories.dialogue(session, now=now)
    ngo = factories.organisation(session, OrganisationKind.OBSERVER, now=now)
    with pytest.raises(Invalid):
        operations.grant_role(
            session,
            SYSTEM,
            made.id,
            organisation_id=ngo.id,
            email="x@example.org",
            role=Role.LEAD_BUYER,
            now=now,
        )


def test_a_reader_cannot_give_roles(session: Session, now: datetime) -> None:
    made = factories.dialogue(session, now=now)
    reader = factories.member(session, made, Role.BUYER_READER, now=now)
    with pytest.raises(Refused):
        operations.grant_role(
            session,
            reader,
            made.id,
            organisation_id=factories.own(reader),
            email="x@example.org",
            role=Role.LEAD_BUYER,
            now=now,
        )


def test_an_appointed_person_gets_a_link_and_their_organisation_takes_part(
    session: Session, now: datetime
) -> None:
    made = factories.dialogue(session, now=now)
    lead = factories.member(session, made, Role.LEAD_BUYER, now=now)
    appointment = operations.Appointment(
        organisation="Region of Elsewhere",
        country="FR",
        name="Claire",
        email="claire@example.org",
        role=Role.CO_BUYER,
    )
    operations.appoint(session, lead, made.id, appointment, address="https://x/", now=now)
    assert "Region of Elsewhere" in {o.name for o in parties(session, made.id, "buyer")}
    assert Role.CO_BUYER in {row.role for row in role_holders(session, made.id)}
    assert [m.recipient for m in session.query(OutboxMail)] == ["claire@example.org"]


def test_answers_are_taken_up_to_the_closing_instant(session: Session, now: datetime) -> None:
    made = factories.published(session, now=now, days=10)
    second = timedelta(seconds=1)
    assert not is_open(made, made.opens_at - second)
    assert is_open(made, made.opens_at)
    assert is_open(made, made.closes_at - second)
    assert not is_open(made, made.closes_at)
    assert is_closed(made, made.closes_at)


def test_a_deadline_moves_only_later_and_everyone_is_told(session: Session, now: datetime) -> None:
    made = factories.published(session, now=now, days=10)
    lead = factories.member(session, made, Role.LEAD_BUYER, now=now)
    factories.supplier(session, made, now=now)
    earlier = made.closes_at - timedelta(days=1)
    with pytest.raises(Invalid):
        operations.extend(session, lead, made.id, closes_at=earlier, reason="r", now=now)
    later = made.closes_at + timedelta(days=5)
    with pytest.raises(Invalid):
        operations.extend(session, lead, made.id, closes_at=later, reason=" ", now=now)
    operations.extend(session, lead, made.id, closes_at=later, reason="A late answer.", now=now)
    assert made.closes_at == later
    told = {mail.recipient for mail in session.query(OutboxMail)}
    assert told == {row.email for row in role_holders(session, made.id)}
    assert entries_of_dialogue(session, made.id)[0].details["reason"] == "A late answer."


def test_everyone_reads_the_new_closing_time_in_their_language_and_time_zone(
    session: Session, now: datetime
) -> None:
    made = factories.published(session, now=now, days=10)
    lead = factories.member(session, made, Role.LEAD_BUYER, now=now)
    reader = factories.member(session, made, Role.CO_BUYER, now=now)
    person = session.get_one(Person, reader.person_id)
    person.language, person.time_zone = "de", "Europe/Helsinki"
    later = datetime(2026, 12, 10, 12, 5, tzinfo=UTC)
    operations.extend(session, lead, made.id, closes_at=later, reason="A late answer.", now=now)
    session.flush()
    mails = {mail.recipient: mail for mail in session.query(OutboxMail)}
    assert "Thu 10 Dec 2026, 13:05 CET (12:05 UTC)" in mails[lead.email].body
    assert mails[lead.email].language == "en"
    assert "Do., 10. Dez. 2026, 14:05 EET (12:05 UTC)" in mails[reader.email].body
    assert mails[reader.email].language == "de"


def test_a_dialogue_is_not_closed_before_its_time(session: Session, now: datetime) -> None:
    made = factories.published(session, now=now, days=10)
    lead = factories.member(session, made, Role.LEAD_BUYER, now=now)
    with pytest.raises(NotNow):
        operations.close(session, lead, made.id, now=now)
    operations.close(session, lead, made.id, now=made.closes_at)
    assert made.state == "closed"
    with pytest.raises(NotNow):
        operations.close(session, lead, made.id, now=made.closes_at)
