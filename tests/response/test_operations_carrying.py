from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select

from portal.core.audit import AuditEntry, entries_of_dialogue
from portal.core.db import Database, Session
from portal.core.errors import Invalid, NotNow, Refused
from portal.core.files import FileStore
from portal.dialogue.operations import close
from portal.identity.roles import Role
from portal.questionnaire.migration import Kind
from portal.questionnaire.queries import published_version
from portal.response import operations
from portal.response.answers import GivenAnswer
from portal.response.loading import given_answers
from portal.response.models import Answer, AnswerChange, AnswerEvidence, Response
from tests import factories
from tests.questionnaire.editions import edited, follow_up, lead_of
from tests.response.builders import Counted, Scene, draft, scene
from tests.response.editions import SECOND, SMALL, publish, publish_second

OPEN = ("not_started", "in_progress", "internal_review", "withdrawn")


def everything(session: Session) -> Counter[tuple[object, ...]]:
    """Every content that any answer of any response ever had, by question and number."""
    columns = (
        AnswerChange.response_id,
        AnswerChange.question_id,
        AnswerChange.version,
        AnswerChange.state,
        AnswerChange.value,
        AnswerChange.reason,
        AnswerChange.comment,
    )
    return Counter(tuple(map(str, row)) for row in session.execute(select(*columns)))


def now_of(team: Scene) -> dict[str, GivenAnswer]:
    return given_answers(team.session, team.response.id)


def fill(team: Scene) -> None:
    """Answer everything, and what is not required, too."""
    team.fill()
    team.save("A", A_03=[{"name": "One", "country": "BE"}])
    team.save("B", B_05=draft(None, 1, state="not_applicable", reason="No spend."))
    team.save("D", D_01="https://example.eu", D_02=draft("Pay for repair.", 1, comment="Soon."))


def tie_file(team: Scene, question_id: str, folder: Path) -> UUID:
    """Back an answer with a file."""
    session, actor, now = team.session, team.signatory, team.now
    intake = operations.Intake(store=FileStore(folder))
    piece = operations.add_file(
        session,
        actor,
        team.response.organisation_id,
        ("template.pdf", b"%PDF-1.7\n"),
        operations.Described(),
        intake=intake,
        now=now,
    )
    operations.tie(session, actor, team.response.id, question_id, piece.id, now=now)
    return piece.id


def test_every_answer_is_carried_as_its_question_was(team: Scene) -> None:
    fill(team)
    before = now_of(team)
    done = publish_second(team.session, team.dialogue, now=team.now)
    after = now_of(team)
    for kept in ("A.01", "B.02", "B.04", "B.05", "C.01", "A.03", "B.06", "D.01", "D.02"):
        assert after[kept] == before[kept], kept
    assert {key for key, answer in after.items() if answer.is_suggested} == {
        "B.01",
        "B.03",
        "B.07",
        "B.08",
        "D.03",
    }
    assert (after["A.02"].state, after["A.02"].value) == ("empty", None)
    assert (after["B.07"].value, after["B.08"].value) == (6, 6)
    assert after["D.03"].value == "https://example.eu"
    assert (after["B.01"].value, after["B.01"].version) == ("yes", before["B.01"].version + 1)
    (summary,) = done.carried
    assert (summary.kept, summary.suggested, summary.emptied, summary.dropped) == (5, 5, 1, 1)
    assert summary.to_look_at == 6
    assert (done.step.map.count(Kind.KEPT), done.step.map.dropped) == (7, ("A.03",))
    assert team.response.version_id == done.version.id


def test_nothing_is_lost_and_every_change_is_in_the_history(team: Scene) -> None:
    fill(team)
    before = everything(team.session)
    publish_second(team.session, team.dialogue, now=team.now)
    after = everything(team.session)
    assert before <= after
    added = after - before
    assert sum(added.values()) == 7
    assert Counter(row[1] for row in added) == Counter(
        ["A.02", "B.01", "B.03", "B.07", "B.08", "D.03", "D.03"]
    )
    stored = team.session.scalars(select(Answer)).all()
    contents = {(str(a.question_id), str(a.version), str(a.value), a.comment) for a in stored}
    assert contents <= {(row[1], row[2], row[4], row[6]) for row in after}
    lead = lead_of(team.session, team.dialogue)
    changed_by = select(AnswerChange.changed_by).where(AnswerChange.question_id == "D.03")
    assert set(team.session.scalars(changed_by)) == {lead.person_id}


