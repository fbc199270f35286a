"""What every operation on a question does: find it, move it on, write that down."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core.audit import Act, record
from portal.core.errors import Message, NotNow, Refused, message
from portal.dialogue.models import Dialogue
from portal.dialogue.queries import parties
from portal.exchange.models import QaItem, QaVote
from portal.exchange.rules import Cast, State, agreed_by_silence, standing
from portal.identity.actor import SYSTEM, Actor
from portal.identity.roles import Permission

TOO_LATE: dict[str, Message] = {
    State.ASKED: message("First see to it that this question names nobody."),
    State.ANONYMISED: message("This question has no answer yet. Write one first."),
    State.DRAFTED: message("The buyers have not agreed on this answer yet."),
    State.AGREED: message("The buyers have agreed on this answer already."),
    State.PUBLISHED: message("This question has been answered already, for everyone to read."),
    State.REJECTED: message("This question has been rejected already."),
}
"""Why something cannot be done in a state."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hand:
    """Who does something to an item, when and for which organisation."""

    session: Session
    actor: Actor
    item: QaItem
    now: datetime
    organisation_id: UUID | None = None

    def move(self, act: str, to: State, **details: object) -> None:
        """Bring the item into a state and leave the one row that says so."""
        before = self.item.state
        if before != to:
            self.item.state, self.item.state_since = to, self.now
        self.session.flush()
        entry = Act(
            person_id=self.actor.person_id,
            organisation_id=self.organisation_id,
            dialogue_id=self.item.dialogue_id,
            subject=("qa_item", self.item.id),
            act=act,
            details={"from": before, "to": str(to), **details},
        )
        record(self.session, entry, now=self.now)

    def require(self, states: frozenset[State]) -> None:
        """Raise NotNow unless the item is in one of these states."""
        if self.item.state not in states:
            raise NotNow(TOO_LATE[self.item.state])


def locked(session: Session, item_id: UUID) -> QaItem:
    """The item, as it is now and locked; Refused if there is none."""
    item = session.get(QaItem, item_id, with_for_update=True, populate_existing=True)
    if item is None:
        raise Refused
    return item


def dialogue_of_item(session: Session, dialogue_id: UUID) -> Dialogue:
    """The dialogue, locked: numbers and instants are given to one publication at a time."""
    dialogue = session.get(Dialogue, dialogue_id, with_for_update=True, populate_existing=True)
    if dialogue is None:
        raise Refused
    return dialogue


def organisation_for(actor: Actor, permission: Permission, dialogue_id: UUID) -> UUID | None:
    """For whom the actor acts; the portal itself acts for nobody."""
    return next(iter(actor.organisations_that_may(permission, dialogue_id)), None)


def votes_of(session: Session, item: QaItem) -> dict[UUID, bool]:
    """Buyer of this dialogue → whether it agrees with the text as it is now."""
    query = select(QaVote.organisation_id, QaVote.agrees, QaVote.revision).filter_by(
        item_id=item.id
    )
    buyers = {buyer.id for buyer in parties(session, item.dialogue_id, "buyer")}
    cast = (Cast(*row) for row in session.execute(query))
    return {
        each: agrees for each, agrees in standing(cast, item.revision).items() if each in buyers
    }


def settle(session: Session, item: QaItem, *, now: datetime) -> bool:
    """Let silence count as agreement, if the time to object is over. The item is locked."""
    buyers = {buyer.id for buyer in parties(session, item.dialogue_id, "buyer")}
    if not agreed_by_silence(item, votes_of(session, item), buyers, now):
        return False
    hand = Hand(session=session, actor=SYSTEM, item=item, now=now)
    until = item.agree_until.isoformat() if item.agree_until else ""
    hand.move("qa_agreed_by_silence", State.AGREED, until=until)
    return True
