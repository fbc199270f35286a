"""Reminders: to who can still do something, once for each occasion, whatever the clock does."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from random import Random
from threading import Thread

import pytest
from sqlalchemy import select

from portal.core.db import Database, Session
from portal.core.mail import OutboxMail
from portal.core.reminders import Reminder
from portal.identity.actor import Actor
from portal.identity.models import Person
from portal.identity.roles import Role
from portal.invitation import operations as invitations
from portal.invitation.queries import by_token
from portal.response.models import Assignment, Evidence
from portal.response.models_after import Clarification, ClarificationItem, StillTrue
from portal.response.operations import Described, add_link
from portal.response.operations_lasting import mark_stale
from portal.response.reminders import send_reminders
from tests import factories
from tests.response.builders import Counted, Scene

ADDRESS = "https://parley.example"
BEFORE = timedelta(days=20)
"""How long before a closing time the scenes begin, so that everybody has been there for long."""
HOUR = timedelta(hours=1)


@pytest.fixture
def closing(session: Session, team: Scene) -> datetime:
    """The scene's closing time: 16:00 UTC, 18:00 in Brussels."""
    team.dialogue.closes_at = datetime(2026, 9, 21, 16, 0, tzinfo=UTC)
    session.flush()
    return team.dialogue.closes_at


def send(session: Session, now: datetime) -> list[OutboxMail]:
    """The mails that one turn of the clock writes."""
    session.flush()
    known = set(session.scalars(select(OutboxMail.id)))
    count = send_reminders(session, address=ADDRESS, now=now)
    session.flush()
    new = [mail for mail in session.scalars(select(OutboxMail)) if mail.id not in known]
    assert len(new) == count
    return sorted(new, key=lambda mail: mail.recipient)


def assign(scene: Scene, actor: Actor, section_id: str, days: int | None = None) -> Assignment:
    """Give a colleague a section, due some days before the closing time."""
    day = scene.dialogue.closes_at.date() - timedelta(days=days) if days is not None else None
    made = Assignment(
        response_id=scene.response.id,
        section_id=section_id,
        person_id=actor.person_id,
        due_on=day,
        assigned_by=scene.signatory.person_id,
        assigned_at=scene.now,
    )
    scene.session.add(made)
    scene.session.flush()
    return made


def morning(closing: datetime, days: int) -> datetime:
    """07:30 in Brussels, some days before the closing time."""
    return (closing - timedelta(days=days)).replace(hour=5, minute=30)


def test_who_answers_for_the_company_reads_what_is_missing_and_who_has_it(
    team: Scene, closing: datetime
) -> None:
    helper = team.colleague(Role.SUPPLIER_CONTRIBUTOR)
    assign(team, helper, "B")
    team.save("A", A_01=["brand"], A_02="50_249")
    assert send(team.session, morning(closing, 7) - HOUR) == []
    mails = {mail.recipient: mail for mail in send(team.session, morning(closing, 7))}
    assert mails.keys() == {team.signatory.email, helper.email}
    overview = mails[team.signatory.email]
    assert overview.subject == "Fair laptops: 7 days left"
    assert "2 of 11 questions are answered" in overview.body
    assert f"- B Policy: 1 question; {helper.name} has it" in overview.body or (
        f"with {helper.name}" in overview.body
    )
    assert "nobody was given" in overview.body
    assert "Mon 21 Sept 2026, 18:00 CEST (16:00 UTC)" in overview.body
    assert overview.body.count("https://") == 1
    assert f"{ADDRESS}/responses/{team.response.id}" in overview.body
    assert "DTSTART:20260921T160000Z" in overview.calendar
    part = mails[helper.email]
    assert "given to you" in part.body
    assert f"Asked by {team.signatory.name}." in part.body
    assert "nobody was given" not in part.body