def test_every_open_response_is_carried_and_no_signed_one(session: Session, now: datetime) -> None:
    team = scene(session, now)
    others = {state: factories.supplier(session, team.dialogue, now=now) for state in OPEN}
    made = {
        state: factories.response(session, team.dialogue, actor, now=now)
        for state, actor in others.items()
    }
    for state, response in made.items():
        factories.answer(
            session, others[state], response.id, factories.drafts("reseller", {}), now=now
        )
        response.state = state
    signed = factories.submitted(session, team.dialogue, now=now)
    first = published_version(session, team.dialogue.id)
    assert first is not None
    done = publish_second(session, team.dialogue, now=now)
    assert {each.response_id for each in done.carried} == {
        team.response.id,
        *(response.id for response in made.values()),
    }
    for state, response in made.items():
        session.refresh(response)
        assert (response.version_id, response.state) == (done.version.id, state)
        assert given_answers(session, response.id)["B.01"].is_suggested
    kept = session.get_one(Response, signed.response_id)
    assert (kept.version_id, kept.state) == (first.id, "submitted")
    assert not given_answers(session, kept.id)["B.01"].is_suggested
    assert done.standing == 1


def test_progress_is_counted_anew(team: Scene) -> None:
    team.fill()
    before = (team.response.answered, team.response.shown)
    publish_second(team.session, team.dialogue, now=team.now)
    assert before == (10, 14)
    assert (team.response.answered, team.response.shown) == (5, 14)


def test_each_response_has_one_row_in_the_audit_log(team: Scene) -> None:
    team.fill()
    publish_second(team.session, team.dialogue, now=team.now)
    (entry,) = team.session.scalars(select(AuditEntry).where(AuditEntry.act == "carried_over"))
    assert entry.subject_id == str(team.response.id)
    assert entry.organisation_id == team.response.organisation_id
    assert entry.details == {
        "from": "1.0",
        "to": "2.0",
        "kept": 5,
        "suggested": 5,
        "emptied": 1,
        "dropped": 0,
        "lost_sections": [],
    }


def test_evidence_follows_its_question(team: Scene, tmp_path: Path) -> None:
    new = edited(SMALL, without=["C.03"], added={"C": [{"id": "C.04", **FILE}]})
    first = team.prove("B.01")
    second = tie_file(team, "C.03", tmp_path)
    follow_up(team.session, team.dialogue, new, {"C.04": ("reworded", ("C.03",))}, now=team.now)
    publish(team.session, team.dialogue, now=team.now)
    columns = (AnswerEvidence.question_id, AnswerEvidence.evidence_id)
    ties = {tuple(row) for row in team.session.execute(select(*columns))}
    assert ties == {("B.01", first), ("C.03", second), ("C.04", second)}
    assert now_of(team)["C.04"].value == "provided"


FILE = {
    "type": "file",
    "text": {"en": "Your template"},
    "required": False,
    "evidence": {"need": "optional", "kinds": ["xlsx", "pdf"]},
}


def test_sections_that_people_had_and_that_are_gone_are_reported(team: Scene) -> None:
    helper = team.colleague(Role.SUPPLIER_CONTRIBUTOR)
    assert helper.person_id is not None
    for section_id in ("B", "D"):
        operations.assign(
            team.session,
            team.signatory,
            team.response.id,
            section_id,
            [helper.person_id],
            now=team.now,
        )
    without_d = edited(SMALL, without=["D.01", "D.02"])
    kept = tuple(section for section in without_d.sections if section.id != "D")
    follow_up(team.session, team.dialogue, replace(without_d, sections=kept), now=team.now)
    done = publish(team.session, team.dialogue, now=team.now)
    assert [each.lost_sections for each in done.carried] == [("D",)]


def test_a_response_is_carried_once(team: Scene) -> None:
    team.fill()
    publish_second(team.session, team.dialogue, now=team.now)
    before = everything(team.session)
    with pytest.raises(NotNow, match="no new version"):
        publish(team.session, team.dialogue, now=team.now)
    assert everything(team.session) == before


def test_a_third_version_carries_what_was_never_confirmed(team: Scene) -> None:
    fill(team)
    publish_second(team.session, team.dialogue, now=team.now)
    third = edited(SECOND, "3.0", fields={"B.04": {"text/en": "How good is your training?"}})
    follow_up(team.session, team.dialogue, third, now=team.now)
    done = publish(team.session, team.dialogue, now=team.now)
    after = now_of(team)
    assert after["B.01"].is_suggested
    assert after["B.04"].is_suggested
    assert [each.suggested for each in done.carried] == [6]


