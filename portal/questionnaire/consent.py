"""What a change of a draft's meaning does to the buyers' consent: who is told, what ends.

Votes are kept, so that everybody sees who had agreed; whether they stand is read from the
meaning they were given on (see ``queries.votes``).
"""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.core.audit import Act, AuditEntry, record
from portal.core.errors import Message, Refused, message
from portal.dialogue.models import Party
from portal.dialogue.queries import RoleHolder, dialogue_of, role_holders
from portal.identity import news
from portal.identity.actor import Actor
from portal.identity.roles import Permission, scope_of
from portal.questionnaire.models import Version, Vote

VOTED = "voted"
VOTE_FELL = "vote_fell"
SILENCE_ENDED = "silence_ended"


def reconsider(session: Session, actor: Actor, version: Version, *, now: datetime) -> None:
    """Call after a draft has been given another meaning.

    Ends a silence period, and mails the buyers whose approval stands no longer: once until they
    vote again, however often the draft changes. Whoever made the change is not mailed.
    """
    if version.silence_until is not None:
        _end_silence(session, actor, version, now=now)
    fallen = _fallen(session, version)
    if not fallen:
        return
    for organisation_id in sorted(fallen):
        write_down(session, actor, version, VOTE_FELL, organisation_id=organisation_id, now=now)
    sentence = message(
        "The draft questionnaire has been changed since your organisation approved it, so that "
        "approval no longer counts. Please read what has changed, and vote again."
    )
    told = [
        holder
        for holder in voters(session, version.dialogue_id)
        if holder.organisation_id in fallen and holder.person_id != actor.person_id
    ]
    tell(session, version, told, message("{title}: please vote again"), sentence, now=now)


def voters(session: Session, dialogue_id: UUID) -> list[RoleHolder]:
    """Who may vote for which buyer: one row for each person and organisation."""
    holders = {
        (holder.person_id, holder.organisation_id): holder
        for holder in role_holders(session, dialogue_id)
        if scope_of(Permission.DRAFT_VOTE, holder.role) is not None
    }
    return list(holders.values())


def tell(
    session: Session,
    version: Version,
    holders: Iterable[RoleHolder],
    subject: Message,
    sentence: Message,
    *,
    now: datetime,
) -> None:
    """Tell each of these people once; the gap ``{title}`` is the dialogue's title."""
    dialogue = dialogue_of(session, version.dialogue_id)
    if dialogue is None:
        raise Refused
    titled = replace(subject, values={**subject.values, "title": dialogue.title})
    for holder in {holder.email: holder for holder in holders}.values():
        news.tell(session, holder, titled, sentence, now=now)


def write_down(
    session: Session,
    actor: Actor,
    version: Version,
    act: str,
    details: dict[str, Any] | None = None,
    *,
    organisation_id: UUID | None = None,
    now: datetime,
) -> None:
    """One row about a version in the audit log."""
    entry = Act(
        person_id=actor.person_id,
        organisation_id=organisation_id,
        dialogue_id=version.dialogue_id,
        subject=("version", version.id),
        act=act,
        details=details,
    )
    record(session, entry, now=now)


def _end_silence(session: Session, actor: Actor, version: Version, *, now: datetime) -> None:
    until = version.silence_until
    version.silence_from = version.silence_until = None
    details = {"until": until.isoformat() if until else ""}
    write_down(session, actor, version, SILENCE_ENDED, details, now=now)
    sentence = message(
        "The draft questionnaire has been changed, so the silence period has ended: silence no "
        "longer counts as agreement. Please read the draft and vote."
    )
    told = voters(session, version.dialogue_id)
    subject = message("{title}: the silence period has ended")
    tell(session, version, told, subject, sentence, now=now)


def _fallen(session: Session, version: Version) -> set[UUID]:
    """Buyers whose approval of another meaning fell and who were not told so since they voted."""
    approvals = (
        select(Vote.organisation_id)
        .join(Party, (Party.organisation_id == Vote.organisation_id) & (Party.part == "buyer"))
        .where(
            Party.dialogue_id == version.dialogue_id,
            Vote.version_id == version.id,
            Vote.approves,
            Vote.meaning_sha256 != version.meaning_sha256,
        )
    )
    found = set(session.scalars(approvals))
    last = _last_entries(session, version, found) if found else {}
    return {each for each in found if last.get((each, VOTE_FELL), 0) < last.get((each, VOTED), 1)}


def _last_entries(
    session: Session, version: Version, organisation_ids: Collection[UUID]
) -> dict[tuple[UUID | None, str], int]:
    """The number of the last row in the audit log, by organisation and act."""
    query = (
        select(AuditEntry.organisation_id, AuditEntry.act, func.max(AuditEntry.id))
        .where(
            AuditEntry.dialogue_id == version.dialogue_id,
            AuditEntry.subject_id == str(version.id),
            AuditEntry.act.in_((VOTED, VOTE_FELL)),
            AuditEntry.organisation_id.in_(organisation_ids),
        )
        .group_by(AuditEntry.organisation_id, AuditEntry.act)
    )
    return {(row[0], row[1]): row[2] for row in session.execute(query)}
