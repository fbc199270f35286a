"""Reads of answers by reference: what we asked of others, what others ask of us, who is told."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.core.errors import Refused
from portal.dialogue.models import Dialogue
from portal.identity.actor import Actor
from portal.identity.models import Organisation
from portal.questionnaire.conditions import route
from portal.questionnaire.definition import Question, Questionnaire, Section
from portal.response.answers import BY_REFERENCE, GivenAnswer, values_of
from portal.response.loading import given_answers, load_own, shares_of
from portal.response.models import Answer, Response
from portal.response.models_sources import AnswerReference
from portal.response.policy import may_assign, may_write
from portal.response.queries_own import SectionPage
from portal.response.referring import AGREED, ASKED, may_refer, named_before
from portal.response.rules import asked


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnReference:
    """A question that we answer by naming another company, and what that company said.

    ``is_open``: it was declined or withdrawn, and the question is ours to answer again.
    """

    id: UUID
    question: Question
    section: Section
    brand: str
    state: str
    asked_at: datetime
    answered_at: datetime | None
    reason: str
    is_open: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """A company that points to our answers, with its questions: those asked, those agreed."""

    company: str
    asked: tuple[tuple[UUID, Question], ...]
    agreed: tuple[tuple[UUID, Question], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferencesPage:
    """Both directions of a response."""

    response: Response
    dialogue: Dialogue
    supplier: str
    questionnaire: Questionnaire
    own: tuple[OwnReference, ...]
    asking: tuple[Asking, ...]
    may_decide: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NamingPage:
    """A section whose questions can be answered by naming a company; ``names`` to pick from."""

    response: Response
    dialogue: Dialogue
    supplier: str
    questionnaire: Questionnaire
    section: Section
    questions: tuple[Question, ...]
    names: tuple[str, ...]
    may_write: bool


def references_page(session: Session, actor: Actor, response_id: UUID) -> ReferencesPage:
    """What we asked of others, and what others ask of us; five queries.

    Raises Refused unless the actor belongs to the supplier's team. Whether a named company takes
    part is not in it before that company has said something.
    """
    loaded = load_own(session, actor, response_id)
    place = (loaded.response.dialogue_id, loaded.response.organisation_id)
    own = references_of(session, response_id)
    answers = given_answers(session, response_id, {}) if own else {}
    return ReferencesPage(
        response=loaded.response,
        dialogue=loaded.dialogue,
        supplier=loaded.supplier,
        questionnaire=loaded.questionnaire,
        own=tuple(
            _own(row, section, question, answers.get(question.id))
            for section in loaded.questionnaire.sections
            for question in section.questions
            if (row := own.get(question.id)) is not None
        ),
        asking=tuple(_asking(session, response_id, loaded.questionnaire)),
        may_decide=may_assign(actor, *place),
    )


def naming_page(session: Session, actor: Actor, response_id: UUID, section_id: str) -> NamingPage:
    """The questions of a section that can be answered by naming a company; six queries at most.

    Those that are asked of this supplier, that the actor may answer and that nobody has answered.
    Raises Refused unless the actor belongs to the supplier's team.
    """
    loaded = load_own(session, actor, response_id)
    section = loaded.section(section_id)
    place = (loaded.response.dialogue_id, loaded.response.organisation_id)
    writable = may_write(actor, *place, section, shares_of(session, actor, loaded.response))
    answers = given_answers(session, response_id, {})
    shown = {each.id for each in asked(route(loaded.questionnaire, values_of(answers)))}
    earlier = references_of(session, response_id)
    return NamingPage(
        response=loaded.response,
        dialogue=loaded.dialogue,
        supplier=loaded.supplier,
        questionnaire=loaded.questionnaire,
        section=section,
        questions=tuple(
            question
            for question in section.questions
            if question.id in shown & writable
            and may_refer(loaded.questionnaire, question, answers.get(question.id))
        ),
        names=tuple(named_before((row.brand_name for row in earlier.values()), answers)),
        may_write=bool(writable),
    )


def references_of(session: Session, response_id: UUID) -> dict[str, AnswerReference]:
    """The references of a response by question, whatever became of them; one query.

    The caller has checked who reads.
    """
    query = select(AnswerReference).where(AnswerReference.response_id == response_id)
    return {row.question_id: row for row in session.scalars(query)}


def noted_references(session: Session, found: SectionPage) -> dict[str, AnswerReference]:
    """The references that a section's page has to tell of: those that stand or came to nothing.

    The page was read by the supplier's team. One query, none where no answer can be of that kind.
    """
    wanted = {
        each.question.id
        for each in found.questions
        if each.answer.is_by_reference or (each.answer.state == "empty" and each.answer.version)
    }
    rows = references_of(session, found.response.id) if wanted else {}
    return {key: row for key, row in rows.items() if key in wanted}


def waiting_requests(session: Session, actor: Actor, response_id: UUID) -> int:
    """How many questions of others wait for this company to agree; one query.

    Raises Refused unless the actor belongs to the supplier's team.
    """
    response = session.get(Response, response_id)
    if response is None:
        raise Refused
    if not may_assign(actor, response.dialogue_id, response.organisation_id):
        return 0
    query = select(func.count()).select_from(AnswerReference)
    return (
        session.scalar(
            query.where(
                AnswerReference.brand_response_id == response_id, AnswerReference.state == ASKED
            )
        )
        or 0
    )


def _own(
    row: AnswerReference, section: Section, question: Question, answer: GivenAnswer | None
) -> OwnReference:
    return OwnReference(
        id=row.id,
        question=question,
        section=section,
        brand=row.brand_name,
        state=row.state,
        asked_at=row.asked_at,
        answered_at=row.answered_at,
        reason=row.reason,
        is_open=answer is None or not answer.is_by_reference,
    )


def _asking(session: Session, response_id: UUID, questionnaire: Questionnaire) -> list[Asking]:
    """By company's name; what the other company took back by answering itself is left out."""
    query = (
        select(
            AnswerReference.id,
            AnswerReference.question_id,
            AnswerReference.state,
            Organisation.name.label("company"),
        )
        .join(Response, Response.id == AnswerReference.response_id)
        .join(Organisation, Organisation.id == Response.organisation_id)
        .join(
            Answer,
            (Answer.response_id == AnswerReference.response_id)
            & (Answer.question_id == AnswerReference.question_id),
        )
        .where(
            AnswerReference.brand_response_id == response_id,
            AnswerReference.state.in_((ASKED, AGREED)),
            Answer.state == BY_REFERENCE,
        )
        .order_by(Organisation.name, AnswerReference.question_id)
    )
    index: Mapping[str, Question] = {each.id: each for each in questionnaire.questions()}
    found = []
    for company, group in groupby(session.execute(query), key=attrgetter("company")):
        rows = [row for row in group if row.question_id in index]
        in_state = {
            state: tuple((row.id, index[row.question_id]) for row in rows if row.state == state)
            for state in (ASKED, AGREED)
        }
        if rows:
            found.append(Asking(company=company, asked=in_state[ASKED], agreed=in_state[AGREED]))
    return found
