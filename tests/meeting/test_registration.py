"""Who registers for a session, and who learns that they come."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import delete, select

from portal.core.db import Session
from portal.core.errors import Invalid, NotNow, Refused
from portal.core.mail import OutboxMail
from portal.dialogue.models import RoleGrant
from portal.dialogue.operations import grant_role
from portal.dialogue.queries import load_actor
from portal.identity.actor import SYSTEM, Actor
from portal.identity.roles import Role
from portal.meeting import operations
from portal.meeting.letters import post_of
from portal.meeting.operations_registration import publish_name
from portal.meeting.queries import registration_of
from portal.meeting.queries_minutes import takes_part
from portal.meeting.queries_registration import published_participants, registration_page
from portal.meeting.queries_sessions import calendar_entry, session_page
from portal.meeting.seats import take_seat
from tests import factories
from tests.meeting.builders import World, acts, held, register, registered_world, world


def _register(
    session: Session, made: World, actor: Actor, *people: UUID | None, accepts: bool = True
) -> None:
    operations.register(
        session,
        actor,
        made.meeting.id,
        factories.own(actor),
        people=[each for each in people if each],
        accepts_rules=accepts,
        now=made.now,
    )


def test_everybody_registers_themselves_in_their_part_with_the_rules_accepted(
    session: Session, now: datetime
) -> None:
    made = world(session, now=now, released=False)
    parts = {}
    for name, actor in made.everybody.items():
        with pytest.raises(Invalid, match="Accept the rules"):
            _register(session, made, actor, accepts=False)
        _register(session, made, actor)
        _register(session, made, actor)
        row = registration_of(session, actor, made.meeting)
        assert row is not None
        assert row.rules_accepted_at == made.now
        parts[name] = row.part
    assert parts == {
        "secretariat": "secretariat",
        "lead": "buyer",
        "co_buyer": "buyer",
        "reader": "buyer",
        "observer": "observer",
        **dict.fromkeys(("supplier", "admin", "contributor", "rival"), "supplier"),
    }
    rows = acts(session, made.dialogue.id, "registration")
    assert [row.act for row in rows] == ["registered"] * len(parts)
    assert rows[0].details["rules"]
    assert rows[-1].organisation_id == factories.own(made.rival)


def test_an_admin_registers_colleagues_and_nobody_else_does(
    session: Session, now: datetime
) -> None:
    made = world(session, now=now, released=False)
    colleagues = (made.admin.person_id, made.contributor.person_id)
    for actor in (made.contributor, made.supplier, made.lead):
        with pytest.raises(Refused):
            _register(session, made, actor, made.admin.person_id)
    with pytest.raises(Refused):
        _register(session, made, made.admin, made.rival.person_id)
    _register(session, made, made.admin, *colleagues)
    told = session.scalars(
        select(OutboxMail).where(OutboxMail.subject.startswith("Registered:"))
    ).all()
    assert {mail.recipient for mail in told} == {made.admin.email, made.contributor.email}
    assert all("https://meet.example.org/wages" in mail.body for mail in told)
    row = registration_of(session, made.contributor, made.meeting)
    assert row is not None
    for actor in (made.rival, made.lead, made.supplier):
        with pytest.raises(Refused):
            operations.withdraw_registration(session, actor, row.id, now=made.now)
    operations.withdraw_registration(session, made.admin, row.id, now=made.now)
    assert registration_of(session, made.contributor, made.meeting) is None
    with pytest.raises(NotNow):
        operations.withdraw_registration(session, made.admin, row.id, now=made.now)
    _register(session, made, made.contributor)
    steps = [
        (each.details["from"], each.details["to"])
        for each in acts(session, made.dialogue.id, "registration")
        if each.subject_id == str(row.id)
    ]
    assert steps == [("", "registered"), ("registered", "withdrawn"), ("withdrawn", "registered")]


def test_registration_is_open_from_the_announcement_to_its_closing_instant(
    session: Session, now: datetime
) -> None:
    made = world(session, now=now, announced=False, released=False)
    with pytest.raises(Refused):
        _register(session, made, made.supplier)
    operations.announce(session, made.lead, made.meeting.id, now=made.now)
    closes_at = made.meeting.registration_closes_at
    with pytest.raises(NotNow):
        _register(session, replace(made, now=closes_at), made.supplier)
    _register(session, replace(made, now=closes_at - timedelta(seconds=1)), made.supplier)
    row = registration_of(session, made.supplier, made.meeting)
    assert row is not None
    held(session, made)
    with pytest.raises(NotNow):
        operations.withdraw_registration(session, made.supplier, row.id, now=made.now)


def test_somebody_of_another_dialogue_cannot_register(session: Session, now: datetime) -> None:
    made = world(session, now=now, released=False)
    elsewhere = factories.dialogue(session, now=now)
    stranger = factories.member(session, elsewhere, Role.BUYER_READER, now=now)
    with pytest.raises(Refused):
        _register(session, made, stranger)
    with pytest.raises(Refused):
        registration_page(session, stranger, made.dialogue.id, made.meeting.id, now=made.now)


def _seen(session: Session, made: World, actor: Actor) -> set[tuple[str, str]]:
    page = registration_page(session, actor, made.dialogue.id, made.meeting.id, now=made.now)
    return {(each.organisation, each.person) for each in page.comes}


def test_a_supplier_sees_no_other_supplier_unless_its_name_is_published(
    session: Session, now: datetime
) -> None:
    made = registered_world(session, now=now, released=False)
    register(session, made, made.admin)
    everybody = _seen(session, made, made.reader)
    assert everybody == _seen(session, made, made.secretariat)
    assert {name for name, _ in everybody} >= {"Northern Laptops", "Southern Screens"}
    for actor in (made.rival, made.observer):
        assert "Northern Laptops" not in {name for name, _ in _seen(session, made, actor)}
    assert ("Northern Laptops", made.admin.name) in _seen(session, made, made.supplier)
    buyers = {each for each in everybody if each[0] in {"The lead_buyer", "The co_buyer"}}
    assert len(buyers) == 2
    assert buyers <= _seen(session, made, made.rival)
    company = factories.own(made.supplier)
    for actor in (made.contributor, made.rival, made.lead):
        with pytest.raises(Refused):
            publish_name(session, actor, made.meeting.id, company, publishes=True, now=made.now)
    for publishes in (True, True, False, True):
        publish_name(
            session, made.supplier, made.meeting.id, company, publishes=publishes, now=made.now
        )
    assert [row.act for row in acts(session, made.dialogue.id, "meeting")][-3:] == [
        "name_published",
        "name_taken_off",
        "name_published",
    ]
    assert ("Northern Laptops", "") in _seen(session, made, made.rival)
    assert len([each for each in _seen(session, made, made.rival) if "Northern" in each[0]]) == 1
    public = published_participants(session, made.meeting)
    assert ("supplier", "Northern Laptops") in public
    assert "Southern Screens" not in {name for _, name in public}


def test_the_online_address_is_for_the_registered(session: Session, now: datetime) -> None:
    made = world(session, now=now, released=False)
    register(session, made, made.supplier)

    def shown(actor: Actor) -> tuple[bool, bool]:
        page = session_page(session, actor, made.dialogue.id, made.meeting.id, now=made.now)
        entry = calendar_entry(session, actor, made.dialogue.id, made.meeting.id, "")
        return page.shows_online, "meet.example.org" in str(entry.description)

    assert shown(made.supplier) == (True, True)
    assert shown(made.rival) == (False, False)
    assert shown(replace(made.rival, person_id=None, grants=())) == (False, False)


def _leaves(session: Session, made: World, actor: Actor) -> Actor:
    """The person without the roles held in the dialogue for their first organisation."""
    query = delete(RoleGrant).filter_by(
        dialogue_id=made.dialogue.id,
        organisation_id=factories.own(actor),
        person_id=actor.person_id,
    )
    session.execute(query)
    assert actor.person_id
    return load_actor(session, actor.person_id)


def _also(session: Session, made: World, actor: Actor, role: Role, organisation_id: UUID) -> Actor:
    """The person, who now has a role for another organisation, too."""
    person = grant_role(
        session,
        SYSTEM,
        made.dialogue.id,
        organisation_id=organisation_id,
        email=actor.email,
        role=role,
        now=made.now,
    )
    return load_actor(session, person.id)


def test_a_registration_does_not_outlive_the_role_it_was_made_with(
    session: Session, now: datetime
) -> None:
    made = world(session, now=now, released=False)
    register(session, made, made.contributor, made.supplier)
    own, other = factories.own(made.contributor), factories.own(made.rival)
    place = (made.dialogue.id, made.meeting.id)
    _also(session, made, made.contributor, Role.SUPPLIER_CONTRIBUTOR, other)
    moved = _leaves(session, made, made.contributor)
    assert registration_of(session, moved, made.meeting) is None
    with pytest.raises(Refused):
        take_seat(session, moved, place)
    page = session_page(session, moved, *place, now=made.now)
    assert (page.registration, page.shows_online) == (None, False)
    assert {person for _, person in _seen(session, made, made.secretariat)} == {made.supplier.name}
    post = post_of(session, made.meeting, address="", now=made.now)
    assert {each.person_id for each in post.registered()} == {made.supplier.person_id}
    operations.register(session, moved, made.meeting.id, other, accepts_rules=True, now=made.now)
    row = registration_of(session, moved, made.meeting)
    assert row is not None
    assert row.organisation_id == take_seat(session, moved, place).organisation_id == other
    last = acts(session, made.dialogue.id, "registration")[-1]
    assert (last.details["from"], last.details["to"]) == ("withdrawn", "registered")
    _leaves(session, made, made.supplier)
    held(session, made)
    assert takes_part(session, made.meeting.id, {own, other}) == {other}
    assert acts(session, made.dialogue.id, "registration")[-1].act == "registration_withdrawn"


def test_who_comes_for_another_organisation_is_not_registered_and_not_given_away(
    session: Session, now: datetime
) -> None:
    made = world(session, now=now, released=False)
    other = factories.own(made.rival)
    consultant = _also(session, made, made.contributor, Role.SUPPLIER_CONTRIBUTOR, other)
    operations.register(
        session, consultant, made.meeting.id, other, accepts_rules=True, now=made.now
    )
    with pytest.raises(Invalid, match="One of the people chosen") as fault:
        _register(session, made, made.admin, made.admin.person_id, consultant.person_id)
    assert "Southern Screens" not in str(fault.value.reason)
    with pytest.raises(Invalid, match="for another organisation"):
        _register(session, made, made.contributor)
    assert len(acts(session, made.dialogue.id, "registration")) == 1
