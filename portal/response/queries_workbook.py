"""Reads for the workbook of a response: what to write into it, and what one that came back says."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from portal.identity.actor import Actor
from portal.questionnaire.conditions import question_index
from portal.response.answers import GivenAnswer
from portal.response.imports import (
    WaitingFile,
    waiting_files,
    waiting_import,
    writable_questions,
)
from portal.response.loading import CHANGEABLE, Loaded, earlier_answers, given_answers, load_own
from portal.response.workbook_content import from_content
from portal.response.workbook_merge import Comparison, Sides, compare
from portal.response.workbook_reading import ReadWorkbook

KIND = "workbook"
"""Of an ``AnswerImport`` that holds a workbook."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkbookPage:
    """A response whose workbook is written or given back.

    ``waiting``: workbooks that were read and are neither taken nor dropped, the newest first.
    ``writable``: the questions that the actor may answer.
    """

    loaded: Loaded
    answers: Mapping[str, GivenAnswer]
    waiting: tuple[WaitingFile, ...]
    writable: frozenset[str]

    @property
    def is_changeable(self) -> bool:
        """Whether the state of the response lets its team change answers."""
        return self.loaded.response.state in CHANGEABLE


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkbookDifference:
    """A workbook that was read, beside the answers of today."""

    loaded: Loaded
    import_id: UUID
    file_name: str
    comparison: Comparison


def workbook_page(session: Session, actor: Actor, response_id: UUID) -> WorkbookPage:
    """What a workbook is made of, and which ones wait; four queries at most.

    Raises Refused unless the actor belongs to the supplier's team.
    """
    loaded = load_own(session, actor, response_id)
    return WorkbookPage(
        loaded=loaded,
        answers=given_answers(session, response_id, {}),
        waiting=waiting_files(session, response_id, KIND),
        writable=writable_questions(session, actor, loaded),
    )


def workbook_difference(
    session: Session, actor: Actor, response_id: UUID, import_id: UUID
) -> WorkbookDifference:
    """What a workbook says, beside what there is; five queries at most, however many answers.

    Raises Refused unless the actor belongs to the supplier's team, and for what does not wait.
    """
    loaded = load_own(session, actor, response_id)
    found = waiting_import(session, response_id, import_id, KIND)
    read = from_content(found.content)
    sides = sides_of(session, loaded, read)
    writable = writable_questions(session, actor, loaded)
    return WorkbookDifference(
        loaded=loaded,
        import_id=found.id,
        file_name=found.file_name,
        comparison=compare(loaded.questionnaire, read, sides, writable),
    )


def sides_of(session: Session, loaded: Loaded, read: ReadWorkbook) -> Sides:
    """The answers of today and those that the workbook was made from; two queries."""
    known = question_index(loaded.questionnaire)
    versions = {key: version for key, version in read.versions.items() if version and key in known}
    return Sides(
        base=earlier_answers(session, loaded.response.id, versions),
        current=given_answers(session, loaded.response.id, {}),
    )
