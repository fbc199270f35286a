"""Calendar files (iCalendar, RFC 5545): what is due when, for any calendar program.

Whatever people typed is cleaned, escaped and folded here, so that no text can begin a line.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from portal.core.errors import Message
from portal.core.words import Words

MEDIA_TYPE = "text/calendar"
PRODUCT = "-//Parley//Parley//EN"
LINE_OCTETS = 75
"""Longest line without its end, in octets (RFC 5545, 3.1)."""
SEQUENCE_EPOCH = datetime(2020, 1, 1, tzinfo=UTC)
LINE_BREAKS = {"\r", "\n", "\v", "\f", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029"}
DIRECTIONS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Characters that turn the direction of writing, with which a text can be made to look another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Something that is due at an instant, or on a day; or that lasts until ``ends``.

    ``uid`` names it for good; of two files with the same one, the higher ``sequence`` holds.
    """

    uid: str
    sequence: int
    due: datetime | date
    summary: Message | str
    description: Message | str = ""
    url: str = ""
    ends: datetime | None = None
    place: str = ""
    cancelled: bool = False
    """It does not take place: programs strike it out."""


def calendar_file(entries: Sequence[Entry], words: Words, *, now: datetime) -> str:
    """The entries as one file in the language of ``words``; lines end with CR LF."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:{PRODUCT}",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        *(line for entry in entries for line in _event(entry, words, now)),
        "END:VCALENDAR",
    ]
    return "".join(f"{part}\r\n" for line in lines for part in _folded(line))


def sequence_at(changed_at: datetime) -> int:
    """A sequence number that grows with every change: whole seconds since 2020."""
    return max(0, (changed_at - SEQUENCE_EPOCH) // timedelta(seconds=1))


def one_line(text: str) -> str:
    """The text on one line, without control characters and without turns of direction."""
    return " ".join(" ".join(lines_of(text)).split())


def lines_of(text: str) -> list[str]:
    """The lines of a text, cleaned; every script's line breaks count, none is left within one."""
    return ["".join(filter(_is_printed, line)) for line in text.splitlines()] + (
        [""] if text and text[-1] in LINE_BREAKS else []
    )


def _is_printed(character: str) -> bool:
    if character in DIRECTIONS:
        return False
    return character == "\t" or unicodedata.category(character) not in {"Cc", "Cs"}


def _event(entry: Entry, words: Words, now: datetime) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{one_line(entry.uid)}"
    yield f"DTSTAMP:{_instant(now)}"
    yield f"SEQUENCE:{entry.sequence}"
    if isinstance(entry.due, datetime):
        # An event that ends when it begins: the instant itself.
        yield f"DTSTART:{_instant(entry.due)}"
        if entry.ends is not None:
            yield f"DTEND:{_instant(entry.ends)}"
    else:
        yield f"DTSTART;VALUE=DATE:{entry.due:%Y%m%d}"
    yield f"SUMMARY:{_text(one_line(words.message(entry.summary)))}"
    if entry.description:
        yield f"DESCRIPTION:{_text(words.message(entry.description))}"
    if entry.url:
        yield f"URL:{one_line(entry.url)}"
    if entry.place:
        yield f"LOCATION:{_text(one_line(entry.place))}"
    if entry.cancelled:
        yield "STATUS:CANCELLED"
    # What lasts takes somebody's time; a deadline does not.
    yield "TRANSP:OPAQUE" if entry.ends else "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def _instant(instant: datetime) -> str:
    return f"{instant.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(text: str) -> str:
    r"""Escaped as RFC 5545, 3.3.11 asks for; a line break becomes ``\n``."""
    escaped = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return "\\n".join(lines_of(escaped))


def _folded(line: str) -> Iterable[str]:
    """The line in parts of at most 75 octets, each but the first begun by a space."""
    part, octets = "", 0
    for character in line:
        size = len(character.encode())
        if octets + size > LINE_OCTETS:
            yield part
            part, octets = " ", 1
        part += character
        octets += size
    yield part
