"""Questions: asked, made to name nobody; and until when they are taken."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from portal.core.audit import Act, record
from portal.core.errors import Invalid, Message, NotNow, Refused, message
from portal.dialogue.models import Dialogue
from portal.exchange.acts import Hand, dialogue_of_item, locked, organisation_for
from portal.exchange.giving import Readers, give
from portal.exchange.models import QaItem, QaSettings
from portal.exchange.naming import Trace, traces
from portal.exchange.notices import tell_anonymised, tell_asked
from portal.exchange.policy import may_ask, may_run
from portal.exchange.queries import cut_off, names_to_hide
from portal.exchange.rules import (
    BEFORE_ANSWER,
    MOST_RESPONSE_DAYS,
    NOTICE,
    QUESTION_LENGTH,
    RESPONSE_DAYS,
    SUBJECT_KINDS,
    State,
    takes_questions,
    written,
)
from portal.exchange.texts import ORIGINAL, QUESTION, Typed, change_text
from portal.identity.actor import Actor
from portal.identity.roles import Permission

LANGUAGE_LENGTH = 10
SUBJECT_LENGTH = 60


class Telling(Invalid):
    """The text may tell who asks; ``found`` says by what. The same again with ``looked`` passes."""

    def __init__(self, found: tuple[Trace, ...], field: str) -> None:
        """Keep what was found."""
        sentence = message("Look again: this may tell who asks.")
        super().__init__(sentence, {field: sentence})
        self.found = found


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question as somebody asks it, about a section or question of the questionnaire, or none."""

    text: str
    language: str
    subject_kind: str = ""
    subject_id: str = ""


def ask(
    session: Session, actor: Actor, dialogue_id: UUID, asked: Asked, *, address: str, now: datetime
) -> QaItem:
    """Ask; who asks is seen by the secretariat, the lead buyers and the asker only.

    ``address`` is the portal's, for the link in the mail to the secretariat. Raises Refused
    unless the actor may ask, NotNow before publication and from the cut-off on, Invalid without a
    text or with one of more than 4,000 characters.
    """
    dialogue = session.get(Dialogue, dialogue_id)
    if dialogue is None or not may_ask(actor, dialogue_id):
        raise Refused
    _require_time(session, dialogue, now)
    if asked.subject_kind not in SUBJECT_KINDS or len(asked.subject_id) > SUBJECT_LENGTH:
        raise Refused
    language = asked.language[:LANGUAGE_LENGTH] or dialogue.base_language
    item = QaItem(
        dialogue_id=dialogue_id,
        state_since=now,
        original=written(asked.text, QUESTION_LENGTH, "text", message("Write your question.")),
        original_language=language,
        language=language,
        asked_by=actor.person_id,
        organisation_id=organisation_for(actor, Permission.QA_ASK, dialogue_id),
        asked_at=now,
        subject_kind=asked.subject_kind if asked.subject_id else "",
        subject_id=asked.subject_id if asked.subject_kind else "",
        state="",
    )
    session.add(item)
    hand = Hand(
        session=session, actor=actor, item=item, now=now, organisation_id=item.organisation_id
    )
    hand.move("qa_asked", State.ASKED)
    tell_asked(session, dialogue, actor, address=address, now=now)
    return item


def anonymise(
    session: Session,
    actor: Actor,
    item_id: UUID,
    typed: Typed,
    *,
    looked: bool = False,
    address: str,
    now: datetime,
) -> QaItem:
    """Word the question so that it names nobody; what was asked is kept beside it.

    Also used to change that wording before publication: then the buyers vote again. The asker is
    mailed the first time. Raises Refused unless the actor runs the questions, NotNow once it is
    published or rejected, Telling for a text with names or addresses in it unless the actor has
    ``looked``, Clash if somebody else changed the same words.
    """
    item = locked(session, item_id)
    if not may_run(actor, item.dialogue_id):
        raise Refused
    organisation_id = organisation_for(actor, Permission.QA_ANSWER, item.dialogue_id)
    hand = Hand(session=session, actor=actor, item=item, now=now, organisation_id=organisation_id)
    hand.require(BEFORE_ANSWER)
    text = written(
        typed.text, QUESTION_LENGTH, "text", message("Write the question without names.")
    )
    found = traces(text, names_to_hide(session, item))
    if found and not looked:
        raise Telling(found, "text")
    is_first = item.state == State.ASKED
    saved = change_text(hand, QUESTION, replace(typed, text=text), before=ORIGINAL)
    if not (is_first or saved):
        return item
    to = State.ANONYMISED if item.state in {State.ASKED, State.ANONYMISED} else State.DRAFTED
    hand.move("qa_anonymised", to, looked=bool(found), revision=item.revision)
    if is_first:
        tell_anonymised(session, item, address=address, now=now)
    return item


