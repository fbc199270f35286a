"""Evidence: add files and links, tie them to questions, take them off again."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime
from hashlib import sha256
from typing import TypeAlias
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from portal.core.audit import Act, record
from portal.core.errors import Invalid, NotNow, Refused, message
from portal.identity.actor import Actor
from portal.identity.models import Organisation
from portal.questionnaire.definition import ConfidentialityClass, File, Question
from portal.response.answers import unanswered
from portal.response.fields import clean, is_web_address
from portal.response.history import Hand, begin, write_answers
from portal.response.intake import Harmful, Intake, Vetted, vet
from portal.response.loading import (
    Loaded,
    act_on,
    given_answers,
    load,
    require_changeable,
    require_writable,
)
from portal.response.models import AnswerEvidence, Evidence
from portal.response.policy import may_add_evidence
from portal.response.rules import evidence_kinds
from portal.response.uploads import kind_name
from portal.response.validity import DOCUMENT_KINDS
from portal.response.values import PROVIDED

TITLE_LENGTH = 200

Tie: TypeAlias = tuple[str, UUID]
"""A question of a response, and a piece of evidence that backs the answer to it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """What the supplier says about a piece of evidence; without a title its name stands in."""

    title: str = ""
    issued_on: date | None = None
    valid_until: date | None = None
    document_kind: str = "other"
    confidentiality: str = ConfidentialityClass.BUYERS


def add_file(
    session: Session,
    actor: Actor,
    organisation_id: UUID,
    file: tuple[str, bytes] | Vetted,
    described: Described,
    *,
    intake: Intake,
    now: datetime,
) -> Evidence:
    """Keep an uploaded file, (name, content), for the supplier to tie to any of its questions.

    The same content again is the same piece of evidence: what is there is returned as it is, and
    its ``uploaded_at`` tells that it is not new. Raises Refused unless the actor answers for the
    supplier, and as ``vet`` does.
    """
    _require_team(actor, organisation_id)
    vetted = file if isinstance(file, Vetted) else vet(file, intake)
    digest = sha256(vetted.content).hexdigest()
    known = _known(session, organisation_id, digest)
    if known is not None and known.removed_at is None:
        return known
    evidence = known or Evidence(organisation_id=organisation_id, kind="file", sha256=digest)
    evidence.file_name, evidence.media_type = vetted.name, vetted.media_type
    evidence.size, evidence.removed_at = len(vetted.content), None
    intake.store.put(vetted.content)
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


def note_harmful(
    session: Session, actor: Actor, organisation_id: UUID, found: Harmful, *, now: datetime
) -> None:
    """Write down that a file was refused for what the scan found; of the file nothing is kept."""
    _require_team(actor, organisation_id)
    act = Act(
        person_id=actor.person_id,
        organisation_id=organisation_id,
        subject=("organisation", organisation_id),
        act="harmful_file_refused",
        details={"found": found.found[:TITLE_LENGTH]},
    )
    record(session, act, now=now)


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
    Invalid if the question takes no evidence of this kind, or if there is a newer one.
    """
    tie_many(session, actor, response_id, [(question_id, evidence_id)], now=now)


def tie_many(
    session: Session, actor: Actor, response_id: UUID, ties: Collection[Tie], *, now: datetime
) -> int:
    """Let pieces of evidence back answers of one response, all or none; how many ties are new.

    Raises as ``tie``.
    """
    loaded = load(session, response_id, lock=True)
    questions = {key: loaded.section_of(key) for key, _ in ties}
    for section, question in questions.values():
        require_writable(session, actor, loaded.response, section.id, [question.id])
    require_changeable(loaded, now, questions.keys())
    pieces = {
        piece.id: piece
        for piece in session.scalars(
            select(Evidence).where(Evidence.id.in_({evidence_id for _, evidence_id in ties}))
        )
    }
    new = []
    for question_id, evidence_id in ties:
        _require_usable(pieces.get(evidence_id), loaded.response.organisation_id)
        require_kind(questions[question_id][1], pieces[evidence_id])
        if evidence_id not in _tied(session, response_id, question_id):
            session.add(
                AnswerEvidence(
                    response_id=response_id, question_id=question_id, evidence_id=evidence_id
                )
            )
            session.flush()
            new.append((question_id, evidence_id))
    for key in dict.fromkeys(question_id for question_id, _ in new):
        answer_by_evidence(session, loaded, questions[key][1], Hand(actor.person_id, now))
    log_ties(session, actor, loaded, new, "evidence_tied", now=now)
    return len(new)


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
    answer_by_evidence(session, loaded, question, Hand(actor.person_id, now))
    log_ties(session, actor, loaded, [(question_id, evidence_id)], "evidence_untied", now=now)


def log_ties(
    session: Session,
    actor: Actor,
    loaded: Loaded,
    ties: Collection[Tie],
    act: str,
    *,
    now: datetime,
) -> None:
    """Record what was done with these ties of a response, and that its evidence changed."""
    if not ties:
        return
    change = begin(loaded.response, now) if act == "evidence_tied" else {}
    for question_id, evidence_id in ties:
        details = {"question": question_id, "evidence": str(evidence_id)} | change
        record(session, act_on(loaded.response, actor, act, details), now=now)
        change = {}


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
    record(session, evidence_act(actor, evidence, "removed"), now=now)


def _require_team(actor: Actor, organisation_id: UUID) -> None:
    if not may_add_evidence(actor, organisation_id):
        raise Refused


def _require_usable(evidence: Evidence | None, organisation_id: UUID) -> None:
    """Refuse what is not the supplier's or was taken out of its library."""
    if evidence is None or evidence.removed_at is not None:
        raise Refused
    if evidence.organisation_id != organisation_id:
        raise Refused
    if evidence.replaced_by_id is not None:
        raise Invalid(
            message("“{title}” was replaced. Use the newer one instead.", title=evidence.title)
        )


