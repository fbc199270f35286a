"""Answering: start a response, save a section."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core.audit import record
from portal.core.errors import Invalid, Message, NotNow, Refused, message
from portal.dialogue.models import Dialogue
from portal.dialogue.rules import is_open
from portal.identity.actor import Actor
from portal.identity.models import Person
from portal.questionnaire.conditions import (
    Values,
    deciding_questions,
    route,
    shown_questions,
    shown_rows,
)
from portal.questionnaire.definition import File, Question, Questionnaire, Section
from portal.questionnaire.queries import published_version
from portal.response.answers import (
    NOT_APPLICABLE,
    AnswerDraft,
    GivenAnswer,
    values_of,
)
from portal.response.edits import Edit, edits
from portal.response.history import Hand, begin, write_part
from portal.response.loading import (
    Loaded,
    act_on,
    load,
    part_of_answers,
    require_changeable,
    require_writable,
)
from portal.response.models import Answer, Response
from portal.response.operations_references import meet
from portal.response.policy import may_answer, may_narrow
from portal.response.rules import Merge, asked, class_problem, section_after
from portal.response.values import check


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two people changed one answer; nothing of ``theirs`` was touched, ``mine`` is not stored.

    To store a text after all, save it again with ``base_version`` set to ``version``.
    """

    question: Question
    mine: GivenAnswer
    theirs: GivenAnswer
    theirs_by: str
    theirs_at: datetime
    version: int


@dataclass(frozen=True, slots=True)
class Saved:
    """What a save did: the ids of the questions it changed, and those left for a person.

    ``values`` are those that decide what is asked, as they are now.
    ``versions``: question → the version that what was sent is typed over from now on.
    ``reroutes``: other questions or rows of the section are asked now than before.
    """

    conflicts: list[Conflict]
    changed: list[str]
    questionnaire: Questionnaire
    section: Section
    values: Values
    versions: Mapping[str, int]
    reroutes: bool

    @property
    def next_section(self) -> Section | None:
        """Where the answers lead from here, None after the last section."""
        return section_after(self.questionnaire, self.values, self.section)


def start(
    session: Session,
    actor: Actor,
    dialogue_id: UUID,
    organisation_id: UUID,
    *,
    address: str = "",
    now: datetime,
) -> Response:
    """Begin a supplier's response to the published questionnaire; an existing one is returned.

    A supplier has one response in a dialogue, whichever version it answers. Whoever named the
    supplier in place of own answers is passed on now; ``address`` is as in ``ask_reference``.
    Raises Refused unless the actor answers for the supplier, NotNow while nothing is open.
    """
    if not may_answer(actor, dialogue_id, organisation_id):
        raise Refused
    # A new version is published either before or after: no response is left behind at the old.
    dialogue = session.get(Dialogue, dialogue_id, with_for_update={"read": True})
    version = published_version(session, dialogue_id)
    if dialogue is None or version is None or not is_open(dialogue, now):
        raise NotNow(message("This dialogue is not taking answers now."))
    query = select(Response).filter_by(dialogue_id=dialogue_id, organisation_id=organisation_id)
    existing = session.scalars(query).one_or_none()
    if existing is not None:
        return existing
    response = Response(
        dialogue_id=dialogue_id,
        version_id=version.id,
        organisation_id=organisation_id,
        created_at=now,
        answered=0,
        shown=len(shown_questions(version.questionnaire, {})),
    )
    session.add(response)
    session.flush()
    record(session, act_on(response, actor, "started"), now=now)
    meet(session, response, address=address, now=now)
    return response


