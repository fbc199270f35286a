"""Clarifications: buyers ask about some answers, the supplier replies, changes them, signs again.

One round at a time. What was submitted stays as it is and stands until the round is answered with
a submission of its own, a recorded revision. A round that is not answered in time is cancelled,
and its changed answers go back to what was signed; what was typed stays in their history.
"""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.core.audit import record
from portal.core.errors import Invalid, Message, NotNow, Refused, message
from portal.identity.actor import Actor
from portal.identity.models import Organisation
from portal.identity.roles import Permission
from portal.questionnaire.queries import published_version
from portal.response.clarifying import (
    CLARIFICATION,
    LEAST_TIME,
    MOST_QUESTIONS,
    OPEN,
    REPLY_LENGTH,
    TEXT_LENGTH,
    OpenRound,
    require_in_round,
    without_word,
)
from portal.response.fields import clean
from portal.response.letters_after import notify_clarification, post_of
from portal.response.loading import (
    Loaded,
    act_on,
    given_answers,
    load,
    require_writable,
)
from portal.response.models import Submission
from portal.response.models_after import Clarification, ClarificationItem
from portal.response.operations_submission import Incomplete, require_signed, store_submission
from portal.response.policy import may_clarify, may_read_own, may_sign
from portal.response.queries_clarifying import (
    changes_of,
    mapped_questions,
    proofs_to_sign,
    readable_answers,
)
from portal.response.receipts import mail_receipt
from portal.response.revising import answered_round, end_if_overdue
from portal.response.rules import missing_answers
from portal.response.standing import count_standing


def ask_to_clarify(
    session: Session,
    actor: Actor,
    response_id: UUID,
    texts: Mapping[str, str],
    *,
    due_at: datetime,
    address: str = "",
    now: datetime,
) -> Clarification:
    """Ask about submitted answers, each in a text of its own; the company is told by mail.

    ``texts``: question id (of the current version) → what is asked. Only answers that the actor
    may read can be asked about. Raises Refused otherwise, NotNow before the close, while a round
    is open and unless the response is submitted, Invalid by question id or "due_at".
    """
    loaded = load(session, response_id, lock=True)
    response = loaded.response
    if not may_clarify(actor, response.dialogue_id):
        raise Refused
    readable = readable_answers(session, actor, response, now=now)
    if not texts.keys() <= readable:
        raise Refused
    loaded = end_if_overdue(session, loaded, now=now)
    _require_askable(loaded)
    words = _require_texts(texts, due_at, now)
    submission = _standing(session, response_id)
    asked = mapped_questions(session, response.dialogue_id, submission.version_id, words)
    round_ = _store_round(session, actor, loaded, submission, asked, due_at=due_at, now=now)
    response.state = CLARIFICATION
    _log_asked(session, actor, loaded, round_, asked, now=now)
    notify_clarification(
        post_of(session, loaded, address=address, now=now),
        round_,
        asked,
        loaded.questionnaire,
        _name(session, round_.organisation_id),
    )
    return round_


def reply(
    session: Session,
    actor: Actor,
    response_id: UUID,
    replies: Mapping[str, str],
    *,
    now: datetime,
) -> list[str]:
    """Note what the company replies to questions of the open round; those that changed.

    Buyers read replies when the round is sent. Raises Refused unless the actor may answer each of
    these questions, NotNow without an open round or when it is due, Invalid by question id.
    """
    loaded = load(session, response_id, lock=True)
    for question_id in replies:
        section, _ = loaded.section_of(question_id)
        require_writable(session, actor, loaded.response, section.id, [question_id])
    if not may_read_own(actor, loaded.response.dialogue_id, loaded.response.organisation_id):
        raise Refused
    round_ = _require_round(loaded)
    require_in_round(round_, replies.keys(), now)
    words = {key: clean(text) for key, text in replies.items()}
    _require_length(words, REPLY_LENGTH)
    changed = []
    for item in _items(session, round_.id):
        if item.question_id in words and item.reply != words[item.question_id]:
            item.reply = words[item.question_id]
            changed.append(item.question_id)
    if changed:
        details = {"round": round_.number, "questions": changed}
        record(session, act_on(loaded.response, actor, "clarification_reply", details), now=now)
    return changed


def send_clarified(
    session: Session,
    actor: Actor,
    response_id: UUID,
    *,
    signatory: str,
    declared: bool,
    address: str = "",
    now: datetime,
) -> Submission:
    """Sign the changed answers: a new submission, and the round is answered.

    The submission before it is not touched. Raises Refused if the actor may not sign, NotNow
    without an open round, when it is due, or if nothing was changed; Incomplete with what the
    changed answers still lack; Invalid unless each question has a change or a reply, and without
    a name or the declaration.
    """
    loaded, round_ = _to_send(session, actor, response_id, now)
    changed = changes_of(session, loaded, round_)
    if not changed:
        raise NotNow(message("Nothing has been changed. Send your reply without a signature."))
    name = require_signed(signatory, declared=declared)
    _require_word(session, round_, changed)
    answers = given_answers(session, response_id)
    lacking = missing_answers(loaded.questionnaire, answers)
    missing = [question for question in lacking if question.id in round_.open]
    if missing:
        raise Incomplete(missing)
    proofs = proofs_to_sign(session, loaded, round_)
    submission = store_submission(session, loaded, answers, name, now, proofs=proofs)
    submission.signed_by = actor.person_id
    loaded.response.submitted_at = now
    version = published_version(session, submission.dialogue_id)
    if version is not None and version.id != submission.version_id:
        count_standing(session, submission.dialogue_id, version.id, submission.id)
    answered_round(session, actor, loaded, submission, changed, address=address, now=now)
    # ``address`` is the portal's own; a receipt wants that of its responses.
    where = f"{address.rstrip('/')}/responses/" if address else ""
    mail_receipt(session, loaded, submission, actor, address=where, now=now)
    return submission


