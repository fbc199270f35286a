"""Corporate groups: one for all entities below the same top company."""

from datetime import datetime

from portal.core.db import Session
from portal.identity.queries import groups
from portal.identity.roles import OrganisationKind
from tests.factories import organisation

SUPPLIER = OrganisationKind.SUPPLIER


def test_a_group_is_named_by_the_company_at_its_top(session: Session, now: datetime) -> None:
    top = organisation(session, SUPPLIER, now=now)
    middle = organisation(session, SUPPLIER, parent_id=top.id, now=now)
    below = organisation(session, SUPPLIER, parent_id=middle.id, now=now)
    alone = organisation(session, SUPPLIER, now=now)
    found = groups(session)
    assert {found[o.id] for o in (top, middle, below)} == {top.id}
    assert found[alone.id] == alone.id


def test_a_circle_of_parents_is_one_group(session: Session, now: datetime) -> None:
    first = organisation(session, SUPPLIER, now=now)
    second = organisation(session, SUPPLIER, parent_id=first.id, now=now)
    first.parent_id = second.id
    below = organisation(session, SUPPLIER, parent_id=second.id, now=now)
    session.flush()
    found = groups(session)
    assert len({found[o.id] for o in (first, second, below)}) == 1
