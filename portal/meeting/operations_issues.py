"""Writes about the long list: proposing, taking in, changing, merging and withdrawing issues."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.core.errors import Invalid, NotNow, Refused, message
from portal.dialogue.models import Dialogue
from portal.identity.actor import Actor
from portal.identity.roles import Permission
from portal.meeting.ballots_rules import DONE_WITH
from portal.meeting.issues_policy import may_manage, may_propose
from portal.meeting.models_issues import Ballot, BallotIssue, Issue
from portal.meeting.priorities_merging import Joined
from portal.meeting.priorities_store import Hand, assign, given, hand_of, plain
from portal.meeting.queries_issues import countable, is_known

PROPOSED, LISTED, MERGED, WITHDRAWN = "proposed", "listed", "merged", "withdrawn"
ALIVE = (PROPOSED, LISTED)
TEXTS = frozenset({"description"})
TITLE_LENGTH = 200
OWN = "own"


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueDraft:
    """What an issue says. ``source`` is ``own`` or a kind and an id, such as ``question B.01``."""

    title: str
    description: str = ""
    source: str = OWN


def propose(
    session: Session,
    actor: Actor,
    dialogue_id: UUID,
    draft: IssueDraft,
    *,
    organisation_id: UUID,
    now: datetime,
) -> Issue:
    """Put an issue on the long list; a co-buyer's waits until it is taken in.

    Raises Refused for who may not, Invalid for a draft without title or with an unknown source.
    """
    if not may_propose(actor, dialogue_id, organisation_id):
        raise Refused
    fields = _checked(session, dialogue_id, draft)
    session.get_one(Dialogue, dialogue_id, with_for_update=True)
    last = select(func.max(Issue.number)).where(Issue.dialogue_id == dialogue_id)
    issue = Issue(
        dialogue_id=dialogue_id,
        number=(session.scalar(last) or 0) + 1,
        readiness=[],
        state=LISTED if may_manage(actor, dialogue_id) else PROPOSED,
        version=1,
        organisation_id=organisation_id,
        person_id=actor.person_id,
        proposed_at=now,
        changed_at=now,
        **fields,
    )
    session.add(issue)
    session.flush()
    hand = _hand(session, actor, dialogue_id, organisation_id, now)
    hand.keep(issue.id, issue.version, fields)
    hand.note(("issue", issue.id), "issue_proposed", to=issue.state)
    return issue


def change(
    session: Session,
    actor: Actor,
    issue_id: UUID,
    draft: IssueDraft,
    *,
    base_version: int,
    now: datetime,
) -> Joined:
    """Change what an issue says; two people's changes are joined.

    Who only proposes changes the own organisation's, until it is taken in. Raises NotNow once the
    issue is on a ballot, or gone.
    """
    hand, issue = _editor(session, actor, issue_id, now=now)
    fields = _checked(session, issue.dialogue_id, draft)
    current = {name: getattr(issue, name) for name in fields}
    found = hand.join(
        (issue.id, issue.version, current), fields, base_version=base_version, texts=TEXTS
    )
    if found.fields != current:
        _store(hand, issue, found.fields)
        hand.note(("issue", issue.id), "issue_changed", version=issue.version)
    return found


def set_readiness(
    session: Session,
    actor: Actor,
    issue_id: UUID,
    key: str,
    options: Sequence[str],
    *,
    now: datetime,
) -> None:
    """Say which answers to a question of the questionnaire count as ready; none unties it.

    Raises Invalid for a question that no release counts, or an option that it has not.
    """
    hand, issue = _editor(session, actor, issue_id, now=now)
    known = countable(session, issue.dialogue_id).get(key)
    if known is None or not set(options) <= {option for option, _ in known.options}:
        sentence = message("Choose a question whose answers are counted, and answers to it.")
        raise Invalid(sentence, {"key": sentence})
    others = [link for link in issue.readiness if link["key"] != key]
    chosen = [option for option, _ in known.options if option in options]
    issue.readiness = [*others, {"key": key, "options": chosen}] if chosen else others
    issue.changed_at = now
    session.flush()
    hand.note(("issue", issue.id), "issue_readiness", key=key, options=chosen)


def take_in(session: Session, actor: Actor, issue_id: UUID, *, now: datetime) -> None:
    """Take a proposed issue into the long list."""
    hand, issue = _manager(session, actor, issue_id, now=now)
    if issue.state != PROPOSED:
        raise _gone()
    _move(hand, issue, LISTED, "issue_taken_in")


def withdraw(session: Session, actor: Actor, issue_id: UUID, *, reason: str, now: datetime) -> None:
    """Take an issue off the list, for a reason; who proposed it may, until it is taken in."""
    hand, issue = _editor(session, actor, issue_id, now=now)
    text = given(reason, "reason", message("Give the reason: the other buyers read it."))
    _move(hand, issue, WITHDRAWN, "issue_withdrawn", reason=text)


def merge(
    session: Session, actor: Actor, issue_id: UUID, into_id: UUID, *, reason: str, now: datetime
) -> None:
    """Let another issue of the list stand for this one; what was tied to it comes along.

    Raises Invalid if the other is not on the list, or is this one.
    """
    hand, issue = _manager(session, actor, issue_id, now=now)
    other = session.get(Issue, into_id, with_for_update=True, populate_existing=True)
    if other is None or other.dialogue_id != issue.dialogue_id or into_id == issue_id:
        raise _no_other()
    if other.state not in ALIVE or _on_ballot(session, other.id):
        raise _no_other()
    text = plain(reason, "reason")
    known = {link["key"] for link in other.readiness}
    other.readiness = [
        *other.readiness,
        *(link for link in issue.readiness if link["key"] not in known),
    ]
    issue.merged_into = other.id
    _move(hand, issue, MERGED, "issue_merged", reason=text, into=str(other.id))


# Rows and rights ------------------------------------------------------------------------


def _hand(
    session: Session, actor: Actor, dialogue_id: UUID, organisation_id: UUID, now: datetime
) -> Hand:
    return Hand(
        session=session,
        actor=actor,
        dialogue_id=dialogue_id,
        organisation_id=organisation_id,
        now=now,
    )


def _editor(session: Session, actor: Actor, issue_id: UUID, *, now: datetime) -> tuple[Hand, Issue]:
    """Who may change an issue: who runs the list, and who proposed it until it is taken in."""
    issue = session.get(Issue, issue_id, with_for_update=True, populate_existing=True)
    if issue is None:
        raise Refused
    hand = hand_of(session, actor, issue.dialogue_id, Permission.ISSUE_MANAGE, now=now)
    if not may_manage(actor, issue.dialogue_id):
        is_own = issue.organisation_id is not None and may_propose(
            actor, issue.dialogue_id, issue.organisation_id
        )
        if not is_own or issue.state != PROPOSED:
            raise Refused
        hand = _hand(session, actor, issue.dialogue_id, issue.organisation_id or issue_id, now)
    if issue.state not in ALIVE:
        raise _gone()
    if _on_ballot(session, issue.id):
        raise NotNow(message("A ballot on this issue is under way. Its words stay as they are."))
    return hand, issue


def _manager(
    session: Session, actor: Actor, issue_id: UUID, *, now: datetime
) -> tuple[Hand, Issue]:
    issue = session.get(Issue, issue_id)
    if issue is None or not may_manage(actor, issue.dialogue_id):
        raise Refused
    return _editor(session, actor, issue_id, now=now)


def _on_ballot(session: Session, issue_id: UUID) -> bool:
    query = (
        select(BallotIssue.id)
        .join(Ballot, Ballot.id == BallotIssue.ballot_id)
        .where(BallotIssue.issue_id == issue_id, Ballot.state.not_in(DONE_WITH))
    )
    return session.scalar(query.limit(1)) is not None


def _move(hand: Hand, issue: Issue, state: str, act: str, **details: str) -> None:
    before, issue.state = issue.state, state
    issue.reason, issue.changed_at = details.get("reason", ""), hand.now
    hand.session.flush()
    hand.note(("issue", issue.id), act, **{"from": before, "to": state, **details})


def _store(hand: Hand, issue: Issue, fields: dict[str, str]) -> None:
    assign(issue, fields)
    issue.version += 1
    issue.changed_at = hand.now
    hand.keep(issue.id, issue.version, fields)


def _gone() -> NotNow:
    return NotNow(message("Somebody has decided on this issue already."))


def _no_other() -> Invalid:
    sentence = message("Choose an issue of the list that is on no ballot now.")
    return Invalid(sentence, {"into": sentence})


# What is typed --------------------------------------------------------------------------


def _checked(session: Session, dialogue_id: UUID, draft: IssueDraft) -> dict[str, str]:
    typed = asdict(draft)
    kind, _, ref = draft.source.partition(" ")
    if kind != OWN and not is_known(session, dialogue_id, draft.source):
        sentence = message("Choose a part of the published questionnaire, or your own words.")
        raise Invalid(sentence, {"source": sentence})
    return {
        "title": given(
            typed["title"], "title", message("Give the issue a title."), limit=TITLE_LENGTH
        ),
        "description": plain(typed["description"], "description"),
        "source_kind": kind,
        "source_ref": ref if kind != OWN else "",
    }
