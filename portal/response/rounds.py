"""Loads the open clarification of a response, for what may be changed in it."""

import json
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.questionnaire.conditions import route
from portal.questionnaire.definition import Questionnaire
from portal.response.answers import NOT_APPLICABLE
from portal.response.clarifying import OPEN, OpenRound
from portal.response.models import Answer, Submission
from portal.response.models_after import Clarification, ClarificationItem


def open_round(
    session: Session, response_id: UUID, questionnaire: Questionnaire
) -> OpenRound | None:
    """The open round of a response with what is open in it; three queries, one if there is none."""
    query = (
        select(Clarification, Submission.snapshot)
        .join(Submission, Submission.id == Clarification.submission_id)
        .where(Clarification.response_id == response_id, Clarification.state == OPEN)
    )
    row = session.execute(query).one_or_none()
    if row is None:
        return None
    found, snapshot = row
    asked = select(ClarificationItem.question_id).where(
        ClarificationItem.clarification_id == found.id
    )
    return OpenRound(
        id=found.id,
        number=found.number,
        submission_id=found.submission_id,
        due_at=found.due_at,
        asked=tuple(session.scalars(asked.order_by(ClarificationItem.question_id))),
        led_to=_led_to(session, response_id, questionnaire, json.loads(snapshot)["answers"]),
    )


def _led_to(
    session: Session, response_id: UUID, questionnaire: Questionnaire, signed: dict[str, Any]
) -> frozenset[str]:
    """The questions that are shown by the answers as they are now, and not as they were signed."""
    query = select(Answer.question_id, Answer.value, Answer.state)
    now = {
        question_id: value
        for question_id, value, state in session.execute(
            query.where(Answer.response_id == response_id)
        )
        if value is not None and state != NOT_APPLICABLE
    }
    then = {key: answer["value"] for key, answer in signed.items() if "value" in answer}
    shown, was = (
        {question.id for question in route(questionnaire, values).questions}
        for values in (now, then)
    )
    return frozenset(shown - was)
