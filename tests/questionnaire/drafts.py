"""Saving and voting, as the tests of versions do them."""

from datetime import datetime

from portal.core.db import Session
from portal.dialogue.models import Dialogue
from portal.identity.actor import Actor
from portal.questionnaire.loader import read
from portal.questionnaire.models import Version, Vote
from portal.questionnaire.operations import save_draft, vote
from tests import factories
from tests.questionnaire.answers import BROKEN, TYPES

FAULTY = read(BROKEN / "same-question.yaml")


def cast(
    session: Session, actor: Actor, version: Version, now: datetime, *, reason: str = ""
) -> Vote:
    """The actor's vote: approval, or rejection if there is a reason."""
    return vote(
        session,
        actor,
        version.id,
        organisation_id=factories.own(actor),
        approves=not reason,
        reason=reason,
        now=now,
    )


def save(session: Session, actor: Actor, dialogue: Dialogue, now: datetime) -> Version:
    """A clean draft."""
    return save_draft(session, actor, dialogue.id, TYPES, now=now)
