"""Writes about a ballot's rounds: opening, closing, showing the results, the second round."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core.calendar import Entry, sequence_at
from portal.core.errors import Invalid, Message, NotNow, Refused, message
from portal.core.mail import write
from portal.dialogue.models import Dialogue
from portal.dialogue.queries import role_holders
from portal.identity.actor import Actor
from portal.identity.roles import Permission, Role
from portal.meeting.ballots_rules import DONE_WITH, FIRST, SECOND, Act, State, may_end
from portal.meeting.ballots_secrecy import Given, shown
from portal.meeting.issues_policy import may_manage
from portal.meeting.models_issues import Ballot, BallotIssue, BallotResult, BallotScore, Issue
from portal.meeting.priorities_rules import figures
from portal.meeting.priorities_store import (
    Hand,
    given,
    hand_of,
    issues_of,
    require_later,
    run,
)
from portal.meeting.queries_ballots import missing_scores

LISTED = "listed"
TITLE_LENGTH = 200
SCORERS = frozenset({Role.LEAD_BUYER, Role.CO_BUYER, Role.OBSERVER})
VOTERS = frozenset({Role.LEAD_BUYER, Role.CO_BUYER})


@dataclass(frozen=True, slots=True, kw_only=True)
class BallotPlan:
    """What a ballot is about, whether scores are secret, and until when the round is open."""

    title: str
    secret: bool
    issue_ids: Sequence[UUID]
    closes_at: datetime


def open_ballot(
    session: Session,
    actor: Actor,
    dialogue_id: UUID,
    plan: BallotPlan,
    *,
    address: str,
    now: datetime,
) -> Ballot:
    """Open the first round on issues of the list, in their present words, and tell who scores.

    Raises Refused for who may not run ballots, Invalid for a plan without title, issues or time,
    NotNow while another ballot of the dialogue is under way.
    """
    if not may_manage(actor, dialogue_id):
        raise Refused
    dialogue = session.get_one(Dialogue, dialogue_id, with_for_update=True)
    title = given(plan.title, "title", message("Give the ballot a title."), limit=TITLE_LENGTH)
    require_later(plan.closes_at, now)
    chosen = _chosen(session, dialogue_id, plan.issue_ids)
    _require_no_other(session, dialogue_id)
    ballot = Ballot(
        dialogue_id=dialogue_id,
        title=title,
        secret=plan.secret,
        state=State.ROUND_1_OPEN.value,
        closes_at=plan.closes_at,
        opened_at=now,
    )
    session.add(ballot)
    session.flush()
    session.add_all(_as_it_stands(ballot.id, issue) for issue in chosen)
    session.flush()
    hand = hand_of(session, actor, dialogue_id, Permission.ISSUE_MANAGE, now=now)
    details = {"to": ballot.state, "secret": plan.secret, "issues": len(chosen)}
    hand.note(("ballot", ballot.id), "ballot_opened", **details)
    _ask_for_scores(hand, dialogue, ballot, f"{address}/{ballot.id}")
    return ballot


def close_round(session: Session, actor: Actor, ballot_id: UUID, *, now: datetime) -> None:
    """End the round that is open; the second round's results are shown from then on.

    Raises NotNow before its time, unless every buyer has scored every issue of the first round.
    """
    running = run(session, actor, ballot_id, Act.CLOSE_ROUND, now=now)
    ballot = running.ballot
    if not may_end(now, ballot.closes_at, missing_scores(session, ballot)):
        raise NotNow(message("Buyers were promised this round's time. It has not come yet."))
    if running.leads_to is State.ROUND_2_CLOSED:
        _work_out(session, ballot, SECOND)
    running.go()


def show_results(
    session: Session, actor: Actor, ballot_id: UUID, *, address: str, now: datetime
) -> None:
    """Work out the first round's results, once, and tell everybody who scores."""
    running = run(session, actor, ballot_id, Act.SHOW_RESULTS, now=now)
    _work_out(session, running.ballot, FIRST)
    running.go()
    dialogue = session.get_one(Dialogue, running.ballot.dialogue_id)
    tell(
        running.hand,
        SCORERS,
        message("{dialogue}: results of the first round", dialogue=dialogue.title),
        message("The results of “{ballot}” can be read now.", ballot=running.ballot.title),
        f"{address}/{ballot_id}",
    )


def open_second_round(
    session: Session,
    actor: Actor,
    ballot_id: UUID,
    *,
    closes_at: datetime,
    address: str,
    now: datetime,
) -> None:
    """Open the second round: everybody's scores of the first stand until they change them."""
    running = run(session, actor, ballot_id, Act.OPEN_SECOND_ROUND, now=now)
    require_later(closes_at, now)
    ballot = running.ballot
    ballot.closes_at = closes_at
    for score in _scores(session, ballot.id, FIRST):
        _carry_over(running.hand, score)
    running.go(closes_at=closes_at.isoformat())
    dialogue = session.get_one(Dialogue, ballot.dialogue_id)
    _ask_for_scores(running.hand, dialogue, ballot, f"{address}/{ballot_id}")


def cancel(session: Session, actor: Actor, ballot_id: UUID, *, reason: str, now: datetime) -> None:
    """Give a ballot up before its list is adopted, for a reason; its issues are free again."""
    running = run(session, actor, ballot_id, Act.CANCEL, now=now)
    text = given(reason, "reason", message("Give the reason: everybody who scores reads it."))
    running.ballot.reason = text
    running.go(reason=text)


