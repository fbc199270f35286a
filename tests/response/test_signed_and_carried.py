"""What was signed to an earlier version stands, and is carried over when it is opened again."""

import json

import pytest
from sqlalchemy import select

from portal.core.audit import entries_of_dialogue
from portal.questionnaire.queries import published_version
from portal.response import operations
from portal.response.answers import GivenAnswer
from portal.response.loading import given_answers
from portal.response.models import Submission
from tests import factories
from tests.questionnaire.editions import edited, follow_up, lead_of
from tests.response.builders import Scene, draft
from tests.response.editions import SECOND, publish, publish_second


def now_of(team: Scene) -> dict[str, GivenAnswer]:
    return given_answers(team.session, team.response.id)


def test_a_signed_response_stays_and_is_carried_when_it_is_withdrawn(ready: Scene) -> None:
    submission = ready.submit()
    snapshot = submission.snapshot
    done = publish_second(ready.session, ready.dialogue, now=ready.now)
    operations.withdraw(
        ready.session, ready.signatory, ready.response.id, reason="To revise.", now=ready.now
    )
    assert (ready.response.state, ready.response.version_id) == ("withdrawn", done.version.id)
    after = now_of(ready)
    assert after["B.01"].is_suggested
    assert after["A.02"].state == "empty"
    assert submission.snapshot == snapshot
    entries = entries_of_dialogue(ready.session, ready.dialogue.id)
    assert [entry.act for entry in entries[:2]] == ["carried_over", "withdrawn"]


def test_a_reopened_response_is_carried_and_what_it_signed_stands(ready: Scene) -> None:
    submission = ready.submit()
    publish_second(ready.session, ready.dialogue, now=ready.now)
    lead = lead_of(ready.session, ready.dialogue)
    operations.reopen(ready.session, lead, ready.response.id, reason="As asked.", now=ready.now)
    assert ready.response.state == "in_progress"
    assert now_of(ready)["B.01"].is_suggested
    assert submission.withdrawn_at is None


def test_a_response_two_versions_behind_is_carried_step_by_step(ready: Scene) -> None:
    ready.submit()
    publish_second(ready.session, ready.dialogue, now=ready.now)
    third = edited(SECOND, "3.0", fields={"B.04": {"text/en": "How good is your training?"}})
    follow_up(ready.session, ready.dialogue, third, now=ready.now)
    done = publish(ready.session, ready.dialogue, now=ready.now)
    operations.withdraw(ready.session, ready.signatory, ready.response.id, reason="", now=ready.now)
    assert ready.response.version_id == done.version.id
    suggested = {key for key, answer in now_of(ready).items() if answer.is_suggested}
    assert suggested == {"B.01", "B.03", "B.04", "B.07", "B.08", "D.03"}


def test_a_supplier_has_one_response_whatever_the_version(ready: Scene) -> None:
    ready.submit()
    publish_second(ready.session, ready.dialogue, now=ready.now)
    again = factories.response(ready.session, ready.dialogue, ready.signatory, now=ready.now)
    assert again.id == ready.response.id
    newcomer = factories.supplier(ready.session, ready.dialogue, now=ready.now)
    made = factories.response(ready.session, ready.dialogue, newcomer, now=ready.now)
    published = published_version(ready.session, ready.dialogue.id)
    assert published is not None
    assert made.version_id == published.id


def test_a_carried_response_is_confirmed_signed_and_revised(ready: Scene) -> None:
    ready.submit()
    publish_second(ready.session, ready.dialogue, now=ready.now)
    operations.withdraw(ready.session, ready.signatory, ready.response.id, reason="", now=ready.now)
    with pytest.raises(operations.Incomplete) as gaps:
        ready.submit()
    assert [question.id for question in gaps.value.questions] == [
        "A.02",
        "B.01",
        "B.03",
        "B.07",
        "B.08",
        "D.03",
    ]
    ready.save("A", A_02=draft("1_49", 2))
    for section_id in ("B", "D"):
        operations.confirm_suggested(
            ready.session, ready.signatory, ready.response.id, section_id, now=ready.now
        )
    submission = ready.submit()
    content = json.loads(submission.snapshot)
    assert (submission.number, content["questionnaire"]["version"]) == (2, "2.0")
    assert content["answers"]["B.07"]["value"] == 6
    assert not {"B.06", "D.02"} & content["answers"].keys()
    assert len(ready.session.scalars(select(Submission)).all()) == 2
