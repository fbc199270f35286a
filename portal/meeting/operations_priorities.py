"""Writes about what is adopted: the list, the joint statement, the roadmap, publishing, reviews."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core.calendar import Entry, sequence_at
from portal.core.errors import Invalid, NotNow, Refused, message
from portal.dialogue.models import Dialogue, Party
from portal.dialogue.operations import tell_everyone
from portal.identity.actor import Actor
from portal.identity.roles import Permission
from portal.meeting.ballots_rules import (
    ROADMAP_STATES,
    Act,
    State,
    is_adopted,
    may_end,
)
from portal.meeting.issues_policy import may_manage, may_vote
from portal.meeting.models_issues import (
    Ballot,
    BallotIssue,
    BallotWord,
    PriorityReview,
    RoadmapStep,
)
from portal.meeting.operations_ballots import VOTERS, tell
from portal.meeting.operations_scores import POSITION
from portal.meeting.priorities_merging import Joined
from portal.meeting.priorities_store import (
    Hand,
    assign,
    given,
    hand_of,
    issues_of,
    locked,
    not_in_this_state,
    plain,
    require_later,
    run,
)
from portal.meeting.queries_ballots import missing_positions, voters
from portal.meeting.queries_issues import clauses_of

STEP_STATES = ("planned", "under_way", "done", "dropped")
DROPPED = "dropped"
WHAT_LENGTH = 300
TEXTS = frozenset({"introduction", "demand"})
TAKES_STEPS = frozenset({State.ADOPTED, *ROADMAP_STATES})


def propose_list(
    session: Session,
    actor: Actor,
    ballot_id: UUID,
    reasons: Mapping[UUID, str],
    *,
    closes_at: datetime,
    address: str,
    now: datetime,
) -> None:
    """Propose the joint demand: every issue of the ballot but those with a reason against them.

    Each buyer can then opt in or out until ``closes_at``. Suppliers will read the reasons. Raises
    Invalid if nothing is chosen, or a reason is empty.
    """
    running = run(session, actor, ballot_id, Act.PROPOSE_LIST, now=now)
    require_later(closes_at, now)
    issues = issues_of(session, ballot_id)
    left_out = {
        issue_id: given(
            text, f"reason-{issue_id}", message("Say why it is not chosen: suppliers will read it.")
        )
        for issue_id, text in reasons.items()
    }
    if not issues.keys() - left_out.keys():
        raise Invalid(message("Choose at least one issue for the joint demand."))
    for issue_id, issue in issues.items():
        issue.proposed, issue.reason = issue_id not in left_out, left_out.get(issue_id, "")
    running.ballot.closes_at = closes_at
    running.go(chosen=len(issues) - len(left_out), closes_at=closes_at.isoformat())
    _ask_for_positions(session, running.hand, running.ballot, f"{address}/{ballot_id}")


def close_adoption(session: Session, actor: Actor, ballot_id: UUID, *, now: datetime) -> None:
    """End the opting in. What at least two buyers are in is adopted; who said nothing is not in.

    Raises NotNow before its time, unless every buyer has spoken on every issue.
    """
    running = run(session, actor, ballot_id, Act.CLOSE_ADOPTION, now=now)
    ballot = running.ballot
    if not may_end(now, ballot.closes_at, missing_positions(session, ballot)):
        raise NotNow(message("Buyers were promised this time to opt in or out. It has not come."))
    in_by_issue: dict[UUID, int] = {}
    query = select(BallotWord.issue_id).where(
        BallotWord.ballot_id == ballot_id,
        BallotWord.kind == POSITION,
        BallotWord.opted_in.is_(True),
    )
    for issue_id in session.scalars(query):
        in_by_issue[issue_id] = in_by_issue.get(issue_id, 0) + 1
    buyers = len(voters(session, ballot.dialogue_id))
    issues = issues_of(session, ballot_id)
    for issue_id, issue in issues.items():
        issue.adopted = bool(issue.proposed) and is_adopted(in_by_issue.get(issue_id, 0), buyers)
    ballot.adopted_at = now
    running.go(adopted=sum(bool(issue.adopted) for issue in issues.values()))


def introduce(
    session: Session,
    actor: Actor,
    ballot_id: UUID,
    introduction: str,
    *,
    base_version: int,
    now: datetime,
) -> Joined:
    """Write what the joint statement says before its list, in the dialogue's base language.

    Raises NotNow before the list is adopted and once the statement is published.
    """
    ballot = locked(session, ballot_id)
    if not may_manage(actor, ballot.dialogue_id):
        raise Refused
    if State(ballot.state) not in TAKES_STEPS or ballot.published_at is not None:
        raise not_in_this_state()
    hand = hand_of(session, actor, ballot.dialogue_id, Permission.ISSUE_MANAGE, now=now)
    current = {"introduction": ballot.introduction}
    found = hand.join(
        (ballot.id, ballot.version, current),
        {"introduction": plain(introduction, "introduction")},
        base_version=base_version,
        texts=TEXTS,
    )
    if found.fields != current:
        if ballot.version == 1:
            hand.keep(ballot.id, 1, current)
        assign(ballot, found.fields)
        ballot.version += 1
        hand.keep(ballot.id, ballot.version, found.fields)
        hand.note(("ballot", ballot.id), "ballot_introduced", version=ballot.version)
    return found


# The roadmap ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class StepDraft:
    """What a buyer will do until a day; ``clause_ref`` is ``instrument clause``, or empty."""

    issue_id: UUID
    owner_id: UUID
    what: str
    due_on: date | None
    demand: str = ""
    clause_ref: str = ""
    state: str = "planned"
    reason: str = ""


def add_step(
    session: Session, actor: Actor, ballot_id: UUID, draft: StepDraft, *, now: datetime
) -> RoadmapStep:
    """Add a step to the roadmap of an adopted issue.

    Raises NotNow before the list is adopted, Invalid for a draft without words, day or owner.
    """
    hand, ballot = _planner(session, actor, ballot_id, now=now)
    fields = _checked(session, ballot, draft)
    step = RoadmapStep(ballot_id=ballot_id, version=1, changed_at=now)
    _give(step, fields)
    session.add(step)
    session.flush()
    hand.keep(step.id, 1, fields)
    hand.note(("roadmap_step", step.id), "step_added", to=step.state, due_on=fields["due_on"])
    return step


def change_step(
    session: Session,
    actor: Actor,
    step_id: UUID,
    draft: StepDraft,
    *,
    base_version: int,
    now: datetime,
) -> Joined:
    """Change a step, or say how far it is; dropping it, or a later day, needs a reason.

    Who runs the roadmap may change all of it, its owner how far it is.
    """
    step, ballot, hand = _step(session, actor, step_id, now=now)
    current = _fields(step)
    typed = _checked(session, ballot, draft)
    if not may_manage(actor, ballot.dialogue_id):
        typed = {**current, "state": typed["state"], "reason": typed["reason"]}
    is_worse = typed["state"] == DROPPED or typed["due_on"] > current["due_on"]
    if is_worse and typed != current and not typed["reason"]:
        sentence = message("Give the reason: everybody who reads the roadmap reads it.")
        raise Invalid(sentence, {"reason": sentence})
    found = hand.join(
        (step.id, step.version, current), typed, base_version=base_version, texts=TEXTS
    )
    if found.fields != current:
        _give(step, found.fields)
        step.version += 1
        step.changed_at = now
        hand.keep(step.id, step.version, found.fields)
        details = {name: found.fields[name] for name in ("due_on", "reason")}
        moved = {"from": current["state"], "to": step.state, "due_before": current["due_on"]}
        hand.note(("roadmap_step", step.id), "step_changed", **moved, **details)
    return found


def enter_roadmap(session: Session, actor: Actor, ballot_id: UUID, *, now: datetime) -> None:
    """Put what was adopted into the roadmap; each adopted issue needs a step of a buyer."""
    running = run(session, actor, ballot_id, Act.ENTER_ROADMAP, now=now)
    query = select(RoadmapStep.issue_id).where(
        RoadmapStep.ballot_id == ballot_id, RoadmapStep.state != DROPPED
    )
    planned = set(session.scalars(query))
    for issue_id, issue in issues_of(session, ballot_id).items():
        if issue.adopted and issue_id not in planned:
            sentence = message("“{issue}” has no step yet. Add one first.", issue=issue.title)
            raise NotNow(sentence)
    running.go()


def publish(
    session: Session, actor: Actor, ballot_id: UUID, *, address: str, now: datetime
) -> None:
    """Publish statement, choice and roadmap to anyone, and mail everybody at the same instant.

    Raises NotNow before the roadmap stands, and if it was published already.
    """
    running = run(session, actor, ballot_id, Act.PUBLISH, now=now)
    ballot = running.ballot
    if ballot.published_at is not None:
        raise NotNow(message("This has been published already."))
    ballot.published_at = now
    running.go()
    dialogue = session.get_one(Dialogue, ballot.dialogue_id)
    subject = message("{dialogue}: what the buyers have chosen", dialogue=dialogue.title)
    body = (
        message(
            "The buyers have published what they will ask of the market together, why, and when."
        ),
        address,
    )
    tell_everyone(session, dialogue, subject, body, now=now)


def review(session: Session, actor: Actor, ballot_id: UUID, *, note: str, now: datetime) -> None:
    """Write down the yearly look at the roadmap: what came of it, and what changes."""
    running = run(session, actor, ballot_id, Act.REVIEW, now=now)
    text = given(note, "note", message("Write what you found: everybody reads it."))
    session.add(
        PriorityReview(ballot_id=ballot_id, note=text, person_id=actor.person_id, reviewed_at=now)
    )
    running.ballot.reviewed_at = now
    running.go()


# Rows and rights ------------------------------------------------------------------------


def _ask_for_positions(session: Session, hand: Hand, ballot: Ballot, url: str) -> None:
    dialogue = session.get_one(Dialogue, ballot.dialogue_id)
    summary = message("{dialogue}: are you in or out?", dialogue=dialogue.title)
    entry = Entry(
        uid=f"adoption-{ballot.id}@parley",
        sequence=sequence_at(hand.now),
        due=ballot.closes_at,
        summary=summary,
        url=url,
    )
    text = message(
        "The list of joint demands is proposed. Say for your organisation until {when} which of "
        "them it is in. The joint statement will name who is in.",
        when=ballot.closes_at,
    )
    tell(hand, VOTERS, summary, text, url, calendar=(entry,))


def _planner(
    session: Session, actor: Actor, ballot_id: UUID, *, now: datetime
) -> tuple[Hand, Ballot]:
    ballot = locked(session, ballot_id)
    if not may_manage(actor, ballot.dialogue_id):
        raise Refused
    if State(ballot.state) not in TAKES_STEPS:
        raise not_in_this_state()
    return hand_of(session, actor, ballot.dialogue_id, Permission.ISSUE_MANAGE, now=now), ballot


def _step(
    session: Session, actor: Actor, step_id: UUID, *, now: datetime
) -> tuple[RoadmapStep, Ballot, Hand]:
    found = session.get(RoadmapStep, step_id)
    if found is None:
        raise Refused
    ballot = locked(session, found.ballot_id)
    step = session.get_one(RoadmapStep, step_id, with_for_update=True, populate_existing=True)
    manages = may_manage(actor, ballot.dialogue_id)
    if not manages and not may_vote(actor, ballot.dialogue_id, step.owner_id):
        raise Refused
    hand = Hand(
        session=session,
        actor=actor,
        dialogue_id=ballot.dialogue_id,
        organisation_id=step.owner_id,
        now=now,
    )
    if manages:
        hand = hand_of(session, actor, ballot.dialogue_id, Permission.ISSUE_MANAGE, now=now)
    return step, ballot, hand


def _checked(session: Session, ballot: Ballot, draft: StepDraft) -> dict[str, Any]:
    issue = issues_of(session, ballot.id).get(draft.issue_id)
    if issue is None or not issue.adopted or draft.state not in STEP_STATES:
        raise Refused
    _require_owner(session, ballot, issue, draft.owner_id)
    if draft.due_on is None:
        sentence = message("Enter the day by which it is done.")
        raise Invalid(sentence, {"due_on": sentence})
    if draft.clause_ref and draft.clause_ref not in clauses_of(session, ballot.dialogue_id):
        sentence = message("Choose a clause that the questionnaire names.")
        raise Invalid(sentence, {"clause_ref": sentence})
    return {
        "issue_id": str(draft.issue_id),
        "owner_id": str(draft.owner_id),
        "what": given(draft.what, "what", message("Say what will be done."), limit=WHAT_LENGTH),
        "due_on": draft.due_on.isoformat(),
        "demand": plain(draft.demand, "demand"),
        "clause_ref": draft.clause_ref,
        "state": draft.state,
        "reason": plain(draft.reason, "reason"),
    }


def _require_owner(session: Session, ballot: Ballot, issue: BallotIssue, owner_id: UUID) -> None:
    """A step is of a buyer of the dialogue."""
    query = select(Party.id).filter_by(
        dialogue_id=ballot.dialogue_id, organisation_id=owner_id, part="buyer"
    )
    if session.scalar(query) is None:
        sentence = message(
            "Choose a buyer of the dialogue that will do it for “{issue}”.", issue=issue.title
        )
        raise Invalid(sentence, {"owner": sentence})


def _fields(step: RoadmapStep) -> dict[str, Any]:
    return {
        "issue_id": str(step.issue_id),
        "owner_id": str(step.owner_id),
        "what": step.what,
        "due_on": step.due_on.isoformat(),
        "demand": step.demand,
        "clause_ref": step.clause_ref,
        "state": step.state,
        "reason": step.reason,
    }


def _give(step: RoadmapStep, fields: Mapping[str, Any]) -> None:
    """Store typed fields, ids and the day as what they are."""
    assign(
        step,
        {
            **fields,
            "issue_id": UUID(fields["issue_id"]),
            "owner_id": UUID(fields["owner_id"]),
            "due_on": date.fromisoformat(fields["due_on"]),
        },
    )
