"""What a document is, whether it still holds, and who may read it beside its answer (pure)."""

from collections.abc import Collection, Mapping
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Any

from portal.core.errors import Message, message
from portal.questionnaire.definition import Question

SOON = timedelta(days=60)
"""How long before its last day a document is said to expire soon (docs: life cycles)."""

DOCUMENT_KINDS: Mapping[str, Message] = {
    "policy": message("Policy"),
    "certificate": message("Certificate"),
    "audit_report": message("Audit report"),
    "contract": message("Contract"),
    "declaration": message("Declaration"),
    "minerals": message("Minerals reporting"),
    "other": message("Something else"),
}
"""What a piece of evidence can be, in the order in which people choose."""

_SIGNS = {
    "minerals": ("cmrt", "emrt", "smelter", "mineral"),
    "audit_report": ("audit",),
    "certificate": ("certificat", "label"),
    "contract": ("contract", "clause"),
    "policy": ("policy", "code of conduct"),
    "declaration": ("declaration", "statement"),
}
"""Words that give away what counts as proof, the surest first."""


class Standing(StrEnum):
    """Whether a document still holds."""

    VALID = "valid"
    EXPIRING = "expiring"
    EXPIRED = "expired"
    REPLACED = "replaced"


def standing(valid_until: date | None, *, is_replaced: bool = False, now: datetime) -> Standing:
    """Whether a document still holds at an instant; its last day counts in full, in UTC.

    One without a last day holds until it is replaced.
    """
    if is_replaced:
        return Standing.REPLACED
    if valid_until is None:
        return Standing.VALID
    left = valid_until - now.astimezone(UTC).date()
    if left < timedelta(0):
        return Standing.EXPIRED
    return Standing.EXPIRING if left <= SOON else Standing.VALID


def likely_kind(question: Question) -> str:
    """What a document behind this answer most likely is, by what the question says of proof."""
    text = " ".join((*question.proof.values(), *question.text.values())).lower()
    for kind, signs in _SIGNS.items():
        if any(sign in text for sign in signs):
            return kind
    return "other"


def with_open_evidence(
    answer: Mapping[str, Any],
    classes: Collection[str],
    present: Mapping[str, str],
) -> Mapping[str, Any]:
    """A submitted answer with those of its files and links that are open to these classes too.

    A piece of evidence has a class of its own, beside its answer's, and both must allow the
    reader. What was signed before evidence had classes follows its answer. ``present`` are the
    classes of today by mark (SHA-256 or address), where they count: narrowing one takes effect
    at once. What is not open is left out, as an answer that is not open is.
    """
    pieces = answer.get("evidence")
    if not pieces:
        return answer
    shown = [
        piece
        for piece in pieces
        if {signed := piece.get("class", answer["class"]), present.get(mark_of(piece), signed)}
        <= set(classes)
    ]
    return {**answer, "evidence": shown}


def mark_of(piece: Mapping[str, str]) -> str:
    """What tells a submitted piece of evidence from others: its file's SHA-256, or its address."""
    return piece.get("sha256") or piece.get("url", "")
