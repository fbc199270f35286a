"""Reads about ballots: who has scored, what is shown of a round, what buyers said."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core.errors import Refused
from portal.dialogue.models import RoleGrant
from portal.identity.actor import Actor
from portal.identity.models import Organisation, Person
from portal.identity.roles import Permission, Role
from portal.meeting.ballots_rules import FIRST, ROUND_OF, State, rounds_shown
from portal.meeting.issues_policy import (
    may_advise,
    may_know_who,
    may_manage,
    may_read_issues,
    may_vote,
)
from portal.meeting.models_issues import (
    Ballot,
    BallotIssue,
    BallotResult,
    BallotScore,
    BallotWord,
)
from portal.meeting.priorities_rules import Figures, Weight, ranked, weight

VOTING = (Role.LEAD_BUYER.value, Role.CO_BUYER.value)
ADVISING = (Role.OBSERVER.value,)
POSITION, DISSENT = "position", "dissent"


class Body(NamedTuple):
    """An organisation by its name."""

    id: UUID
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What is shown of a round for one issue; both are None where it is not shown.

    How many scored next to figures that are not shown would tell why they are not.
    """

    n: int | None
    figures: Figures | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A dissent, or a position with its reason, under a buyer's name."""

    issue_id: UUID
    organisation_id: UUID
    organisation: str
    person: str
    opted_in: bool | None
    text: str
    version: int
    said_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class BallotIssueRow:
    """An issue on a ballot, with what is shown of it by round, and what buyers said of it."""

    id: UUID
    number: int
    title: str
    description: str
    readiness: tuple[Mapping[str, Any], ...]
    proposed: bool | None
    adopted: bool | None
    reason: str
    results: Mapping[int, Shown]
    advice: Mapping[int, Shown]
    dissents: tuple[Word, ...]
    positions: tuple[Word, ...]
    scored: bool
    """Whether the reader's organisation has scored it in the round that is open."""

    @property
    def newest(self) -> Figures | None:
        """The figures of the newest round of which any are shown."""
        found = [each.figures for _, each in sorted(self.results.items()) if each.figures]
        return found[-1] if found else None

    @property
    def weight(self) -> Weight | None:
        """Where it stands, from what is shown."""
        return weight(self.newest) if self.newest else None

    @property
    def opted_in(self) -> tuple[Word, ...]:
        """The buyers that are in."""
        return tuple(each for each in self.positions if each.opted_in)


@dataclass(frozen=True, slots=True, kw_only=True)
class BallotPage:
    """A ballot as its reader may see it; ``issues`` are by rank once there are results."""

    ballot: Ballot
    issues: tuple[BallotIssueRow, ...]
    voters: tuple[Body, ...]
    progress: Mapping[UUID, int]
    """Voter or observer → issues scored in the round that is open, or in the last one."""
    may_manage: bool
    knows_who: bool
    """The reader sees who gave what, if the ballot is open."""
    bodies: tuple[Body, ...]
    """The organisations for which the reader votes or advises."""

    @property
    def state(self) -> State:
        """Where it stands."""
        return State(self.ballot.state)

    @property
    def round(self) -> int | None:
        """The round that is open."""
        return ROUND_OF.get(self.state)

    @property
    def rounds(self) -> tuple[int, ...]:
        """The rounds whose results are shown."""
        return rounds_shown(self.state)

    def issue(self, issue_id: UUID) -> BallotIssueRow:
        """One of its issues; Refused if it is not on the ballot."""
        found = next((each for each in self.issues if each.id == issue_id), None)
        if found is None:
            raise Refused
        return found


def voters(session: Session, dialogue_id: UUID, roles: Collection[str] = VOTING) -> list[Body]:
    """The buyers with somebody who votes, or others by role, by name; one query."""
    query = (
        select(Organisation.id, Organisation.name)
        .join(RoleGrant, RoleGrant.organisation_id == Organisation.id)
        .where(RoleGrant.dialogue_id == dialogue_id, RoleGrant.role.in_(roles))
        .distinct()
        .order_by(Organisation.name, Organisation.id)
    )
    return [Body(*row) for row in session.execute(query)]


