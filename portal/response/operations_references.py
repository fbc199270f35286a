"""Answering by reference: name a company, agree or decline, take back, withdraw."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, delete, exists, func, insert, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from portal.core.audit import Act, record
from portal.core.errors import Invalid, NotNow, Refused, message
from portal.core.ids import new_id
from portal.dialogue.rules import is_open
from portal.identity.actor import Actor
from portal.identity.models import Organisation
from portal.questionnaire.conditions import route
from portal.questionnaire.definition import Question, Questionnaire
from portal.response.answers import BY_REFERENCE, GivenAnswer, Reference, unanswered, values_of
from portal.response.history import Hand, begin, write_answers
from portal.response.loading import (
    Loaded,
    act_on,
    given_answers,
    load,
    require_changeable,
    require_writable,
)
from portal.response.models import Answer, Response
from portal.response.models_sources import AnswerReference
from portal.response.notices_references import Notices
from portal.response.operations_suggesting import forget_origins
from portal.response.policy import may_assign
from portal.response.referring import (
    AGREED,
    ASKED,
    DECLINED,
    WITHDRAWN,
    may_refer,
    normal_name,
    require_name,
    require_reason,
)
from portal.response.rules import asked, progress

REFERENCE = "reference"
"""What ``AnswerChange.source`` says of a change that a reference made."""


def ask_reference(
    session: Session,
    actor: Actor,
    response_id: UUID,
    section_id: str,
    question_ids: Collection[str],
    *,
    brand: str,
    address: str = "",
    now: datetime,
) -> tuple[str, ...]:
    """Answer these questions of a section by naming whose answers stand for them.

    Nothing in what is returned or raised tells whether that company takes part. If it does, its
    admins and signatories are asked now, else when it begins; ``address`` is the URL that the id
    of its response is appended to. Raises Refused (not this actor's section), NotNow (closed,
    submitted, being clarified), Invalid without a name, for one's own name, or without a question
    that is open.
    """
    loaded = load(session, response_id, lock=True)
    section = loaded.section(section_id)
    require_writable(session, actor, loaded.response, section_id, question_ids)
    _require_changeable(loaded, question_ids, now)
    name = require_name(brand, loaded.supplier)
    before = given_answers(session, response_id)
    wanted = [question for question in section.questions if question.id in question_ids]
    changes = _referring(loaded.questionnaire, wanted, before, name)
    ids = list(changes)
    hand = Hand(actor.person_id, now, REFERENCE)
    write_answers(session, loaded, before, changes, hand)
    forget_origins(session, response_id, ids)
    asked = _brand_response(session, loaded.response.dialogue_id, name)
    _store(session, response_id, ids, (name, asked), hand)
    details: dict[str, object] = {"questions": ids, "brand": name}
    details |= begin(loaded.response, now)
    record(session, act_on(loaded.response, actor, "reference_asked", details), now=now)
    if asked is not None:
        Notices(session, address, now).asked(asked, loaded, ids)
    return tuple(ids)


def take_back(
    session: Session,
    actor: Actor,
    response_id: UUID,
    question_ids: Collection[str],
    *,
    now: datetime,
) -> tuple[str, ...]:
    """Answer these questions oneself after all; they are empty again.

    Raises Refused (not this actor's questions, or not by reference), NotNow (closed, submitted,
    being clarified).
    """
    loaded = load(session, response_id, lock=True)
    for key in question_ids:
        section, _ = loaded.section_of(key)
        require_writable(session, actor, loaded.response, section.id, [key])
    _require_changeable(loaded, question_ids, now)
    emptied = _empty(session, loaded, question_ids, Hand(actor.person_id, now, REFERENCE))
    if not emptied:
        raise Refused
    gone = delete(AnswerReference).where(
        AnswerReference.response_id == response_id, AnswerReference.question_id.in_(emptied)
    )
    session.execute(gone)
    details: dict[str, object] = {"questions": emptied}
    record(session, act_on(loaded.response, actor, "reference_taken_back", details), now=now)
    return tuple(emptied)


def agree(
    session: Session,
    actor: Actor,
    response_id: UUID,
    reference_ids: Collection[UUID],
    *,
    address: str = "",
    now: datetime,
) -> int:
    """Let the answers of this response stand for those who asked; how many that are.

    Raises Refused unless the actor answers for the brand and was asked, NotNow once the dialogue
    is closed.
    """
    outcome = (AGREED, "")
    return _decide(session, actor, response_id, reference_ids, outcome, address=address, now=now)


def decline(
    session: Session,
    actor: Actor,
    response_id: UUID,
    reference_ids: Collection[UUID],
    *,
    reason: str,
    address: str = "",
    now: datetime,
) -> int:
    """Say that one's answers do not stand for these, and why; the asker is told, and answers.

    Raises as ``agree``, and Invalid without a reason.
    """
    outcome = (DECLINED, require_reason(reason))
    return _decide(session, actor, response_id, reference_ids, outcome, address=address, now=now)


def withdraw_agreement(
    session: Session,
    actor: Actor,
    response_id: UUID,
    reference_ids: Collection[UUID],
    *,
    reason: str,
    address: str = "",
    now: datetime,
) -> int:
    """Take an agreement back before the close; the asker's answers are open again, and it is told.

    What the asker had submitted stands until it submits again. Raises as ``decline``.
    """
    outcome = (WITHDRAWN, require_reason(reason))
    return _decide(session, actor, response_id, reference_ids, outcome, address=address, now=now)


def meet(session: Session, response: Response, *, address: str = "", now: datetime) -> None:
    """Pass on what was asked of a company by name before it began to answer; two statements."""
    name = session.scalar(select(Organisation.name).filter_by(id=response.organisation_id)) or ""
    query = (
        select(AnswerReference)
        .join(Response, Response.id == AnswerReference.response_id)
        .where(
            Response.dialogue_id == response.dialogue_id,
            AnswerReference.brand_response_id.is_(None),
            AnswerReference.state == ASKED,
            _is_named(AnswerReference.brand_name, normal_name(name)),
        )
        .order_by(AnswerReference.response_id, AnswerReference.question_id)
    )
    by_asker: dict[UUID, list[AnswerReference]] = {}
    for reference in session.scalars(query):
        reference.brand_response_id = response.id
        by_asker.setdefault(reference.response_id, []).append(reference)
    for asker_id, found in by_asker.items():
        notices = Notices(session, address, now)
        notices.asked(response.id, load(session, asker_id), [each.question_id for each in found])


# How it is done -------------------------------------------------------------------------


def _decide(
    session: Session,
    actor: Actor,
    response_id: UUID,
    reference_ids: Collection[UUID],
    outcome: tuple[str, str],
    *,
    address: str,
    now: datetime,
) -> int:
    """Store what a brand said (state, reason) to these; how many that are."""
    brand = load(session, response_id)
    if not may_assign(actor, brand.response.dialogue_id, brand.response.organisation_id):
        raise Refused
    if not is_open(brand.dialogue, now):
        raise NotNow(message("This dialogue is closed: what was agreed stays as it is."))
    of_brand = (
        AnswerReference.brand_response_id == response_id,
        AnswerReference.id.in_(reference_ids),
        AnswerReference.state == (AGREED if outcome[0] == WITHDRAWN else ASKED),
        # A reference that somebody typed an own answer over is nobody else's to decide.
        exists().where(
            Answer.response_id == AnswerReference.response_id,
            Answer.question_id == AnswerReference.question_id,
            Answer.state == BY_REFERENCE,
        ),
    )
    askers = select(AnswerReference.response_id).where(*of_brand).distinct()
    done = 0
    for asker_id in session.scalars(askers.order_by(AnswerReference.response_id)).all():
        # Its lock first, as whoever takes a reference back does: else both would wait for ever.
        asker = load(session, asker_id, lock=True)
        query = select(AnswerReference).where(*of_brand, AnswerReference.response_id == asker_id)
        found = session.scalars(query.order_by(AnswerReference.question_id)).all()
        if found:
            _tell(session, actor, (brand, asker), found, outcome, address=address, now=now)
        done += len(found)
    if not done:
        raise Refused
    return done


def _tell(
    session: Session,
    actor: Actor,
    pair: tuple[Loaded, Loaded],
    found: Sequence[AnswerReference],
    outcome: tuple[str, str],
    *,
    address: str,
    now: datetime,
) -> None:
    """Let the outcome take effect at whoever asked; ``pair`` is the brand and the asker."""
    (brand, asker), (state, reason) = pair, outcome
    ids = [each.question_id for each in found]
    details: dict[str, object] = {"questions": ids, "reason": reason}
    for each in found:
        each.state, each.reason = state, reason
        each.answered_by, each.answered_at = actor.person_id, now
    session.flush()
    if state == AGREED:
        _count(session, asker)
    else:
        emptied = _empty(session, asker, ids, Hand(None, now, REFERENCE))
        if asker.response.state == "submitted" and _is_shown(session, asker, emptied):
            # What was signed stands until it is signed again, as after any reopening.
            asker.response.state = "in_progress"
            details |= {"from": "submitted", "to": "in_progress"}
    record(session, _act(actor, brand, asker.response, f"reference_{state}", details), now=now)
    Notices(session, address, now).answered(brand.supplier, asker, ids, outcome)


def _empty(
    session: Session, loaded: Loaded, question_ids: Collection[str], hand: Hand
) -> list[str]:
    """Leave the answers that are still by reference empty; their ids."""
    before = given_answers(session, loaded.response.id)
    ids = [key for key in question_ids if key in before and before[key].is_by_reference]
    known = {question.id: question for question in loaded.questionnaire.questions()}
    blank = {key: unanswered(known[key]) for key in ids if key in known}
    if blank:
        write_answers(session, loaded, before, blank, hand)
    return list(blank)


def _is_shown(session: Session, loaded: Loaded, question_ids: Collection[str]) -> bool:
    """Whether one of these is asked, so that it was signed: what is hidden was not."""
    way = route(loaded.questionnaire, values_of(given_answers(session, loaded.response.id)))
    return any(question.id in question_ids for question in asked(way))


def _count(session: Session, loaded: Loaded) -> None:
    """Count anew: what is agreed is answered."""
    count = progress(loaded.questionnaire, given_answers(session, loaded.response.id))
    loaded.response.answered, loaded.response.shown = count.answered, count.shown


def _store(
    session: Session,
    response_id: UUID,
    question_ids: Sequence[str],
    brand: tuple[str, UUID | None],
    hand: Hand,
) -> None:
    """Two statements; what came of an earlier reference of these questions goes."""
    session.execute(
        delete(AnswerReference).where(
            AnswerReference.response_id == response_id,
            AnswerReference.question_id.in_(question_ids),
        )
    )
    rows = [
        {
            "id": new_id(),
            "response_id": response_id,
            "question_id": question_id,
            "brand_name": brand[0],
            "brand_response_id": brand[1],
            "state": ASKED,
            "asked_by": hand.person_id,
            "asked_at": hand.now,
        }
        for question_id in question_ids
    ]
    session.connection().execute(insert(AnswerReference), rows)


def _referring(
    questionnaire: Questionnaire,
    wanted: Sequence[Question],
    before: Mapping[str, GivenAnswer],
    brand: str,
) -> dict[str, GivenAnswer]:
    """Those of the wanted answers that are open, by reference; Invalid if none is."""
    changes = {
        question.id: _by_reference(before.get(question.id) or unanswered(question), brand)
        for question in wanted
        if may_refer(questionnaire, question, before.get(question.id))
    }
    if not changes:
        problem = message("Choose at least one question that has no answer yet.")
        raise Invalid(problem, {"questions": problem})
    return changes


def _by_reference(answer: GivenAnswer, brand: str) -> GivenAnswer:
    return GivenAnswer(
        state=BY_REFERENCE,
        comment=answer.comment,
        confidentiality=answer.confidentiality,
        narrowing_reason=answer.narrowing_reason,
        narrowing_until=answer.narrowing_until,
        language=answer.language,
        version=answer.version,
        reference=Reference(brand),
    )


def _brand_response(session: Session, dialogue_id: UUID, name: str) -> UUID | None:
    """The response in this dialogue of a company of this name."""
    query = (
        select(Response.id)
        .join(Organisation, Organisation.id == Response.organisation_id)
        .where(Response.dialogue_id == dialogue_id, func.lower(Organisation.name) == name.lower())
    )
    return session.scalars(query.order_by(Response.created_at).limit(1)).one_or_none()


def _is_named(column: InstrumentedAttribute[str], name: str) -> ColumnElement[bool]:
    """Upper and lower case make no difference, as far as the database knows the letters."""
    return or_(column == name, func.lower(column) == name.lower())


def _require_changeable(loaded: Loaded, question_ids: Collection[str], now: datetime) -> None:
    """Raise NotNow unless these may be changed, and in a clarification: what was signed stands."""
    require_changeable(loaded, now, question_ids)
    if loaded.round is not None:
        raise NotNow(
            message(
                "While buyers ask about your answers, you cannot change who answers for you: type "
                "your own answer instead."
            )
        )


def _act(
    actor: Actor, brand: Loaded, asker: Response, act: str, details: Mapping[str, object]
) -> Act:
    """An act of the brand's people on the response of whoever named it."""
    return Act(
        person_id=actor.person_id,
        organisation_id=brand.response.organisation_id,
        dialogue_id=asker.dialogue_id,
        subject=("response", asker.id),
        act=act,
        details=dict(details),
    )
