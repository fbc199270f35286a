"""A supplier's library of evidence: say what a piece is, and put a newer one in its place."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core.audit import record
from portal.core.errors import Invalid, NotNow, Refused, message
from portal.identity.actor import Actor
from portal.response.history import Hand
from portal.response.loading import Loaded, load, require_changeable, require_writable
from portal.response.models import AnswerEvidence, Evidence
from portal.response.operations_evidence import (
    Described,
    answer_by_evidence,
    describe_evidence,
    evidence_act,
    log_ties,
    require_kind,
)
from portal.response.policy import may_add_evidence, may_keep_library, may_narrow_evidence

NAMES = ("title", "document_kind", "issued_on", "valid_until", "confidentiality")


@dataclass(frozen=True, slots=True)
class Replaced:
    """How many answers show the newer piece now, and how many go on with the older one.

    Those are in sent or closed answers, which never change, or the actor may not answer them, or
    they take no evidence of the newer one's kind.
    """

    moved: int
    left: int


def describe(
    session: Session, actor: Actor, evidence_id: UUID, described: Described, *, now: datetime
) -> Evidence:
    """Say anew what a piece of evidence is and who may read it.

    Raises Refused unless the actor may: what a contributor added is theirs to describe, but not
    who reads it. Raises Invalid if what is said cannot be.
    """
    evidence = _own(session, actor, evidence_id)
    before = {name: getattr(evidence, name) for name in NAMES}
    if described.confidentiality != evidence.confidentiality and not may_narrow_evidence(
        actor, evidence.organisation_id
    ):
        raise Refused
    describe_evidence(evidence, described)
    changes = {
        name: {"from": _plain(before[name]), "to": _plain(getattr(evidence, name))}
        for name in NAMES
        if before[name] != getattr(evidence, name)
    }
    if changes:
        record(session, evidence_act(actor, evidence, "described", changes=changes), now=now)
    return evidence


def replace_evidence(
    session: Session, actor: Actor, evidence_id: UUID, by_id: UUID, *, now: datetime
) -> Replaced:
    """Put a newer piece in the place of an older one, in every answer that can still change.

    The older one stays, with its history; what was signed keeps its hash. Raises Refused unless
    the actor keeps the supplier's library, NotNow if the older one was replaced before, Invalid
    if it is the same piece or the newer one was itself replaced.
    """
    old = _own(session, actor, evidence_id)
    newer = session.get(Evidence, by_id)
    if newer is None or newer.removed_at is not None:
        raise Refused
    if newer.organisation_id != old.organisation_id:
        raise Refused
    if not may_keep_library(actor, old.organisation_id):
        raise Refused
    if old.replaced_by_id is not None:
        raise NotNow(message("This was replaced already. Replace the newer one instead."))
    if newer.id == old.id:
        problem = message("This is the very file that you want to replace. Choose the newer one.")
        raise Invalid(problem, {"file": problem})
    if newer.replaced_by_id is not None:
        problem = message("“{title}” was itself replaced by a newer one.", title=newer.title)
        raise Invalid(problem, {"file": problem})
    old.replaced_by_id, old.replaced_at = newer.id, now
    count = _move_ties(session, actor, old, newer, now=now)
    act = evidence_act(actor, old, "replaced", by=str(newer.id), moved=count.moved, left=count.left)
    record(session, act, now=now)
    return count


def _own(session: Session, actor: Actor, evidence_id: UUID) -> Evidence:
    """A piece that the actor may describe: any for who keeps the library, else one's own."""
    evidence = session.get(Evidence, evidence_id, with_for_update=True)
    if evidence is None or evidence.removed_at is not None:
        raise Refused
    keeps = may_keep_library(actor, evidence.organisation_id)
    adds = may_add_evidence(actor, evidence.organisation_id)
    if not keeps and not (adds and evidence.uploaded_by == actor.person_id):
        raise Refused
    return evidence


def _move_ties(
    session: Session, actor: Actor, old: Evidence, newer: Evidence, *, now: datetime
) -> Replaced:
    query = select(AnswerEvidence.response_id, AnswerEvidence.question_id).where(
        AnswerEvidence.evidence_id == old.id
    )
    order = (AnswerEvidence.response_id, AnswerEvidence.question_id)
    found: dict[UUID, list[str]] = {}
    for response_id, question_id in session.execute(query.order_by(*order)):
        found.setdefault(response_id, []).append(question_id)
    moved = 0
    for response_id, question_ids in found.items():
        loaded = load(session, response_id, lock=True)
        free = [
            key for key in question_ids if _may_move(session, actor, loaded, key, newer, now=now)
        ]
        _move(session, actor, loaded, free, (old.id, newer.id), now=now)
        moved += len(free)
    return Replaced(moved, sum(map(len, found.values())) - moved)


def _may_move(
    session: Session,
    actor: Actor,
    loaded: Loaded,
    question_id: str,
    newer: Evidence,
    *,
    now: datetime,
) -> bool:
    """Whether the newer piece can back this answer, by this actor, now."""
    try:
        section, question = loaded.section_of(question_id)
        require_writable(session, actor, loaded.response, section.id, [question_id])
        require_changeable(loaded, now, [question_id])
        require_kind(question, newer)
    except (Refused, Invalid):
        return False
    return True


def _move(
    session: Session,
    actor: Actor,
    loaded: Loaded,
    question_ids: Sequence[str],
    pair: tuple[UUID, UUID],
    *,
    now: datetime,
) -> None:
    """Move the ties of these questions from one piece to the other."""
    old_id, newer_id = pair
    there = {
        (tie.question_id, tie.evidence_id): tie
        for tie in session.scalars(
            select(AnswerEvidence).where(
                AnswerEvidence.response_id == loaded.response.id,
                AnswerEvidence.evidence_id.in_(pair),
                AnswerEvidence.question_id.in_(question_ids),
            )
        )
    }
    for question_id in question_ids:
        if (question_id, newer_id) in there:
            session.delete(there[question_id, old_id])
        else:
            there[question_id, old_id].evidence_id = newer_id
    session.flush()
    for question_id in question_ids:
        question = loaded.section_of(question_id)[1]
        answer_by_evidence(session, loaded, question, Hand(actor.person_id, now))
    for evidence_id, act in ((old_id, "evidence_untied"), (newer_id, "evidence_tied")):
        ties = [(question_id, evidence_id) for question_id in question_ids]
        log_ties(session, actor, loaded, ties, act, now=now)


def _plain(value: object) -> str:
    """A value as the audit log holds it."""
    return str(value) if value is not None else ""
