"""Writing and sending feedback letters; what was sent never changes."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.aggregate.feedback import FORMAT
from portal.aggregate.models import FeedbackLetter
from portal.aggregate.queries_feedback import (
    Ground,
    LetterPage,
    comparison_of,
    draft_page,
    ground_of,
    letter_on,
    require_writer,
    submission_for,
)
from portal.core.audit import record
from portal.core.canonical import content_hash
from portal.core.errors import Invalid, Message, NotNow, Refused, message
from portal.identity.actor import Actor
from portal.response.fields import clean
from portal.response.letters_after import notify_feedback, post_of
from portal.response.loading import act_on, load
from portal.response.models import Response
from portal.response.operations_reading import log_readings
from portal.response.snapshot import instant

TEXT_LENGTH = 8000


def read_letter(
    session: Session, actor: Actor, dialogue_id: UUID, organisation_id: UUID, *, now: datetime
) -> LetterPage:
    """One supplier's letter with its comparison; that the actor read its answers is written down.

    Raises Refused as ``queries_feedback.draft_page``.
    """
    found = draft_page(session, actor, dialogue_id, organisation_id)
    log_readings(session, actor, dialogue_id, [found.response_id], "letter", now=now)
    return found


def write_letters(
    session: Session,
    actor: Actor,
    dialogue_id: UUID,
    response_ids: Collection[UUID],
    *,
    understood: str,
    follows: str,
    now: datetime,
) -> int:
    """Write the same draft to several suppliers, or to one, about the newest release; how many.

    A draft that is there is replaced. Raises Refused unless the actor may write feedback and all
    are responses of the dialogue, NotNow before the first release and for a letter that was sent,
    Invalid without a text to both parts.
    """
    ground = _require_ground(session, actor, dialogue_id)
    texts = _require_texts(understood, follows)
    for response in _responses(session, dialogue_id, response_ids):
        submission = submission_for(session, response.id, ground.release.id)
        letter = letter_on(session, response.id, ground.release.id, lock=True)
        if letter is None:
            letter = FeedbackLetter(
                response_id=response.id,
                dialogue_id=dialogue_id,
                release_id=ground.release.id,
            )
            session.add(letter)
        elif letter.sent_at is not None:
            raise NotNow(message("This letter was sent: it stays as it is."))
        letter.submission_id = submission.id
        letter.understood, letter.follows = texts
        letter.comparison = comparison_of(session, ground, submission)
        letter.written_by, letter.written_at = actor.person_id, now
        details = {"to": "draft", "release": ground.release.number}
        record(session, act_on(response, actor, "feedback_written", details), now=now)
    session.flush()
    return len(set(response_ids))


def send_letters(
    session: Session,
    actor: Actor,
    dialogue_id: UUID,
    response_ids: Collection[UUID],
    *,
    address: str = "",
    now: datetime,
) -> int:
    """Send drafts: each is frozen with its hash and its company is told; how many were sent.

    Raises Refused unless the actor may write feedback and all are responses of the dialogue,
    NotNow before the first release, and where there is no draft or the letter was sent before.
    """
    ground = _require_ground(session, actor, dialogue_id)
    for response in _responses(session, dialogue_id, response_ids):
        letter = letter_on(session, response.id, ground.release.id, lock=True)
        if letter is None or letter.sent_at is not None:
            raise NotNow(message("Some of these letters are not written yet, or sent already."))
        _send(session, actor, response, letter, ground, address=address, now=now)
    session.flush()
    return len(set(response_ids))


def _send(
    session: Session,
    actor: Actor,
    response: Response,
    letter: FeedbackLetter,
    ground: Ground,
    *,
    address: str,
    now: datetime,
) -> None:
    loaded = load(session, response.id)
    letter.sent_at = now
    letter.sha256 = content_hash(
        {
            "format": FORMAT,
            "dialogue": loaded.dialogue.short_name,
            "supplier": loaded.supplier,
            "understood": letter.understood,
            "follows": letter.follows,
            "comparison": letter.comparison,
            "sent_at": instant(now),
        }
    )
    details = {
        "from": "draft",
        "to": "sent",
        "release": ground.release.number,
        "sha256": letter.sha256,
    }
    record(session, act_on(response, actor, "feedback_sent", details), now=now)
    notify_feedback(post_of(session, loaded, address=address, now=now))


def _require_ground(session: Session, actor: Actor, dialogue_id: UUID) -> Ground:
    require_writer(actor, dialogue_id)
    ground = ground_of(session, dialogue_id)
    if ground is None:
        raise NotNow(message("Letters are written after the release, which they compare with."))
    return ground


def _require_texts(understood: str, follows: str) -> tuple[str, str]:
    texts = {"understood": clean(understood), "follows": clean(follows)}
    needed: dict[str, Message] = {
        "understood": message("Write what the buyers understood of the answers"),
        "follows": message("Write what follows"),
    }
    problems = {name: needed[name] for name, text in texts.items() if not text}
    long = message("Write at most {most} letters", most=TEXT_LENGTH)
    problems |= {name: long for name, text in texts.items() if len(text) > TEXT_LENGTH}
    if problems:
        raise Invalid(message("The letter is not complete yet."), problems)
    return texts["understood"], texts["follows"]


def _responses(
    session: Session, dialogue_id: UUID, response_ids: Collection[UUID]
) -> list[Response]:
    """These responses of the dialogue, in order of their ids; Refused if one is of another."""
    if not response_ids:
        raise Invalid(message("Choose at least one supplier."))
    query = select(Response).where(
        Response.dialogue_id == dialogue_id, Response.id.in_(response_ids)
    )
    found = list(session.scalars(query.order_by(Response.id)))
    if len(found) < len(set(response_ids)):
        raise Refused
    return found
