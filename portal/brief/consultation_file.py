"""The consultation file: everything that was given to the market, when, to whom, with hashes.

A buyer that consulted the market before a tender has to show that nobody got more than others
(directive 2014/24/EU, articles 40 and 41; which of their paragraphs a dialogue falls under was not
checked by a lawyer). The file is one zip that a reviewer understands without the portal: an index
to read and one to sort, every piece as it was given, and hashes over all of it. The same state of
the dialogue gives the same bytes.
"""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from io import StringIO
from uuid import UUID

from sqlalchemy.orm import Session

from portal.brief import consultation_meetings as meetings
from portal.brief import consultation_sources as sources
from portal.brief.consultation_archive import EARLIEST, Archive, Entry, pack
from portal.brief.consultation_pieces import (
    KIND_WORDS,
    ZONE,
    Given,
    GivenFile,
    Kind,
    Matter,
    Source,
)
from portal.brief.render import fill
from portal.core.audit import Act, record
from portal.core.errors import NotNow, Refused, message
from portal.core.files import FileStore
from portal.core.spreadsheets import inert
from portal.core.words import Words, spoken, words
from portal.dialogue.models import Dialogue
from portal.identity.actor import Actor
from portal.identity.roles import Permission
from portal.invitation.queries import InvitationRow, invitations

SOURCES: tuple[Source, ...] = (
    sources.announcement,
    sources.questionnaires,
    sources.invitations,
    sources.calendar,
    sources.corrections,
    sources.answers,
    sources.releases,
    meetings.sessions,
    meetings.priorities,
    sources.briefs,
)
"""One function for each kind of piece. Whatever else is given to the market is added here."""
ORDER = {kind: place for place, kind in enumerate(Kind)}
SOURCE_WORDS = {
    "by_name": message("invited by name"),
    "registration": message("registered itself"),
}
STATE_WORDS = {
    "prepared": message("not sent yet"),
    "sent": message("not answered yet"),
    "opened": message("not answered yet"),
    "registered": message("not answered yet"),
    "accepted": message("takes part"),
    "declined": message("declined"),
    "bounced": message("the mail came back"),
    "expired": message("not answered in time"),
    "revoked": message("taken back"),
}
INVITED = "invited-organisations.csv"
FOLDER = "given"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One file of the index, with what it is, when and to whom it was given."""

    number: int
    utc: str
    local: str
    kind: str
    title: str
    readers: str
    mailed: int | None
    file: str
    size: int
    sha256: str


def may_take(actor: Actor, dialogue_id: UUID) -> bool:
    """Those who run the dialogue: they know who was invited."""
    return actor.may(Permission.DIALOGUE_CREATE, dialogue_id)


def consultation_file(
    session: Session,
    actor: Actor,
    dialogue_id: UUID,
    files: FileStore,
    *,
    names_invited: bool = True,
) -> Archive:
    """The consultation file of a dialogue; without ``names_invited``, one to hand on to anybody.

    That one has of releases only the documents that anyone may read.

    Raises Refused unless the actor runs the dialogue, NotNow before it is published, Invalid if
    a piece is not what was given.
    """
    dialogue = _published(session, actor, dialogue_id)
    say = words(spoken(dialogue.base_language))
    matter = Matter(
        session=session, dialogue=dialogue, files=files, words=say, for_anybody=not names_invited
    )
    pieces = gather(matter)
    invited = invitations(session, dialogue_id)
    lines, entries = _numbered(pieces, say)
    latest = max((piece.at for piece in pieces), default=EARLIEST)
    if names_invited:
        latest = max([latest, *(each.answered_at for each in invited if each.answered_at)])
        entries[INVITED] = Entry(_invited(invited, say), latest)
    told = {
        "latest": say.instant(latest, ZONE),
        "invited": len(invited),
        "registered": sum(each.source == "registration" for each in invited),
        "file_of_invited": INVITED if names_invited else "",
    }
    page = fill("consultation_index.html", say.language, dialogue=dialogue, lines=lines, **told)
    readme = fill("consultation_readme.txt", say.language)
    entries["index.html"] = Entry(page.encode(), latest)
    entries["index.csv"] = Entry(_table(lines, say), latest)
    entries["README.txt"] = Entry(readme.encode(), latest)
    about = {"dialogue": dialogue.short_name, "title": dialogue.title, "pieces": len(pieces)}
    return pack(entries, about)


def gather(matter: Matter) -> list[Given]:
    """Every piece that was given to the market, the oldest first."""
    found = [piece for source in SOURCES for piece in source(matter)]
    return sorted(found, key=lambda piece: (piece.at, ORDER[piece.kind]))


def note_taken(
    session: Session, actor: Actor, dialogue_id: UUID, *, root: str, count: int, now: datetime
) -> None:
    """Write down who took the file, with its root hash: it can be checked against it later."""
    if not may_take(actor, dialogue_id):
        raise Refused
    entry = Act(
        person_id=actor.person_id,
        dialogue_id=dialogue_id,
        subject=("dialogue", dialogue_id),
        act="consultation_file_taken",
        details={"root": root, "files": count},
    )
    record(session, entry, now=now)


# How it is done -------------------------------------------------------------------------


def _published(session: Session, actor: Actor, dialogue_id: UUID) -> Dialogue:
    dialogue = session.get(Dialogue, dialogue_id)
    if dialogue is None or not may_take(actor, dialogue_id):
        raise Refused
    if dialogue.published_at is None:
        raise NotNow(message("Nothing was given to the market yet: publish the dialogue first."))
    return dialogue


def _numbered(pieces: Sequence[Given], say: Words) -> tuple[list[Line], dict[str, Entry]]:
    """The lines of the index and the files, each named after its piece's number and kind."""
    lines: list[Line] = []
    entries: dict[str, Entry] = {}
    for number, piece in enumerate(pieces, start=1):
        for file in piece.files:
            name = f"{FOLDER}/{number:04}-{_ending(piece, file)}"
            entries[name] = Entry(file.content, piece.at)
            lines.append(_line(number, piece, say, name, file.content))
        if not piece.files:
            lines.append(_line(number, piece, say))
    return lines, entries