def test_when_nothing_is_missing_the_mail_says_who_can_sign(ready: Scene) -> None:
    ready.dialogue.closes_at = ready.now + BEFORE
    helper = ready.colleague(Role.SUPPLIER_CONTRIBUTOR)
    assign(ready, helper, "B")
    (mail,) = send(ready.session, morning(ready.dialogue.closes_at, 2))
    assert mail.recipient == ready.signatory.email
    assert f"Who can sign: {ready.signatory.name}." in mail.body


def test_nothing_goes_to_who_has_submitted_or_left(ready: Scene) -> None:
    ready.dialogue.closes_at = ready.now + BEFORE
    former = ready.colleague(Role.SUPPLIER_CONTRIBUTOR)
    assign(ready, former, "B", 4)
    ready.submit()
    for days in (7, 4, 3, 2, 0):
        assert send(ready.session, morning(ready.dialogue.closes_at, days)) == []
    assert send(ready.session, ready.dialogue.closes_at + HOUR) == []


def test_a_due_date_is_mailed_two_days_before_and_the_day_after_while_it_is_open(
    team: Scene, closing: datetime
) -> None:
    helper = team.colleague(Role.SUPPLIER_CONTRIBUTOR)
    done = team.colleague(Role.SUPPLIER_CONTRIBUTOR)
    assign(team, helper, "B", 12)
    assign(team, done, "A", 12)
    team.save("A", A_01=["brand"], A_02="50_249")
    (before,) = send(team.session, morning(closing, 14))
    assert (before.recipient, before.subject) == (
        helper.email,
        "Fair laptops: your part is due soon",
    )
    assert "due on 9 September 2026" in before.body
    assert send(team.session, morning(closing, 12)) == []
    (after,) = send(team.session, morning(closing, 11))
    assert (after.recipient, after.subject) == (helper.email, "Fair laptops: your part was due")


def test_what_falls_on_one_day_is_one_mail(team: Scene, closing: datetime) -> None:
    helper = team.colleague(Role.SUPPLIER_CONTRIBUTOR)
    assign(team, helper, "B", 5)
    assign(team, helper, "C", 8)
    mails = send(team.session, morning(closing, 7)) + send(team.session, morning(closing, 7) + HOUR)
    assert Counter(mail.recipient for mail in mails) == {
        helper.email: 1,
        team.signatory.email: 1,
    }


def test_a_suppliers_contact_is_reminded_by_a_further_link_until_they_answer(
    session: Session, now: datetime
) -> None:
    made = factories.published(session, now=now, days=20)
    lead = factories.member(session, made, Role.LEAD_BUYER, now=now)
    rows = {}
    for name in ("silent", "declines", "revoked"):
        invitee = invitations.Invitee(organisation=name, email=f"{name}@example.org")
        row = invitations.invite(
            session, lead, made.id, invitee, address=f"{ADDRESS}/join/", now=now
        )
        rows[name] = row
    first = session.scalars(select(OutboxMail.body).filter_by(recipient="silent@example.org")).one()
    token = _token(session, "declines@example.org")
    invitations.decline(session, token, reason="Not our market.", now=now)
    invitations.revoke(session, lead, rows["revoked"].id, reason="Twice.", now=now)
    (mail,) = send(session, morning(made.closes_at, 7) + timedelta(hours=3))
    assert mail.recipient == "silent@example.org"
    assert mail.subject == "Fair laptops: 7 days left"
    links = [_link(first), _link(mail.body)]
    assert len(set(links)) == 2
    for link in links:
        found = by_token(session, link)
        assert found is not None
        assert found.invitation.id == rows["silent"].id
    invitations.accept(session, links[1], name="Sam", now=now)
    assert [by_token(session, link) for link in links] == [None, None]
    (begin,) = send(session, morning(made.closes_at, 2) + timedelta(hours=3))
    assert "has not begun to answer" in begin.body
    assert f"{ADDRESS}/dialogues/{made.short_name}" in begin.body


def _token(session: Session, recipient: str) -> str:
    body = session.scalars(select(OutboxMail.body).filter_by(recipient=recipient)).one()
    return _link(body)