def missing_scores(session: Session, ballot: Ballot) -> set[UUID]:
    """The buyers that have not scored every issue of the first round.

    In the second all of them: whoever has changed nothing may still want to.
    """
    everybody = {each.id for each in voters(session, ballot.dialogue_id)}
    if ROUND_OF.get(State(ballot.state)) != FIRST:
        return everybody
    query = select(BallotIssue.id).where(BallotIssue.ballot_id == ballot.id)
    issues = len(session.scalars(query).all())
    done = _progress(session, ballot.id, FIRST)
    return {each for each in everybody if done.get(each, 0) < issues}


def missing_positions(session: Session, ballot: Ballot) -> set[UUID]:
    """The buyers that have not said of every proposed issue whether they are in."""
    query = select(BallotIssue.id).where(
        BallotIssue.ballot_id == ballot.id, BallotIssue.proposed.is_(True)
    )
    issues = len(session.scalars(query).all())
    words = select(BallotWord.organisation_id).filter_by(ballot_id=ballot.id, kind=POSITION)
    done = list(session.scalars(words))
    return {each.id for each in voters(session, ballot.dialogue_id) if done.count(each.id) < issues}


def ballot_rows(session: Session, actor: Actor, dialogue_id: UUID) -> list[Ballot]:
    """The ballots of a dialogue, newest first; Refused for who may not read them."""
    if not may_read_issues(actor, dialogue_id):
        raise Refused
    query = select(Ballot).where(Ballot.dialogue_id == dialogue_id)
    return list(session.scalars(query.order_by(Ballot.opened_at.desc(), Ballot.id)))