def test_the_statements_do_not_grow_with_the_answers(session: Session, now: datetime) -> None:
    team = scene(session, now)
    taken = []
    for version in range(2, 5):
        for _ in range(4 * (version - 2)):
            actor = factories.supplier(session, team.dialogue, now=now)
            response = factories.response(session, team.dialogue, actor, now=now)
            given = factories.drafts("brand", {})
            factories.answer(session, actor, response.id, given, now=now)
        texts = {
            "B.04": {"text/en": f"Training {version}?"},
            "B.05": {"text/en": f"Share {version}?"},
        }
        new = edited(SMALL, f"{version}.0", fields=texts)
        follow_up(session, team.dialogue, new, now=now)
        with Counted(session) as counted:
            publish(session, team.dialogue, now=now)
        taken.append(len(counted))
    few, some, many = taken
    assert (some - few) / 4 <= 3
    assert (many - some) / 8 <= 3


# Who may, and when ----------------------------------------------------------------------


def test_only_those_who_may_publish_do(team: Scene) -> None:
    follow_up(team.session, team.dialogue, SECOND, now=team.now)
    for role in (Role.BUYER_READER, Role.OBSERVER, Role.SUPPLIER_SIGNATORY):
        with pytest.raises(Refused):
            operations.publish_new_version(
                team.session,
                team.person(role),
                team.dialogue.id,
                closes_at=team.dialogue.closes_at + timedelta(days=10),
                reason="Clearer.",
                now=team.now,
            )


def test_the_closing_time_moves_and_leaves_a_week(team: Scene) -> None:
    follow_up(team.session, team.dialogue, edited(SMALL), now=team.now)
    closing = team.dialogue.closes_at
    lead = lead_of(team.session, team.dialogue)

    def attempt(closes_at: datetime, reason: str, now: datetime) -> operations.NewVersion:
        return operations.publish_new_version(
            team.session, lead, team.dialogue.id, closes_at=closes_at, reason=reason, now=now
        )

    late = closing - timedelta(days=1)
    for closes_at, now in ((closing, team.now), (late + timedelta(days=6), late)):
        with pytest.raises(Invalid, match="at least 7 days from now") as refusal:
            attempt(closes_at, "Clearer.", now)
        assert list(refusal.value.fields) == ["closes_at"]
    with pytest.raises(Invalid, match="reason") as refusal:
        attempt(closing + timedelta(days=7), "  ", team.now)
    assert list(refusal.value.fields) == ["reason"]
    with pytest.raises(NotNow, match="closed"):
        attempt(closing + timedelta(days=30), "Clearer.", closing)
    attempt(late + timedelta(days=7), " Clearer. ", late)
    assert team.dialogue.closes_at == late + timedelta(days=7)
    entry = next(
        each
        for each in entries_of_dialogue(team.session, team.dialogue.id)
        if each.act == "extended"
    )
    assert (entry.details["from"], entry.details["reason"]) == (closing.isoformat(), "Clearer.")


def test_nothing_is_published_without_a_draft_or_after_the_close(team: Scene) -> None:
    with pytest.raises(NotNow, match="no new version"):
        publish(team.session, team.dialogue, now=team.now)
    follow_up(team.session, team.dialogue, SECOND, now=team.now)
    later = team.dialogue.closes_at
    close(team.session, lead_of(team.session, team.dialogue), team.dialogue.id, now=later)
    with pytest.raises(NotNow, match="closed"):
        publish(team.session, team.dialogue, now=later)


# Together -------------------------------------------------------------------------------


def test_who_saves_and_who_starts_during_the_publication_end_in_the_new_version(
    database: Database, now: datetime
) -> None:
    with database.transaction() as session:
        made = scene(session, now)
        made.fill()
        follow_up(session, made.dialogue, edited(SMALL), now=now)
        newcomers = [factories.supplier(session, made.dialogue, now=now) for _ in range(3)]

    def publishes() -> None:
        with database.transaction() as session:
            publish(session, made.dialogue, now=now)

    def saves(number: int) -> None:
        with database.transaction() as session:
            replace(made, session=session).save("D", D_01=f"text {number}")

    def starts(number: int) -> None:
        with database.transaction() as session:
            factories.response(session, made.dialogue, newcomers[number], now=now)

    with ThreadPoolExecutor(7) as people:
        turns = [
            *(people.submit(each, number) for number in range(3) for each in (saves, starts)),
            people.submit(publishes),
        ]
        for turn in turns:
            turn.result()
    with database.session(writes=False) as session:
        published = published_version(session, made.dialogue.id)
        assert published is not None
        assert published.number == "2.0"
        assert set(session.scalars(select(Response.version_id))) == {published.id}
