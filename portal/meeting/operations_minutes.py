"""The minutes of a session: drafted together, sent round for ten days, final, summed up."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.core.audit import record
from portal.core.errors import Invalid, NotNow, Refused, message
from portal.core.merging import merge
from portal.identity.actor import SYSTEM, Actor
from portal.meeting.acting import act_on, locked, moved, required, run_by
from portal.meeting.first_draft import first_draft
from portal.meeting.letters import post_of
from portal.meeting.letters_minutes import tell_circulated, tell_ended, tell_summary
from portal.meeting.models import AgendaItem, Meeting
from portal.meeting.models_minutes import Correction, MinutesEntry, MinutesText
from portal.meeting.policy import may_propose
from portal.meeting.queries_minutes import organisations_of_parties, silent_organisations
from portal.meeting.room_closing import locked_room, shut
from portal.meeting.rules import (
    CIRCULATED,
    CIRCULATION,
    CONTESTED,
    FINAL,
    HELD,
    MINUTES_DRAFT,
    SUMMARISED,
    holds_up,
    require,
)

ENTRY_LENGTH = 8000
SPEAKERS = ("", "supplier", "buyer", "observer", "secretariat")


class TextClash(Invalid):
    """Two people changed the same lines; ``mine`` and ``theirs`` are for a person to join."""

    def __init__(self, mine: str, theirs: str, version: int) -> None:
        """Keep both texts, and the version over which the joined one is typed."""
        self.mine, self.theirs, self.version = mine, theirs, version
        super().__init__(
            message("Somebody else changed the same lines meanwhile. Join both texts, then save.")
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A passage as it is typed: who spoke, whose words they are, and the words."""

    text: str
    speaker: str = ""
    organisation_id: UUID | None = None


def draft_minutes(session: Session, actor: Actor, meeting_id: UUID, *, now: datetime) -> None:
    """Begin the minutes of a session that was held, with what its room left; co-buyers may, too.

    A room that is open is closed by it, so that nothing is noted there that the minutes miss.
    Raises Refused unless the actor may draft minutes, NotNow in another state or while people
    vote.
    """
    room = locked_room(session, meeting_id)
    meeting = _drafter(session, actor, meeting_id)
    require("draft_minutes", meeting.state)
    if room is not None and room.state == "open":
        room.number += 1
        shut(session, actor, meeting, room, now=now)
    details = moved(meeting, MINUTES_DRAFT)
    record(session, act_on(meeting, actor, "minutes_begun", details), now=now)
    for item_id, text in first_draft(session, meeting, ENTRY_LENGTH):
        store_entry(session, actor, meeting, item_id, Entry(text=text), now=now)


def add_entry(
    session: Session,
    actor: Actor,
    meeting_id: UUID,
    agenda_item_id: UUID,
    wanted: Entry,
    *,
    now: datetime,
) -> MinutesEntry:
    """Add a passage to a point of the agenda. Raises Refused, NotNow, Invalid by field."""
    meeting = _drafter(session, actor, meeting_id)
    _require_draft(meeting)
    return store_entry(session, actor, meeting, agenda_item_id, wanted, now=now)


def store_entry(
    session: Session,
    actor: Actor,
    meeting: Meeting,
    agenda_item_id: UUID,
    wanted: Entry,
    *,
    now: datetime,
) -> MinutesEntry:
    """Add a passage; callers have checked that the actor may. The session is locked."""
    item = session.get(AgendaItem, agenda_item_id)
    if item is None or item.meeting_id != meeting.id:
        raise Refused
    checked = _checked(session, meeting, wanted)
    query = select(func.max(MinutesEntry.place)).filter_by(agenda_item_id=item.id)
    entry = MinutesEntry(
        meeting_id=meeting.id,
        agenda_item_id=item.id,
        place=(session.scalar(query) or 0) + 1,
        speaker=checked.speaker,
        organisation_id=checked.organisation_id,
        text=checked.text,
        changed_by=actor.person_id,
        changed_at=now,
    )
    session.add(entry)
    session.flush()
    _keep_text(session, entry)
    subject = ("minutes_entry", entry.id)
    record(session, act_on(meeting, actor, "minutes_added", subject=subject), now=now)
    return entry


