"""Loads a commitment for somebody who acts on it, moves it on and writes each act down."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core.audit import Act as AuditAct
from portal.core.audit import record
from portal.core.errors import Invalid, Message, NotNow, Refused, message
from portal.dialogue.models import Party
from portal.identity.actor import Actor
from portal.meeting.commitments_policy import (
    Bond,
    may_agree,
    may_follow_all,
    may_read,
    reads_if_allowed,
    side_of,
)
from portal.meeting.commitments_rules import Act, Side, State, after
from portal.meeting.models_commitments import (
    Commitment,
    CommitmentPlace,
    CommitmentTerms,
    FollowUpRule,
)

TEXT_LENGTH = 2_000
"""Characters of a promise, a reason, a finding: a long paragraph."""
NAME_LENGTH = 200
IN_FORCE_TERMS, REPLACED, WAITING, DECLINED = "in_force", "replaced", "waiting", "declined"
_KEPT_CONTROLS = frozenset("\n\t")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """A commitment, locked, and who acts on it in which dialogue."""

    session: Session
    actor: Actor
    dialogue_id: UUID
    commitment: Commitment
    now: datetime

    @property
    def bond(self) -> Bond:
        """What rights depend on."""
        return bond_of(self.commitment, self.dialogue_id)

    @property
    def side(self) -> Side:
        """The side that the actor speaks for; Refused if it is none."""
        side = side_of(self.actor, self.bond)
        if side is None:
            raise Refused
        return side

    @property
    def organisation_id(self) -> UUID | None:
        """For which organisation the actor acts here; the portal itself for none."""
        if self.actor.system:
            return None
        if side_of(self.actor, self.bond) is Side.PROMISOR:
            return self.commitment.organisation_id
        grants = self.actor.grants_in(self.dialogue_id)
        return grants[0].organisation_id if grants else None

    def require(self, act: Act) -> State:
        """The state that an act leads to; NotNow where it is not possible."""
        then = after(act, self.commitment.state)
        if then is None:
            raise NotNow(
                message("This is not possible any more, or not yet: look at how it stands now.")
            )
        return then

    def move(self, act: Act, reason: str = "", **details: object) -> None:
        """Go to the state that the act leads to, with one row in the log."""
        before, self.commitment.state = self.commitment.state, self.require(act)
        moved: dict[str, object] = {"from": before, "to": str(self.commitment.state)}
        self.note(str(act), **moved, **({"reason": reason} if reason else {}), **details)

    def sign(self, side: Side) -> None:
        """The actor's side agrees, if the actor may bind it."""
        if not may_agree(self.actor, self.bond):
            return
        if side is Side.PROMISOR:
            self.commitment.promisor_agreed_at = self.now
        else:
            self.commitment.counterpart_agreed_at = self.now

    def has_signed(self, side: Side) -> bool:
        """Whether a side has agreed to the terms as they are."""
        if side is Side.PROMISOR:
            return self.commitment.promisor_agreed_at is not None
        return self.commitment.counterpart_agreed_at is not None

    def terms(self, number: int, side: Side, state: str) -> CommitmentTerms:
        """The commitment's present terms as a row of their history, not stored yet."""
        return CommitmentTerms(
            commitment_id=self.commitment.id,
            number=number,
            text=self.commitment.text,
            due_on=self.commitment.due_on,
            side=str(side),
            state=state,
            person_id=self.actor.person_id,
            made_at=self.now,
        )

    def note(self, act: str, **details: object) -> None:
        """Write an act down that leaves the state as it is."""
        self.commitment.changed_at = self.now
        self.session.flush()
        row = AuditAct(
            person_id=self.actor.person_id,
            organisation_id=self.organisation_id,
            dialogue_id=self.dialogue_id,
            subject=("commitment", self.commitment.id),
            act=act,
            details=details,
        )
        record(self.session, row, now=self.now)


def bond_of(commitment: Commitment, dialogue_id: UUID) -> Bond:
    """What rights on it depend on, looked at from a dialogue."""
    return Bond(
        dialogue_id=dialogue_id,
        organisation_id=commitment.organisation_id,
        part=commitment.part,
        counterpart_id=commitment.counterpart_id,
        state=commitment.state,
    )


def places_of(session: Session, commitment: Commitment) -> list[UUID]:
    """The dialogues in which a commitment is followed, the newest first; one query.

    One to which it was carried counts once who promised takes part there.
    """
    query = (
        select(CommitmentPlace.dialogue_id)
        .join(Party, Party.dialogue_id == CommitmentPlace.dialogue_id)
        .where(
            CommitmentPlace.commitment_id == commitment.id,
            Party.organisation_id == commitment.organisation_id,
        )
    )
    later = session.scalars(query.order_by(CommitmentPlace.carried_at.desc()))
    return [*later, commitment.dialogue_id]


def observers_read(session: Session, dialogue_id: UUID) -> bool:
    """Whether the dialogue lets observers read its follow-up."""
    rule = session.get(FollowUpRule, dialogue_id)
    return rule is not None and rule.observers_read


def may_be_shown(session: Session, actor: Actor, dialogue_id: UUID) -> None:
    """Raise Refused for an observer of a dialogue that does not let observers read along."""
    if (
        reads_if_allowed(actor, dialogue_id)
        and not may_follow_all(actor, dialogue_id)
        and not observers_read(session, dialogue_id)
    ):
        raise Refused


def read_one(session: Session, actor: Actor, dialogue_id: UUID, commitment_id: UUID) -> Commitment:
    """The commitment as it is followed in the dialogue; Refused unless the actor may read it."""
    found = session.get(Commitment, commitment_id)
    if found is None or not _may_see(session, actor, dialogue_id, found):
        raise Refused
    return found


def take_up(
    session: Session, actor: Actor, dialogue_id: UUID, commitment_id: UUID, *, now: datetime
) -> Ground:
    """The commitment, locked, for somebody who may read it; Refused for everybody else."""
    found = session.get(Commitment, commitment_id, with_for_update=True, populate_existing=True)
    if found is None or not _may_see(session, actor, dialogue_id, found):
        raise Refused
    return Ground(session=session, actor=actor, dialogue_id=dialogue_id, commitment=found, now=now)


def _may_see(session: Session, actor: Actor, dialogue_id: UUID, found: Commitment) -> bool:
    if dialogue_id not in places_of(session, found):
        return False
    observers = observers_read(session, dialogue_id)
    return may_read(actor, bond_of(found, dialogue_id), observers=observers)


# What people type ------------------------------------------------------------------------------


def written(text: str, field: str, missing: Message, limit: int = TEXT_LENGTH) -> str:
    """The text without control characters; Invalid at the field if it is empty or too long."""
    found, sentence = plain(text), missing
    if 0 < len(found) <= limit:
        return found
    if found:
        words = "This has {length} characters. At most {limit} are kept: shorten it."
        sentence = message(words, length=len(found), limit=limit)
    raise Invalid(sentence, {field: sentence})


def require_future(due_on: date, now: datetime) -> None:
    """Raise Invalid for a due day that has passed."""
    if due_on < now.date():
        sentence = message("This day has passed. Choose one that is still ahead.")
        raise Invalid(sentence, {"due_on": sentence})


def plain(text: str) -> str:
    """Without blanks around and without control characters, which PostgreSQL cannot store."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(_printed(lines)).strip()


def _printed(text: str) -> Iterable[str]:
    for letter in text:
        if letter in _KEPT_CONTROLS or unicodedata.category(letter) not in {"Cc", "Cs"}:
            yield letter
