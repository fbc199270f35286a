"""How a clarification ends: answered with what was signed, or over, with everything put back."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from portal.core.audit import record
from portal.core.ids import new_id
from portal.identity.actor import SYSTEM, Actor
from portal.identity.models import Person
from portal.response.answers import BY_REFERENCE, GivenAnswer, Reference
from portal.response.clarifying import (
    ANSWERED,
    CANCELLED,
    CLARIFICATION,
    NOT_IN_TIME,
    OPEN,
    OpenRound,
)
from portal.response.history import Hand, write_answers
from portal.response.letters_after import notify_clarified, notify_not_in_time, post_of
from portal.response.loading import Loaded, act_on, given_answers, load
from portal.response.models import AnswerChange, AnswerEvidence, Evidence, Submission
from portal.response.models_after import Clarification
from portal.response.operations_evidence import Tie, log_ties
from portal.response.queries_clarifying import signed_answers
from portal.response.validity import mark_of

ROUNDS_AT_A_TIME = 50
PUT_BACK = "clarification"
"""Source of the history entries by which an answer goes back to what was signed."""


def answered_round(
    session: Session,
    actor: Actor,
    loaded: Loaded,
    submission: Submission | None,
    changed: Sequence[str],
    *,
    address: str,
    now: datetime,
) -> None:
    """Close the open round as answered, with the new submission if there is one."""
    round_ = _stored(session, loaded)
    round_.state, round_.ended_at = ANSWERED, now
    round_.answer_submission_id = submission.id if submission else None
    details = {"from": CLARIFICATION, "to": "submitted", "round": round_.number}
    details |= {"questions": list(changed)}
    if submission is not None:
        details |= {"sha256": submission.sha256, "submission": submission.number}
    loaded.response.state = "submitted"
    record(session, act_on(loaded.response, actor, "clarification_answered", details), now=now)
    asker = _asker(session, round_)
    if asker is not None:
        post = post_of(session, loaded, address=address, now=now)
        notify_clarified(post, asker.mailbox, asker.name, round_.number, len(changed))


def end_if_overdue(session: Session, loaded: Loaded, *, address: str = "", now: datetime) -> Loaded:
    """The locked response; its round is cancelled first if its time has passed."""
    if loaded.round is None or loaded.round.is_open(now):
        return loaded
    _put_back(session, loaded, loaded.round, now)
    round_ = _stored(session, loaded)
    round_.state, round_.ended_at = CANCELLED, now
    loaded.response.state = "submitted"
    details = {
        "from": CLARIFICATION,
        "to": "submitted",
        "round": round_.number,
        "reason": NOT_IN_TIME,
    }
    record(session, act_on(loaded.response, SYSTEM, "clarification_ended", details), now=now)
    asker = _asker(session, round_)
    post = post_of(session, loaded, address=address, now=now)
    notify_not_in_time(post, asker.mailbox if asker else None, asker.name if asker else "")
    session.flush()
    return load(session, loaded.response.id, lock=True)


def overdue_rounds(session: Session, *, now: datetime) -> list[UUID]:
    """The responses whose round is over and not ended yet, the longest overdue first."""
    query = select(Clarification.response_id).where(
        Clarification.state == OPEN, Clarification.due_at <= now
    )
    return list(session.scalars(query.order_by(Clarification.due_at, Clarification.id)))


def end_overdue_clarifications(
    session: Session,
    response_ids: Sequence[UUID] | None = None,
    *,
    address: str = "",
    now: datetime,
) -> int:
    """Cancel rounds that were not answered in time, of these responses or of any; how many.

    At most 50 at once; again, it does the next. What was submitted stands; changed answers go
    back to what was signed, with an entry in their history.
    """
    chosen = overdue_rounds(session, now=now) if response_ids is None else response_ids
    count = 0
    for response_id in chosen[:ROUNDS_AT_A_TIME]:
        loaded = load(session, response_id, lock=True)
        count += end_if_overdue(session, loaded, address=address, now=now) is not loaded
    return count


def _put_back(session: Session, loaded: Loaded, round_: OpenRound, now: datetime) -> None:
    """Let the answers that were asked about say again what was signed, files and links as well."""
    signed = signed_answers(session, round_.submission_id)
    before = given_answers(session, loaded.response.id)
    touched = _touched(session, loaded, round_)
    changes = {
        key: answer
        for key in round_.asked
        if key in touched and key in signed and key in before
        if _differs(answer := as_given(signed[key], before[key]), before[key])
    }
    _tie_again(session, loaded, round_, signed, now)
    if changes:
        write_answers(session, loaded, before, changes, Hand(None, now, PUT_BACK))


def as_given(signed: Mapping[str, Any], current: GivenAnswer) -> GivenAnswer:
    """A signed answer in the form in which answers are stored, over the current version.

    Whoever signed it by reference had the other company's word: else it could not be signed.
    """
    narrowing = signed.get("narrowing") or {}
    until = narrowing.get("until")
    is_referring = signed["state"] == BY_REFERENCE
    return GivenAnswer(
        state=signed["state"],
        value=signed.get("value"),
        reason=signed.get("reason", ""),
        comment=signed.get("comment", ""),
        confidentiality=signed["class"],
        narrowing_reason=narrowing.get("reason", ""),
        narrowing_until=date.fromisoformat(until) if until else None,
        language=signed["language"],
        version=current.version,
        evidence=current.evidence,
        reference=Reference(signed["brand"], agreed=True) if is_referring else None,
    )


def _differs(signed: GivenAnswer, current: GivenAnswer) -> bool:
    # A reference reads as an answer that is empty: there is no value in either.
    is_other_kind = signed.is_by_reference != current.is_by_reference
    return is_other_kind or not signed.says_the_same(current)


def _touched(session: Session, loaded: Loaded, round_: OpenRound) -> set[str]:
    """The questions that were asked about and changed since."""
    asked_at = session.get_one(Clarification, round_.id).asked_at
    query = select(AnswerChange.question_id).where(
        AnswerChange.response_id == loaded.response.id,
        AnswerChange.question_id.in_(round_.asked),
        AnswerChange.changed_at >= asked_at,
    )
    return set(session.scalars(query))


def _tie_again(
    session: Session,
    loaded: Loaded,
    round_: OpenRound,
    signed: Mapping[str, Mapping[str, Any]],
    now: datetime,
) -> None:
    """Tie to each answer what was signed with it, and nothing else; one audit row for each tie.

    What was signed is known by its content, the file's hash or the address, alone: titles change.
    """
    response = loaded.response
    pieces = _by_mark(session, response.organisation_id)
    ties = select(AnswerEvidence.question_id, AnswerEvidence.evidence_id).where(
        AnswerEvidence.response_id == response.id,
        AnswerEvidence.question_id.in_(round_.asked),
    )
    tied = {(question_id, evidence_id) for question_id, evidence_id in session.execute(ties)}
    kept: set[Tie] = set()
    missing: set[Tie] = set()
    for key in round_.asked:
        marks = Counter(mark_of(piece) for piece in signed.get(key, {}).get("evidence", ()))
        for mark, count in marks.items():
            fitting = [(key, evidence_id) for evidence_id in pieces.get(mark, ())]
            there = tied.intersection(fitting)
            kept |= there
            others = [each for each in fitting if each not in there]
            missing.update(others[: max(count - len(there), 0)])
    _untie(session, response.id, tied - kept)
    _tie(session, response.id, missing)
    for act, changed in (("evidence_untied", tied - kept), ("evidence_tied", missing)):
        log_ties(session, SYSTEM, loaded, sorted(changed), act, now=now)


def _by_mark(session: Session, organisation_id: UUID) -> dict[str, list[UUID]]:
    """Hash or address → the company's pieces, those first that are still in use, the newest."""
    query = select(Evidence).where(Evidence.organisation_id == organisation_id)
    order = (
        Evidence.removed_at.is_not(None),
        Evidence.replaced_by_id.is_not(None),
        Evidence.uploaded_at.desc(),
        Evidence.id,
    )
    found: dict[str, list[UUID]] = {}
    for piece in session.scalars(query.order_by(*order)):
        found.setdefault(piece.sha256 or piece.url, []).append(piece.id)
    return found


def _untie(session: Session, response_id: UUID, ties: Collection[Tie]) -> None:
    for question_id, evidence_id in ties:
        session.execute(
            delete(AnswerEvidence).where(
                AnswerEvidence.response_id == response_id,
                AnswerEvidence.question_id == question_id,
                AnswerEvidence.evidence_id == evidence_id,
            )
        )


def _tie(session: Session, response_id: UUID, ties: Collection[Tie]) -> None:
    rows = [
        {
            "id": new_id(),
            "response_id": response_id,
            "question_id": question_id,
            "evidence_id": evidence_id,
        }
        for question_id, evidence_id in sorted(ties)
    ]
    if rows:
        session.connection().execute(insert(AnswerEvidence), rows)


def _stored(session: Session, loaded: Loaded) -> Clarification:
    query = select(Clarification).where(
        Clarification.response_id == loaded.response.id, Clarification.state == OPEN
    )
    return session.scalars(query).one()


def _asker(session: Session, round_: Clarification) -> Person | None:
    return session.get(Person, round_.asked_by) if round_.asked_by else None
