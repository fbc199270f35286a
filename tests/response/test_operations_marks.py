from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.core.errors import Invalid, NotNow, Refused
from portal.core.mail import OutboxMail
from portal.identity.actor import Actor
from portal.identity.roles import Role
from portal.response import operations, operations_marks, queries
from portal.response.marks import Mark, Standing
from portal.response.models_team import CompanyNote
from portal.response.queries_tasks import own_tasks
from tests.response.builders import Scene, draft

LINK = "https://parley.example/responses/1"


@pytest.fixture
def admin(ready: Scene) -> Actor:
    return ready.colleague(Role.SUPPLIER_ADMIN)


def mark(scene: Scene, section: str) -> Mark:
    tasks = queries.task_list(scene.session, scene.signatory, scene.response.id, now=scene.now)
    return next(task.mark for task in tasks.tasks if task.progress.section.id == section)


def call_ready(scene: Scene, actor: Actor, section: str) -> None:
    operations_marks.mark_ready(scene.session, actor, scene.response.id, section, now=scene.now)


def review(scene: Scene, actor: Actor, section: str) -> None:
    operations_marks.review(scene.session, actor, scene.response.id, section, now=scene.now)


def mailed(scene: Scene, to: Actor) -> list[str]:
    scene.session.flush()
    query = select(OutboxMail.body).where(OutboxMail.recipient == to.email)
    return list(scene.session.scalars(query))


def test_ready_is_refused_with_one_sentence_that_names_what_is_missing(team: Scene) -> None:
    with pytest.raises(Invalid, match=r"answer or proof: A\.01, A\.02"):
        call_ready(team, team.signatory, "A")
    with pytest.raises(Invalid, match="lead past section C"):
        call_ready(team, team.signatory, "C")
    team.save("A", A_01=["brand"], A_02="1_49")
    call_ready(team, team.signatory, "A")
    assert mark(team, "A").standing is Standing.READY


def test_only_who_answers_all_of_a_section_calls_it_ready(ready: Scene) -> None:
    helper = ready.colleague(Role.SUPPLIER_CONTRIBUTOR)
    assert helper.person_id is not None
    give = (ready.session, ready.signatory, ready.response.id, "D", [helper.person_id])
    parts = operations.Terms(question_ids=("D.01",))
    operations.assign(*give, terms=parts, now=ready.now)
    with pytest.raises(Refused):
        call_ready(ready, helper, "D")
    operations.assign(*give, now=ready.now)
    assert own_tasks(ready.session, helper, now=ready.now)
    call_ready(ready, helper, "D")
    assert not own_tasks(ready.session, helper, now=ready.now)
    with pytest.raises(Refused):
        review(ready, helper, "D")


def test_somebody_else_reviews_and_a_later_change_outdates_both(ready: Scene, admin: Actor) -> None:
    with pytest.raises(NotNow, match="Nobody has called"):
        review(ready, admin, "D")
    ready.now += timedelta(minutes=1)
    call_ready(ready, ready.signatory, "D")
    with pytest.raises(NotNow, match="somebody else reviews it"):
        review(ready, ready.signatory, "D")
    ready.now += timedelta(minutes=1)
    review(ready, admin, "D")
    assert (mark(ready, "D").standing, mark(ready, "D").reviewed_by) == ("reviewed", admin.name)
    ready.now += timedelta(minutes=1)
    ready.save("D", admin, D_02=draft("Another text.", 1))
    assert (mark(ready, "D").standing, mark(ready, "D").changed_by) == ("changed", admin.name)
    with pytest.raises(NotNow, match=f"{admin.name} changed this section"):
        review(ready, admin, "D")
    call_ready(ready, ready.signatory, "D")
    assert mark(ready, "D").standing is Standing.READY
    assert mark(ready, "A").standing is Standing.OPEN


def test_a_section_is_sent_back_with_a_note_that_no_mail_and_no_log_repeats(
    ready: Scene, admin: Actor
) -> None:
    call_ready(ready, ready.signatory, "D")
    back = (ready.session, admin, ready.response.id, "D")
    with pytest.raises(Invalid, match="Write the note"):
        operations_marks.send_back(*back, " ", link=LINK, now=ready.now)
    operations_marks.send_back(*back, "Say more.", link=LINK, now=ready.now)
    assert mark(ready, "D").standing is Standing.OPEN
    (note,) = ready.session.scalars(select(CompanyNote)).all()
    assert (note.section_id, note.text, note.written_by) == ("D", "Say more.", admin.person_id)
    (mail,) = mailed(ready, ready.signatory)
    assert LINK in mail
    assert "Say more." not in mail
    with pytest.raises(NotNow):
        operations_marks.send_back(*back, "Again.", link=LINK, now=ready.now)


def test_a_review_of_everything_goes_on_until_it_is_sent_back_or_signed(
    ready: Scene, admin: Actor
) -> None:
    place = (ready.session, admin, ready.response.id)
    operations_marks.ask_for_review(*place, link=LINK, now=ready.now)
    assert ready.response.state == "internal_review"
    (mail,) = mailed(ready, ready.signatory)
    assert "Nothing is missing." in mail
    ready.save("D", D_02=draft("Mended.", 1))
    assert ready.response.state == "internal_review"
    with pytest.raises(NotNow, match="under way"):
        operations_marks.ask_for_review(*place, link=LINK, now=ready.now)
    reviewing = (ready.session, ready.signatory, ready.response.id)
    operations_marks.end_review(*reviewing, "Not yet.", link=LINK, now=ready.now)
    assert ready.response.state == "in_progress"
    assert len(mailed(ready, admin)) == 1
    with pytest.raises(NotNow, match="No review"):
        operations_marks.end_review(*reviewing, "Not yet.", link=LINK, now=ready.now)
    operations_marks.ask_for_review(*place, link=LINK, now=ready.now)
    ready.submit()
    assert ready.response.state == "submitted"
    with pytest.raises(NotNow):
        call_ready(ready, admin, "D")


def test_a_review_needs_something_to_read_and_somebody_else_who_signs(team: Scene) -> None:
    place = (team.session, team.signatory, team.response.id)
    with pytest.raises(NotNow, match="nothing to review"):
        operations_marks.ask_for_review(*place, link=LINK, now=team.now)
    team.save("A", A_02="1_49")
    with pytest.raises(NotNow, match="Nobody else signs"):
        operations_marks.ask_for_review(*place, link=LINK, now=team.now)
    helper = team.colleague(Role.SUPPLIER_CONTRIBUTOR)
    for actor in (helper, team.person(Role.SUPPLIER_ADMIN), team.person(Role.SECRETARIAT)):
        with pytest.raises(Refused):
            operations_marks.ask_for_review(
                team.session, actor, team.response.id, link=LINK, now=team.now
            )
