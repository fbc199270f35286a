"""Sessions of the demo: one that is over, with minutes and summary, and one to come."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from portal.commands.demo_data.answering import Team
from portal.commands.demo_data.cast import Cast, Stage
from portal.commands.demo_data.institutions import BUYERS, OBSERVER
from portal.identity.actor import Actor
from portal.meeting import operations as meetings
from portal.meeting import operations_minutes as minutes
from portal.meeting.operations_agenda import Item, add_item
from portal.meeting.operations_corrections import Wish, accept_correction, ask_correction
from portal.meeting.operations_registration import publish_name, register

ONLINE = "https://meet.lindenhag.example/parley"
MOST_AT_TABLE = 6
"""Suppliers who come to the session."""


class Days:
    """The instants of the session that is over: the same in every demo."""

    planned = datetime(2026, 10, 20, 9, tzinfo=UTC)
    announced = datetime(2026, 10, 21, 9, tzinfo=UTC)
    registered = datetime(2026, 10, 26, 10, tzinfo=UTC)
    closes = datetime(2026, 11, 3, 16, tzinfo=UTC)
    begins = datetime(2026, 11, 5, 13, tzinfo=UTC)
    ends = datetime(2026, 11, 5, 15, 30, tzinfo=UTC)
    written = datetime(2026, 11, 6, 10, tzinfo=UTC)
    circulated = datetime(2026, 11, 6, 16, tzinfo=UTC)
    corrected = datetime(2026, 11, 10, 9, tzinfo=UTC)
    final = datetime(2026, 11, 17, 9, tzinfo=UTC)
    summarised = datetime(2026, 11, 18, 10, tzinfo=UTC)


AGENDA = (
    Item(title="Welcome, rules of the dialogue", minutes=10),
    Item(
        title="What the answers say about production sites",
        kind="question",
        subject_id="D.01",
        note="Half of the time for questions from suppliers.",
        minutes=40,
    ),
    Item(title="Break", kind="break", minutes=10),
    Item(title="Repair: spare parts and manuals", minutes=40),
    Item(title="What we push for next", note="Dot votes, then an open round.", minutes=40),
    Item(title="How we follow up", minutes=10),
)
SAID = (
    (1, "supplier", "Two brands publish their sites twice a year; others fear to lose suppliers."),
    (1, "buyer", "One list format for all buyers: the portal's table is that format."),
    (3, "supplier", "Manuals can be public at once. Spare parts after seven years cost storage."),
    (3, "buyer", "A price list for the five most used parts would already help."),
    (4, "observer", "Workers' own complaint channels are missing from most answers."),
    (5, "secretariat", "Commitments are entered on the portal, with a date and a proof."),
)
WISH = (
    "Two brands publish their sites twice a year; others want a common date for all brands first.",
    "The reason was not fear of losing suppliers but that nobody wants to be the first.",
)
SUMMARY = (
    "Buyers and suppliers talked about production sites, repair and next steps. Suppliers can "
    "publish manuals at once, and site lists if all brands do so by the same date. The buyers will "
    "use one table for site lists. What was promised is followed up on the portal; the next "
    "session is in spring."
)
PURPOSE = "We read the results together, and settle what to push for first."
NEXT_TITLE, NEXT_PURPOSE = (
    "Six months on: what has been done",
    "Commitments, what was proven, and which questions the next round should ask.",
)


def sit_together(stage: Stage, cast: Cast, teams: Sequence[Team], *, now: datetime) -> UUID:
    """The session after the release: announced, held, minuted, corrected and summed up; its id."""
    table = _Table(stage, cast)
    plan = meetings.Plan(
        title="From answers to priorities",
        purpose=PURPOSE,
        place="Waterhoven, town hall, and online",
        online_address=ONLINE,
        starts_at=Days.begins,
        ends_at=Days.ends,
        registration_closes_at=Days.closes,
    )
    meeting_id, points = table.announce(plan, AGENDA, planned=Days.planned, now=Days.announced)
    guests = teams[:MOST_AT_TABLE]
    table.register(meeting_id, guests, now=Days.registered)
    meetings.close_registration(
        stage.session, cast.secretariat, meeting_id, address=stage.address, now=Days.closes
    )
    meetings.hold(stage.session, cast.secretariat, meeting_id, now=Days.begins)
    table.minute(meeting_id, points, guests)
    table.announce(
        _next_plan(now),
        (Item(title="What was promised, and what was proven", minutes=60),),
        planned=now - timedelta(days=4),
        now=now - timedelta(days=3),
    )
    return meeting_id


def _next_plan(now: datetime) -> meetings.Plan:
    begins = (now + timedelta(days=12)).replace(hour=9, minute=0, second=0, microsecond=0)
    return meetings.Plan(
        title=NEXT_TITLE,
        purpose=NEXT_PURPOSE,
        place="Online",
        online_address=ONLINE,
        starts_at=begins,
        ends_at=begins + timedelta(hours=2),
        registration_closes_at=begins - timedelta(days=2),
    )


@dataclass(frozen=True, slots=True)
class _Table:
    """Who runs the sessions of a dialogue."""

    stage: Stage
    cast: Cast

    @property
    def _chair(self) -> Actor:
        return self.cast.secretariat

    def announce(
        self, plan: meetings.Plan, agenda: Sequence[Item], *, planned: datetime, now: datetime
    ) -> tuple[UUID, list[UUID]]:
        """Plan a session with its agenda and announce it; its id and those of the points."""
        session = self.stage.session
        made = meetings.plan(session, self._chair, self.cast.dialogue_id, plan, now=planned)
        points = [add_item(session, self._chair, made.id, each, now=planned).id for each in agenda]
        meetings.announce(session, self._chair, made.id, address=self.stage.address, now=now)
        return made.id, points

    def register(self, meeting_id: UUID, guests: Sequence[Team], *, now: datetime) -> None:
        """Buyers, the observer and some suppliers come; every second supplier lets it be seen."""
        session = self.stage.session
        for institution in (*BUYERS, OBSERVER):
            actor = self.cast.actor(session, institution.seats[0].staff)
            self._come(actor, meeting_id, self.cast.organisations[institution.name], now)
        for number, team in enumerate(guests):
            self._come(team.contact, meeting_id, team.organisation_id, now)
            if number % 2 == 0:
                publish_name(
                    session,
                    team.contact,
                    meeting_id,
                    team.organisation_id,
                    publishes=True,
                    now=now,
                )

    def _come(self, actor: Actor, meeting_id: UUID, organisation_id: UUID, now: datetime) -> None:
        people = [actor.person_id] if actor.person_id else []
        register(
            self.stage.session,
            actor,
            meeting_id,
            organisation_id,
            people=people,
            accepts_rules=True,
            address=self.stage.address,
            now=now,
        )

    def minute(self, meeting_id: UUID, points: Sequence[UUID], guests: Sequence[Team]) -> None:
        """Minutes, a correction that is accepted, and the public summary."""
        session, chair, address = self.stage.session, self._chair, self.stage.address
        minutes.draft_minutes(session, chair, meeting_id, now=Days.written)
        entries = [
            minutes.add_entry(
                session,
                chair,
                meeting_id,
                points[point],
                minutes.Entry(text=text, speaker=speaker),
                now=Days.written,
            )
            for point, speaker, text in SAID
        ]
        minutes.circulate(session, chair, meeting_id, address=address, now=Days.circulated)
        if guests:
            wish = Wish(
                agenda_item_id=points[1], entry_id=entries[0].id, wanted=WISH[0], why=WISH[1]
            )
            self._correct(meeting_id, guests[0], wish, entries[0].version)
        minutes.end_circulation(session, chair, meeting_id, address=address, now=Days.final)
        minutes.publish_summary(
            session, chair, meeting_id, SUMMARY, address=address, now=Days.summarised
        )

    def _correct(self, meeting_id: UUID, guest: Team, wish: Wish, version: int) -> None:
        """A supplier asks that a passage reads otherwise, and it does two hours later."""
        session, address = self.stage.session, self.stage.address
        asked = ask_correction(
            session,
            guest.signatory,
            meeting_id,
            guest.organisation_id,
            wish,
            address=address,
            now=Days.corrected,
        )
        accept_correction(
            session,
            self._chair,
            asked.id,
            wish.wanted,
            version=version,
            address=address,
            now=Days.corrected + timedelta(hours=2),
        )
