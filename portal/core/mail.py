"""Mail: written to an outbox table in the transaction that causes it, sent after the commit."""

import smtplib
import ssl
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit
from uuid import UUID

from sqlalchemy import String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.core.calendar import Entry, calendar_file, lines_of, one_line
from portal.core.clock import zone_of
from portal.core.db import Base
from portal.core.errors import Listing, Message
from portal.core.ids import new_id
from portal.core.settings import Settings
from portal.core.words import Words, spoken, words

MAIL_QUEUED = "mail_queued"
"""Set on a session that put something in the outbox, so that it is sent after the commit."""
MAX_ATTEMPTS = 12
FIRST_RETRY = timedelta(minutes=1)
SMTP_TIMEOUT_S = 20
SUBMISSION_PORT = 587
TLS_PORT = 465
SUBJECT_LENGTH = 300
CALENDAR_NAME = "deadline.ics"


class OutboxMail(Base):
    """One mail to one person; ``state`` is queued, sent or failed."""

    __tablename__ = "outbox_mail"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    recipient: Mapped[str] = mapped_column(String(320))
    subject: Mapped[str] = mapped_column(String(300))
    body: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(String(10), default="en")
    state: Mapped[str] = mapped_column(String(10), default="queued", index=True)
    attempts: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    last_error: Mapped[str | None] = mapped_column(Text)
    calendar: Mapped[str] = mapped_column(Text, default="")
    """An iCalendar file that goes along, empty if none does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """What to write to whom, in plain text."""

    to: str
    subject: str
    body: str
    language: str = "en"
    calendar: str = ""
    """An iCalendar file to go along."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who gets a mail, and how they read: a person, or somebody the portal does not know yet."""

    email: str
    language: str = "en"
    time_zone: str = "UTC"
    person_id: UUID | None = None
    daily: bool = False
    """Whether they want their news in one mail a day."""


class Transport(Protocol):
    """Takes a finished message to where it leaves."""

    def send(self, message: EmailMessage) -> None:
        """Deliver, or raise OSError or SMTPException."""


class FolderTransport:
    """Writes each message as an .eml file, for trying the portal without a mail server."""

    def __init__(self, folder: Path) -> None:
        """Keep the folder; it is made with the first mail."""
        self.folder = folder

    def send(self, message: EmailMessage) -> None:
        """Write the message under its own id."""
        self.folder.mkdir(parents=True, exist_ok=True)
        name = str(message["Message-ID"]).strip("<>").split("@")[0]
        (self.folder / f"{name}.eml").write_bytes(message.as_bytes())


class SmtpTransport:
    """Sends through a mail server: STARTTLS where offered, TLS from the start for smtps."""

    def __init__(self, url: str) -> None:
        """Take ``smtp://user:password@host:port`` or ``smtps://…``."""
        self.url = urlsplit(url)

    def send(self, message: EmailMessage) -> None:
        """Open a connection, send, close."""
        with self._connection() as server:
            server.send_message(message)

    @contextmanager
    def _connection(self) -> Iterator[smtplib.SMTP]:
        host = self.url.hostname or "localhost"
        context = ssl.create_default_context()
        if self.url.scheme == "smtps":
            port = self.url.port or TLS_PORT
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                host, port, timeout=SMTP_TIMEOUT_S, context=context
            )
        else:
            server = smtplib.SMTP(host, self.url.port or SUBMISSION_PORT, timeout=SMTP_TIMEOUT_S)
        with server:
            if self.url.scheme == "smtp" and server.has_extn("starttls"):
                server.starttls(context=context)
            if self.url.username:
                server.login(unquote(self.url.username), unquote(self.url.password or ""))
            yield server


def transport_for(settings: Settings) -> Transport:
    """The transport the settings name."""
    if settings.smtp_url:
        return SmtpTransport(settings.smtp_url)
    return FolderTransport(settings.var_dir / "outbox")


