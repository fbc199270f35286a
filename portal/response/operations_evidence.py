"""Evidence: add files and links, tie them to questions, take them off again."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from portal.core.audit import Act, record
from portal.core.errors import Invalid, Message, NotNow, Refused, message
from portal.core.files import FileStore
from portal.identity.actor import Actor
from portal.questionnaire.definition import File, Question
from portal.response.answers import unanswered
from portal.response.fields import clean, is_web_address
from portal.response.history import Hand, begin, write_answers
from portal.response.loading import (
    Loaded,
    act_on,
    given_answers,
    load,
    require_changeable,
    require_writable,
)
from portal.response.models import AnswerEvidence, Evidence
from portal.response.policy import may_answer
from portal.response.rules import evidence_kinds
from portal.response.uploads import Kind, kind_name, kind_of, safe_name
from portal.response.values import PROVIDED

TITLE_LENGTH = 200
MEBIBYTE = 1024 * 1024


class Scan(Protocol):
    """Looks for harmful content, such as a virus scanner."""

    def __call__(self, content: bytes) -> str | None:
        """What was found, in one word for the log; None if nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """What the supplier says about a piece of evidence; without a title its name stands in."""

    title: str = ""
    issued_on: date | None = None
    valid_until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """Where files go and what is taken: ``limit_mb`` in MiB, ``scan`` None to take all."""

    store: FileStore
    limit_mb: int = 10
    scan: Scan | None = None


def add_file(
    session: Session,
    actor: Actor,
    organisation_id: UUID,
    file: tuple[str, bytes],
    described: Described,
    *,
    intake: Intake,
    now: datetime,
) -> Evidence:
    """Keep an uploaded file, (name, content), for the supplier to tie to any of its questions.

    Raises Refused unless the actor answers for the supplier, Invalid for files that are too
    large, of another kind than the list allows, damaged, or found harmful.
    """
    _require_team(actor, organisation_id)
    name, content = file
    if not content:
        raise _refusal(message("The file is empty. Choose another one."))
    if len(content) > intake.limit_mb * MEBIBYTE:
        raise _refusal(message("The file must be smaller than {limit} MB.", limit=intake.limit_mb))
    kind = _kind(content, name)
    if intake.scan is not None and intake.scan(content) is not None:
        raise _refusal(message("The file was refused: the scan found harmful content in it."))
    evidence = Evidence(
        organisation_id=organisation_id,
        kind="file",
        file_name=safe_name(name),
        media_type=kind.media_type,
        size=len(content),
        sha256=intake.store.put(content),
    )
    return _keep(session, actor, evidence, described, now)


def add_link(
    session: Session,
    actor: Actor,
    organisation_id: UUID,
    url: str,
    described: Described,
    *,
    now: datetime,
) -> Evidence:
    """Keep a web address as evidence; it is never fetched.

    Raises Refused unless the actor answers for the supplier, Invalid if it is no http(s) address.
    """
    _require_team(actor, organisation_id)
    address = clean(url)
    if not is_web_address(address):
        problem = message("Enter a web address that starts with https:// or http://")
        raise Invalid(problem, {"url": problem})
    evidence = Evidence(organisation_id=organisation_id, kind="url", url=address)
    return _keep(session, actor, evidence, described, now)


def tie(
    session: Session,
    actor: Actor,
    response_id: UUID,
    question_id: str,
    evidence_id: UUID,
    *,
    now: datetime,
) -> None:
    """Let a piece of evidence back the answer to a question; twice is as good as once.

    Raises Refused (not this actor's section or supplier's evidence), NotNow (closed, submitted),
    Invalid if the question takes no evidence of this kind.
    """
    loaded, question = _open_question(session, actor, response_id, question_id, now)
    evidence = session.get(Evidence, evidence_id)
    if evidence is None or evidence.removed_at is not None:
        raise Refused
    if evidence.organisation_id != loaded.response.organisation_id:
        raise Refused
    _require_kind(question, evidence)
    if evidence_id in _tied(session, response_id, question_id):
        return
    session.add(
        AnswerEvidence(response_id=response_id, question_id=question_id, evidence_id=evidence_id)
    )
    session.flush()
    _answer_by_evidence(session, loaded, question, Hand(actor.person_id, now))
    details = {"question": question_id, "evidence": str(evidence_id)}
    details |= begin(loaded.response, now)
    record(session, act_on(loaded.response, actor, "evidence_tied", details), now=now)


