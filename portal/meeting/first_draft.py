"""What the room leaves for the minutes of each point: notes, votes, questions left open."""

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from portal.core.errors import Message, message, plural
from portal.core.words import words
from portal.dialogue.models import Dialogue
from portal.meeting.models import Meeting
from portal.meeting.queries import agenda_of
from portal.meeting.queries_room import notes_of, results_of, unanswered_of

NOT_SHOWN = message(
    "Not shown: there are too few votes, or too much like those on the same question before, to "
    "show them without revealing who chose what."
)

UNANSWERED = message("Asked in writing and not answered:")


def first_draft(session: Session, meeting: Meeting, longest: int) -> Iterator[tuple[UUID, str]]:
    """Point of the agenda and passage, in order; none longer than ``longest`` characters.

    Of a vote only what the room was shown is told, in the language of the dialogue; of a question
    in writing that nobody answered its text, without a name.
    """
    dialogue = session.get_one(Dialogue, meeting.dialogue_id)
    say = words(dialogue.base_language).message
    notes, votes = notes_of(session, meeting.id), results_of(session, meeting.id)
    questions = unanswered_of(session, meeting.id)
    agenda = agenda_of(session, meeting.id)
    for item in agenda:
        yield from ((item.id, part) for part in _parts(notes.get(item.id, ""), longest))
        for vote in votes:
            # What was there before the first point was chosen stands with the last.
            if (vote["item_id"] or agenda[-1].id) == item.id:
                yield item.id, "\n".join(say(line) for line in _told(vote))[:longest]
        left = [text for item_id, text in questions if (item_id or agenda[-1].id) == item.id]
        if left:
            text = "\n".join([say(UNANSWERED), *(f"- {' '.join(each.split())}" for each in left)])
            yield from ((item.id, part) for part in _parts(text, longest))


def _told(vote: Mapping[str, Any]) -> Iterator[Message | str]:
    yield vote["text"]
    yield plural("{count} vote", "{count} votes", vote["voters"])
    shown = [(name, cell) for name, cell in vote["cells"] if cell is not None]
    if not shown:
        yield NOT_SHOWN
    for name, cell in shown:
        yield f"{name}: {cell}"


def _parts(text: str, longest: int) -> Iterator[str]:
    """The text in pieces, cut between lines where that can be."""
    piece = ""
    for line in text.splitlines(keepends=True):
        while len(piece) + len(line) > longest:
            room = longest if not piece else 0
            if piece.strip():
                yield piece.strip()
            piece, line = line[:room], line[room:]  # noqa: PLW2901 - what is left of it
        piece += line
    if piece.strip():
        yield piece.strip()
