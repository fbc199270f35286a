"""The joint answer: drafted together, agreed among the buyers."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core.errors import NotNow, Refused, message
from portal.dialogue.models import Dialogue
from portal.dialogue.queries import RoleHolder, parties
from portal.exchange.acts import Hand, locked, organisation_for, settle, votes_of
from portal.exchange.models import QaItem, QaVote
from portal.exchange.naming import traces
from portal.exchange.notices import tell_to_agree, voters
from portal.exchange.operations import Telling
from portal.exchange.policy import may_draft, may_run, may_vote
from portal.exchange.queries import times
from portal.exchange.rules import (
    ANSWER_LENGTH,
    REASON_LENGTH,
    WITH_DRAFT,
    WITH_QUESTION,
    State,
    state_by_votes,
    written,
)
from portal.exchange.texts import ANSWER, Typed, change_text
from portal.identity.actor import Actor
from portal.identity.roles import Permission


def draft(
    session: Session,
    actor: Actor,
    item_id: UUID,
    typed: Typed,
    *,
    looked: bool = False,
    now: datetime,
) -> QaItem:
    """Write the joint answer, or change it; what others saved since is joined with it.

    A change takes back every vote and ends a running time to object. Raises Refused unless the
    actor may draft, NotNow before the question names nobody and once it is published, Invalid
    without a text, Telling for one that names a party unless the actor has ``looked``, Clash if
    somebody else changed the same words.
    """
    item = locked(session, item_id)
    if not may_draft(actor, item.dialogue_id):
        raise Refused
    organisation_id = organisation_for(actor, Permission.QA_ANSWER, item.dialogue_id)
    hand = Hand(session=session, actor=actor, item=item, now=now, organisation_id=organisation_id)
    hand.require(WITH_QUESTION)
    text = written(typed.text, ANSWER_LENGTH, "text", message("Write the answer."))
    # Names of parties alone: the asker's and colleagues' names would tell a drafter who asks.
    telling = traces(text, [party.name for party in parties(session, item.dialogue_id)])
    named = tuple(trace for trace in telling if trace.kind == "name")
    if named and not looked:
        raise Telling(named, "text")
    if change_text(hand, ANSWER, replace(typed, text=text)):
        hand.move("qa_drafted", State.DRAFTED, revision=item.revision)
    return item


def ask_to_agree(
    session: Session, actor: Actor, item_id: UUID, *, address: str, now: datetime
) -> QaItem:
    """Ask every buyer to agree; after the days that were set, silence counts as agreement.

    An objection still blocks, and a change of the text ends the time. Asked again, the time is
    longer, never shorter than announced. Raises Refused unless the actor runs the questions,
    NotNow without a draft or if nobody can vote for one of the buyers.
    """
    item = locked(session, item_id)
    if not may_run(actor, item.dialogue_id):
        raise Refused
    organisation_id = organisation_for(actor, Permission.QA_ANSWER, item.dialogue_id)
    hand = Hand(session=session, actor=actor, item=item, now=now, organisation_id=organisation_id)
    hand.require(frozenset({State.DRAFTED}))
    dialogue = session.get_one(Dialogue, item.dialogue_id)
    told = voters(session, dialogue)
    buyers = _reached(session, item, told)
    days = times(session, dialogue).response_days
    until = now + timedelta(days=days)
    item.agree_from, item.agree_until = now, max(until, item.agree_until or until)
    item.agree_asked = buyers
    hand.move(
        "qa_agreement_asked",
        State.DRAFTED,
        until=item.agree_until.isoformat(),
        revision=item.revision,
        buyers=buyers,
    )
    silent = votes_of(session, item).keys()
    waiting = [each for each in told if each.organisation_id not in silent]
    tell_to_agree(session, item, waiting, address=address, now=now)
    return item


def vote(
    session: Session,
    actor: Actor,
    item_id: UUID,
    *,
    organisation_id: UUID,
    agrees: bool,
    reason: str = "",
    seen: int,
    now: datetime,
) -> QaItem:
    """Agree with the answer for a buyer, or object and say why; one vote for each buyer.

    It may be changed until publication. ``seen`` is the revision that was read. The last buyer's
    agreement makes the answer agreed; an objection takes that back. Raises Refused unless the
    actor may vote for this buyer of the dialogue, NotNow without a draft or if it was changed
    since, Invalid for an objection without a reason.
    """
    item = locked(session, item_id)
    buyers = {buyer.id for buyer in parties(session, item.dialogue_id, "buyer")}
    may = may_vote(actor, item.dialogue_id, organisation_id) and organisation_id in buyers
    if not may or actor.person_id is None:
        raise Refused
    hand = Hand(session=session, actor=actor, item=item, now=now, organisation_id=organisation_id)
    hand.require(WITH_DRAFT)
    _require_read(item, seen)
    missing = message("Say what should change, so that the others can mend it.")
    said = "" if agrees else written(reason, REASON_LENGTH, "reason", missing)
    given = _vote_of(session, item, organisation_id)
    given.person_id, given.agrees, given.reason = actor.person_id, agrees, said
    given.revision, given.voted_at = item.revision, now
    session.add(given)
    session.flush()
    to = state_by_votes(votes_of(session, item), buyers)
    if item.state == State.AGREED and agrees:
        to = State.AGREED  # silence had counted; one more voice takes nothing back
    details = {"agrees": "yes" if agrees else "no", "reason": said, "revision": item.revision}
    hand.move("qa_voted", to, **details)
    return item


def let_silence_count(session: Session, item_id: UUID, *, now: datetime) -> bool:
    """Call an answer agreed whose time to object is over; the clock does this."""
    return settle(session, locked(session, item_id), now=now)


def _require_read(item: QaItem, seen: int) -> None:
    """A vote is about the text that the voter read."""
    if seen != item.revision:
        sentence = "The text has changed since you opened it. Read it again, then vote."
        raise NotNow(message(sentence))


def _vote_of(session: Session, item: QaItem, organisation_id: UUID) -> QaVote:
    query = select(QaVote).filter_by(item_id=item.id, organisation_id=organisation_id)
    found = session.scalars(query).one_or_none()
    return found or QaVote(item_id=item.id, organisation_id=organisation_id)


def _reached(session: Session, item: QaItem, told: list[RoleHolder]) -> list[str]:
    """The ids of the dialogue's buyers, somebody of each of which is told."""
    buyers = parties(session, item.dialogue_id, "buyer")
    if not buyers:
        raise NotNow(message("No buyer takes part in this dialogue, so nobody can agree."))
    can = {holder.organisation_id for holder in told}
    unreached = [buyer.name for buyer in buyers if buyer.id not in can]
    if unreached:
        sentence = "Nobody can vote for {buyers}. Give somebody there a role that votes first."
        raise NotNow(message(sentence, buyers=", ".join(unreached)))
    return [str(buyer.id) for buyer in buyers]
