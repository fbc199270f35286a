"""Reads for a supplier's own team: a section's page."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from portal.dialogue.models import Dialogue
from portal.identity.actor import Actor
from portal.questionnaire.conditions import Route, Values, route, shown_rows
from portal.questionnaire.definition import Option, Question, Questionnaire, Section, Table
from portal.response.answers import GivenAnswer, unanswered, values_of
from portal.response.clarifying import OpenRound
from portal.response.fields import Value
from portal.response.loading import (
    CHANGEABLE,
    asked_of,
    given_answers,
    load_own,
    section_named,
    shares_of,
)
from portal.response.models import Evidence, Response
from portal.response.policy import may_narrow, may_write
from portal.response.queries_evidence import tied_evidence
from portal.response.row_steps import rows_added_earlier
from portal.response.rules import Progress, asked, progress


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedQuestion:
    """A question with its answer.

    ``shown`` is false while the answers route around it; ``rows`` are the rows of a matrix or
    grid that are asked; ``earlier`` the rows of earlier tables that a table's answer has not.
    """

    question: Question
    answer: GivenAnswer
    shown: bool
    rows: tuple[Option, ...]
    earlier: tuple[dict[str, Value], ...]
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionPage:
    """One section with everything its page shows; ``values`` are those that count, by route.

    ``writable``: the questions that the actor may answer, in an open ``round`` of clarification
    those that are open in it. ``is_revised``: there are corrections,
    or other versions of the questionnaire.
    """

    response: Response
    dialogue: Dialogue
    supplier: str
    questionnaire: Questionnaire
    section: Section
    questions: tuple[AskedQuestion, ...]
    values: Values
    progress: Progress
    is_revised: bool
    writable: frozenset[str]
    may_narrow: bool
    round: OpenRound | None = None

    @property
    def may_write(self) -> bool:
        """Whether the actor may answer anything here; which questions, ``writable`` says."""
        return bool(self.writable)

    @property
    def is_changeable(self) -> bool:
        """Whether the state of the response lets its team change answers."""
        return self.response.state in CHANGEABLE or self.round is not None


def section_of(
    session: Session, actor: Actor, response_id: UUID, section_id: str
) -> tuple[Questionnaire, Section]:
    """What is asked in a section, without any answer; one query. Raises Refused as the page."""
    questionnaire = asked_of(session, actor, response_id)
    return questionnaire, section_named(questionnaire, section_id)


def section_page(session: Session, actor: Actor, response_id: UUID, section_id: str) -> SectionPage:
    """One section with its answers and evidence; at most four queries, however many questions.

    Raises Refused unless the actor belongs to the supplier's team.
    """
    loaded = load_own(session, actor, response_id)
    section = loaded.section(section_id)
    place = (loaded.response.dialogue_id, loaded.response.organisation_id)
    evidence = tied_evidence(session, response_id)
    counts = {question_id: len(pieces) for question_id, pieces in evidence.items()}
    answers = given_answers(session, response_id, counts)
    way = route(loaded.questionnaire, values_of(answers))
    shares = shares_of(session, actor, loaded.response)
    writable = may_write(actor, *place, section, shares)
    return SectionPage(
        response=loaded.response,
        dialogue=loaded.dialogue,
        supplier=loaded.supplier,
        questionnaire=loaded.questionnaire,
        section=section,
        questions=_asked_questions(section, way, answers, evidence),
        values=way.values,
        progress=progress(loaded.questionnaire, answers),
        is_revised=loaded.is_revised,
        writable=writable & loaded.round.open if loaded.round else writable,
        may_narrow=may_narrow(actor, *place),
        round=loaded.round,
    )


def _asked_questions(
    section: Section,
    way: Route,
    answers: dict[str, GivenAnswer],
    evidence: dict[str, list[Evidence]],
) -> tuple[AskedQuestion, ...]:
    shown = {question.id for question in asked(way)}
    return tuple(
        AskedQuestion(
            question=question,
            answer=answers.get(question.id) or unanswered(question),
            shown=question.id in shown,
            rows=shown_rows(question, way.values),
            earlier=_earlier(question, answers, way),
            evidence=tuple(evidence.get(question.id, ())),
        )
        for question in section.questions
    )


def _earlier(
    question: Question, answers: Mapping[str, GivenAnswer], way: Route
) -> tuple[dict[str, Value], ...]:
    if not isinstance(question, Table):
        return ()
    answer = answers.get(question.id)
    return tuple(rows_added_earlier(question, (answer and answer.value) or [], way))