def save_entry(
    session: Session, actor: Actor, entry_id: UUID, wanted: Entry, *, version: int, now: datetime
) -> MinutesEntry:
    """Save a passage that was typed over ``version``; another's edit of other lines is kept.

    Raises Refused, NotNow outside the draft, Invalid by field, TextClash if both changed the
    same lines: then nothing is stored and both texts come with it.
    """
    entry, meeting = entry_for(session, entry_id)
    if not may_propose(actor, meeting.dialogue_id):
        raise Refused
    _require_draft(meeting)
    checked = _checked(session, meeting, wanted)
    write_entry(session, actor, meeting, entry, checked, version=version, now=now)
    return entry


def write_entry(
    session: Session,
    actor: Actor,
    meeting: Meeting,
    entry: MinutesEntry,
    wanted: Entry,
    *,
    version: int,
    now: datetime,
) -> None:
    """Join and store; callers have checked that the actor may. The session is locked.

    Who spoke cannot be joined: typed over an older version, another speaker than now is a clash.
    """
    base = session.scalars(
        select(MinutesText.text).filter_by(entry_id=entry.id, version=version)
    ).one_or_none()
    if base is None:
        raise Refused
    joined = merge(base, wanted.text, entry.text)
    speaks, spoke = ((each.speaker, each.organisation_id) for each in (wanted, entry))
    if joined is None or (version != entry.version and speaks != spoke):
        raise TextClash(wanted.text, entry.text, entry.version)
    after = (joined, wanted.speaker, wanted.organisation_id)
    if after == (entry.text, entry.speaker, entry.organisation_id):
        return
    before = entry.version
    entry.text, entry.speaker, entry.organisation_id = after
    entry.version += 1
    entry.changed_by, entry.changed_at = actor.person_id, now
    session.flush()
    _keep_text(session, entry)
    details: dict[str, object] = {"from": before, "to": entry.version}
    subject = ("minutes_entry", entry.id)
    record(session, act_on(meeting, actor, "minutes_changed", details, subject=subject), now=now)


def remove_entry(
    session: Session, actor: Actor, entry_id: UUID, *, version: int, now: datetime
) -> None:
    """Take a passage off the draft; only the version that was read, which the log keeps."""
    entry, meeting = entry_for(session, entry_id)
    if not may_propose(actor, meeting.dialogue_id):
        raise Refused
    _require_draft(meeting)
    if entry.version != version:
        raise NotNow(message("Somebody changed this passage meanwhile. Read it, then remove it."))
    details: dict[str, object] = {"text": entry.text}
    subject = ("minutes_entry", entry.id)
    record(session, act_on(meeting, actor, "minutes_removed", details, subject=subject), now=now)
    for text in session.scalars(select(MinutesText).filter_by(entry_id=entry.id)):
        session.delete(text)
    session.flush()
    session.delete(entry)
    session.flush()


def circulate(
    session: Session, actor: Actor, meeting_id: UUID, *, address: str = "", now: datetime
) -> None:
    """Send the minutes round: those who took part have ten days to ask for corrections.

    Raises Refused unless the actor is secretariat or lead buyer, NotNow in another state or with
    nothing written.
    """
    meeting = run_by(session, actor, meeting_id)
    require("circulate", meeting.state)
    query = select(MinutesEntry.id).filter_by(meeting_id=meeting.id).limit(1)
    if session.scalars(query).first() is None:
        raise NotNow(message("Nothing is written yet. Write the minutes, then send them round."))
    details = moved(meeting, CIRCULATED)
    meeting.circulated_at, meeting.circulation_ends_at = now, now + CIRCULATION
    record(session, act_on(meeting, actor, "circulated", details), now=now)
    tell_circulated(post_of(session, meeting, address=address, now=now))


