"""Whose submitted answers a reader may see with their names: by class, and by being named."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.identity.actor import Actor
from portal.questionnaire.definition import ConfidentialityClass
from portal.response.models import Response
from portal.response.models_after import NamedBuyer
from portal.response.policy import named_as, open_classes

NAMED = ConfidentialityClass.NAMED_BUYERS


@dataclass(frozen=True, slots=True)
class Sight:
    """The ``classes`` that are open of everybody, and the responses that name the reader."""

    classes: frozenset[ConfidentialityClass]
    named: frozenset[UUID] = frozenset()

    def of(self, response_id: UUID) -> frozenset[ConfidentialityClass]:
        """The classes that are open of one response."""
        return self.classes | {NAMED} if response_id in self.named else self.classes


def sight_of(session: Session, actor: Actor, dialogue_id: UUID) -> Sight:
    """What the actor may read with the suppliers' names; one query for a buyer, else none."""
    named = named_responses(session, dialogue_id, named_as(actor, dialogue_id))
    return Sight(open_classes(actor, dialogue_id), named)


def named_responses(
    session: Session, dialogue_id: UUID, organisation_ids: Collection[UUID]
) -> frozenset[UUID]:
    """The responses of a dialogue whose suppliers name one of these buyers."""
    if not organisation_ids:
        return frozenset()
    query = (
        select(NamedBuyer.response_id)
        .join(Response, Response.id == NamedBuyer.response_id)
        .where(
            Response.dialogue_id == dialogue_id, NamedBuyer.organisation_id.in_(organisation_ids)
        )
    )
    return frozenset(session.scalars(query))
