"""Reads for a supplier's own team: its responses, the task list of one, what is whose."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from portal.dialogue.models import Dialogue
from portal.identity.actor import Actor
from portal.identity.models import Organisation, Person
from portal.identity.roles import SUPPLIER_ROLES
from portal.questionnaire.definition import Question, Questionnaire, Section
from portal.questionnaire.models import Version
from portal.response.answers import GivenAnswer
from portal.response.loading import CHANGEABLE, definition, given_answers, load_own
from portal.response.marks import Mark
from portal.response.models import Assignment, Response
from portal.response.models_team import SectionMark
from portal.response.policy import may_assign, may_lead_team, may_sign, may_write
from portal.response.queries_team import Beside, Given, Note, Seen, beside
from portal.response.rules import Progress, SectionProgress, progress


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


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnTask:
    """A section, or some questions of it, that was given to the actor and is not ready yet."""

    response_id: UUID
    title: str
    supplier: str
    questionnaire: Questionnaire
    section: Section
    questions: tuple[Question, ...]
    due_on: date | None
    closes_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A section in the task list: how far it is, who does it, and what colleagues say of it.

    ``mine`` is what the actor was given of it.
    """

    progress: SectionProgress
    given: tuple[Given, ...]
    mine: tuple[Given, ...]
    mark: Mark
    notes: tuple[Note, ...]
    here: tuple[Seen, ...]
    may_write: bool

    @property
    def people(self) -> tuple[str, ...]:
        """Who answers it, each once, in the order of their names."""
        return tuple(dict.fromkeys(sorted(each.name for each in self.given)))

    @property
    def is_left(self) -> bool:
        """Whether something of what the actor was given still needs an answer or proof."""
        given = {each.question_id for each in self.mine}
        return any("" in given or question.id in given for question in self.progress.missing)

    @property
    def due_on(self) -> date | None:
        """The day by which the actor is to answer their first part of it."""
        return min((each.due_on for each in self.mine if each.due_on), default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskList:
    """A response's sections and what the actor may do with it.

    ``is_revised``: there are corrections, or other versions of the questionnaire. ``review_by``
    asked for the internal review that is under way.
    """

    response: Response
    dialogue: Dialogue
    supplier: str
    questionnaire: Questionnaire
    tasks: tuple[Task, ...]
    progress: Progress
    answers: Mapping[str, GivenAnswer]
    beside: Beside
    review_by: str
    is_revised: bool
    may_sign: bool
    may_assign: bool
    may_lead: bool

    @property
    def mine(self) -> list[Task]:
        """What was given to the actor, what is due first first, then as in the questionnaire."""
        own = [task for task in self.tasks if task.mine]
        return sorted(own, key=lambda task: (task.due_on is None, task.due_on or date.max))

    @property
    def others(self) -> list[Task]:
        """The sections of which the actor was given nothing by name."""
        return [task for task in self.tasks if not task.mine]


def own_responses(session: Session, actor: Actor) -> list[OwnResponse]:
    """The responses of the actor's organisations, the one due first first; one query."""
    own = _own(actor)
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


def own_tasks(session: Session, actor: Actor, *, now: datetime) -> list[OwnTask]:
    """What was given to the actor in open dialogues and nobody called ready, first due first.

    One query, and one for each version whose questionnaire this process has not read yet.
    """
    own = _own(actor)
    found: dict[tuple[UUID, str, date | None], OwnTask] = {}
    rows = session.execute(_GIVEN, {"person_id": actor.person_id, "now": now})
    for given, response, title, closes_at, supplier, sha256 in rows:
        if (response.dialogue_id, response.organisation_id) not in own:
            continue
        asked = definition(session, response.version_id, sha256)
        section = next((each for each in asked.sections if each.id == given.section_id), None)
        if section is None:
            continue
        key = (response.id, section.id, given.due_on)
        before = found[key].questions if key in found else ()
        found[key] = OwnTask(
            response_id=response.id,
            title=title,
            supplier=supplier,
            questionnaire=asked,
            section=section,
            questions=(*before, *(q for q in section.questions if q.id == given.question_id)),
            due_on=given.due_on,
            closes_at=closes_at,
        )
    return sorted(found.values(), key=lambda task: (task.due_on or date.max, task.closes_at))


_GIVEN = (
    select(Assignment, Response, Dialogue.title, Dialogue.closes_at, Organisation.name)
    .add_columns(Version.sha256)
    .join(Response, Response.id == Assignment.response_id)
    .join(Dialogue, Dialogue.id == Response.dialogue_id)
    .join(Organisation, Organisation.id == Response.organisation_id)
    .join(Version, Version.id == Response.version_id)
    .outerjoin(
        SectionMark,
        (SectionMark.response_id == Assignment.response_id)
        & (SectionMark.section_id == Assignment.section_id),
    )
    .where(
        Assignment.person_id == bindparam("person_id"),
        SectionMark.ready_at.is_(None),
        Response.state.in_(CHANGEABLE),
        Dialogue.opens_at <= bindparam("now"),
        Dialogue.closes_at > bindparam("now"),
    )
    .order_by(Assignment.section_id, Assignment.question_id)
)
"""What somebody was given and nobody called ready, where answers are taken now."""


def task_list(session: Session, actor: Actor, response_id: UUID, *, now: datetime) -> TaskList:
    """The sections of a response, what is left in each and who does it.

    Four queries, and one more while a review is under way.

    Raises Refused unless the actor belongs to the supplier's team.
    """
    loaded = load_own(session, actor, response_id)
    place = (loaded.response.dialogue_id, loaded.response.organisation_id)
    answers = given_answers(session, response_id)
    around = beside(session, actor, response_id, loaded.questionnaire, now=now)
    count = progress(loaded.questionnaire, answers)
    shares = {
        (each.section_id, each.question_id)
        for each in around.given
        if each.person_id == actor.person_id
    }
    return TaskList(
        response=loaded.response,
        dialogue=loaded.dialogue,
        supplier=loaded.supplier,
        questionnaire=loaded.questionnaire,
        tasks=tuple(
            _task(actor, row, around, writable=bool(may_write(actor, *place, row.section, shares)))
            for row in count.sections
        ),
        progress=count,
        answers=answers,
        beside=around,
        review_by=_review_by(session, loaded.response),
        is_revised=loaded.is_revised,
        may_sign=may_sign(actor, *place),
        may_assign=may_assign(actor, *place),
        may_lead=may_lead_team(actor, *place),
    )


def _task(actor: Actor, row: SectionProgress, around: Beside, *, writable: bool) -> Task:
    section_id = row.section.id
    given = tuple(each for each in around.given if each.section_id == section_id)
    return Task(
        progress=row,
        given=given,
        mine=tuple(each for each in given if each.person_id == actor.person_id),
        mark=around.marks.get(section_id, Mark()),
        notes=tuple(each for each in around.notes if each.section_id == section_id),
        here=tuple(each for each in around.here if each.section_id == section_id),
        may_write=writable,
    )


def _review_by(session: Session, response: Response) -> str:
    if response.state != "internal_review":
        return ""
    return session.scalar(select(Person.name).filter_by(id=response.review_asked_by)) or ""


def _own(actor: Actor) -> set[tuple[UUID, UUID]]:
    """The (dialogue, organisation) pairs for which the actor answers."""
    return {
        (grant.dialogue_id, grant.organisation_id)
        for grant in actor.grants
        if grant.role in SUPPLIER_ROLES
    }
