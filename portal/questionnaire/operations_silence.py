"""The silence period of a draft: who has not voted by its end counts as agreeing."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from portal.core.errors import Invalid, NotNow, Refused, message
from portal.dialogue.queries import parties
from portal.identity.actor import Actor
from portal.questionnaire.consent import tell, voters, write_down
from portal.questionnaire.models import Version
from portal.questionnaire.policy import APPROVED, IN_REVIEW, SILENCE_AT_LEAST, may_publish
from portal.questionnaire.queries import SILENCE_BEGUN


def begin_silence(
    session: Session, actor: Actor, version_id: UUID, *, until: datetime, now: datetime
) -> Version:
    """Announce to everybody who may vote that silence until an instant means agreement.

    A rejection still blocks, and a change of meaning ends the period (``consent.reconsider``).
    Begun again it is longer, never shorter than announced. Raises NotNow unless the draft can be
    voted on; Invalid for an end that is too early, or if nobody can vote for one of the buyers.
    """
    version = session.get(Version, version_id, with_for_update=True, populate_existing=True)
    if version is None or not may_publish(actor, version.dialogue_id):
        raise Refused
    if version.state not in {IN_REVIEW, APPROVED}:
        sentence = (
            "A silence period begins when the draft can be voted on: free of faults, and "
            "not yet published."
        )
        raise NotNow(message(sentence))
    _check_end(version, until, now)
    told = voters(session, version.dialogue_id)
    buyers = _reached(session, version, {holder.organisation_id for holder in told})
    version.silence_from, version.silence_until = now, until
    details = {"until": until.isoformat(), "sha256": version.sha256, "buyers": buyers}
    write_down(session, actor, version, SILENCE_BEGUN, details, now=now)
    session.flush()
    sentence = (
        "Please read the draft questionnaire and vote by {until}. If your organisation has not "
        "voted by then, this counts as agreement. If it does not agree, vote against it and say "
        "why: then the questionnaire is not published as it is."
    )
    subject = message("{title}: please vote on the draft")
    tell(session, version, told, subject, message(sentence, until=until), now=now)
    return version


def _check_end(version: Version, until: datetime, now: datetime) -> None:
    earliest = now + SILENCE_AT_LEAST
    if until < earliest:
        text = "Everyone needs at least {days} days to read and to object. Choose a later end."
        sentence = message(text, days=SILENCE_AT_LEAST.days)
        raise Invalid(sentence, {"until": sentence})
    running = version.silence_until
    if running is not None and now < running and until < running:
        sentence = message("A later end was announced already. It can only be moved later.")
        raise Invalid(sentence, {"until": sentence})


def _reached(session: Session, version: Version, told: set[UUID]) -> list[str]:
    """The ids of the dialogue's buyers, somebody of each of which is told."""
    buyers = parties(session, version.dialogue_id, "buyer")
    if not buyers:
        raise NotNow(message("No buyer takes part in this dialogue, so nobody can agree."))
    unreached = [buyer.name for buyer in buyers if buyer.id not in told]
    if unreached:
        sentence = "Nobody can vote for {buyers}. Give somebody there a role that votes first."
        raise NotNow(message(sentence, buyers=", ".join(unreached)))
    return [str(buyer.id) for buyer in buyers]
