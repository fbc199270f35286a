"""What is new in a dialogue for anyone, newest first: what the feed tells.

Only what stands on public pages: nothing here depends on who reads.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import NAMESPACE_URL, UUID, uuid5

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.brief.queries import published_briefs
from portal.core.audit import AuditEntry
from portal.core.errors import Message, message
from portal.dialogue.models import Dialogue
from portal.exchange.queries import given_to_the_market
from portal.meeting.models_issues import Ballot
from portal.meeting.queries import Meeting
from portal.questionnaire.errata import place
from portal.questionnaire.models import Erratum, Version
from portal.questionnaire.queries_bank import IS_PUBLISHED

MOST = 50
QUESTIONS = {
    "answer": message("Question {number} is answered"),
    "rejection": message("Question {number} is not answered"),
    "correction": message("The answer to question {number} is corrected"),
    "cut_off": message("Until when questions are taken"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """Something that anyone can read now: ``page`` and ``values`` name its page.

    ``id`` stays the same whatever happens. ``text`` is what other people wrote, or a sentence.
    """

    id: UUID
    at: datetime
    title: Message | str
    text: Message | str
    page: str = "public.dialogue"
    values: Mapping[str, object] = field(default_factory=dict)


def news(session: Session, dialogue: Dialogue) -> list[News]:
    """The newest things, at most 50, the newest first; none before the dialogue is published."""
    if dialogue.published_at is None:
        return []
    found = [each for source in SOURCES for each in source(session, dialogue)]
    return sorted(found, key=lambda each: (each.at, each.id), reverse=True)[:MOST]


def _publications(session: Session, dialogue: Dialogue) -> Iterator[News]:
    query = select(Version.id, Version.number, Version.published_at).where(
        Version.dialogue_id == dialogue.id, *IS_PUBLISHED
    )
    for version_id, number, at in session.execute(query):
        if at is None:
            continue
        yield News(
            id=version_id,
            at=at,
            title=message("Version {number} of the questionnaire is published", number=number),
            text=dialogue.purpose,
            page="public.questionnaire",
        )


def _corrections(session: Session, dialogue: Dialogue) -> Iterator[News]:
    query = (
        select(Erratum)
        .join(Version, Version.id == Erratum.version_id)
        .where(Version.dialogue_id == dialogue.id)
        .order_by(Erratum.published_at.desc())
        .limit(MOST)
    )
    for erratum in session.scalars(query):
        yield News(
            id=erratum.id,
            at=erratum.published_at,
            title=message(
                "A wording is corrected: {place}", place=place(erratum.subject, erratum.field)
            ),
            text=message("It now reads: {text}", text=erratum.after),
            page="public.questionnaire",
        )


def _calendar(session: Session, dialogue: Dialogue) -> Iterator[News]:
    query = select(AuditEntry.at, AuditEntry.act, AuditEntry.details).where(
        AuditEntry.dialogue_id == dialogue.id,
        AuditEntry.subject_kind == "dialogue",
        AuditEntry.act.in_(("extended", "closed")),
    )
    for at, act, details in session.execute(query.order_by(AuditEntry.id)):
        moved = act == "extended"
        closes = datetime.fromisoformat(details["to"]) if moved else dialogue.closes_at
        yield News(
            id=_id(dialogue, act, at),
            at=at,
            title=message("The closing time moves to {when}", when=closes)
            if moved
            else message("The dialogue is closed"),
            text=details["reason"] if moved else message("No answer is taken any more."),
        )


def _briefs(session: Session, dialogue: Dialogue) -> Iterator[News]:
    for brief in published_briefs(session, dialogue.id):
        if brief.published_at is not None:
            yield News(
                id=brief.id,
                at=brief.published_at,
                title=message("Brief: {title}", title=brief.title),
                text=message("Read it as a page, as PDF or as data."),
                page="public.brief",
                values={"brief_id": brief.id},
            )


def _questions(session: Session, dialogue: Dialogue) -> Iterator[News]:
    for piece in given_to_the_market(session, dialogue.id)[-MOST:]:
        numbered = {"number": piece.number} if piece.number else {}
        title = QUESTIONS[piece.kind]
        yield News(
            id=_id(dialogue, f"{piece.kind} {piece.number}", piece.at),
            at=piece.at,
            title=Message(title.text, numbered),
            text=piece.text,
            page="exchange.question" if numbered else "exchange.questions",
            values=numbered,
        )


def _sessions(session: Session, dialogue: Dialogue) -> Iterator[News]:
    query = select(Meeting).where(
        Meeting.dialogue_id == dialogue.id, Meeting.announced_at.is_not(None)
    )
    for meeting in session.scalars(query):
        steps = (
            (meeting.announced_at, message("A session is announced: {session}"), meeting.purpose),
            (meeting.summarised_at, message("Summary of a session: {session}"), meeting.summary),
        )
        for at, title, text in steps:
            if at is not None:
                yield News(
                    id=_id(dialogue, f"{title.text} {meeting.id}", at),
                    at=at,
                    title=Message(title.text, {"session": meeting.title}),
                    text=text,
                    page="meeting.session",
                    values={"meeting_id": meeting.id},
                )


def _priorities(session: Session, dialogue: Dialogue) -> Iterator[News]:
    query = select(Ballot.id, Ballot.published_at, Ballot.introduction).where(
        Ballot.dialogue_id == dialogue.id
    )
    for ballot_id, at, introduction in session.execute(query):
        if at is None:
            continue
        yield News(
            id=ballot_id,
            at=at,
            title=message("The buyers have published what they will ask for together"),
            text=introduction,
            page="meeting.priorities",
        )


def _id(dialogue: Dialogue, kind: str, at: datetime) -> UUID:
    """The same for the same thing, whenever the feed is made."""
    return uuid5(NAMESPACE_URL, f"{dialogue.id} {kind} {at.isoformat()}")


SOURCES: tuple[Callable[[Session, Dialogue], Iterator[News]], ...] = (
    _publications,
    _corrections,
    _calendar,
    _briefs,
    _questions,
    _sessions,
    _priorities,
)
"""One function for each kind of news."""
