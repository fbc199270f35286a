"""Writes about questionnaire versions: saving the draft, voting on it, publishing it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core.errors import Invalid, Message, NotNow, Refused, message
from portal.dialogue.models import Dialogue
from portal.dialogue.queries import parties
from portal.identity.actor import Actor
from portal.questionnaire.check import problems
from portal.questionnaire.consent import VOTED, reconsider, write_down
from portal.questionnaire.definition import Questionnaire
from portal.questionnaire.drafting import store
from portal.questionnaire.loader import from_json, to_json
from portal.questionnaire.models import Version, Vote
from portal.questionnaire.policy import (
    BEFORE_PUBLICATION,
    DRAFT,
    PUBLISHED,
    may_edit,
    may_publish,
    may_vote,
    state_of_draft,
)
from portal.questionnaire.queries import VoteRow, votes


def save_draft(
    session: Session,
    actor: Actor,
    dialogue_id: UUID,
    questionnaire: Questionnaire,
    *,
    now: datetime,
) -> Version:
    """Make the dialogue's draft this questionnaire; votes on another meaning stand no longer.

    It is in review as soon as its check is clean. Saving what is there already changes nothing.
    Raises NotNow once a version is published: suppliers answer that one.
    """
    if not may_edit(actor, dialogue_id) or not _locked_dialogue(session, dialogue_id):
        raise Refused
    version = _current(session, dialogue_id)
    if version is not None and version.state not in BEFORE_PUBLICATION:
        raise NotNow(message("The questionnaire has been published. It can no longer be changed."))
    if version is not None and version.definition == to_json(questionnaire):
        return version
    if version is None:
        version = Version(dialogue_id=dialogue_id, state=DRAFT, created_at=now, published_at=None)
        version.name, version.number = questionnaire.name, questionnaire.version
        version.definition = version.sha256 = version.meaning_sha256 = ""
        session.add(version)
    before = version.state
    if store(session, version, questionnaire):
        reconsider(session, actor, version, now=now)
    write_down(session, actor, version, "saved", {"from": before, "to": version.state}, now=now)
    return version


def vote(
    session: Session,
    actor: Actor,
    version_id: UUID,
    *,
    organisation_id: UUID,
    approves: bool,
    reason: str,
    seen_sha256: str | None = None,
    now: datetime,
) -> Vote:
    """Give or change a buyer's vote on the draft as it is now; a rejection says why.

    The vote stands until the draft means something else; ``seen_sha256`` is the hash of the text
    that the voter read. The last approval approves the draft. Raises NotNow while the check finds
    faults, if the draft has changed meanwhile and after publication; Invalid for a rejection
    without reason.
    """
    version = session.get(Version, version_id, with_for_update=True)
    if version is None or not may_vote(actor, version.dialogue_id, organisation_id):
        raise Refused
    buyers = {buyer.id for buyer in parties(session, version.dialogue_id, "buyer")}
    if actor.person_id is None or organisation_id not in buyers:
        raise Refused
    _check_open(version, seen_sha256)
    if not approves and not reason.strip():
        sentence = message("Say what should change, so that the others can mend it.")
        raise Invalid(sentence, {"reason": sentence})
    given = _vote_of(session, version.id, organisation_id)
    given.person_id, given.voted_at = actor.person_id, now
    given.approves, given.reason = approves, reason.strip()
    given.sha256, given.meaning_sha256 = version.sha256, version.meaning_sha256
    session.add(given)
    session.flush()
    before, approvals = version.state, sum(bool(row.approves) for row in votes(session, version.id))
    version.state = state_of_draft(has_problems=False, approvals=approvals, buyers=len(buyers))
    details = {"from": before, "to": version.state, "sha256": given.sha256}
    details |= {"approves": "yes" if approves else "no", "reason": given.reason}
    write_down(session, actor, version, VOTED, details, organisation_id=organisation_id, now=now)
    return given


def publish(session: Session, actor: Actor, dialogue_id: UUID, *, now: datetime) -> Version:
    """Freeze the approved draft: from here on its content and hash never change.

    Once a silence period is over, buyers who have not voted count as agreeing; who did is in the
    audit log. The dialogue itself is published by its own operation. Raises NotNow if there is no
    draft, if it is published already, or with the names of the buyers who have not agreed.
    """
    if not may_publish(actor, dialogue_id) or not _locked_dialogue(session, dialogue_id):
        raise Refused
    version = _current(session, dialogue_id)
    if version is None:
        raise NotNow(message("There is no questionnaire yet. Save a draft first."))
    if version.state not in BEFORE_PUBLICATION:
        raise NotNow(message("The questionnaire has been published already."))
    if version.state == DRAFT:
        raise NotNow(_faults_left(version))
    rows = votes(session, version.id, now=now)
    _check_approved(actor, rows)
    before, version.state, version.published_at = version.state, PUBLISHED, now
    details: dict[str, Any] = {"from": before, "to": PUBLISHED, "sha256": version.sha256}
    silent = [row.organisation_name for row in rows if row.by_silence]
    if silent:
        details["by_silence"] = silent
    write_down(session, actor, version, "published", details, now=now)
    session.flush()
    return version


def _locked_dialogue(session: Session, dialogue_id: UUID) -> Dialogue | None:
    """The dialogue, locked: two people saving a first draft at once make one."""
    return session.get(Dialogue, dialogue_id, with_for_update=True)


def _current(session: Session, dialogue_id: UUID) -> Version | None:
    """The newest version, locked and as it is now, whatever this session has read before."""
    query = select(Version).where(Version.dialogue_id == dialogue_id)
    newest = query.order_by(Version.created_at.desc()).limit(1).with_for_update()
    return session.scalars(newest, execution_options={"populate_existing": True}).one_or_none()


def _vote_of(session: Session, version_id: UUID, organisation_id: UUID) -> Vote:
    query = select(Vote).filter_by(version_id=version_id, organisation_id=organisation_id)
    found = session.scalars(query).one_or_none()
    return found or Vote(version_id=version_id, organisation_id=organisation_id)


def _check_open(version: Version, seen_sha256: str | None) -> None:
    """The draft can be voted on, and is what the voter saw."""
    if version.state == DRAFT:
        raise NotNow(_faults_left(version))
    if version.state not in BEFORE_PUBLICATION:
        raise NotNow(message("The questionnaire has been published. The vote is over."))
    if seen_sha256 not in {None, version.sha256}:
        sentence = "The draft has changed since you opened it. Read it again, then vote."
        raise NotNow(message(sentence))


def _check_approved(actor: Actor, rows: list[VoteRow]) -> None:
    """Every buyer agrees; without any buyer only the portal's own command line publishes."""
    if not rows and not actor.system:
        raise NotNow(message("No buyer takes part in this dialogue, so nobody can approve it."))
    missing = [row.organisation_name for row in rows if not row.agrees]
    if missing:
        sentence = "Every buyer must approve the questionnaire first. Still missing: {buyers}."
        raise NotNow(message(sentence, buyers=", ".join(missing)))


def _faults_left(version: Version) -> Message:
    found = problems(from_json(version.definition))
    if not found:
        return message("The draft has not been checked yet. Save it again.")
    sentence = "The draft still has faults: {count}. The first: {what} {mend}"
    return message(sentence, count=len(found), what=found[0].what, mend=found[0].mend)
