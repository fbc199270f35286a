"""Writes of a review: remarks on a draft, replies, suggested wordings and what becomes of them."""

import unicodedata
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from portal.core.errors import Invalid, Message, NotNow, Refused, message
from portal.identity.actor import Actor
from portal.questionnaire import operations_editing
from portal.questionnaire.definition import Questionnaire
from portal.questionnaire.loader import from_json
from portal.questionnaire.models import Comment, Version
from portal.questionnaire.policy import (
    BEFORE_PUBLICATION,
    may_comment,
    may_edit_for,
    may_settle,
)
from portal.questionnaire.recording import Editor, Saved
from portal.questionnaire.remarks import Hand
from portal.questionnaire.subjects import content_of, flatten, unflatten
from portal.questionnaire.suggesting import text_fields

REMARK_LENGTH = 4_000
"""Characters: about a page. What is longer is a document, not a remark."""
WORDING_LENGTH = 20_000
"""Characters of a suggested wording: several times the longest introduction."""
ACCEPTED = "accepted"
DECLINED = "declined"
KEPT_CONTROLS = frozenset("\n\t")


def comment(
    session: Session,
    actor: Actor,
    version_id: UUID,
    subject: str,
    body: str,
    *,
    organisation_id: UUID,
    parent_id: UUID | None = None,
    now: datetime,
) -> Comment:
    """Remark on a part of the draft, or reply to a remark on it.

    A reply is mailed to those who wrote in the thread before, at most one mail each in ten
    minutes. Raises Invalid for an empty or too long text or a part that is not there, NotNow
    after publication and for a reply to what is settled.
    """
    hand = _reviewer(session, actor, version_id, organisation_id, now=now)
    text = _body(body)
    if not text:
        sentence = message("Write your remark first.")
        raise Invalid(sentence, {"body": sentence})
    if parent_id is not None:
        return hand.reply(_remark(hand, parent_id, subject), text)
    if content_of(from_json(hand.version.definition), subject) is None:
        raise _gone()
    return hand.write(Comment(subject=subject, body=text), "commented")


def suggest(
    session: Session,
    actor: Actor,
    version_id: UUID,
    subject: str,
    *,
    field: str,
    after: str,
    body: str = "",
    organisation_id: UUID,
    now: datetime,
) -> Comment:
    """Suggest another wording of one text field, such as ``hint/fr``; ``body`` may say why.

    Raises Invalid for what is not a text, no wording, or the wording that is there already.
    """
    hand = _reviewer(session, actor, version_id, organisation_id, now=now)
    before = _wording(from_json(hand.version.definition), subject, field)
    wording = _plain(after)
    if not wording:
        sentence = message("Write the wording that you suggest.")
    elif len(wording) > WORDING_LENGTH:
        sentence = _too_long(len(wording), WORDING_LENGTH)
    elif wording.split() == before.split():
        sentence = message("This is the wording already. Change something, or write a remark.")
    else:
        made = Comment(subject=subject, body=_body(body), field=field, before=before, after=wording)
        return hand.write(made, "suggested")
    raise Invalid(sentence, {"after": sentence})


def accept_suggestion(
    session: Session, actor: Actor, comment_id: UUID, *, organisation_id: UUID, now: datetime
) -> Saved:
    """Make the suggested wording the draft's, as a recorded change, and settle the suggestion.

    Raises Invalid, and keeps the suggestion open, if the wording has changed since it was made.
    """
    hand, made = _decider(session, actor, comment_id, organisation_id, now=now)
    version = hand.version
    if not may_edit_for(actor, version.dialogue_id, organisation_id):
        raise Refused
    _require_undecided(hand, made)
    questionnaire = from_json(version.definition)
    if _wording(questionnaire, made.subject, made.field) != made.before:
        text = "The wording has changed since this was suggested. Compare the two, then edit it."
        raise Invalid(message(text))
    fields = flatten(content_of(questionnaire, made.subject)) | {made.field: made.after}
    saved = operations_editing.change(
        session,
        actor,
        version.id,
        made.subject,
        unflatten(fields),
        editor=Editor(organisation_id, version.revision),
        act=ACCEPTED,
        now=now,
    )
    hand.settle(made, ACCEPTED)
    return saved


def decline_suggestion(
    session: Session,
    actor: Actor,
    comment_id: UUID,
    *,
    organisation_id: UUID,
    reason: str,
    now: datetime,
) -> None:
    """Leave the wording as it is; the reason becomes a reply. Authors may take theirs back."""
    hand, made = _decider(session, actor, comment_id, organisation_id, now=now)
    dialogue_id = made.dialogue_id
    is_own = made.person_id == actor.person_id
    if not may_comment(actor, dialogue_id, organisation_id):
        raise Refused
    if not is_own and not may_edit_for(actor, dialogue_id, organisation_id):
        raise Refused
    _require_undecided(hand, made)
    text = _body(reason, "reason")
    if not text and not is_own:
        sentence = message("Say why, so that the author understands.")
        raise Invalid(sentence, {"reason": sentence})
    if text:
        hand.reply(made, text)
    hand.settle(made, DECLINED)


