"""Reads for a supplier's own team: a section's page, who read the answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.dialogue.models import Dialogue
from portal.identity.actor import Actor
from portal.identity.models import Organisation, Person
from portal.questionnaire.conditions import Route, Values, route, shown_rows
from portal.questionnaire.definition import Option, Question, Questionnaire, Section, Table
from portal.response.answers import GivenAnswer, unanswered, values_of
from portal.response.fields import Value
from portal.response.loading import (
    CHANGEABLE,
    asked_of,
    given_answers,
    load_own,
    section_named,
    shares_of,
)
from portal.response.models import Evidence, Reading, Response
from portal.response.policy import may_narrow, may_write
from portal.response.queries_evidence import tied_evidence
from portal.response.row_steps import rows_added_earlier
from portal.response.rules import Progress, asked, prefilled_rows, progress

SHOWN_READINGS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedQuestion:
    """A question with its answer.

    ``shown`` is false while the answers route around it; ``rows`` are the rows of a matrix or
    grid that are asked; ``prefilled`` the rows that an unanswered table starts from, ``earlier``
    those of them that its answer has not.
    """

    question: Question
    answer: GivenAnswer
    shown: bool
    rows: tuple[Option, ...]
    prefilled: tuple[dict[str, Value], ...]
    earlier: tuple[dict[str, Value], ...]
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionPage:
    """One section with everything its page shows; ``values`` are those that count, by route.

    ``writable``: the questions that the actor may answer. ``is_revised``: there are corrections,
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

    @property
    def may_write(self) -> bool:
        """Whether the actor may answer anything here; which questions, ``writable`` says."""
        return bool(self.writable)

    @property
    def is_changeable(self) -> bool:
        """Whether the state of the response lets its team change answers."""
        return self.response.state in CHANGEABLE


@dataclass(frozen=True, slots=True)
class ReadingRow:
    """Who read what of the supplier's attributed answers, and when."""

    person: str
    organisation: str
    what: str
    read_at: datetime


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
        writable=may_write(actor, *place, section, shares),
        may_narrow=may_narrow(actor, *place),
    )


def readings(session: Session, actor: Actor, response_id: UUID) -> list[ReadingRow]:
    """Who read the supplier's attributed answers, newest first, at most 200."""
    load_own(session, actor, response_id)
    query = (
        select(Person.name, Organisation.name, Reading.what, Reading.read_at)
        .select_from(Reading)
        .outerjoin(Person, Person.id == Reading.person_id)
        .outerjoin(Organisation, Organisation.id == Reading.organisation_id)
        .where(Reading.response_id == response_id)
        .order_by(Reading.read_at.desc(), Reading.id)
        .limit(SHOWN_READINGS)
    )
    return [
        ReadingRow(person or "", organisation or "", what, read_at)
        for person, organisation, what, read_at in session.execute(query)
    ]


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
            prefilled=tuple(prefilled_rows(question, way)) if isinstance(question, Table) else (),
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