def queue(session: Session, mail: Mail, *, now: datetime) -> None:
    """Put a mail in the outbox, in the caller's transaction."""
    session.add(
        OutboxMail(
            recipient=one_line(mail.to),
            subject=one_line(mail.subject)[:SUBJECT_LENGTH],
            body="\n".join(lines_of(mail.body)),
            language=mail.language,
            calendar=mail.calendar,
            created_at=now,
            due_at=now,
        )
    )
    session.info[MAIL_QUEUED] = True


def write(
    session: Session,
    to: Recipient,
    subject: Message | str,
    *paragraphs: Message | str,
    calendar: Sequence[Entry] = (),
    now: datetime,
) -> None:
    """Write a mail in the recipient's language, instants in their time zone, and queue it.

    What people typed stays on its line within a sentence; only a paragraph that is a text of its
    own keeps its lines. ``calendar`` goes along as a file.
    """
    letter = composed(to, subject, *paragraphs)
    mail = Mail(
        to=to.email,
        subject=letter.subject,
        body=letter.body,
        language=letter.language,
        calendar=calendar_file(calendar, words(letter.language), now=now) if calendar else "",
    )
    queue(session, mail, now=now)


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail as its reader will read it."""

    subject: str
    body: str
    language: str


def composed(to: Recipient, subject: Message | str, *paragraphs: Message | str) -> Letter:
    """Subject and body in the reader's language, with instants in their time zone and in UTC."""
    language = spoken(to.language)
    say, zone = words(language), zone_of(to.time_zone)
    said = [_plain(each, say, zone) for each in (subject, *paragraphs)]
    return Letter(one_line(say.message(said[0]))[:SUBJECT_LENGTH], say.letter(*said[1:]), language)


def listed(to: Recipient, lines: Iterable[Message | str]) -> str:
    """Lines of a list as one paragraph, in the reader's language."""
    say, zone = words(spoken(to.language)), zone_of(to.time_zone)
    said = (one_line(say.message(_plain(line, say, zone))) for line in lines)
    return "\n".join(f"- {line}" for line in said)


def _plain(text: Message | str, say: Words, zone: tzinfo) -> Message | str:
    """The text with what people typed on one line each, and its instants said."""
    if isinstance(text, str):
        return text
    return replace(
        text, values={name: _value(value, say, zone) for name, value in text.values.items()}
    )


def _value(value: object, say: Words, zone: tzinfo) -> object:
    match value:
        case str():
            return one_line(value)
        case Message():
            return _plain(value, say, zone)
        case Listing():
            return replace(value, items=tuple(_value(item, say, zone) for item in value.items))
        case datetime():
            return say.instant(value, zone)
        case _:
            return value


def send_due(session: Session, transport: Transport, sender: str, *, now: datetime) -> int:
    """Send one queued mail that is due, and return 1, or 0 if none was.

    One mail a transaction: a crash after the server took it repeats at most that one, with the
    same Message-ID. A mail that cannot leave is tried again, twice as late each time.
    """
    query = (
        select(OutboxMail)
        .where(OutboxMail.state == "queued", OutboxMail.due_at <= now)
        .order_by(OutboxMail.due_at, OutboxMail.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    row = session.scalars(query).first()
    if row is None:
        return 0
    row.attempts += 1
    try:
        transport.send(_as_message(row, sender))
    except (OSError, smtplib.SMTPException) as error:
        row.last_error = str(error)[:500]
        row.state = "failed" if row.attempts >= MAX_ATTEMPTS else "queued"
        row.due_at = now + FIRST_RETRY * 2 ** min(row.attempts - 1, 10)
    else:
        row.state, row.sent_at = "sent", now
    return 1


def _as_message(row: OutboxMail, sender: str) -> EmailMessage:
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    message["To"] = row.recipient
    message["Subject"] = row.subject
    message["Date"] = format_datetime(row.created_at)
    message["Message-ID"] = f"<{row.id}@parley>"
    message["Auto-Submitted"] = "auto-generated"
    message["Content-Language"] = row.language
    message.set_content(row.body)
    if row.calendar:
        # In base64, so that no server on the way breaks a line of it.
        message.add_attachment(
            row.calendar,
            subtype="calendar",
            filename=CALENDAR_NAME,
            cte="base64",
            params={"method": "PUBLISH"},
        )
    return message
