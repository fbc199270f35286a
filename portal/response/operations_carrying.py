"""A new version of the questionnaire is published: answers come along, and people are told."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core.audit import Act, record
from portal.core.errors import Invalid, Message, NotNow, Refused, message, plural
from portal.core.mail import write
from portal.dialogue.deadlines import closing_time
from portal.dialogue.models import Dialogue
from portal.dialogue.queries import RoleHolder, role_holders
from portal.dialogue.rules import is_closed
from portal.identity.actor import Actor
from portal.identity.roles import SUPPLIER_ROLES
from portal.questionnaire.definition import File, Section
from portal.questionnaire.migration import Kind
from portal.questionnaire.models import Version
from portal.questionnaire.operations_versions import publish_follow_up
from portal.questionnaire.policy import may_publish
from portal.questionnaire.queries_versions import Step, steps
from portal.response.answers import GivenAnswer
from portal.response.carrying_over import CarriedResponse, carry_over
from portal.response.fields import clean
from portal.response.history import Hand, begin, write_answers
from portal.response.loading import (
    CHANGEABLE,
    Loaded,
    act_on,
    given_answers,
    load,
    require_changeable,
    require_writable,
)
from portal.response.models import Response
from portal.response.operations_suggesting import bring_evidence
from portal.response.policy import may_narrow
from portal.response.queries_suggested import Pieces, coming_along
from portal.response.rules import class_problem
from portal.response.standing import count_standing

ANSWERING_TIME = timedelta(days=7)
"""What everybody has at least, from the publication of a new version on."""
SIGNED = frozenset({"submitted", "clarification", "accepted", "stale"})


@dataclass(frozen=True, slots=True, kw_only=True)
class NewVersion:
    """What a publication did; ``standing`` submissions to earlier versions go on counting."""

    version: Version
    step: Step
    carried: tuple[CarriedResponse, ...]
    standing: int


def publish_new_version(
    session: Session,
    actor: Actor,
    dialogue_id: UUID,
    *,
    closes_at: datetime,
    reason: str,
    address: str = "",
    now: datetime,
) -> NewVersion:
    """Publish the approved follow-up draft, move the closing time, and carry open responses over.

    Signed responses stay as they are, and go on counting in the questions that were kept.
    Everybody who holds a role is told in the same transaction; ``address`` is the URL that the id
    of a supplier's response is appended to. Nothing is carried twice: a second call finds no
    draft. Raises Refused unless the actor may publish; NotNow if the dialogue is closed or there
    is no approved draft; Invalid for a closing time that is not later than the present one and at
    least seven days away, without a reason, or if the map has a fault.
    """
    if not may_publish(actor, dialogue_id):
        raise Refused
    # Before the dialogue, as whoever submits does: the other way round, both would wait for ever.
    _locked_responses(session, dialogue_id)
    dialogue = session.get(Dialogue, dialogue_id, with_for_update=True, populate_existing=True)
    if dialogue is None:
        raise Refused
    text = _require_time(dialogue, closes_at, reason, now)
    version = publish_follow_up(session, actor, dialogue_id, now=now)
    _extend(session, actor, dialogue, closes_at, text, now=now)
    responses = _locked_responses(session, dialogue_id)
    open_ones = [response for response in responses if response.state in CHANGEABLE]
    passed = steps(session, dialogue_id)
    carried = [
        done for step in passed for done in carry_over(session, actor, open_ones, step, now=now)
    ]
    standing = count_standing(session, dialogue_id, version.id)
    letter = _Letter(session, dialogue, passed[-1], text, address, now)
    letter.send(responses, {done.organisation_id: done for done in carried})
    return NewVersion(version=version, step=passed[-1], carried=tuple(carried), standing=standing)


def confirm_suggested(
    session: Session,
    actor: Actor,
    response_id: UUID,
    section_id: str,
    question_ids: Collection[str] | None = None,
    *,
    now: datetime,
) -> tuple[str, ...]:
    """Agree with the suggested answers of a section; the ids of those confirmed.

    All that are suggested, or those of ``question_ids`` only. What backed an answer where it was
    taken from and still holds comes along. Raises Refused (not this actor's section), NotNow
    (closed, submitted), Invalid where it must be said first why fewer people than foreseen may
    read an answer, or where a suggested file is gone; then nothing is confirmed.
    """
    loaded = load(session, response_id, lock=True)
    section = loaded.section(section_id)
    require_writable(session, actor, loaded.response, section_id, question_ids)
    require_changeable(loaded, now, question_ids)
    before = given_answers(session, response_id)
    suggested = _suggested(section, question_ids, before)
    if not suggested:
        return ()
    pieces = coming_along(session, loaded, suggested.keys(), now=now)
    _require_confirmable(loaded, actor, suggested, pieces)
    confirmed = {question_id: answer.confirmed for question_id, answer in suggested.items()}
    write_answers(session, loaded, before, confirmed, Hand(actor.person_id, now))
    details: dict[str, object] = {"section": section_id, "questions": list(confirmed)}
    details |= begin(loaded.response, now)
    record(session, act_on(loaded.response, actor, "confirmed", details), now=now)
    bring_evidence(session, actor, loaded, pieces, now=now)
    return tuple(confirmed)


# How it is done -------------------------------------------------------------------------


def _locked_responses(session: Session, dialogue_id: UUID) -> Sequence[Response]:
    """Every response of the dialogue as it is now; nobody saves or signs until we are done."""
    query = select(Response).where(Response.dialogue_id == dialogue_id).order_by(Response.id)
    fresh = {"populate_existing": True}
    return session.scalars(query.with_for_update(), execution_options=fresh).all()


def _require_time(dialogue: Dialogue, closes_at: datetime, reason: str, now: datetime) -> str:
    """The reason, if time and reason will do."""
    if is_closed(dialogue, now):
        raise NotNow(message("This dialogue is closed: its questionnaire stays as it is."))
    if closes_at <= dialogue.closes_at or closes_at < now + ANSWERING_TIME:
        sentence = message(
            "Choose a closing time later than {present} and at least {days} days from now, so "
            "that everybody can answer what is new.",
            present=dialogue.closes_at,
            days=ANSWERING_TIME.days,
        )
        raise Invalid(sentence, {"closes_at": sentence})
    text = clean(reason)
    if not text:
        sentence = message("Give the reason: everyone will read it.")
        raise Invalid(sentence, {"reason": sentence})
    return text


def _extend(
    session: Session,
    actor: Actor,
    dialogue: Dialogue,
    closes_at: datetime,
    reason: str,
    *,
    now: datetime,
) -> None:
    before, dialogue.closes_at = dialogue.closes_at, closes_at
    act = Act(
        person_id=actor.person_id,
        dialogue_id=dialogue.id,
        subject=("dialogue", dialogue.id),
        act="extended",
        details={"from": before.isoformat(), "to": closes_at.isoformat(), "reason": reason},
    )
    record(session, act, now=now)


def _suggested(
    section: Section, wanted: Collection[str] | None, answers: Mapping[str, GivenAnswer]
) -> dict[str, GivenAnswer]:
    """The suggestions of a section among those wanted, in page order; Refused for others' ids."""
    known = [question.id for question in section.questions]
    if wanted is not None and not set(wanted) <= set(known):
        raise Refused
    return {
        question_id: answers[question_id]
        for question_id in known
        if question_id in answers
        and answers[question_id].is_suggested
        and (wanted is None or question_id in wanted)
    }


def _require_confirmable(
    loaded: Loaded,
    actor: Actor,
    suggested: Mapping[str, GivenAnswer],
    pieces: Mapping[str, Pieces],
) -> None:
    """Raise Invalid for answers that fewer people may read than foreseen, without a reason.

    And for files that are not there any more.
    """
    narrows = may_narrow(actor, loaded.response.dialogue_id, loaded.response.organisation_id)
    ask = message("Ask your admin or signatory to change who reads this answer")
    problems = {}
    for question_id, answer in suggested.items():
        _, question = loaded.section_of(question_id)
        problem = class_problem(question, answer)
        if problem is not None:
            problems[f"{question_id}!class"] = problem if narrows else ask
        found = pieces.get(question_id, Pieces()).usable
        if isinstance(question, File) and not answer.evidence and not found:
            problems[question_id] = message("The file is not there any more: add it anew")
    if problems:
        raise Invalid(message("Some answers cannot be stored as they are."), problems)


@dataclass(frozen=True, slots=True)
class _Letter:
    """Tells everybody what changed, and each supplier what that means for its answers."""

    session: Session
    dialogue: Dialogue
    step: Step
    reason: str
    address: str
    now: datetime

    def send(self, responses: Iterable[Response], carried: Mapping[UUID, CarriedResponse]) -> None:
        """One mail for each person, or for each supplier that a person answers for."""
        by_supplier = {response.organisation_id: response for response in responses}
        told = {
            (holder.email, _supplier(holder)): holder
            for holder in role_holders(self.session, self.dialogue.id)
        }
        subject = message(
            "{dialogue}: a new version of the questionnaire", dialogue=self.dialogue.title
        )
        calendar = (closing_time(self.session, self.dialogue),)
        for (_, supplier_id), holder in told.items():
            own = by_supplier.get(supplier_id) if supplier_id is not None else None
            added = self._own(own, carried.get(own.organisation_id)) if own is not None else ()
            paragraphs = (*self._everybodys(), *added)
            write(
                self.session,
                holder.mailbox,
                subject,
                *paragraphs,
                calendar=calendar,
                now=self.now,
            )

    def _everybodys(self) -> tuple[Message, ...]:
        found = self.step.map
        return (
            message(
                "Version {number} of the questionnaire has been published. It follows version "
                "{previous}.",
                number=self.step.new.number,
                previous=self.step.old.number,
            ),
            message(
                "Questions unchanged: {kept}. Reworded: {reworded}. Split: {split}. "
                "Merged: {merged}. New: {new}. No longer asked: {dropped}.",
                dropped=len(found.dropped),
                **{kind.value: found.count(kind) for kind in Kind},
            ),
            message("Reason: {reason}", reason=self.reason),
            message("The questionnaire now closes on {when}.", when=self.dialogue.closes_at),
        )

    def _own(self, response: Response, done: CarriedResponse | None) -> Iterable[Message | str]:
        if done is not None:
            yield from _open_words(done)
        elif response.state in SIGNED:
            yield message(
                "Your signed answers stay as they are. Those to unchanged questions count for the "
                "new version, too. To answer the other questions, withdraw your response on the "
                "portal; your answers are carried over, and you can sign them again until the "
                "closing time."
            )
        else:
            return
        if self.address:
            yield f"{self.address}{response.id}"


def _open_words(done: CarriedResponse) -> Iterable[Message]:
    if done.to_look_at:
        yield plural(
            "Your answers have been carried over. One of them needs a look, since its question "
            "has changed; the others stay as they are.",
            "Your answers have been carried over. {count} of them need a look, since their "
            "questions have changed; the others stay as they are.",
            done.to_look_at,
        )
    else:
        yield message("Your answers have been carried over. They stay as they are.")
    if done.lost_sections:
        yield message(
            "Sections that had been shared out and are no longer there: {sections}.",
            sections=", ".join(done.lost_sections),
        )


def _supplier(holder: RoleHolder) -> UUID | None:
    return holder.organisation_id if holder.role in SUPPLIER_ROLES else None
