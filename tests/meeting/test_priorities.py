"""Ranks and quartiles, the roadmap, what is published, and what other packages read of it."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select

from portal.core.db import Session
from portal.core.errors import Invalid, NotNow, Refused
from portal.core.mail import OutboxMail
from portal.identity.actor import ANYONE, Actor
from portal.identity.roles import Role
from portal.meeting import operations_priorities as priorities
from portal.meeting.ballots_rules import Act, State
from portal.meeting.models_issues import Ballot, RoadmapStep
from portal.meeting.priorities_rules import CRITERIA, figures, quartiles, ranked, weight
from portal.meeting.queries_priorities import (
    adopted_issues,
    has_published,
    priority_page,
    roadmap,
    roadmap_entries,
)
from portal.web.charts_scatter import scatter
from tests import factories
from tests.meeting.ballot_world import World, world


@pytest.fixture
def ours(session: Session, now: datetime) -> World:
    return world(session, now=now)


def test_quartiles_are_scores_that_somebody_gave() -> None:
    assert quartiles([4]) == (4, 4, 4)
    assert quartiles([5, 1]) == (1, 3, 5)
    assert quartiles([3, 1, 2]) == (1, 2, 3)
    assert quartiles([1, 2, 3, 4, 5, 5, 4, 3, 2, 1]) == (2, 3, 4)


def test_issues_are_ranked_by_severity_and_leverage_and_then_by_effort() -> None:
    def given(severity: int, leverage: int, effort: int) -> dict[str, tuple[float, float, float]]:
        scores = dict.fromkeys(CRITERIA, severity) | {"leverage": leverage, "effort": effort}
        return figures([scores])

    issues = {
        "hidden": {},
        "hard": given(4, 3, 5),
        "easy": given(3, 4, 1),
        "first": given(5, 3, 5),
    }
    assert ranked(issues) == ["first", "easy", "hard", "hidden"]
    found = weight(figures([{**dict.fromkeys(CRITERIA, 2), "scale": 5}]))
    assert (found.severity, found.product) == (3, 6)
    drawn = scatter([(1, found), (2, found), (3, weight(issues["first"]))])
    assert sorted(mark.text for mark in drawn.marks) == ["1, 2", "3"]


def draft_of(ours: World, **changes: object) -> priorities.StepDraft:
    draft = priorities.StepDraft(
        issue_id=ours.issue_ids[0],
        owner_id=factories.own(ours.buyers[1]),
        what="Ask for it",
        due_on=date(2027, 3, 1),
    )
    return replace(draft, **changes)  # type: ignore[arg-type]  # changed by name


def change(ours: World, actor: Actor, step: RoadmapStep, **changes: object) -> None:
    priorities.change_step(
        ours.session, actor, step.id, draft_of(ours, **changes), base_version=1, now=ours.now
    )


def test_a_step_needs_words_a_day_and_a_buyer_and_delays_need_a_reason(ours: World) -> None:
    ours.bring_to(State.OPTING_IN)
    session, ballot_id = ours.session, ours.ballot.id
    with pytest.raises(NotNow):
        priorities.add_step(session, ours.lead, ballot_id, draft_of(ours), now=ours.now)
    ours.prepare(Act.CLOSE_ADOPTION)
    ours.does(Act.CLOSE_ADOPTION)
    for wrong in (
        {"what": ""},
        {"due_on": None},
        {"owner_id": factories.own(ours.secretariat)},
        {"clause_ref": "oecd 99"},
    ):
        with pytest.raises(Invalid):
            priorities.add_step(
                session, ours.lead, ballot_id, draft_of(ours, **wrong), now=ours.now
            )
    with pytest.raises(Refused):
        priorities.add_step(
            session, ours.lead, ballot_id, draft_of(ours, issue_id=ours.issue_ids[1]), now=ours.now
        )
    for somebody in (ours.buyers[1], ours.member(Role.OBSERVER)):
        with pytest.raises(Refused):
            priorities.add_step(session, somebody, ballot_id, draft_of(ours), now=ours.now)
    step = priorities.add_step(session, ours.lead, ballot_id, draft_of(ours), now=ours.now)
    later = {"due_on": date(2027, 4, 1)}
    with pytest.raises(Invalid):
        change(ours, ours.lead, step, **later)
    with pytest.raises(Invalid):
        change(ours, ours.lead, step, state="dropped")
    before = ours.rows(step.id)
    change(ours, ours.lead, step, **later, reason="The tender is later.")
    assert (step.due_on, step.version) == (date(2027, 4, 1), 2)
    assert ours.rows(step.id) == before + 1


def test_the_owner_says_how_far_a_step_is_and_no_more(ours: World) -> None:
    ours.bring_to(State.ADOPTED)
    session = ours.session
    step = priorities.add_step(session, ours.lead, ours.ballot.id, draft_of(ours), now=ours.now)
    change(ours, ours.buyers[1], step, state="done", what="Something else")
    assert (step.state, step.what) == ("done", "Ask for it")
    for somebody in (ours.buyers[2], ours.member(Role.SUPPLIER_ADMIN), ours.member(Role.OBSERVER)):
        with pytest.raises(Refused):
            change(ours, somebody, step, state="planned")


def test_the_statement_is_written_together_until_it_is_published(ours: World) -> None:
    def write(actor: Actor, text: str, base_version: int) -> tuple[str, ...]:
        return priorities.introduce(
            ours.session, actor, ours.ballot.id, text, base_version=base_version, now=ours.now
        ).clashes

    ours.bring_to(State.ROUND_2_CLOSED)
    with pytest.raises(NotNow):
        write(ours.lead, "Too early.", 1)
    for act in (Act.PROPOSE_LIST, Act.CLOSE_ADOPTION):
        ours.prepare(act)
        ours.does(act)
    for somebody in (ours.buyers[1], ours.member(Role.BUYER_READER)):
        with pytest.raises(Refused):
            write(somebody, "Not mine.", 1)
    write(ours.lead, "We buy together.", 1)
    assert write(ours.secretariat, "Four buyers.", 1) == ("introduction",)
    assert ours.ballot.introduction == "We buy together.\n\nFour buyers."
    ours.prepare(Act.ENTER_ROADMAP)
    ours.does(Act.ENTER_ROADMAP)
    ours.does(Act.PUBLISH)
    with pytest.raises(NotNow):
        write(ours.lead, "Too late.", 3)
    with pytest.raises(NotNow):
        ours.does(Act.PUBLISH)


def test_nobody_but_buyers_reads_what_was_chosen_before_it_is_published(ours: World) -> None:
    ours.bring_to(State.IN_ROADMAP)
    session, dialogue_id = ours.session, ours.dialogue.id
    elsewhere = factories.published(session, now=ours.now)
    outside = [ANYONE, ours.member(Role.SUPPLIER_ADMIN, elsewhere)]
    inside = [ours.member(role) for role in (Role.SUPPLIER_ADMIN, Role.OBSERVER)]
    for reader in inside:
        assert priority_page(session, reader, dialogue_id).ballot is None
        with pytest.raises(Refused):
            priority_page(session, reader, dialogue_id, ours.ballot.id)
        with pytest.raises(Refused):
            roadmap_entries(session, reader, dialogue_id, "")
    for reader in outside:
        with pytest.raises(Refused):
            priority_page(session, reader, dialogue_id)
    page = priority_page(session, ours.member(Role.BUYER_READER), dialogue_id)
    assert [each.title for each in page.chosen] == ["Issue 1"]
    assert not has_published(session, dialogue_id)
    ours.does(Act.PUBLISH)
    for reader in (*inside, *outside):
        found = priority_page(session, reader, dialogue_id)
        assert [each.reason for each in found.left] == ["The market is not there yet."]
        assert len(found.signatures) == len(ours.buyers)
        assert len(roadmap_entries(session, reader, dialogue_id, "")) == 1
    assert has_published(session, dialogue_id)


def test_everybody_is_told_at_the_same_instant(ours: World) -> None:
    supplier = ours.member(Role.SUPPLIER_SIGNATORY)
    ours.bring_to(State.IN_ROADMAP)
    ours.does(Act.PUBLISH)
    query = select(OutboxMail).where(OutboxMail.subject.contains("have chosen"))
    told = list(ours.session.scalars(query))
    assert supplier.email in {mail.recipient for mail in told}
    assert {mail.created_at for mail in told} == {ours.ballot.published_at}
    assert ours.ballot.published_at == ours.over


def test_other_packages_read_adopted_issues_and_steps(ours: World) -> None:
    ours.bring_to(State.OPTING_IN)
    assert adopted_issues(ours.session, ours.dialogue.id) == ()
    assert roadmap(ours.session, ours.dialogue.id) == ()
    for act in (Act.CLOSE_ADOPTION, Act.ENTER_ROADMAP):
        ours.prepare(act)
        ours.does(act)
    (issue,) = adopted_issues(ours.session, ours.dialogue.id)
    assert (issue.number, issue.title, issue.published_at) == (1, "Issue 1", None)
    assert set(issue.buyer_ids) == {factories.own(buyer) for buyer in ours.buyers}
    (step,) = roadmap(ours.session, ours.dialogue.id)
    assert (step.issue_id, step.owner_id) == (issue.issue_id, factories.own(ours.lead))
    assert ours.session.get_one(Ballot, issue.ballot_id).adopted_at == issue.adopted_at


def test_a_year_later_it_is_looked_at_again(ours: World) -> None:
    ours.bring_to(State.REVIEWED)
    page = priority_page(ours.session, ours.lead, ours.dialogue.id)
    assert page.review_due_at == ours.over + timedelta(days=365)
    assert [each.note for each in page.reviews] == ["Two tenders ask for it."]
    with pytest.raises(Invalid):
        priorities.review(ours.session, ours.lead, ours.ballot.id, note=" ", now=ours.over)
