"""Bilateral talks as each reader may see them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core.errors import Refused
from portal.identity.actor import Actor
from portal.identity.models import Organisation
from portal.identity.roles import Permission
from portal.meeting.models import Meeting, Slot
from portal.meeting.policy import may_book, may_run, may_see_registered
from portal.meeting.queries import readable_meeting
from portal.meeting.rules import CANCELLED, PLANNED


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenSlot:
    """A talk; ``taken_by`` is empty where it is free."""

    slot: Slot
    taken_by: str
    own: bool
    may_book: bool
    may_leave: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotsPage:
    """The talks that the reader may know of: suppliers see what is free, and their own.

    ``company_id`` is the supplier for which the reader books; one without a talk comes first.
    """

    meeting: Meeting
    slots: list[SeenSlot]
    company_id: UUID | None
    may_offer: bool
    sees_all: bool


def slots_page(
    session: Session, actor: Actor, dialogue_id: UUID, meeting_id: UUID, *, now: datetime
) -> SlotsPage:
    """Everything on the page; raises Refused for observers and before the session is announced."""
    meeting = readable_meeting(session, actor, dialogue_id, meeting_id)
    sees_all = may_see_registered(actor, dialogue_id)
    own = set(actor.organisations_that_may(Permission.RESPONSE_READ_OWN, dialogue_id))
    if meeting.state in {PLANNED, CANCELLED} or not (sees_all or own):
        raise Refused
    companies = [each for each in sorted(own) if may_book(actor, dialogue_id, each)]
    query = (
        select(Slot, Organisation.name)
        .outerjoin(Organisation, Organisation.id == Slot.organisation_id)
        .where(Slot.meeting_id == meeting.id)
        .order_by(Slot.starts_at)
    )
    rows = list(session.execute(query))
    booked = {slot.organisation_id for slot, _ in rows}
    free = next((each for each in companies if each not in booked), None)
    company_id = free or next(iter(companies), None)
    return SlotsPage(
        meeting=meeting,
        slots=[
            SeenSlot(
                slot=slot,
                taken_by=name or "",
                own=slot.organisation_id in own,
                may_book=slot.organisation_id is None and free is not None and slot.starts_at > now,
                may_leave=slot.organisation_id in companies and slot.starts_at > now,
            )
            for slot, name in rows
            if sees_all or slot.organisation_id is None or slot.organisation_id in own
        ],
        company_id=company_id,
        may_offer=may_run(actor, dialogue_id),
        sees_all=sees_all,
    )
