"""What can be wrong with a questionnaire, said so that its author can mend it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import TypeAlias

KeyPath: TypeAlias = tuple[str | int, ...]
"""Keys and list positions from the top of the file down to a value."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A fault at a place in the questionnaire."""

    path: KeyPath
    what: str
    mend: str
    about: str | None = None
    """The id that this problem is a consequence of: not reported if that has a fault itself."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault at a line and column (both from 1) of a file."""

    path: Path
    line: int
    column: int
    what: str
    mend: str

    def __str__(self) -> str:
        """One line, as compilers print them: editors jump to the place."""
        return f"{self.path}:{self.line}:{self.column}: {self.what} {self.mend}"


def did_you_mean(word: object, known: Iterable[str], otherwise: str) -> str:
    """Suggest the nearest known word, or else say ``otherwise``."""
    near = get_close_matches(str(word), list(known), n=1, cutoff=0.6)
    return f"Did you mean `{near[0]}`?" if near else otherwise


def listed(words: Iterable[object], joined_by: str = "and") -> str:
    """Words as `a`, `b` and `c`."""
    quoted = [f"`{word}`" for word in words]
    if len(quoted) < 2:  # noqa: PLR2004 - one word needs no joining
        return "".join(quoted)
    return f"{', '.join(quoted[:-1])} {joined_by} {quoted[-1]}"


def choose(words: Sequence[object]) -> str:
    """The advice to take one of the words."""
    return f"Choose one of {listed(words)}." if words else "There is none to choose from yet."