def tell(
    hand: Hand,
    roles: Collection[Role],
    subject: Message,
    *paragraphs: Message | str,
    calendar: Sequence[Entry] = (),
) -> None:
    """Mail everybody who holds one of these roles in the dialogue, once each."""
    found = {
        holder.email: holder
        for holder in role_holders(hand.session, hand.dialogue_id)
        if holder.role in roles
    }
    for holder in found.values():
        write(hand.session, holder.mailbox, subject, *paragraphs, calendar=calendar, now=hand.now)


# Rounds ---------------------------------------------------------------------------------


def _require_no_other(session: Session, dialogue_id: UUID) -> None:
    running = select(Ballot.id).where(
        Ballot.dialogue_id == dialogue_id, Ballot.state.not_in(DONE_WITH)
    )
    if session.scalar(running.limit(1)) is not None:
        raise NotNow(message("Another ballot of this dialogue is under way. Finish it first."))


def _chosen(session: Session, dialogue_id: UUID, ids: Sequence[UUID]) -> list[Issue]:
    query = select(Issue).where(
        Issue.dialogue_id == dialogue_id, Issue.id.in_(ids), Issue.state == LISTED
    )
    found = list(session.scalars(query.order_by(Issue.number)))
    if not found or len(found) != len(set(ids)):
        sentence = message("Choose at least one issue of the long list.")
        raise Invalid(sentence, {"issues": sentence})
    return found


def _as_it_stands(ballot_id: UUID, issue: Issue) -> BallotIssue:
    return BallotIssue(
        ballot_id=ballot_id,
        issue_id=issue.id,
        number=issue.number,
        title=issue.title,
        description=issue.description,
        readiness=issue.readiness,
    )


def _ask_for_scores(hand: Hand, dialogue: Dialogue, ballot: Ballot, url: str) -> None:
    summary = message("{dialogue}: your scores are due", dialogue=dialogue.title)
    entry = Entry(
        uid=f"ballot-{ballot.id}@parley",
        sequence=sequence_at(hand.now),
        due=ballot.closes_at,
        summary=summary,
        url=url,
    )
    how = (
        message("It is a secret ballot: nobody sees who gave what.")
        if ballot.secret
        else message("It is an open ballot: the buyers will see who gave what.")
    )
    tell(
        hand,
        SCORERS,
        summary,
        message(
            "“{ballot}” asks what the buyers should push for first. Scores are taken until {when}.",
            ballot=ballot.title,
            when=ballot.closes_at,
        ),
        how,
        url,
        calendar=(entry,),
    )


def _scores(session: Session, ballot_id: UUID, round_: int) -> list[BallotScore]:
    query = select(BallotScore).where(
        BallotScore.ballot_id == ballot_id, BallotScore.round == round_
    )
    return list(session.scalars(query.order_by(BallotScore.id)))


def _carry_over(hand: Hand, score: BallotScore) -> None:
    carried = BallotScore(
        ballot_id=score.ballot_id,
        round=SECOND,
        issue_id=score.issue_id,
        organisation_id=score.organisation_id,
        advisory=score.advisory,
        scores=dict(score.scores),
        comment=score.comment,
        version=1,
        person_id=score.person_id,
        saved_at=score.saved_at,
    )
    hand.session.add(carried)
    hand.session.flush()
    hand.keep(carried.id, 1, {**score.scores, "comment": score.comment})


def _work_out(session: Session, ballot: Ballot, round_: int) -> None:
    """Store the results of a round: for those who may know who gave what, and for everybody."""
    now_, told = _by_issue(session, ballot.id, round_), _told(session, ballot.dialogue_id)
    for issue_id in issues_of(session, ballot.id):
        for advisory in (False, True):
            place = (issue_id, advisory)
            given_ = now_.get(place, {})
            found: dict[bool, Any] = {False: shown(given_, *told.get(place, ()))}
            if not ballot.secret:
                found[True] = figures(list(given_.values())) or None
            session.add_all(
                BallotResult(
                    ballot_id=ballot.id,
                    round=round_,
                    issue_id=issue_id,
                    advisory=advisory,
                    attributed=attributed,
                    n=len(given_),
                    figures=each,
                )
                for attributed, each in found.items()
            )
    session.flush()


def _by_issue(session: Session, ballot_id: UUID, round_: int) -> dict[tuple[UUID, bool], Given]:
    found: dict[tuple[UUID, bool], dict[UUID, dict[str, int]]] = {}
    for row in _scores(session, ballot_id, round_):
        found.setdefault((row.issue_id, row.advisory), {})[row.organisation_id] = row.scores
    return dict(found)


def _told(session: Session, dialogue_id: UUID) -> dict[tuple[UUID, bool], list[Given]]:
    """Issue → what gave each result that those may read who may not know who gave what.

    Of every ballot of the dialogue, also of those that were cancelled later, the oldest first.
    """
    query = (
        select(BallotResult)
        .join(Ballot, Ballot.id == BallotResult.ballot_id)
        .where(Ballot.dialogue_id == dialogue_id, BallotResult.attributed.is_(False))
        .order_by(Ballot.opened_at, Ballot.id, BallotResult.round)
    )
    shown_ = [row for row in session.scalars(query) if row.figures is not None]
    rounds = {(row.ballot_id, row.round) for row in shown_}
    scores = {each: _by_issue(session, *each) for each in rounds}
    found: dict[tuple[UUID, bool], list[Given]] = {}
    for row in shown_:
        place = (row.issue_id, row.advisory)
        found.setdefault(place, []).append(scores[row.ballot_id, row.round][place])
    return found
