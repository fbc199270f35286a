"""Publishing: answers, rejections and corrections go to everybody, at one instant."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.core.errors import Invalid, NotNow, Refused, message
from portal.dialogue.models import Dialogue
from portal.dialogue.operations import extend
from portal.dialogue.rules import is_closed
from portal.exchange.acts import Hand, dialogue_of_item, locked, organisation_for, settle
from portal.exchange.giving import (
    Readers,
    answer_piece,
    correction_piece,
    give,
    rejection_piece,
)
from portal.exchange.models import QaCorrection, QaItem
from portal.exchange.naming import traces
from portal.exchange.operations import Telling
from portal.exchange.policy import may_run
from portal.exchange.queries import names_to_hide
from portal.exchange.rules import (
    ANSWER_LENGTH,
    BEFORE_ANSWER,
    REASON_LENGTH,
    State,
    folded,
    written,
)
from portal.identity.actor import Actor
from portal.identity.roles import Permission


def publish(
    session: Session,
    actor: Actor,
    dialogue_id: UUID,
    item_ids: Collection[UUID],
    *,
    readers: Readers,
    now: datetime,
) -> list[QaItem]:
    """Publish agreed answers together: one instant, one mail to everybody with the same texts.

    They are numbered in the order in which they were asked. An answer whose time to object is
    over counts as agreed. Raises Refused unless the actor runs the questions of this dialogue,
    Invalid if none is chosen, NotNow if one of them is not agreed; then none is published.
    """
    dialogue = dialogue_of_item(session, dialogue_id)
    if not may_run(actor, dialogue_id):
        raise Refused
    _require_published(dialogue)
    items = [locked(session, item_id) for item_id in sorted(set(item_ids))]
    if any(item.dialogue_id != dialogue_id for item in items):
        raise Refused
    if not items:
        sentence = message("Choose at least one answer to publish.")
        raise Invalid(sentence, {"items": sentence})
    for item in items:
        settle(session, item, now=now)
        _hand(session, actor, item, now).require(frozenset({State.AGREED}))
    items.sort(key=lambda item: (item.asked_at, item.id))
    first = _next_number(session, dialogue_id)
    for number, item in enumerate(items, first):
        _make_public(actor, item, number, now)
        details = {"number": number, "revision": item.revision}
        _hand(session, actor, item, now).move("qa_published", State.PUBLISHED, **details)
    give(session, dialogue, readers, [answer_piece(item) for item in items], now=now)
    return items


def reject(
    session: Session,
    actor: Actor,
    item_id: UUID,
    *,
    reason: str,
    shows_question: bool,
    looked: bool = False,
    readers: Readers,
    now: datetime,
) -> QaItem:
    """Do not answer a question, and say why to everybody: with the question, or without it.

    Raises Refused unless the actor runs the questions, NotNow once it is published or rejected,
    Invalid without a reason, or if the question is to be shown and nobody has seen to it yet
    that it names nobody; Telling as for a question.
    """
    found = session.get(QaItem, item_id)
    if found is None or not may_run(actor, found.dialogue_id):
        raise Refused
    dialogue = dialogue_of_item(session, found.dialogue_id)
    item = locked(session, item_id)
    hand = _hand(session, actor, item, now)
    hand.require(BEFORE_ANSWER)
    _require_published(dialogue)
    missing = message("Give the reason: everyone will read it.")
    said = written(reason, REASON_LENGTH, "reason", missing)
    if shows_question and not item.question:
        sentence = message("First see to it that this question names nobody, or do not show it.")
        raise Invalid(sentence, {"shows_question": sentence})
    telling = traces(said, names_to_hide(session, item))
    if telling and not looked:
        raise Telling(telling, "reason")
    item.reason, item.shows_question = said, shows_question
    _make_public(actor, item, _next_number(session, dialogue.id), now)
    details = {"number": item.number, "reason": said, "shows_question": shows_question}
    hand.move("qa_rejected", State.REJECTED, **details)
    give(session, dialogue, readers, [rejection_piece(item)], now=now)
    return item


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """What a published answer should read, and why.

    One that changes the meaning while answers are taken names the later closing time.
    """

    after: str
    reason: str
    changes_meaning: bool
    closes_at: datetime | None = None
    seen: int = 0
    """How many corrections there were when the answer was read."""
    looked: bool = False
    """Whether somebody has looked at what in it may tell who asks."""


def correct(
    session: Session,
    actor: Actor,
    item_id: UUID,
    correction: Correction,
    *,
    readers: Readers,
    now: datetime,
) -> QaCorrection:
    """Correct a published answer and tell everybody; what it read before stays beside it.

    A change of meaning extends the deadline in the same step, as equal treatment asks: who has
    answered already must have time to answer otherwise. Nothing is left to extend once the
    dialogue is closed. Raises Refused unless the actor runs the questions, NotNow before
    publication and if it was corrected since it was read, Invalid for an empty or unchanged
    text, without a reason, or without a later closing time where one is needed; Telling as for
    a question.
    """
    found = session.get(QaItem, item_id)
    if found is None or not may_run(actor, found.dialogue_id):
        raise Refused
    dialogue = dialogue_of_item(session, found.dialogue_id)
    item = locked(session, item_id)
    hand = _hand(session, actor, item, now)
    if item.state != State.PUBLISHED:
        raise NotNow(message("Only a published answer can be corrected."))
    made = _correction(session, item, correction)
    made.published_by, made.published_at = actor.person_id, now
    if correction.changes_meaning and not is_closed(dialogue, now):
        _extend(session, actor, dialogue, correction, reason=made.reason, now=now)
    session.add(made)
    item.answer = made.after
    item.searchable = folded(item.subject_id, item.question, item.answer)
    details = {"number": item.number, "correction": made.number, "reason": made.reason}
    details |= {"changes_meaning": "yes" if made.changes_meaning else "no"}
    hand.move("qa_corrected", State.PUBLISHED, **details)
    give(session, dialogue, readers, [correction_piece(item, made)], now=now)
    return made


def _hand(session: Session, actor: Actor, item: QaItem, now: datetime) -> Hand:
    organisation_id = organisation_for(actor, Permission.QA_ANSWER, item.dialogue_id)
    return Hand(session=session, actor=actor, item=item, now=now, organisation_id=organisation_id)


def _require_published(dialogue: Dialogue) -> None:
    if dialogue.published_at is None:
        raise NotNow(message("Nothing is published before the dialogue itself."))


def _next_number(session: Session, dialogue_id: UUID) -> int:
    query = select(func.max(QaItem.number)).where(QaItem.dialogue_id == dialogue_id)
    return (session.scalar(query) or 0) + 1


def _make_public(actor: Actor, item: QaItem, number: int, now: datetime) -> None:
    item.number, item.published_at, item.published_by = number, now, actor.person_id
    shown = item.question if item.shows_question else ""
    item.searchable = folded(item.subject_id, shown, item.reason or item.answer)


def _correction(session: Session, item: QaItem, correction: Correction) -> QaCorrection:
    missing = message("Write what it should read: an answer cannot be taken away.")
    after = written(correction.after, ANSWER_LENGTH, "after", missing)
    if after.split() == item.answer.split():
        sentence = message("This is what it reads already.")
        raise Invalid(sentence, {"after": sentence})
    missing = message("Say what was wrong: everyone will read it.")
    query = select(func.max(QaCorrection.number)).where(QaCorrection.item_id == item.id)
    made = session.scalar(query) or 0
    if correction.seen != made:
        changed = "Somebody has corrected this answer since you opened it. Read it again."
        raise NotNow(message(changed))
    reason = written(correction.reason, REASON_LENGTH, "reason", missing)
    if not correction.looked:
        _require_silent(after, reason, names_to_hide(session, item))
    return QaCorrection(
        item_id=item.id,
        number=made + 1,
        before=item.answer,
        after=after,
        reason=reason,
        changes_meaning=correction.changes_meaning,
    )


def _require_silent(after: str, reason: str, names: list[str]) -> None:
    """Neither text may tell who asks: everybody reads both."""
    in_answer, in_reason = traces(after, names), traces(reason, names)
    if in_answer or in_reason:
        found = tuple(dict.fromkeys(in_answer + in_reason))
        raise Telling(found, "after" if in_answer else "reason")


def _extend(
    session: Session,
    actor: Actor,
    dialogue: Dialogue,
    correction: Correction,
    *,
    reason: str,
    now: datetime,
) -> None:
    """Move the closing time later, for the reason of the correction."""
    if correction.closes_at is None:
        sentence = message(
            "Choose a closing time later than the present one, so that all can react."
        )
        raise Invalid(sentence, {"closes_at": sentence})
    extend(session, actor, dialogue.id, closes_at=correction.closes_at, reason=reason, now=now)
