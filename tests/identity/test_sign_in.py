"""Signing in: single-use links, passwords, and nothing told to strangers."""

from datetime import datetime, timedelta
from urllib.parse import urlsplit

import pytest

from portal.core.db import Session
from portal.core.errors import Invalid, NotNow
from portal.core.mail import OutboxMail
from portal.dialogue.queries import load_actor
from portal.identity.models import SignInLink
from portal.identity.operations import (
    ensure_person,
    make_link,
    request_link,
    set_password,
    sign_in_with_password,
    use_link,
)
from portal.identity.passwords import Passwords

CHEAP = Passwords(1, 8)
GOOD = "correct horse battery"


def test_a_link_signs_in_once(session: Session, now: datetime) -> None:
    person = ensure_person(session, email="Anna@Example.org", now=now)
    token = make_link(session, person.id, next_path="/start", now=now)
    assert use_link(session, token, now=now) == (person, "/start")
    with pytest.raises(NotNow):
        use_link(session, token, now=now)


def test_a_link_ends_after_two_days(session: Session, now: datetime) -> None:
    person = ensure_person(session, email="anna@example.org", now=now)
    token = make_link(session, person.id, now=now)
    with pytest.raises(NotNow):
        use_link(session, token, now=now + timedelta(hours=48))


def test_a_link_is_stored_hashed(session: Session, now: datetime) -> None:
    person = ensure_person(session, email="anna@example.org", now=now)
    token = make_link(session, person.id, now=now)
    assert token not in {row.token_hash for row in session.query(SignInLink)}


def test_an_unknown_address_gets_no_mail_and_no_error(session: Session, now: datetime) -> None:
    request_link(session, email="nobody@example.org", address="https://x/", now=now)
    assert session.query(OutboxMail).count() == 0


def test_a_known_address_gets_one_link(session: Session, now: datetime) -> None:
    ensure_person(session, email="anna@example.org", now=now)
    request_link(session, email=" ANNA@example.org", address="https://x/sign-in/link/", now=now)
    mail = session.query(OutboxMail).one()
    links = [word for word in mail.body.split() if word.startswith("https://")]
    assert [urlsplit(link).path.rsplit("/", 1)[0] for link in links] == ["/sign-in/link"]


def test_a_password_signs_in_and_a_wrong_one_does_not(session: Session, now: datetime) -> None:
    person = ensure_person(session, email="anna@example.org", now=now)
    set_password(session, load_actor(session, person.id), CHEAP, password=GOOD, now=now)
    signed_in = sign_in_with_password(
        session, CHEAP, email="anna@example.org", password=GOOD, now=now
    )
    assert signed_in == person
    faults = []
    for email, password in [("anna@example.org", "wrong"), ("nobody@example.org", GOOD)]:
        with pytest.raises(Invalid) as fault:
            sign_in_with_password(session, CHEAP, email=email, password=password, now=now)
        faults.append(str(fault.value))
    assert faults[0] == faults[1]


@pytest.mark.parametrize("weak", ["short", "aaaaaaaaaaaaaaaa", "anna-anna-1234567", "x" * 201])
def test_a_weak_password_is_refused_with_a_reason(
    session: Session, now: datetime, weak: str
) -> None:
    person = ensure_person(session, email="anna@example.org", now=now)
    with pytest.raises(Invalid):
        set_password(session, load_actor(session, person.id), CHEAP, password=weak, now=now)


def test_a_new_password_ends_every_session(session: Session, now: datetime) -> None:
    person = ensure_person(session, email="anna@example.org", now=now)
    before = person.session_epoch
    set_password(session, load_actor(session, person.id), CHEAP, password=GOOD, now=now)
    assert person.session_epoch == before + 1


@pytest.mark.parametrize("address", ["", "anna", "anna@", "@example.org", "a b@example.org"])
def test_what_cannot_be_an_address_is_refused(
    session: Session, now: datetime, address: str
) -> None:
    with pytest.raises(Invalid):
        ensure_person(session, email=address, now=now)
