"""Reads about what was adopted: demands, roadmap, and what everybody may read once published."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core.calendar import Entry, sequence_at
from portal.core.errors import Refused, message
from portal.dialogue.models import Dialogue
from portal.identity.actor import Actor
from portal.identity.models import Organisation, Person
from portal.meeting.ballots_rules import ROADMAP_STATES, State, review_due
from portal.meeting.issues_policy import may_know_who, may_manage, may_read_priorities, may_vote
from portal.meeting.models_issues import Ballot, BallotIssue, PriorityReview, RoadmapStep
from portal.meeting.queries_ballots import POSITION, Word, words_of

DROPPED = "dropped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """An issue of a ballot and what became of it; ``buyers`` are those that are in, by name."""

    issue_id: UUID
    ballot_id: UUID
    number: int
    title: str
    description: str
    adopted: bool
    proposed: bool
    reason: str
    readiness: tuple[dict[str, object], ...]
    buyers: tuple[Word, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AdoptedIssue:
    """An adopted issue, for other packages: ids and names of the buyers that are in."""

    issue_id: UUID
    ballot_id: UUID
    number: int
    title: str
    description: str
    adopted_at: datetime
    buyer_ids: tuple[UUID, ...]
    buyers: tuple[str, ...]
    published_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RoadmapRow:
    """A step of the roadmap; ``state`` is planned, under_way, done or dropped."""

    id: UUID
    ballot_id: UUID
    issue_id: UUID
    issue_number: int
    issue: str
    owner_id: UUID
    owner: str
    what: str
    due_on: date
    demand: str
    clause_ref: str
    state: str
    reason: str
    version: int
    changed_at: datetime
    published_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewRow:
    """A yearly look at the roadmap."""

    note: str
    person: str
    reviewed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PriorityPage:
    """What the buyers chose, as its reader may see it. Without a ballot, nothing is published."""

    ballot: Ballot | None
    demands: tuple[Demand, ...] = ()
    steps: tuple[RoadmapRow, ...] = ()
    reviews: tuple[ReviewRow, ...] = ()
    is_published: bool = False
    knows_who: bool = False
    """The reader may read the reasons of buyers and the names of people."""
    review_due_at: datetime | None = None

    @property
    def chosen(self) -> tuple[Demand, ...]:
        """What was adopted."""
        return tuple(each for each in self.demands if each.adopted)

    @property
    def left(self) -> tuple[Demand, ...]:
        """What was not."""
        return tuple(each for each in self.demands if not each.adopted)

    @property
    def buyers(self) -> tuple[str, ...]:
        """Every buyer that is in for anything."""
        return tuple(sorted({word.organisation for each in self.chosen for word in each.buyers}))

    @property
    def signatures(self) -> tuple[tuple[str, datetime], ...]:
        """Buyer and when it opted in last: the signatures under the joint statement."""
        signed: dict[str, datetime] = {}
        for each in self.chosen:
            for word in each.buyers:
                signed[word.organisation] = max(
                    word.said_at, signed.get(word.organisation, word.said_at)
                )
        return tuple(sorted(signed.items()))


def adopted_issues(session: Session, dialogue_id: UUID) -> tuple[AdoptedIssue, ...]:
    """Every adopted issue of a dialogue, by number; checks no permission.

    Three queries. ``published_at`` is None as long as only buyers may know of it.
    """
    found = {}
    for ballot in _adopted_ballots(session, dialogue_id):
        for each in _demands(session, ballot):
            if each.adopted:
                found[each.issue_id] = AdoptedIssue(
                    issue_id=each.issue_id,
                    ballot_id=ballot.id,
                    number=each.number,
                    title=each.title,
                    description=each.description,
                    adopted_at=ballot.adopted_at or ballot.opened_at,
                    buyer_ids=tuple(word.organisation_id for word in each.buyers),
                    buyers=tuple(word.organisation for word in each.buyers),
                    published_at=ballot.published_at,
                )
    return tuple(sorted(found.values(), key=lambda each: each.number))


def roadmap(session: Session, dialogue_id: UUID) -> tuple[RoadmapRow, ...]:
    """Every step of a dialogue's roadmap by day; checks no permission; one query.

    ``published_at`` is None as long as only buyers may know of it.
    """
    return _steps(session, dialogue_id)


def priority_page(
    session: Session, actor: Actor, dialogue_id: UUID, ballot_id: UUID | None = None
) -> PriorityPage:
    """What was chosen by the newest ballot that the reader may read of, or by a given one.

    Buyers and the secretariat read it from the adoption on, everybody else once it is published.
    Before that, who may read priorities learns that nothing is published; to anybody else there is
    nothing: Refused.
    """
    knows = may_know_who(actor, dialogue_id)
    ballots = [
        each
        for each in _adopted_ballots(session, dialogue_id)
        if (knows or each.published_at is not None) and ballot_id in {None, each.id}
    ]
    if ballots:
        return _page(session, ballots[-1], knows=knows)
    if ballot_id is not None or not may_read_priorities(actor, dialogue_id):
        raise Refused
    return PriorityPage(ballot=None)


def has_published(session: Session, dialogue_id: UUID) -> bool:
    """Whether there are priorities that anyone may read; one query."""
    query = select(Ballot.id).where(
        Ballot.dialogue_id == dialogue_id, Ballot.published_at.is_not(None)
    )
    return session.scalar(query.limit(1)) is not None


def may_change_steps(actor: Actor, dialogue_id: UUID, steps: Collection[RoadmapRow]) -> set[UUID]:
    """The steps of which the actor may at least say how far they are."""
    if may_manage(actor, dialogue_id):
        return {each.id for each in steps}
    return {each.id for each in steps if may_vote(actor, dialogue_id, each.owner_id)}


def roadmap_entries(session: Session, actor: Actor, dialogue_id: UUID, url: str) -> list[Entry]:
    """The days of the roadmap for a calendar; Refused for who may not read it."""
    page = priority_page(session, actor, dialogue_id)
    if page.ballot is None:
        raise Refused
    dialogue = session.get_one(Dialogue, dialogue_id)
    return [
        Entry(
            uid=f"step-{step.id}@parley",
            sequence=sequence_at(step.changed_at),
            due=step.due_on,
            summary=message("{owner}: {what}", owner=step.owner, what=step.what),
            description=message("{dialogue}: {issue}", dialogue=dialogue.title, issue=step.issue),
            url=url,
        )
        for step in page.steps
        if step.state != DROPPED
    ]


# Put together ---------------------------------------------------------------------------


def _adopted_ballots(session: Session, dialogue_id: UUID) -> list[Ballot]:
    """Ballots whose list is adopted, the newest last."""
    query = select(Ballot).where(
        Ballot.dialogue_id == dialogue_id,
        Ballot.adopted_at.is_not(None),
        Ballot.state != State.CANCELLED.value,
    )
    return list(session.scalars(query.order_by(Ballot.adopted_at, Ballot.id)))


def _page(session: Session, ballot: Ballot, *, knows: bool) -> PriorityPage:
    in_roadmap = ballot.state in ROADMAP_STATES
    due = review_due(ballot.reviewed_at, ballot.adopted_at or ballot.opened_at)
    return PriorityPage(
        ballot=ballot,
        demands=tuple(_demands(session, ballot)),
        steps=_steps(session, ballot.dialogue_id, ballot.id),
        reviews=tuple(_reviews(session, ballot.id)),
        is_published=ballot.published_at is not None,
        knows_who=knows,
        review_due_at=due if in_roadmap else None,
    )


def _demands(session: Session, ballot: Ballot) -> list[Demand]:
    words = words_of(session, ballot.id, POSITION)
    query = select(BallotIssue).where(BallotIssue.ballot_id == ballot.id)
    return [
        Demand(
            issue_id=row.issue_id,
            ballot_id=ballot.id,
            number=row.number,
            title=row.title,
            description=row.description,
            adopted=bool(row.adopted),
            proposed=bool(row.proposed),
            reason=row.reason,
            readiness=tuple(row.readiness),
            buyers=tuple(each for each in words.get(row.issue_id, []) if each.opted_in),
        )
        for row in session.scalars(query.order_by(BallotIssue.number))
    ]


def _steps(
    session: Session, dialogue_id: UUID, ballot_id: UUID | None = None
) -> tuple[RoadmapRow, ...]:
    query = (
        select(
            RoadmapStep,
            BallotIssue.number,
            BallotIssue.title,
            Organisation.name,
            Ballot.published_at,
        )
        .join(Ballot, Ballot.id == RoadmapStep.ballot_id)
        .join(
            BallotIssue,
            (BallotIssue.ballot_id == Ballot.id) & (BallotIssue.issue_id == RoadmapStep.issue_id),
        )
        .join(Organisation, Organisation.id == RoadmapStep.owner_id)
        .where(Ballot.dialogue_id == dialogue_id)
        .order_by(RoadmapStep.due_on, BallotIssue.number, RoadmapStep.id)
    )
    if ballot_id is not None:
        query = query.where(Ballot.id == ballot_id)
    return tuple(_step(*row) for row in session.execute(query))


def _step(
    step: RoadmapStep, number: int, title: str, owner: str, published_at: datetime | None
) -> RoadmapRow:
    return RoadmapRow(
        id=step.id,
        ballot_id=step.ballot_id,
        issue_id=step.issue_id,
        issue_number=number,
        issue=title,
        owner_id=step.owner_id,
        owner=owner,
        what=step.what,
        due_on=step.due_on,
        demand=step.demand,
        clause_ref=step.clause_ref,
        state=step.state,
        reason=step.reason,
        version=step.version,
        changed_at=step.changed_at,
        published_at=published_at,
    )


def _reviews(session: Session, ballot_id: UUID) -> list[ReviewRow]:
    query = (
        select(PriorityReview, Person.name)
        .outerjoin(Person, Person.id == PriorityReview.person_id)
        .where(PriorityReview.ballot_id == ballot_id)
        .order_by(PriorityReview.reviewed_at.desc())
    )
    return [
        ReviewRow(note=row.note, person=name or "", reviewed_at=row.reviewed_at)
        for row, name in session.execute(query)
    ]
