"""The agenda of a session: points added, changed, moved and taken off."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core.audit import record
from portal.core.errors import Invalid, Message, NotNow, Refused, message
from portal.dialogue.models import Dialogue
from portal.identity.actor import Actor
from portal.meeting.acting import act_on, locked
from portal.meeting.models import AgendaItem, Meeting
from portal.meeting.models_room import Poll, RoomNote, WrittenQuestion
from portal.meeting.policy import may_edit
from portal.meeting.queries import agenda_of
from portal.meeting.queries_agenda import SUBJECTS
from portal.meeting.room_closing import locked_room
from portal.meeting.rules import AHEAD

TITLE_LENGTH = 300
NOTE_LENGTH = 2000
LONGEST = 480
"""Minutes that one point lasts at most."""
MOST_ITEMS = 60
TEXT, BREAK = "text", "break"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A point as it is typed; without a title, one about a subject takes the subject's."""

    title: str
    kind: str = TEXT
    subject_id: str = ""
    note: str = ""
    minutes: int = 10


def add_item(
    session: Session, actor: Actor, meeting_id: UUID, wanted: Item, *, now: datetime
) -> AgendaItem:
    """Add a point at the end. Raises Refused, NotNow once it was held, Invalid by field."""
    meeting = _editable(session, actor, meeting_id)
    items = agenda_of(session, meeting.id)
    if len(items) >= MOST_ITEMS:
        raise Invalid(message("An agenda has at most {most} points.", most=MOST_ITEMS))
    checked = _checked(session, meeting, wanted)
    item = AgendaItem(
        meeting_id=meeting.id,
        place=max((each.place for each in items), default=0) + 1,
        kind=checked.kind,
        subject_id=checked.subject_id,
        title=checked.title,
        note=checked.note,
        minutes=checked.minutes,
    )
    session.add(item)
    session.flush()
    _record(session, actor, meeting, item, "item_added", now=now)
    return item


def change_item(
    session: Session,
    actor: Actor,
    item_id: UUID,
    *,
    title: str,
    note: str,
    minutes: int,
    version: int,
    now: datetime,
) -> None:
    """Change a point; ``version`` is the one that was typed over.

    Raises Refused, NotNow once it was held, Invalid by field or if somebody changed it meanwhile.
    """
    item, meeting = _item(session, actor, item_id)
    wanted = Item(title=title, kind=item.kind, note=note, minutes=minutes)
    checked = _texts(replace(wanted, subject_id=item.subject_id))
    after = (checked.title, checked.note, checked.minutes)
    if after == (item.title, item.note, item.minutes):
        return
    if item.version != version:
        raise Invalid(
            message("Somebody else changed this point meanwhile. Compare with theirs, then save.")
        )
    item.title, item.note, item.minutes = after
    item.version += 1
    _record(session, actor, meeting, item, "item_changed", now=now)


def move_item(session: Session, actor: Actor, item_id: UUID, *, up: bool, now: datetime) -> None:
    """Move a point one place up or down; at the end nothing happens."""
    item, meeting = _item(session, actor, item_id)
    items = agenda_of(session, meeting.id)
    at = items.index(item)
    to = at - 1 if up else at + 1
    if not 0 <= to < len(items):
        return
    items.insert(to, items.pop(at))
    for place, each in enumerate(items, start=1):
        each.place = place
    _record(session, actor, meeting, item, "item_moved", now=now)


def remove_item(session: Session, actor: Actor, item_id: UUID, *, now: datetime) -> None:
    """Take a point off the agenda.

    Raises Refused, NotNow once it was held or if the room is at the point or left something on it.
    """
    found = session.get(AgendaItem, item_id)
    if found is not None:
        locked_room(session, found.meeting_id)
    item, meeting = _item(session, actor, item_id)
    if meeting.current_item_id == item.id or _is_in_use(session, item.id):
        raise NotNow(message("The room has begun with this point. It stays on the agenda."))
    _record(session, actor, meeting, item, "item_removed", now=now)
    session.delete(item)
    session.flush()


def _is_in_use(session: Session, item_id: UUID) -> bool:
    """Whether something was noted, asked or voted on the point in the room."""
    return any(
        session.scalars(select(table.id).where(table.item_id == item_id).limit(1)).first()
        for table in (RoomNote, WrittenQuestion, Poll)
    )


def _editable(session: Session, actor: Actor, meeting_id: UUID) -> Meeting:
    """The session, locked, if its agenda may be changed by the actor now."""
    meeting = locked(session, meeting_id)
    if not may_edit(actor, meeting.dialogue_id, meeting.state):
        raise Refused
    if meeting.state not in AHEAD:
        raise NotNow(message("The agenda of a session that is over does not change."))
    return meeting


def _item(session: Session, actor: Actor, item_id: UUID) -> tuple[AgendaItem, Meeting]:
    item = session.get(AgendaItem, item_id)
    if item is None:
        raise Refused
    meeting = _editable(session, actor, item.meeting_id)
    session.refresh(item)
    return item, meeting


def _checked(session: Session, meeting: Meeting, wanted: Item) -> Item:
    """The point with its texts trimmed and its subject's title; raises Invalid by field."""
    if wanted.kind in {TEXT, BREAK}:
        return _texts(replace(wanted, subject_id=""))
    offer = SUBJECTS.get(wanted.kind)
    if offer is None:
        raise Refused
    language = session.get_one(Dialogue, meeting.dialogue_id).base_language
    title = offer(session, meeting.dialogue_id, language).get(wanted.subject_id)
    if title is None:
        sentence = message("Choose one of the list: only what was released is talked about.")
        raise Invalid(sentence, {"subject_id": sentence})
    return _texts(replace(wanted, title=wanted.title.strip() or title[:TITLE_LENGTH]))


def _texts(wanted: Item) -> Item:
    title, note = wanted.title.strip(), wanted.note.strip()
    faults: dict[str, Message] = {}
    if not title:
        faults["title"] = message("Say what the point is about.")
    if len(title) > TITLE_LENGTH:
        faults["title"] = message("Use at most {most} characters.", most=TITLE_LENGTH)
    if len(note) > NOTE_LENGTH:
        faults["note"] = message("Use at most {most} characters.", most=NOTE_LENGTH)
    if not 1 <= wanted.minutes <= LONGEST:
        faults["minutes"] = message("Enter minutes, from 1 to {most}.", most=LONGEST)
    if faults:
        raise Invalid(next(iter(faults.values())), faults)
    return replace(wanted, title=title, note=note)


def _record(
    session: Session, actor: Actor, meeting: Meeting, item: AgendaItem, act: str, *, now: datetime
) -> None:
    meeting.changed_at = now  # Open rooms show the agenda anew.
    details: dict[str, object] = {"title": item.title, "place": item.place}
    entry = act_on(meeting, actor, act, details, subject=("agenda_item", item.id))
    record(session, entry, now=now)
