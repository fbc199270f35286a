"""Quotes: a supplier lets words of a submitted answer be quoted."""

import json
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from portal.core.audit import Act, record
from portal.core.errors import Invalid, NotNow, Refused, message
from portal.identity.actor import Actor
from portal.questionnaire.definition import LongText, ShortText
from portal.response.fields import clean
from portal.response.loading import questionnaire_of
from portal.response.models import ReleasedQuote, Submission
from portal.response.policy import may_release_quote


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What may be quoted, from the answer to which question, with the supplier's name or not."""

    question_id: str
    text: str
    named: bool = False
    language: str = "en"


def release_quote(
    session: Session, actor: Actor, submission_id: UUID, words: Words, *, now: datetime
) -> ReleasedQuote:
    """Let these words be quoted; they are bound to the submission that they stand in.

    Raises Refused unless the actor signs for the supplier, NotNow if the submission was
    withdrawn, Invalid if the question is no free text or the words do not stand in the answer.
    """
    submission = session.get(Submission, submission_id, with_for_update=True)
    if submission is None:
        raise Refused
    if not may_release_quote(actor, submission.dialogue_id, submission.organisation_id):
        raise Refused
    if submission.withdrawn_at is not None:
        raise NotNow(message("These answers were withdrawn, so nothing of them can be quoted."))
    text = _verbatim(session, submission, words)
    quote = ReleasedQuote(
        submission_id=submission.id,
        dialogue_id=submission.dialogue_id,
        question_id=words.question_id,
        text=text,
        named=words.named,
        language=words.language,
        released_by=actor.person_id,
        released_at=now,
    )
    session.add(quote)
    session.flush()
    act = Act(
        person_id=actor.person_id,
        organisation_id=submission.organisation_id,
        dialogue_id=submission.dialogue_id,
        subject=("released_quote", quote.id),
        act="released",
        details={"question": words.question_id, "named": words.named},
    )
    record(session, act, now=now)
    return quote


def _verbatim(session: Session, submission: Submission, words: Words) -> str:
    """The words as they stand in the submitted answer; Invalid if they do not."""
    question = questionnaire_of(session, submission.version_id).question(words.question_id)
    if question is None:
        raise Refused
    if not isinstance(question, ShortText | LongText):
        raise Invalid(message("Only answers in free text can be quoted."))
    text = clean(words.text)
    answer = json.loads(submission.snapshot)["answers"].get(words.question_id, {})
    if not text or text not in answer.get("value", ""):
        problem = message("Quote the exact words of the submitted answer")
        raise Invalid(problem, {"text": problem})
    return text
