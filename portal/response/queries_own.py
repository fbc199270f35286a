"""Reads for a supplier's own team: tasks, a section's page, who read the answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.dialogue.models import Dialogue
from portal.identity.actor import Actor
from portal.identity.models import Organisation, Person
from portal.identity.roles import SUPPLIER_ROLES
from portal.questionnaire.conditions import Route, Values, route, shown_rows
from portal.questionnaire.definition import Option, Question, Questionnaire, Section, Table
from portal.response.answers import GivenAnswer, unanswered, values_of
from portal.response.fields import Value
from portal.response.loading import (
    CHANGEABLE,
    asked_of,
    assigned_sections,
    given_answers,
    load_own,
    section_named,
)
from portal.response.models import Assignment, Evidence, Reading, Response
from portal.response.policy import may_assign, may_narrow, may_sign, may_write
from portal.response.queries_evidence import tied_evidence
from portal.response.rules import Progress, SectionProgress, asked, prefilled_rows, progress

SHOWN_READINGS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnResponse:
    """A response of one of the actor's organisations, in a list."""

    response_id: UUID
    dialogue_id: UUID
    short_name: str
    title: str
    supplier: str
    state: str
    answered: int
    shown: int
    closes_at: datetime
    submitted_at: datetime | None


@dataclass(frozen=True, slots=True)
class Task:
    """A section in the task list: how far it is and who does it."""

    progress: SectionProgress
    people: tuple[str, ...]
    person_ids: frozenset[UUID]
    may_write: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskList:
    """A response's sections and what the actor may do with it.

    ``is_revised``: there are corrections, or other versions of the questionnaire.
    """

    response: Response
    dialogue: Dialogue
    supplier: str
    questionnaire: Questionnaire
    tasks: tuple[Task, ...]
    progress: Progress
    answers: Mapping[str, GivenAnswer]
    is_revised: bool
    may_sign: bool
    may_assign: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedQuestion:
    """A question with its answer.

    ``shown`` is false while the answers route around it; ``rows`` are the rows of a matrix or
    grid that are asked; ``prefilled`` the rows that an unanswered table starts from.
    """

    question: Question
    answer: GivenAnswer
    shown: bool
    rows: tuple[Option, ...]
    prefilled: tuple[dict[str, Value], ...]
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionPage:
    """One section with everything its page shows; ``values`` are those that count, by route.

    ``is_revised``: there are corrections, or other versions of the questionnaire.
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
    may_write: bool
    may_narrow: bool

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


def own_responses(session: Session, actor: Actor) -> list[OwnResponse]:
    """The responses of the actor's organisations, the one due first first; one query."""
    own = {
        (grant.dialogue_id, grant.organisation_id)
        for grant in actor.grants
        if grant.role in SUPPLIER_ROLES
    }
    query = (
        select(Response, Dialogue, Organisation.name)
        .join(Dialogue, Dialogue.id == Response.dialogue_id)
        .join(Organisation, Organisation.id == Response.organisation_id)
        .where(Response.organisation_id.in_({organisation_id for _, organisation_id in own}))
        .order_by(Dialogue.closes_at, Organisation.name)
    )
    return [
        OwnResponse(
            response_id=response.id,
            dialogue_id=dialogue.id,
            short_name=dialogue.short_name,
            title=dialogue.title,
            supplier=supplier,
            state=response.state,
            answered=response.answered,
            shown=response.shown,
            closes_at=dialogue.closes_at,
            submitted_at=response.submitted_at,
        )
        for response, dialogue, supplier in session.execute(query)
        if (response.dialogue_id, response.organisation_id) in own
    ]


def task_list(session: Session, actor: Actor, response_id: UUID) -> TaskList:
    """The sections of a response and what is left in each; four queries.

    Raises Refused unless the actor belongs to the supplier's team.
    """
    loaded = load_own(session, actor, response_id)
    place = (loaded.response.dialogue_id, loaded.response.organisation_id)
    answers = given_answers(session, response_id)
    people, own = _assignments(session, actor, response_id)
    count = progress(loaded.questionnaire, answers)
    tasks = tuple(
        Task(
            row,
            tuple(name for _, name in people.get(row.section.id, ())),
            frozenset(person_id for person_id, _ in people.get(row.section.id, ())),
            may_write(actor, *place, row.section.id, own),
        )
        for row in count.sections
    )
    return TaskList(
        response=loaded.response,
        dialogue=loaded.dialogue,
        supplier=loaded.supplier,
        questionnaire=loaded.questionnaire,
        tasks=tasks,
        progress=count,
        answers=answers,
        is_revised=loaded.is_revised,
        may_sign=may_sign(actor, *place),
        may_assign=may_assign(actor, *place),
    )


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
    writes_all = may_assign(actor, *place)
    assigned = () if writes_all else assigned_sections(session, actor, response_id)
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
        may_write=may_write(actor, *place, section_id, assigned),
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


def _assignments(
    session: Session, actor: Actor, response_id: UUID
) -> tuple[dict[str, list[tuple[UUID, str]]], set[str]]:
    """The (id, name) of the people on each section, and the ids of the actor's sections."""
    query = (
        select(Assignment.section_id, Person.id, Person.name)
        .join(Person, Person.id == Assignment.person_id)
        .where(Assignment.response_id == response_id)
        .order_by(Person.name)
    )
    people: dict[str, list[tuple[UUID, str]]] = {}
    own = set()
    for section_id, person_id, name in session.execute(query):
        people.setdefault(section_id, []).append((person_id, name))
        if person_id == actor.person_id:
            own.add(section_id)
    return people, own


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
            evidence=tuple(evidence.get(question.id, ())),
        )
        for question in section.questions
    )
