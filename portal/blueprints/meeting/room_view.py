"""The room as its page shows it: parts that a script can bring up to date one by one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from flask import flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup

from portal.aggregate.proposals import ALL, BAND_WIDTH, BANDS
from portal.aggregate.queries_feedback import ground_of
from portal.aggregate.reading import read_document
from portal.blueprints.meeting.room_forms import NoteForm, PollForm, QuestionForm
from portal.core.clock import now
from portal.core.errors import Invalid
from portal.meeting.queries_room import PollSeen, RoomSeen, room_seen
from portal.meeting.seats import Place, Seat, take_seat
from portal.web.charts_release import Result, result
from portal.web.language import language, sentence
from portal.web.pages import page

JSON = "application/json"
PROJECTOR = "projector"
PARTS: Mapping[str, str] = {
    "item": "meeting/_room_item.html",
    "time": "meeting/_room_time.html",
    "votes": "meeting/_room_votes.html",
    "hands": "meeting/_room_hands.html",
    "questions": "meeting/_room_questions.html",
    "note": "meeting/_room_note.html",
    "agenda": "meeting/_room_agenda.html",
}
SOMEBODY = {
    "supplier": lazy_gettext("A supplier"),
    "buyer": lazy_gettext("A buyer"),
    "observer": lazy_gettext("An observer"),
    "secretariat": lazy_gettext("The secretariat"),
}
"""How somebody is called to those who do not see who it is."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the page; ``key`` is the same for as long as the part looks the same."""

    name: str
    html: Markup
    key: str


def place_of(meeting_id: UUID) -> Place:
    """The session within the dialogue that the address names."""
    return g.dialogue.id, meeting_id


def is_projected() -> bool:
    """Whether the page is for a screen that everybody sees."""
    return request.args.get("view") == PROJECTOR


def room_page(
    meeting_id: UUID,
    *,
    question: QuestionForm | None = None,
    poll: PollForm | None = None,
    note: NoteForm | None = None,
    note_item: UUID | None = None,
    fault: Invalid | None = None,
) -> str:
    """The whole page, with what was typed in a form that was not taken.

    ``note_item``: the point that a note was typed on, if that may not be the present one.
    """
    seat = take_seat(g.session, g.actor, place_of(meeting_id))
    room = room_seen(g.session, seat, is_projected=is_projected())
    base = str(room.note.version if room.note else 0)
    text = room.note.text if room.note else ""
    return page(
        "meeting/room.html",
        room=room,
        parts={part.name: part for part in parts_of(room)},
        question=question or QuestionForm(formdata=None, prefix="question-"),
        poll=poll or PollForm(formdata=None, prefix="poll-"),
        note=note or NoteForm(formdata=None, prefix="note-", text=text, base=base),
        note_item=note_item or seat.current_item_id,
        typed=next((form for form in (question, poll, note) if form is not None), None),
        fault=sentence(fault.reason) if fault else "",
        clock=now(),
    )


def parts_of(room: RoomSeen, known_item: str = "") -> list[Part]:
    """Every part; the present point with its chart only if that is not the one known already."""
    key = item_key(room.seat)
    names = [name for name in PARTS if name != "item" or key != known_item]
    return [_part(name, room) for name in names]


def item_key(seat: Seat) -> str:
    """Another for each turn to a point of the agenda."""
    since = seat.item_since.timestamp() if seat.item_since else 0
    return f"{seat.current_item_id}.{since:.0f}.{seat.room}"


def _part(name: str, room: RoomSeen) -> Part:
    figure = _figure(room) if name == "item" else None
    html = page(
        PARTS[name],
        room=room,
        figure=figure,
        somebody=SOMEBODY,
        bars=bars,
        clock=now(),
    )
    key = sha256(html.replace(generate_csrf(), "").encode()).hexdigest()[:16]
    return Part(name, Markup(html), item_key(room.seat) if name == "item" else key)  # noqa: S704 - our own rendering


def _figure(room: RoomSeen) -> Result | None:
    """The released figures of the question that is talked about, as suppliers may see them."""
    item = room.current
    ground = ground_of(g.session, g.dialogue.id) if item and item.kind == "question" else None
    if item is None or ground is None:
        return None
    reading = read_document(ground.document, ground.questionnaire, language())
    found = (q for s in reading.sections for q in s.questions if q.id == item.subject_id)
    question = next(found, None)
    return result(question, ALL) if question else None


def bars(poll: PollSeen) -> list[dict[str, object]]:
    """The results as the chart component takes them; none if they are not shown."""
    cells = poll.cells or {}
    made: list[dict[str, object]] = []
    for number, label in enumerate(poll.options) if cells else ():
        low = BANDS.index(cells[str(number)]) * BAND_WIDTH
        text = cells[str(number)]
        made.append({"label": label, "low": low, "high": low + BAND_WIDTH, "text": text})
    return made


# Acts -----------------------------------------------------------------------------------


def wants_json() -> bool:
    """Whether a script asks, which needs no page."""
    return request.accept_mimetypes.best_match(("text/html", JSON), "text/html") == JSON


def acted(
    meeting_id: UUID, act: Callable[[Place, datetime], object], said: str = ""
) -> ResponseReturnValue:
    """Do it and show the room, or the room with the sentence that says why not."""
    try:
        act(place_of(meeting_id), now())
    except Invalid as fault:
        return refused(meeting_id, fault)
    return done(meeting_id, said)


def done(meeting_id: UUID, said: str = "") -> ResponseReturnValue:
    """To the room, which says what was done; a script asks for what is new by itself."""
    if wants_json():
        return "", 204
    if said:
        flash(said, "success")
    return redirect(url_for(".room", meeting_id=meeting_id))


def refused(meeting_id: UUID, fault: Invalid) -> ResponseReturnValue:
    """The room with the sentence; a script gets the sentence alone."""
    g.session.rollback()
    if wants_json():
        return {"reason": sentence(fault.reason)}, 422
    return room_page(meeting_id, fault=fault), 422


def note_marks() -> tuple[str, str, str]:
    """What stands around two texts for the same lines, in the language of who saves."""
    return (
        gettext("[Two people changed this at once. The first text:]"),
        gettext("[The second text:]"),
        gettext("[End of both texts]"),
    )
