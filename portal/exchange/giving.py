"""Giving something to the market: to everybody, the same text, at the same instant, on record."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy.orm import Session

from portal.core.errors import Message, message
from portal.core.mail import Recipient, write
from portal.dialogue.models import Dialogue
from portal.dialogue.queries import role_holders
from portal.exchange.models import QaCorrection, QaGiven, QaItem

ANSWER = "answer"
REJECTION = "rejection"
CORRECTION = "correction"
CUT_OFF = "cut_off"


@dataclass(frozen=True, slots=True)
class Readers:
    """Who reads beyond those who hold a role, and where the portal is.

    ``invited`` are the people of companies that were invited and have not answered yet: this
    package knows no invitations, so its caller brings them.
    """

    invited: Sequence[Recipient]
    address: str


@dataclass(frozen=True, slots=True)
class Piece:
    """One thing to give: ``parts`` are (label in each reader's language, text as it is)."""

    kind: str
    item: QaItem | None
    title: Message
    parts: tuple[tuple[Message, Message | str], ...]

    @property
    def text(self) -> str:
        """What the consultation file keeps, labels in English."""
        return "\n\n".join(f"{label}\n{text}" for label, text in self.parts)


def give(
    session: Session,
    dialogue: Dialogue,
    readers: Readers,
    pieces: Sequence[Piece] = (),
    *,
    cut_off: datetime | None = None,
    now: datetime,
) -> int:
    """Mail everybody once, keep what was mailed; how many got it. Callers check the right to."""
    if cut_off is not None:
        pieces = (*pieces, _cut_off_piece(cut_off))
    mailboxes = {each.email: each for each in readers.invited}
    mailboxes |= {each.email: each.mailbox for each in role_holders(session, dialogue.id)}
    for piece in pieces:
        session.add(_kept(dialogue, piece, len(mailboxes), now))
    path = f"{readers.address}/dialogues/{dialogue.short_name}/questions"
    numbers = [piece.item.number for piece in pieces if piece.item is not None]
    link = f"{path}/{numbers[0]}" if len(numbers) == 1 else path
    subject = _subject(dialogue, pieces)
    paragraphs = [paragraph for piece in pieces for paragraph in _paragraphs(piece)]
    closing = message("Everybody who takes part gets this at the same time. Read it on the portal:")
    for mailbox in mailboxes.values():
        write(session, mailbox, subject, *paragraphs, closing, link, now=now)
    session.flush()
    return len(mailboxes)


def answer_piece(item: QaItem) -> Piece:
    """A question with its answer."""
    parts: tuple[tuple[Message, Message | str], ...] = (
        (message("The question:"), item.question),
        (message("The answer:"), item.answer),
    )
    return Piece(ANSWER, item, _title(item), parts)


def rejection_piece(item: QaItem) -> Piece:
    """A question that is not answered, or only that there was one, with the reason."""
    question = item.question if item.shows_question else message("It cannot be shown.")
    parts: tuple[tuple[Message, Message | str], ...] = (
        (message("The question:"), question),
        (message("It is not answered, for this reason:"), item.reason),
    )
    return Piece(REJECTION, item, _title(item), parts)


def correction_piece(item: QaItem, correction: QaCorrection) -> Piece:
    """What an answer read before, what it reads now, and why."""
    meaning = (
        message("This changes what the answer means.")
        if correction.changes_meaning
        else message("What the answer means stays as it is.")
    )
    parts: tuple[tuple[Message, Message | str], ...] = (
        (message("The question:"), item.question),
        (message("The answer now reads:"), correction.after),
        (message("It read before:"), correction.before),
        (message("Why it was corrected:"), correction.reason),
        (message("What that means:"), meaning),
    )
    return Piece(CORRECTION, item, _title(item), parts)


def _title(item: QaItem) -> Message:
    return message("Question {number}", number=item.number or 0)


def _cut_off_piece(instant: datetime) -> Piece:
    parts = ((message("Questions are now taken until:"), message("{when}", when=instant)),)
    return Piece(CUT_OFF, None, message("Asking questions"), parts)


def _subject(dialogue: Dialogue, pieces: Sequence[Piece]) -> Message:
    subjects = {
        CORRECTION: message("{dialogue}: an answer was corrected", dialogue=dialogue.title),
        CUT_OFF: message("{dialogue}: until when questions are taken", dialogue=dialogue.title),
    }
    return subjects.get(
        pieces[0].kind, message("{dialogue}: questions and answers", dialogue=dialogue.title)
    )


def _paragraphs(piece: Piece) -> list[Message | str]:
    """A text that somebody wrote is a paragraph of its own, and keeps its lines."""
    return [piece.title, *(part for pair in piece.parts for part in pair)]


def _kept(dialogue: Dialogue, piece: Piece, mailed: int, now: datetime) -> QaGiven:
    return QaGiven(
        dialogue_id=dialogue.id,
        item_id=piece.item.id if piece.item else None,
        kind=piece.kind,
        number=(piece.item.number or 0) if piece.item else 0,
        at=now,
        text=piece.text,
        sha256=sha256(piece.text.encode()).hexdigest(),
        mailed=mailed,
    )
