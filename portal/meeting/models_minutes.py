"""Tables of the minutes of a session: what was said, and who sees it otherwise."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Base
from portal.core.ids import new_id


class MinutesEntry(Base):
    """What somebody said, or what was decided, on one point of the agenda.

    ``speaker`` is supplier, buyer, observer, secretariat or "" (nobody in particular).
    ``organisation_id`` says whose words they are. It is shown only while ``released_version``
    is the present ``version``: an organisation releases the words it has read, no others.
    """

    __tablename__ = "minutes_entry"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meeting.id"), index=True)
    agenda_item_id: Mapped[UUID] = mapped_column(ForeignKey("agenda_item.id"), index=True)
    place: Mapped[int]
    speaker: Mapped[str] = mapped_column(String(20), default="")
    organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"))
    text: Mapped[str] = mapped_column(Text)
    version: Mapped[int] = mapped_column(default=1)
    released_version: Mapped[int | None]
    changed_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    changed_at: Mapped[datetime]


class MinutesText(Base):
    """A text that an entry had: what an edit was typed over is looked up here."""

    __tablename__ = "minutes_text"
    __table_args__ = (UniqueConstraint("entry_id", "version"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    entry_id: Mapped[UUID] = mapped_column(ForeignKey("minutes_entry.id"), index=True)
    version: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    changed_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    changed_at: Mapped[datetime]


class Correction(Base):
    """An organisation wants the minutes of a point changed; without an entry, something added.

    ``state`` is asked, accepted, rejected, or contested: then ``position`` is annexed, with the
    organisation's name if ``named``.
    """

    __tablename__ = "minutes_correction"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meeting.id"), index=True)
    agenda_item_id: Mapped[UUID] = mapped_column(ForeignKey("agenda_item.id"), index=True)
    entry_id: Mapped[UUID | None] = mapped_column(ForeignKey("minutes_entry.id"))
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    state: Mapped[str] = mapped_column(String(20), default="asked")
    wanted: Mapped[str] = mapped_column(Text)
    why: Mapped[str] = mapped_column(Text)
    asked_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(Text, default="")
    decided_at: Mapped[datetime | None]
    position: Mapped[str] = mapped_column(Text, default="")
    named: Mapped[bool] = mapped_column(default=False)
    contested_at: Mapped[datetime | None]
