"""Reads for the page of one table: its rows, what an earlier table offers, what was read in."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from portal.core.errors import Refused
from portal.dialogue.models import Dialogue
from portal.identity.actor import Actor
from portal.questionnaire.conditions import Values, route
from portal.questionnaire.definition import Questionnaire, Section, Table
from portal.response.answers import GivenAnswer, unanswered, values_of
from portal.response.clarifying import OpenRound
from portal.response.fields import Value
from portal.response.imports import WaitingFile, waiting_files, waiting_import
from portal.response.loading import CHANGEABLE, Loaded, given_answers, load_own, shares_of
from portal.response.models import Response
from portal.response.models_sources import AnswerImport
from portal.response.policy import may_write
from portal.response.row_merge import Row
from portal.response.row_sheet import RowSheet, from_content
from portal.response.row_steps import rows_added_earlier

KIND = "rows"
"""Of an ``AnswerImport`` that holds rows of one table."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TablePage:
    """One table with all its rows; ``shown`` is false while the answers route around it.

    ``earlier`` are rows of an earlier table that are not in this one yet; ``waiting`` is what was
    read in and is neither taken nor dropped, the newest first.
    """

    response: Response
    dialogue: Dialogue
    supplier: str
    questionnaire: Questionnaire
    section: Section
    question: Table
    answer: GivenAnswer
    shown: bool
    values: Values
    earlier: tuple[Mapping[str, Value], ...]
    waiting: tuple[WaitingFile, ...]
    is_revised: bool
    may_write: bool
    round: OpenRound | None = None

    @property
    def rows(self) -> list[Row]:
        """The stored rows."""
        return self.answer.value or []

    @property
    def is_changeable(self) -> bool:
        """Whether the state of the response lets its team change answers."""
        return self.response.state in CHANGEABLE or self.round is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class RowImport:
    """Rows that were read and are shown before anything changes."""

    id: UUID
    file_name: str
    sheet: RowSheet


def table_of(loaded: Loaded, question_id: str) -> tuple[Section, Table]:
    """The section and the table of this id; Refused if there is no such table."""
    section, question = loaded.section_of(question_id)
    if not isinstance(question, Table):
        raise Refused
    return section, question


def table_page(session: Session, actor: Actor, response_id: UUID, question_id: str) -> TablePage:
    """One table of a response; at most four queries, however many rows.

    Raises Refused unless the actor belongs to the supplier's team, and for what is no table.
    """
    loaded = load_own(session, actor, response_id)
    section, question = table_of(loaded, question_id)
    answers = given_answers(session, response_id, {})
    answer = answers.get(question_id) or unanswered(question)
    way = route(loaded.questionnaire, values_of(answers))
    place = (loaded.response.dialogue_id, loaded.response.organisation_id)
    shares = shares_of(session, actor, loaded.response)
    return TablePage(
        response=loaded.response,
        dialogue=loaded.dialogue,
        supplier=loaded.supplier,
        questionnaire=loaded.questionnaire,
        section=section,
        question=question,
        answer=answer,
        shown=question in way.questions,
        values=way.values,
        earlier=tuple(rows_added_earlier(question, answer.value or [], way)),
        waiting=waiting_files(session, response_id, KIND, question_id),
        is_revised=loaded.is_revised,
        may_write=question.id in may_write(actor, *place, section, shares)
        and (loaded.round is None or question.id in loaded.round.open),
        round=loaded.round,
    )


def row_import(
    session: Session, actor: Actor, response_id: UUID, question_id: str, import_id: UUID
) -> RowImport:
    """Rows that were read into this table and still wait; two queries.

    Raises Refused unless the actor belongs to the supplier's team, and for what is taken,
    dropped or of another table.
    """
    load_own(session, actor, response_id)
    return opened(waiting_import(session, response_id, import_id, KIND, question_id))


def opened(found: AnswerImport) -> RowImport:
    """What an import holds."""
    return RowImport(id=found.id, file_name=found.file_name, sheet=from_content(found.content))
