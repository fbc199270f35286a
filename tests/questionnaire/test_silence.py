"""The silence period of a draft, and what a change of its meaning does to consent."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from portal.core.audit import entries_of_dialogue
from portal.core.db import Session
from portal.core.errors import Invalid, NotNow, Refused
from portal.core.mail import OutboxMail
from portal.dialogue.models import Dialogue
from portal.identity.actor import Actor
from portal.identity.models import Person
from portal.identity.roles import OrganisationKind, Role
from portal.questionnaire.definition import Questionnaire
from portal.questionnaire.operations import publish, save_draft
from portal.questionnaire.operations_silence import begin_silence
from portal.questionnaire.policy import SILENCE_AT_LEAST, agrees_by_silence
from portal.questionnaire.queries import votes
from tests import factories
from tests.questionnaire.answers import ROUTING, TYPES
from tests.questionnaire.drafts import FAULTY, cast, save

WEEK = timedelta(days=7)


def with_minutes(questionnaire: Questionnaire, minutes: float) -> Questionnaire:
    """The same to every supplier: only an estimate differs."""
    first, *rest = questionnaire.sections
    question, *others = first.questions
    changed = replace(first, questions=(replace(question, minutes=minutes), *others))
    return replace(questionnaire, sections=(changed, *rest))


def mails(session: Session) -> list[tuple[str, str]]:
    """Recipients and subjects, oldest first."""
    query = select(OutboxMail.recipient, OutboxMail.subject).order_by(OutboxMail.created_at)
    return sorted((row[0], row[1]) for row in session.execute(query))


@pytest.mark.usefixtures("second")
def test_silence_counts_from_the_end_of_the_period_on(
    session: Session, dialogue: Dialogue, lead: Actor, now: datetime
) -> None:
    version = save(session, lead, dialogue, now)
    cast(session, lead, version, now)
    end = now + WEEK
    begin_silence(session, lead, version.id, until=end, now=now)
    assert (version.silence_from, version.silence_until) == (now, end)
    early, late = (votes(session, version.id, now=at) for at in (end - timedelta(seconds=1), end))
    assert [row.by_silence for row in early] == [False, False]
    assert [(row.approves, row.by_silence, row.agrees) for row in late] == [
        (True, False, True),
        (None, True, True),
    ]
    with pytest.raises(NotNow, match=r"Still missing: Zürich\."):
        publish(session, lead, dialogue.id, now=end - timedelta(seconds=1))
    assert publish(session, lead, dialogue.id, now=end).state == "published"


def test_who_agreed_by_silence_is_in_the_audit_log_and_stays_to_be_seen(
    session: Session, dialogue: Dialogue, lead: Actor, second: Actor, now: datetime
) -> None:
    version = save(session, lead, dialogue, now)
    begin_silence(session, lead, version.id, until=now + WEEK, now=now)
    cast(session, second, version, now)
    publish(session, lead, dialogue.id, now=now + WEEK)
    newest = entries_of_dialogue(session, dialogue.id)[0]
    assert (newest.act, newest.details["by_silence"]) == ("published", ["Aarhus"])
    assert [row.by_silence for row in votes(session, version.id)] == [True, False]


def test_a_rejection_always_blocks(
    session: Session, dialogue: Dialogue, lead: Actor, second: Actor, now: datetime
) -> None:
    version = save(session, lead, dialogue, now)
    begin_silence(session, lead, version.id, until=now + WEEK, now=now)
    cast(session, second, version, now + 2 * WEEK, reason="Too long.")
    with pytest.raises(NotNow, match=r"Still missing: Zürich\."):
        publish(session, lead, dialogue.id, now=now + 2 * WEEK)


def test_without_a_period_silence_means_nothing(
    session: Session, dialogue: Dialogue, lead: Actor, now: datetime
) -> None:
    save(session, lead, dialogue, now)
    with pytest.raises(NotNow, match=r"Still missing: Aarhus\."):
        publish(session, lead, dialogue.id, now=now + 52 * WEEK)


def test_a_buyer_who_joins_later_was_not_told_so_their_silence_does_not_count(
    session: Session, dialogue: Dialogue, lead: Actor, now: datetime
) -> None:
    version = save(session, lead, dialogue, now)
    begin_silence(session, lead, version.id, until=now + WEEK, now=now)
    factories.member(session, dialogue, Role.CO_BUYER, now=now)
    rows = votes(session, version.id, now=now + WEEK)
    assert sorted(row.by_silence for row in rows) == [False, True]
    with pytest.raises(NotNow, match="Still missing"):
        publish(session, lead, dialogue.id, now=now + WEEK)


def test_everyone_who_may_vote_is_told_the_instant(
    session: Session, dialogue: Dialogue, lead: Actor, second: Actor, now: datetime
) -> None:
    reader = factories.member(session, dialogue, Role.BUYER_READER, now=now)
    colleague = factories.colleague(session, dialogue, reader, Role.CO_BUYER, now=now)
    person = session.get(Person, second.person_id)
    assert person is not None
    person.language = "de"
    version = save(session, lead, dialogue, now)
    begin_silence(session, lead, version.id, until=now + WEEK, now=now)
    sent = {mail.recipient: mail for mail in session.scalars(select(OutboxMail))}
    assert set(sent) == {lead.email, second.email, colleague.email}
    assert "Tue 8 Sept 2026, 11:00 CEST (09:00 UTC)" in sent[lead.email].body
    assert sent[second.email].language == "de"


def test_the_instant_is_told_in_the_readers_zone_whatever_zone_it_was_set_in(
    session: Session, dialogue: Dialogue, lead: Actor, now: datetime
) -> None:
    version = save(session, lead, dialogue, now)
    until = datetime.fromisoformat("2026-09-10T15:00:00+00:00")
    begin_silence(session, lead, version.id, until=until, now=now)
    (mail,) = session.scalars(select(OutboxMail))
    assert "Thu 10 Sept 2026, 17:00 CEST (15:00 UTC)" in mail.body


def test_five_days_are_the_least(
    session: Session, dialogue: Dialogue, lead: Actor, now: datetime
) -> None:
    version = save(session, lead, dialogue, now)
    short = now + SILENCE_AT_LEAST - timedelta(seconds=1)
    with pytest.raises(Invalid, match="at least 5 days") as refused:
        begin_silence(session, lead, version.id, until=short, now=now)
    assert set(refused.value.fields) == {"until"}
    begin_silence(session, lead, version.id, until=now + SILENCE_AT_LEAST, now=now)


def test_what_was_announced_is_never_shortened(
    session: Session, dialogue: Dialogue, lead: Actor, now: datetime
) -> None:
    version = save(session, lead, dialogue, now)
    begin_silence(session, lead, version.id, until=now + 2 * WEEK, now=now)
    with pytest.raises(Invalid, match="moved later"):
        begin_silence(session, lead, version.id, until=now + WEEK, now=now)
    begin_silence(session, lead, version.id, until=now + 3 * WEEK, now=now)
    assert version.silence_until == now + 3 * WEEK


def test_a_draft_with_faults_has_no_silence_period(
    session: Session, dialogue: Dialogue, lead: Actor, now: datetime
) -> None:
    version = save_draft(session, lead, dialogue.id, FAULTY, now=now)
    with pytest.raises(NotNow, match="free of faults"):
        begin_silence(session, lead, version.id, until=now + WEEK, now=now)


def test_a_buyer_whom_nobody_can_speak_for_is_named(
    session: Session, dialogue: Dialogue, lead: Actor, now: datetime
) -> None:
    city = factories.organisation(session, OrganisationKind.BUYER, "Łódź", now=now)
    factories.member(session, dialogue, Role.BUYER_READER, organisation_id=city.id, now=now)
    version = save(session, lead, dialogue, now)
    with pytest.raises(NotNow, match="Nobody can vote for Łódź"):
        begin_silence(session, lead, version.id, until=now + WEEK, now=now)


def test_without_a_buyer_nobody_can_be_silent(
    session: Session, dialogue: Dialogue, now: datetime
) -> None:
    secretariat = factories.member(session, dialogue, Role.SECRETARIAT, now=now)
    version = save(session, secretariat, dialogue, now)
    with pytest.raises(NotNow, match="No buyer takes part"):
        begin_silence(session, secretariat, version.id, until=now + WEEK, now=now)


def test_only_who_publishes_begins_a_silence_period(
    session: Session, dialogue: Dialogue, lead: Actor, second: Actor, now: datetime
) -> None:
    version = save(session, lead, dialogue, now)
    stranger = factories.member(
        session, factories.dialogue(session, now=now), Role.LEAD_BUYER, now=now
    )
    for actor in (second, stranger):
        with pytest.raises(Refused):
            begin_silence(session, actor, version.id, until=now + WEEK, now=now)


def test_a_change_of_meaning_ends_the_period_and_tells_everyone(
    session: Session, dialogue: Dialogue, lead: Actor, second: Actor, now: datetime
) -> None:
    version = save(session, lead, dialogue, now)
    begin_silence(session, lead, version.id, until=now + WEEK, now=now)
    before = mails(session)
    save_draft(session, lead, dialogue.id, ROUTING, now=now)
    assert (version.silence_from, version.silence_until) == (None, None)
    acts = [entry.act for entry in entries_of_dialogue(session, dialogue.id)]
    assert acts.count("silence_ended") == 1
    told = [mail for mail in mails(session) if mail not in before]
    subject = "Fair laptops: the silence period has ended"
    assert told == sorted([(lead.email, subject), (second.email, subject)])
    with pytest.raises(NotNow, match=r"Still missing: Aarhus, Zürich\."):
        publish(session, lead, dialogue.id, now=now + WEEK)


def test_another_estimate_of_minutes_ends_nothing(
    session: Session, dialogue: Dialogue, lead: Actor, second: Actor, now: datetime
) -> None:
    version = save(session, lead, dialogue, now)
    cast(session, lead, version, now)
    begin_silence(session, lead, version.id, until=now + WEEK, now=now)
    before = mails(session)
    save_draft(session, second, dialogue.id, with_minutes(TYPES, 17.0), now=now)
    assert version.silence_until == now + WEEK
    assert [row.approves for row in votes(session, version.id)] == [True, None]
    assert mails(session) == before


@pytest.mark.parametrize(
    ("approves", "told", "hours", "agrees"),
    [
        (None, True, 0, True),
        (None, True, -1, False),
        (None, False, 1, False),
        (False, True, 1, False),
        (True, True, 1, False),
    ],
)
def test_silence_is_no_vote(
    approves: bool | None,  # noqa: FBT001 - a parameter of the table above
    told: bool,  # noqa: FBT001 - as above
    hours: int,
    agrees: bool,  # noqa: FBT001 - as above
) -> None:
    end = datetime(2026, 9, 8, tzinfo=UTC)
    at = end + timedelta(hours=hours)
    assert agrees_by_silence(approves=approves, told=told, until=end, at=at) is agrees
    assert not agrees_by_silence(approves=approves, told=told, until=None, at=at)
