"""Writes answers, each with an entry of its history, in a fixed number of statements."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, insert, update
from sqlalchemy.orm import Session

from portal.core.ids import new_id
from portal.questionnaire.conditions import Route, deciding_questions, question_index, route
from portal.response.answers import NOT_APPLICABLE, GivenAnswer, values_of
from portal.response.fields import Value
from portal.response.loading import CONTENT_NAMES, Loaded, given_answers, stored_content
from portal.response.models import Answer, AnswerChange, Response
from portal.response.rules import Progress, asked, is_answered, progress


@dataclass(frozen=True, slots=True)
class Hand:
    """Who changes answers, when, and with what: ``source`` as in ``AnswerChange``."""

    person_id: UUID | None
    now: datetime
    source: str = ""


def write_answers(
    session: Session,
    loaded: Loaded,
    before: Mapping[str, GivenAnswer],
    changes: Mapping[str, GivenAnswer],
    hand: Hand,
) -> Progress:
    """Store changed answers, their history, and the response's counters; needs its lock.

    ``before`` are all answers of the response as they are stored. Returns how far it is now.
    """
    way = route(loaded.questionnaire, values_of({**before, **changes}))
    written = _written(loaded, before, changes, way)
    _store(session, loaded.response.id, before, written, hand)
    count = progress(loaded.questionnaire, {**before, **written})
    loaded.response.answered, loaded.response.shown = count.answered, count.shown
    return count


def write_part(
    session: Session,
    loaded: Loaded,
    before: Mapping[str, GivenAnswer],
    changes: Mapping[str, GivenAnswer],
    hand: Hand,
) -> None:
    """Store changed answers as ``write_answers``, having read only a part of the response.

    ``before`` must hold what is stored of the changed questions and of those that decide what is
    asked. Only where one of the latter changes, the rest is read to count anew.
    """
    deciding = deciding_questions(loaded.questionnaire)
    if any(
        _value_of(before.get(key)) != _value_of(changes[key]) for key in deciding & set(changes)
    ):
        whole = given_answers(session, loaded.response.id, evidence={})
        write_answers(session, loaded, {**whole, **before}, changes, hand)
        return
    passed = deciding | set(changes)
    old = route(loaded.questionnaire, values_of(before), passed)
    new = route(loaded.questionnaire, values_of({**before, **changes}), passed)
    written = _written(loaded, before, changes, new)
    _store(session, loaded.response.id, before, written, hand)
    counted = {question.id: question for question in asked(new) if question.id in changes}
    gained = sum(is_answered(counted[key], written[key], new) for key in counted)
    lost = sum(is_answered(counted[key], before[key], old) for key in counted if key in before)
    loaded.response.answered += gained - lost


def _value_of(answer: GivenAnswer | None) -> Value:
    """The value that conditions read."""
    return None if answer is None or answer.state == NOT_APPLICABLE else answer.value


def _written(
    loaded: Loaded,
    before: Mapping[str, GivenAnswer],
    changes: Mapping[str, GivenAnswer],
    way: Route,
) -> dict[str, GivenAnswer]:
    """The changed answers with their new versions; incomplete ones are drafts."""
    index = question_index(loaded.questionnaire)
    written = {}
    for question_id, answer in changes.items():
        counts = answer.state == "done" and question_id in way.values
        is_draft = counts and not is_answered(index[question_id], answer, way)
        version = before[question_id].version + 1 if question_id in before else 1
        state = "draft" if is_draft else answer.state
        written[question_id] = replace(answer, version=version, state=state)
    return written


def _store(
    session: Session,
    response_id: UUID,
    before: Mapping[str, GivenAnswer],
    written: Mapping[str, GivenAnswer],
    hand: Hand,
) -> None:
    """Three statements at most."""
    first = {key: answer for key, answer in written.items() if key not in before}
    again = {key: answer for key, answer in written.items() if key in before}
    insert_answers(session, response_id, first, hand)
    update_rows(session, [answer_row(response_id, *pair, hand) for pair in again.items()])
    insert_history(session, response_id, written, hand)


def begin(response: Response, now: datetime) -> dict[str, str]:
    """Mark that somebody works on the response; what to log of it, empty if it was so before."""
    # An internal review goes on while somebody mends what it found (operations_marks), and so
    # does a clarification while its answers are being changed.
    if response.state in {"in_progress", "internal_review", "clarification"}:
        return {}
    change = {"from": response.state, "to": "in_progress"}
    response.state = "in_progress"
    response.started_at = response.started_at or now
    return change


def insert_answers(
    session: Session, response_id: UUID, answers: Mapping[str, GivenAnswer], hand: Hand
) -> None:
    """Add first answers; one statement."""
    if answers:
        session.connection().execute(
            _INSERT, [answer_row(response_id, *pair, hand) for pair in answers.items()]
        )


def insert_history(
    session: Session, response_id: UUID, answers: Mapping[str, GivenAnswer], hand: Hand
) -> None:
    """Add one entry of history for each answer; one statement."""
    if answers:
        session.connection().execute(
            _REMEMBER,
            [history_row(response_id, *pair, hand) for pair in answers.items()],
        )


def answer_row(
    response_id: UUID, question_id: str, answer: GivenAnswer, hand: Hand
) -> dict[str, object]:
    """The columns of an answer."""
    return {
        **_named(response_id, question_id, answer),
        "updated_by": hand.person_id,
        "updated_at": hand.now,
    }


def history_row(
    response_id: UUID, question_id: str, answer: GivenAnswer, hand: Hand
) -> dict[str, object]:
    """The columns of an entry of history."""
    return {
        **_named(response_id, question_id, answer),
        "changed_by": hand.person_id,
        "changed_at": hand.now,
        "source": hand.source,
    }


def _named(response_id: UUID, question_id: str, answer: GivenAnswer) -> dict[str, object]:
    return {
        "id": new_id(),
        "response_id": response_id,
        "question_id": question_id,
        **stored_content(answer),
    }


def update_rows(session: Session, rows: Sequence[Mapping[str, object]]) -> None:
    """Replace stored answers by these rows of ``answer_row``; one statement."""
    if rows:
        session.connection().execute(_UPDATE, [_as_update(row) for row in rows])


_INSERT = insert(Answer)
_REMEMBER = insert(AnswerChange)
_CHANGED = (*CONTENT_NAMES, "updated_by", "updated_at")
_UPDATE = (
    update(Answer)
    .where(
        Answer.response_id == bindparam("of_response"),
        Answer.question_id == bindparam("of_question"),
    )
    .values({name: bindparam(f"new_{name}") for name in _CHANGED})
)
"""Put together once: every save sends it."""


def _as_update(row: Mapping[str, object]) -> dict[str, object]:
    return {
        "of_response": row["response_id"],
        "of_question": row["question_id"],
        **{f"new_{name}": row[name] for name in _CHANGED},
    }