def set_times(
    session: Session,
    actor: Actor,
    dialogue_id: UUID,
    *,
    questions_until: datetime | None,
    response_days: int = RESPONSE_DAYS,
    readers: Readers,
    now: datetime,
) -> None:
    """Say until when questions are taken, and how long buyers have to object to an answer.

    None means until the closing time. In a running dialogue everybody is told of a new cut-off,
    and it leaves at least five days to ask in, unless it moves later. Raises Refused unless the
    actor runs the questions, NotNow after the close, Invalid for a time or number out of bounds.
    """
    dialogue = dialogue_of_item(session, dialogue_id)
    if not may_run(actor, dialogue_id):
        raise Refused
    before = cut_off(session, dialogue)
    after = questions_until or dialogue.closes_at
    if after != before:
        _check_cut_off(dialogue, before, after, now)
    if response_days not in range(RESPONSE_DAYS, MOST_RESPONSE_DAYS + 1):
        sentence = message(
            "Give the buyers {least} to {most} days.", least=RESPONSE_DAYS, most=MOST_RESPONSE_DAYS
        )
        raise Invalid(sentence, {"response_days": sentence})
    row = session.get(QaSettings, dialogue_id) or QaSettings(dialogue_id=dialogue_id)
    row.questions_until, row.response_days, row.changed_at = questions_until, response_days, now
    session.add(row)
    session.flush()
    _record_times(session, actor, dialogue, (before, after), response_days, now=now)
    if after != before and dialogue.published_at is not None:
        give(session, dialogue, readers, (), cut_off=after, now=now)


def _check_cut_off(dialogue: Dialogue, before: datetime, after: datetime, now: datetime) -> None:
    sentence: Message | None = None
    if dialogue.published_at is not None and now >= dialogue.closes_at:
        raise NotNow(message("The dialogue has closed: no question is taken any more."))
    if after > dialogue.closes_at:
        sentence = message("Questions cannot be asked after the closing time.")
    elif after <= now:
        sentence = message("Choose a time that is still ahead.")
    elif dialogue.published_at is not None and after < before and after < now + NOTICE:
        sentence = message(
            "Everyone needs at least {days} days to ask. Choose a later time.",
            days=NOTICE.days,
        )
    if sentence is not None:
        raise Invalid(sentence, {"questions_until": sentence})


def _record_times(
    session: Session,
    actor: Actor,
    dialogue: Dialogue,
    times: tuple[datetime, datetime],
    response_days: int,
    *,
    now: datetime,
) -> None:
    before, after = times
    entry = Act(
        person_id=actor.person_id,
        organisation_id=organisation_for(actor, Permission.QA_ANSWER, dialogue.id),
        dialogue_id=dialogue.id,
        subject=("dialogue", dialogue.id),
        act="qa_times_set",
        details={
            "from": before.isoformat(),
            "to": after.isoformat(),
            "response_days": response_days,
        },
    )
    record(session, entry, now=now)


def _require_time(session: Session, dialogue: Dialogue, now: datetime) -> None:
    """Raise NotNow before publication and from the cut-off on."""
    if dialogue.published_at is None:
        raise NotNow(message("Questions are taken once the dialogue has been published."))
    last = cut_off(session, dialogue)
    if not takes_questions(dialogue, last, now):
        raise NotNow(message("Questions were taken until {when}. No more can be asked.", when=last))
