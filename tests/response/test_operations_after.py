import json
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select

from portal.core.audit import AuditEntry
from portal.core.errors import Invalid, NotNow, Refused
from portal.core.mail import OutboxMail
from portal.identity.actor import Actor
from portal.identity.roles import Role
from portal.response import operations, queries
from portal.response.answers import AnswerDraft
from portal.response.exchange import export_responses
from portal.response.models import Evidence
from portal.response.models_after import StillTrue
from portal.response.operations_accepting import accept, ask_to_reopen
from portal.response.operations_lasting import (
    ageing_responses,
    mark_stale,
    still_true,
    update_stale,
)
from portal.response.operations_named import name_buyers, naming_page
from portal.response.queries_after import afterwards, standings, supplier_page
from tests import factories
from tests.response.builders import Scene, scene

YEAR = timedelta(days=365)


@pytest.fixture
def sent(ready: Scene) -> Scene:
    """A brand that has submitted everything, after the close."""
    ready.submit()
    ready.now = ready.dialogue.closes_at + timedelta(hours=1)
    return ready


def rows(team: Scene, act: str) -> list[dict[str, object]]:
    query = select(AuditEntry.details).where(AuditEntry.act == act).order_by(AuditEntry.id)
    return list(team.session.scalars(query))


def recipients(team: Scene, subject: str) -> set[str]:
    query = select(OutboxMail.recipient).where(OutboxMail.subject.contains(subject))
    return set(team.session.scalars(query))


def expire(team: Scene, until: date) -> None:
    """The supplier's policy was valid until this day."""
    for piece in team.session.scalars(select(Evidence)):
        piece.valid_until = until
    team.session.flush()


# Accepted and opened again ----------------------------------------------------------------


def test_answers_are_accepted_after_the_close_and_the_company_is_told(sent: Scene) -> None:
    lead = sent.person(Role.LEAD_BUYER)
    accept(sent.session, lead, sent.response.id, now=sent.now)
    assert (sent.response.state, sent.response.accepted_at) == ("accepted", sent.now)
    assert rows(sent, "accepted") == [{"from": "submitted", "to": "accepted"}]
    assert recipients(sent, "are accepted") == {sent.signatory.email}
    with pytest.raises(NotNow):
        accept(sent.session, lead, sent.response.id, now=sent.now)


def test_who_may_accept_and_when(ready: Scene) -> None:
    ready.submit()
    for role in (Role.CO_BUYER, Role.BUYER_READER, Role.OBSERVER):
        with pytest.raises(Refused):
            accept(ready.session, ready.person(role), ready.response.id, now=ready.now)
    stranger = scene(ready.session, ready.now)
    for actor in (ready.signatory, stranger.person(Role.LEAD_BUYER)):
        with pytest.raises(Refused):
            accept(ready.session, actor, ready.response.id, now=ready.now)
    with pytest.raises(NotNow, match="after the close"):
        accept(ready.session, ready.person(Role.LEAD_BUYER), ready.response.id, now=ready.now)


def test_a_reopening_is_told_to_the_company_and_its_reason_to_all_buyers(ready: Scene) -> None:
    ready.submit()
    operations.reopen(
        ready.session,
        ready.person(Role.SECRETARIAT),
        ready.response.id,
        reason="Two rows are swapped.",
        now=ready.now,
    )
    assert recipients(ready, "open again") == {ready.signatory.email}
    reader = ready.person(Role.BUYER_READER)
    place = (ready.dialogue.id, ready.response.organisation_id)
    page = supplier_page(ready.session, reader, *place)
    assert page.events[0].details["reason"] == "Two rows are swapped."
    assert not page.may_decide
    for outsider in (ready.signatory, scene(ready.session, ready.now).person(Role.LEAD_BUYER)):
        with pytest.raises(Refused):
            supplier_page(ready.session, outsider, *place)


def test_a_company_asks_to_change_something(sent: Scene) -> None:
    lead = sent.person(Role.LEAD_BUYER)
    page = "/dialogues/x"
    ask_to_reopen(
        sent.session,
        sent.colleague(Role.SUPPLIER_ADMIN),
        sent.response.id,
        "We named the wrong plant.",
        address="https://parley.example",
        page=page,
        now=sent.now,
    )
    assert lead.email in recipients(sent, "asks to change its answers")
    assert rows(sent, "reopening_asked") == [{"reason": "We named the wrong plant."}]
    assert sent.response.state == "submitted"
    for actor in (sent.colleague(Role.SUPPLIER_CONTRIBUTOR), lead):
        with pytest.raises(Refused):
            ask_to_reopen(sent.session, actor, sent.response.id, "Why not", now=sent.now)
    with pytest.raises(Invalid):
        ask_to_reopen(sent.session, sent.signatory, sent.response.id, "  ", now=sent.now)


