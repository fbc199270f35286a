"""Mails as the consultation file tells them: each text once, with how many people got it.

What was mailed is read from the outbox, word for word. Nobody's name or address is: of a mail that
has parts for its reader alone, only the paragraphs that everybody got are taken.
"""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from portal.brief.consultation_pieces import ANYONE, EVERYBODY, GivenFile, Matter
from portal.core.errors import Message, message
from portal.core.mail import OutboxMail, Recipient, composed
from portal.core.words import CATALOGUES, ENGLISH

Common = Callable[[Sequence[str]], Sequence[str]]
"""Of a mail's paragraphs, those that everybody got."""
PERSONAL_LINK = re.compile(r"^\S*/join/\S+$", re.MULTILINE)
RULE = "\n" + "-" * 72 + "\n\n"
COMMON_TO_VERSIONS = 4
"""The first paragraphs of a mail about a new version; then comes what it means for one supplier."""


@dataclass(frozen=True, slots=True)
class Mailed:
    """How many people got a mail, and its texts as a file; None and no file if nobody did."""

    count: int | None
    files: tuple[GivenFile, ...]

    @property
    def readers(self) -> Message:
        """Who reads what the mail told."""
        return EVERYBODY if self.count else ANYONE


def mailed(
    matter: Matter, at: datetime, subject: Message, common: Common = tuple, *, name: str = "mail"
) -> Mailed:
    """The mails with this subject, in any language, that were written at this instant."""
    query = select(OutboxMail.language, OutboxMail.subject, OutboxMail.body).where(
        OutboxMail.created_at == at, OutboxMail.subject.in_(_subjects(subject))
    )
    texts = Counter(
        (row.language, row.subject, "\n\n".join(common(row.body.strip("\n").split("\n\n"))))
        for row in matter.session.execute(query)
    )
    if not texts:
        return Mailed(None, ())
    pieces = (_piece(matter, *text, count) for text, count in sorted(texts.items()))
    file = GivenFile(name=f"{name}.txt", content=RULE.join(pieces).encode())
    return Mailed(sum(texts.values()), (file,))


def of_a_version(paragraphs: Sequence[str]) -> Sequence[str]:
    """What everybody got of a mail about a new version."""
    return paragraphs[:COMMON_TO_VERSIONS]


def of_an_invitation(paragraphs: Sequence[str]) -> Sequence[str]:
    """An invitation without its greeting, and without the link that is its reader's alone."""
    return [PERSONAL_LINK.sub("[…]", paragraph) for paragraph in paragraphs[1:]]


def _subjects(subject: Message) -> set[str]:
    """How the subject reads in each language that mails are written in."""
    known = {ENGLISH, *(each.name for each in CATALOGUES.iterdir() if each.is_dir())}
    return {composed(Recipient("", language), subject).subject for language in known}


def _piece(matter: Matter, language: str, subject: str, body: str, count: int) -> str:
    say = matter.words
    head = (
        (message("Subject"), subject),
        (message("Language"), say.language_name(language)),
        (message("People mailed"), say.number(count)),
    )
    told = "\n".join(f"{say.message(label)}: {text}" for label, text in head)
    return f"{told}\n\n{body}\n"
