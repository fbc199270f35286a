from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select

from portal.core.audit import AuditEntry
from portal.core.errors import Invalid, Refused
from portal.core.mail import OutboxMail
from portal.identity.actor import Actor
from portal.identity.roles import Role
from portal.response import operations, operations_team, queries
from portal.response.models import Assignment
from portal.response.operations_presence import appear
from portal.response.operations_team import Newcomer, Terms
from portal.response.queries_tasks import own_tasks
from portal.response.queries_team import beside
from tests.response.builders import Counted, Scene, draft

LINK = "https://parley.example/responses/1/sections/B"


@pytest.fixture
def admin(team: Scene) -> Actor:
    return team.colleague(Role.SUPPLIER_ADMIN)


@pytest.fixture
def helper(team: Scene) -> Actor:
    return team.colleague(Role.SUPPLIER_CONTRIBUTOR)


def id_of(actor: Actor) -> UUID:
    assert actor.person_id is not None
    return actor.person_id


def give(team: Scene, to: Actor, section: str, *questions: str, **terms: object) -> None:
    found = Terms(question_ids=questions, **terms)  # type: ignore[arg-type]  # due_on, words
    operations.assign(
        team.session,
        team.signatory,
        team.response.id,
        section,
        [id_of(to)],
        terms=found,
        link=LINK,
        now=team.now,
    )


def mails(team: Scene, to: str) -> list[str]:
    team.session.flush()
    query = select(OutboxMail.body).where(OutboxMail.recipient == to)
    return list(team.session.scalars(query.order_by(OutboxMail.created_at, OutboxMail.id)))


def acts(team: Scene, act: str) -> int:
    query = select(func.count()).select_from(AuditEntry).where(AuditEntry.act == act)
    return team.session.scalar(query) or 0


def test_a_contributor_writes_exactly_the_questions_that_were_given(
    team: Scene, helper: Actor
) -> None:
    give(team, helper, "B", "B.04", "B.05")
    assert team.save("B", helper, B_04=1, B_05=20).changed == ["B.04", "B.05"]
    with pytest.raises(Refused):
        team.save("B", helper, B_04=draft(2, 1), B_06=1)
    with pytest.raises(Refused):
        team.save("B", helper, B_06=1)
    page = queries.section_page(team.session, helper, team.response.id, "B")
    assert page.writable == frozenset({"B.04", "B.05"})
    assert page.may_write
    assert team.save("B", helper).changed == []
    with pytest.raises(Refused):
        team.save("A", helper)


def test_evidence_is_tied_only_to_questions_that_were_given(team: Scene, helper: Actor) -> None:
    evidence_id = team.prove("B.01")
    operations.untie(
        team.session, team.signatory, team.response.id, "B.01", evidence_id, now=team.now
    )
    give(team, helper, "B", "B.04")
    place = (team.session, helper, team.response.id, "B.01", evidence_id)
    with pytest.raises(Refused):
        operations.tie(*place, now=team.now)
    desk = queries.evidence_desk(team.session, helper, team.response.id, "B.01")
    assert not desk.may_write
    give(team, helper, "B", "B.01", "B.04")
    operations.tie(*place, now=team.now)


def test_a_mail_says_what_was_given_until_when_with_one_link(team: Scene, helper: Actor) -> None:
    due = team.now.date() + timedelta(days=5)
    give(team, helper, "B", "B.02", due_on=due, words="You know\nthis best.")
    (mail,) = mails(team, helper.email)
    for part in (
        "B Policy",
        "B.02 When was it last reviewed?",
        "6 September 2026",
        "You know\nthis best.",
        team.signatory.name,
    ):
        assert part in mail
    assert mail.count("https://") == 1
    give(team, helper, "B", "B.02", due_on=due)
    assert len(mails(team, helper.email)) == acts(team, "assigned") == 1
    give(team, helper, "B")
    rows = team.session.scalars(select(Assignment.question_id)).all()
    assert rows == [""]


def test_what_cannot_be_given_is_refused_with_a_sentence(team: Scene, helper: Actor) -> None:
    yesterday = team.now.date() - timedelta(days=1)
    closed = team.dialogue.closes_at.date() + timedelta(days=1)
    for due_on, words in ((yesterday, "today or a later day"), (closed, "before the dialogue")):
        with pytest.raises(Invalid, match=words) as fault:
            give(team, helper, "B", due_on=due_on)
        assert list(fault.value.fields) == ["due_on"]
    with pytest.raises(Refused):
        give(team, helper, "B", "A.01")
    with pytest.raises(Refused):
        give(team, team.person(Role.SUPPLIER_SIGNATORY), "B")
    with pytest.raises(Invalid, match="Choose who"):
        operations.assign(team.session, team.signatory, team.response.id, "B", [], now=team.now)


def test_a_section_is_forwarded_to_somebody_new_in_one_mail(team: Scene, admin: Actor) -> None:
    forward = {
        "terms": Terms(question_ids=("B.04",)),
        "link": LINK,
        "sign_in": "https://parley.example/in/",
        "now": team.now,
    }
    new = Newcomer(name="Bea Klein", email="bea@example.eu")
    place = (team.session, admin, team.response.id, "B", new)
    person = operations_team.forward(*place, **forward)  # type: ignore[arg-type]  # by name
    (mail,) = mails(team, "bea@example.eu")
    assert "B.04" in mail
    assert mail.count("https://") == 1
    assert "https://parley.example/in/" in mail
    bea = team.reload(Actor(person_id=person.id, name="", email=""))
    assert team.save("B", bea, B_04=3).changed == ["B.04"]
    with pytest.raises(Refused):
        operations_team.forward(team.session, team.signatory, *place[2:], **forward)  # type: ignore[arg-type]  # by name