def untie(
    session: Session,
    actor: Actor,
    response_id: UUID,
    question_id: str,
    evidence_id: UUID,
    *,
    now: datetime,
) -> None:
    """Take a piece of evidence off a question; it stays among the supplier's evidence."""
    loaded, question = _open_question(session, actor, response_id, question_id, now)
    if evidence_id not in _tied(session, response_id, question_id):
        return
    session.execute(
        delete(AnswerEvidence).where(
            AnswerEvidence.response_id == response_id,
            AnswerEvidence.question_id == question_id,
            AnswerEvidence.evidence_id == evidence_id,
        )
    )
    _answer_by_evidence(session, loaded, question, Hand(actor.person_id, now))
    details = {"question": question_id, "evidence": str(evidence_id)}
    record(session, act_on(loaded.response, actor, "evidence_untied", details), now=now)


def remove(session: Session, actor: Actor, evidence_id: UUID, *, now: datetime) -> None:
    """Take a piece of evidence out of the supplier's list; signed submissions keep its hash.

    Raises Refused unless the actor answers for the supplier, NotNow while it backs an answer.
    """
    evidence = session.get(Evidence, evidence_id, with_for_update=True)
    if evidence is None or evidence.removed_at is not None:
        raise Refused
    _require_team(actor, evidence.organisation_id)
    uses = session.scalar(select(func.count()).where(AnswerEvidence.evidence_id == evidence_id))
    if uses:
        raise NotNow(
            message("This evidence backs {count} answers. Take it off them first.", count=uses)
        )
    evidence.removed_at = now
    record(session, _act(actor, evidence, "removed"), now=now)


def _require_team(actor: Actor, organisation_id: UUID) -> None:
    dialogues = {grant.dialogue_id for grant in actor.grants}
    if not any(may_answer(actor, dialogue_id, organisation_id) for dialogue_id in dialogues):
        raise Refused


def _refusal(problem: Message) -> Invalid:
    return Invalid(problem, {"file": problem})


def _kind(content: bytes, name: str) -> Kind:
    try:
        return kind_of(content, name)
    except Invalid as error:
        raise _refusal(error.reason) from error


def _keep(
    session: Session, actor: Actor, evidence: Evidence, described: Described, now: datetime
) -> Evidence:
    issued, until = described.issued_on, described.valid_until
    if issued is not None and until is not None and until < issued:
        problem = message("The end of validity lies before the day of issue")
        raise Invalid(problem, {"valid_until": problem})
    title = clean(described.title) or evidence.file_name or evidence.url
    evidence.title = title[:TITLE_LENGTH]
    evidence.issued_on, evidence.valid_until = issued, until
    evidence.uploaded_by, evidence.uploaded_at = actor.person_id, now
    session.add(evidence)
    session.flush()
    record(session, _act(actor, evidence, "added"), now=now)
    return evidence


def _open_question(
    session: Session, actor: Actor, response_id: UUID, question_id: str, now: datetime
) -> tuple[Loaded, Question]:
    """The question, after making sure that the actor may change its answer now."""
    loaded = load(session, response_id, lock=True)
    section, question = loaded.section_of(question_id)
    require_writable(session, actor, loaded.response, section.id)
    require_changeable(loaded, now)
    return loaded, question


def _require_kind(question: Question, evidence: Evidence) -> None:
    kinds = evidence_kinds(question)
    if not kinds:
        raise Invalid(message("This question takes no evidence."))
    if kind_name(evidence.kind, evidence.media_type) not in kinds:
        raise Invalid(message("This question takes these kinds: {kinds}.", kinds=", ".join(kinds)))


def _tied(session: Session, response_id: UUID, question_id: str) -> set[UUID]:
    query = select(AnswerEvidence.evidence_id).where(
        AnswerEvidence.response_id == response_id, AnswerEvidence.question_id == question_id
    )
    return set(session.scalars(query))


def _answer_by_evidence(session: Session, loaded: Loaded, question: Question, hand: Hand) -> None:
    """A file question is answered while evidence is tied to it."""
    if not isinstance(question, File):
        return
    before = given_answers(session, loaded.response.id)
    current = before.get(question.id) or unanswered(question)
    is_provided = bool(_tied(session, loaded.response.id, question.id))
    if is_provided == (current.value is not None):
        return
    answer = replace(
        current,
        state="done" if is_provided else "empty",
        value=PROVIDED if is_provided else None,
        reason="",
    )
    write_answers(session, loaded, before, {question.id: answer}, hand)


def _act(actor: Actor, evidence: Evidence, act: str) -> Act:
    return Act(
        person_id=actor.person_id,
        organisation_id=evidence.organisation_id,
        subject=("evidence", evidence.id),
        act=act,
        details={"title": evidence.title, "sha256": evidence.sha256, "url": evidence.url},
    )
