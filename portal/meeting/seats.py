"""Who is in the room of a session, and as what: what every page and act of it begins with."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

from sqlalchemy import and_, bindparam, select
from sqlalchemy.orm import Session

from portal.core.errors import NotNow, Refused, message
from portal.identity.actor import Actor
from portal.identity.models import Organisation
from portal.identity.roles import Permission, Role
from portal.meeting.models import Meeting, Registration
from portal.meeting.models_room import Room
from portal.meeting.policy import may_propose, may_run, part_of
from portal.meeting.rules import AFTER, ANNOUNCED, HELD, REGISTRATION_CLOSED

Place: TypeAlias = tuple[UUID, UUID]
"""A dialogue, and a session of it."""

WITH_A_ROOM = frozenset({ANNOUNCED, REGISTRATION_CLOSED, HELD})
"""States of a session in which those who registered enter its room."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """Somebody in the room; ``part`` is supplier, buyer, observer or secretariat.

    ``group_id`` is the corporate group of the organisation that they registered for.
    ``room`` is open, closed, or empty before the first opening. ``stamp`` is another whenever
    anything in the room or the plan of the session changed.
    """

    meeting_id: UUID
    dialogue_id: UUID
    title: str
    starts_at: datetime
    state: str
    current_item_id: UUID | None
    person_id: UUID
    organisation_id: UUID
    group_id: UUID
    part: str
    is_registered: bool
    is_chair: bool
    may_note: bool
    room: str
    item_since: datetime | None
    stamp: str

    @property
    def sees_names(self) -> bool:
        """The chair and the buyers see who raises a hand."""
        return self.is_chair or self.part in {"buyer", "secretariat"}


_SEAT = (
    select(
        Meeting.id.label("meeting_id"),
        Meeting.dialogue_id,
        Meeting.title,
        Meeting.starts_at,
        Meeting.state,
        Meeting.current_item_id,
        Meeting.changed_at,
        Registration.organisation_id,
        Registration.part,
        Organisation.parent_id,
        Room.state.label("room"),
        Room.number,
        Room.item_since,
    )
    .select_from(Meeting)
    .outerjoin(Room, Room.meeting_id == Meeting.id)
    .outerjoin(
        Registration,
        and_(
            Registration.meeting_id == Meeting.id,
            Registration.person_id == bindparam("person_id"),
            Registration.state == "registered",
        ),
    )
    .outerjoin(Organisation, Organisation.id == Registration.organisation_id)
    .where(Meeting.id == bindparam("meeting_id"))
)
"""Put together once: every browser in a room sends it every few seconds."""


def take_seat(session: Session, actor: Actor, place: Place) -> Seat:
    """The actor's seat in the room of a session; one small query.

    Raises Refused unless the session is of this dialogue and announced, registration is closed or
    it was held, and the actor is registered or chairs: secretariat and lead buyers do. They find
    the room of a session whose minutes are written, too. A registration for an organisation for
    which the actor has no role any more is none.
    """
    dialogue_id, meeting_id = place
    given = {"meeting_id": meeting_id, "person_id": actor.person_id}
    found = session.execute(_SEAT, given).one_or_none()
    if found is None or found.dialogue_id != dialogue_id or actor.person_id is None:
        raise Refused
    is_chair = may_run(actor, dialogue_id)
    organisation_id, part, parent_id = found.organisation_id, found.part, found.parent_id
    if organisation_id is not None and part_of(actor, dialogue_id, organisation_id) is None:
        organisation_id = parent_id = None
    is_registered = organisation_id is not None and found.state in WITH_A_ROOM
    if not is_registered and not (is_chair and found.state in WITH_A_ROOM | AFTER):
        raise Refused
    if organisation_id is None:
        organisation_id, part = _chair_of(actor, dialogue_id)
    return Seat(
        **{name: getattr(found, name) for name in _PLAIN},
        person_id=actor.person_id,
        organisation_id=organisation_id,
        group_id=_top(session, organisation_id, parent_id),
        part=part,
        is_registered=is_registered,
        is_chair=is_chair,
        may_note=may_propose(actor, dialogue_id),
        room=found.room or "",
        stamp=f"{found.number or 0}.{int(found.changed_at.timestamp() * 1000)}",
    )


_PLAIN = (
    "meeting_id",
    "dialogue_id",
    "title",
    "starts_at",
    "state",
    "current_item_id",
    "item_since",
)


def act_in(session: Session, actor: Actor, place: Place) -> tuple[Seat, Room]:
    """The actor's seat and the open room, locked: one act in a room at a time, and each counted.

    Raises Refused as ``take_seat``, NotNow unless the room is open.
    """
    room = session.get(Room, place[1], with_for_update=True, populate_existing=True)
    seat = take_seat(session, actor, place)
    if room is None or room.state != "open" or seat.state not in WITH_A_ROOM:
        raise NotNow(message("The room is not open."))
    room.number += 1
    return seat, room


def chair_in(session: Session, actor: Actor, place: Place) -> tuple[Seat, Room]:
    """The same for what only the chair does; Refused for everybody else."""
    if not may_run(actor, place[0]):
        raise Refused
    return act_in(session, actor, place)


def _chair_of(actor: Actor, dialogue_id: UUID) -> tuple[UUID, str]:
    """For whom somebody chairs who did not register."""
    for organisation_id in actor.organisations_that_may(Permission.MEETING_PLAN, dialogue_id):
        is_secretariat = Role.SECRETARIAT in actor.roles(dialogue_id, organisation_id)
        return organisation_id, "secretariat" if is_secretariat else "buyer"
    raise Refused


def _top(session: Session, organisation_id: UUID, parent_id: UUID | None) -> UUID:
    """The organisation at the top of its parents; most have none."""
    seen = {organisation_id}
    while parent_id is not None and parent_id not in seen:
        seen.add(parent_id)
        organisation_id = parent_id
        query = select(Organisation.parent_id).where(Organisation.id == organisation_id)
        parent_id = session.scalar(query)
    return organisation_id if parent_id is None else min(seen)
