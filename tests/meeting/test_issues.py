"""The long list: every step of an issue by whom it is for, and refused to everybody else."""

from collections.abc import Callable
from datetime import datetime

import pytest

from portal.core.db import Session
from portal.core.errors import Invalid, NotNow, Refused
from portal.identity.actor import Actor
from portal.identity.roles import Role
from portal.meeting import operations_issues as issues
from portal.meeting.models_issues import Issue
from portal.meeting.queries_issues import issue_page, issue_rows
from tests import factories
from tests.meeting.ballot_world import World, world


@pytest.fixture
def ours(session: Session, now: datetime) -> World:
    return world(session, now=now)


def proposed(ours: World, actor: Actor, **changes: str) -> Issue:
    draft = issues.IssueDraft(**({"title": "Cobalt", "source": "clause oecd 1.1"} | changes))
    return issues.propose(
        ours.session,
        actor,
        ours.dialogue.id,
        draft,
        organisation_id=factories.own(actor),
        now=ours.now,
    )


def acts(ours: World, actor: Actor, issue: Issue) -> dict[str, Callable[[], object]]:
    """Everything that can be done with an issue."""
    session, now = ours.session, ours.now
    other = ours.issue_ids[0]
    return {
        "issue_taken_in": lambda: issues.take_in(session, actor, issue.id, now=now),
        "issue_withdrawn": lambda: issues.withdraw(
            session, actor, issue.id, reason="Said twice.", now=now
        ),
        "issue_merged": lambda: issues.merge(
            session, actor, issue.id, other, reason="The same.", now=now
        ),
        "issue_changed": lambda: issues.change(
            session, actor, issue.id, issues.IssueDraft(title="Mica"), base_version=1, now=now
        ),
        "issue_readiness": lambda: issues.set_readiness(
            session, actor, issue.id, "B.01", ["yes"], now=now
        ),
    }


LEADS = {
    ("proposed", "issue_taken_in"): "listed",
    ("proposed", "issue_withdrawn"): "withdrawn",
    ("proposed", "issue_merged"): "merged",
    ("proposed", "issue_changed"): "proposed",
    ("proposed", "issue_readiness"): "proposed",
    ("listed", "issue_withdrawn"): "withdrawn",
    ("listed", "issue_merged"): "merged",
    ("listed", "issue_changed"): "listed",
    ("listed", "issue_readiness"): "listed",
}
OWN = {"issue_withdrawn", "issue_changed", "issue_readiness"}
"""What who proposed an issue may do with it until it is taken in."""


@pytest.mark.parametrize("state", ["proposed", "listed", "merged", "withdrawn"])
def test_an_issue_takes_each_step_from_its_state_and_no_other(ours: World, state: str) -> None:
    author, stranger = ours.buyers[1:]
    elsewhere = factories.published(ours.session, now=ours.now)
    refused = [
        stranger,
        *(ours.member(role) for role in (Role.OBSERVER, Role.BUYER_READER, Role.SUPPLIER_ADMIN)),
        ours.member(Role.SECRETARIAT, elsewhere),
    ]
    issue = proposed(ours, author)
    assert issue.state == "proposed"
    way = {"listed": "issue_taken_in", "merged": "issue_merged", "withdrawn": "issue_withdrawn"}
    if state in way:
        acts(ours, ours.lead, issue)[way[state]]()
    for name in acts(ours, ours.lead, issue):
        for somebody in [*refused, *([author] if name not in OWN or state != "proposed" else [])]:
            with pytest.raises(Refused):
                acts(ours, somebody, issue)[name]()
        before, savepoint = ours.rows(issue.id), ours.session.begin_nested()
        if (state, name) in LEADS:
            acts(ours, ours.secretariat, issue)[name]()
            assert issue.state == LEADS[state, name]
            assert ours.rows(issue.id) == before + 1
        else:
            with pytest.raises(NotNow):
                acts(ours, ours.secretariat, issue)[name]()
            assert ours.rows(issue.id) == before
        savepoint.rollback()
        ours.session.expire_all()


def test_who_proposed_an_issue_changes_it_until_it_is_taken_in(ours: World) -> None:
    author = ours.buyers[1]
    issue = proposed(ours, author)
    for name in OWN - {"issue_withdrawn"}:
        acts(ours, author, issue)[name]()
    page = issue_page(ours.session, author, ours.dialogue.id, issue.id)
    assert (page.issue.title, page.may_change, page.may_manage) == ("Mica", True, False)
    acts(ours, author, issue)["issue_withdrawn"]()
    assert issue.state == "withdrawn"


def test_an_issue_comes_from_a_part_that_the_questionnaire_has(ours: World) -> None:
    for source in ("section A", "question B.01", "clause oecd 1.1", "own"):
        proposed(ours, ours.lead, source=source)
    for wrong in ({"source": "question Z.99"}, {"source": "page 1"}, {"title": " \x00 "}):
        with pytest.raises(Invalid):
            proposed(ours, ours.lead, **wrong)
    for actor in (ours.member(Role.OBSERVER), ours.member(Role.SUPPLIER_SIGNATORY)):
        with pytest.raises(Refused):
            proposed(ours, actor)
    with pytest.raises(Refused):
        issue_rows(ours.session, ours.member(Role.SUPPLIER_SIGNATORY), ours.dialogue.id)


def test_what_counts_as_ready_is_chosen_of_counted_answers(ours: World) -> None:
    issue = proposed(ours, ours.lead)

    def tie(key: str, *options: str) -> None:
        issues.set_readiness(ours.session, ours.lead, issue.id, key, options, now=ours.now)

    for key, option in (("B.01", "maybe"), ("D.01", "yes"), ("Z.99", "yes")):
        with pytest.raises(Invalid):
            tie(key, option)
    tie("B.04", "4", "3")
    tie("C.01.chips", "all")
    tie("B.04")
    assert issue.readiness == [{"key": "C.01.chips", "options": ["all"]}]
    other = proposed(ours, ours.lead, title="Chips")
    issues.merge(ours.session, ours.lead, issue.id, other.id, reason="", now=ours.now)
    assert other.readiness == issue.readiness


def test_two_people_change_an_issue_and_nothing_is_lost(ours: World) -> None:
    issue = proposed(ours, ours.lead, description="Mines.")

    def change(title: str, description: str) -> tuple[str, ...]:
        draft = issues.IssueDraft(title=title, description=description)
        return issues.change(
            ours.session, ours.lead, issue.id, draft, base_version=1, now=ours.now
        ).clashes

    assert change("Cobalt and mica", "Mines.") == ()
    assert change("Cobalt", "Smelters.") == ()
    assert (issue.title, issue.description) == ("Cobalt and mica", "Smelters.")
    assert change("Cobalt", "Refiners.") == ("description",)
    assert issue.description == "Smelters.\n\nRefiners."


def test_an_issue_on_a_ballot_keeps_its_words(ours: World) -> None:
    ours.open()
    issue = ours.session.get_one(Issue, ours.issue_ids[0])
    other = proposed(ours, ours.lead)
    for name, act in acts(ours, ours.lead, issue).items():
        if name != "issue_taken_in":
            with pytest.raises(NotNow):
                act()
    with pytest.raises(Invalid):
        acts(ours, ours.lead, other)["issue_merged"]()
