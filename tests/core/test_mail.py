"""Mail waits in the outbox, leaves once, and cannot be given extra headers."""

import socket
from collections.abc import Iterator
from datetime import datetime, timedelta
from email import message_from_bytes
from email.message import Message
from email.policy import default
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message as MessageHandler

from portal.core.db import Session
from portal.core.mail import (
    MAX_ATTEMPTS,
    FolderTransport,
    Mail,
    OutboxMail,
    SmtpTransport,
    queue,
    send_due,
)

SENDER = "Parley <parley@example.org>"
MAIL = Mail(
    to="anna@example.org", subject="Grüße, Ελλάδα", body="Hello.\n\nhttps://example.org/x\n"
)


class Inbox(MessageHandler):
    """Keeps what a real SMTP server received."""

    def __init__(self) -> None:
        super().__init__()
        self.messages: list[Message] = []

    def handle_message(self, message: Message) -> None:
        self.messages.append(message)


@pytest.fixture
def smtp() -> Iterator[tuple[Inbox, str]]:
    """A mail server on loopback and its address."""
    inbox = Inbox()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(inbox, hostname="127.0.0.1", port=port)
    controller.start()
    yield inbox, f"smtp://127.0.0.1:{port}"
    controller.stop()


def test_a_mail_becomes_a_file_without_a_server(
    session: Session, now: datetime, tmp_path: Path
) -> None:
    queue(session, MAIL, now=now)
    session.flush()
    assert send_due(session, FolderTransport(tmp_path), SENDER, now=now) == 1
    assert send_due(session, FolderTransport(tmp_path), SENDER, now=now) == 0
    (path,) = tmp_path.glob("*.eml")
    message = message_from_bytes(path.read_bytes(), policy=default)
    assert message["Subject"] == MAIL.subject
    assert message["To"] == MAIL.to
    assert message.get_content().replace("\r\n", "\n") == MAIL.body


def test_a_mail_reaches_a_real_server_once(
    session: Session, now: datetime, smtp: tuple[Inbox, str]
) -> None:
    inbox, url = smtp
    queue(session, MAIL, now=now)
    session.flush()
    assert send_due(session, SmtpTransport(url), SENDER, now=now) == 1
    assert send_due(session, SmtpTransport(url), SENDER, now=now) == 0
    assert [message["To"] for message in inbox.messages] == [MAIL.to]


def test_a_server_that_is_away_means_later_not_never(session: Session, now: datetime) -> None:
    queue(session, MAIL, now=now)
    session.flush()
    away = SmtpTransport("smtp://127.0.0.1:1")
    assert send_due(session, away, SENDER, now=now) == 1
    row = session.query(OutboxMail).one()
    assert (row.state, row.attempts, row.due_at) == ("queued", 1, now + timedelta(minutes=1))
    assert send_due(session, away, SENDER, now=now) == 0
    for _ in range(MAX_ATTEMPTS - 1):
        assert send_due(session, away, SENDER, now=row.due_at) == 1
    assert row.state == "failed"


@pytest.mark.parametrize("break_", ["\r\n", "\n", "\r", "\u2028", "\u0085", "\x0b"])
def test_no_line_break_adds_a_header(
    session: Session, now: datetime, tmp_path: Path, break_: str
) -> None:
    queue(
        session, Mail(to="a@example.org", subject=f"Hi{break_}Bcc: b@example.org", body=""), now=now
    )
    session.flush()
    send_due(session, FolderTransport(tmp_path), SENDER, now=now)
    (path,) = tmp_path.glob("*.eml")
    message = message_from_bytes(path.read_bytes(), policy=default)
    assert message["Bcc"] is None
    assert message["Subject"] == "Hi Bcc: b@example.org"
