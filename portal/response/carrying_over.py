"""Stores what ``carrying`` decides: many responses in a few statements, each change recorded."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from portal.core.audit import record
from portal.core.ids import new_id
from portal.identity.actor import Actor
from portal.questionnaire.queries_versions import Step, steps
from portal.response.answers import GivenAnswer
from portal.response.carrying import Carried, carry
from portal.response.history import Hand, answer_row, history_row, update_rows
from portal.response.loading import Loaded, act_on, answers_of_many, load
from portal.response.models import (
    Answer,
    AnswerChange,
    AnswerEvidence,
    Assignment,
    Response,
)
from portal.response.rules import progress

RESPONSES_AT_A_TIME = 50
"""Times 109 answers: a few thousand rows in memory."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CarriedResponse:
    """What became of one response; ``lost_sections`` had been given to people and are gone."""

    response_id: UUID
    organisation_id: UUID
    kept: int
    suggested: int
    emptied: int
    dropped: int
    lost_sections: tuple[str, ...]

    @property
    def to_look_at(self) -> int:
        """Answers that somebody has to confirm or give anew."""
        return self.suggested + self.emptied


@dataclass(frozen=True, slots=True)
class _Batch:
    """Responses that are carried together, with what is stored of them."""

    responses: Sequence[Response]
    answers: dict[UUID, dict[str, GivenAnswer]]
    ties: dict[UUID, set[tuple[str, UUID]]]
    sections: dict[UUID, set[str]]


def carry_over(
    session: Session, actor: Actor, responses: Sequence[Response], step: Step, *, now: datetime
) -> list[CarriedResponse]:
    """Carry responses to the version of the step on to its next; about ten statements for fifty.

    The caller holds their locks. Those that answer another version already are left alone.
    """
    open_ones = [response for response in responses if response.version_id == step.old.id]
    done: list[CarriedResponse] = []
    for first in range(0, len(open_ones), RESPONSES_AT_A_TIME):
        batch = _load(session, open_ones[first : first + RESPONSES_AT_A_TIME])
        done += _carry_batch(session, actor, batch, step, now=now)
    return done


def bring_forward(session: Session, actor: Actor, loaded: Loaded, *, now: datetime) -> Loaded:
    """The locked response, carried over to the newest published version if it is at an older."""
    response, is_moved = loaded.response, False
    for step in steps(session, response.dialogue_id):
        is_moved = bool(carry_over(session, actor, [response], step, now=now)) or is_moved
    if not is_moved:
        return loaded
    session.flush()
    return load(session, response.id, lock=True)


def _carry_batch(
    session: Session, actor: Actor, batch: _Batch, step: Step, *, now: datetime
) -> list[CarriedResponse]:
    hand = Hand(actor.person_id, now)
    old, new = step.old.corrected, step.new.questionnaire
    carried = {
        response.id: carry(step.map, old, new, batch.answers[response.id])
        for response in batch.responses
    }
    _store(session, batch, carried, hand)
    done = []
    for response in batch.responses:
        outcome = carried[response.id]
        summary = _summary(response, outcome, batch, step)
        response.version_id = step.new.id
        count = progress(new, {**batch.answers[response.id], **outcome.now})
        response.answered, response.shown = count.answered, count.shown
        details = _details(summary, step)
        record(session, act_on(response, actor, "carried_over", details), now=now)
        done.append(summary)
    session.flush()
    return done


def _load(session: Session, responses: Sequence[Response]) -> _Batch:
    ids = [response.id for response in responses]
    ties: dict[UUID, set[tuple[str, UUID]]] = {each: set() for each in ids}
    sections: dict[UUID, set[str]] = {each: set() for each in ids}
    tied = select(
        AnswerEvidence.response_id, AnswerEvidence.question_id, AnswerEvidence.evidence_id
    ).where(AnswerEvidence.response_id.in_(ids))
    for response_id, question_id, evidence_id in session.execute(tied):
        ties[response_id].add((question_id, evidence_id))
    given = select(Assignment.response_id, Assignment.section_id)
    for response_id, section_id in session.execute(given.where(Assignment.response_id.in_(ids))):
        sections[response_id].add(section_id)
    return _Batch(responses, answers_of_many(session, ids), ties, sections)


def _store(session: Session, batch: _Batch, carried: dict[UUID, Carried], hand: Hand) -> None:
    added: list[dict[str, Any]] = []
    changed: list[dict[str, Any]] = []
    history: list[dict[str, Any]] = []
    ties: list[dict[str, Any]] = []
    for response_id, outcome in carried.items():
        stored = batch.answers[response_id]
        for question_id, entries in outcome.entries.items():
            rows = changed if question_id in stored else added
            rows.append(answer_row(response_id, question_id, entries[-1], hand))
            history += [history_row(response_id, question_id, entry, hand) for entry in entries]
        ties += _new_ties(response_id, outcome, batch.ties[response_id])
    for table, rows in ((Answer, added), (AnswerChange, history), (AnswerEvidence, ties)):
        if rows:
            session.connection().execute(insert(table), rows)
    update_rows(session, changed)


def _new_ties(
    response_id: UUID, outcome: Carried, tied: set[tuple[str, UUID]]
) -> Iterable[dict[str, Any]]:
    copies = {
        (target, evidence_id)
        for source, target in outcome.ties
        for question_id, evidence_id in tied
        if question_id == source
    }
    return [
        {
            "id": new_id(),
            "response_id": response_id,
            "question_id": question_id,
            "evidence_id": evidence_id,
        }
        for question_id, evidence_id in sorted(copies - tied)
    ]


def _summary(response: Response, outcome: Carried, batch: _Batch, step: Step) -> CarriedResponse:
    there = {section.id for section in step.new.questionnaire.sections}
    return CarriedResponse(
        response_id=response.id,
        organisation_id=response.organisation_id,
        kept=len(outcome.kept),
        suggested=len(outcome.suggested),
        emptied=len(outcome.emptied),
        dropped=len(outcome.dropped),
        lost_sections=tuple(sorted(batch.sections[response.id] - there)),
    )


def _details(summary: CarriedResponse, step: Step) -> dict[str, object]:
    return {
        "from": step.old.number,
        "to": step.new.number,
        "kept": summary.kept,
        "suggested": summary.suggested,
        "emptied": summary.emptied,
        "dropped": summary.dropped,
        "lost_sections": list(summary.lost_sections),
    }
