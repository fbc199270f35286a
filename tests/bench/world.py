"""What the portal is measured on: a published dialogue whose section has twenty questions."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter

from portal.core.clock import now
from portal.core.db import Database, Session
from portal.dialogue import operations as dialogues
from portal.dialogue.models import Dialogue
from portal.identity.operations import make_link
from portal.identity.roles import Role
from portal.questionnaire import operations as questionnaires
from portal.questionnaire.definition import Questionnaire
from portal.response import operations as responses
from portal.response.answers import AnswerDraft
from tests import factories

SECTIONS = {"S": 20, "L": 200}
"""Section id → number of questions."""


@dataclass(frozen=True)
class Seat:
    """One supplier's person: how to sign in, and their response."""

    token: str
    response_id: UUID


def questionnaire() -> Questionnaire:
    """One section of 20 and one of 200 one-line questions."""
    sections = [
        {
            "id": section_id,
            "title": {"en": f"Section {section_id}"},
            "questions": [_question(section_id, number) for number in range(count)],
        }
        for section_id, count in SECTIONS.items()
    ]
    content: dict[str, Any] = {
        "name": "bench",
        "version": "1",
        "base_language": "en",
        "languages": ["en"],
        "title": {"en": "Bench"},
        "sections": sections,
    }
    return TypeAdapter(Questionnaire).validate_python(content)


def _question(section_id: str, number: int) -> Mapping[str, Any]:
    return {
        "id": f"{section_id}.{number:03}",
        "type": "text",
        "text": {"en": f"Question {number} of section {section_id}"},
        "hint": {"en": "Why we ask and how to answer."},
        "proof": {"en": "A policy or a certificate."},
    }


def build(database: Database, seats: int) -> list[Seat]:
    """A dialogue that is open now, with so many suppliers whose answers are saved once."""
    moment = now()
    with database.transaction() as session:
        made = factories.dialogue(session, now=moment - timedelta(hours=1), short_name="bench")
        lead = factories.member(session, made, Role.LEAD_BUYER, now=moment)
        factories.approve(session, made, lead, questionnaire(), now=moment)
        questionnaires.publish(session, lead, made.id, now=moment)
        dialogues.mark_published(session, lead, made, now=moment)
        return [_seat(session, made) for _ in range(seats)]


def _seat(session: Session, made: Dialogue) -> Seat:
    moment = now()
    actor = factories.supplier(session, made, now=moment)
    response = factories.response(session, made, actor, now=moment)
    for section_id, count in SECTIONS.items():
        drafts = {
            f"{section_id}.{number:03}": AnswerDraft(value=f"Answer {number}")
            for number in range(count)
        }
        responses.save_section(session, actor, response.id, section_id, drafts, now=moment)
    assert actor.person_id is not None
    token = make_link(session, actor.person_id, now=moment)
    return Seat(token, response.id)