def _link(body: str) -> str:
    (line,) = [line for line in body.splitlines() if line.startswith(f"{ADDRESS}/join/")]
    return line.removeprefix(f"{ADDRESS}/join/")


def test_a_clarification_is_mailed_two_days_before_it_is_due(ready: Scene) -> None:
    submission = ready.submit()
    ready.response.state = "clarification"
    row = Clarification(
        response_id=ready.response.id,
        dialogue_id=ready.dialogue.id,
        submission_id=submission.id,
        number=1,
        due_at=ready.now + timedelta(days=10),
        asked_at=ready.now,
    )
    ready.session.add(row)
    ready.session.flush()
    ready.session.add(ClarificationItem(clarification_id=row.id, question_id="B.01", text="Which?"))
    assert send(ready.session, ready.now + timedelta(days=7)) == []
    (mail,) = send(ready.session, ready.now + timedelta(days=8))
    assert "1 answer is open: B.01." in mail.body
    assert send(ready.session, ready.now + timedelta(days=9)) == []
    row.state = "answered"
    assert send(ready.session, ready.now + timedelta(days=9, hours=3)) == []


def test_expiring_evidence_is_mailed_sixty_and_fourteen_days_before_and_after(
    ready: Scene,
) -> None:
    ready.submit()
    last = ready.now.date() + timedelta(days=100)
    for piece in ready.session.scalars(select(Evidence)):
        piece.valid_until = last
    told = {}
    for days in range(30, 140):
        for mail in send(ready.session, ready.now + timedelta(days=days)):
            told[days] = mail
    assert sorted(told) == [40, 86, 101]
    assert "- Policy: valid until 10 December 2026" in told[40].body
    assert "- Policy: expired on 10 December 2026" in told[101].body


def test_what_expires_behind_answers_is_mailed_to_who_answers_for_all_of_them(
    team: Scene,
) -> None:
    admin = team.colleague(Role.SUPPLIER_ADMIN)
    team.colleague(Role.SUPPLIER_CONTRIBUTOR)
    at = team.dialogue.closes_at + timedelta(days=1)
    for name, left in (("Soon", 60), ("Gone", -1), ("Later", 61)):
        piece = team.session.get_one(Evidence, team.prove("B.01"))
        piece.title, piece.valid_until = name, at.date() + timedelta(days=left)
    idle = Described(title="Idle", valid_until=at.date() + timedelta(days=5))
    place = (team.session, team.signatory, team.response.organisation_id)
    add_link(*place, "https://example.eu/idle", idle, now=team.now)
    mails = send(team.session, at)
    assert {mail.recipient for mail in mails} == {admin.email, team.signatory.email}
    for mail in mails:
        assert mail.subject == "2 pieces of evidence expire"
        gone, soon = [line for line in mail.body.splitlines() if line.startswith("- ")]
        assert gone.startswith("- Gone: expired on")
        assert soon.startswith("- Soon: valid until")


def test_evidence_that_made_answers_stale_is_not_mailed_about_a_second_time(ready: Scene) -> None:
    ready.submit()
    for piece in ready.session.scalars(select(Evidence)):
        piece.valid_until = ready.now.date() + timedelta(days=20)
    day_after = ready.now + timedelta(days=21)
    assert mark_stale(ready.session, address=ADDRESS, now=day_after) == 1
    assert send(ready.session, day_after) == []
    assert send(ready.session, day_after + timedelta(days=1)) == []


def test_answers_a_year_old_are_asked_about_unless_somebody_said_they_are_true(
    ready: Scene,
) -> None:
    submission = ready.submit()
    told = [
        days
        for days in (300, 335, 336, 364, 365, 366)
        if send(ready.session, ready.now + timedelta(days=days))
    ]
    assert told == [335]
    ready.session.add(
        StillTrue(
            response_id=ready.response.id,
            submission_id=submission.id,
            said_at=ready.now + timedelta(days=370),
        )
    )
    assert send(ready.session, ready.now + timedelta(days=380)) == []
    assert len(send(ready.session, ready.now + timedelta(days=370 + 336))) == 1


