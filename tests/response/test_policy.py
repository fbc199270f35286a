from uuid import uuid4

import pytest

from portal.identity.actor import ANYONE, SYSTEM, Actor, Grant
from portal.identity.roles import Role
from portal.questionnaire.definition import ConfidentialityClass
from portal.response import policy
from tests import factories

DIALOGUE, OTHER_DIALOGUE = uuid4(), uuid4()
ORGANISATION, OTHER = uuid4(), uuid4()
PERSON = uuid4()
TEAM = {Role.SUPPLIER_ADMIN, Role.SUPPLIER_CONTRIBUTOR, Role.SUPPLIER_SIGNATORY}
ROLES = [role for role in Role if role not in {Role.ANYONE, Role.PLATFORM_ADMIN}]


def actor(role: Role, *, platform_admin: bool = False) -> Actor:
    grants = (Grant(DIALOGUE, ORGANISATION, role),)
    return Actor(
        person_id=PERSON,
        name="A",
        email="a@example.eu",
        grants=grants,
        platform_admin=platform_admin,
    )


@pytest.mark.parametrize("role", ROLES)
def test_a_response_belongs_to_its_team_in_its_dialogue(role: Role) -> None:
    person = actor(role)
    assert policy.may_read_own(person, DIALOGUE, ORGANISATION) is (role in TEAM)
    assert not policy.may_read_own(person, DIALOGUE, OTHER)
    assert not policy.may_read_own(person, OTHER_DIALOGUE, ORGANISATION)


@pytest.mark.parametrize("role", ROLES)
def test_each_role_does_what_the_table_says(role: Role) -> None:
    person, place = actor(role), (DIALOGUE, ORGANISATION)
    leads = role in {Role.SUPPLIER_ADMIN, Role.SUPPLIER_SIGNATORY}
    helps = role is Role.SUPPLIER_CONTRIBUTOR
    signs = role is Role.SUPPLIER_SIGNATORY
    section = factories.questionnaire().sections[0]
    everything, nothing = frozenset({"A.01", "A.02", "A.03"}), frozenset[str]()
    assert policy.may_write(person, *place, section, ()) == (everything if leads else nothing)
    whole = policy.may_write(person, *place, section, {("A", "")})
    assert whole == (everything if leads or helps else nothing)
    other = policy.may_write(person, *place, section, {("B", "")})
    assert other == (everything if leads else nothing)
    one = policy.may_write(person, *place, section, {("A", "A.02"), ("B", "B.01")})
    assert one == (everything if leads else frozenset({"A.02"}) if helps else nothing)
    assert policy.may_lead_team(person, *place) is (role is Role.SUPPLIER_ADMIN)
    assert policy.may_narrow(person, *place) is leads
    assert policy.may_assign(person, *place) is leads
    assert policy.may_sign(person, *place) is signs
    assert policy.may_release_quote(person, *place) is (
        signs or role in {Role.LEAD_BUYER, Role.CO_BUYER}
    )
    assert policy.may_reopen(person, DIALOGUE) is (role in {Role.SECRETARIAT, Role.LEAD_BUYER})
    assert policy.may_import(person, DIALOGUE) is (role is Role.SECRETARIAT)


WIDTHS = {
    Role.SECRETARIAT: {
        "public",
        "participants",
        "buyers_and_observers",
        "buyers",
        "aggregate_only",
    },
    Role.LEAD_BUYER: {"public", "participants", "buyers_and_observers", "buyers"},
    Role.CO_BUYER: {"public", "participants", "buyers_and_observers", "buyers"},
    Role.BUYER_READER: {"public", "participants", "buyers_and_observers", "buyers"},
    Role.OBSERVER: {"public", "participants", "buyers_and_observers"},
    Role.SUPPLIER_ADMIN: {"public", "participants"},
    Role.SUPPLIER_CONTRIBUTOR: {"public", "participants"},
    Role.SUPPLIER_SIGNATORY: {"public", "participants"},
}


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("chosen", list(ConfidentialityClass))
def test_who_reads_whose_answers_with_their_name(role: Role, chosen: ConfidentialityClass) -> None:
    is_open = chosen in policy.open_classes(actor(role), DIALOGUE)
    assert is_open is (chosen in WIDTHS[role])


def test_strangers_and_platform_admins_read_public_answers_only() -> None:
    for person in (ANYONE, SYSTEM):
        assert policy.open_classes(person, DIALOGUE) == {ConfidentialityClass.PUBLIC}
    assert policy.open_classes(actor(Role.LEAD_BUYER), OTHER_DIALOGUE) == {
        ConfidentialityClass.PUBLIC
    }


def test_exports_are_those_of_a_role_that_is_held() -> None:
    place = (DIALOGUE, ORGANISATION)
    assert policy.may_export_as(actor(Role.SECRETARIAT), Role.SECRETARIAT, DIALOGUE, None)
    assert policy.may_export_as(actor(Role.SUPPLIER_ADMIN), Role.SUPPLIER_ADMIN, *place)
    assert not policy.may_export_as(
        actor(Role.SUPPLIER_ADMIN), Role.SUPPLIER_ADMIN, DIALOGUE, OTHER
    )
    assert not policy.may_export_as(actor(Role.SUPPLIER_ADMIN), Role.SUPPLIER_ADMIN, DIALOGUE, None)
    assert not policy.may_export_as(actor(Role.CO_BUYER), Role.SECRETARIAT, DIALOGUE, None)
    assert not policy.may_export_as(actor(Role.BUYER_READER), Role.BUYER_READER, DIALOGUE, None)
    assert policy.may_export_as(SYSTEM, Role.LEAD_BUYER, DIALOGUE, None)
    assert set(policy.exported_classes(Role.SECRETARIAT)) == set(ConfidentialityClass)
    assert ConfidentialityClass.NAMED_BUYERS not in policy.exported_classes(Role.LEAD_BUYER)
