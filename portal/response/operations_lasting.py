"""Answers grow old: marked stale by the clock, confirmed by the supplier, or opened to update."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import and_, exists, func, or_, select
from sqlalchemy.orm import Session

from portal.core.audit import record
from portal.core.errors import Invalid, NotNow, Refused, message
from portal.dialogue.rules import is_open
from portal.identity.actor import SYSTEM, Actor
from portal.response.carrying_over import bring_forward
from portal.response.fields import clean
from portal.response.lasting import (
    LASTING,
    STALE,
    Expired,
    is_a_year_old,
    may_be_confirmed,
    own_reason,
    reason_of,
)
from portal.response.letters_after import notify_stale, post_of
from portal.response.loading import Loaded, act_on, load
from portal.response.models import AnswerEvidence, Evidence, Response, Submission
from portal.response.models_after import StillTrue
from portal.response.policy import may_sign
from portal.response.queries_after import expired_evidence, lasting_since

RESPONSES_AT_A_TIME = 50
SHORTEST_YEAR = timedelta(days=364)
"""For the search: whether it is a year, the calendar says."""
REMARK_LENGTH = 1000


def ageing_responses(session: Session, *, now: datetime) -> list[UUID]:
    """The responses that may have become stale: a year old, or with expired evidence."""
    said = select(func.max(StillTrue.said_at)).where(StillTrue.response_id == Response.id)
    since = func.coalesce(said.scalar_subquery(), Response.submitted_at)
    expired = exists().where(
        and_(
            AnswerEvidence.response_id == Response.id,
            AnswerEvidence.evidence_id == Evidence.id,
            Evidence.valid_until < now.date(),
            Evidence.replaced_by_id.is_(None),
        )
    )
    query = select(Response.id).where(
        Response.state.in_(LASTING), or_(since <= now - SHORTEST_YEAR, expired)
    )
    return list(session.scalars(query.order_by(Response.id)))


def mark_stale(
    session: Session,
    response_ids: Sequence[UUID] | None = None,
    *,
    address: str = "",
    now: datetime,
) -> int:
    """Mark submitted and accepted responses stale that are a year old or have lost evidence.

    Of these responses or of any, at most 50 at once; how many were marked. What is stale already
    is left alone, so that it can be called as often as one likes. The company is told why.
    """
    chosen = ageing_responses(session, now=now) if response_ids is None else response_ids
    count = 0
    for response_id in chosen:
        if count >= RESPONSES_AT_A_TIME:
            break
        loaded = load(session, response_id, lock=True)
        count += _mark(session, loaded, address, now)
    return count


def still_true(
    session: Session, actor: Actor, response_id: UUID, *, remark: str = "", now: datetime
) -> StillTrue:
    """Say for the company that what it submitted is still true; it holds for a year again.

    Where evidence has expired and was not replaced, ``remark`` says why the answers hold all the
    same. Raises Refused if the actor may not sign, NotNow earlier than 30 days before a year is
    over, Invalid without a remark that is needed.
    """
    loaded = load(session, response_id, lock=True)
    response = loaded.response
    since = _signable(session, actor, loaded)
    if since is None or not may_be_confirmed(response.state, since, now):
        raise NotNow(
            message("You can confirm your answers from 30 days before they are a year old.")
        )
    words = clean(remark)
    if expired_evidence(session, response, since, now) and not words:
        problem = message("Replace the evidence that expired, or say why your answers still hold")
        raise Invalid(problem, {"remark": problem})
    if len(words) > REMARK_LENGTH:
        problem = message("Write at most {most} letters", most=REMARK_LENGTH)
        raise Invalid(problem, {"remark": problem})
    said = StillTrue(
        response_id=response.id,
        submission_id=_standing_id(session, response.id),
        said_by=actor.person_id,
        said_at=now,
        remark=words,
    )
    session.add(said)
    before, response.state = response.state, _state_before(response)
    details = {"from": before, "to": response.state, "remark": words}
    record(session, act_on(response, actor, "still_true", details), now=now)
    session.flush()
    return said


def update_stale(session: Session, actor: Actor, response_id: UUID, *, now: datetime) -> None:
    """Open a stale response for changes while its dialogue takes answers; it stands until then.

    Raises Refused if the actor may not sign, NotNow if it is not stale or the dialogue is closed.
    """
    loaded = load(session, response_id, lock=True)
    response = loaded.response
    _signable(session, actor, loaded)
    if response.state != STALE:
        raise NotNow(message("These answers are not out of date."))
    if not is_open(loaded.dialogue, now):
        raise NotNow(
            message("This dialogue is closed. The next round of questions will ask you again.")
        )
    response.state = "in_progress"
    details = {"from": STALE, "to": "in_progress"}
    record(session, act_on(response, actor, "updated", details), now=now)
    bring_forward(session, actor, loaded, now=now)


def _mark(session: Session, loaded: Loaded, address: str, now: datetime) -> bool:
    response = loaded.response
    since = lasting_since(session, response)
    if response.state not in LASTING or since is None:
        return False
    expired = expired_evidence(session, response, since, now)
    if not expired and not is_a_year_old(since, now):
        return False
    details: dict[str, object] = {"from": response.state, "to": STALE}
    details |= _reason(expired)
    response.state = STALE
    record(session, act_on(response, SYSTEM, STALE, details), now=now)
    post = post_of(session, loaded, address=address, now=now)
    notify_stale(post, own_reason(expired[0]) if expired else reason_of(details))
    return True


def _reason(expired: Sequence[Expired]) -> dict[str, object]:
    if not expired:
        return {"reason": "12 months"}
    first = expired[0]
    return {
        "reason": "evidence expired",
        "evidence": str(first.id),
        "valid_until": first.until.isoformat(),
    }


def _signable(session: Session, actor: Actor, loaded: Loaded) -> datetime | None:
    response = loaded.response
    if not may_sign(actor, response.dialogue_id, response.organisation_id):
        raise Refused
    return lasting_since(session, response)


def _state_before(response: Response) -> str:
    return "accepted" if response.accepted_at is not None else "submitted"


def _standing_id(session: Session, response_id: UUID) -> UUID:
    query = (
        select(Submission.id)
        .where(Submission.response_id == response_id, Submission.withdrawn_at.is_(None))
        .order_by(Submission.number.desc())
        .limit(1)
    )
    return session.scalars(query).one()
