"""The demo's buyers choose what to push for: issues, two rounds of scores, demand and roadmap."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from portal.commands.demo_data.cast import Cast, Stage
from portal.commands.demo_data.institutions import BUYERS, Institution
from portal.identity.actor import Actor
from portal.meeting import operations_ballots as ballots
from portal.meeting import operations_issues as issues
from portal.meeting import operations_priorities as priorities
from portal.meeting import operations_scores as scores
from portal.meeting.priorities_rules import CRITERIA


class Days:
    """The instants of the choice: the same in every demo."""

    listed = datetime(2026, 10, 22, 9, tzinfo=UTC)
    opened = datetime(2026, 10, 26, 9, tzinfo=UTC)
    first_over = datetime(2026, 10, 30, 16, tzinfo=UTC)
    second_over = datetime(2026, 11, 4, 16, tzinfo=UTC)
    proposed = datetime(2026, 11, 6, 9, tzinfo=UTC)
    opted = datetime(2026, 11, 11, 10, tzinfo=UTC)
    adopted = datetime(2026, 11, 13, 16, tzinfo=UTC)
    published = datetime(2026, 11, 19, 9, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Topic:
    """An issue, the answers that count as ready, and each buyer's scores by criterion."""

    title: str
    description: str
    source: str
    ready: str
    """A question of yes, partly and no: yes and partly count as ready. Empty for none."""
    scores: tuple[str, str, str]
    """One digit for each of scale, scope, irremediability, leverage and effort; a buyer each."""
    left_out: str = ""
    step: str = ""
    due: date = date(2027, 3, 31)
    owner: int = 0


TOPICS = (
    Topic(
        title="Production sites are known and public",
        description="Final assembly and the main parts, with addresses, updated twice a year.",
        source="question D.01",
        ready="D.09",
        scores=("44452", "34442", "45352"),
        step="Ask for the site list in the portal's table in every tender for notebooks",
        due=date(2027, 1, 31),
    ),
    Topic(
        title="Spare parts and manuals for seven years",
        description="Manuals for everybody, the five most used parts at a published price.",
        source="section L",
        ready="L.03",
        scores=("23255", "33244", "22253"),
        step="Publish a common clause on parts and manuals",
        due=date(2027, 3, 31),
        owner=1,
    ),
    Topic(
        title="Workers can complain without fear",
        description="A channel of their own at each site of final assembly, run by a third party.",
        source="section E",
        ready="E.05",
        scores=("45434", "55424", "44433"),
        step="Agree with suppliers on what counts as a channel, then ask for it",
        due=date(2027, 6, 30),
        owner=2,
    ),
    Topic(
        title="Cobalt and mica in the minerals report",
        description="As for tin, tantalum, tungsten and gold.",
        source="section I",
        ready="",
        scores=("44514", "34515", "43414"),
        left_out=(
            "Few suppliers know their smelters for these yet. We ask again in the next round, "
            "together with the brands."
        ),
    ),
)
READY = ("yes", "partly")
INTRODUCTION = (
    "We buy notebooks, screens and phones for some 400,000 people. From 2027 on we ask for the "
    "same three things, in the same words, so that whoever delivers them once can deliver them "
    "to all of us."
)
DISSENT = (1, "For us repair comes first: most of what we own is kept for eight years.")
"""Which buyer says, with the second issue, what the medians hide."""


def choose(stage: Stage, cast: Cast) -> None:
    """From the long list to the published roadmap."""
    table = _Table(stage, cast)
    issue_ids = [table.issue(topic) for topic in TOPICS]
    ballot_id = table.vote(issue_ids)
    table.adopt(ballot_id, issue_ids)
    table.plan(ballot_id, issue_ids)