def save_section(
    session: Session,
    actor: Actor,
    response_id: UUID,
    section_id: str,
    drafts: Mapping[str, AnswerDraft],
    *,
    now: datetime,
    source: str = "",
) -> Saved:
    """Store what was typed on one page, question by question, without losing anybody's text.

    A draft is compared with the version it was typed over: what nobody else changed is stored,
    what somebody else changed meanwhile is left alone and returned as a conflict. Sending the
    same page twice changes nothing the second time. ``source`` is what it was typed with; a tab
    (``portal.response.tabs``) is never in conflict with itself. At most 12 SQL statements.

    Raises Refused (not this actor's section), NotNow (closed, submitted), Invalid (a value or
    class that the form cannot produce; by field name, and nothing is stored).
    """
    loaded, section = _open_section(session, actor, response_id, section_id, drafts=drafts, now=now)
    before = part_of_answers(session, loaded, section)
    hand = Hand(actor.person_id, now, source)
    asked_for = edits(session, response_id, _asked_for(section, drafts), drafts, before, hand=hand)
    _require_allowed(asked_for, narrows=_may_narrow(actor, loaded))
    taken = {edit.question.id: edit.mine for edit in asked_for if edit.outcome is Merge.TAKE}
    if taken:
        write_part(session, loaded, before, taken, hand)
        details = {"section": section_id, "questions": list(taken), **begin(loaded.response, now)}
        record(session, act_on(loaded.response, actor, "saved", details), now=now)
    contested = [edit for edit in asked_for if edit.outcome is Merge.CONFLICT]
    return Saved(
        _conflicts(session, response_id, contested),
        list(taken),
        loaded.questionnaire,
        section,
        values_of({**before, **taken}),
        {edit.question.id: edit.version for edit in asked_for},
        _reroutes(loaded, section, before, taken),
    )


def _open_section(
    session: Session,
    actor: Actor,
    response_id: UUID,
    section_id: str,
    *,
    drafts: Mapping[str, AnswerDraft],
    now: datetime,
) -> tuple[Loaded, Section]:
    """The response, locked, and its section, after making sure that the actor may save these."""
    loaded = load(session, response_id, lock=True)
    section = loaded.section(section_id)
    require_writable(session, actor, loaded.response, section_id, drafts.keys())
    require_changeable(loaded, now, drafts.keys())
    return loaded, section


def _reroutes(
    loaded: Loaded,
    section: Section,
    before: Mapping[str, GivenAnswer],
    taken: Mapping[str, GivenAnswer],
) -> bool:
    """Whether what was stored changes what the section asks."""
    if not deciding_questions(loaded.questionnaire) & taken.keys():
        return False
    own = {question.id for question in section.questions}
    ways = [
        route(loaded.questionnaire, values_of(answers)) for answers in (before, {**before, **taken})
    ]
    was, will_be = (
        [(each.id, shown_rows(each, way.values)) for each in asked(way) if each.id in own]
        for way in ways
    )
    return was != will_be


def _asked_for(section: Section, drafts: Mapping[str, AnswerDraft]) -> dict[str, Question]:
    """The section's questions by id.

    Raises Refused for drafts of others, Invalid for values that do not fit their question.
    """
    questions = {question.id: question for question in section.questions}
    if not drafts.keys() <= questions.keys():
        raise Refused
    problems = {}
    for question_id, draft in drafts.items():
        question = questions[question_id]
        if draft.value is None or draft.state == NOT_APPLICABLE or isinstance(question, File):
            continue
        faults = check(question, draft.value)
        if faults:
            problems[question_id] = faults[0]
    if problems:
        raise Invalid(message("Some answers cannot be stored as they are."), problems)
    return questions


def _may_narrow(actor: Actor, loaded: Loaded) -> bool:
    return may_narrow(actor, loaded.response.dialogue_id, loaded.response.organisation_id)


def _require_allowed(edits: Iterable[Edit], *, narrows: bool) -> None:
    """Raise Invalid for an exemption or a class that the question or the actor's role forbids."""
    problems: dict[str, Message] = {}
    for edit in edits:
        key, mine = edit.question.id, edit.mine
        if mine.state == NOT_APPLICABLE and not edit.question.not_applicable:
            problems[f"{key}!na"] = message("This question has to be answered")
        if mine.readers == (edit.base or edit.current).readers:
            continue
        problem = class_problem(edit.question, mine)
        if not narrows:
            problem = message("Ask your admin or signatory to change who reads this answer")
        if problem:
            problems[f"{key}!class"] = problem
    if problems:
        raise Invalid(message("Some answers cannot be stored as they are."), problems)


def _conflicts(session: Session, response_id: UUID, contested: Sequence[Edit]) -> list[Conflict]:
    if not contested:
        return []
    query = (
        select(Answer.question_id, Answer.updated_at, Person.name)
        .outerjoin(Person, Person.id == Answer.updated_by)
        .where(
            Answer.response_id == response_id,
            Answer.question_id.in_([edit.question.id for edit in contested]),
        )
    )
    last = {row.question_id: row for row in session.execute(query)}
    return [
        Conflict(
            question=edit.question,
            mine=edit.mine,
            theirs=edit.current,
            theirs_by=last[edit.question.id].name or "",
            theirs_at=last[edit.question.id].updated_at,
            version=edit.current.version,
        )
        for edit in contested
    ]
