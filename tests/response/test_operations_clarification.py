import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from portal.core.audit import AuditEntry
from portal.core.errors import Invalid, NotNow, Refused
from portal.core.mail import OutboxMail
from portal.identity.actor import Actor
from portal.identity.roles import Role
from portal.response import operations
from portal.response.answers import AnswerDraft
from portal.response.loading import given_answers
from portal.response.models import AnswerChange, AnswerEvidence, Evidence, Submission, SubmittedCell
from portal.response.models_after import Clarification
from portal.response.operations_clarifying import (
    ask_to_clarify,
    reply,
    send_clarified,
    send_unchanged,
)
from portal.response.queries_clarifying import clarification_page, clarified
from portal.response.queries_submitted import stream_submissions
from portal.response.revising import end_overdue_clarifications
from tests.response.builders import Scene, draft
from tests.response.editions import publish_second
from tests.response.rounds import reseller_of

ADDRESS = "https://parley.example"


def close(team: Scene) -> None:
    """An hour after the close."""
    team.now = team.dialogue.closes_at + timedelta(hours=1)


@pytest.fixture
def closed(ready: Scene) -> Scene:
    """A brand that has submitted everything, after the close."""
    ready.submit()
    close(ready)
    return ready


def buyer(team: Scene, role: Role = Role.CO_BUYER) -> Actor:
    return team.person(role)


def ask(team: Scene, actor: Actor, due: datetime | None = None, **texts: str) -> Clarification:
    """Ask about answers; a question ``A.01`` is written ``A_01``."""
    return ask_about(
        team, actor, {name.replace("_", "."): text for name, text in texts.items()}, due
    )


def ask_about(
    team: Scene, actor: Actor, texts: Mapping[str, str], due: datetime | None = None
) -> Clarification:
    return ask_to_clarify(
        team.session,
        actor,
        team.response.id,
        texts,
        due_at=due or team.now + timedelta(days=10),
        address=ADDRESS,
        now=team.now,
    )


def sign(team: Scene, actor: Actor | None = None) -> Submission:
    return send_clarified(
        team.session,
        actor or team.signatory,
        team.response.id,
        signatory="Ada Brand",
        declared=True,
        address=ADDRESS,
        now=team.now,
    )


def acts(team: Scene) -> list[str]:
    rows = team.session.scalars(select(AuditEntry.act).order_by(AuditEntry.id))
    return list(rows)


def bodies(team: Scene, subject: str) -> list[str]:
    query = select(OutboxMail.body).where(OutboxMail.subject.contains(subject))
    return list(team.session.scalars(query))


def stored(team: Scene, question_id: str) -> object:
    return given_answers(team.session, team.response.id)[question_id].value


def test_an_answer_is_asked_about_changed_and_signed_again_as_a_submission_of_its_own(
    closed: Scene,
) -> None:
    asker = buyer(closed)
    first = closed.session.scalars(select(Submission)).one()
    before = first.snapshot
    ask(closed, asker, B_04="Is this per year?", A_02="Does this include agency workers?")
    assert closed.response.state == "clarification"
    (mail,) = bodies(closed, "please clarify")
    assert "Is this per year?" in mail
    assert "/clarification" in mail
    closed.save("B", B_04=draft(1, 1))
    reply(
        closed.session, closed.signatory, closed.response.id, {"A.02": "It does."}, now=closed.now
    )
    second = sign(closed)
    assert (second.number, closed.response.state) == (2, "submitted")
    assert json.loads(second.snapshot)["answers"]["B.04"]["value"] == 1
    assert first.snapshot == before
    assert first.withdrawn_at is None
    assert acts(closed)[-4:] == [
        "clarification_asked", "saved", "clarification_reply", "clarification_answered",
    ]  # fmt: skip
    assert bodies(closed, "has answered your questions")
    (round_,) = clarification_page(closed.session, closed.signatory, closed.response.id).rounds
    told = {item.question.id: item for item in round_.items}
    sides = (told["B.04"].before or {}, told["B.04"].after or {})
    assert [side["value"] for side in sides] == [3, 1]
    assert (told["A.02"].is_changed, told["A.02"].reply) == (False, "It does.")


