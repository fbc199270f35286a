"""Writes of those who vote: scores of an issue, dissent, and opting in or out of a demand."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core.errors import Invalid, NotNow, Refused, message
from portal.identity.actor import ANYONE, Actor
from portal.meeting.ballots_rules import FIRST, ROUND_OF, SECOND, State
from portal.meeting.issues_policy import may_advise, may_vote
from portal.meeting.models_issues import Ballot, BallotResult, BallotScore, BallotWord
from portal.meeting.priorities_merging import Fields, Joined
from portal.meeting.priorities_rules import CRITERIA, HIGHEST, LOWEST
from portal.meeting.priorities_store import Hand, issues_of, locked, not_in_this_state, plain

COMMENT = "comment"
TEXTS = frozenset({COMMENT, "text"})
DISSENT, POSITION = "dissent", "position"
TAKES_DISSENT = frozenset(
    {State.RESULTS_SHOWN, State.ROUND_2_OPEN, State.ROUND_2_CLOSED, State.OPTING_IN, State.ADOPTED}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreDraft:
    """Criterion → 1 to 5, and a comment; ``base_version`` is what it was typed over, 0 is none."""

    scores: Mapping[str, int] = field(default_factory=dict)
    comment: str = ""
    base_version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class WordDraft:
    """A dissent, or whether the buyer is in and why; typed over ``base_version``, 0 is none."""

    text: str = ""
    opted_in: bool | None = None
    base_version: int = 0


def save_scores(
    session: Session,
    actor: Actor,
    ballot_id: UUID,
    issue_id: UUID,
    draft: ScoreDraft,
    *,
    organisation_id: UUID,
    now: datetime,
) -> Joined:
    """Give an issue the organisation's scores in the round that is open.

    One set for each organisation: what a colleague saved meanwhile is joined field by field.
    Raises Refused for who does not vote or advise, NotNow when no round is open, Invalid unless
    every criterion has a score.
    """
    ballot = locked(session, ballot_id)
    is_buyer = may_vote(actor, ballot.dialogue_id, organisation_id)
    if not is_buyer and not may_advise(actor, ballot.dialogue_id, organisation_id):
        raise Refused
    if issue_id not in issues_of(session, ballot_id):
        raise Refused
    round_ = _open_round(ballot, now)
    typed = {**_checked(draft.scores), COMMENT: plain(draft.comment, COMMENT)}
    hand = _hand(session, actor, ballot, organisation_id, now)
    key = {
        "ballot_id": ballot_id,
        "round": round_,
        "issue_id": issue_id,
        "organisation_id": organisation_id,
    }
    row = session.scalars(select(BallotScore).filter_by(**key)).one_or_none()
    if row is None:
        _require_in_time(session, ballot, issue_id, round_, advisory=not is_buyer)
        row = BallotScore(**key, advisory=not is_buyer, scores={}, version=0, saved_at=now)
    return _save_score(hand, row, typed, draft.base_version, secret=ballot.secret)


def save_dissent(
    session: Session,
    actor: Actor,
    ballot_id: UUID,
    issue_id: UUID,
    draft: WordDraft,
    *,
    organisation_id: UUID,
    now: datetime,
) -> Joined:
    """Say under the buyer's name what it sees otherwise; an empty text takes it back.

    Raises NotNow before results are shown and once the list is in the roadmap.
    """
    hand, ballot = _buyer(session, actor, ballot_id, organisation_id, now=now)
    if State(ballot.state) not in TAKES_DISSENT:
        raise not_in_this_state()
    if issue_id not in issues_of(session, ballot_id):
        raise Refused
    typed = {"text": plain(draft.text, "text"), "opted_in": None}
    word = _word(session, ballot_id, issue_id, organisation_id, DISSENT)
    return _say(hand, word, typed, draft.base_version, act="ballot_dissented")


def take_position(
    session: Session,
    actor: Actor,
    ballot_id: UUID,
    issue_id: UUID,
    draft: WordDraft,
    *,
    organisation_id: UUID,
    now: datetime,
) -> Joined:
    """Opt the buyer in or out of one demand of the proposed list, with a reason if it likes.

    Raises NotNow when no list is open for it, Invalid without a choice.
    """
    hand, ballot = _buyer(session, actor, ballot_id, organisation_id, now=now)
    issue = issues_of(session, ballot_id).get(issue_id)
    if issue is None:
        raise Refused
    if ballot.state != State.OPTING_IN or not issue.proposed:
        raise not_in_this_state()
    if now >= ballot.closes_at:
        raise NotNow(message("The time to opt in or out is over."))
    if draft.opted_in is None:
        sentence = message("Say whether your organisation is in or out.")
        raise Invalid(sentence, {f"choice-{issue_id}": sentence})
    typed = {"text": plain(draft.text, f"reason-{issue_id}"), "opted_in": draft.opted_in}
    word = _word(session, ballot_id, issue_id, organisation_id, POSITION)
    act = "ballot_opted_in" if draft.opted_in else "ballot_opted_out"
    return _say(hand, word, typed, draft.base_version, act=act)


# Scores ---------------------------------------------------------------------------------


def _open_round(ballot: Ballot, now: datetime) -> int:
    round_ = ROUND_OF.get(State(ballot.state))
    if round_ is None or now >= ballot.closes_at:
        raise NotNow(message("No round is open. Scores cannot be changed now."))
    return round_


def _require_in_time(
    session: Session, ballot: Ballot, issue_id: UUID, round_: int, *, advisory: bool
) -> None:
    """Of a secret ballot nobody joins between two results: the difference would tell who."""
    if round_ != SECOND or not ballot.secret:
        return
    query = select(BallotResult).filter_by(
        ballot_id=ballot.id, round=FIRST, issue_id=issue_id, advisory=advisory, attributed=False
    )
    first = session.scalars(query).one_or_none()
    if first is not None and first.figures is not None:
        raise NotNow(
            message(
                "Your organisation did not score this issue in the first round. In a secret "
                "ballot nobody can join later: the difference would tell what you gave."
            )
        )


def _checked(scores: Mapping[str, int]) -> dict[str, int]:
    faults = {
        name: message("Choose a score from 1 to 5.")
        for name in CRITERIA
        if not LOWEST <= scores.get(name, 0) <= HIGHEST
    }
    if faults:
        raise Invalid(message("Give a score for each of the five."), faults)
    return {name: scores[name] for name in CRITERIA}


def _save_score(
    hand: Hand, row: BallotScore, typed: Fields, base_version: int, *, secret: bool
) -> Joined:
    current = {**row.scores, COMMENT: row.comment or ""} if row.version else {}
    found = hand.join((row.id, row.version, current), typed, base_version=base_version, texts=TEXTS)
    if found.fields == current:
        return found
    row.scores = {name: found.fields[name] for name in CRITERIA}
    row.comment = found.fields[COMMENT] or ""
    row.version += 1
    row.person_id, row.saved_at = hand.actor.person_id, hand.now
    hand.session.add(row)
    hand.session.flush()
    hand.keep(row.id, row.version, found.fields)
    _note_score(hand, row, secret=secret)
    return found


def _note_score(hand: Hand, row: BallotScore, *, secret: bool) -> None:
    """What was given stands nowhere but in the score itself: the log is read by others.

    Of a secret ballot neither who: a result that moves after a single save would tell their score.
    """
    details: dict[str, object] = {"round": row.round}
    if secret:
        hand = replace(hand, actor=ANYONE, organisation_id=None)
    else:
        details |= {"issue": str(row.issue_id), "version": row.version}
    hand.note(("ballot", row.ballot_id), "ballot_scored", **details)


# Words ----------------------------------------------------------------------------------


def _buyer(
    session: Session, actor: Actor, ballot_id: UUID, organisation_id: UUID, *, now: datetime
) -> tuple[Hand, Ballot]:
    ballot = locked(session, ballot_id)
    if not may_vote(actor, ballot.dialogue_id, organisation_id):
        raise Refused
    return _hand(session, actor, ballot, organisation_id, now), ballot


def _hand(
    session: Session, actor: Actor, ballot: Ballot, organisation_id: UUID, now: datetime
) -> Hand:
    return Hand(
        session=session,
        actor=actor,
        dialogue_id=ballot.dialogue_id,
        organisation_id=organisation_id,
        now=now,
    )


def _word(
    session: Session, ballot_id: UUID, issue_id: UUID, organisation_id: UUID, kind: str
) -> BallotWord:
    """What the buyer has said so far, or a row for its first word."""
    key = {
        "ballot_id": ballot_id,
        "issue_id": issue_id,
        "organisation_id": organisation_id,
        "kind": kind,
    }
    found = session.scalars(select(BallotWord).filter_by(**key)).one_or_none()
    return found or BallotWord(**key, text="", version=0)


def _say(hand: Hand, word: BallotWord, typed: Fields, base_version: int, *, act: str) -> Joined:
    current = {"text": word.text, "opted_in": word.opted_in} if word.version else {}
    found = hand.join(
        (word.id, word.version, current), typed, base_version=base_version, texts=TEXTS
    )
    if found.fields == current:
        return found
    word.text, word.opted_in = found.fields["text"] or "", found.fields["opted_in"]
    word.version += 1
    word.person_id, word.said_at = hand.actor.person_id, hand.now
    hand.session.add(word)
    hand.session.flush()
    hand.keep(word.id, word.version, found.fields)
    hand.note(("ballot", word.ballot_id), act, issue=str(word.issue_id), version=word.version)
    return found
