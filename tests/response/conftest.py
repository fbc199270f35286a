"""Scenes for tests of responses."""

from datetime import datetime

import pytest

from portal.core.db import Session
from tests.response.builders import Scene, scene


@pytest.fixture
def team(session: Session, now: datetime) -> Scene:
    """A brand that has just begun to answer."""
    return scene(session, now)


@pytest.fixture
def ready(team: Scene) -> Scene:
    """A brand that has answered everything and has not signed."""
    team.fill()
    return team
