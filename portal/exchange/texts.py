"""Texts that two people may write at once: each change is kept, and joined with the other's."""

from dataclasses import dataclass
from typing import TypeAlias

from sqlalchemy import select

from portal.core.errors import Invalid, message
from portal.core.merging import merge
from portal.exchange.acts import Hand
from portal.exchange.models import QaText

QUESTION = "question"
ANSWER = "answer"
ORIGINAL = "original"
LANGUAGE_OF = {QUESTION: "language", ANSWER: "answer_language"}
Kind: TypeAlias = str


@dataclass(frozen=True, slots=True)
class Typed:
    """What somebody typed over the item's revision ``base``, in a language."""

    text: str
    base: int
    language: str = ""


class Clash(Invalid):
    """Somebody else changed the same words since: both texts, and the revision of theirs."""

    def __init__(self, mine: str, theirs: str, revision: int) -> None:
        """Keep both."""
        sentence = message("Somebody else changed the same words while you were writing.")
        super().__init__(sentence, {"text": sentence})
        self.mine, self.theirs, self.revision = mine, theirs, revision


def change_text(hand: Hand, kind: Kind, typed: Typed, *, before: str = "") -> bool:
    """Store the text of the locked item, joined with what others saved since; whether it changed.

    ``before`` names the column that a text begins from while none of its kind is saved. A change
    counts the revision up, so that no vote stands, and ends a running time to object. Raises
    Clash if the two cannot be joined; nothing is changed then.
    """
    item = hand.item
    theirs = getattr(item, kind) or (getattr(item, before) if before else "")
    base = _text_at(hand, kind, typed.base)
    if base is None:
        base = getattr(item, before) if before else ""
    joined = merge(base, typed.text, theirs)
    if joined is None:
        raise Clash(typed.text, theirs, item.revision)
    spoken = getattr(item, LANGUAGE_OF[kind]) or item.language
    language = typed.language or spoken
    if getattr(item, kind) and joined == theirs and language == spoken:
        return False
    setattr(item, kind, joined)
    setattr(item, LANGUAGE_OF[kind], language)
    item.revision += 1
    item.agree_from = item.agree_until = item.agree_asked = None
    hand.session.add(
        QaText(
            item_id=item.id,
            kind=kind,
            revision=item.revision,
            text=joined,
            person_id=hand.actor.person_id,
            written_at=hand.now,
        )
    )
    hand.session.flush()
    return True


def _text_at(hand: Hand, kind: Kind, revision: int) -> str | None:
    """The text of this kind as it was at a revision; None if there was none."""
    query = (
        select(QaText.text)
        .where(QaText.item_id == hand.item.id, QaText.kind == kind, QaText.revision <= revision)
        .order_by(QaText.revision.desc())
        .limit(1)
    )
    return hand.session.scalar(query)
