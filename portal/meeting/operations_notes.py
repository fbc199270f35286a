"""Notes taken together: every save is joined with what others wrote, and kept."""

import re
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core.errors import Invalid, Refused, message
from portal.identity.actor import Actor
from portal.meeting.models import AgendaItem
from portal.meeting.models_room import RoomNote, RoomNoteVersion
from portal.meeting.rules_notes import MARKS, Marks, merge
from portal.meeting.seats import Place, act_in
from portal.response.fields import clean

NOTE_LENGTH = 30_000
BASE = re.compile(r"([0-9]{1,9})(s?)")


@dataclass(frozen=True, slots=True)
class SavedNote:
    """A note after a save. ``is_joined``: it holds something else than what was sent.

    ``base`` names what was sent, for a next save by somebody who types on from there.
    """

    text: str
    version: int
    base: str
    is_joined: bool


def save_note(
    session: Session,
    actor: Actor,
    place: Place,
    item_id: UUID,
    typed: tuple[str, str],
    *,
    marks: Marks = MARKS,
    now: datetime,
) -> SavedNote:
    """Save the note on a point of the agenda; ``typed``: (base, text).

    The base is the version that the text was written over, "3", or what was sent with it, "3s".
    Sending the same again changes nothing. Raises Refused unless the actor is in the room and
    secretariat, lead buyer or co-buyer, NotNow unless it is open, Invalid for a text of more than
    30,000 characters.
    """
    seat, room = act_in(session, actor, place)
    item = session.get(AgendaItem, item_id)
    if not seat.may_note or item is None or item.meeting_id != place[1]:
        raise Refused
    text = _checked(typed[1])
    note = _note(session, place[1], item_id)
    base = _base(session, note, typed[0])
    joined = merge(base, text, note.text, marks)
    name = typed[0] if text == base else _name(session, note, text)
    if joined == note.text and name:
        # What was sent adds nothing: nobody's page has to change.
        room.number -= 1
        return SavedNote(joined, note.version, name, joined != text)
    note.text, note.version = joined, note.version + 1
    _keep(session, note, text, seat.person_id, now)
    return SavedNote(joined, note.version, f"{note.version}s", joined != text)


def _keep(
    session: Session, note: RoomNote, sent: str, saved_by: UUID | None, now: datetime
) -> None:
    """Keep the note as it is, and what was sent to make it so."""
    session.add(
        RoomNoteVersion(
            note_id=note.id,
            version=note.version,
            text=note.text,
            sent=sent,
            saved_by=saved_by,
            saved_at=now,
        )
    )
    session.flush()


def _checked(typed: str) -> str:
    text = clean(typed)
    if len(text) > NOTE_LENGTH:
        fault = message("Shorten this to {maximum} characters or fewer.", maximum=NOTE_LENGTH)
        raise Invalid(fault, {"text": fault})
    return text


def _note(session: Session, meeting_id: UUID, item_id: UUID) -> RoomNote:
    """The note; the room is locked, so nobody else begins it meanwhile."""
    query = select(RoomNote).where(RoomNote.item_id == item_id)
    note = session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if note is None:
        note = RoomNote(meeting_id=meeting_id, item_id=item_id, text="", version=0)
        session.add(note)
        session.flush()
    return note


def _name(session: Session, note: RoomNote, text: str) -> str:
    """How a text that is stored is called as a base; empty if it is not stored."""
    if text == note.text:
        return str(note.version)
    query = select(RoomNoteVersion.version).where(
        RoomNoteVersion.note_id == note.id, RoomNoteVersion.sent == text
    )
    before = session.scalar(query.order_by(RoomNoteVersion.version.desc()).limit(1))
    return f"{before}s" if before is not None else ""


def _base(session: Session, note: RoomNote, name: str) -> str:
    """The text that a name of a base stands for; an unknown one is empty, and so loses nothing."""
    found = BASE.fullmatch(name)
    query = select(RoomNoteVersion).where(
        RoomNoteVersion.note_id == note.id,
        RoomNoteVersion.version == (int(found[1]) if found else 0),
    )
    version = session.scalars(query).one_or_none()
    if found is None or version is None:
        return ""
    return version.sent if found[2] else version.text
