"""How the writes about priorities find, lock, join and record; each operation uses these."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core.audit import Act as AuditAct
from portal.core.audit import record
from portal.core.errors import Invalid, Message, NotNow, Refused, message
from portal.identity.actor import Actor
from portal.identity.roles import Permission
from portal.meeting.ballots_rules import Act, State, after
from portal.meeting.issues_policy import may_manage
from portal.meeting.models_issues import Ballot, BallotIssue, PriorityEdit
from portal.meeting.priorities_merging import Fields, Joined, joined
from portal.response.fields import clean

TEXT_LENGTH = 4_000
"""Characters of a comment, a dissent or a reason: about a page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hand:
    """Who acts, for which organisation, and when."""

    session: Session
    actor: Actor
    dialogue_id: UUID
    organisation_id: UUID | None
    now: datetime

    def note(self, subject: tuple[str, UUID], act: str, **details: object) -> None:
        """One row of the audit log."""
        entry = AuditAct(
            person_id=self.actor.person_id,
            organisation_id=self.organisation_id,
            dialogue_id=self.dialogue_id,
            subject=subject,
            act=act,
            details=details,
        )
        record(self.session, entry, now=self.now)

    def keep(self, subject_id: UUID, version: int, fields: Fields) -> None:
        """Keep what a row says at this version, for whoever typed over it."""
        self.session.flush()
        self.session.add(
            PriorityEdit(
                subject_id=subject_id,
                version=version,
                fields=dict(fields),
                person_id=self.actor.person_id,
                made_at=self.now,
            )
        )
        self.session.flush()

    def join(
        self,
        row: tuple[UUID, int, Fields],
        mine: Fields,
        *,
        base_version: int,
        texts: frozenset[str],
    ) -> Joined:
        """Join what was typed over ``base_version`` with a row: its id, version and fields."""
        subject_id, version, current = row
        if base_version == version:
            return joined(mine, current, current, texts)
        query = select(PriorityEdit.fields).where(
            PriorityEdit.subject_id == subject_id, PriorityEdit.version == base_version
        )
        return joined(mine, self.session.scalar(query) or {}, current, texts)


def hand_of(
    session: Session, actor: Actor, dialogue_id: UUID, permission: Permission, *, now: datetime
) -> Hand:
    """Somebody who acts for the first organisation for which they hold the permission."""
    found = actor.organisations_that_may(permission, dialogue_id)
    return Hand(
        session=session,
        actor=actor,
        dialogue_id=dialogue_id,
        organisation_id=found[0] if found else None,
        now=now,
    )


def locked(session: Session, ballot_id: UUID) -> Ballot:
    """The ballot, locked: everything about it is written one after the other."""
    ballot = session.get(Ballot, ballot_id, with_for_update=True, populate_existing=True)
    if ballot is None:
        raise Refused
    return ballot


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A locked ballot, who moves it, and where the act leads."""

    ballot: Ballot
    hand: Hand
    act: Act
    leads_to: State

    def go(self, **details: object) -> None:
        """Move the ballot on and write it down."""
        before, self.ballot.state = self.ballot.state, self.leads_to.value
        self.hand.session.flush()
        self.hand.note(
            ("ballot", self.ballot.id),
            f"ballot_{self.act.value}",
            **{"from": before, "to": self.leads_to.value, **details},
        )


def run(session: Session, actor: Actor, ballot_id: UUID, act: Act, *, now: datetime) -> Running:
    """Begin an act on a ballot.

    Raises Refused for who may not run it, NotNow if the act is not for its present state.
    """
    ballot = locked(session, ballot_id)
    if not may_manage(actor, ballot.dialogue_id):
        raise Refused
    leads_to = after(State(ballot.state), act)
    if leads_to is None:
        raise not_in_this_state()
    hand = hand_of(session, actor, ballot.dialogue_id, Permission.ISSUE_MANAGE, now=now)
    return Running(ballot=ballot, hand=hand, act=act, leads_to=leads_to)


def not_in_this_state() -> NotNow:
    """The ballot is not where this can be done."""
    return NotNow(message("The ballot is not at the point where this can be done."))


def issues_of(session: Session, ballot_id: UUID) -> dict[UUID, BallotIssue]:
    """The issues of a ballot by id, in their order on the long list."""
    query = select(BallotIssue).where(BallotIssue.ballot_id == ballot_id)
    rows = session.scalars(query.order_by(BallotIssue.number))
    return {row.issue_id: row for row in rows}


def plain(text: str, name: str, *, limit: int = TEXT_LENGTH) -> str:
    """What was typed, cleaned; Invalid if it is longer than is kept."""
    found = clean(text)
    if len(found) > limit:
        sentence = message(
            "This has {length} characters. At most {limit} are kept: shorten it.",
            length=len(found),
            limit=limit,
        )
        raise Invalid(sentence, {name: sentence})
    return found


def given(text: str, name: str, sentence: Message, *, limit: int = TEXT_LENGTH) -> str:
    """What was typed, cleaned; Invalid with the sentence if nothing was."""
    found = plain(text, name, limit=limit)
    if not found:
        raise Invalid(sentence, {name: sentence})
    return found


def require_later(closes_at: datetime, now: datetime) -> None:
    """Invalid unless there is time left until then."""
    if closes_at <= now:
        sentence = message("Choose a time that has not passed yet.")
        raise Invalid(sentence, {"closes_at": sentence})


def assign(row: object, fields: Mapping[str, Any]) -> None:
    """Give a row these fields."""
    for name, value in fields.items():
        setattr(row, name, value)
