"""What can be wrong with a questionnaire, said so that its author can mend it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Literal, TypeAlias

from portal.core.errors import Listing, Message, message

KeyPath: TypeAlias = tuple[str | int, ...]
"""Keys and list positions from the top of the file down to a value."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A fault at a place in the questionnaire."""

    path: KeyPath
    what: Message
    mend: Message
    about: str | None = None
    """The id that this problem is a consequence of: not reported if that has a fault itself."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault at a line and column (both from 1) of a file."""

    path: Path
    line: int
    column: int
    what: Message
    mend: Message

    def __str__(self) -> str:
        """One line, as compilers print them: editors jump to the place."""
        return f"{self.path}:{self.line}:{self.column}: {self.what} {self.mend}"


def nearest(word: object, known: Iterable[str]) -> str | None:
    """The known word that was meant, most likely."""
    near = get_close_matches(str(word), list(known), n=1, cutoff=0.6)
    return near[0] if near else None


def did_you_mean(word: object, known: Iterable[str], otherwise: Message) -> Message:
    """Suggest the nearest known word, or else say ``otherwise``."""
    near = nearest(word, known)
    return message("Did you mean `{word}`?", word=near) if near else otherwise


def listed(words: Iterable[object], joined_by: Literal["and", "or"] = "and") -> Listing:
    """Words as `a`, `b` and `c`."""
    return Listing(tuple(f"`{word}`" for word in words), joined_by)


def choose(words: Sequence[object]) -> Message:
    """The advice to take one of the words."""
    if not words:
        return message("There is none to choose from yet.")
    return message("Choose one of {words}.", words=listed(words))


def both(one: Message, other: Message) -> Message:
    """Two sentences, one after the other."""
    return Message("{one} {other}", {"one": one, "other": other})
