"""The buyers that a supplier lets read its answers of class named buyers."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from portal.core.audit import record
from portal.core.errors import Refused
from portal.dialogue.models import Dialogue
from portal.dialogue.queries import parties
from portal.identity.actor import Actor
from portal.identity.models import Organisation
from portal.questionnaire.definition import (
    ConfidentialityClass,
    Question,
    Questionnaire,
    Section,
)
from portal.response.loading import act_on, load, load_own
from portal.response.models import Answer, Response
from portal.response.models_after import NamedBuyer
from portal.response.policy import may_narrow


@dataclass(frozen=True, slots=True, kw_only=True)
class NamingPage:
    """The buyers of the dialogue, which of them are named, and the answers that it is about."""

    response: Response
    dialogue: Dialogue
    supplier: str
    questionnaire: Questionnaire
    buyers: tuple[Organisation, ...]
    named: frozenset[UUID]
    answers: tuple[tuple[Section, Question], ...]
    may_name: bool


def naming_page(session: Session, actor: Actor, response_id: UUID) -> NamingPage:
    """Who may read what of class named buyers; Refused outside the supplier's team."""
    loaded = load_own(session, actor, response_id)
    response = loaded.response
    query = select(Answer.question_id).where(
        Answer.response_id == response_id,
        Answer.confidentiality == ConfidentialityClass.NAMED_BUYERS,
        Answer.state != "empty",
    )
    chosen = set(session.scalars(query))
    return NamingPage(
        response=response,
        dialogue=loaded.dialogue,
        supplier=loaded.supplier,
        questionnaire=loaded.questionnaire,
        buyers=tuple(parties(session, response.dialogue_id, "buyer")),
        named=named_buyers(session, response_id),
        answers=tuple(
            (section, question)
            for section in loaded.questionnaire.sections
            for question in section.questions
            if question.id in chosen
        ),
        may_name=may_narrow(actor, response.dialogue_id, response.organisation_id),
    )


def named_buyers(session: Session, response_id: UUID) -> frozenset[UUID]:
    """The organisations that a response names."""
    query = select(NamedBuyer.organisation_id).where(NamedBuyer.response_id == response_id)
    return frozenset(session.scalars(query))


def name_buyers(
    session: Session,
    actor: Actor,
    response_id: UUID,
    organisation_ids: Collection[UUID],
    *,
    now: datetime,
) -> None:
    """Let exactly these buyers read the answers of class named buyers, from now on.

    It holds for what is submitted already as well: a buyer that is taken off reads no more. One
    row of the audit log for each that is named or taken off; the buyers are not told. Raises
    Refused unless the actor is the supplier's admin or signatory and each is a buyer there.
    """
    loaded = load(session, response_id, lock=True)
    response = loaded.response
    if not may_narrow(actor, response.dialogue_id, response.organisation_id):
        raise Refused
    buyers = {each.id: each.name for each in parties(session, response.dialogue_id, "buyer")}
    wanted, named = set(organisation_ids), named_buyers(session, response_id)
    if not wanted <= buyers.keys():
        raise Refused
    session.add_all(
        NamedBuyer(
            response_id=response_id, organisation_id=each, named_by=actor.person_id, named_at=now
        )
        for each in sorted(wanted - named)
    )
    # Who is a party no more was named in earlier times: it goes with the others.
    gone = named - wanted
    of_gone = (NamedBuyer.response_id == response_id, NamedBuyer.organisation_id.in_(gone))
    session.execute(delete(NamedBuyer).where(*of_gone))
    for act, which in (("buyer_named", wanted - named), ("buyer_unnamed", gone)):
        for organisation_id in sorted(which):
            details = {"buyer": str(organisation_id), "name": buyers.get(organisation_id, "")}
            record(session, act_on(response, actor, act, details), now=now)
    session.flush()
