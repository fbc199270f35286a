"""A table under the lock of its response: opened for changes, and stored with its history."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from portal.core.audit import record
from portal.core.errors import Invalid, NotNow, message
from portal.identity.actor import Actor
from portal.questionnaire.definition import Section, Table
from portal.response.answers import GivenAnswer, unanswered
from portal.response.history import Hand, begin, write_answers
from portal.response.loading import (
    Loaded,
    act_on,
    given_answers,
    load,
    require_changeable,
    require_writable,
)
from portal.response.queries_rows import table_of
from portal.response.row_merge import Row
from portal.response.values import tidy


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """A table under the lock of its response, with all answers as they are stored."""

    loaded: Loaded
    section: Section
    question: Table
    answers: Mapping[str, GivenAnswer]

    @property
    def answer(self) -> GivenAnswer:
        """The table's answer now."""
        return self.answers.get(self.question.id) or unanswered(self.question)

    @property
    def rows(self) -> list[Row]:
        """Its rows now."""
        return self.answer.value or []


def hold_table(
    session: Session, actor: Actor, response_id: UUID, question_id: str, now: datetime
) -> Hold:
    """Lock the response and open one of its tables for the actor's changes.

    Raises Refused (no such table, or not this actor's), NotNow (closed, submitted).
    """
    loaded = load(session, response_id, lock=True)
    section, question = table_of(loaded, question_id)
    require_writable(session, actor, loaded.response, section.id, [question_id])
    require_changeable(loaded, now, [question_id])
    return Hold(
        loaded=loaded,
        section=section,
        question=question,
        answers=given_answers(session, response_id),
    )


def require_seen(hold: Hold, seen_version: int) -> None:
    """Raise NotNow if rows would take the place of an answer without rows that nobody saw."""
    answer = hold.answer
    if seen_version != answer.version and (answer.is_exempt or answer.is_by_reference):
        raise NotNow(
            message(
                "Somebody said meanwhile that this does not apply to you, or that another company "
                "answers it: press the button again to put these rows in its place."
            )
        )


def store_rows(
    session: Session,
    actor: Actor,
    hold: Hold,
    rows: Sequence[Row],
    *,
    language: str,
    now: datetime,
    source: str = "",
) -> None:
    """Write the rows as the table's answer, with its history and an audit row.

    Raises Invalid if there are more than the table takes and than there were.
    """
    question, most = hold.question, hold.question.maximum_rows
    if len(rows) > max(most, len(hold.rows)):
        what = "This table takes {maximum} rows, and there would be {count}."
        raise Invalid(message(what, maximum=most, count=len(rows)))
    value = tidy(question, list(rows))
    answer = replace(
        hold.answer,
        state="empty" if value is None else "done",
        value=value,
        reason="",
        language=language,
    )
    hand = Hand(actor.person_id, now, source)
    write_answers(session, hold.loaded, hold.answers, {question.id: answer}, hand)
    details: dict[str, object] = {"section": hold.section.id, "questions": [question.id]}
    details |= begin(hold.loaded.response, now)
    record(session, act_on(hold.loaded.response, actor, "saved", details), now=now)