def resolve(session: Session, actor: Actor, comment_id: UUID, *, now: datetime) -> None:
    """Settle a remark: its author may, and whoever edits. Nothing happens if it is settled."""
    hand, made = _settler(session, actor, comment_id, now=now)
    if made.field:
        raise Invalid(message("A suggestion is accepted or declined."))
    if made.decided_at is None:
        hand.settle(made)


def reopen_comment(session: Session, actor: Actor, comment_id: UUID, *, now: datetime) -> None:
    """Take up again a resolved remark or a declined suggestion."""
    hand, made = _settler(session, actor, comment_id, now=now)
    if made.outcome == ACCEPTED:
        raise NotNow(message("The suggestion is in the draft. Take that change back instead."))
    if made.decided_at is None:
        return
    made.decided_at, made.decided_by, made.outcome = None, None, ""
    session.flush()
    hand.note(made, "comment_reopened")


# Rows and rights ------------------------------------------------------------------------


def _reviewer(
    session: Session,
    actor: Actor,
    version_id: UUID,
    organisation_id: UUID,
    *,
    now: datetime,
) -> Hand:
    """Who remarks on a draft, if they may for the organisation."""
    version = session.get(Version, version_id)
    if version is None or not may_comment(actor, version.dialogue_id, organisation_id):
        raise Refused
    _require_draft(version)
    return Hand(
        session=session, actor=actor, version=version, organisation_id=organisation_id, now=now
    )


def _require_draft(version: Version) -> None:
    if version.state not in BEFORE_PUBLICATION:
        raise NotNow(message("The questionnaire has been published. The review is over."))


def _remark(hand: Hand, comment_id: UUID, subject: str) -> Comment:
    """The remark that somebody replies to, still open."""
    parent = hand.session.get(Comment, comment_id, with_for_update=True, populate_existing=True)
    if parent is None or parent.parent_id is not None:
        raise Refused
    if (parent.version_id, parent.subject) != (hand.version.id, subject):
        raise Refused
    if parent.decided_at is not None:
        raise NotNow(message("This has been settled. Reopen it, or write a new remark."))
    return parent


def _decider(
    session: Session,
    actor: Actor,
    comment_id: UUID,
    organisation_id: UUID | None,
    *,
    now: datetime,
) -> tuple[Hand, Comment]:
    """Who settles a comment, and the comment.

    The draft is locked first, as every edit does. Callers check the right to settle.
    """
    found = session.get(Comment, comment_id)
    if found is None or not actor.is_signed_in:
        raise Refused
    version = session.get(Version, found.version_id, with_for_update=True, populate_existing=True)
    made = session.get(Comment, comment_id, with_for_update=True, populate_existing=True)
    if version is None or made is None or made.parent_id is not None:
        raise Refused
    hand = Hand(
        session=session, actor=actor, version=version, organisation_id=organisation_id, now=now
    )
    return hand, made


def _require_undecided(hand: Hand, made: Comment) -> None:
    if not made.field:
        raise Refused
    _require_draft(hand.version)
    if made.outcome:
        raise NotNow(message("Somebody has decided on this suggestion already."))


def _settler(
    session: Session, actor: Actor, comment_id: UUID, *, now: datetime
) -> tuple[Hand, Comment]:
    hand, made = _decider(session, actor, comment_id, None, now=now)
    if not may_settle(actor, made.dialogue_id, made.person_id):
        raise Refused
    _require_draft(hand.version)
    return hand, made


# Texts ----------------------------------------------------------------------------------


def _wording(questionnaire: Questionnaire, subject: str, field: str) -> str:
    """What a text field says now; Invalid if it is not there or not a text."""
    fields = text_fields(questionnaire, subject)
    if not fields:
        raise _gone()
    if field not in fields:
        raise Invalid(message("Only texts can be suggested. Write a remark instead."))
    return fields[field]


def _gone() -> Invalid:
    return Invalid(message("This part is not in the draft any more. Remark on another part."))


def _body(body: str, name: str = "body") -> str:
    text = _plain(body)
    if len(text) > REMARK_LENGTH:
        sentence = _too_long(len(text), REMARK_LENGTH)
        raise Invalid(sentence, {name: sentence})
    return text


def _too_long(length: int, limit: int) -> Message:
    text = "This has {length} characters. At most {limit} are kept: shorten it."
    return message(text, length=length, limit=limit)


def _plain(text: str) -> str:
    """Without blanks around and without control characters, which PostgreSQL cannot store."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(each for each in lines if not _is_control(each)).strip()


def _is_control(letter: str) -> bool:
    return letter not in KEPT_CONTROLS and unicodedata.category(letter) in {"Cc", "Cs"}