def end_circulation(
    session: Session, actor: Actor, meeting_id: UUID, *, address: str = "", now: datetime
) -> None:
    """Close the minutes: final, or contested with every position annexed.

    Before the ten days are over only if every organisation that took part has agreed or annexed
    its position. Raises Refused unless the actor is secretariat or lead buyer, NotNow while a
    wish is undecided or somebody may still annex a position.
    """
    meeting = run_by(session, actor, meeting_id)
    require("end_circulation", meeting.state)
    ends_at = meeting.circulation_ends_at or now
    corrections = list(session.scalars(select(Correction).filter_by(meeting_id=meeting.id)))
    silent = silent_organisations(session, meeting)
    waiting = [
        each
        for each in holds_up(corrections, ends_at, now)
        if each.state == "asked" or each.organisation_id in silent
    ]
    if waiting:
        raise NotNow(
            message("The minutes wait for a correction that is undecided, or that was refused.")
        )
    if now < ends_at and silent:
        raise NotNow(message("The ten days are not over, and not everybody has agreed."))
    to = CONTESTED if any(each.state == "contested" for each in corrections) else FINAL
    record(session, act_on(meeting, actor, to, moved(meeting, to)), now=now)
    tell_ended(post_of(session, meeting, address=address, now=now))


def end_overdue_circulation(
    session: Session, meeting_id: UUID, *, address: str = "", now: datetime
) -> bool:
    """What the clock does when the ten days are over; whether it did it."""
    meeting = locked(session, meeting_id)
    ends_at = meeting.circulation_ends_at
    if meeting.state != CIRCULATED or ends_at is None or now < ends_at:
        return False
    try:
        end_circulation(session, SYSTEM, meeting_id, address=address, now=now)
    except NotNow:
        return False
    return True


def publish_summary(
    session: Session,
    actor: Actor,
    meeting_id: UUID,
    text: str,
    *,
    address: str = "",
    now: datetime,
) -> None:
    """Publish what anyone reads of the session; everybody who takes part is told.

    Raises Refused unless the actor is secretariat or lead buyer, NotNow before the minutes are
    closed, Invalid without a text.
    """
    meeting = run_by(session, actor, meeting_id)
    require("publish_summary", meeting.state)
    sentence = message("Write what came of the session, for anyone to read.")
    meeting.summary = required("summary", text, sentence, most=ENTRY_LENGTH)
    details = moved(meeting, SUMMARISED)
    meeting.summarised_at = now
    record(session, act_on(meeting, actor, "summarised", details), now=now)
    tell_summary(post_of(session, meeting, address=address, now=now))


def entry_for(session: Session, entry_id: UUID) -> tuple[MinutesEntry, Meeting]:
    """The passage, read anew, with its session locked; raises Refused if there is none."""
    entry = session.get(MinutesEntry, entry_id)
    if entry is None:
        raise Refused
    meeting = locked(session, entry.meeting_id)
    session.refresh(entry)
    return entry, meeting


def _drafter(session: Session, actor: Actor, meeting_id: UUID) -> Meeting:
    meeting = locked(session, meeting_id)
    if not may_propose(actor, meeting.dialogue_id):
        raise Refused
    return meeting


def _require_draft(meeting: Meeting) -> None:
    if meeting.state == HELD:
        raise NotNow(message("Begin the minutes first."))
    if meeting.state != MINUTES_DRAFT:
        raise NotNow(message("These minutes are no draft any more: ask for a correction."))


def _checked(session: Session, meeting: Meeting, wanted: Entry) -> Entry:
    sentence = message("Write what was said.")
    text = required("text", wanted.text, sentence, most=ENTRY_LENGTH)
    speaker = wanted.speaker
    if speaker not in SPEAKERS:
        raise Refused
    if wanted.organisation_id is not None:
        part = organisations_of_parties(session, meeting.dialogue_id).get(wanted.organisation_id)
        if part is None:
            raise Refused
        speaker = part.part
    return Entry(text=text, speaker=speaker, organisation_id=wanted.organisation_id)


def _keep_text(session: Session, entry: MinutesEntry) -> None:
    session.add(
        MinutesText(
            entry_id=entry.id,
            version=entry.version,
            text=entry.text,
            changed_by=entry.changed_by,
            changed_at=entry.changed_at,
        )
    )
    session.flush()