def send_unchanged(
    session: Session, actor: Actor, response_id: UUID, *, address: str = "", now: datetime
) -> None:
    """Send the replies alone: every answer that was asked about stays as it was signed.

    Raises Refused if the actor may not sign, NotNow without an open round, when it is due, or if
    an answer was changed, Invalid by question id where the reply is missing.
    """
    loaded, round_ = _to_send(session, actor, response_id, now)
    if changes_of(session, loaded, round_):
        raise NotNow(
            message("Some of these answers were changed. Sign them, or put them back first.")
        )
    _require_word(session, round_, [])
    answered_round(session, actor, loaded, None, [], address=address, now=now)


def _to_send(
    session: Session, actor: Actor, response_id: UUID, now: datetime
) -> tuple[Loaded, OpenRound]:
    loaded = load(session, response_id, lock=True)
    if not may_sign(actor, loaded.response.dialogue_id, loaded.response.organisation_id):
        raise Refused
    round_ = _require_round(loaded)
    require_in_round(round_, round_.asked, now)
    return loaded, round_


def _require_round(loaded: Loaded) -> OpenRound:
    if loaded.round is None:
        raise NotNow(message("No clarification of these answers is open."))
    return loaded.round


def _require_word(session: Session, round_: OpenRound, changed: list[str]) -> None:
    replies = {item.question_id: item.reply for item in _items(session, round_.id)}
    silent = without_word(round_.asked, changed, replies)
    if silent:
        problem = message("Change the answer, or write a reply that says why it stays")
        raise Invalid(
            message("Some questions have neither a changed answer nor a reply."),
            dict.fromkeys(silent, problem),
        )


def _require_askable(loaded: Loaded) -> None:
    state = loaded.response.state
    if state == CLARIFICATION:
        raise NotNow(
            message(
                "This supplier is being asked already. You can ask again when that round is over."
            )
        )
    if state != "submitted":
        raise NotNow(
            message("Only answers that are submitted and not accepted can be asked about.")
        )


def _require_texts(texts: Mapping[str, str], due_at: datetime, now: datetime) -> dict[str, str]:
    words = {key: clean(text) for key, text in texts.items()}
    if not words:
        raise Invalid(message("Choose an answer to ask about."))
    if len(words) > MOST_QUESTIONS:
        raise Invalid(message("Ask about at most {most} answers a round.", most=MOST_QUESTIONS))
    _require_length(words, TEXT_LENGTH)
    problems = {
        key: message("Write what is not clear about this answer")
        for key, text in words.items()
        if not text
    }
    if due_at - now < LEAST_TIME:
        problems["due_at"] = message("Give the supplier at least three days")
    if problems:
        raise Invalid(message("The questions cannot be sent yet."), problems)
    return words


def _require_length(words: Mapping[str, str], most: int) -> None:
    problem: Message = message("Write at most {most} letters", most=most)
    long = dict.fromkeys((key for key, text in words.items() if len(text) > most), problem)
    if long:
        raise Invalid(message("Some texts are too long."), long)


def _store_round(
    session: Session,
    actor: Actor,
    loaded: Loaded,
    submission: Submission,
    asked: Mapping[str, str],
    *,
    due_at: datetime,
    now: datetime,
) -> Clarification:
    response = loaded.response
    numbers = select(func.max(Clarification.number)).where(Clarification.response_id == response.id)
    organisations = actor.organisations_that_may(Permission.ANSWER_CLARIFY, response.dialogue_id)
    round_ = Clarification(
        response_id=response.id,
        dialogue_id=response.dialogue_id,
        submission_id=submission.id,
        number=(session.scalar(numbers) or 0) + 1,
        state=OPEN,
        due_at=due_at,
        asked_by=actor.person_id,
        organisation_id=next(iter(organisations), None),
        asked_at=now,
    )
    session.add(round_)
    session.flush()
    session.add_all(
        ClarificationItem(clarification_id=round_.id, question_id=key, text=text)
        for key, text in asked.items()
    )
    session.flush()
    return round_


def _log_asked(
    session: Session,
    actor: Actor,
    loaded: Loaded,
    round_: Clarification,
    asked: Mapping[str, str],
    *,
    now: datetime,
) -> None:
    details = {
        "from": "submitted",
        "to": CLARIFICATION,
        "round": round_.number,
        "questions": sorted(asked),
        "due_at": round_.due_at.isoformat(),
    }
    record(session, act_on(loaded.response, actor, "clarification_asked", details), now=now)


def _items(session: Session, clarification_id: UUID) -> list[ClarificationItem]:
    query = select(ClarificationItem).where(ClarificationItem.clarification_id == clarification_id)
    return list(session.scalars(query.order_by(ClarificationItem.question_id)))


def _standing(session: Session, response_id: UUID) -> Submission:
    query = (
        select(Submission)
        .where(Submission.response_id == response_id, Submission.withdrawn_at.is_(None))
        .order_by(Submission.number.desc())
        .limit(1)
    )
    return session.scalars(query).one()


def _name(session: Session, organisation_id: UUID | None) -> str:
    organisation = session.get(Organisation, organisation_id) if organisation_id else None
    return organisation.name if organisation else ""
