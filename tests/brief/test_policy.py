from uuid import uuid4

import pytest

from portal.brief.policy import (
    Edition,
    may_compose,
    may_read,
    parse_edition,
    parse_format,
    parse_language,
)
from portal.core.errors import Invalid
from portal.identity.actor import ANYONE, Actor, Grant
from portal.identity.roles import Role

DIALOGUE = uuid4()


def holder(role: Role) -> Actor:
    grant = Grant(dialogue_id=DIALOGUE, organisation_id=uuid4(), role=role)
    return Actor(person_id=uuid4(), name="", email="", grants=(grant,))


def test_an_unknown_name_is_answered_with_the_known_ones() -> None:
    with pytest.raises(Invalid, match="public, buyers"):
        parse_edition("secret")
    with pytest.raises(Invalid, match="pdf, html, json"):
        parse_format("exe")
    with pytest.raises(Invalid, match="en, nl"):
        parse_language("xx", ("en", "nl"))


def test_secretariat_and_lead_buyer_compose_and_nobody_else_does() -> None:
    composers = {role for role in Role if may_compose(holder(role), DIALOGUE)}
    assert composers == {Role.SECRETARIAT, Role.LEAD_BUYER}


@pytest.mark.parametrize("role", [Role.SUPPLIER_SIGNATORY, Role.OBSERVER, Role.PLATFORM_ADMIN])
def test_the_buyers_edition_and_drafts_stay_with_the_buyers(role: Role) -> None:
    reader = holder(role)
    assert not may_read(reader, DIALOGUE, edition=Edition.BUYERS, published=True)
    assert not may_read(reader, DIALOGUE, edition=Edition.PUBLIC, published=False)
    buyer = holder(Role.BUYER_READER)
    assert may_read(buyer, DIALOGUE, edition=Edition.BUYERS, published=True)
    assert may_read(buyer, DIALOGUE, edition=Edition.PUBLIC, published=False)


def test_anyone_reads_a_published_public_brief() -> None:
    assert may_read(ANYONE, DIALOGUE, edition=Edition.PUBLIC, published=True)


def test_a_role_in_another_dialogue_opens_nothing() -> None:
    buyer = holder(Role.LEAD_BUYER)
    assert not may_compose(buyer, uuid4())
    assert not may_read(buyer, uuid4(), edition=Edition.BUYERS, published=True)
