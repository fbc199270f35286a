"""Reads that operations and pages share: times, names, what was given to the market."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core.errors import Refused
from portal.dialogue.models import Dialogue
from portal.dialogue.queries import parties, role_holders
from portal.exchange.models import QaGiven, QaItem, QaSettings
from portal.exchange.rules import RESPONSE_DAYS
from portal.identity.models import Person


@dataclass(frozen=True, slots=True)
class Times:
    """Until when questions are taken, whether that was set, and how long buyers may object."""

    questions_until: datetime
    is_set: bool
    response_days: int


@dataclass(frozen=True, slots=True)
class Given:
    """Something that was given to the market.

    ``kind`` is answer, rejection, correction or cut_off; ``number`` the question's, 0 for none;
    ``sha256`` is over the text in UTF-8; ``mailed`` is how many people got it.
    """

    kind: str
    at: datetime
    text: str
    sha256: str
    mailed: int
    number: int


def times(session: Session, dialogue: Dialogue) -> Times:
    """What holds for the questions of a dialogue; one query."""
    row = session.get(QaSettings, dialogue.id)
    until = row.questions_until if row is not None else None
    return Times(
        questions_until=min(until or dialogue.closes_at, dialogue.closes_at),
        is_set=until is not None,
        response_days=row.response_days if row is not None else RESPONSE_DAYS,
    )


def require_here(session: Session, dialogue_id: UUID, item_id: UUID) -> None:
    """Raise Refused unless the item is of this dialogue."""
    query = select(QaItem.id).where(QaItem.id == item_id, QaItem.dialogue_id == dialogue_id)
    if session.scalar(query) is None:
        raise Refused


def cut_off(session: Session, dialogue: Dialogue) -> datetime:
    """From this instant on no question is taken; the closing time, if nothing else was set."""
    return times(session, dialogue).questions_until


def names_to_hide(session: Session, item: QaItem) -> list[str]:
    """Names that would tell who asks: the dialogue's parties, the asker and their colleagues."""
    names = [party.name for party in parties(session, item.dialogue_id)]
    if item.asked_by is not None:
        names.append(session.get_one(Person, item.asked_by).name)
    if item.organisation_id is not None:
        holders = role_holders(session, item.dialogue_id, item.organisation_id)
        names += [holder.name for holder in holders]
    return list(dict.fromkeys(names))


def given_to_the_market(session: Session, dialogue_id: UUID) -> list[Given]:
    """Everything the Q&A gave to the market, in order of time, for the consultation file.

    What left at one instant stands in the order of the questions' numbers. Callers check who
    may have the file.
    """
    query = (
        select(
            QaGiven.kind, QaGiven.at, QaGiven.text, QaGiven.sha256, QaGiven.mailed, QaGiven.number
        )
        .where(QaGiven.dialogue_id == dialogue_id)
        .order_by(QaGiven.at, QaGiven.number, QaGiven.id)
    )
    return [Given(*row) for row in session.execute(query)]
