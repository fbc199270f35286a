"""Tables of the room: what happens while a session is held online."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Base, Json
from portal.core.ids import new_id


class Room(Base):
    """The room of a session, from its first opening on. ``state`` is open or closed.

    ``number`` counts up with everything that changes in the room: a browser that has seen it
    needs nothing new. ``item_since`` is when the current point of the agenda began.
    """

    __tablename__ = "room"

    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meeting.id"), primary_key=True)
    state: Mapped[str] = mapped_column(String(10), default="open")
    number: Mapped[int] = mapped_column(default=1)
    item_since: Mapped[datetime | None]
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class RaisedHand(Base):
    """Somebody wants to speak. ``state`` is raised, called, or down again."""

    __tablename__ = "room_hand"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meeting.id"), index=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    part: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(10), default="raised")
    raised_at: Mapped[datetime]


class WrittenQuestion(Base):
    """A question written in the room. ``state`` is held, open, answered or set_aside.

    Held: it names what competitors must not exchange, and only the chair and its author see it.
    """

    __tablename__ = "room_question"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meeting.id"), index=True)
    item_id: Mapped[UUID | None] = mapped_column(ForeignKey("agenda_item.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    part: Mapped[str] = mapped_column(String(20))
    text: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(10), default="open")
    asked_at: Mapped[datetime]


class QuestionSupport(Base):
    """Somebody wants a written question answered, too."""

    __tablename__ = "room_support"
    __table_args__ = (UniqueConstraint("question_id", "person_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    question_id: Mapped[UUID] = mapped_column(ForeignKey("room_question.id"), index=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))


class Poll(Base):
    """A poll (one choice) or a dot vote (any number of options), fixed when it is opened.

    ``electorate`` says who votes: all, suppliers or buyers. ``unit`` is person or organisation;
    of suppliers always one corporate group. ``state`` is open or closed. Closed, ``voters`` is
    how many voted and ``cells`` option number → band, or nothing if that could tell who voted
    what. Counts are never stored.
    """

    __tablename__ = "room_poll"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meeting.id"), index=True)
    item_id: Mapped[UUID | None] = mapped_column(ForeignKey("agenda_item.id"))
    kind: Mapped[str] = mapped_column(String(10))
    text: Mapped[str] = mapped_column(String(500))
    likeness: Mapped[str] = mapped_column(String(500))
    options: Mapped[Any] = mapped_column(Json)
    electorate: Mapped[str] = mapped_column(String(10))
    unit: Mapped[str] = mapped_column(String(15))
    state: Mapped[str] = mapped_column(String(10), default="open")
    voters: Mapped[int] = mapped_column(default=0)
    cells: Mapped[Any | None] = mapped_column(Json)
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class Vote(Base):
    """That ``voter`` (a person, an organisation or a corporate group) of a group has voted.

    ``choice``, the numbers of the options, is there only until the poll is closed.
    """

    __tablename__ = "room_vote"
    __table_args__ = (UniqueConstraint("poll_id", "voter"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    poll_id: Mapped[UUID] = mapped_column(ForeignKey("room_poll.id"), index=True)
    voter: Mapped[UUID]
    group_id: Mapped[UUID]
    choice: Mapped[Any | None] = mapped_column(Json)


class RoomNote(Base):
    """What was noted together on a point of the agenda, as it stands."""

    __tablename__ = "room_note"
    __table_args__ = (UniqueConstraint("item_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meeting.id"), index=True)
    item_id: Mapped[UUID] = mapped_column(ForeignKey("agenda_item.id"))
    text: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[int] = mapped_column(default=0)


class RoomNoteVersion(Base):
    """One save of a note: what was ``sent``, and the ``text`` that came of it."""

    __tablename__ = "room_note_version"
    __table_args__ = (UniqueConstraint("note_id", "version"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    note_id: Mapped[UUID] = mapped_column(ForeignKey("room_note.id"), index=True)
    version: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    sent: Mapped[str] = mapped_column(Text)
    saved_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    saved_at: Mapped[datetime]
