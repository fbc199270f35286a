"""Writing the scoring guide of a question: what each score stands for. Buyers only."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core.audit import Act, record
from portal.core.errors import Invalid, Message, Refused, message
from portal.dialogue.models import Dialogue
from portal.identity.actor import Actor
from portal.identity.roles import Permission
from portal.questionnaire.queries import published_version
from portal.response.fields import clean
from portal.response.models_review import ScoringGuide
from portal.response.policy import may_write_guide
from portal.response.queries_review import guide_of
from portal.response.reviewing import LEVEL_LENGTH, SCORES

MEANWHILE = message(
    "Somebody else saved this guide meanwhile. Their text is shown above yours: put together "
    "what should hold, and save again."
)


def write_guide(
    session: Session,
    actor: Actor,
    dialogue_id: UUID,
    question_id: str,
    levels: Sequence[str],
    *,
    base_version: int,
    now: datetime,
) -> ScoringGuide:
    """Say what the scores 0 to 4 of a question stand for; earlier texts are kept.

    Raises Refused unless the actor may and there is such a question, Invalid where a text is
    missing or longer than 1,000 characters, or if somebody else saved since the form was opened.
    """
    if not may_write_guide(actor, dialogue_id):
        raise Refused
    session.execute(select(Dialogue.id).where(Dialogue.id == dialogue_id).with_for_update())
    version = published_version(session, dialogue_id)
    if version is None or version.questionnaire.question(question_id) is None:
        raise Refused
    texts = _levels(levels)
    now_there = guide_of(session, dialogue_id, question_id)
    number = now_there.version if now_there else 0
    if number != base_version:
        raise Invalid(MEANWHILE)
    guide = ScoringGuide(
        dialogue_id=dialogue_id,
        question_id=question_id,
        version=number + 1,
        levels=texts,
        written_by=actor.person_id,
        written_at=now,
    )
    session.add(guide)
    session.flush()
    _record(session, actor, guide, now)
    return guide


def _record(session: Session, actor: Actor, guide: ScoringGuide, now: datetime) -> None:
    as_whom = actor.organisations_that_may(Permission.GUIDE_WRITE, guide.dialogue_id)
    act = Act(
        person_id=actor.person_id,
        organisation_id=next(iter(as_whom), None),
        dialogue_id=guide.dialogue_id,
        subject=("scoring_guide", guide.id),
        act="guide_written",
        details={"question": guide.question_id, "from": guide.version - 1, "to": guide.version},
    )
    record(session, act, now=now)


def _levels(levels: Sequence[str]) -> list[str]:
    texts = [clean(text) for text in levels]
    faults: Mapping[str, Message] = {
        f"level_{number}": message("Write what this score stands for.")
        if not text
        else message("Shorten this to {maximum} characters or fewer.", maximum=LEVEL_LENGTH)
        for number, text in enumerate(texts)
        if not text or len(text) > LEVEL_LENGTH
    }
    if faults or len(texts) != len(SCORES):
        raise Invalid(message("Write a text for each score."), faults)
    return texts