def _known(session: Session, organisation_id: UUID, digest: str) -> Evidence | None:
    """The supplier's piece with this content; waits for others who add one at this moment."""
    session.execute(
        select(Organisation.id).where(Organisation.id == organisation_id).with_for_update()
    )
    query = select(Evidence).where(
        Evidence.organisation_id == organisation_id, Evidence.sha256 == digest
    )
    return session.scalars(query.order_by(Evidence.removed_at.desc()).limit(1)).first()


def _keep(
    session: Session, actor: Actor, evidence: Evidence, described: Described, now: datetime
) -> Evidence:
    describe_evidence(evidence, described)
    evidence.uploaded_by, evidence.uploaded_at = actor.person_id, now
    session.add(evidence)
    session.flush()
    record(session, evidence_act(actor, evidence, "added"), now=now)
    return evidence


def describe_evidence(evidence: Evidence, described: Described) -> None:
    """Write on it what is said of it; Invalid if that cannot be."""
    issued, until = described.issued_on, described.valid_until
    if issued is not None and until is not None and until < issued:
        problem = message("The end of validity lies before the day of issue")
        raise Invalid(problem, {"valid_until": problem})
    if described.document_kind not in DOCUMENT_KINDS:
        raise Invalid(message("Choose what kind of document it is."))
    title = clean(described.title) or evidence.file_name or evidence.url
    evidence.title = title[:TITLE_LENGTH]
    evidence.issued_on, evidence.valid_until = issued, until
    evidence.document_kind = described.document_kind
    evidence.confidentiality = ConfidentialityClass(described.confidentiality)


def _open_question(
    session: Session, actor: Actor, response_id: UUID, question_id: str, now: datetime
) -> tuple[Loaded, Question]:
    """The question, after making sure that the actor may change its answer now."""
    loaded = load(session, response_id, lock=True)
    section, question = loaded.section_of(question_id)
    require_writable(session, actor, loaded.response, section.id, [question.id])
    require_changeable(loaded, now, [question.id])
    return loaded, question


def require_kind(question: Question, evidence: Evidence) -> None:
    """Raise Invalid unless an answer to the question can be backed by evidence of this kind."""
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


def answer_by_evidence(session: Session, loaded: Loaded, question: Question, hand: Hand) -> None:
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


def evidence_act(actor: Actor, evidence: Evidence, act: str, **details: object) -> Act:
    """An act on a piece of evidence, for the audit log."""
    marks = {"title": evidence.title, "sha256": evidence.sha256, "url": evidence.url}
    return Act(
        person_id=actor.person_id,
        organisation_id=evidence.organisation_id,
        subject=("evidence", evidence.id),
        act=act,
        details=marks | details,
    )