def test_only_what_was_asked_about_is_open_in_a_round_and_what_it_leads_to(closed: Scene) -> None:
    ask(closed, buyer(closed), B_01="Which policy?")
    with pytest.raises(NotNow, match="Only these can be changed now"):
        closed.save("B", B_04=draft(1, 1))
    (evidence_id,) = closed.session.scalars(select(Evidence.id))
    for act in (operations.tie, operations.untie):
        with pytest.raises(NotNow):
            act(
                closed.session,
                closed.signatory,
                closed.response.id,
                "D.01",
                evidence_id,
                now=closed.now,
            )
    with pytest.raises(NotNow):
        closed.submit()
    assert closed.save("B", B_01=AnswerDraft(value="no", base_version=1)).changed == ["B.01"]
    assert closed.response.state == "clarification"
    assert sign(closed).number == 2
    ask(closed, buyer(closed), B_01="So which?")
    version = given_answers(closed.session, closed.response.id)["B.01"].version
    closed.save("B", B_01=draft("yes", version))
    # "Yes" leads to questions that were not asked when "no" was signed: they are open as well.
    closed.save("B", B_03=draft("no", 1))
    with pytest.raises(NotNow):
        closed.save("A", A_02=draft("1_49", 1))
    assert json.loads(sign(closed).snapshot)["answers"]["B.03"]["value"] == "no"


def test_a_round_is_sent_by_the_signatory_with_a_word_to_each_question(closed: Scene) -> None:
    ask(closed, buyer(closed), B_04="Per year?", A_02="Which?")
    admin = closed.colleague(Role.SUPPLIER_ADMIN)
    for refused in (lambda: sign(closed, admin), lambda: _unchanged(closed, admin)):
        with pytest.raises(Refused):
            refused()
    with pytest.raises(NotNow, match="without a signature"):
        sign(closed)
    with pytest.raises(Invalid) as silent:
        _unchanged(closed, closed.signatory)
    assert set(silent.value.fields) == {"A.02", "B.04"}
    closed.save("B", B_04=draft(1, 1))
    with pytest.raises(NotNow, match="Some of these answers were changed"):
        _unchanged(closed, closed.signatory)
    with pytest.raises(Invalid) as silent:
        sign(closed)
    assert set(silent.value.fields) == {"A.02"}
    closed.save("B", B_04=draft(None, 2))
    reply(closed.session, admin, closed.response.id, {"A.02": "All."}, now=closed.now)
    with pytest.raises(operations.Incomplete):
        sign(closed)


def _unchanged(team: Scene, actor: Actor) -> None:
    send_unchanged(team.session, actor, team.response.id, address=ADDRESS, now=team.now)


def test_a_reply_alone_makes_no_new_submission_and_the_next_round_follows(closed: Scene) -> None:
    asker = buyer(closed)
    ask(closed, asker, A_02="Which?")
    with pytest.raises(NotNow, match="being asked already"):
        ask(closed, asker, B_04="And this?")
    reply(closed.session, closed.signatory, closed.response.id, {"A.02": "All."}, now=closed.now)
    _unchanged(closed, closed.signatory)
    assert closed.response.state == "submitted"
    assert len(closed.session.scalars(select(Submission)).all()) == 1
    assert ask(closed, asker, B_04="And this?").number == 2
    page = clarification_page(closed.session, closed.signatory, closed.response.id)
    assert [row.number for row in page.rounds] == [2, 1]


