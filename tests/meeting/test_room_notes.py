"""Notes taken together: what was saved stays, however the saves of several typists interleave."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from portal.core.db import Session
from portal.core.errors import Invalid, NotNow, Refused
from portal.meeting import operations_notes, operations_room
from portal.meeting.models import AgendaItem
from portal.meeting.models_room import RoomNoteVersion
from portal.meeting.operations_notes import SavedNote
from portal.meeting.queries_room import note_seen, notes_of
from portal.meeting.rules_notes import MARKS, merge
from tests.meeting import builders

TYPISTS = 3
Save = Callable[[int, str, str], SavedNote]
"""Who saves, over which base, which text."""

steps = st.lists(
    st.tuples(
        st.integers(0, TYPISTS - 1),
        st.sampled_from(["add", "add", "edit", "remove", "save", "save", "type on", "again"]),
        st.integers(0, 5),
    ),
    max_size=40,
)


@dataclass
class Typist:
    """A field with a text, the text that it was typed over, and how the portal calls that."""

    base: str = "0"
    seen: str = ""
    text: str = ""
    sent: tuple[str, str] = ("0", "")


@dataclass
class Model:
    """What must be there: every word that was saved, and that nobody who saw it took out."""

    save: Save
    typists: list[Typist] = field(default_factory=lambda: [Typist() for _ in range(TYPISTS)])
    words: "count[int]" = field(default_factory=count)
    kept: set[str] = field(default_factory=set)
    note: str = ""

    def step(self, who: int, what: str, where: int) -> None:
        """Do one thing, and look whether everything is still there."""
        typist = self.typists[who]
        lines = typist.text.split("\n") if typist.text else []
        place = where % len(lines) if lines else 0
        if what == "add":
            lines.insert(place, f"w{next(self.words)}.")
        elif what == "edit" and lines:
            lines[place] += f" w{next(self.words)}."
        elif what == "remove" and lines:
            del lines[place]
        typist.text = "\n".join(lines)
        if what == "again":
            self.send(who, *typist.sent)
        elif what in {"save", "type on"}:
            self.store(who, goes_on=what == "type on")

    def store(self, who: int, *, goes_on: bool) -> None:
        typist = self.typists[who]
        typist.sent = (typist.base, typist.text)
        seen, now = _words(typist.seen), _words(typist.text)
        self.kept = self.kept - (seen - now) | (now - seen)
        saved = self.send(who, *typist.sent)
        if goes_on:
            # Typed on while the save was under way: the field is not replaced.
            typist.base, typist.seen = saved.base, typist.text
        else:
            typist.base, typist.seen, typist.text = str(saved.version), saved.text, saved.text

    def send(self, who: int, base: str, text: str) -> SavedNote:
        saved = self.save(who, base, text)
        self.note = saved.text
        lost = self.kept - _words(self.note)
        assert not lost, f"{lost} is not in {self.note!r}"
        return saved


def _words(text: str) -> set[str]:
    return {word for word in text.split() if word.startswith("w")}


def in_memory() -> Save:
    """The portal's rule with nothing stored."""
    texts, sent = [""], [""]

    def save(_who: int, base: str, text: str) -> SavedNote:
        stored = sent if base.endswith("s") else texts
        joined = merge(stored[int(base.rstrip("s"))], text, texts[-1])
        texts.append(joined)
        sent.append(text)
        version = len(texts) - 1
        return SavedNote(joined, version, f"{version}s", joined != text)

    return save


@given(steps)
@settings(max_examples=300, deadline=None)
def test_no_word_that_was_saved_is_lost_in_any_order_of_saves(found: list) -> None:  # type: ignore[type-arg]  # of steps
    model = Model(in_memory())
    for step in found:
        model.step(*step)


class Room:
    """The world with an open room."""

    def __init__(self, session: Session, now: datetime) -> None:
        self.session = session
        self.world = builders.registered_world(session, now=now, released=False)
        self.place = (self.world.dialogue.id, self.world.meeting.id)
        self.now = self.world.now
        operations_room.open_room(session, self.world.lead, self.place, now=self.now)

    def new_point(self) -> AgendaItem:
        item = AgendaItem(meeting_id=self.place[1], place=9, title="One more")
        self.session.add(item)
        self.session.flush()
        return item

    def saving(self, item: AgendaItem) -> Save:
        typists = (self.world.lead, self.world.co_buyer, self.world.secretariat)

        def save(who: int, base: str, text: str) -> SavedNote:
            return operations_notes.save_note(
                self.session, typists[who], self.place, item.id, (base, text), now=self.now
            )

        return save


@pytest.fixture
def room(session: Session, now: datetime) -> Room:
    return Room(session, now)


@given(found=steps)
@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_nor_in_the_database_which_keeps_every_text(room: Room, found: list) -> None:  # type: ignore[type-arg]  # of steps
    item = room.new_point()
    model = Model(room.saving(item))
    for step in found:
        model.step(*step)
    assert notes_of(room.session, room.place[1]).get(item.id, "") == model.note
    history = note_seen(room.session, room.world.observer, room.place, item.id).versions
    assert [each.version for each in history] == list(range(len(history), 0, -1))
    assert model.note == (history[0].text if history else "")


def test_both_texts_of_the_same_line_are_kept_and_marked(room: Room) -> None:
    save = room.saving(room.world.items[0])
    begun = save(0, "0", "Wages first.\nThen repair.")
    save(0, str(begun.version), "Wages first, in May.\nThen repair.")
    both = save(1, str(begun.version), "Wages first, in June.\nThen repair.")
    first, second, end = MARKS
    assert both.text.split("\n") == [
        first, "Wages first, in May.", second, "Wages first, in June.", end, "Then repair.",
    ]  # fmt: skip
    assert both.is_joined


def test_sending_the_same_again_changes_nothing(room: Room) -> None:
    save = room.saving(room.world.items[0])
    first = save(0, "0", "Wages first.")
    save(1, "0", "Repair first.")
    again = save(0, "0", "Wages first.")
    assert again.text == "Wages first.\nRepair first."
    assert (again.version, again.base) == (2, first.base)
    assert room.session.scalar(select(func.count()).select_from(RoomNoteVersion)) == 2


def test_an_unknown_base_loses_nothing(room: Room) -> None:
    save = room.saving(room.world.items[0])
    save(0, "0", "Wages first.")
    for base in ("", "99", "x", "1; drop", "99s"):
        assert "Wages first." in save(1, base, f"Repair {base}").text


def test_only_who_may_draft_minutes_writes_and_only_in_the_open_room(room: Room) -> None:
    item = room.world.items[0].id
    for actor in (room.world.supplier, room.world.observer, room.world.reader):
        with pytest.raises(Refused):
            operations_notes.save_note(
                room.session, actor, room.place, item, ("0", "x"), now=room.now
            )
    save = room.saving(room.world.items[0])
    with pytest.raises(Invalid, match="Shorten this"):
        save(0, "0", "x" * 30_001)
    operations_room.close_room(room.session, room.world.lead, room.place, now=room.now)
    with pytest.raises(NotNow, match="not open"):
        save(0, "0", "x")