def _ending(piece: Given, file: GivenFile) -> str:
    """The file's own name, which says what kind it is of."""
    kind = piece.kind.value
    return file.name if file.name.startswith(kind) else f"{kind}-{file.name}"


def _line(number: int, piece: Given, say: Words, name: str = "", content: bytes = b"") -> Line:
    """A file of a piece; without a name, a piece that has none."""
    return Line(
        number=number,
        utc=_instant(piece.at),
        local=say.short_moment(piece.at, ZONE),
        kind=say.message(KIND_WORDS[piece.kind]),
        title=say.message(piece.title),
        readers=say.message(piece.readers),
        mailed=piece.mailed,
        file=name,
        size=len(content),
        sha256=sha256(content).hexdigest() if name else "",
    )


def _table(lines: Sequence[Line], say: Words) -> bytes:
    """The index for a spreadsheet program; no cell of it is taken for a formula."""
    heads = (
        say("Number"),
        say("Instant (UTC)"),
        say("Instant ({zone})", zone=ZONE.key),
        say("Kind"),
        say("What"),
        say("To whom"),
        say("People mailed"),
        say("File"),
        say("Bytes"),
        say("SHA-256"),
    )
    return _csv(heads, (_cells(line) for line in lines))


def _cells(line: Line) -> tuple[str, ...]:
    return (
        str(line.number),
        line.utc,
        line.local,
        line.kind,
        line.title,
        line.readers,
        "" if line.mailed is None else str(line.mailed),
        line.file,
        str(line.size) if line.file else "",
        line.sha256,
    )


def _invited(rows: Sequence[InvitationRow], say: Words) -> bytes:
    """Which companies were invited or registered, without anybody's name or address."""
    heads = (
        say("Company"),
        say("Country"),
        say("How it came"),
        say("State"),
        say("Sent (UTC)"),
        say("Answered (UTC)"),
    )
    cells = (
        (
            row.organisation,
            row.country,
            say.message(SOURCE_WORDS.get(row.source, row.source)),
            say.message(STATE_WORDS.get(row.state, row.state)),
            _instant(row.sent_at),
            _instant(row.answered_at),
        )
        for row in rows
    )
    return _csv(heads, cells)


def _csv(heads: Sequence[str], rows: Iterator[tuple[str, ...]]) -> bytes:
    """With a mark of UTF-8 at its start, which spreadsheet programs look for."""
    target = StringIO()
    writer = csv.writer(target, lineterminator="\r\n")
    writer.writerow(heads)
    writer.writerows([inert(" ".join(cell.split())) for cell in row] for row in rows)
    return target.getvalue().encode("utf-8-sig")


def _instant(instant: datetime | None) -> str:
    return instant.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S") if instant else ""
