import pytest

from portal.core.errors import NotNow, Refused
from portal.identity.roles import Role
from portal.response import operations, queries
from portal.response.models import Reading
from portal.response.queries_readers import readers_page
from tests import factories
from tests.response.builders import Counted, Scene, draft
from tests.response.rounds import another, name_for, reseller_of

OUTSIDERS = [role for role in Role if role not in {Role.ANYONE, Role.PLATFORM_ADMIN}]


def test_the_task_list_says_what_is_left_and_who_does_it(team: Scene) -> None:
    helper = team.colleague(Role.SUPPLIER_CONTRIBUTOR)
    assert helper.person_id is not None
    operations.assign(
        team.session, team.signatory, team.response.id, "B", [helper.person_id], now=team.now
    )
    team.save("A", A_01=["brand"], A_02="1_49")
    tasks = queries.task_list(team.session, helper, team.response.id, now=team.now)
    assert [(task.progress.section.id, task.people, task.may_write) for task in tasks.tasks] == [
        ("A", (), False),
        ("B", (helper.name,), True),
        ("C", (), False),
        ("D", (), False),
    ]
    assert (tasks.may_sign, tasks.may_assign) == (False, False)
    signing = queries.task_list(team.session, team.signatory, team.response.id, now=team.now)
    assert signing.may_sign


def test_a_section_page_shows_questions_answers_rows_and_evidence(ready: Scene) -> None:
    page = queries.section_page(ready.session, ready.signatory, ready.response.id, "C")
    matrix, grid, file = page.questions
    assert (matrix.answer.value, matrix.answer.version) == (
        {"assembly": "all", "chips": "none"},
        1,
    )
    assert [row.id for row in grid.rows] == ["assembly"]
    assert (file.shown, file.answer.state, file.evidence) == (True, "empty", ())
    following = page.progress.after(page.section)
    assert following is not None
    assert following.id == "D"
    policy = queries.section_page(ready.session, ready.signatory, ready.response.id, "B")
    assert [piece.title for piece in policy.questions[0].evidence] == ["Policy"]
    assert policy.questions[0].answer.evidence == 1


@pytest.mark.parametrize("role", OUTSIDERS)
def test_another_suppliers_response_cannot_be_read(ready: Scene, role: Role) -> None:
    ready.submit()
    outsider = ready.person(role)
    place = (ready.session, outsider, ready.response.id)
    for read in (queries.receipt, readers_page):
        with pytest.raises(Refused):
            read(*place)
    with pytest.raises(Refused):
        queries.task_list(*place, now=ready.now)
    with pytest.raises(Refused):
        queries.section_page(*place, "A")
    with pytest.raises(Refused):
        queries.evidence_of(ready.session, outsider, ready.response.organisation_id)
    assert queries.own_responses(ready.session, outsider) == []


def test_reading_takes_the_same_few_queries_however_much_there_is(ready: Scene) -> None:
    helper = ready.colleague(Role.SUPPLIER_CONTRIBUTOR)
    for section in ("B", "D"):
        with Counted(ready.session) as page:
            queries.section_page(ready.session, helper, ready.response.id, section)
        assert len(page) <= 5
    with Counted(ready.session) as tasks:
        queries.task_list(ready.session, ready.signatory, ready.response.id, now=ready.now)
    assert len(tasks) <= 5


def test_own_responses_are_listed(team: Scene) -> None:
    (own,) = queries.own_responses(team.session, team.signatory)
    assert (own.response_id, own.short_name) == (team.response.id, team.dialogue.short_name)


def test_participation_counts_responses_and_shows_no_answer(ready: Scene) -> None:
    second = factories.supplier(ready.session, ready.dialogue, now=ready.now)
    factories.response(ready.session, ready.dialogue, second, now=ready.now)
    counted = queries.participation(ready.session, ready.dialogue.id)
    assert (counted.started, counted.submitted) == (1, 0)
    ready.submit()
    buyer = ready.person(Role.BUYER_READER)
    rows = queries.participants(ready.session, buyer, ready.dialogue.id)
    assert sorted(row.state for row in rows) == ["not_started", "submitted"]
    with pytest.raises(Refused):
        queries.participants(ready.session, ready.signatory, ready.dialogue.id)


