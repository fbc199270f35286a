"""Loads a response with what its rules need; shared by this package's queries and operations."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, exists, func, or_, select
from sqlalchemy.orm import Session

from portal.core.audit import Act
from portal.core.errors import NotNow, Refused, message
from portal.dialogue.models import Dialogue
from portal.dialogue.rules import is_closed, is_open
from portal.identity.actor import Actor
from portal.identity.models import Organisation
from portal.questionnaire.conditions import deciding_questions
from portal.questionnaire.definition import File, Question, Questionnaire, Section
from portal.questionnaire.loader import from_json
from portal.questionnaire.models import Erratum, Version
from portal.questionnaire.policy import ARCHIVED
from portal.response.answers import GivenAnswer, Reference
from portal.response.clarifying import CLARIFICATION, OpenRound, require_in_round
from portal.response.models import Answer, AnswerChange, AnswerEvidence, Assignment, Response
from portal.response.models_sources import AnswerReference
from portal.response.policy import Share, may_answer, may_assign, may_read_own
from portal.response.rounds import open_round

CHANGEABLE = frozenset({"not_started", "in_progress", "internal_review", "withdrawn"})
"""States of a response in which its team may change answers."""
CACHED_DEFINITIONS = 32

REVISED = or_(
    Version.previous_id.is_not(None),
    Version.state == ARCHIVED,
    exists().where(Erratum.version_id == Version.id),
)
"""Whether a version is not all there is to read of it; asked for with it, so that it costs nothing
where nothing was revised."""

_LOADED = (
    select(Response, Dialogue, Organisation.name, Version.sha256, REVISED)
    .join(Dialogue, Dialogue.id == Response.dialogue_id)
    .join(Organisation, Organisation.id == Response.organisation_id)
    .join(Version, Version.id == Response.version_id)
    .where(Response.id == bindparam("response_id"))
    .execution_options(populate_existing=True)
)
_LOCKED = _LOADED.with_for_update(of=Response)
_ASKED = (
    select(Response.dialogue_id, Response.organisation_id, Response.version_id, Version.sha256)
    .join(Version, Version.id == Response.version_id)
    .where(Response.id == bindparam("response_id"))
)

_definitions: dict[str, Questionnaire] = {}
"""Published definitions by their hash: they never change, and reading one takes a while."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """A response with its dialogue, supplier and questionnaire."""

    response: Response
    dialogue: Dialogue
    supplier: str
    questionnaire: Questionnaire
    definition_hash: str
    is_revised: bool
    """There are corrections of its version, or versions before or after it."""
    round: OpenRound | None = None
    """The clarification that is open, and what may be changed in it."""

    def section(self, section_id: str) -> Section:
        """The section of this id; Refused if there is none."""
        return section_named(self.questionnaire, section_id)

    def section_of(self, question_id: str) -> tuple[Section, Question]:
        """The section and the question of this id; Refused if there is none."""
        for section in self.questionnaire.sections:
            for question in section.questions:
                if question.id == question_id:
                    return section, question
        raise Refused


def section_named(questionnaire: Questionnaire, section_id: str) -> Section:
    """The section of this id; Refused if there is none."""
    for section in questionnaire.sections:
        if section.id == section_id:
            return section
    raise Refused


def load(session: Session, response_id: UUID, *, lock: bool = False) -> Loaded:
    """The response, locked against other writers if ``lock``; Refused if there is none."""
    query, names = _LOCKED if lock else _LOADED, {"response_id": response_id}
    row = session.execute(query, names).one_or_none()
    if row is None and lock:
        # Whoever had it locked may have carried it over to a new version, which PostgreSQL does
        # not join to in the statement that waited.
        row = session.execute(query, names).one_or_none()
    if row is None:
        raise Refused
    response, dialogue, supplier, sha256, is_revised = row
    questionnaire = definition(session, response.version_id, sha256)
    is_asked = response.state == CLARIFICATION
    return Loaded(
        response=response,
        dialogue=dialogue,
        supplier=supplier,
        questionnaire=questionnaire,
        definition_hash=sha256,
        is_revised=is_revised,
        round=open_round(session, response.id, questionnaire) if is_asked else None,
    )


def load_own(session: Session, actor: Actor, response_id: UUID) -> Loaded:
    """The response, to be read by its own team; Refused for everybody else."""
    loaded = load(session, response_id)
    if not may_read_own(actor, loaded.response.dialogue_id, loaded.response.organisation_id):
        raise Refused
    return loaded


def asked_of(session: Session, actor: Actor, response_id: UUID) -> Questionnaire:
    """What a response is asked, for its own team; one light query. Raises Refused as load_own."""
    row = session.execute(_ASKED, {"response_id": response_id}).one_or_none()
    if row is None or not may_read_own(actor, row.dialogue_id, row.organisation_id):
        raise Refused
    return definition(session, row.version_id, row.sha256)


def definition(session: Session, version_id: UUID, sha256: str) -> Questionnaire:
    """The questionnaire of a frozen version, read from the database once per process."""
    questionnaire = _definitions.get(sha256)
    if questionnaire is None:
        query = select(Version.definition).where(Version.id == version_id)
        questionnaire = from_json(session.scalars(query).one())
        if len(_definitions) >= CACHED_DEFINITIONS:
            _definitions.clear()
        _definitions[sha256] = questionnaire
    return questionnaire


def questionnaire_of(session: Session, version_id: UUID) -> Questionnaire:
    """The questionnaire of a published version, such as the one that was signed."""
    sha256 = session.scalars(select(Version.sha256).where(Version.id == version_id)).one()
    return definition(session, version_id, sha256)


def require_changeable(
    loaded: Loaded, now: datetime, question_ids: Collection[str] | None = None
) -> None:
    """Raise NotNow unless these answers may be changed at this instant; None stands for all.

    While buyers ask for a clarification, only what they asked about is open, until it is due.
    """
    dialogue = loaded.dialogue
    if loaded.round is not None:
        require_in_round(loaded.round, question_ids, now)
        return
    if not is_open(dialogue, now):
        raise NotNow(
            message("This dialogue is closed: answers can no longer be changed.")
            if is_closed(dialogue, now)
            else message("This dialogue is not open yet: answers cannot be saved before it opens.")
        )
    if loaded.response.state not in CHANGEABLE:
        raise NotNow(
            message("These answers are submitted. Withdraw them first if you need to change them.")
        )


def act_on(
    response: Response, actor: Actor, act: str, details: Mapping[str, object] | None = None
) -> Act:
    """An act on a response, for the audit log."""
    return Act(
        person_id=actor.person_id,
        organisation_id=response.organisation_id,
        dialogue_id=response.dialogue_id,
        subject=("response", response.id),
        act=act,
        details=dict(details or {}),
    )


def shares_of(session: Session, actor: Actor, response: Response) -> set[Share]:
    """What the actor was given of a response; no query for who may answer all of it."""
    if may_assign(actor, response.dialogue_id, response.organisation_id):
        return set()
    query = select(Assignment.section_id, Assignment.question_id).where(
        Assignment.response_id == response.id, Assignment.person_id == actor.person_id
    )
    return {(section_id, question_id) for section_id, question_id in session.execute(query)}


def require_writable(
    session: Session,
    actor: Actor,
    response: Response,
    section_id: str,
    question_ids: Collection[str] | None = None,
) -> None:
    """Raise Refused unless the actor may answer these questions of a section; None means all.

    Looks up what a contributor was given; with no question at all, anything of the section will do.
    """
    place = (response.dialogue_id, response.organisation_id)
    if may_assign(actor, *place):
        return
    shares = shares_of(session, actor, response) if may_answer(actor, *place) else set()
    if (section_id, "") in shares:
        return
    own = {question_id for _, question_id in shares}
    is_theirs = any(section_id == each for each, _ in shares)
    if question_ids is None or not (set(question_ids) <= own and (question_ids or is_theirs)):
        raise Refused


def given_answers(
    session: Session, response_id: UUID, evidence: Mapping[str, int] | None = None
) -> dict[str, GivenAnswer]:
    """Every answer of a response by question id; one query, two if ``evidence`` is not counted."""
    counts = evidence_counts(session, response_id) if evidence is None else evidence
    query = select(Answer.question_id, *CONTENT).where(Answer.response_id == response_id)
    found = {
        question_id: _given(content, counts.get(question_id, 0))
        for question_id, *content in session.execute(query)
    }
    return _with_references(session, {response_id: found})[response_id]


def _with_references(
    session: Session, found: dict[UUID, dict[str, GivenAnswer]]
) -> dict[UUID, dict[str, GivenAnswer]]:
    """Answers by response, those by reference with whose it is; one query if there are such."""
    referring = {
        response_id: keys
        for response_id, answers in found.items()
        if (keys := {key for key, answer in answers.items() if answer.is_by_reference})
    }
    if not referring:
        return found
    query = select(
        AnswerReference.response_id,
        AnswerReference.question_id,
        AnswerReference.brand_name,
        AnswerReference.state,
    ).where(AnswerReference.response_id.in_(referring))
    for response_id, key, brand, state in session.execute(query):
        if key in referring[response_id]:
            reference = Reference(brand, state == "agreed")
            found[response_id][key] = replace(found[response_id][key], reference=reference)
    return found


def part_of_answers(session: Session, loaded: Loaded, section: Section) -> dict[str, GivenAnswer]:
    """What is stored of a section's questions and of those that decide what is asked.

    One query, two if the section asks for files, whose pieces are counted.
    """
    asks_for_files = any(isinstance(question, File) for question in section.questions)
    counts = evidence_counts(session, loaded.response.id) if asks_for_files else {}
    wanted = deciding_questions(loaded.questionnaire) | {each.id for each in section.questions}
    found = session.execute(_PART, {"response_id": loaded.response.id, "wanted": sorted(wanted)})
    part = {
        question_id: _given(content, counts.get(question_id, 0)) for question_id, *content in found
    }
    return _with_references(session, {loaded.response.id: part})[loaded.response.id]


def answers_of_many(
    session: Session, response_ids: Collection[UUID]
) -> dict[UUID, dict[str, GivenAnswer]]:
    """Every answer of several responses, without counting evidence; one query or two."""
    query = select(Answer.response_id, Answer.question_id, *CONTENT)
    found: dict[UUID, dict[str, GivenAnswer]] = {each: {} for each in response_ids}
    for response_id, question_id, *content in session.execute(
        query.where(Answer.response_id.in_(response_ids))
    ):
        found[response_id][question_id] = _given(content)
    return _with_references(session, found)


def evidence_counts(session: Session, response_id: UUID) -> dict[str, int]:
    """How many files and links are tied to each question."""
    query = (
        select(AnswerEvidence.question_id, func.count())
        .where(AnswerEvidence.response_id == response_id)
        .group_by(AnswerEvidence.question_id)
    )
    return dict(session.execute(query).all())


def earlier_answers(
    session: Session, response_id: UUID, versions: Mapping[str, int]
) -> dict[str, GivenAnswer]:
    """What each question held at the given version of it; one query, none for no versions."""
    if not versions:
        return {}
    query = select(AnswerChange.question_id, *HISTORY).where(
        AnswerChange.response_id == response_id,
        AnswerChange.question_id.in_(versions.keys()),
        AnswerChange.version.in_(set(versions.values())),
    )
    found = ((question_id, _given(content)) for question_id, *content in session.execute(query))
    return {
        question_id: answer
        for question_id, answer in found
        if versions[question_id] == answer.version
    }


@dataclass(frozen=True, slots=True)
class Entry:
    """What a question held from ``at`` on."""

    at: datetime
    answer: GivenAnswer


def history_of(
    session: Session, response_id: UUID, question_ids: Collection[str]
) -> dict[str, list[Entry]]:
    """Everything that these questions ever held, the oldest first; one query."""
    query = select(AnswerChange.question_id, AnswerChange.changed_at, *HISTORY).where(
        AnswerChange.response_id == response_id, AnswerChange.question_id.in_(question_ids)
    )
    found: dict[str, list[Entry]] = {}
    for question_id, at, *content in session.execute(query.order_by(AnswerChange.version)):
        found.setdefault(question_id, []).append(Entry(at, _given(content)))
    return found


CONTENT_NAMES = (
    "state",
    "value",
    "reason",
    "comment",
    "confidentiality",
    "narrowing_reason",
    "narrowing_until",
    "language",
    "version",
)
CONTENT = tuple(getattr(Answer, name) for name in CONTENT_NAMES)
_PART = select(Answer.question_id, *CONTENT).where(
    Answer.response_id == bindparam("response_id"),
    Answer.question_id.in_(bindparam("wanted", expanding=True)),
)
HISTORY = tuple(getattr(AnswerChange, name) for name in CONTENT_NAMES)


def stored_content(answer: GivenAnswer) -> dict[str, object]:
    """The columns that an answer and an entry of its history share."""
    return {name: getattr(answer, name) for name in CONTENT_NAMES}


def _given(content: Sequence[Any], evidence: int = 0) -> GivenAnswer:
    return GivenAnswer(**dict(zip(CONTENT_NAMES, content, strict=True)), evidence=evidence)
