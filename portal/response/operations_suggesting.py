"""Nothing asked twice: bring along earlier answers as suggestions, dismiss them, keep a profile."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from portal.core.audit import Act, record
from portal.core.errors import Invalid, NotNow, Refused, message
from portal.core.ids import new_id
from portal.identity.actor import Actor
from portal.identity.models import Organisation
from portal.response.answers import unanswered
from portal.response.company_profile import profile_form, profile_values, to_store
from portal.response.fields import Value
from portal.response.history import Hand, begin, write_answers
from portal.response.loading import (
    Loaded,
    act_on,
    given_answers,
    load,
    require_changeable,
    require_writable,
)
from portal.response.models import AnswerEvidence
from portal.response.models_sources import AnswerOrigin
from portal.response.operations_evidence import log_ties
from portal.response.policy import may_assign, may_keep_library
from portal.response.queries_suggested import Pieces, coming_along
from portal.response.sources import EVIDENCE, Offer, offers
from portal.response.values import check, tidy

SUGGESTED = "suggested"
"""What ``AnswerChange.source`` says of answers that were brought along."""
DISMISSED = "dismissed"


def take_suggestions(
    session: Session, actor: Actor, response_id: UUID, key: str, *, now: datetime
) -> int:
    """Suggest what a source holds for every question without an answer; how many that are.

    ``key`` is that of a ``sources.Offer``. Never over an answer or another suggestion, and nothing
    counts before somebody confirms it. About twenty statements, however many answers there are.
    Raises Refused unless the actor may answer everything and there is such a source; NotNow
    (closed, submitted, or nothing left to take).
    """
    loaded = load(session, response_id, lock=True)
    if not may_assign(actor, loaded.response.dialogue_id, loaded.response.organisation_id):
        raise Refused
    require_changeable(loaded, now)
    before = given_answers(session, response_id)
    found = offers(session, actor, loaded, before, now=now)
    offer = next((each for each in found if each.key == key), None)
    if offer is None or not offer.suggestions:
        raise NotNow(message("There is nothing left to bring along from there."))
    hand = Hand(actor.person_id, now, SUGGESTED)
    made = {key: each.answer for key, each in offer.suggestions.items() if each.answer is not None}
    if made:
        write_answers(session, loaded, before, made, hand)
    _store_origins(session, loaded, offer, hand)
    details: dict[str, object] = {"source": key, "questions": list(offer.suggestions)}
    details |= begin(loaded.response, now)
    record(session, act_on(loaded.response, actor, "suggested", details), now=now)
    return len(offer.suggestions)


def dismiss_suggested(
    session: Session,
    actor: Actor,
    response_id: UUID,
    section_id: str,
    question_ids: Collection[str],
    *,
    now: datetime,
) -> tuple[str, ...]:
    """Say that what is suggested is not true any more; the ids of the questions left empty.

    Evidence that is suggested for an answer is dismissed by itself. Raises Refused (not this
    actor's section, others' questions), NotNow (closed, submitted).
    """
    loaded = load(session, response_id, lock=True)
    section = loaded.section(section_id)
    require_writable(session, actor, loaded.response, section_id, question_ids)
    require_changeable(loaded, now, question_ids)
    if not set(question_ids) <= {question.id for question in section.questions}:
        raise Refused
    before = given_answers(session, response_id)
    blank = {
        question.id: replace(unanswered(question), language=before[question.id].language)
        for question in section.questions
        if question.id in question_ids
        and question.id in before
        and before[question.id].is_suggested
    }
    if blank:
        write_answers(session, loaded, before, blank, Hand(actor.person_id, now, DISMISSED))
    forget_origins(session, response_id, question_ids)
    details: dict[str, object] = {"section": section_id, "questions": sorted(question_ids)}
    record(session, act_on(loaded.response, actor, "dismissed", details), now=now)
    return tuple(blank)


def use_suggested_evidence(
    session: Session,
    actor: Actor,
    response_id: UUID,
    section_id: str,
    question_id: str,
    *,
    now: datetime,
) -> int:
    """Let the evidence that is suggested for an answer back it; how many pieces that are.

    Raises Refused and NotNow as ``dismiss_suggested``.
    """
    loaded = load(session, response_id, lock=True)
    require_writable(session, actor, loaded.response, section_id, [question_id])
    require_changeable(loaded, now, [question_id])
    if loaded.section_of(question_id)[0].id != section_id:
        raise Refused
    pieces = coming_along(session, loaded, [question_id], now=now)
    return bring_evidence(session, actor, loaded, pieces, now=now)


def bring_evidence(
    session: Session,
    actor: Actor,
    loaded: Loaded,
    pieces: Mapping[str, Pieces],
    *,
    now: datetime,
) -> int:
    """Tie what backed the source of answers and still holds, by question; forget their origins.

    The caller holds the lock. Three statements at most, and one audit row for each tie.
    """
    if not pieces:
        return 0
    response_id, question_ids = loaded.response.id, pieces.keys()
    tied = select(AnswerEvidence.question_id, AnswerEvidence.evidence_id).where(
        AnswerEvidence.response_id == response_id, AnswerEvidence.question_id.in_(question_ids)
    )
    already = {(question_id, piece_id) for question_id, piece_id in session.execute(tied)}
    new = [
        (question_id, piece.id)
        for question_id, found in pieces.items()
        for piece in found.usable
        if (question_id, piece.id) not in already
    ]
    if new:
        rows = [
            {
                "id": new_id(),
                "response_id": response_id,
                "question_id": question_id,
                "evidence_id": piece_id,
            }
            for question_id, piece_id in new
        ]
        session.connection().execute(insert(AnswerEvidence), rows)
    forget_origins(session, response_id, question_ids)
    log_ties(session, actor, loaded, new, "evidence_tied", now=now)
    return len(new)


def forget_origins(session: Session, response_id: UUID, question_ids: Collection[str]) -> None:
    """Say no more where these answers were taken from; one statement."""
    session.execute(
        delete(AnswerOrigin).where(
            AnswerOrigin.response_id == response_id, AnswerOrigin.question_id.in_(question_ids)
        )
    )


# The company's profile ------------------------------------------------------------------


def save_company_profile(
    session: Session,
    actor: Actor,
    organisation_id: UUID,
    values: Mapping[str, Value],
    *,
    now: datetime,
) -> None:
    """Store what a company says of itself, by field; other fields stay, None empties one.

    Raises Refused unless the actor is the company's admin or signatory in any dialogue, Invalid
    for what the form cannot produce.
    """
    organisation = session.get(Organisation, organisation_id, with_for_update=True)
    if organisation is None or not may_keep_library(actor, organisation_id):
        raise Refused
    fields = {each.id: each for each in profile_form().fields}
    if not values.keys() <= fields.keys():
        raise Refused
    faults = {
        key: found[0]
        for key, value in values.items()
        if value is not None and (found := check(fields[key], value))
    }
    if faults:
        raise Invalid(message("Some of this cannot be stored as it is."), faults)
    before = profile_values(organisation.profile)
    said = {key: tidy(fields[key], each) for key, each in values.items() if each is not None}
    kept = {key: value for key, value in before.items() if key not in values}
    after = {**kept, **said}
    organisation.profile = to_store(after, now)
    changed = sorted(key for key in fields if before.get(key) != after.get(key))
    act = Act(
        person_id=actor.person_id,
        organisation_id=organisation_id,
        subject=("organisation", organisation_id),
        act="profile_saved",
        details={"fields": changed},
    )
    record(session, act, now=now)


def _store_origins(session: Session, loaded: Loaded, offer: Offer, hand: Hand) -> None:
    """Two statements: what was said before of these questions goes."""
    forget_origins(session, loaded.response.id, offer.suggestions.keys())
    rows = [
        {
            "id": new_id(),
            "response_id": loaded.response.id,
            "question_id": question_id,
            "kind": offer.kind,
            "source_response_id": offer.response_id,
            "source_question_id": suggestion.source,
            "source_evidence_id": piece.id if piece is not None else None,
            "label": (piece.title if piece is not None else offer.label)[:300],
            "answered_at": piece.uploaded_at if piece is not None else offer.answered_at,
            "taken_by": hand.person_id,
            "taken_at": hand.now,
        }
        for question_id, suggestion in offer.suggestions.items()
        for piece in [offer.pieces.get(question_id) if offer.kind == EVIDENCE else None]
    ]
    session.connection().execute(insert(AnswerOrigin), rows)