def test_nothing_is_asked_for_before_it_was_submitted(ready: Scene) -> None:
    with pytest.raises(NotNow):
        ask_to_reopen(ready.session, ready.signatory, ready.response.id, "Why", now=ready.now)


# Stale and still true ---------------------------------------------------------------------


def test_answers_are_stale_after_a_year_until_the_company_says_that_they_are_true(
    sent: Scene,
) -> None:
    accept(sent.session, sent.person(Role.LEAD_BUYER), sent.response.id, now=sent.now)
    submitted = sent.response.submitted_at
    assert submitted is not None
    sent.now = submitted + YEAR - timedelta(days=1)
    assert mark_stale(sent.session, now=sent.now) == 0
    sent.now = submitted + YEAR
    assert mark_stale(sent.session, now=sent.now) == 1
    assert mark_stale(sent.session, now=sent.now) == 0
    assert rows(sent, "stale") == [{"from": "accepted", "to": "stale", "reason": "12 months"}]
    assert recipients(sent, "still true") == {sent.signatory.email}
    standing = standings(sent.session, [sent.response.id])[sent.response.id]
    assert str(standing.why_stale) == "The answers are more than 12 months old."
    still_true(sent.session, sent.signatory, sent.response.id, now=sent.now)
    assert sent.response.state == "accepted"
    assert rows(sent, "still_true") == [{"from": "stale", "to": "accepted", "remark": ""}]
    standing = standings(sent.session, [sent.response.id])[sent.response.id]
    assert [str(words) for words in standing.in_words] == [
        f"Confirmed still true on {sent.now.date()}"
    ]
    assert ageing_responses(sent.session, now=sent.now + YEAR - timedelta(days=2)) == []


def test_answers_are_stale_when_their_evidence_expired_and_need_a_word_about_it(
    sent: Scene,
) -> None:
    until = (sent.now + timedelta(days=20)).date()
    expire(sent, until)
    sent.now += timedelta(days=20)
    assert mark_stale(sent.session, now=sent.now) == 0
    sent.now += timedelta(days=1)
    assert mark_stale(sent.session, now=sent.now) == 1
    (details,) = rows(sent, "stale")
    (piece_id,) = sent.session.scalars(select(Evidence.id))
    assert details == {
        "from": "submitted", "to": "stale", "reason": "evidence expired",
        "evidence": str(piece_id), "valid_until": until.isoformat(),
    }  # fmt: skip
    seen = afterwards(sent.session, sent.signatory, sent.response.id, now=sent.now)
    assert (seen.may_confirm, [each.title for each in seen.expired]) == (True, ["Policy"])
    with pytest.raises(Invalid) as problem:
        still_true(sent.session, sent.signatory, sent.response.id, now=sent.now)
    assert set(problem.value.fields) == {"remark"}
    said = still_true(
        sent.session,
        sent.signatory,
        sent.response.id,
        remark="Renewal is on its way.",
        now=sent.now,
    )
    assert sent.session.get_one(StillTrue, said.id).remark == "Renewal is on its way."
    assert sent.response.state == "submitted"
    assert mark_stale(sent.session, now=sent.now + timedelta(days=1)) == 0


def test_only_the_company_reads_the_title_of_the_evidence_that_expired(sent: Scene) -> None:
    (piece,) = sent.session.scalars(select(Evidence))
    piece.title, piece.confidentiality = "Plan to close plant X", "aggregate_only"
    expire(sent, sent.now.date())
    sent.now += timedelta(days=1)
    assert mark_stale(sent.session, now=sent.now) == 1
    standing = standings(sent.session, [sent.response.id])[sent.response.id]
    day = piece.valid_until
    assert str(standing.why_stale) == f"Evidence behind some of the answers was valid until {day}."
    place = (sent.dialogue.id, sent.response.organisation_id)
    page = supplier_page(sent.session, sent.person(Role.BUYER_READER), *place)
    assert "plant X" not in str(page.standing)
    assert not [event for event in page.events if "plant X" in str(event.details)]
    seen = afterwards(sent.session, sent.signatory, sent.response.id, now=sent.now)
    assert "“Plan to close plant X”" in str(seen.standing.why_stale)
    bodies = sent.session.scalars(select(OutboxMail).where(OutboxMail.body.contains("plant X")))
    assert [mail.recipient for mail in bodies] == [sent.signatory.email]


def test_evidence_that_had_expired_when_it_was_signed_makes_nothing_stale(ready: Scene) -> None:
    expire(ready, ready.now.date() - timedelta(days=1))
    ready.submit()
    assert mark_stale(ready.session, now=ready.now + timedelta(days=40)) == 0


