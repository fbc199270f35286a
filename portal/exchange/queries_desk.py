"""The desk: what waits for whom, one item with its texts and votes; and what somebody asked."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.core.errors import Refused
from portal.dialogue.queries import parties
from portal.exchange.models import QaCorrection, QaItem, QaText, QaVote
from portal.exchange.naming import Trace, traces
from portal.exchange.policy import may_draft, may_read_work, may_run, votes_for
from portal.exchange.queries import names_to_hide
from portal.exchange.rules import WAITING, State, agreed_by_silence, days_waiting
from portal.identity.actor import Actor
from portal.identity.models import Organisation, Person

AT_MOST = 200
"""Items that one page of the desk lists of each state; more are counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskItem:
    """An item in the queue. ``question`` is the original only for who may know who asks."""

    id: UUID
    state: str
    question: str
    language: str
    subject_kind: str
    subject_id: str
    days: int
    agree_until: datetime | None
    objections: int
    lacks_own_vote: bool
    """A buyer for which the reader votes has said nothing of the text as it is."""
    is_agreed: bool
    """Ready to be published: every buyer agrees, or the time to object has passed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """The queue of a dialogue, the oldest first."""

    items: tuple[DeskItem, ...]
    unseen: int
    """Questions that wait to be anonymised, for who must not read them before."""
    may_run: bool
    may_draft: bool

    def to_anonymise(self) -> list[DeskItem]:
        """Waiting for somebody to see that they name nobody."""
        return [each for each in self.items if each.state == State.ASKED]

    def to_answer(self) -> list[DeskItem]:
        """Waiting for a first draft."""
        return [each for each in self.items if each.state == State.ANONYMISED]

    def to_agree(self) -> list[DeskItem]:
        """Waiting for the buyers."""
        drafted = [each for each in self.items if each.state == State.DRAFTED]
        return [each for each in drafted if not each.is_agreed]

    def to_publish(self) -> list[DeskItem]:
        """Agreed."""
        return [each for each in self.items if each.is_agreed]


@dataclass(frozen=True, slots=True, kw_only=True)
class VoteLine:
    """What a buyer says: ``agrees`` is None for no vote on the text as it is."""

    organisation_id: UUID
    organisation: str
    agrees: bool | None
    reason: str
    voted_at: datetime | None
    person: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemDesk:
    """One item to work on. What tells who asks is empty for everybody else."""

    item: DeskItem
    original: str
    original_language: str
    asker: str
    asker_organisation: str
    answer: str
    answer_language: str
    revision: int
    writer: str
    """Who wrote the answer as it is."""
    number: int | None
    corrections: int
    reason: str
    shows_question: bool
    votes: tuple[VoteLine, ...]
    own_buyers: tuple[UUID, ...]
    named: tuple[Trace, ...]
    """Names in the answer, for those who publish."""
    may_run: bool
    may_draft: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnItem:
    """A question as its asker sees it."""

    id: UUID
    state: str
    original: str
    original_language: str
    question: str
    language: str
    subject_kind: str
    subject_id: str
    number: int | None
    reason: str
    asked_at: datetime


def desk(session: Session, actor: Actor, dialogue_id: UUID, *, now: datetime) -> Desk:
    """Everything that waits, for the buyers and the secretariat; three queries.

    Raises Refused for anybody else.
    """
    if not may_read_work(actor, dialogue_id):
        raise Refused
    runs = may_run(actor, dialogue_id)
    query = (
        select(QaItem)
        .where(QaItem.dialogue_id == dialogue_id, QaItem.state.in_(WAITING))
        .order_by(QaItem.asked_at, QaItem.id)
        .limit(AT_MOST * len(WAITING))
    )
    rows = session.scalars(query).all()
    standing = _standing(session, dialogue_id)
    buyers = {buyer.id for buyer in parties(session, dialogue_id, "buyer")}
    votes = _Votes(buyers, set(votes_for(actor, dialogue_id)) & buyers, now)
    return Desk(
        items=tuple(
            _desk_item(row, standing.get(row.id, {}), votes)
            for row in rows
            if runs or row.state != State.ASKED
        ),
        unseen=0 if runs else sum(row.state == State.ASKED for row in rows),
        may_run=runs,
        may_draft=may_draft(actor, dialogue_id),
    )


def item_desk(
    session: Session, actor: Actor, dialogue_id: UUID, item_id: UUID, *, now: datetime
) -> ItemDesk:
    """One item of this dialogue to work on.

    Raises Refused for who may not read the work, and before it names nobody for who does not run
    the questions.
    """
    row = session.get(QaItem, item_id)
    runs = may_run(actor, dialogue_id)
    if row is None or row.dialogue_id != dialogue_id or not may_read_work(actor, dialogue_id):
        raise Refused
    if not runs and (not row.question or not row.shows_question):
        raise Refused
    asker, organisation = _asker(session, row) if runs else ("", "")
    votes = _votes(session, row)
    own_buyers = votes_for(actor, dialogue_id)
    counted = _Votes({each.organisation_id for each in votes}, set(own_buyers), now)
    standing = {each.organisation_id: each.agrees for each in votes if each.agrees is not None}
    named = traces(row.answer, names_to_hide(session, row)) if runs and row.answer else ()
    return ItemDesk(
        item=_desk_item(row, standing, counted),
        original=row.original if runs else "",
        original_language=row.original_language,
        asker=asker,
        asker_organisation=organisation,
        answer=row.answer,
        answer_language=row.answer_language,
        revision=row.revision,
        writer=_writer(session, row),
        number=row.number,
        corrections=_corrections(session, row),
        reason=row.reason,
        shows_question=row.shows_question,
        votes=votes,
        own_buyers=own_buyers,
        named=tuple(each for each in named if each.kind == "name"),
        may_run=runs,
        may_draft=may_draft(actor, dialogue_id),
    )


def own_items(session: Session, actor: Actor, dialogue_id: UUID) -> list[OwnItem]:
    """The actor's own questions, newest first."""
    if actor.person_id is None:
        return []
    query = (
        select(QaItem)
        .where(QaItem.dialogue_id == dialogue_id, QaItem.asked_by == actor.person_id)
        .order_by(QaItem.asked_at.desc(), QaItem.id)
        .limit(AT_MOST)
    )
    return [
        OwnItem(
            id=row.id,
            state=row.state,
            original=row.original,
            original_language=row.original_language,
            question=row.question,
            language=row.language,
            subject_kind=row.subject_kind,
            subject_id=row.subject_id,
            number=row.number,
            reason=row.reason,
            asked_at=row.asked_at,
        )
        for row in session.scalars(query)
    ]