def test_a_round_that_is_not_answered_in_time_puts_the_signed_answers_back(closed: Scene) -> None:
    ask(closed, buyer(closed), B_01="Which policy?", B_04="Per year?")
    closed.now += timedelta(hours=1)
    closed.save("B", B_04=draft(1, 1))
    closed.prove("B.01")
    assert end_overdue_clarifications(closed.session, now=closed.now) == 0
    closed.now += timedelta(days=10)
    with pytest.raises(NotNow, match="time to clarify"):
        closed.save("B", B_04=draft(2, 2))
    with pytest.raises(NotNow, match="time to clarify"):
        sign(closed)
    assert end_overdue_clarifications(closed.session, address=ADDRESS, now=closed.now) == 1
    assert end_overdue_clarifications(closed.session, now=closed.now) == 0
    assert (closed.response.state, stored(closed, "B.04")) == ("submitted", 3)
    kept = select(AnswerChange.value).where(AnswerChange.question_id == "B.04")
    assert list(closed.session.scalars(kept.order_by(AnswerChange.version))) == [3, 1, 3]
    assert acts(closed)[-1] == "clarification_ended"
    details = closed.session.scalars(
        select(AuditEntry.details).where(AuditEntry.act == "clarification_ended")
    ).one()
    assert details["reason"] == "not answered in time"
    assert len(bodies(closed, "the time to clarify is over")) == 2
    assert len(closed.session.scalars(select(Submission)).all()) == 1


def test_a_round_that_is_over_keeps_signed_evidence_whatever_it_is_called_by_now(
    closed: Scene,
) -> None:
    (signed_id,) = closed.session.scalars(select(Evidence.id))
    place = (closed.session, closed.signatory)
    ask(closed, buyer(closed), B_01="Which policy?")
    described = operations.Described(title="Policy of 2026")
    operations.describe(*place, signed_id, described, now=closed.now)
    twin_id = closed.prove("B.01")
    _end(closed)
    assert tied(closed, "B.01") == {signed_id, twin_id}
    ask(closed, buyer(closed), B_01="Which policy?")
    other = operations.add_link(
        *place, closed.response.organisation_id, "https://example.eu/x", described, now=closed.now
    )
    operations.tie(*place, closed.response.id, "B.01", other.id, now=closed.now)
    for evidence_id in (signed_id, twin_id):
        operations.untie(*place, closed.response.id, "B.01", evidence_id, now=closed.now)
    before = len(acts(closed))
    _end(closed)
    again = tied(closed, "B.01")
    assert len(again & {signed_id, twin_id}) == len(again) == 1
    assert acts(closed)[before:] == ["evidence_untied", "evidence_tied", "clarification_ended"]


def tied(team: Scene, question_id: str) -> set[UUID]:
    query = select(AnswerEvidence.evidence_id).where(AnswerEvidence.question_id == question_id)
    return set(team.session.scalars(query))


def _end(team: Scene) -> None:
    """The round's time passes."""
    team.now += timedelta(days=10)
    assert end_overdue_clarifications(team.session, now=team.now) == 1


def test_a_release_at_a_cut_off_is_not_touched_by_a_later_clarification(closed: Scene) -> None:
    cut_off = closed.now
    ask(closed, buyer(closed), B_04="Per year?")
    closed.now += timedelta(days=1)
    closed.save("B", B_04=draft(1, 1))
    sign(closed)
    dialogue_id = closed.dialogue.id
    (then,) = stream_submissions(closed.session, dialogue_id, cut_off)
    (now,) = stream_submissions(closed.session, dialogue_id, closed.now)
    assert (then.number, then.answers["B.04"]["value"]) == (1, 3)
    assert (now.number, now.answers["B.04"]["value"]) == (2, 1)


def test_what_was_signed_to_an_earlier_version_is_clarified_in_it_and_counts_in_the_newest(
    ready: Scene,
) -> None:
    ready.submit()
    newest = publish_second(ready.session, ready.dialogue, now=ready.now).version
    close(ready)
    with pytest.raises(Refused):
        ask(ready, buyer(ready), B_01="Which policy?")
    ask(ready, buyer(ready), B_04="Per year?")
    ready.save("B", B_04=draft(1, 1))
    submission = sign(ready)
    assert submission.version_id == ready.response.version_id != newest.id
    counted = select(SubmittedCell.option).where(
        SubmittedCell.submission_id == submission.id,
        SubmittedCell.version_id == newest.id,
        SubmittedCell.question == "B.04",
    )
    assert list(ready.session.scalars(counted)) == ["1"]


