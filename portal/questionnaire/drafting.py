"""Storing what a draft now says: one place for its hashes and its state."""

from hashlib import sha256

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.dialogue.models import Party
from portal.questionnaire.check import problems
from portal.questionnaire.definition import Questionnaire
from portal.questionnaire.loader import to_json
from portal.questionnaire.meaning import meaning_hash
from portal.questionnaire.models import Version, Vote
from portal.questionnaire.policy import state_of_draft


def store(session: Session, version: Version, questionnaire: Questionnaire) -> bool:
    """Make the version say this; whether its meaning changed, so that earlier votes fell.

    Its state follows: in review once the check is clean, approved once every buyer's vote stands.
    """
    definition, meaning = to_json(questionnaire), meaning_hash(questionnaire)
    is_other = bool(version.meaning_sha256) and version.meaning_sha256 != meaning
    version.name, version.number = questionnaire.name, questionnaire.version
    version.definition, version.meaning_sha256 = definition, meaning
    version.sha256 = sha256(definition.encode()).hexdigest()
    session.flush()
    version.state = state_of_draft(
        has_problems=bool(problems(questionnaire)),
        approvals=standing_approvals(session, version),
        buyers=buyer_count(session, version),
    )
    session.flush()
    return is_other


def standing_approvals(session: Session, version: Version) -> int:
    """How many of the dialogue's buyers approve of what the version means now."""
    query = (
        select(func.count())
        .select_from(Vote)
        .join(Party, (Party.organisation_id == Vote.organisation_id) & (Party.part == "buyer"))
        .where(
            Party.dialogue_id == version.dialogue_id,
            Vote.version_id == version.id,
            Vote.approves,
            Vote.meaning_sha256 == version.meaning_sha256,
        )
    )
    return session.scalars(query).one()


def buyer_count(session: Session, version: Version) -> int:
    """How many buyers take part in the dialogue."""
    query = select(func.count()).select_from(Party)
    return session.scalars(
        query.where(Party.dialogue_id == version.dialogue_id, Party.part == "buyer")
    ).one()
