"""The minutes as their reader may see them, with corrections and annexed positions."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core.errors import Refused
from portal.dialogue.models import Party
from portal.identity.actor import Actor
from portal.identity.models import Organisation
from portal.meeting.models import Meeting, Participation, Registration
from portal.meeting.models_minutes import Correction, MinutesEntry
from portal.meeting.policy import (
    may_propose,
    may_read,
    may_release_words,
    may_run,
    may_speak_for,
)
from portal.meeting.queries import meeting_of
from portal.meeting.queries_agenda import TimedItem, timed_agenda
from portal.meeting.rules import (
    CIRCULATED,
    CONTESTED,
    FINAL,
    HELD,
    MINUTES_DRAFT,
    SUMMARISED,
    may_still_contest,
)

SPEAKING_PARTS = ("buyer", "supplier")
"""Whose agreement the minutes can wait for: observers advise, the secretariat drafts."""


@dataclass(frozen=True, slots=True)
class PartyName:
    """An organisation of the dialogue and its part."""

    id: UUID
    name: str
    part: str


def organisations_of_parties(session: Session, dialogue_id: UUID) -> dict[UUID, PartyName]:
    """The organisations of a dialogue, by name."""
    query = (
        select(Organisation.id, Organisation.name, Party.part)
        .join(Party, Party.organisation_id == Organisation.id)
        .where(Party.dialogue_id == dialogue_id)
        .order_by(Organisation.name)
    )
    return {row.id: PartyName(*row) for row in session.execute(query)}


def takes_part(session: Session, meeting_id: UUID, organisations: Collection[UUID]) -> set[UUID]:
    """Which of these organisations have somebody registered."""
    query = select(Registration.organisation_id).where(
        Registration.meeting_id == meeting_id,
        Registration.state == "registered",
        Registration.organisation_id.in_(organisations),
    )
    return set(session.scalars(query.distinct()))


def silent_organisations(session: Session, meeting: Meeting) -> set[UUID]:
    """Suppliers and buyers that took part and have neither agreed nor annexed a position."""
    registered = select(Registration.organisation_id).where(
        Registration.meeting_id == meeting.id,
        Registration.state == "registered",
        Registration.part.in_(SPEAKING_PARTS),
    )
    agreed = select(Participation.organisation_id).where(
        Participation.meeting_id == meeting.id, Participation.minutes_agreed_at.is_not(None)
    )
    contested = select(Correction.organisation_id).where(
        Correction.meeting_id == meeting.id, Correction.state == "contested"
    )
    spoken = set(session.scalars(agreed)) | set(session.scalars(contested))
    return set(session.scalars(registered)) - spoken


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadEntry:
    """A passage as its reader sees it; ``name`` is empty unless it may be shown to them.

    ``own``: words of an organisation the reader acts for. ``released``: shown to all by name.
    """

    id: UUID
    version: int
    text: str
    speaker: str
    name: str
    organisation_id: UUID | None
    own: bool
    released: bool
    may_release: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadCorrection:
    """A wish as its reader sees it; ``name`` is empty unless it may be shown to them."""

    correction: Correction
    name: str
    part: str
    entry: ReadEntry | None
    may_contest: bool
    may_name: bool


@dataclass(frozen=True, slots=True)
class MinutesPoint:
    """A point of the agenda with what was said on it."""

    timed: TimedItem
    entries: list[ReadEntry]
    corrections: list[ReadCorrection]


@dataclass(frozen=True, slots=True, kw_only=True)
class MinutesPage:
    """Everything on the page of the minutes.

    ``voices``: organisations of the reader that took part and for which they speak; ``agreed``:
    those of them that agreed. ``positions`` are annexed. ``silent`` are named to whoever runs it.
    """

    meeting: Meeting
    points: list[MinutesPoint]
    positions: list[ReadCorrection]
    speakers: list[PartyName]
    voices: list[PartyName]
    agreed: set[UUID]
    silent: list[str]
    may_draft: bool
    may_run: bool
    takes_corrections: bool


def may_read_minutes(session: Session, actor: Actor, meeting: Meeting) -> bool:
    """Who drafts always; who took part while they go round; then everybody of the dialogue.

    What one supplier was told, all can read in the end: equal treatment.
    """
    if meeting.state in {HELD, MINUTES_DRAFT, CIRCULATED} and may_propose(
        actor, meeting.dialogue_id
    ):
        return True
    if meeting.state == CIRCULATED:
        own = {grant.organisation_id for grant in actor.grants_in(meeting.dialogue_id)}
        return bool(takes_part(session, meeting.id, own))
    return meeting.state in {FINAL, CONTESTED, SUMMARISED} and may_read(actor, meeting.dialogue_id)


def minutes_page(
    session: Session, actor: Actor, dialogue_id: UUID, meeting_id: UUID, *, now: datetime
) -> MinutesPage:
    """The minutes for this reader; raises Refused unless they may read them. Seven queries."""
    meeting = meeting_of(session, dialogue_id, meeting_id)
    if not may_read_minutes(session, actor, meeting):
        raise Refused
    reader = _Reader(session, actor, meeting, now)
    entries = reader.entries()
    corrections = reader.corrections(entries)
    voices = reader.voices()
    query = select(Participation.organisation_id).where(
        Participation.meeting_id == meeting.id, Participation.minutes_agreed_at.is_not(None)
    )
    running = may_run(actor, dialogue_id)
    silent = silent_organisations(session, meeting) if running else set()
    ends_at = meeting.circulation_ends_at
    return MinutesPage(
        meeting=meeting,
        points=[
            MinutesPoint(
                timed,
                entries=entries.get(timed.item.id, []),
                corrections=[
                    each
                    for each in corrections
                    if each.correction.agenda_item_id == timed.item.id and reader.may_see(each)
                ],
            )
            for timed in timed_agenda(session, meeting).items
        ],
        positions=[each for each in corrections if reader.is_annexed(each)],
        speakers=list(reader.parties.values()) if may_propose(actor, dialogue_id) else [],
        voices=voices,
        agreed=set(session.scalars(query)) & {each.id for each in voices},
        silent=sorted(reader.parties[each].name for each in silent if each in reader.parties),
        may_draft=may_propose(actor, dialogue_id),
        may_run=running,
        takes_corrections=meeting.state == CIRCULATED and ends_at is not None and now < ends_at,
    )


class _Reader:
    """What one reader sees of the minutes of one session."""

    def __init__(self, session: Session, actor: Actor, meeting: Meeting, now: datetime) -> None:
        self.session, self.actor, self.meeting, self.now = session, actor, meeting, now
        self.dialogue_id = meeting.dialogue_id
        self.own = {grant.organisation_id for grant in actor.grants_in(meeting.dialogue_id)}
        self.knows_all = may_propose(actor, meeting.dialogue_id)
        self.parties = organisations_of_parties(session, meeting.dialogue_id)

    def entries(self) -> dict[UUID, list[ReadEntry]]:
        """Point → its passages in order."""
        query = (
            select(MinutesEntry)
            .filter_by(meeting_id=self.meeting.id)
            .order_by(MinutesEntry.place, MinutesEntry.id)
        )
        found: dict[UUID, list[ReadEntry]] = {}
        for row in self.session.scalars(query):
            found.setdefault(row.agenda_item_id, []).append(self._entry(row))
        return found

    def _entry(self, row: MinutesEntry) -> ReadEntry:
        organisation_id = row.organisation_id
        own = organisation_id in self.own
        released = row.released_version == row.version
        shown = organisation_id is not None and (own or released or self.knows_all)
        party = self.parties.get(organisation_id) if organisation_id else None
        return ReadEntry(
            id=row.id,
            version=row.version,
            text=row.text,
            speaker=row.speaker,
            name=party.name if party and shown else "",
            organisation_id=organisation_id if shown else None,
            own=own,
            released=released,
            may_release=organisation_id is not None
            and may_release_words(self.actor, self.dialogue_id, organisation_id),
        )

    def corrections(self, entries: dict[UUID, list[ReadEntry]]) -> list[ReadCorrection]:
        """Every wish, in the order in which they were asked."""
        by_id = {entry.id: entry for some in entries.values() for entry in some}
        query = (
            select(Correction)
            .filter_by(meeting_id=self.meeting.id)
            .order_by(Correction.asked_at, Correction.id)
        )
        return [self._correction(row, by_id) for row in self.session.scalars(query)]

    def _correction(self, row: Correction, entries: dict[UUID, ReadEntry]) -> ReadCorrection:
        party = self.parties[row.organisation_id]
        shown = row.named or self.knows_all or row.organisation_id in self.own
        ends_at, speaks = self.meeting.circulation_ends_at, self._speaks_for(row.organisation_id)
        return ReadCorrection(
            correction=row,
            name=party.name if shown else "",
            part=party.part,
            entry=entries.get(row.entry_id) if row.entry_id else None,
            may_contest=speaks
            and row.state == "rejected"
            and self.meeting.state == CIRCULATED
            and ends_at is not None
            and row.decided_at is not None
            and may_still_contest(ends_at, row.decided_at, self.now),
            may_name=may_release_words(self.actor, self.dialogue_id, row.organisation_id),
        )

    def may_see(self, each: ReadCorrection) -> bool:
        """Wishes are between who asked and who drafts; others read the corrected text."""
        return self.knows_all or each.correction.organisation_id in self.own

    def is_annexed(self, each: ReadCorrection) -> bool:
        """Positions are annexed for everybody once the minutes are closed."""
        is_closed = self.meeting.state in {CONTESTED, SUMMARISED}
        return each.correction.state == "contested" and (is_closed or self.may_see(each))

    def voices(self) -> list[PartyName]:
        """The reader's organisations that took part and for which they speak."""
        speaking = {each for each in self.own if self._speaks_for(each)}
        found = takes_part(self.session, self.meeting.id, speaking) if speaking else set()
        return [party for key, party in self.parties.items() if key in found]

    def _speaks_for(self, organisation_id: UUID) -> bool:
        return organisation_id in self.own and may_speak_for(
            self.actor, self.dialogue_id, organisation_id
        )
