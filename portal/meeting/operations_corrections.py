"""What organisations say about minutes that go round: corrections, agreement, their own words."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal.core.audit import record
from portal.core.errors import NotNow, Refused, message
from portal.identity.actor import Actor
from portal.meeting.acting import act_on, locked, required, run_by
from portal.meeting.letters import post_of
from portal.meeting.letters_minutes import tell_asked, tell_corrected, tell_rejected
from portal.meeting.models import AgendaItem, Meeting, Participation
from portal.meeting.models_minutes import Correction, MinutesEntry
from portal.meeting.operations_minutes import (
    ENTRY_LENGTH,
    Entry,
    entry_for,
    store_entry,
    write_entry,
)
from portal.meeting.operations_registration import participation
from portal.meeting.policy import may_release_words, may_speak_for
from portal.meeting.queries_minutes import organisations_of_parties, takes_part
from portal.meeting.rules import (
    ANSWER_TO_REJECTION,
    CIRCULATED,
    READABLE_MINUTES,
    may_still_contest,
)

ASKED, ACCEPTED, REJECTED, POSITION = "asked", "accepted", "rejected", "contested"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """How a passage of a point should read, and why; without an entry it is to be added."""

    agenda_item_id: UUID
    entry_id: UUID | None = None
    wanted: str
    why: str


def ask_correction(
    session: Session,
    actor: Actor,
    meeting_id: UUID,
    organisation_id: UUID,
    wish: Wish,
    *,
    address: str = "",
    now: datetime,
) -> Correction:
    """Ask that a passage of a point reads as wished; without an entry, that it is added.

    Raises Refused unless the actor speaks for an organisation that took part, NotNow after the
    ten days, Invalid by field.
    """
    meeting = locked(session, meeting_id)
    _require_voice(session, actor, meeting, organisation_id)
    _require_running(meeting, now)
    _require_place(session, meeting, wish)
    sentence = message("Write how it should read.")
    correction = Correction(
        meeting_id=meeting.id,
        agenda_item_id=wish.agenda_item_id,
        entry_id=wish.entry_id,
        organisation_id=organisation_id,
        wanted=required("wanted", wish.wanted, sentence, most=ENTRY_LENGTH),
        why=required("why", wish.why, message("Say what is wrong with it.")),
        asked_by=actor.person_id,
        asked_at=now,
    )
    session.add(correction)
    session.flush()
    _record(session, actor, meeting, correction, ("", ASKED), now=now)
    participation(session, meeting.id, organisation_id).minutes_agreed_at = None
    tell_asked(post_of(session, meeting, address=address, now=now))
    return correction


def accept_correction(
    session: Session,
    actor: Actor,
    correction_id: UUID,
    text: str,
    *,
    version: int,
    address: str = "",
    now: datetime,
) -> None:
    """Accept a correction with the text that the passage gets, typed over ``version``.

    What organisations agreed to before is asked again, since the text is another, and there are
    as many days to read it as there are to answer a rejection. Raises Refused unless the actor is
    secretariat or lead buyer, NotNow if it was decided, Invalid.
    """
    correction, meeting = _decided_by(session, actor, correction_id)
    checked = required("text", text, message("Write what the minutes say now."), most=ENTRY_LENGTH)
    if correction.entry_id is None:
        party = organisations_of_parties(session, meeting.dialogue_id)[correction.organisation_id]
        wanted = Entry(text=checked, speaker=party.part, organisation_id=correction.organisation_id)
        entry = store_entry(session, actor, meeting, correction.agenda_item_id, wanted, now=now)
        correction.entry_id = entry.id
    else:
        entry = session.get_one(MinutesEntry, correction.entry_id)
        wanted = Entry(text=checked, speaker=entry.speaker, organisation_id=entry.organisation_id)
        write_entry(session, actor, meeting, entry, wanted, version=version, now=now)
    correction.state, correction.decided_at = ACCEPTED, now
    meeting.circulation_ends_at = max(meeting.circulation_ends_at or now, now + ANSWER_TO_REJECTION)
    _record(session, actor, meeting, correction, (ASKED, ACCEPTED), now=now)
    session.execute(
        update(Participation).filter_by(meeting_id=meeting.id).values(minutes_agreed_at=None)
    )
    tell_corrected(post_of(session, meeting, address=address, now=now))


def reject_correction(
    session: Session,
    actor: Actor,
    correction_id: UUID,
    reason: str,
    *,
    address: str = "",
    now: datetime,
) -> None:
    """Reject a correction with a reason; the organisation may annex its position.

    Raises Refused unless the actor is secretariat or lead buyer, NotNow if it was decided,
    Invalid without a reason.
    """
    correction, meeting = _decided_by(session, actor, correction_id)
    correction.reason = required("reason", reason, message("Say why it is not accepted."))
    correction.state, correction.decided_at = REJECTED, now
    _record(session, actor, meeting, correction, (ASKED, REJECTED), reason=reason, now=now)
    post = post_of(session, meeting, address=address, now=now)
    tell_rejected(post, correction.organisation_id, correction.reason)


def contest(
    session: Session,
    actor: Actor,
    correction_id: UUID,
    position: str,
    *,
    named: bool = False,
    now: datetime,
) -> None:
    """Annex the organisation's position to the minutes, after its correction was rejected.

    ``named``: with the organisation's name, which needs whoever releases its words. Raises
    Refused, NotNow when it is too late, Invalid without a position.
    """
    correction, meeting = _correction(session, correction_id)
    organisation_id = correction.organisation_id
    _require_voice(session, actor, meeting, organisation_id)
    if named and not may_release_words(actor, meeting.dialogue_id, organisation_id):
        raise Refused
    ends_at, decided_at = meeting.circulation_ends_at, correction.decided_at
    if correction.state != REJECTED or meeting.state != CIRCULATED:
        raise NotNow(message("Only a correction that was not accepted can be contested."))
    if ends_at is None or decided_at is None or not may_still_contest(ends_at, decided_at, now):
        raise NotNow(message("The time to add your position is over."))
    correction.position = required("position", position, message("Write your position."))
    correction.state, correction.named, correction.contested_at = POSITION, named, now
    _record(session, actor, meeting, correction, (REJECTED, POSITION), now=now)


def agree_with_minutes(
    session: Session, actor: Actor, meeting_id: UUID, organisation_id: UUID, *, now: datetime
) -> None:
    """Say for an organisation that took part that the minutes are right; once is enough.

    Raises Refused, NotNow when they do not go round or a correction of its own is open.
    """
    meeting = locked(session, meeting_id)
    _require_voice(session, actor, meeting, organisation_id)
    _require_running(meeting, now)
    query = select(Correction.id).filter_by(
        meeting_id=meeting.id, organisation_id=organisation_id, state=ASKED
    )
    if session.scalars(query.limit(1)).first() is not None:
        raise NotNow(message("You asked for a correction that is not decided yet."))
    row = participation(session, meeting.id, organisation_id)
    if row.minutes_agreed_at is None:
        row.minutes_agreed_at = now
        entry = act_on(meeting, actor, "minutes_agreed", organisation_id=organisation_id)
        record(session, entry, now=now)


def release_words(
    session: Session,
    actor: Actor,
    entry_id: UUID,
    *,
    version: int,
    releases: bool,
    now: datetime,
) -> None:
    """Let a passage stand with the organisation's name, as it reads in ``version``, or no more.

    Raises Refused unless they are the words of the actor's organisation and the actor may release
    them, NotNow if the passage reads otherwise by now.
    """
    entry, meeting = entry_for(session, entry_id)
    organisation_id = entry.organisation_id
    if (
        organisation_id is None
        or meeting.state not in READABLE_MINUTES
        or not may_release_words(actor, meeting.dialogue_id, organisation_id)
    ):
        raise Refused
    if entry.version != version:
        raise NotNow(message("The passage was changed meanwhile. Read it, then decide."))
    released = version if releases else None
    if entry.released_version == released:
        return
    entry.released_version = released
    act = "words_released" if releases else "words_taken_back"
    subject = ("minutes_entry", entry.id)
    row = act_on(meeting, actor, act, organisation_id=organisation_id, subject=subject)
    record(session, row, now=now)


def _require_place(session: Session, meeting: Meeting, wish: Wish) -> None:
    """The point is of this session, and the passage of this point."""
    item = session.get(AgendaItem, wish.agenda_item_id)
    entry = session.get(MinutesEntry, wish.entry_id) if wish.entry_id else None
    if item is None or item.meeting_id != meeting.id:
        raise Refused
    if wish.entry_id is not None and (entry is None or entry.agenda_item_id != item.id):
        raise Refused


def _require_voice(session: Session, actor: Actor, meeting: Meeting, organisation_id: UUID) -> None:
    """The actor speaks for the organisation, and somebody of it was registered."""
    if not may_speak_for(actor, meeting.dialogue_id, organisation_id):
        raise Refused
    if not takes_part(session, meeting.id, {organisation_id}):
        raise Refused


def _require_running(meeting: Meeting, now: datetime) -> None:
    ends_at = meeting.circulation_ends_at
    if meeting.state != CIRCULATED or ends_at is None or now >= ends_at:
        raise NotNow(message("The time to ask for corrections is over, or has not begun."))


def _correction(session: Session, correction_id: UUID) -> tuple[Correction, Meeting]:
    correction = session.get(Correction, correction_id)
    if correction is None:
        raise Refused
    meeting = locked(session, correction.meeting_id)
    session.refresh(correction)
    return correction, meeting


def _decided_by(session: Session, actor: Actor, correction_id: UUID) -> tuple[Correction, Meeting]:
    correction, meeting = _correction(session, correction_id)
    run_by(session, actor, meeting.id)
    if correction.state != ASKED or meeting.state != CIRCULATED:
        raise NotNow(message("This correction was decided already."))
    return correction, meeting


def _record(
    session: Session,
    actor: Actor,
    meeting: Meeting,
    correction: Correction,
    step: tuple[str, str],
    *,
    reason: str = "",
    now: datetime,
) -> None:
    details: dict[str, object] = {"from": step[0], "to": step[1]}
    if reason:
        details["reason"] = reason
    if step[1] in {ACCEPTED, REJECTED}:
        details["asked_by"] = str(correction.organisation_id)
        organisation_id = None
    else:
        organisation_id = correction.organisation_id
    subject = ("correction", correction.id)
    act = f"correction_{step[1]}"
    row = act_on(meeting, actor, act, details, organisation_id=organisation_id, subject=subject)
    record(session, row, now=now)
