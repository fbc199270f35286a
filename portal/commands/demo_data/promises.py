"""Commitments of the demo: one under way, one proven and verified, one overdue, one of a buyer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID

from portal.commands.demo_data.answering import Team
from portal.commands.demo_data.cast import Cast, Stage
from portal.commands.demo_data.institutions import BUYERS
from portal.identity.actor import Actor
from portal.meeting import operations_commitments as commitments
from portal.meeting import operations_commitments_proof as proofs
from portal.meeting.commitments_rules import Level, Method
from portal.meeting.commitments_sources import Source
from portal.meeting.operations_commitments_actions import (
    Finding,
    add_action,
    due_to_lapse,
    mark_overdue,
)


class Days:
    """The instants of the follow-up: the same in every demo."""

    proposed = datetime(2026, 11, 6, 9, tzinfo=UTC)
    agreed = datetime(2026, 11, 9, 10, tzinfo=UTC)
    begun = datetime(2026, 11, 10, 9, tzinfo=UTC)
    proven = datetime(2026, 11, 16, 14, tzinfo=UTC)
    verified = datetime(2026, 11, 19, 11, tzinfo=UTC)


SITES = ("Publish the list of our final assembly sites, twice a year.", date(2027, 3, 31))
MANUALS = ("Repair manuals of all current notebooks are open to everybody.", date(2026, 11, 30))
WAGES = ("Ask our two largest assembly sites what working hours they paid.", date(2026, 11, 20))
TABLE = ("One table for site lists in all our tenders, the one of this portal.", date(2027, 1, 31))
CHECKED = "Opened five manuals without signing in; all were complete."
FINDING = "Manuals of two discontinued models are still behind a login."
ACTION = "Open them, too, or say until when they are sold."


def follow_up(
    stage: Stage, cast: Cast, teams: Sequence[Team], meeting_id: UUID, *, now: datetime
) -> None:
    """What three suppliers and a buyer promised in the session, and where it stands."""
    promises = _Promises(stage, cast, meeting_id)
    first, second, third = (teams[place % len(teams)] for place in range(3))
    promises.agreed(first, SITES)
    verified = promises.agreed(second, MANUALS)
    promises.prove(second, verified)
    promises.agreed(third, WAGES)
    promises.of_a_buyer(TABLE)
    mark_overdue(stage.session, due_to_lapse(stage.session, now=now), now=now)


@dataclass(frozen=True, slots=True)
class _Promises:
    """The session in which they were made, and the lead buyer who follows them up."""

    stage: Stage
    cast: Cast
    meeting_id: UUID

    @property
    def _lead(self) -> Actor:
        return self.cast.actor(self.stage.session, BUYERS[0].seats[0].staff)

    def agreed(self, team: Team, promise: tuple[str, date]) -> UUID:
        """The supplier proposes it, a lead buyer agrees, and work begins; its id."""
        session, where, address = self.stage.session, self.cast.dialogue_id, self.stage.address
        text, due_on = promise
        proposal = commitments.Proposal(
            organisation_id=team.organisation_id,
            text=text,
            due_on=due_on,
            source=Source(kind="session", meeting_id=self.meeting_id),
        )
        made = commitments.propose(
            session, team.signatory, where, proposal, address=address, now=Days.proposed
        )
        commitments.agree(
            session,
            self._lead,
            where,
            made.id,
            seen=made.version,
            address=address,
            now=Days.agreed,
        )
        commitments.begin(session, team.contact, where, made.id, now=Days.begun)
        return made.id

    def prove(self, team: Team, commitment_id: UUID) -> None:
        """The supplier shows it, the lead buyer checks it and notes what is left to do."""
        session, where, address = self.stage.session, self.cast.dialogue_id, self.stage.address
        proof = proofs.Proof(url=f"{team.company.site}/manuals", text="All current models.")
        proofs.give_proof(
            session, team.contact, where, commitment_id, proof, address=address, now=Days.proven
        )
        made = proofs.Verification(
            checked=CHECKED,
            level=Level.BASIC,
            method=Method.DESK_REVIEW,
            checked_on=Days.verified.date(),
            valid_until=date(2027, 11, 19),
            shared=True,
        )
        proofs.verify(
            session, self._lead, where, commitment_id, made, address=address, now=Days.verified
        )
        found = Finding(
            finding=FINDING, action=ACTION, owner=team.contact.name, due_on=date(2027, 1, 15)
        )
        add_action(session, self._lead, where, commitment_id, found, now=Days.verified)

    def of_a_buyer(self, promise: tuple[str, date]) -> None:
        """A buyer promises something to the whole market."""
        text, due_on = promise
        proposal = commitments.Proposal(
            organisation_id=self.cast.organisations[BUYERS[0].name],
            text=text,
            due_on=due_on,
            source=Source(kind="session", meeting_id=self.meeting_id),
        )
        commitments.propose(
            self.stage.session,
            self._lead,
            self.cast.dialogue_id,
            proposal,
            address=self.stage.address,
            now=Days.proposed,
        )
