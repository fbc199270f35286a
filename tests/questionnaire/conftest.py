"""A dialogue with two buyers; and no deadline for property tests, since machines are shared."""

from datetime import datetime

import pytest
from hypothesis import settings

from portal.core.db import Session
from portal.dialogue.models import Dialogue
from portal.identity.actor import Actor
from portal.identity.roles import OrganisationKind, Role
from tests import factories

settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


@pytest.fixture
def dialogue(session: Session, now: datetime) -> Dialogue:
    """A dialogue in draft."""
    return factories.dialogue(session, now=now)


@pytest.fixture
def lead(session: Session, dialogue: Dialogue, now: datetime) -> Actor:
    """The lead buyer, of Aarhus."""
    city = factories.organisation(session, OrganisationKind.BUYER, "Aarhus", now=now)
    return factories.member(session, dialogue, Role.LEAD_BUYER, organisation_id=city.id, now=now)


@pytest.fixture
def second(session: Session, dialogue: Dialogue, now: datetime) -> Actor:
    """A second buyer, of Zürich."""
    city = factories.organisation(session, OrganisationKind.BUYER, "Zürich", now=now)
    return factories.member(session, dialogue, Role.CO_BUYER, organisation_id=city.id, now=now)
