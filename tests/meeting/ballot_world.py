"""Buyers, their issues, and a ballot brought to any point of its life."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select

from portal.core.audit import AuditEntry
from portal.core.db import Session
from portal.dialogue.models import Dialogue
from portal.identity.actor import Actor
from portal.identity.roles import Role
from portal.meeting import operations_ballots as ballots
from portal.meeting import operations_issues as issues
from portal.meeting import operations_priorities as priorities
from portal.meeting import operations_scores as scores
from portal.meeting.ballots_rules import Act, State
from portal.meeting.models_issues import Ballot
from portal.meeting.priorities_merging import Joined
from portal.meeting.priorities_rules import CRITERIA
from tests import factories
from tests.blueprints.secretariat_world import staff

ADDRESS = "http://127.0.0.1/ballots"
WEEK = timedelta(days=7)


@dataclass(frozen=True, kw_only=True)
class World:
    """A dialogue with a secretariat, a lead buyer, co-buyers, and issues on the long list."""

    session: Session
    dialogue: Dialogue
    secretariat: Actor
    buyers: tuple[Actor, ...]
    issue_ids: tuple[UUID, ...]
    now: datetime
    made: dict[str, Ballot] = field(default_factory=dict)

    @property
    def lead(self) -> Actor:
        """The lead buyer."""
        return self.buyers[0]

    @property
    def ballot(self) -> Ballot:
        """The ballot that was opened last."""
        return self.made["ballot"]

    @property
    def over(self) -> datetime:
        """When the time that was promised last is over."""
        return self.ballot.closes_at + timedelta(hours=1)

    def member(self, role: Role, dialogue: Dialogue | None = None) -> Actor:
        """Somebody else with this role, of an organisation of their own."""
        where = dialogue or self.dialogue
        return factories.member(self.session, where, role, now=self.now)

    def rows(self, subject_id: UUID) -> int:
        """How many rows the audit log has on something."""
        query = select(func.count()).select_from(AuditEntry)
        return self.session.scalar(query.filter_by(subject_id=str(subject_id))) or 0

    # What people do --------------------------------------------------------------------

    def open(self, *, secret: bool = False, actor: Actor | None = None) -> Ballot:
        """Open a ballot on every issue."""
        plan = ballots.BallotPlan(
            title="First things first",
            secret=secret,
            issue_ids=self.issue_ids,
            closes_at=self.now + WEEK,
        )
        made = ballots.open_ballot(
            self.session,
            actor or self.secretariat,
            self.dialogue.id,
            plan,
            address=ADDRESS,
            now=self.now,
        )
        self.made["ballot"] = made
        return made

    def score(
        self,
        buyer: Actor,
        given: int | Mapping[str, int] = 3,
        *,
        issue_id: UUID | None = None,
        comment: str = "",
        base_version: int = 0,
        now: datetime | None = None,
    ) -> Joined:
        """One buyer's scores of one issue; a number is given to every criterion."""
        found = dict.fromkeys(CRITERIA, given) if isinstance(given, int) else given
        return scores.save_scores(
            self.session,
            buyer,
            self.ballot.id,
            issue_id or self.issue_ids[0],
            scores.ScoreDraft(scores=found, comment=comment, base_version=base_version),
            organisation_id=factories.own(buyer),
            now=now or self.now,
        )

    def position(self, buyer: Actor, *, opted_in: bool, issue_id: UUID | None = None) -> None:
        """One buyer opts in or out."""
        scores.take_position(
            self.session,
            buyer,
            self.ballot.id,
            issue_id or self.issue_ids[0],
            scores.WordDraft(opted_in=opted_in, text="So we decided."),
            organisation_id=factories.own(buyer),
            now=self.now,
        )

    def step(
        self, actor: Actor, issue_id: UUID | None = None, *, owner: Actor | None = None
    ) -> UUID:
        """A step of the roadmap."""
        draft = priorities.StepDraft(
            issue_id=issue_id or self.issue_ids[0],
            owner_id=factories.own(owner or self.lead),
            what="Ask for it in the next tender",
            due_on=date(2027, 3, 1),
        )
        made = priorities.add_step(self.session, actor, self.ballot.id, draft, now=self.now)
        return made.id

    def does(self, act: Act, actor: Actor | None = None) -> None:
        """One act on the ballot, when its time has come."""
        who, ballot_id, now = actor or self.secretariat, self.ballot.id, self.over
        session = self.session
        left_out = {self.issue_ids[1]: "The market is not there yet."}
        acts: Mapping[Act, Callable[[], object]] = {
            Act.CLOSE_ROUND: lambda: ballots.close_round(session, who, ballot_id, now=now),
            Act.SHOW_RESULTS: lambda: ballots.show_results(
                session, who, ballot_id, address=ADDRESS, now=now
            ),
            Act.OPEN_SECOND_ROUND: lambda: ballots.open_second_round(
                session, who, ballot_id, closes_at=now + WEEK, address=ADDRESS, now=now
            ),
            Act.PROPOSE_LIST: lambda: priorities.propose_list(
                session, who, ballot_id, left_out, closes_at=now + WEEK, address=ADDRESS, now=now
            ),
            Act.CLOSE_ADOPTION: lambda: priorities.close_adoption(session, who, ballot_id, now=now),
            Act.ENTER_ROADMAP: lambda: priorities.enter_roadmap(session, who, ballot_id, now=now),
            Act.PUBLISH: lambda: priorities.publish(
                session, who, ballot_id, address=ADDRESS, now=now
            ),
            Act.REVIEW: lambda: priorities.review(
                session, who, ballot_id, note="Two tenders ask for it.", now=now
            ),
            Act.CANCEL: lambda: ballots.cancel(
                session, who, ballot_id, reason="Opened by mistake.", now=now
            ),
        }
        acts[act]()
        session.flush()

    def bring_to(self, state: State, *, secret: bool = False) -> None:
        """Open a ballot and lead it to a state, with what each step needs."""
        self.open(secret=secret)
        if state is State.CANCELLED:
            self.does(Act.CANCEL)
            return
        for act in WAY:
            if self.ballot.state == state:
                return
            self.prepare(act)
            self.does(act)

    def prepare(self, act: Act) -> None:
        """What an act needs that others do before it."""
        if act is Act.CLOSE_ROUND and self.ballot.state == State.ROUND_1_OPEN:
            for number, buyer in enumerate(self.buyers):
                self.score(buyer, number % 5 + 1)
        if act is Act.CLOSE_ADOPTION:
            for buyer in self.buyers:
                self.position(buyer, opted_in=True)
        if act is Act.ENTER_ROADMAP:
            self.step(self.secretariat)


WAY = (
    Act.CLOSE_ROUND,
    Act.SHOW_RESULTS,
    Act.OPEN_SECOND_ROUND,
    Act.CLOSE_ROUND,
    Act.PROPOSE_LIST,
    Act.CLOSE_ADOPTION,
    Act.ENTER_ROADMAP,
    Act.REVIEW,
)


def world(
    session: Session,
    *,
    now: datetime,
    buyers: int = 3,
    count: int = 2,
    dialogue: Dialogue | None = None,
) -> World:
    """A published dialogue with so many buyers and issues."""
    made = dialogue or factories.published(session, now=now)
    secretariat = staff(session, made)
    lead = staff(session, made, Role.LEAD_BUYER)
    others = [factories.member(session, made, Role.CO_BUYER, now=now) for _ in range(buyers - 1)]
    found = [
        issues.propose(
            session,
            lead,
            made.id,
            issues.IssueDraft(title=f"Issue {number}", description="Why it matters."),
            organisation_id=factories.own(lead),
            now=now,
        ).id
        for number in range(1, count + 1)
    ]
    return World(
        session=session,
        dialogue=made,
        secretariat=secretariat,
        buyers=(lead, *others),
        issue_ids=tuple(found),
        now=now,
    )
