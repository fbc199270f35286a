"""A second version of the small questionnaire with one change of each kind, published."""

from datetime import datetime, timedelta

from portal.core.db import Session
from portal.dialogue.models import Dialogue
from portal.response.operations import NewVersion, publish_new_version
from tests import factories
from tests.questionnaire.editions import asked, edited, follow_up, lead_of

SMALL = factories.questionnaire()
PERSONS = {"unit": {"en": "persons"}, "confidentiality": {"default": "aggregate_only"}}
SECOND = edited(
    SMALL,
    fields={
        "A.02": {"options": ["1_49", "250_plus"]},
        "B.01": {"text/en": "Do you have a policy?"},
        "B.03": {"type": "yes_partly_no"},
    },
    without=["A.03", "B.06", "D.01", "D.02"],
    added={
        "B": [
            asked("B.07", "number", "How many people work on it full time?", **PERSONS),
            asked("B.08", "number", "How many people work on it part time?", **PERSONS),
        ],
        "D": [asked("D.03", evidence={"need": "optional", "kinds": ["url"]})],
        "E": [asked("E.01")],
    },
)
ORIGINS = {
    "B.03": ("reworded", ("B.03",)),
    "B.07": ("split", ("B.06",)),
    "B.08": ("split", ("B.06",)),
    "D.03": ("merged", ("D.01", "D.02")),
}
"""Kept: A.01, B.02, B.04, B.05, C.01, C.02, C.03. New: E.01. Dropped: A.03."""


def publish_second(session: Session, dialogue: Dialogue, *, now: datetime) -> NewVersion:
    """Draft, vote on and publish the second version; its answers are due ten days later."""
    follow_up(session, dialogue, SECOND, ORIGINS, now=now)
    return publish(session, dialogue, now=now)


def publish(session: Session, dialogue: Dialogue, *, now: datetime) -> NewVersion:
    """Publish the approved draft by its lead buyer."""
    return publish_new_version(
        session,
        lead_of(session, dialogue),
        dialogue.id,
        closes_at=max(dialogue.closes_at, now) + timedelta(days=10),
        reason="Two questions were not clear.",
        address="https://parley.example/responses/",
        now=now,
    )
