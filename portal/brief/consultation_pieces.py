"""What the consultation file consists of: pieces that were given to the market, and their files."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import TypeAlias

from sqlalchemy.orm import Session

from portal.core.clock import HOME_ZONE, zone_of
from portal.core.errors import Invalid, Message, message
from portal.core.files import FileStore
from portal.core.words import Words
from portal.dialogue.models import Dialogue

ZONE = zone_of(HOME_ZONE)
"""The time zone in which a dialogue's times are told beside UTC: a dialogue has none of its own."""
UNSAFE = re.compile(r"[^a-z0-9.]+")
ANYONE = message("Anyone, on the dialogue's public page")
EVERYBODY = message("Everybody who holds a role in the dialogue, by mail; anyone, on its page")
TAKING_PART = message("The suppliers and observers of the dialogue, on the portal")


class Kind(StrEnum):
    """What was given, in the order in which pieces of one instant are listed."""

    DIALOGUE = "dialogue"
    QUESTIONNAIRE = "questionnaire"
    INVITATION = "invitation"
    CALENDAR = "calendar"
    CORRECTION = "correction"
    ANSWER = "questions-and-answers"
    SESSION = "session"
    RELEASE = "release"
    PRIORITIES = "priorities"
    BRIEF = "brief"


KIND_WORDS = {
    Kind.DIALOGUE: message("Announcement"),
    Kind.QUESTIONNAIRE: message("Questionnaire"),
    Kind.INVITATION: message("Invitation"),
    Kind.CALENDAR: message("Calendar"),
    Kind.CORRECTION: message("Correction"),
    Kind.ANSWER: message("Questions and answers"),
    Kind.SESSION: message("Session"),
    Kind.RELEASE: message("Release"),
    Kind.PRIORITIES: message("Priorities"),
    Kind.BRIEF: message("Brief"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenFile:
    """A file of a piece; ``name`` is how its name ends, such as ``1.0-en.html``."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """Something that was given to the market at one instant.

    ``mailed`` is how many people got it by mail, None if it was not mailed to each.
    """

    at: datetime
    kind: Kind
    title: Message | str
    readers: Message
    mailed: int | None = None
    files: tuple[GivenFile, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """Where pieces are gathered from, and in whose words.

    ``for_anybody``: only what anyone may read.
    """

    session: Session
    dialogue: Dialogue
    files: FileStore
    words: Words
    for_anybody: bool = False


Source: TypeAlias = Callable[[Matter], Iterator[Given]]
"""Finds the pieces of one kind."""
Part: TypeAlias = tuple[Message, Message | str]
"""A label and what stands under it."""


def sheet(words: Words, *parts: Part) -> bytes:
    """A plain text: each label with its text below; what is empty is left out."""
    said = ((words.message(label), words.message(text, ZONE).strip("\n")) for label, text in parts)
    return ("\n\n".join(f"{label}\n{text}" for label, text in said if text) + "\n").encode()


def lines(texts: Iterable[str]) -> str:
    """One text a line."""
    return "\n".join(" ".join(text.split()) for text in texts)


def as_recorded(text: str, expected: str, what: Message) -> bytes:
    """The text's bytes; Invalid if it is not what was given (its SHA-256 is another)."""
    content = text.encode()
    if sha256(content).hexdigest() != expected:
        raise Invalid(
            message(
                "{what} is not what was given to the market (its hash is not {hash}), so no "
                "consultation file is made. Tell the secretariat.",
                what=what,
                hash=expected,
            )
        )
    return content


def safe_name(text: str) -> str:
    """The text as part of a file's name: small letters, digits, hyphens and dots between them."""
    return UNSAFE.sub("-", text.lower()).strip("-.")[:60]
