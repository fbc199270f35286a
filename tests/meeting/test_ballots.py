"""The life of a ballot: every legal step leaves one row of the log, every other is refused."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from portal.core.audit import AuditEntry
from portal.core.db import Session
from portal.core.errors import Invalid, NotNow, Refused
from portal.core.mail import OutboxMail
from portal.identity.roles import Role
from portal.meeting import operations_ballots as ballots
from portal.meeting import operations_priorities as priorities
from portal.meeting import operations_scores as scores
from portal.meeting.ballots_rules import BEFORE_ADOPTION, FIRST, LEADS, SECOND, Act, State
from portal.meeting.models_issues import BallotScore, PriorityEdit
from portal.meeting.priorities_merging import Joined
from portal.meeting.priorities_rules import Quartiles
from portal.meeting.queries_ballots import (
    Shown,
    ballot_page,
    missing_scores,
    named_scores,
    own_scores,
)
from tests import factories
from tests.meeting.ballot_world import ADDRESS, WAY, WEEK, World, world

NOT_IN_CHARGE = (Role.CO_BUYER, Role.BUYER_READER, Role.OBSERVER, Role.SUPPLIER_SIGNATORY)


def scale_of(shown: Shown) -> Quartiles | None:
    return shown.figures["scale"] if shown.figures else None


@pytest.fixture
def ours(session: Session, now: datetime) -> World:
    return world(session, now=now)


@pytest.mark.parametrize("state", State)
def test_a_ballot_takes_each_step_from_its_state_and_no_other(ours: World, state: State) -> None:
    ours.bring_to(state)
    ballot_id = ours.ballot.id
    for act in Act:
        before, savepoint = ours.rows(ballot_id), ours.session.begin_nested()
        leads_to = LEADS.get((state, act))
        if leads_to is None:
            with pytest.raises(NotNow):
                ours.does(act)
            assert ours.rows(ballot_id) == before
        else:
            if act is Act.ENTER_ROADMAP:
                ours.step(ours.lead)
            ours.does(act)
            assert ours.ballot.state == leads_to
            entry = ours.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
            assert entry is not None
            assert ours.rows(ballot_id) == before + 1
            assert (entry.act, entry.details["from"]) == (f"ballot_{act}", state.value)
            assert entry.details["to"] == leads_to.value
            assert entry.organisation_id == factories.own(ours.secretariat)
        savepoint.rollback()
        ours.session.expire_all()


def test_only_who_runs_ballots_moves_them(ours: World, now: datetime) -> None:
    elsewhere = factories.published(ours.session, now=now)
    others = [
        *(ours.member(role) for role in NOT_IN_CHARGE),
        ours.member(Role.LEAD_BUYER, elsewhere),
        ours.member(Role.SECRETARIAT, elsewhere),
    ]
    for somebody in others:
        with pytest.raises(Refused):
            ours.open(actor=somebody)
    ours.open()
    for act in (*WAY[:-1], Act.PUBLISH, Act.REVIEW):
        tried = [act, *([Act.CANCEL] if State(ours.ballot.state) in BEFORE_ADOPTION else [])]
        ours.prepare(act)
        before = ours.rows(ours.ballot.id)
        for refused in tried:
            for somebody in others:
                with pytest.raises(Refused):
                    ours.does(refused, somebody)
        assert ours.rows(ours.ballot.id) == before
        ours.does(act)


def test_a_ballot_needs_issues_time_and_no_other_ballot(ours: World, now: datetime) -> None:
    def plan(**changes: object) -> ballots.BallotPlan:
        found = {"title": "T", "secret": False, "issue_ids": ours.issue_ids} | changes
        return ballots.BallotPlan(**{"closes_at": now + WEEK, **found})  # type: ignore[arg-type]  # changed by name

    for wrong in ({"title": " "}, {"issue_ids": ()}, {"closes_at": now}):
        with pytest.raises(Invalid):
            ballots.open_ballot(
                ours.session, ours.lead, ours.dialogue.id, plan(**wrong), address="", now=now
            )
    ours.open()
    with pytest.raises(NotNow):
        ours.open()
    subjects = list(ours.session.scalars(select(OutboxMail.subject)))
    assert len([each for each in subjects if "your scores are due" in each]) == len(ours.buyers)


def test_a_round_ends_at_its_time_or_when_every_buyer_has_scored(
    ours: World, now: datetime
) -> None:
    ours.open()
    for buyer in ours.buyers[1:]:
        for issue_id in ours.issue_ids:
            ours.score(buyer, issue_id=issue_id)
    with pytest.raises(NotNow):
        ballots.close_round(ours.session, ours.lead, ours.ballot.id, now=now)
    assert missing_scores(ours.session, ours.ballot) == {factories.own(ours.lead)}
    for issue_id in ours.issue_ids:
        ours.score(ours.lead, issue_id=issue_id)
    ballots.close_round(ours.session, ours.lead, ours.ballot.id, now=now)
    with pytest.raises(NotNow):
        ours.score(ours.lead, 5)


def test_scores_are_taken_from_voters_while_the_round_is_open(ours: World) -> None:
    ours.open()
    for role in (Role.SECRETARIAT, Role.BUYER_READER, Role.SUPPLIER_SIGNATORY):
        with pytest.raises(Refused):
            ours.score(ours.member(role))
    somebody = ours.buyers[1]
    with pytest.raises(Refused):
        scores.save_scores(
            ours.session,
            somebody,
            ours.ballot.id,
            ours.issue_ids[0],
            scores.ScoreDraft(),
            organisation_id=factories.own(ours.lead),
            now=ours.now,
        )
    with pytest.raises(Invalid) as fault:
        ours.score(somebody, {"scale": 6, "scope": 1})
    assert set(fault.value.fields) == {"scale", "irremediability", "leverage", "effort"}
    with pytest.raises(NotNow):
        ours.score(somebody, now=ours.ballot.closes_at)
    ours.score(somebody, 4)
    entry = ours.session.scalars(select(AuditEntry).filter_by(act="ballot_scored")).one()
    assert set(entry.details) == {"issue", "round", "version"}


def test_two_colleagues_scores_are_joined_and_nothing_is_lost(ours: World) -> None:
    first = ours.buyers[1]
    second = factories.colleague(ours.session, ours.dialogue, first, Role.CO_BUYER, now=ours.now)
    ours.open()
    ours.score(first, 3, comment="Chips.")
    ours.score(
        first,
        dict.fromkeys(("scope", "irremediability", "leverage", "effort"), 3) | {"scale": 5},
        comment="Chips and cobalt.",
        base_version=1,
    )
    joined = ours.score(
        second,
        dict.fromkeys(("scale", "scope", "irremediability", "effort"), 3) | {"leverage": 2},
        comment="Mica.",
        base_version=1,
    )
    assert joined.clashes == ("comment",)
    row = ours.session.scalars(select(BallotScore)).one()
    assert (row.scores["scale"], row.scores["leverage"]) == (5, 2)
    assert row.comment == "Chips and cobalt.\n\nMica."
    kept = list(ours.session.scalars(select(PriorityEdit).filter_by(subject_id=row.id)))
    assert [each.fields["comment"] for each in sorted(kept, key=lambda each: each.version)] == [
        "Chips.",
        "Chips and cobalt.",
        "Chips and cobalt.\n\nMica.",
    ]


def test_the_second_round_begins_with_the_scores_of_the_first(ours: World) -> None:
    ours.bring_to(State.ROUND_2_OPEN)
    page = ballot_page(ours.session, ours.lead, ours.dialogue.id, ours.ballot.id)
    assert scale_of(page.issue(ours.issue_ids[0]).results[FIRST]) == (1, 2, 3)
    own = own_scores(ours.session, ours.lead, page, ours.issue_ids[0], factories.own(ours.lead))
    assert own[SECOND].scores == own[FIRST].scores
    ours.score(ours.lead, 5, base_version=1, now=ours.ballot.closes_at - timedelta(hours=1))
    ours.does(Act.CLOSE_ROUND)
    page = ballot_page(ours.session, ours.lead, ours.dialogue.id, ours.ballot.id)
    assert scale_of(page.issue(ours.issue_ids[0]).results[SECOND]) == (2, 3, 5)
    given = named_scores(ours.session, page, ours.issue_ids[0])
    assert {(each.round, each.scores["scale"]) for each in given} == {
        (1, 1), (1, 2), (1, 3), (2, 5), (2, 2), (2, 3),
    }  # fmt: skip
    with pytest.raises(Refused):
        own_scores(ours.session, ours.lead, page, ours.issue_ids[0], factories.own(ours.buyers[1]))


def test_an_observer_advises_apart_and_sees_no_names(ours: World) -> None:
    observer = ours.member(Role.OBSERVER)
    ours.open()
    for buyer in ours.buyers:
        ours.score(buyer, 2)
    ours.score(observer, 5)
    ours.does(Act.CLOSE_ROUND)
    ours.does(Act.SHOW_RESULTS)
    page = ballot_page(ours.session, ours.lead, ours.dialogue.id, ours.ballot.id)
    issue = page.issue(ours.issue_ids[0])
    assert scale_of(issue.results[FIRST]) == (2, 2, 2)
    assert scale_of(issue.advice[FIRST]) == (5, 5, 5)
    theirs = ballot_page(ours.session, observer, ours.dialogue.id, ours.ballot.id)
    assert scale_of(theirs.issue(issue.id).results[FIRST]) is None
    assert named_scores(ours.session, theirs, issue.id) == []


def test_dissent_is_said_once_there_are_results_and_kept(ours: World) -> None:
    def dissent(buyer: object, text: str, base_version: int = 0) -> Joined:
        return scores.save_dissent(
            ours.session,
            buyer,  # type: ignore[arg-type]  # an actor
            ours.ballot.id,
            ours.issue_ids[0],
            scores.WordDraft(text=text, base_version=base_version),
            organisation_id=factories.own(buyer),  # type: ignore[arg-type]  # an actor
            now=ours.now,
        )

    ours.bring_to(State.ROUND_1_CLOSED)
    with pytest.raises(NotNow):
        dissent(ours.lead, "Too early.")
    ours.does(Act.SHOW_RESULTS)
    for role in (Role.SECRETARIAT, Role.OBSERVER, Role.BUYER_READER):
        with pytest.raises(Refused):
            dissent(ours.member(role), "Not mine to say.")
    dissent(ours.lead, "Our market is another.")
    dissent(ours.lead, "Not ours.")
    page = ballot_page(ours.session, ours.buyers[1], ours.dialogue.id, ours.ballot.id)
    (word,) = page.issue(ours.issue_ids[0]).dissents
    assert word.text == "Our market is another.\n\nNot ours."
    observer = ours.member(Role.OBSERVER)
    page = ballot_page(ours.session, observer, ours.dialogue.id, ours.ballot.id)
    assert page.issue(ours.issue_ids[0]).dissents == ()


def test_what_two_buyers_are_in_is_adopted(ours: World) -> None:
    ours.bring_to(State.ROUND_2_CLOSED)
    with pytest.raises(Invalid):
        priorities.propose_list(
            ours.session,
            ours.lead,
            ours.ballot.id,
            dict.fromkeys(ours.issue_ids, "No."),
            closes_at=ours.over + WEEK,
            address=ADDRESS,
            now=ours.over,
        )
    priorities.propose_list(
        ours.session, ours.lead, ours.ballot.id, {}, closes_at=ours.over + WEEK,
        address=ADDRESS, now=ours.over,
    )  # fmt: skip
    first, second = ours.issue_ids
    for buyer in ours.buyers:
        ours.position(buyer, opted_in=True, issue_id=first)
        with pytest.raises(NotNow):
            priorities.close_adoption(ours.session, ours.lead, ours.ballot.id, now=ours.now)
        ours.position(buyer, opted_in=buyer == ours.lead, issue_id=second)
    with pytest.raises(Refused):
        ours.position(ours.member(Role.SECRETARIAT), opted_in=True)
    priorities.close_adoption(ours.session, ours.lead, ours.ballot.id, now=ours.now)
    with pytest.raises(NotNow):
        ours.position(ours.lead, opted_in=False)
    page = ballot_page(ours.session, ours.lead, ours.dialogue.id, ours.ballot.id)
    assert {each.id: each.adopted for each in page.issues} == {first: True, second: False}
    with pytest.raises(NotNow):
        ours.does(Act.ENTER_ROADMAP)
