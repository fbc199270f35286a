"""Ids from the names of a form, each given once."""

import re
import unicodedata

LONGEST = 60
"""Characters of an id."""
ROOM = 8
"""Characters kept free for a number behind it."""


def plain(name: str, instead: str, *, dots: bool = False) -> str:
    """The name in the letters of an id; ``instead`` if nothing is left of it.

    Accents go, every other sign becomes ``_``. Dots stay only where the id may have them.
    """
    folded = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    kept = re.sub(r"[^A-Za-z0-9_.-]+" if dots else r"[^A-Za-z0-9_-]+", "_", folded.strip())
    kept = re.sub(r"^[^A-Za-z0-9]+", "", kept)
    return kept[: LONGEST - ROOM] if len(kept) > LONGEST else (kept or instead)


class Ids:
    """The ids of one namespace, given out so that none comes twice."""

    def __init__(self, *, dots: bool = False) -> None:
        self.dots = dots
        self._taken: set[str] = set()
        self._latest: dict[str, int] = {}

    def take(self, name: str, instead: str) -> str:
        """An id for the name: the name itself if it can be, else as near to it as possible."""
        wanted = plain(name, instead, dots=self.dots)
        given, number = wanted, self._latest.get(wanted, 1)
        while given in self._taken:
            number += 1
            given = f"{wanted[: LONGEST - ROOM]}_{number}"
        self._latest[wanted] = number
        self._taken.add(given)
        return given