def unanswered(session: Session, dialogue_id: UUID) -> int:
    """How many questions wait for somebody."""
    query = select(func.count()).select_from(QaItem).filter_by(dialogue_id=dialogue_id)
    return session.scalar(query.where(QaItem.state.in_(WAITING))) or 0


@dataclass(frozen=True, slots=True)
class _Votes:
    """Who has to agree, for which of them the reader votes, and when it is asked."""

    buyers: Collection[UUID]
    own: Collection[UUID]
    now: datetime


def _desk_item(row: QaItem, standing: Mapping[UUID, bool], votes: _Votes) -> DeskItem:
    by_silence = agreed_by_silence(row, standing, votes.buyers, votes.now)
    return DeskItem(
        id=row.id,
        state=row.state,
        question=row.question or row.original,
        language=row.language,
        subject_kind=row.subject_kind,
        subject_id=row.subject_id,
        days=days_waiting(row.state_since, votes.now),
        agree_until=row.agree_until,
        objections=sum(not agrees for agrees in standing.values()),
        lacks_own_vote=row.state == State.DRAFTED and not set(votes.own) <= standing.keys(),
        is_agreed=row.state == State.AGREED or by_silence,
    )


def _standing(session: Session, dialogue_id: UUID) -> dict[UUID, dict[UUID, bool]]:
    """Item → buyer → whether it agrees with the text as it is."""
    query = (
        select(QaItem.id, QaVote.organisation_id, QaVote.agrees)
        .join(QaVote, (QaVote.item_id == QaItem.id) & (QaVote.revision == QaItem.revision))
        .where(QaItem.dialogue_id == dialogue_id, QaItem.state.in_(WAITING))
    )
    found: dict[UUID, dict[UUID, bool]] = {}
    for item_id, organisation_id, agrees in session.execute(query):
        found.setdefault(item_id, {})[organisation_id] = agrees
    return found


def _votes(session: Session, row: QaItem) -> tuple[VoteLine, ...]:
    """Every buyer of the dialogue with what it says of the text as it is, by name."""
    query = (
        select(QaVote, Person.name)
        .join(Person, Person.id == QaVote.person_id)
        .where(QaVote.item_id == row.id, QaVote.revision == row.revision)
    )
    cast = {vote.organisation_id: (vote, name) for vote, name in session.execute(query)}
    lines = []
    for buyer in parties(session, row.dialogue_id, "buyer"):
        vote, name = cast.get(buyer.id, (None, ""))
        lines.append(
            VoteLine(
                organisation_id=buyer.id,
                organisation=buyer.name,
                agrees=vote.agrees if vote else None,
                reason=vote.reason if vote else "",
                voted_at=vote.voted_at if vote else None,
                person=name,
            )
        )
    return tuple(lines)


def _asker(session: Session, row: QaItem) -> tuple[str, str]:
    person = session.get(Person, row.asked_by) if row.asked_by else None
    organisation = session.get(Organisation, row.organisation_id) if row.organisation_id else None
    return person.name if person else "", organisation.name if organisation else ""


def _corrections(session: Session, row: QaItem) -> int:
    query = select(func.count()).select_from(QaCorrection).filter_by(item_id=row.id)
    return session.scalar(query) or 0


def _writer(session: Session, row: QaItem) -> str:
    query = (
        select(Person.name)
        .join(QaText, QaText.person_id == Person.id)
        .where(QaText.item_id == row.id, QaText.kind == "answer")
        .order_by(QaText.revision.desc())
        .limit(1)
    )
    return session.scalar(query) or ""
