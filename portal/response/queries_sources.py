"""Reads for the page on which a company brings along what it answered before."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from portal.core.errors import Refused
from portal.dialogue.models import Dialogue
from portal.identity.actor import Actor
from portal.identity.models import Organisation
from portal.questionnaire.definition import Question, Questionnaire
from portal.response.answers import GivenAnswer
from portal.response.company_profile import profile_values, saved_at, values_from
from portal.response.fields import Value
from portal.response.loading import CHANGEABLE, given_answers, load_own
from portal.response.models import Evidence, Response
from portal.response.policy import may_assign, may_keep_library, may_read_own, may_see_library
from portal.response.sources import Offer, offers
from portal.response.suggesting import SectionCount, counts


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferedSource:
    """One source and what it would bring, section by section, before anything is taken.

    ``differing`` are questions that are asked otherwise now; ``expired`` names evidence that does
    not come along, by question.
    """

    offer: Offer
    sections: tuple[SectionCount, ...]
    differing: tuple[Question, ...]
    expired: tuple[tuple[Question, Evidence], ...]

    @property
    def count(self) -> int:
        """How many suggestions it would make."""
        return len(self.offer.suggestions)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourcesPage:
    """What could be brought along; ``waiting`` suggestions were taken and are not confirmed."""

    response: Response
    dialogue: Dialogue
    supplier: str
    questionnaire: Questionnaire
    sources: tuple[OfferedSource, ...]
    waiting: tuple[SectionCount, ...]
    may_take: bool
    may_keep_profile: bool

    @property
    def is_changeable(self) -> bool:
        """Whether the state of the response lets its team change answers."""
        return self.response.state in CHANGEABLE


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfilePage:
    """What a company says of itself, by field; ``fresh`` is what a response says otherwise."""

    organisation_id: UUID
    company: str
    values: Mapping[str, Value]
    saved_at: datetime | None
    may_write: bool
    fresh: Mapping[str, Value]


def sources_page(
    session: Session, actor: Actor, response_id: UUID, *, now: datetime
) -> SourcesPage:
    """What the company answered before that could be suggested here; about twelve queries.

    Raises Refused unless the actor belongs to the supplier's team.
    """
    loaded = load_own(session, actor, response_id)
    answers = given_answers(session, response_id, {})
    place = (loaded.response.dialogue_id, loaded.response.organisation_id)
    found = offers(session, actor, loaded, answers, now=now)
    return SourcesPage(
        response=loaded.response,
        dialogue=loaded.dialogue,
        supplier=loaded.supplier,
        questionnaire=loaded.questionnaire,
        sources=tuple(_offered(each, loaded.questionnaire) for each in found),
        waiting=tuple(_waiting(loaded.questionnaire, answers)),
        may_take=may_assign(actor, *place),
        may_keep_profile=may_keep_library(actor, loaded.response.organisation_id),
    )


def has_sources(session: Session, actor: Actor, response: Response) -> bool:
    """Whether the company answered elsewhere or has a profile; one query, none if it answered.

    The response was read by its own team.
    """
    if response.state != "not_started":
        return False
    query = select(Organisation.profile, Response.dialogue_id).outerjoin(
        Response,
        and_(
            Response.organisation_id == Organisation.id,
            Response.id != response.id,
            Response.state != "not_started",
        ),
    )
    own = response.organisation_id
    return any(
        row.profile or (row.dialogue_id and may_read_own(actor, row.dialogue_id, own))
        for row in session.execute(query.where(Organisation.id == own))
    )


def profile_page(
    session: Session, actor: Actor, organisation_id: UUID, response_id: UUID | None = None
) -> ProfilePage:
    """What the company says of itself, beside what one of its responses says; two queries or five.

    Raises Refused unless the actor belongs to the company's team in any dialogue, and that
    response is the company's.
    """
    organisation = session.get(Organisation, organisation_id)
    if organisation is None or not may_see_library(actor, organisation_id):
        raise Refused
    values = profile_values(organisation.profile)
    return ProfilePage(
        organisation_id=organisation_id,
        company=organisation.name,
        values=values,
        saved_at=saved_at(organisation.profile),
        may_write=may_keep_library(actor, organisation_id),
        fresh=_fresh(session, actor, organisation_id, response_id, values) if response_id else {},
    )


def fresh_profile(session: Session, actor: Actor, response_id: UUID) -> dict[str, Value]:
    """What the answers of a response say of the company that its profile does not say, by field.

    Nothing for who may not change the profile. Raises Refused outside the supplier's team.
    """
    loaded = load_own(session, actor, response_id)
    if not may_keep_library(actor, loaded.response.organisation_id):
        return {}
    organisation = session.get_one(Organisation, loaded.response.organisation_id)
    values = profile_values(organisation.profile)
    return _fresh(session, actor, organisation.id, response_id, values)


def _fresh(
    session: Session,
    actor: Actor,
    organisation_id: UUID,
    response_id: UUID,
    values: Mapping[str, Value],
) -> dict[str, Value]:
    loaded = load_own(session, actor, response_id)
    if loaded.response.organisation_id != organisation_id:
        raise Refused
    said = values_from(loaded.questionnaire, given_answers(session, response_id, {}))
    return {field_id: value for field_id, value in said.items() if values.get(field_id) != value}


def _offered(offer: Offer, questionnaire: Questionnaire) -> OfferedSource:
    questions = list(questionnaire.questions())
    return OfferedSource(
        offer=offer,
        sections=tuple(counts(questionnaire, offer.suggestions)),
        differing=tuple(
            each
            for each in questions
            if each.id in offer.suggestions and offer.suggestions[each.id].differs
        ),
        expired=tuple(
            (each, offer.expired[each.id]) for each in questions if each.id in offer.expired
        ),
    )


def _waiting(
    questionnaire: Questionnaire, answers: Mapping[str, GivenAnswer]
) -> list[SectionCount]:
    found = []
    for section in questionnaire.sections:
        own = [answers[each.id] for each in section.questions if each.id in answers]
        count = sum(answer.is_suggested for answer in own)
        if count:
            found.append(SectionCount(section=section, count=count, differing=0))
    return found
