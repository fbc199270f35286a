"""A dialogue with two buyers; and no deadline for property tests, since machines are shared."""

from datetime import datetime

import pytest
from hypothesis import settings

from portal.core.db import Session
from portal.dialogue.models import Dialogue
from portal.identity.actor import Actor
from portal.identity.roles import OrganisationKind, Role
from portal.questionnaire.operations_editing import import_draft
from tests import factories
from tests.questionnaire.answers import TYPES
from tests.questionnaire.reviews import Desk

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


@pytest.fixture
def observer(session: Session, dialogue: Dialogue, now: datetime) -> Actor:
    """Somebody who may remark on a draft, but neither edit it nor vote."""
    return factories.member(session, dialogue, Role.OBSERVER, now=now)


@pytest.fixture
def desk(session: Session, dialogue: Dialogue, lead: Actor, now: datetime) -> Desk:
    """Where a draft with a question of every type lies."""
    own = factories.own(lead)
    version = import_draft(session, lead, dialogue.id, TYPES, organisation_id=own, now=now)
    return Desk(session, version, now)