def attributed(team: Scene, role: Role) -> dict[str, object]:
    found = queries.attributed_answers(
        team.session, team.person(role), team.dialogue.id, now=team.dialogue.closes_at
    )
    return {line.question.id: line.answers[0] for line in found.lines if line.answers[0]}


def test_buyers_read_what_is_open_to_them_after_the_closing(ready: Scene) -> None:
    ready.save(
        "D",
        D_02=draft("x", 1, confidentiality="named_buyers", narrowing_reason="trade_secret"),
    )
    ready.submit()
    public = {"A.01"}
    buyers = {"A.02", "B.01", "B.02", "B.03", "B.04", "B.05", "C.01"}
    assert attributed(ready, Role.LEAD_BUYER).keys() == public | buyers
    assert attributed(ready, Role.SECRETARIAT).keys() == public | buyers
    assert attributed(ready, Role.OBSERVER).keys() == public
    assert attributed(ready, Role.SUPPLIER_ADMIN).keys() == public


def test_nothing_is_attributed_before_the_closing_or_to_strangers(ready: Scene) -> None:
    ready.submit()
    with pytest.raises(NotNow):
        queries.attributed_answers(
            ready.session, ready.person(Role.LEAD_BUYER), ready.dialogue.id, now=ready.now
        )
    elsewhere = factories.published(ready.session, now=ready.now)
    stranger = factories.member(ready.session, elsewhere, Role.LEAD_BUYER, now=ready.now)
    with pytest.raises(Refused):
        queries.attributed_answers(
            ready.session, stranger, ready.dialogue.id, now=ready.dialogue.closes_at
        )


def test_the_secretariats_reading_of_aggregate_only_is_written_down(ready: Scene) -> None:
    ready.submit()
    secretariat = ready.person(Role.SECRETARIAT)
    found = operations.read_attributed(
        ready.session,
        secretariat,
        ready.dialogue.id,
        organisation_ids=[ready.response.organisation_id],
        section_id="B",
        now=ready.dialogue.closes_at,
    )
    assert [line.question.id for line in found.lines if line.answers[0]][-1] == "B.06"
    (group,) = readers_page(ready.session, ready.signatory, ready.response.id).readers
    (row,) = group.rows
    assert (row.person, row.what, row.read_at) == (
        secretariat.name,
        "section B",
        ready.dialogue.closes_at,
    )
    assert row.organisation
    assert ready.session.query(Reading).count() == 1


def test_answers_side_by_side_take_the_same_queries_for_more_suppliers(ready: Scene) -> None:
    ready.submit()
    buyer = ready.person(Role.LEAD_BUYER)

    def count() -> int:
        with Counted(ready.session) as counted:
            queries.attributed_answers(
                ready.session, buyer, ready.dialogue.id, now=ready.dialogue.closes_at
            )
        return len(counted)

    first = count()
    other = factories.supplier(ready.session, ready.dialogue, now=ready.now)
    again = Scene(
        ready.session,
        ready.dialogue,
        other,
        factories.response(ready.session, ready.dialogue, other, now=ready.now),
        ready.now,
    )
    again.fill()
    again.submit()
    assert max(first, count()) <= 5


def test_a_signed_reference_is_not_read_with_the_answer_of_a_company_that_was_named_later(
    ready: Scene,
) -> None:
    team, other = reseller_of(ready), another(ready)
    other.fill()
    team.submit()
    operations.reopen(
        ready.session, ready.person(Role.SECRETARIAT), team.response.id, reason="x", now=ready.now
    )
    operations.take_back(team.session, team.signatory, team.response.id, ["B.04"], now=team.now)
    name_for(team, other, "B.04")
    for each in (ready, other):
        each.submit()
    found = operations.read_attributed(
        ready.session, ready.person(Role.LEAD_BUYER), ready.dialogue.id,
        organisation_ids=[team.response.organisation_id], now=ready.dialogue.closes_at,
    )  # fmt: skip
    behind = {line.question.id: (line.answers[0] or {}).get("behind", {}) for line in found.lines}
    assert behind["B.04"] == {"outcome": "not_sent"}
    assert behind["B.01"]["outcome"] == "there"
