"""Which tab of a browser a text came from, so that nobody is in conflict with themselves (pure).

Every page of a section carries a random id of its own, and its script numbers what it sends: the
source ``tab-5f0c….1764309600000`` is the request of that number from that tab. A page that works
without a script sends the id alone.
"""

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from portal.response.answers import GivenAnswer

_TAB = re.compile(r"(tab-[0-9a-z]{16,40})(?:\.([0-9]{1,15}))?")


@dataclass(frozen=True, slots=True)
class Tab:
    """A page that was loaded once, and the number of what it sent; 0 without a script."""

    id: str
    number: int = 0


@dataclass(frozen=True, slots=True)
class Step:
    """A version of an answer, and whose hand wrote it with what."""

    answer: GivenAnswer
    person_id: UUID | None
    source: str

    def is_from(self, person_id: UUID | None, tab: Tab) -> bool:
        """Whether this person wrote it in this tab."""
        own = tab_of(self.source)
        return (
            person_id is not None
            and self.person_id == person_id
            and own is not None
            and own.id == tab.id
        )


def new_tab() -> str:
    """The source of a page that is being loaded."""
    return f"tab-{secrets.token_hex(10)}"


def tab_of(source: str) -> Tab | None:
    """The tab that a source names; None for any other source, such as a workbook."""
    found = _TAB.fullmatch(source)
    return Tab(found[1], int(found[2] or 0)) if found else None


def moved_base(
    base: GivenAnswer | None, since: Sequence[Step], person_id: UUID | None, source: str
) -> GivenAnswer | None:
    """What a tab really typed over: its own versions that followed the base at once count as seen.

    ``since`` are the versions after the base, the oldest first. The answer to a save may be lost
    on its way, and its author types on over what the page knows.
    """
    tab = tab_of(source)
    if tab is None or base is None:
        return base
    for step in since:
        if not step.is_from(person_id, tab):
            break
        base = step.answer
    return base


def is_overtaken(since: Sequence[Step], person_id: UUID | None, source: str) -> bool:
    """Whether this very request was stored already, or a later one of the same tab was.

    Then it comes too late and must change nothing.
    """
    tab = tab_of(source)
    if tab is None or not tab.number:
        return False
    own = [tab_of(step.source) for step in since if step.is_from(person_id, tab)]
    return any(each is not None and each.number >= tab.number for each in own)
