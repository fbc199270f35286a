"""Submission: sign a response, withdraw it, open it again."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.core.audit import record
from portal.core.errors import Invalid, NotNow, Refused, message, plural
from portal.dialogue.rules import is_open
from portal.identity.actor import Actor
from portal.questionnaire.conditions import route
from portal.questionnaire.definition import Question
from portal.response.answers import GivenAnswer, values_of
from portal.response.carrying_over import bring_forward
from portal.response.counting import store_counts
from portal.response.fields import clean
from portal.response.letters_after import deciding_for, notify_reopened, post_of
from portal.response.loading import Loaded, act_on, given_answers, load, require_changeable
from portal.response.models import Submission
from portal.response.packing import layout_of
from portal.response.policy import may_reopen, may_sign
from portal.response.proofs import proofs_of
from portal.response.receipts import mail_receipt
from portal.response.rules import missing_answers
from portal.response.snapshot import Proof, Signing, freeze

SIGNATORY_LENGTH = 200


class Incomplete(Invalid):
    """Some required answers are missing; ``questions`` names them in page order."""

    def __init__(self, questions: Sequence[Question]) -> None:
        """Keep the questions."""
        self.questions = list(questions)
        super().__init__(
            plural(
                "{count} question still needs an answer or evidence before you can submit.",
                "{count} questions still need an answer or evidence before you can submit.",
                len(self.questions),
            )
        )


def submit(
    session: Session,
    actor: Actor,
    response_id: UUID,
    *,
    signatory: str,
    declared: bool,
    address: str = "",
    now: datetime,
) -> Submission:
    """Freeze a response under the signatory's name; from here on it counts in the next release.

    ``address`` is the URL that the response's id is appended to, for the receipt by mail. Sent
    again for a response that is submitted already, it returns that submission.
    Raises Refused if the actor may not sign, NotNow after closing, Incomplete with the missing
    questions, Invalid without a name or without the declaration.
    """
    loaded = load(session, response_id, lock=True)
    response = loaded.response
    if not may_sign(actor, response.dialogue_id, response.organisation_id):
        raise Refused
    if response.state == "submitted":
        return _latest(session, response_id)
    require_changeable(loaded, now)
    name = require_signed(signatory, declared=declared)
    answers = given_answers(session, response_id)
    missing = missing_answers(loaded.questionnaire, answers)
    if missing:
        raise Incomplete(missing)
    submission = store_submission(session, loaded, answers, name, now)
    submission.signed_by = actor.person_id
    details = {"from": response.state, "to": "submitted", "sha256": submission.sha256}
    response.state, response.submitted_at, response.accepted_at = "submitted", now, None
    record(session, act_on(response, actor, "submitted", details), now=now)
    mail_receipt(session, loaded, submission, actor, address=address, now=now)
    return submission


def withdraw(
    session: Session, actor: Actor, response_id: UUID, *, reason: str, now: datetime
) -> None:
    """Take a submitted response back before the dialogue closes; it no longer counts.

    Its answers stay and can be changed and submitted again while the dialogue is open; if there
    is a new version by now, they are carried over to it.
    Raises Refused if the actor may not sign, NotNow if it is not submitted or too late.
    """
    loaded = load(session, response_id, lock=True)
    response = loaded.response
    if not may_sign(actor, response.dialogue_id, response.organisation_id):
        raise Refused
    _require_submitted(loaded, now)
    for submission in _standing(session, response_id):
        submission.withdrawn_at = now
    response.state, response.submitted_at = "withdrawn", None
    details = {"from": "submitted", "to": "withdrawn", "reason": clean(reason)}
    record(session, act_on(response, actor, "withdrawn", details), now=now)
    bring_forward(session, actor, loaded, now=now)


def reopen(
    session: Session,
    actor: Actor,
    response_id: UUID,
    *,
    reason: str,
    address: str = "",
    now: datetime,
) -> None:
    """Let a supplier change a submitted response; what it submitted stands until it does again.

    If there is a new version by now, its answers are carried over to that. The company is told;
    ``address`` is the portal's own, for the link.
    Raises Refused unless the actor is secretariat or lead buyer, NotNow if it is not submitted
    or the dialogue is closed, Invalid without a reason, which all buyers can see.
    """
    loaded = load(session, response_id, lock=True)
    response = loaded.response
    if not may_reopen(actor, response.dialogue_id):
        raise Refused
    _require_submitted(loaded, now)
    text = clean(reason)
    if not text:
        problem = message("Say why the response is opened again; all buyers can read it")
        raise Invalid(problem, {"reason": problem})
    response.state = "in_progress"
    details = {"from": "submitted", "to": "in_progress", "reason": text}
    record(session, act_on(response, actor, "reopened", details), now=now)
    post = post_of(session, loaded, address=address, now=now)
    notify_reopened(post, deciding_for(session, actor, response), text)
    bring_forward(session, actor, loaded, now=now)


def require_signed(signatory: str, *, declared: bool) -> str:
    """The cleaned name under a declaration; Invalid, by field, unless both are there."""
    name = clean(signatory)
    problems = {}
    if not name or len(name) > SIGNATORY_LENGTH:
        problems["signatory"] = message("Enter the name of the person who signs")
    if not declared:
        problems["declared"] = message("Confirm that the answers are complete and right")
    if problems:
        raise Invalid(message("The answers are not signed yet."), problems)
    return name


def _require_submitted(loaded: Loaded, now: datetime) -> None:
    if loaded.response.state != "submitted":
        raise NotNow(message("These answers are not submitted."))
    if not is_open(loaded.dialogue, now):
        raise NotNow(message("This dialogue is closed: submitted answers stay as they are."))


def store_submission(
    session: Session,
    loaded: Loaded,
    answers: dict[str, GivenAnswer],
    signatory: str,
    at: datetime,
    *,
    proofs: Mapping[str, Sequence[Proof]] | None = None,
) -> Submission:
    """Store the snapshot of these answers, submitted at that instant, and its countable cells.

    ``proofs`` is what backs them, by question; what is tied to them now unless it is given.
    """
    response = loaded.response
    signing = _signing(session, loaded, signatory, at)
    way = route(loaded.questionnaire, values_of(answers))
    backed = proofs_of(session, response.id) if proofs is None else proofs
    frozen = freeze(signing, way, answers, backed)
    submission = Submission(
        response_id=response.id,
        dialogue_id=response.dialogue_id,
        version_id=response.version_id,
        organisation_id=response.organisation_id,
        number=signing.number,
        snapshot=frozen.text,
        sha256=frozen.sha256,
        signatory=signatory,
        submitted_at=at,
    )
    session.add(submission)
    session.flush()
    layout = layout_of(loaded.questionnaire)
    store_counts(session, submission.version_id, layout, [(submission.id, frozen.counts)])
    return submission


def _signing(session: Session, loaded: Loaded, signatory: str, at: datetime) -> Signing:
    response = loaded.response
    return Signing(
        dialogue=loaded.dialogue.short_name,
        questionnaire=loaded.questionnaire,
        definition_hash=loaded.definition_hash,
        supplier=loaded.supplier,
        number=_next_number(session, response.id),
        submitted_at=at,
        signatory=signatory,
        declared_segments=response.declared_segments or (),
    )


def _next_number(session: Session, response_id: UUID) -> int:
    query = select(func.max(Submission.number)).where(Submission.response_id == response_id)
    return (session.scalar(query) or 0) + 1


def _standing(session: Session, response_id: UUID) -> list[Submission]:
    """The submissions that were not withdrawn, newest first."""
    query = (
        select(Submission)
        .where(Submission.response_id == response_id, Submission.withdrawn_at.is_(None))
        .order_by(Submission.number.desc())
    )
    return list(session.scalars(query))


def _latest(session: Session, response_id: UUID) -> Submission:
    return _standing(session, response_id)[0]
