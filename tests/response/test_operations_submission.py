import json
from datetime import timedelta
from hashlib import sha256

import pytest
from sqlalchemy import func, select

from portal.core.audit import AuditEntry
from portal.core.errors import Invalid, NotNow, Refused
from portal.core.mail import OutboxMail
from portal.core.words import words
from portal.identity.models import Person
from portal.identity.roles import Role
from portal.response import operations, queries
from portal.response.models import Submission, SubmittedCell
from portal.response.queries_submitted import stream_submissions
from tests.response.builders import Scene, draft


def counts(team: Scene) -> tuple[int, int]:
    submissions = team.session.scalar(select(func.count()).select_from(Submission))
    mails = team.session.scalar(
        select(func.count()).where(OutboxMail.subject.startswith("Receipt"))
    )
    return submissions or 0, mails or 0


def test_a_submission_is_the_hashed_snapshot_of_what_is_shown(ready: Scene) -> None:
    submission = ready.submit()
    assert sha256(submission.snapshot.encode()).hexdigest() == submission.sha256
    content = json.loads(submission.snapshot)
    assert (
        content["supplier"]
        == queries.receipt(ready.session, ready.signatory, ready.response.id).supplier
    )
    assert (content["number"], content["signatory"]) == (1, "Ada Brand")
    assert content["segments"] == ["makers"]
    assert content["answers"]["B.01"] == {
        "state": "done",
        "value": "yes",
        "class": "buyers",
        "language": "en",
        "evidence": [
            {
                "title": "Policy",
                "kind": "url",
                "class": "buyers",
                "url": "https://example.eu/policy",
            }
        ],
    }
    assert ready.response.state == "submitted"
    assert counts(ready) == (1, 1)


def test_the_receipt_is_in_the_language_of_whoever_reads_it(ready: Scene) -> None:
    ready.session.get_one(Person, ready.signatory.person_id).language = "nl"
    submission = ready.submit()
    mail = ready.session.scalars(select(OutboxMail)).one()
    day = words("nl").day(submission.submitted_at)
    assert mail.language == "nl"
    assert f"{day}, {submission.submitted_at:%H:%M:%S} UTC" in mail.body
    assert submission.sha256 in mail.body


def test_a_hidden_answer_is_not_submitted(ready: Scene) -> None:
    ready.save("B", B_01=draft("no", 1))
    answers = json.loads(ready.submit().snapshot)["answers"]
    assert not {"B.02", "B.03"} & answers.keys()
    assert answers["B.01"]["value"] == "no"


def test_the_cells_that_are_counted_carry_their_class(ready: Scene) -> None:
    ready.submit()
    rows = ready.session.execute(
        select(SubmittedCell.question, SubmittedCell.option, SubmittedCell.confidentiality)
    )
    found = {tuple(row) for row in rows}
    assert ("A.01", "brand", "public") in found
    assert ("C.01.chips", "none", "buyers") in found
    assert ("B.06", "5–20", "aggregate_only") in found
    assert len(found) == 9


def test_submitting_again_returns_the_submission_that_is_there(ready: Scene) -> None:
    first = ready.submit()
    ready.now = ready.dialogue.closes_at + timedelta(days=1)
    assert ready.submit().id == first.id
    assert counts(ready) == (1, 1)


def test_only_the_signatory_signs(ready: Scene) -> None:
    for actor in (ready.colleague(Role.SUPPLIER_ADMIN), ready.person(Role.SUPPLIER_SIGNATORY)):
        with pytest.raises(Refused):
            operations.submit(
                ready.session,
                actor,
                ready.response.id,
                signatory="Ada",
                declared=True,
                now=ready.now,
            )


def test_an_incomplete_response_names_what_is_missing(ready: Scene) -> None:
    ready.save("B", B_04=draft(None, 1))
    with pytest.raises(operations.Incomplete) as gaps:
        ready.submit()
    assert [question.id for question in gaps.value.questions] == ["B.04"]
    assert counts(ready) == (0, 0)


def test_the_declaration_and_a_name_are_needed(ready: Scene) -> None:
    with pytest.raises(Invalid) as refusal:
        operations.submit(
            ready.session,
            ready.signatory,
            ready.response.id,
            signatory=" ",
            declared=False,
            now=ready.now,
        )
    assert set(refusal.value.fields) == {"signatory", "declared"}


def test_the_closing_instant_itself_is_too_late(ready: Scene) -> None:
    ready.now = ready.dialogue.closes_at
    with pytest.raises(NotNow):
        ready.submit()


def test_a_submitted_response_cannot_be_changed(ready: Scene) -> None:
    ready.submit()
    with pytest.raises(NotNow, match="submitted"):
        ready.save("D", D_02=draft("new", 1))
    with pytest.raises(NotNow):
        ready.prove("B.01")


def test_a_withdrawn_response_can_be_changed_and_submitted_again(ready: Scene) -> None:
    ready.submit()
    operations.withdraw(
        ready.session, ready.signatory, ready.response.id, reason="A slip.", now=ready.now
    )
    assert list(stream_submissions(ready.session, ready.dialogue.id, ready.now)) == []
    assert queries.participation(ready.session, ready.dialogue.id).submitted == 0
    ready.save("D", D_02=draft("new", 1))
    assert ready.submit().number == 2
    (row,) = stream_submissions(ready.session, ready.dialogue.id, ready.now)
    assert row.answers["D.02"]["value"] == "new"


def test_nobody_withdraws_after_closing_or_what_is_not_submitted(ready: Scene) -> None:
    place = (ready.session, ready.signatory, ready.response.id)
    with pytest.raises(NotNow):
        operations.withdraw(*place, reason="", now=ready.now)
    ready.submit()
    with pytest.raises(NotNow):
        operations.withdraw(*place, reason="", now=ready.dialogue.closes_at)
    with pytest.raises(Refused):
        operations.withdraw(
            ready.session,
            ready.colleague(Role.SUPPLIER_ADMIN),
            ready.response.id,
            reason="",
            now=ready.now,
        )


def test_a_reopened_response_counts_as_submitted_until_it_is_submitted_again(ready: Scene) -> None:
    first = ready.submit()
    place = (ready.session, ready.person(Role.LEAD_BUYER), ready.response.id)
    with pytest.raises(Invalid):
        operations.reopen(*place, reason=" ", now=ready.now)
    operations.reopen(*place, reason="A wrong unit.", now=ready.now)
    ready.save("B", B_06=draft(7, 1))
    (row,) = stream_submissions(ready.session, ready.dialogue.id, ready.now)
    assert row.submission_id == first.id
    assert ready.submit().number == 2
    with pytest.raises(Refused):
        operations.reopen(
            ready.session, ready.signatory, ready.response.id, reason="x", now=ready.now
        )


def test_every_step_is_in_the_log(ready: Scene) -> None:
    ready.submit()
    operations.withdraw(
        ready.session, ready.signatory, ready.response.id, reason="A slip.", now=ready.now
    )
    ready.session.flush()
    entries = ready.session.execute(
        select(AuditEntry.act, AuditEntry.details)
        .where(AuditEntry.subject_kind == "response")
        .order_by(AuditEntry.id)
    ).all()
    acts = [entry.act for entry in entries]
    assert acts == [
        "started",
        "saved",
        "saved",
        "saved",
        "saved",
        "evidence_tied",
        "submitted",
        "withdrawn",
    ]
    assert entries[1].details["from"] == "not_started"
    assert entries[-1].details["reason"] == "A slip."