def test_only_the_signatory_confirms_and_not_before_its_time(sent: Scene) -> None:
    with pytest.raises(NotNow):
        still_true(sent.session, sent.signatory, sent.response.id, now=sent.now)
    assert sent.response.submitted_at is not None
    soon = sent.response.submitted_at + YEAR - timedelta(days=20)
    for actor in (sent.colleague(Role.SUPPLIER_ADMIN), sent.person(Role.LEAD_BUYER)):
        with pytest.raises(Refused):
            still_true(sent.session, actor, sent.response.id, now=soon)
    assert still_true(sent.session, sent.signatory, sent.response.id, now=soon).said_at == soon


def test_stale_answers_are_opened_to_be_updated_while_the_dialogue_takes_answers(
    ready: Scene,
) -> None:
    ready.submit()
    with pytest.raises(NotNow, match="not out of date"):
        update_stale(ready.session, ready.signatory, ready.response.id, now=ready.now)
    expire(ready, ready.now.date())
    ready.now += timedelta(days=2)
    assert mark_stale(ready.session, now=ready.now) == 1
    with pytest.raises(Refused):
        update_stale(
            ready.session, ready.colleague(Role.SUPPLIER_ADMIN), ready.response.id, now=ready.now
        )
    late = ready.dialogue.closes_at
    with pytest.raises(NotNow, match="next round"):
        update_stale(ready.session, ready.signatory, ready.response.id, now=late)
    update_stale(ready.session, ready.signatory, ready.response.id, now=ready.now)
    assert ready.response.state == "in_progress"
    assert rows(ready, "updated") == [{"from": "stale", "to": "in_progress"}]
    assert ready.submit().number == 2


# Named buyers -----------------------------------------------------------------------------


def named(team: Scene) -> Scene:
    """B.04 is for named buyers only."""
    draft = AnswerDraft(
        value=3,
        base_version=1,
        confidentiality="named_buyers",
        narrowing_reason="trade_secret",
    )
    team.save("B", B_04=draft)
    team.submit()
    team.now = team.dialogue.closes_at + timedelta(hours=1)
    return team


def reads(team: Scene, actor: Actor, now: datetime) -> bool:
    """Whether the actor reads the answer to B.04."""
    found = queries.attributed_answers(team.session, actor, team.dialogue.id, now=now)
    (line,) = [line for line in found.lines if line.question.id == "B.04"]
    return line.answers[0] is not None


def test_a_named_buyer_reads_what_others_do_not_at_once_and_as_long_as_it_is_named(
    ready: Scene,
) -> None:
    team = named(ready)
    one, other = team.person(Role.LEAD_BUYER), team.person(Role.BUYER_READER)
    place = (team.session, team.signatory, team.response.id)
    assert not reads(team, one, team.now)
    name_buyers(*place, [factories.own(one)], now=team.now)
    assert (reads(team, one, team.now), reads(team, other, team.now)) == (True, False)
    assert not reads(team, team.person(Role.SECRETARIAT), team.now)
    page = naming_page(*place)
    assert page.named == {factories.own(one)}
    assert [question.id for _, question in page.answers] == ["B.04"]
    name_buyers(*place, [factories.own(other)], now=team.now)
    assert (reads(team, one, team.now), reads(team, other, team.now)) == (False, True)
    assert [row["buyer"] for row in rows(team, "buyer_named")] == [
        str(factories.own(one)),
        str(factories.own(other)),
    ]
    assert len(rows(team, "buyer_unnamed")) == 1


def test_the_export_of_a_named_buyer_holds_what_was_opened_to_it(ready: Scene) -> None:
    team = named(ready)
    one, other = team.person(Role.LEAD_BUYER), team.person(Role.CO_BUYER)
    name_buyers(team.session, team.signatory, team.response.id, [factories.own(one)], now=team.now)

    def exported(actor: Actor, role: Role) -> bool:
        lines = export_responses(team.session, actor, team.dialogue.id, role=role, now=team.now)
        (line,) = [json.loads(line) for line in lines]
        return "B.04" in line["answers"]

    assert (exported(one, Role.LEAD_BUYER), exported(other, Role.CO_BUYER)) == (True, False)


def test_only_the_admin_and_the_signatory_name_buyers_of_the_dialogue(ready: Scene) -> None:
    lead = ready.person(Role.LEAD_BUYER)
    for actor in (ready.colleague(Role.SUPPLIER_CONTRIBUTOR), lead):
        with pytest.raises(Refused):
            name_buyers(ready.session, actor, ready.response.id, [], now=ready.now)
    stranger = scene(ready.session, ready.now)
    for organisation in (stranger.response.organisation_id, ready.response.organisation_id):
        with pytest.raises(Refused):
            name_buyers(
                ready.session, ready.signatory, ready.response.id, [organisation], now=ready.now
            )
    with pytest.raises(Refused):
        naming_page(ready.session, stranger.signatory, ready.response.id)
