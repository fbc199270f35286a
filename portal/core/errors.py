"""What can go wrong in a way that the person should be told.

Operations raise these; the web turns them into pages, the command line into one line.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, slots=True)
class Listing:
    """Several things named in a message, joined as the reader's language joins them."""

    items: tuple[object, ...]
    joined_by: Literal["and", "or"] = "and"

    def __str__(self) -> str:
        """``a, b and c`` in English."""
        *first, last = [str(item) for item in self.items] or [""]
        return f"{', '.join(first)} {self.joined_by} {last}" if first else last


@dataclass(frozen=True, slots=True)
class Message:
    """A sentence for a reader: an English text with named gaps, translated when it is shown."""

    text: str
    values: Mapping[str, object] = field(default_factory=dict)
    many: str = ""
    """The text for any count but one, where that matters; ``text`` is then the one for one."""
    count: int = 0

    def __str__(self) -> str:
        """The English sentence."""
        if self.many:
            text = self.text if self.count == 1 else self.many
            return text.format(count=self.count, **self.values)
        return self.text.format(**self.values) if self.values else self.text

    def __hash__(self) -> int:
        """By the text: values may be of any kind."""
        return hash((self.text, self.count))


def message(text: str, /, **values: object) -> Message:
    """A message whose gaps ``{name}`` are filled by ``values``."""
    return Message(text, values)


def plural(one: str, many: str, count: int, /, **values: object) -> Message:
    """A message about a number of things, which fills ``{count}``."""
    return Message(one, values, many, count)


class PortalError(Exception):
    """Base of everything a person is told about."""


class Refused(PortalError):
    """Not there, or not for this actor: the two are never told apart."""


class Invalid(PortalError):
    """The input cannot be accepted; says why, and by field where there are several."""

    def __init__(self, reason: Message | str, fields: Mapping[str, Message] | None = None) -> None:
        """Keep the sentence and the faults by field name."""
        self.reason = reason if isinstance(reason, Message) else Message(reason)
        self.fields = dict(fields or {})
        super().__init__(str(self.reason))


class NotNow(Invalid):
    """Right in itself, but not in this state or at this time (too early or late, done already)."""
