"""A dialogue with a release, an announced session, and people who registered."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from sqlalchemy import select

from portal.core.audit import AuditEntry
from portal.core.db import Session
from portal.dialogue.models import Dialogue
from portal.dialogue.operations import PART_OF_ROLE
from portal.identity.actor import Actor
from portal.identity.roles import OrganisationKind, Role
from portal.meeting import operations, operations_agenda
from portal.meeting.models import AgendaItem, Meeting
from portal.meeting.queries import agenda_of
from tests import factories
from tests.aggregate import market


@dataclass(frozen=True, kw_only=True)
class World:
    """Somebody of every role, and a session announced on day 32; ``now`` is that instant.

    ``supplier`` is a signatory of one company, ``rival`` of another; ``admin`` and
    ``contributor`` are of the first.
    """

    dialogue: Dialogue
    meeting: Meeting
    items: list[AgendaItem]
    secretariat: Actor
    lead: Actor
    co_buyer: Actor
    reader: Actor
    observer: Actor
    supplier: Actor
    admin: Actor
    contributor: Actor
    rival: Actor
    now: datetime

    @property
    def starts_at(self) -> datetime:
        """When the session begins."""
        return self.now + timedelta(days=14)

    @property
    def everybody(self) -> dict[str, Actor]:
        """The people by what they are called here."""
        return {
            "secretariat": self.secretariat,
            "lead": self.lead,
            "co_buyer": self.co_buyer,
            "reader": self.reader,
            "observer": self.observer,
            "supplier": self.supplier,
            "admin": self.admin,
            "contributor": self.contributor,
            "rival": self.rival,
        }


def plan_at(now: datetime, **changes: object) -> operations.Plan:
    """A session of two hours in 14 days; registration closes a day before."""
    starts_at = now + timedelta(days=14)
    values: dict[str, object] = {
        "title": "Wages in the second tier",
        "purpose": "Talk about what the answers say.",
        "place": "Quay 1, Ghent",
        "online_address": "https://meet.example.org/wages",
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(hours=2),
        "registration_closes_at": starts_at - timedelta(days=1),
    }
    return operations.Plan(**(values | changes))  # type: ignore[arg-type]  # names are Plan's


def planned(
    session: Session, actor: Actor, dialogue_id: UUID, *, released: bool = True, now: datetime
) -> tuple[Meeting, list[AgendaItem]]:
    """A planned session with an introduction, a released question and a break.

    Without a release, a point in words stands in place of the question.
    """
    question = {"kind": "question", "subject_id": "B.01"} if released else {}
    meeting = operations.plan(session, actor, dialogue_id, plan_at(now), now=now)
    for wanted in (
        operations_agenda.Item(title="Welcome and rules", minutes=10),
        operations_agenda.Item(title="" if released else "Wages", minutes=45, **question),
        operations_agenda.Item(kind="break", title="Break", minutes=15),
    ):
        operations_agenda.add_item(session, actor, meeting.id, wanted, now=now)
    return meeting, agenda_of(session, meeting.id)


def _somebody(
    session: Session,
    dialogue: Dialogue,
    now: datetime,
    role: Role,
    name: str = "",
    *,
    organisation_id: UUID | None = None,
) -> Actor:
    """Somebody of an organisation named here: suppliers of the market have invented names."""
    if organisation_id is None:
        kind = OrganisationKind(PART_OF_ROLE[role])
        name = name or f"The {role.name.lower()}"
        organisation_id = factories.organisation(session, kind, name, now=now).id
    return factories.member(session, dialogue, role, organisation_id=organisation_id, now=now)


def world(
    session: Session, *, now: datetime, announced: bool = True, released: bool = True
) -> World:
    """The dialogue, closed and released; opened at ``now``, all else 32 days later.

    ``released``: a release of twelve suppliers, which takes a second; else nobody has answered.
    """
    dialogue = market.market(session, market.suppliers(12 if released else 0), now=now)
    at = market.after_close(now, 32)
    if released:
        market.release(session, dialogue, at=market.after_close(now))

    somebody = partial(_somebody, session, dialogue, now)
    secretariat = somebody(Role.SECRETARIAT)
    supplier = somebody(Role.SUPPLIER_SIGNATORY, "Northern Laptops")
    company = factories.own(supplier)
    meeting, items = planned(session, secretariat, dialogue.id, released=released, now=at)
    made = World(
        dialogue=dialogue,
        meeting=meeting,
        items=items,
        secretariat=secretariat,
        lead=somebody(Role.LEAD_BUYER),
        co_buyer=somebody(Role.CO_BUYER),
        reader=somebody(Role.BUYER_READER),
        observer=somebody(Role.OBSERVER),
        supplier=supplier,
        admin=somebody(Role.SUPPLIER_ADMIN, organisation_id=company),
        contributor=somebody(Role.SUPPLIER_CONTRIBUTOR, organisation_id=company),
        rival=somebody(Role.SUPPLIER_SIGNATORY, "Southern Screens"),
        now=at,
    )
    if announced:
        operations.announce(session, secretariat, meeting.id, now=at)
    return made


def register(session: Session, made: World, *actors: Actor) -> None:
    """These people register themselves, having accepted the rules."""
    for actor in actors:
        operations.register(
            session,
            actor,
            made.meeting.id,
            factories.own(actor),
            accepts_rules=True,
            now=made.now,
        )


def registered_world(session: Session, *, now: datetime, released: bool = True) -> World:
    """The world, with the secretariat, both buyers, the observer and two suppliers registered."""
    made = world(session, now=now, released=released)
    register(
        session,
        made,
        made.secretariat,
        made.lead,
        made.co_buyer,
        made.observer,
        made.supplier,
        made.rival,
    )
    return made


def held(session: Session, made: World) -> None:
    """The session took place: registration closed by its time, held at its end."""
    end = made.starts_at + timedelta(hours=2)
    operations.hold(session, made.secretariat, made.meeting.id, now=end)


def acts(session: Session, dialogue_id: UUID, *kinds: str) -> list[AuditEntry]:
    """The rows of the log about these kinds of subject, oldest first."""
    query = select(AuditEntry).where(
        AuditEntry.dialogue_id == dialogue_id, AuditEntry.subject_kind.in_(kinds)
    )
    return list(session.scalars(query.order_by(AuditEntry.id)))
