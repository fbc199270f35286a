"""What tests of questions and answers ask for."""

from datetime import datetime

import pytest

from portal.core.db import Session
from tests.exchange.builders import Scene, scene


@pytest.fixture
def ours(session: Session, now: datetime) -> Scene:
    """A running dialogue with somebody of every role."""
    return scene(session, now)
