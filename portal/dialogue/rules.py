"""When a dialogue takes answers (pure)."""

from datetime import datetime
from typing import Protocol


class Calendar(Protocol):
    """What the rules need to know of a dialogue."""

    state: str
    opens_at: datetime
    closes_at: datetime


def is_open(dialogue: Calendar, now: datetime) -> bool:
    """Answers are taken from the opening instant up to, not including, the closing instant."""
    return dialogue.state == "published" and dialogue.opens_at <= now < dialogue.closes_at


def is_closed(dialogue: Calendar, now: datetime) -> bool:
    """No answer is taken any more; the server's instant decides."""
    return dialogue.state in {"closed", "archived"} or (
        dialogue.state == "published" and now >= dialogue.closes_at
    )
