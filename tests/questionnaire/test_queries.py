from datetime import datetime

from portal.core.db import Session
from portal.dialogue.models import Dialogue
from portal.identity.actor import Actor
from portal.questionnaire.operations import publish
from portal.questionnaire.queries import (
    current_version,
    published_version,
    version_of,
    votes,
)
from tests.questionnaire.answers import TYPES
from tests.questionnaire.drafts import cast, save


def test_versions_are_read_with_their_definition(
    session: Session, dialogue: Dialogue, lead: Actor, now: datetime
) -> None:
    assert current_version(session, dialogue.id) is None
    version = save(session, lead, dialogue, now)
    current = current_version(session, dialogue.id)
    assert current is not None
    assert current.questionnaire == TYPES
    assert (current.number, current.state, current.sha256) == ("1.0", "in_review", version.sha256)
    assert version_of(session, version.id) == current
    assert published_version(session, dialogue.id) is None
    cast(session, lead, version, now)
    publish(session, lead, dialogue.id, now=now)
    published = published_version(session, dialogue.id)
    assert published is not None
    assert published.published_at == now
    assert published.questionnaire is current.questionnaire


def test_a_closed_version_is_still_the_one_that_suppliers_were_given(
    session: Session, dialogue: Dialogue, lead: Actor, now: datetime
) -> None:
    version = save(session, lead, dialogue, now)
    cast(session, lead, version, now)
    publish(session, lead, dialogue.id, now=now)
    version.state = "closed"
    session.flush()
    assert published_version(session, dialogue.id) is not None


def test_a_vote_on_other_content_is_not_counted(
    session: Session, dialogue: Dialogue, lead: Actor, now: datetime
) -> None:
    version = save(session, lead, dialogue, now)
    given = cast(session, lead, version, now)
    given.meaning_sha256 = "0" * 64
    session.flush()
    assert [row.approves for row in votes(session, version.id)] == [None]
