"""What the reminders of one turn of the clock share: where links lead, and who has been told."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, tzinfo
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core.calendar import Entry
from portal.core.clock import zone_of
from portal.core.errors import Message, message
from portal.core.mail import write
from portal.core.reminders import claim, claimed
from portal.dialogue.deadlines import Letterhead, letterhead
from portal.dialogue.models import Dialogue, RoleGrant
from portal.identity.models import Membership, Person
from portal.identity.roles import SUPPLIER_ROLES, Role
from portal.response.policy import IN_CHARGE


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody of a supplier's team, since when, and whether they answer for the company."""

    person: Person
    since: datetime | None
    in_charge: bool
    may_sign: bool

    @property
    def zone(self) -> tzinfo:
        """The clock they live by."""
        return zone_of(self.person.time_zone)


@dataclass(frozen=True, slots=True)
class Due:
    """A mail that may be due to somebody: about what, and the occasions it would speak of."""

    member: Member
    keys: frozenset[str]


@dataclass(slots=True)
class Round:
    """One turn of the clock; ``address`` is the portal's own, without a slash at its end."""

    session: Session
    address: str
    now: datetime
    heads: dict[UUID, Letterhead]

    def head(self, dialogue: Dialogue) -> Letterhead:
        """Who asks in a dialogue, read once a turn."""
        if dialogue.id not in self.heads:
            self.heads[dialogue.id] = letterhead(self.session, dialogue)
        return self.heads[dialogue.id]

    def free(self, keys: Collection[str]) -> set[str]:
        """The occasions that nobody has dealt with yet."""
        return set(keys) - claimed(self.session, keys)

    def take(self, about: UUID, due: Due) -> set[str]:
        """Take a mail's occasions; empty if its reader was mailed about the matter today.

        The day is claimed first, so that of two clocks one goes on and the other leaves the
        occasions to it, or to tomorrow.
        """
        person = due.member.person
        today = self.now.astimezone(due.member.zone).date()
        if not claim(self.session, [f"day:{today}:{about}:{person.id}"], now=self.now):
            return set()
        return claim(self.session, due.keys, now=self.now)

    def settle(self, keys: Collection[str]) -> None:
        """Take occasions of which there is nothing to say."""
        claim(self.session, keys, now=self.now)

    def mail(
        self,
        member: Member,
        subject: Message,
        paragraphs: Iterable[Message | str],
        calendar: tuple[Entry, ...] = (),
    ) -> None:
        """Write one reminder; it never waits for the daily mail."""
        person = member.person
        hello = message("Hello {name},", name=person.name)
        write(
            self.session,
            person.mailbox,
            subject,
            hello,
            *paragraphs,
            calendar=calendar,
            now=self.now,
        )


def teams(
    session: Session, places: Collection[tuple[UUID, UUID]]
) -> dict[tuple[UUID, UUID], list[Member]]:
    """(dialogue, supplier) → its people, in order of their ids; one query."""
    query = (
        select(RoleGrant.dialogue_id, RoleGrant.organisation_id, RoleGrant.role, Person, Membership)
        .join(Person, Person.id == RoleGrant.person_id)
        .outerjoin(
            Membership,
            (Membership.person_id == Person.id)
            & (Membership.organisation_id == RoleGrant.organisation_id),
        )
        .where(
            RoleGrant.dialogue_id.in_({dialogue_id for dialogue_id, _ in places}),
            RoleGrant.organisation_id.in_({supplier_id for _, supplier_id in places}),
            RoleGrant.role.in_([role.value for role in SUPPLIER_ROLES]),
        )
        .order_by(Person.id)
    )
    roles: dict[tuple[UUID, UUID], dict[UUID, set[Role]]] = {}
    people: dict[UUID, Person] = {}
    since: dict[tuple[UUID, UUID], datetime] = {}
    for dialogue_id, supplier_id, role, person, membership in session.execute(query):
        held = roles.setdefault((dialogue_id, supplier_id), {})
        held.setdefault(person.id, set()).add(Role(role))
        people[person.id] = person
        if membership is not None:
            since[person.id, supplier_id] = membership.created_at
    return {
        place: [
            Member(
                people[person_id],
                since.get((person_id, place[1])),
                in_charge=bool(held & IN_CHARGE),
                may_sign=Role.SUPPLIER_SIGNATORY in held,
            )
            for person_id, held in roles.get(place, {}).items()
        ]
        for place in places
    }
