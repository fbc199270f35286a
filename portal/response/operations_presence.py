"""Where somebody is in a response, told to colleagues only: one row a person, no history."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from portal.core.errors import Refused
from portal.core.ids import new_id
from portal.identity.actor import Actor
from portal.questionnaire.definition import Questionnaire, Section
from portal.response.loading import asked_of, section_named
from portal.response.models_team import Presence


def appear(
    session: Session,
    actor: Actor,
    response_id: UUID,
    section_id: str,
    question_id: str = "",
    *,
    now: datetime,
) -> tuple[Questionnaire, Section]:
    """Note that the actor is in this section now, at this question if given; two statements.

    It is no transition, so that the audit log does not tell how long somebody looked at what.
    Returns where that is. Raises Refused outside the supplier's team, for sections and questions
    that there are not.
    """
    questionnaire = asked_of(session, actor, response_id)
    section = section_named(questionnaire, section_id)
    if question_id and question_id not in {question.id for question in section.questions}:
        raise Refused
    is_postgres = session.get_bind().dialect.name == "postgresql"
    insert = postgresql.insert(Presence) if is_postgres else sqlite.insert(Presence)
    place = {"section_id": section_id, "question_id": question_id, "seen_at": now}
    row = {"id": new_id(), "response_id": response_id, "person_id": actor.person_id, **place}
    session.execute(
        insert.values(row).on_conflict_do_update(
            index_elements=["response_id", "person_id"], set_=place
        )
    )
    return questionnaire, section
