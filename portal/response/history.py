"""Writes answers, each with an entry of its history, in a fixed number of statements."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, insert, update
from sqlalchemy.orm import Session

from portal.core.ids import new_id
from portal.questionnaire.conditions import route
from portal.response.answers import GivenAnswer, values_of
from portal.response.loading import CONTENT_NAMES, Loaded, stored_content
from portal.response.models import Answer, AnswerChange, Response
from portal.response.rules import Progress, is_answered, progress


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
    after = {**before, **changes}
    way = route(loaded.questionnaire, values_of(after))
    index = {question.id: question for question in loaded.questionnaire.questions()}
    written = {}
    for question_id, answer in changes.items():
        counts = answer.state == "done" and question_id in way.values
        is_draft = counts and not is_answered(index[question_id], answer, way)
        version = before[question_id].version + 1 if question_id in before else 1
        written[question_id] = replace(
            answer, version=version, state="draft" if is_draft else answer.state
        )
    insert_answers(
        session,
        loaded.response.id,
        {key: answer for key, answer in written.items() if key not in before},
        hand,
    )
    update_rows(
        session,
        [
            answer_row(loaded.response.id, key, answer, hand)
            for key, answer in written.items()
            if key in before
        ],
    )
    insert_history(session, loaded.response.id, written, hand)
    count = progress(loaded.questionnaire, {**before, **written})
    loaded.response.answered, loaded.response.shown = count.answered, count.shown
    loaded.response.revision += 1
    return count


def begin(response: Response, now: datetime) -> dict[str, str]:
    """Mark that somebody works on the response; what to log of it, empty if it was so before."""
    if response.state == "in_progress":
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
            insert(Answer), [answer_row(response_id, *pair, hand) for pair in answers.items()]
        )


def insert_history(
    session: Session, response_id: UUID, answers: Mapping[str, GivenAnswer], hand: Hand
) -> None:
    """Add one entry of history for each answer; one statement."""
    if answers:
        session.connection().execute(
            insert(AnswerChange),
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
    if not rows:
        return
    changed = (*CONTENT_NAMES, "updated_by", "updated_at")
    statement = (
        update(Answer)
        .where(
            Answer.response_id == bindparam("of_response"),
            Answer.question_id == bindparam("of_question"),
        )
        .values({name: bindparam(f"new_{name}") for name in changed})
    )
    session.connection().execute(
        statement,
        [
            {
                "of_response": row["response_id"],
                "of_question": row["question_id"],
                **{f"new_{name}": row[name] for name in changed},
            }
            for row in rows
        ],
    )
