"""Accepting submitted answers, and a supplier's wish to change them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from portal.core.audit import record
from portal.core.errors import Invalid, NotNow, Refused, message
from portal.dialogue.rules import is_closed
from portal.identity.actor import Actor
from portal.response.fields import clean
from portal.response.lasting import LASTING, STALE
from portal.response.letters_after import (
    deciding_for,
    notify_accepted,
    notify_reopening_asked,
    post_of,
)
from portal.response.loading import act_on, load
from portal.response.policy import may_assign, may_reopen
from portal.response.revising import end_if_overdue

WORDS_LENGTH = 2000


def accept(
    session: Session, actor: Actor, response_id: UUID, *, address: str = "", now: datetime
) -> None:
    """Accept what a supplier submitted: nothing more is asked about it. The company is told.

    Raises Refused unless the actor is secretariat or lead buyer, NotNow before the close, when
    nobody has read the answers, and unless they are submitted and not being clarified.
    """
    loaded = load(session, response_id, lock=True)
    if not may_reopen(actor, loaded.response.dialogue_id):
        raise Refused
    loaded = end_if_overdue(session, loaded, address=address, now=now)
    response = loaded.response
    if not is_closed(loaded.dialogue, now):
        raise NotNow(message("Answers are accepted after the close, when they can be read."))
    if response.state != "submitted":
        raise NotNow(message("Only submitted answers that are not being clarified are accepted."))
    response.state, response.accepted_at = "accepted", now
    details = {"from": "submitted", "to": "accepted"}
    record(session, act_on(response, actor, "accepted", details), now=now)
    post = post_of(session, loaded, address=address, now=now)
    notify_accepted(post, deciding_for(session, actor, response))


def ask_to_reopen(
    session: Session,
    actor: Actor,
    response_id: UUID,
    words: str,
    *,
    address: str = "",
    page: str = "",
    now: datetime,
) -> None:
    """Ask the secretariat and the lead buyers to let the company change submitted answers.

    ``page`` is where they decide, appended to ``address``. Raises Refused unless the actor is the
    supplier's admin or signatory, NotNow unless answers are submitted, Invalid without a text.
    """
    loaded = load(session, response_id, lock=True)
    response = loaded.response
    if not may_assign(actor, response.dialogue_id, response.organisation_id):
        raise Refused
    if response.state not in LASTING | {STALE}:
        raise NotNow(message("These answers are not submitted."))
    text = clean(words)
    if not text or len(text) > WORDS_LENGTH:
        problem = message(
            "Say in at most {most} letters what you need to change, and why", most=WORDS_LENGTH
        )
        raise Invalid(problem, {"words": problem})
    record(session, act_on(response, actor, "reopening_asked", {"reason": text}), now=now)
    post = post_of(session, loaded, address=address, now=now)
    notify_reopening_asked(post, actor, text, page=page)
