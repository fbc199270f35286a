from uuid import uuid4

import pytest

from portal.aggregate.policy import (
    AUDIENCES,
    OPEN_CLASSES,
    Audience,
    may_create_release,
    parse_audience,
    readable_audiences,
)
from portal.core.errors import Invalid
from portal.identity.actor import ANYONE, SYSTEM, Actor, Grant
from portal.identity.roles import Role

DIALOGUE = uuid4()
SUPPLIERS = (Audience.PUBLIC, Audience.SUPPLIER)


def holder(role: Role) -> Actor:
    grant = Grant(DIALOGUE, uuid4(), role)
    return Actor(person_id=uuid4(), name="Ada", email="ada@example.org", grants=(grant,))


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        (Role.SECRETARIAT, AUDIENCES),
        (Role.LEAD_BUYER, AUDIENCES),
        (Role.CO_BUYER, AUDIENCES),
        (Role.BUYER_READER, AUDIENCES),
        (Role.OBSERVER, SUPPLIERS),
        (Role.SUPPLIER_ADMIN, SUPPLIERS),
        (Role.SUPPLIER_CONTRIBUTOR, SUPPLIERS),
        (Role.SUPPLIER_SIGNATORY, SUPPLIERS),
    ],
)
def test_each_role_reads_its_audience_and_the_weaker_ones(
    role: Role, expected: tuple[Audience, ...]
) -> None:
    assert readable_audiences(holder(role), DIALOGUE) == expected
    assert readable_audiences(holder(role), uuid4()) == ()


def test_anyone_reads_the_public_document_once_a_brief_is_published() -> None:
    assert readable_audiences(ANYONE, DIALOGUE) == ()
    assert readable_audiences(ANYONE, DIALOGUE, brief_published=True) == (Audience.PUBLIC,)
    foreign = readable_audiences(holder(Role.LEAD_BUYER), uuid4(), brief_published=True)
    assert foreign == (Audience.PUBLIC,)


def test_a_platform_admin_sees_no_content() -> None:
    admin = Actor(person_id=uuid4(), name="Root", email="r@example.org", platform_admin=True)
    assert readable_audiences(admin, DIALOGUE) == ()
    assert not may_create_release(admin, DIALOGUE)


def test_the_command_line_reads_and_makes_everything() -> None:
    assert readable_audiences(SYSTEM, DIALOGUE) == AUDIENCES
    assert may_create_release(SYSTEM, DIALOGUE)


def test_what_is_open_to_an_audience_is_open_to_every_stronger_one() -> None:
    assert OPEN_CLASSES[Audience.PUBLIC] < OPEN_CLASSES[Audience.SUPPLIER]
    assert OPEN_CLASSES[Audience.SUPPLIER] < OPEN_CLASSES[Audience.BUYER]


def test_an_unknown_audience_names_the_known_ones() -> None:
    assert parse_audience("buyer") is Audience.BUYER
    with pytest.raises(Invalid, match="public, supplier, buyer"):
        parse_audience("everyone")
