"""Reads of clarifications: what may be asked about, what was asked, what came of it."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from portal.core.errors import Refused
from portal.dialogue.models import Dialogue
from portal.identity.actor import Actor
from portal.identity.models import Organisation
from portal.questionnaire.conditions import route
from portal.questionnaire.definition import Question, Questionnaire, Section
from portal.questionnaire.queries import published_version
from portal.questionnaire.queries_versions import kept_since
from portal.response.answers import values_of
from portal.response.clarifying import ANSWERED, OPEN, OpenRound, changed_answers
from portal.response.loading import Loaded, given_answers, load_own, questionnaire_of, shares_of
from portal.response.models import Response, Submission
from portal.response.models_after import Clarification, ClarificationItem
from portal.response.policy import may_sign, may_write
from portal.response.proofs import proofs_of
from portal.response.queries_submitted import Attributed, require_opened, side_by_side
from portal.response.sight import sight_of
from portal.response.snapshot import Proof, submitted_answers


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One question of a round: what is asked, the signed answer, the answer now, the reply.

    ``before`` and ``after`` are as in a snapshot, None if there is none. ``after`` is what is
    stored now while the round is open, and what was signed once it is answered.
    """

    section: Section
    question: Question
    text: str
    reply: str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None
    may_write: bool = False

    @property
    def is_changed(self) -> bool:
        """Whether the answer is another now."""
        return self.before != self.after


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """A round of a response; ``led_to`` are further questions that the changed answers open."""

    number: int
    state: str
    asked_by: str
    asked_at: datetime
    due_at: datetime
    ended_at: datetime | None
    questionnaire: Questionnaire
    items: tuple[Asked, ...]
    led_to: tuple[tuple[Section, Question], ...] = ()

    def is_open(self, now: datetime) -> bool:
        """Whether it can still be answered."""
        return self.state == OPEN and now < self.due_at

    def is_over(self, now: datetime) -> bool:
        """Whether its time has passed without an answer."""
        return self.state not in {OPEN, ANSWERED} or (self.state == OPEN and now >= self.due_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClarificationPage:
    """Every round of a response, the newest first, for the supplier's team."""

    response: Response
    dialogue: Dialogue
    supplier: str
    rounds: tuple[Round, ...]
    may_sign: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Clarified:
    """What buyers see of one answer that was asked about.

    ``before`` is the answer that was asked about, if it is another since the round was answered.
    """

    number: int
    state: str
    asked_by: str
    asked_at: datetime
    due_at: datetime
    text: str
    reply: str
    before: Mapping[str, Any] | None
    is_changed: bool

    def standing(self, now: datetime) -> str:
        """Whether it is open, over without an answer, or answered."""
        if self.state == ANSWERED:
            return ANSWERED
        return OPEN if self.state == OPEN and now < self.due_at else "over"


def clarification_page(session: Session, actor: Actor, response_id: UUID) -> ClarificationPage:
    """The rounds of a response with what was asked and replied; Refused outside the team."""
    loaded = load_own(session, actor, response_id)
    found = _rounds(session, [response_id])
    if not found:
        raise Refused
    response = loaded.response
    desk = _Desk(
        loaded=loaded,
        signed=_snapshots(session, response_id),
        now=answers_now(session, loaded) if loaded.round else {},
        writable=_writable(session, actor, loaded),
    )
    return ClarificationPage(
        response=response,
        dialogue=loaded.dialogue,
        supplier=loaded.supplier,
        rounds=tuple(_round(session, row, desk) for row in found),
        may_sign=may_sign(actor, response.dialogue_id, response.organisation_id),
    )


def has_rounds(session: Session, response_id: UUID) -> bool:
    """Whether buyers ever asked about answers of this response."""
    query = select(Clarification.id).where(Clarification.response_id == response_id).limit(1)
    return session.scalar(query) is not None


def readable_answers(
    session: Session, actor: Actor, response: Response, *, now: datetime
) -> frozenset[str]:
    """The questions of the current version whose answers by this supplier the actor may read."""
    found = attributed_of(session, actor, response.dialogue_id, response.organisation_id, now=now)
    return frozenset(line.question.id for line in found.lines if line.answers[0] is not None)


def attributed_of(
    session: Session, actor: Actor, dialogue_id: UUID, organisation_id: UUID, *, now: datetime
) -> Attributed:
    """What the actor may read of one supplier's answers; Refused if it has submitted none."""
    require_opened(session, actor, dialogue_id, now)
    sight = sight_of(session, actor, dialogue_id)
    found = side_by_side(session, dialogue_id, sight, [organisation_id], None)
    if not found.suppliers:
        raise Refused
    return found


def mapped_questions(
    session: Session, dialogue_id: UUID, signed_to: UUID, texts: Mapping[str, str]
) -> dict[str, str]:
    """The texts by the ids that their questions have in the version that was signed."""
    earlier = _earlier_ids(session, dialogue_id, signed_to)
    return {key if earlier is None else earlier[key]: text for key, text in texts.items()}


def clarified(
    session: Session,
    actor: Actor,
    dialogue_id: UUID,
    response_ids: Collection[UUID],
    shown: Mapping[UUID, Mapping[str, Mapping[str, Any]]],
) -> dict[tuple[UUID, str], list[Clarified]]:
    """(response, question) → what was asked about an answer, the newest round first.

    ``shown`` holds, for each response, the answers that the reader sees now, by question of the
    current version: of others nothing is told, and an earlier text only if its own class was open
    to the reader as well. A reply is told once its round is answered.
    """
    rows = _rounds(session, response_ids)
    if not rows:
        return {}
    sight = sight_of(session, actor, dialogue_id)
    signed = _signed_in(session, rows)
    found: dict[tuple[UUID, str], list[Clarified]] = {}
    for row in rows:
        version_id, before = signed[row.of.submission_id]
        after = signed[row.of.answer_submission_id or row.of.submission_id][1]
        later = _later_ids(session, dialogue_id, version_id)
        for item in row.items:
            key = item.question_id if later is None else later.get(item.question_id, "")
            if key not in shown.get(row.of.response_id, {}):
                continue
            old, new = before.get(item.question_id), after.get(item.question_id)
            is_open = old is not None and old["class"] in sight.of(row.of.response_id)
            found.setdefault((row.of.response_id, key), []).append(
                _clarified(row, item, old if is_open else None, is_changed=old != new)
            )
    return found


def changes_of(session: Session, loaded: Loaded, round_: OpenRound) -> list[str]:
    """The questions whose answers differ from what was signed, of those open in the round."""
    before = signed_answers(session, round_.submission_id)
    return changed_answers(before, answers_now(session, loaded, round_))


def answers_now(
    session: Session, loaded: Loaded, round_: OpenRound | None = None
) -> dict[str, dict[str, Any]]:
    """The answers as a submission would hold them now."""
    answers = given_answers(session, loaded.response.id)
    way = route(loaded.questionnaire, values_of(answers))
    round_ = round_ or loaded.round
    proofs = proofs_to_sign(session, loaded, round_) if round_ else {}
    stored: dict[str, dict[str, Any]] = json.loads(
        json.dumps(submitted_answers(way, answers, proofs))
    )
    return stored


def proofs_to_sign(session: Session, loaded: Loaded, round_: OpenRound) -> dict[str, list[Proof]]:
    """What backs each answer: what is tied now where the round is open, else what was signed."""
    signed = signed_answers(session, round_.submission_id)
    proofs = {
        question_id: [Proof.from_json(piece) for piece in answer["evidence"]]
        for question_id, answer in signed.items()
        if question_id not in round_.open and "evidence" in answer
    }
    now = proofs_of(session, loaded.response.id)
    return proofs | {key: pieces for key, pieces in now.items() if key in round_.open}


def signed_answers(session: Session, submission_id: UUID) -> dict[str, dict[str, Any]]:
    """Question id → answer, of one submission."""
    snapshot = session.scalars(
        select(Submission.snapshot).where(Submission.id == submission_id)
    ).one()
    found: dict[str, dict[str, Any]] = json.loads(snapshot)["answers"]
    return found


# How it is put together -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Row:
    """A round as it is stored, with who asked."""

    of: Clarification
    buyer: str
    items: tuple[ClarificationItem, ...]


def _rounds(session: Session, response_ids: Collection[UUID]) -> list[_Row]:
    """The rounds of these responses, the newest first; two queries."""
    asker = aliased(Organisation)
    query = (
        select(Clarification, asker.name)
        .outerjoin(asker, asker.id == Clarification.organisation_id)
        .where(Clarification.response_id.in_(response_ids))
        .order_by(Clarification.response_id, Clarification.number.desc())
    )
    rounds = session.execute(query).all()
    if not rounds:
        return []
    asked = select(ClarificationItem).where(
        ClarificationItem.clarification_id.in_([row.id for row, _ in rounds])
    )
    items: dict[UUID, list[ClarificationItem]] = {}
    for item in session.scalars(asked.order_by(ClarificationItem.question_id)):
        items.setdefault(item.clarification_id, []).append(item)
    return [_Row(row, buyer or "", tuple(items.get(row.id, ()))) for row, buyer in rounds]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Desk:
    """What the rounds of a response are read with."""

    loaded: Loaded
    signed: Mapping[UUID, Mapping[str, Any]]
    now: Mapping[str, Any]
    writable: Collection[str]

    def after(self, of: Clarification) -> Mapping[str, Any]:
        """The answers after a round, or as they are now while it is open."""
        if self.is_current(of):
            return self.now
        found: Mapping[str, Any] = self.signed[of.answer_submission_id or of.submission_id]
        answers: Mapping[str, Any] = found["answers"]
        return answers

    def is_current(self, of: Clarification) -> bool:
        """Whether it is the open round."""
        return self.loaded.round is not None and self.loaded.round.id == of.id


def _round(session: Session, row: _Row, desk: _Desk) -> Round:
    of, first = row.of, desk.signed[row.of.submission_id]
    questionnaire = questionnaire_of(session, first["version_id"])
    places = {
        question.id: (section, question)
        for section in questionnaire.sections
        for question in section.questions
    }
    after, is_current = desk.after(of), desk.is_current(of)
    led_to = desk.loaded.round.led_to if is_current and desk.loaded.round else ()
    return Round(
        number=of.number,
        state=of.state,
        asked_by=row.buyer,
        asked_at=of.asked_at,
        due_at=of.due_at,
        ended_at=of.ended_at,
        questionnaire=questionnaire,
        items=tuple(
            Asked(
                section=places[item.question_id][0],
                question=places[item.question_id][1],
                text=item.text,
                reply=item.reply,
                before=first["answers"].get(item.question_id),
                after=after.get(item.question_id),
                may_write=is_current and item.question_id in desk.writable,
            )
            for item in row.items
        ),
        led_to=tuple(places[key] for key in places if key in led_to),
    )


def _clarified(
    row: _Row, item: ClarificationItem, before: Mapping[str, Any] | None, *, is_changed: bool
) -> Clarified:
    is_answered = row.of.state == ANSWERED
    return Clarified(
        number=row.of.number,
        state=row.of.state,
        asked_by=row.buyer,
        asked_at=row.of.asked_at,
        due_at=row.of.due_at,
        text=item.text,
        reply=item.reply if is_answered else "",
        before=before if is_answered and is_changed else None,
        is_changed=is_changed,
    )


def _signed_in(
    session: Session, rows: Collection[_Row]
) -> dict[UUID, tuple[UUID, Mapping[str, Any]]]:
    """Submission → the version it answers and its answers, of all that the rounds name."""
    ids = {row.of.submission_id for row in rows}
    ids |= {row.of.answer_submission_id for row in rows if row.of.answer_submission_id}
    query = select(Submission.id, Submission.version_id, Submission.snapshot)
    return {
        submission_id: (version_id, json.loads(snapshot)["answers"])
        for submission_id, version_id, snapshot in session.execute(
            query.where(Submission.id.in_(ids))
        )
    }


def _snapshots(session: Session, response_id: UUID) -> dict[UUID, dict[str, Any]]:
    """Submission → its answers and the version it answers."""
    query = select(Submission.id, Submission.version_id, Submission.snapshot).where(
        Submission.response_id == response_id
    )
    return {
        submission_id: {"version_id": version_id, "answers": json.loads(snapshot)["answers"]}
        for submission_id, version_id, snapshot in session.execute(query)
    }


def _writable(session: Session, actor: Actor, loaded: Loaded) -> frozenset[str]:
    place = (loaded.response.dialogue_id, loaded.response.organisation_id)
    shares = shares_of(session, actor, loaded.response)
    sections = loaded.questionnaire.sections
    return frozenset().union(*(may_write(actor, *place, each, shares) for each in sections))


def _earlier_ids(session: Session, dialogue_id: UUID, signed_to: UUID) -> dict[str, str] | None:
    """Id of the current version → id of the version that was signed; None if that is the same."""
    version = published_version(session, dialogue_id)
    if version is None or version.id == signed_to:
        return None
    return kept_since(session, dialogue_id, version.id).get(signed_to, {})


def _later_ids(session: Session, dialogue_id: UUID, signed_to: UUID) -> dict[str, str] | None:
    earlier = _earlier_ids(session, dialogue_id, signed_to)
    return None if earlier is None else {old: new for new, old in earlier.items()}
