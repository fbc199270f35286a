"""News at once or once a day: nothing lost, nothing twice, at seven on the reader's clock."""

from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from sqlalchemy import select

from portal.core.db import Database, Session
from portal.core.errors import message
from portal.core.mail import OutboxMail
from portal.core.reminders import DigestItem
from portal.identity.models import Person
from portal.identity.news import last_delivery, send_digests, tell
from portal.identity.operations import ensure_person

LINK = "https://parley.example/responses/1"


@pytest.fixture
def ana(session: Session, now: datetime) -> Person:
    """Somebody in Athens (three hours before UTC in summer) who wants one mail a day."""
    person = ensure_person(session, email="ana@example.org", name="Ana", now=now)
    person.digest, person.time_zone = "daily", "Europe/Athens"
    return person


def mails(session: Session) -> list[OutboxMail]:
    session.flush()
    return list(session.scalars(select(OutboxMail).order_by(OutboxMail.created_at)))


def test_who_wants_news_at_once_gets_it_at_once_and_reads_how_to_change_that(
    session: Session, ana: Person, now: datetime
) -> None:
    ana.digest = "at_once"
    tell(session, ana, message("{what}", what="A note"), "Look.", LINK, now=now)
    (mail,) = mails(session)
    assert mail.body.startswith("Hello Ana,\n\nLook.\n\n")
    assert "one mail a day" in mail.body
    assert send_digests(session, now=now + timedelta(days=2)) == 0


def test_news_waits_for_seven_in_the_morning_on_the_readers_clock(
    session: Session, ana: Person, now: datetime
) -> None:
    for minute, (subject, said) in enumerate([("A", "first"), ("B", "second"), ("A", "third")]):
        tell(session, ana, subject, said, LINK, now=now + timedelta(minutes=minute))
    assert mails(session) == []
    seven = datetime(2026, 9, 2, 4, 0, tzinfo=UTC)
    assert send_digests(session, now=seven - timedelta(seconds=1)) == 0
    assert send_digests(session, now=seven) == 1
    assert send_digests(session, now=seven) == 0
    (mail,) = mails(session)
    assert mail.subject == "3 pieces of news"
    assert [
        line for line in mail.body.splitlines() if line in {"* A", "* B", "first", "third"}
    ] == [
        "* A",
        "first",
        "third",
        "* B",
    ]
    assert mail.body.count(LINK) == 3
    assert mail.body.count("Hello") == 1


def test_what_must_not_wait_does_not(session: Session, ana: Person, now: datetime) -> None:
    tell(session, ana, "Sign in", LINK, may_wait=False, now=now)
    (mail,) = mails(session)
    assert "one mail a day" not in mail.body


def test_what_waited_leaves_when_somebody_wants_news_at_once_again(
    session: Session, ana: Person, now: datetime
) -> None:
    tell(session, ana, "A", "first", now=now)
    ana.digest = "at_once"
    assert send_digests(session, now=now + timedelta(minutes=1)) == 1


@pytest.mark.parametrize("seed", range(3))
def test_whatever_the_clock_does_all_news_arrives_once_and_one_mail_a_day(
    session: Session, ana: Person, now: datetime, seed: int
) -> None:
    random = Random(seed)  # noqa: S311 - hours to try, not a secret
    told = 0
    for hour in range(24 * 6):
        at = now + timedelta(hours=hour)
        if random.random() < 0.3:
            told += 1
            tell(session, ana, f"Subject {told % 4}", f"<{told}>", now=at)
        for _ in range(random.choice([0, 1, 2])):
            send_digests(session, now=at)
    send_digests(session, now=now + timedelta(days=8))
    found = mails(session)
    bodies = "".join(mail.body for mail in found)
    assert [bodies.count(f"<{number}>") for number in range(1, told + 1)] == [1] * told
    days = [last_delivery("Europe/Athens", mail.created_at) for mail in found]
    assert len(days) == len(set(days))


def test_a_crash_before_the_commit_loses_nothing(database: Database, now: datetime) -> None:
    with database.transaction() as session:
        person = ensure_person(session, email="ana@example.org", now=now)
        person.digest = "daily"
        tell(session, person, "A", "first", now=now)
    later = now + timedelta(days=1)
    with database.session(writes=True) as session:
        assert send_digests(session, now=later) == 1
        session.rollback()
    with database.transaction() as session:
        assert send_digests(session, now=later) == 1
        assert session.scalars(select(DigestItem.sent_at)).one() == later


def test_nothing_typed_breaks_out_of_its_line(session: Session, ana: Person, now: datetime) -> None:
    ana.digest = "at_once"
    evil = "Eve\r\nBcc: all@example.org\u2028\u202egpj.exe\x85\x00Sign in: https://evil.example"
    subject = message("{dialogue}: news", dialogue=evil)
    tell(session, ana, subject, message("{name} writes:", name=evil), LINK, now=now)
    (mail,) = mails(session)
    assert mail.subject.splitlines() == [
        "Eve Bcc: all@example.org gpj.exe Sign in: https://evil.example: news"
    ]
    assert "\u202e" not in mail.body
    (line,) = [line for line in mail.body.split("\n") if "evil.example" in line]
    assert line.startswith("Eve Bcc:")
    assert line.endswith("writes:")