def test_who_may_ask_and_about_what(closed: Scene) -> None:
    narrowed = {"B.05", "B.06"}
    for role in (Role.BUYER_READER, Role.OBSERVER, Role.SUPPLIER_SIGNATORY):
        with pytest.raises(Refused):
            ask(closed, buyer(closed, role), B_04="Per year?")
    answers = given_answers(closed.session, closed.response.id)
    hidden = next(key for key in narrowed if answers[key].confidentiality == "aggregate_only")
    with pytest.raises(Refused):
        ask_about(closed, buyer(closed), {hidden: "How many?"})
    assert ask_about(closed, buyer(closed, Role.SECRETARIAT), {hidden: "How many?"}).number == 1


def test_a_question_needs_words_and_the_supplier_three_days(closed: Scene) -> None:
    soon = closed.now + timedelta(days=2)
    with pytest.raises(Invalid) as faults:
        ask(closed, buyer(closed), soon, B_04=" ")
    assert set(faults.value.fields) == {"B.04", "due_at"}
    with pytest.raises(Invalid):
        ask(closed, buyer(closed))
    with pytest.raises(Refused):
        ask(closed, buyer(closed), Z_01="What?")


def test_nobody_asks_before_the_close_or_about_what_is_not_submitted(ready: Scene) -> None:
    asker = buyer(ready)
    ready.submit()
    with pytest.raises(NotNow):
        ask(ready, asker, B_04="Per year?")
    operations.withdraw(
        ready.session, ready.signatory, ready.response.id, reason="Typo", now=ready.now
    )
    close(ready)
    with pytest.raises(Refused):
        ask(ready, asker, B_04="Per year?")


def test_a_reply_is_told_to_who_may_read_the_answer_and_not_before_it_is_sent(
    closed: Scene,
) -> None:
    asker = buyer(closed)
    ask(closed, asker, B_04="Per year?")
    answers = {closed.response.id: {"B.04": {"value": 3}}}

    def told(shown: Mapping[UUID, Mapping[str, Mapping[str, int]]]) -> list[str]:
        ids = [closed.response.id]
        found = clarified(closed.session, asker, closed.dialogue.id, ids, shown)
        return [each.reply for rows in found.values() for each in rows]

    reply(closed.session, closed.signatory, closed.response.id, {"B.04": "Yes."}, now=closed.now)
    assert told(answers) == [""]
    closed.save("B", B_04=draft(1, 1))
    sign(closed)
    assert told(answers) == ["Yes."]
    assert told({closed.response.id: {}}) == []


def test_a_contributor_replies_for_what_they_were_given_and_strangers_for_nothing(
    closed: Scene,
) -> None:
    ask(closed, buyer(closed), B_04="Per year?")
    for actor in (closed.colleague(Role.SUPPLIER_CONTRIBUTOR), buyer(closed)):
        with pytest.raises(Refused):
            reply(closed.session, actor, closed.response.id, {"B.04": "Yes."}, now=closed.now)
    with pytest.raises(NotNow):
        reply(closed.session, closed.signatory, closed.response.id, {"A.01": "?"}, now=closed.now)


def test_a_reference_stays_while_buyers_ask_about_it(ready: Scene) -> None:
    team = reseller_of(ready)
    team.submit()
    count, place = team.response.answered, (team.session, team.signatory, team.response.id)
    close(team)
    ask(team, buyer(team), B_04="Whose?", B_05="Whose?")
    with pytest.raises(NotNow, match="type your own answer"):
        operations.take_back(*place, ["B.04"], now=team.now)
    with pytest.raises(NotNow, match="type your own answer"):
        operations.ask_reference(*place, "B", ["B.04"], brand="Another", now=team.now)
    for key, value in (("B.04", 2), ("B.04", None), ("B.05", 4)):
        version = given_answers(team.session, team.response.id)[key].version
        assert team.send("B", {key: draft(value, version)}).changed == [key]
    _end(team)
    given = given_answers(team.session, team.response.id)
    kept = [given[key].reference for key in ("B.01", "B.04", "B.05")]
    assert [each.agreed for each in kept if each is not None] == [True] * 3
    assert (team.response.state, team.response.answered) == ("submitted", count)