@dataclass(frozen=True, slots=True)
class _Table:
    """The buyers of a dialogue, and the secretariat that runs their ballot."""

    stage: Stage
    cast: Cast

    @property
    def _address(self) -> str:
        return f"{self.stage.address}/dialogues/demo/issues/ballots"

    def _voter(self, buyer: Institution) -> tuple[Actor, UUID]:
        actor = self.cast.actor(self.stage.session, buyer.seats[0].staff)
        return actor, self.cast.organisations[buyer.name]

    def issue(self, topic: Topic) -> UUID:
        """The lead buyer puts it on the list; its id."""
        actor, organisation_id = self._voter(BUYERS[0])
        made = issues.propose(
            self.stage.session,
            actor,
            self.cast.dialogue_id,
            issues.IssueDraft(
                title=topic.title, description=topic.description, source=topic.source
            ),
            organisation_id=organisation_id,
            now=Days.listed,
        )
        if topic.ready:
            issues.set_readiness(
                self.stage.session, actor, made.id, topic.ready, READY, now=Days.listed
            )
        return made.id

    def vote(self, issue_ids: Sequence[UUID]) -> UUID:
        """Two rounds, open among the buyers; in the second two of them move nearer."""
        session, chair = self.stage.session, self.cast.secretariat
        plan = ballots.BallotPlan(
            title="What we push for in 2027",
            secret=False,
            issue_ids=issue_ids,
            closes_at=Days.first_over,
        )
        ballot = ballots.open_ballot(
            session, chair, self.cast.dialogue_id, plan, address=self._address, now=Days.opened
        )
        for place, buyer in enumerate(BUYERS):
            for issue_id, topic in zip(issue_ids, TOPICS, strict=True):
                self._score(ballot.id, issue_id, buyer, topic.scores[place])
        ballots.close_round(session, chair, ballot.id, now=Days.first_over)
        ballots.show_results(session, chair, ballot.id, address=self._address, now=Days.first_over)
        ballots.open_second_round(
            session,
            chair,
            ballot.id,
            closes_at=Days.second_over,
            address=self._address,
            now=Days.first_over,
        )
        self._dissent(ballot.id, issue_ids[1])
        ballots.close_round(session, chair, ballot.id, now=Days.second_over)
        return ballot.id

    def _score(self, ballot_id: UUID, issue_id: UUID, buyer: Institution, digits: str) -> None:
        actor, organisation_id = self._voter(buyer)
        given: Mapping[str, int] = dict(zip(CRITERIA, map(int, digits), strict=True))
        scores.save_scores(
            self.stage.session,
            actor,
            ballot_id,
            issue_id,
            scores.ScoreDraft(scores=given),
            organisation_id=organisation_id,
            now=Days.opened + timedelta(hours=2),
        )

    def _dissent(self, ballot_id: UUID, issue_id: UUID) -> None:
        place, text = DISSENT
        actor, organisation_id = self._voter(BUYERS[place])
        scores.save_dissent(
            self.stage.session,
            actor,
            ballot_id,
            issue_id,
            scores.WordDraft(text=text),
            organisation_id=organisation_id,
            now=Days.first_over + timedelta(days=2),
        )

    def adopt(self, ballot_id: UUID, issue_ids: Sequence[UUID]) -> None:
        """All but one are proposed; every buyer is in, except one for the last."""
        session, chair = self.stage.session, self.cast.secretariat
        chosen = list(zip(issue_ids, TOPICS, strict=True))
        reasons = {issue_id: topic.left_out for issue_id, topic in chosen if topic.left_out}
        priorities.propose_list(
            session,
            chair,
            ballot_id,
            reasons,
            closes_at=Days.adopted,
            address=self._address,
            now=Days.proposed,
        )
        for place, buyer in enumerate(BUYERS):
            actor, organisation_id = self._voter(buyer)
            for issue_id, topic in chosen:
                if not topic.left_out:
                    scores.take_position(
                        session,
                        actor,
                        ballot_id,
                        issue_id,
                        scores.WordDraft(opted_in=place != 1 or topic.owner != DISSENT[0] + 1),
                        organisation_id=organisation_id,
                        now=Days.opted,
                    )
        priorities.close_adoption(session, chair, ballot_id, now=Days.adopted)

    def plan(self, ballot_id: UUID, issue_ids: Sequence[UUID]) -> None:
        """A step for each demand, the statement, and one instant at which all is published."""
        session, chair = self.stage.session, self.cast.secretariat
        priorities.introduce(
            session, chair, ballot_id, INTRODUCTION, base_version=0, now=Days.adopted
        )
        for issue_id, topic in zip(issue_ids, TOPICS, strict=True):
            if topic.step:
                step = priorities.StepDraft(
                    issue_id=issue_id,
                    owner_id=self.cast.organisations[BUYERS[topic.owner].name],
                    what=topic.step,
                    due_on=topic.due,
                )
                priorities.add_step(session, chair, ballot_id, step, now=Days.adopted)
        priorities.enter_roadmap(session, chair, ballot_id, now=Days.adopted)
        priorities.publish(session, chair, ballot_id, address=self._address, now=Days.published)