def test_what_was_given_is_taken_back_and_the_text_stays(team: Scene, helper: Actor) -> None:
    give(team, helper, "D")
    team.save("D", helper, D_02="Theirs.")
    place = (team.session, team.signatory, team.response.id, "D", id_of(helper))
    for _ in range(2):
        operations_team.take_back(*place, now=team.now)
    assert acts(team, "taken_back") == 1
    with pytest.raises(Refused):
        team.save("D", helper, D_02=draft("More.", 1))
    page = queries.section_page(team.session, helper, team.response.id, "D")
    assert page.questions[1].answer.value == "Theirs."


def test_a_colleague_gets_other_roles_or_is_taken_off(
    team: Scene, admin: Actor, helper: Actor
) -> None:
    give(team, helper, "D")
    team.save("D", helper, D_02="Theirs.")
    appear(team.session, helper, team.response.id, "D", now=team.now)
    place = (team.session, admin, team.response.id, id_of(helper))
    roles = {Role.SUPPLIER_ADMIN, Role.SUPPLIER_SIGNATORY}
    operations_team.set_roles(*place, roles, now=team.now)
    assert {grant.role for grant in team.reload(helper).grants} == roles
    operations_team.take_off(*place, now=team.now)
    assert team.reload(helper).grants == ()
    assert not team.session.scalars(select(Assignment)).all()
    assert (acts(team, "roles_changed"), acts(team, "taken_off")) == (1, 1)
    with pytest.raises(Refused):
        queries.section_page(team.session, team.reload(helper), team.response.id, "D")
    page = queries.section_page(team.session, admin, team.response.id, "D")
    assert page.questions[1].answer.value == "Theirs."
    found = beside(team.session, admin, team.response.id, page.questionnaire, now=team.now)
    assert found.here == ()


def test_never_the_last_signatory_never_oneself_and_only_by_the_admin(
    team: Scene, admin: Actor, helper: Actor
) -> None:
    signing, own = id_of(team.signatory), id_of(admin)
    place = (team.session, admin, team.response.id)
    with pytest.raises(Invalid, match="only one who can sign"):
        operations_team.take_off(*place, signing, now=team.now)
    with pytest.raises(Invalid, match="only one who can sign"):
        operations_team.set_roles(*place, signing, {Role.SUPPLIER_ADMIN}, now=team.now)
    with pytest.raises(Invalid, match="ask another admin"):
        operations_team.take_off(*place, own, now=team.now)
    with pytest.raises(Invalid, match="Choose what they do"):
        operations_team.set_roles(*place, id_of(helper), (), now=team.now)
    with pytest.raises(Refused):
        operations_team.set_roles(*place, id_of(helper), {Role.LEAD_BUYER}, now=team.now)
    stranger = id_of(team.person(Role.SUPPLIER_CONTRIBUTOR))
    for actor, person_id in ((admin, stranger), (team.signatory, own), (helper, own)):
        with pytest.raises(Refused):
            operations_team.take_off(team.session, actor, team.response.id, person_id, now=team.now)


def test_my_work_lists_what_was_given_to_me_the_first_due_first(team: Scene, helper: Actor) -> None:
    day = team.now.date()
    give(team, helper, "D")
    give(team, helper, "B", "B.02", "B.04", due_on=day + timedelta(days=3))
    give(team, helper, "A", due_on=day)
    tasks = own_tasks(team.session, helper, now=team.now)
    assert [(task.section.id, [q.id for q in task.questions]) for task in tasks] == [
        ("A", []),
        ("B", ["B.02", "B.04"]),
        ("D", []),
    ]
    team.save("B", helper, B_04=1)
    mine = queries.task_list(team.session, helper, team.response.id, now=team.now).mine
    left = [(task.progress.section.id, task.is_left) for task in mine]
    assert left == [("A", True), ("B", False), ("D", False)]
    assert own_tasks(team.session, helper, now=team.dialogue.closes_at) == []
    assert own_tasks(team.session, team.signatory, now=team.now) == []


def test_presence_is_told_to_colleagues_for_ninety_seconds(team: Scene, helper: Actor) -> None:
    place = (team.session, helper, team.response.id)
    appear(*place, "B", "B.02", now=team.now)
    with Counted(team.session) as counted:
        appear(*place, "B", "B.04", now=team.now)
    assert len(counted) == 2
    page = queries.section_page(team.session, team.signatory, team.response.id, "B")
    asked = (team.session, team.signatory, team.response.id, page.questionnaire, page.section)
    (seen,) = beside(*asked, now=team.now + timedelta(seconds=89)).here
    assert (seen.name, seen.section_id, seen.question_id) == (helper.name, "B", "B.04")
    assert beside(*asked, now=team.now + timedelta(seconds=90)).here == ()
    assert beside(team.session, helper, *asked[2:], now=team.now).here == ()
    for wrong in (("Z", ""), ("A", "B.01")):
        with pytest.raises(Refused):
            appear(*place, *wrong, now=team.now)
    for role in (Role.LEAD_BUYER, Role.SECRETARIAT, Role.SUPPLIER_ADMIN):
        with pytest.raises(Refused):
            appear(team.session, team.person(role), team.response.id, "B", now=team.now)


def test_the_task_list_takes_the_same_few_queries_however_much_colleagues_do(
    team: Scene, helper: Actor
) -> None:
    def counted() -> int:
        with Counted(team.session) as found:
            queries.task_list(team.session, helper, team.response.id, now=team.now)
        return len(found)

    before = counted()
    for section in "ABCD":
        give(team, helper, section)
        appear(team.session, helper, team.response.id, section, now=team.now)
    team.fill()
    assert counted() == before <= 5
