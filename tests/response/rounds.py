"""A company that answers a second dialogue, and companies that point to each other."""

from dataclasses import replace

from sqlalchemy import select

from portal.core.db import Session
from portal.dialogue import operations as dialogues
from portal.dialogue.models import Dialogue
from portal.dialogue.queries import load_actor
from portal.identity.actor import SYSTEM, Actor
from portal.identity.models import Organisation
from portal.identity.roles import Role
from portal.questionnaire import operations as questionnaires
from portal.questionnaire.definition import Questionnaire
from portal.response import operations
from portal.response.models_sources import AnswerReference
from tests import factories
from tests.response.builders import Scene


def again(first: Scene, questionnaire: Questionnaire | None = None) -> Scene:
    """The same person of the same company begins another dialogue, asked the same or this."""
    dialogue = asked_again(first.session, questionnaire or first.questionnaire, first)
    actor = joined(first.session, first.signatory, dialogue, first)
    response = factories.response(first.session, dialogue, actor, now=first.now)
    return Scene(first.session, dialogue, actor, response, first.now)


def asked_again(session: Session, questionnaire: Questionnaire, first: Scene) -> Dialogue:
    """Another published dialogue with this questionnaire."""
    now = first.now
    dialogue = factories.dialogue(session, now=now)
    lead = factories.member(session, dialogue, Role.LEAD_BUYER, now=now)
    factories.member(session, dialogue, Role.SECRETARIAT, now=now)
    factories.approve(session, dialogue, lead, questionnaire, now=now)
    questionnaires.publish(session, lead, dialogue.id, now=now)
    dialogues.mark_published(session, lead, dialogue, now=now)
    return dialogue


def joined(session: Session, person: Actor, dialogue: Dialogue, first: Scene) -> Actor:
    """The person, who signs for the same company in this dialogue, too."""
    assert person.person_id is not None
    dialogues.grant_role(
        session,
        SYSTEM,
        dialogue.id,
        organisation_id=factories.own(person),
        email=person.email,
        name=person.name,
        role=Role.SUPPLIER_SIGNATORY,
        now=first.now,
    )
    return load_actor(session, person.person_id)


def another(first: Scene) -> Scene:
    """Another company that begins to answer in the same dialogue."""
    actor = factories.supplier(first.session, first.dialogue, now=first.now)
    response = factories.response(first.session, first.dialogue, actor, now=first.now)
    return replace(first, signatory=actor, response=response)


def reseller_of(brand: Scene) -> Scene:
    """Another company that has answered, most of it by reference to this one, which agreed."""
    made = another(brand)
    made.save("A", A_01=["reseller"], A_02="1_49")
    name_for(made, brand, "B.01", "B.04", "B.05", "B.06")
    return made


def name_for(team: Scene, brand: Scene, *question_ids: str) -> None:
    """Answer these by naming this company, which agrees."""
    name = brand.session.get_one(Organisation, brand.response.organisation_id).name
    place = (team.session, team.signatory, team.response.id, "B", question_ids)
    operations.ask_reference(*place, brand=name, now=team.now)
    query = select(AnswerReference.id).where(
        AnswerReference.response_id == team.response.id,
        AnswerReference.question_id.in_(question_ids),
    )
    ids = list(team.session.scalars(query))
    operations.agree(brand.session, brand.signatory, brand.response.id, ids, now=brand.now)
