"""Rows of answers by reference that come with an import, where they were agreed before."""

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from portal.core.ids import new_id
from portal.identity.models import Organisation
from portal.response.answers import GivenAnswer
from portal.response.history import Hand
from portal.response.models import Response
from portal.response.models_sources import AnswerReference
from portal.response.referring import AGREED


def imported_references(
    response_id: UUID, answers: Mapping[str, GivenAnswer], hand: Hand
) -> Iterator[dict[str, Any]]:
    """The rows of those of the answers that are by reference; who is meant is not known yet."""
    for question_id, answer in answers.items():
        if answer.reference is not None:
            yield {
                "id": new_id(),
                "response_id": response_id,
                "question_id": question_id,
                "brand_name": answer.reference.brand,
                "brand_response_id": None,
                "state": AGREED,
                "asked_by": hand.person_id,
                "asked_at": hand.now,
                "answered_at": hand.now,
            }


def replace_references(
    session: Session, response_id: UUID, answers: Mapping[str, GivenAnswer], hand: Hand
) -> None:
    """Put those of an imported revision in the place of all that a response had."""
    session.execute(delete(AnswerReference).where(AnswerReference.response_id == response_id))
    rows = list(imported_references(response_id, answers, hand))
    if rows:
        session.connection().execute(insert(AnswerReference), rows)


def meet_by_name(session: Session, dialogue_id: UUID) -> None:
    """Let what was imported point to the responses of the companies it names; one statement."""
    brand = (
        select(Response.id)
        .join(Organisation, Organisation.id == Response.organisation_id)
        .where(Response.dialogue_id == dialogue_id, Organisation.name == AnswerReference.brand_name)
    )
    own = select(Response.id).where(Response.dialogue_id == dialogue_id)
    session.execute(
        update(AnswerReference)
        .where(
            AnswerReference.brand_response_id.is_(None),
            AnswerReference.state == AGREED,
            AnswerReference.response_id.in_(own),
        )
        .values(brand_response_id=brand.correlate(AnswerReference).scalar_subquery())
        .execution_options(synchronize_session=False)
    )