def ballot_page(
    session: Session,
    actor: Actor,
    dialogue_id: UUID,
    ballot_id: UUID,
    *,
    organisation_id: UUID | None = None,
) -> BallotPage:
    """A ballot with all its issues; seven queries, however many there are.

    ``organisation_id`` is for whom the reader votes. Raises Refused if there is no such ballot in
    the dialogue, or the actor may not read it.
    """
    ballot = session.get(Ballot, ballot_id)
    if ballot is None or ballot.dialogue_id != dialogue_id:
        raise Refused
    if not may_read_issues(actor, dialogue_id):
        raise Refused
    round_ = ROUND_OF.get(State(ballot.state))
    last = round_ or (rounds_shown(State(ballot.state)) or (FIRST,))[-1]
    scored = _scored(session, ballot_id, last)
    rows = _issues(
        session, actor, ballot, {issue for issue, who in scored if who == organisation_id}
    )
    everybody = voters(session, dialogue_id, (*VOTING, *ADVISING))
    buyers = voters(session, dialogue_id)
    return BallotPage(
        ballot=ballot,
        issues=rows,
        voters=tuple(buyers),
        progress=_counted(who for _, who in scored),
        may_manage=may_manage(actor, dialogue_id),
        knows_who=not ballot.secret and may_know_who(actor, dialogue_id),
        bodies=tuple(
            each
            for each in everybody
            if may_vote(actor, dialogue_id, each.id) or may_advise(actor, dialogue_id, each.id)
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnScore:
    """What an organisation gave an issue in a round."""

    scores: Mapping[str, int]
    comment: str
    version: int
    person: str
    saved_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedScore:
    """What an organisation gave, where the reader may know it."""

    organisation: str
    advisory: bool
    round: int
    scores: Mapping[str, int]
    comment: str


def own_scores(
    session: Session, actor: Actor, page: BallotPage, issue_id: UUID, organisation_id: UUID
) -> dict[int, OwnScore]:
    """Round → what the reader's organisation gave; Refused for any other organisation."""
    dialogue_id = page.ballot.dialogue_id
    if not actor.may(Permission.ISSUE_VOTE, dialogue_id, organisation_id):
        raise Refused
    query = (
        select(BallotScore, Person.name)
        .outerjoin(Person, Person.id == BallotScore.person_id)
        .filter(
            BallotScore.ballot_id == page.ballot.id,
            BallotScore.issue_id == issue_id,
            BallotScore.organisation_id == organisation_id,
        )
    )
    return {
        row.round: OwnScore(
            scores=row.scores,
            comment=row.comment,
            version=row.version,
            person=name or "",
            saved_at=row.saved_at,
        )
        for row, name in session.execute(query)
    }


def named_scores(session: Session, page: BallotPage, issue_id: UUID) -> list[NamedScore]:
    """Who gave what, in the rounds that are shown: of an open ballot, to who may know it."""
    if not page.knows_who:
        return []
    query = (
        select(BallotScore, Organisation.name)
        .join(Organisation, Organisation.id == BallotScore.organisation_id)
        .where(
            BallotScore.ballot_id == page.ballot.id,
            BallotScore.issue_id == issue_id,
            BallotScore.round.in_(page.rounds),
        )
        .order_by(BallotScore.round.desc(), BallotScore.advisory, Organisation.name)
    )
    return [
        NamedScore(
            organisation=name,
            advisory=row.advisory,
            round=row.round,
            scores=row.scores,
            comment=row.comment,
        )
        for row, name in session.execute(query)
    ]


def words_of(session: Session, ballot_id: UUID, kind: str) -> dict[UUID, list[Word]]:
    """Issue → what buyers said of it, by their names."""
    query = (
        select(BallotWord, Organisation.name, Person.name)
        .join(Organisation, Organisation.id == BallotWord.organisation_id)
        .outerjoin(Person, Person.id == BallotWord.person_id)
        .where(BallotWord.ballot_id == ballot_id, BallotWord.kind == kind)
        .order_by(Organisation.name)
    )
    found: dict[UUID, list[Word]] = {}
    for row, organisation, person in session.execute(query):
        word = Word(
            issue_id=row.issue_id,
            organisation_id=row.organisation_id,
            organisation=organisation,
            person=person or "",
            opted_in=row.opted_in,
            text=row.text,
            version=row.version,
            said_at=row.said_at,
        )
        found.setdefault(row.issue_id, []).append(word)
    return found


# Put together ---------------------------------------------------------------------------


def _issues(
    session: Session, actor: Actor, ballot: Ballot, own: Collection[UUID]
) -> tuple[BallotIssueRow, ...]:
    knows = may_know_who(actor, ballot.dialogue_id)
    results = _results(session, ballot, attributed=knows and not ballot.secret)
    dissents = words_of(session, ballot.id, DISSENT) if knows else {}
    positions = words_of(session, ballot.id, POSITION) if knows else {}
    query = select(BallotIssue).where(BallotIssue.ballot_id == ballot.id)
    rows = {
        row.issue_id: BallotIssueRow(
            id=row.issue_id,
            number=row.number,
            title=row.title,
            description=row.description,
            readiness=tuple(row.readiness),
            proposed=row.proposed,
            adopted=row.adopted,
            reason=row.reason,
            results=results.get((row.issue_id, False), {}),
            advice=results.get((row.issue_id, True), {}),
            dissents=tuple(each for each in dissents.get(row.issue_id, []) if each.text),
            positions=tuple(positions.get(row.issue_id, [])),
            scored=row.issue_id in own,
        )
        for row in session.scalars(query.order_by(BallotIssue.number))
    }
    return tuple(
        rows[each] for each in ranked({key: row.newest or {} for key, row in rows.items()})
    )


def _results(
    session: Session, ballot: Ballot, *, attributed: bool
) -> dict[tuple[UUID, bool], dict[int, Shown]]:
    query = select(BallotResult).where(
        BallotResult.ballot_id == ballot.id,
        BallotResult.attributed.is_(attributed),
        BallotResult.round.in_(rounds_shown(State(ballot.state))),
    )
    found: dict[tuple[UUID, bool], dict[int, Shown]] = {}
    for row in session.scalars(query):
        figures = {name: tuple(each) for name, each in (row.figures or {}).items()} or None
        shown = Shown(n=row.n if figures else None, figures=figures)
        found.setdefault((row.issue_id, row.advisory), {})[row.round] = shown
    return found


def _scored(session: Session, ballot_id: UUID, round_: int) -> list[tuple[UUID, UUID]]:
    query = select(BallotScore.issue_id, BallotScore.organisation_id).where(
        BallotScore.ballot_id == ballot_id, BallotScore.round == round_
    )
    return [(issue_id, who) for issue_id, who in session.execute(query)]


def _progress(session: Session, ballot_id: UUID, round_: int) -> dict[UUID, int]:
    return _counted(who for _, who in _scored(session, ballot_id, round_))


def _counted(found: Iterable[UUID]) -> dict[UUID, int]:
    return dict(Counter(found))
