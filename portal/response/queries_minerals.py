"""Reads for reporting templates on minerals: what one says, beside the answers there are."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from portal.identity.actor import Actor
from portal.questionnaire.definition import Question, Table
from portal.response.answers import GivenAnswer, unanswered
from portal.response.fields import Value
from portal.response.imports import (
    WaitingFile,
    waiting_files,
    waiting_import,
    writable_questions,
)
from portal.response.loading import CHANGEABLE, Loaded, given_answers, load_own
from portal.response.minerals import Declaration
from portal.response.minerals_answers import answers_from, file_question, joined
from portal.response.minerals_checks import Finding, findings
from portal.response.minerals_content import from_content

KIND = "minerals"
"""Of an ``AnswerImport`` that holds a reporting template, and of the origin of its answers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MineralsStart:
    """A response to which a template can be given; ``waiting`` as of a ``WorkbookPage``."""

    loaded: Loaded
    waiting: tuple[WaitingFile, ...]
    may_write: bool

    @property
    def is_changeable(self) -> bool:
        """Whether the state of the response lets its team change answers."""
        return self.loaded.response.state in CHANGEABLE


@dataclass(frozen=True, slots=True, kw_only=True)
class MineralsAnswer:
    """What a template would make of one answer.

    ``is_new``: nobody has answered yet, and nothing that is suggested would go, so that it becomes
    a suggestion; else somebody chooses
    between ``current`` and ``mine``, both of which hold everything that would stand there.
    """

    question: Question
    mine: GivenAnswer
    current: GivenAnswer
    is_new: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MineralsReport:
    """A template that was read. ``file_question`` takes the file itself, if it was kept."""

    loaded: Loaded
    import_id: UUID
    file_name: str
    declared: Declaration
    findings: tuple[Finding, ...]
    answers: tuple[MineralsAnswer, ...]
    silent: bool
    file_question: Question | None


def minerals_start(session: Session, actor: Actor, response_id: UUID) -> MineralsStart:
    """Which templates wait; three queries at most. Refused outside the supplier's team."""
    loaded = load_own(session, actor, response_id)
    return MineralsStart(
        loaded=loaded,
        waiting=waiting_files(session, response_id, KIND),
        may_write=bool(writable_questions(session, actor, loaded)),
    )


def minerals_report(
    session: Session, actor: Actor, response_id: UUID, import_id: UUID, *, today: date
) -> MineralsReport:
    """What a template says and lacks, beside the answers; four queries at most.

    Raises Refused outside the supplier's team, and for what does not wait.
    """
    loaded = load_own(session, actor, response_id)
    found = waiting_import(session, response_id, import_id, KIND)
    declared, evidence_id = from_content(found.content)
    given = given_answers(session, response_id, {})
    said = answers_from(declared, loaded.questionnaire)
    writable = writable_questions(session, actor, loaded)
    return MineralsReport(
        loaded=loaded,
        import_id=found.id,
        file_name=found.file_name,
        declared=declared,
        findings=tuple(findings(declared, today)),
        answers=tuple(made_of(declared, loaded, given, writable).values()),
        silent=not said,
        file_question=file_question(loaded.questionnaire, said) if evidence_id else None,
    )


def made_of(
    declared: Declaration,
    loaded: Loaded,
    given: Mapping[str, GivenAnswer],
    writable: frozenset[str],
) -> dict[str, MineralsAnswer]:
    """What becomes of each question that the template answers otherwise than it is answered."""
    found = {}
    for question_id, said in answers_from(declared, loaded.questionnaire).items():
        current = given.get(question_id) or unanswered(said.question)
        value = joined(said.question, current.value, said.value)
        is_new = _is_open(current) and _keeps(said.question, current.value, said.value)
        if question_id not in writable or value == current.value:
            continue
        state = "suggested" if is_new else "done"
        mine = replace(current, value=value, state=state, reason="")
        found[question_id] = MineralsAnswer(
            question=said.question, mine=mine, current=current, is_new=is_new
        )
    return found


def _is_open(answer: GivenAnswer) -> bool:
    """Whether nobody has answered."""
    return answer.is_suggested or (answer.state in {"empty", "draft"} and answer.value is None)


def _keeps(question: Question, present: Value, said: Value) -> bool:
    """Whether everything that stands there would still stand there."""
    both_ways = (joined(question, present, said), joined(question, said, present or said))
    return present is None or isinstance(question, Table) or both_ways[0] == both_ways[1]