def test_the_reader_is_reminded_on_their_own_clock_and_in_their_language(
    team: Scene, closing: datetime
) -> None:
    person = team.session.get_one(Person, team.signatory.person_id)
    person.language, person.time_zone = "de", "America/New_York"
    assert send(team.session, morning(closing, 7)) == []
    (mail,) = send(team.session, morning(closing, 7) + 6 * HOUR)
    assert mail.language == "de"
    assert "12:00 EDT (16:00 UTC)" in mail.body


def test_a_later_closing_time_is_an_occasion_of_its_own(team: Scene, closing: datetime) -> None:
    assert len(send(team.session, morning(closing, 7))) == 1
    team.dialogue.closes_at = closing + timedelta(days=10)
    assert send(team.session, morning(closing, 2)) == []
    assert len(send(team.session, morning(closing, -3))) == 1


@pytest.mark.usefixtures("closing")
@pytest.mark.parametrize("seed", range(3))
def test_whatever_the_clock_does_each_occasion_is_mailed_to_each_person_once(
    team: Scene, seed: int
) -> None:
    helper = team.colleague(Role.SUPPLIER_CONTRIBUTOR)
    admin = team.colleague(Role.SUPPLIER_ADMIN)
    assign(team, helper, "B", 12)
    assign(team, admin, "C", 12)
    random = Random(seed)  # noqa: S311 - an order to try, not a secret
    hours = [days * 24 + hour for days in range(20) for hour in (0, 7, 23)]
    turns = [random.choice(hours) for _ in range(20)] + [days * 24 + 9 for days in range(20)]
    if seed:
        random.shuffle(turns)
    mails = [mail for turn in turns for mail in send(team.session, team.now + turn * HOUR)]
    counted = Counter((mail.recipient, mail.subject.partition(": ")[2]) for mail in mails)
    assert set(counted.values()) == {1}, counted
    keys = team.session.scalars(select(Reminder.key)).all()
    occasions = [key for key in keys if not key.startswith("day:")]
    assert len([key for key in occasions if key.startswith("closing:")]) == 6
    assert len([key for key in occasions if key.startswith("due:")]) == 4


def test_two_workers_at_once_write_each_mail_once(database: Database, now: datetime) -> None:
    with database.transaction() as session:
        made = factories.published(session, now=now, days=20)
        for _ in range(3):
            factories.response(session, made, factories.supplier(session, made, now=now), now=now)
        at = morning(made.closes_at, 7) + 3 * HOUR

    def work() -> None:
        with database.transaction() as session:
            send_reminders(session, address=ADDRESS, now=at)

    workers = [Thread(target=work) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    with database.session(writes=False) as session:
        assert len(session.scalars(select(OutboxMail)).all()) == 3


def test_a_crash_takes_claim_and_mail_back_together(database: Database, now: datetime) -> None:
    with database.transaction() as session:
        made = factories.published(session, now=now, days=20)
        factories.response(session, made, factories.supplier(session, made, now=now), now=now)
        at = morning(made.closes_at, 7) + 3 * HOUR
    with database.session(writes=True) as session:
        assert send_reminders(session, address=ADDRESS, now=at) == 1
        session.rollback()
    with database.transaction() as session:
        assert send_reminders(session, address=ADDRESS, now=at) == 1


def test_a_turn_with_nothing_to_say_asks_the_same_of_one_response_and_of_ten(
    team: Scene, closing: datetime
) -> None:
    at = morning(closing, 7)
    send(team.session, at)
    with Counted(team.session) as few:
        send_reminders(team.session, address=ADDRESS, now=at + HOUR)
    for _ in range(9):
        actor = factories.supplier(team.session, team.dialogue, now=team.now)
        factories.response(team.session, team.dialogue, actor, now=team.now)
    send(team.session, at)
    with Counted(team.session) as many:
        send_reminders(team.session, address=ADDRESS, now=at + HOUR)
    assert len(many) == len(few)
