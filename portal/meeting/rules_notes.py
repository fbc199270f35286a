"""Notes that several people type at once: three texts joined line by line (pure).

Nothing that was stored is dropped unless somebody who saw it took it out. Where two people put
other lines in the place of the same ones, both are kept, with a line before, between and after.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

Marks = tuple[str, str, str]
"""The lines before the text that was there first, before the later one, and after both."""
MARKS: Marks = (
    "[Two people changed this at once. The first text:]",
    "[The second text:]",
    "[End of both texts]",
)


@dataclass(frozen=True, slots=True)
class _Edit:
    """Lines in the place of those from ``start`` to ``end`` of the base."""

    start: int
    end: int
    lines: tuple[str, ...]

    def meets(self, other: "_Edit") -> bool:
        """Whether both change the same lines, or add at the same place."""
        if self.start == self.end and other.start == other.end:
            return self.start == other.start
        return self.start < other.end and other.start < self.end


def merge(base: str, mine: str, theirs: str, marks: Marks = MARKS) -> str:
    """Join my text with theirs, both written from ``base``."""
    if mine in (base, theirs):
        return theirs
    if theirs == base:
        return mine
    old = base.split("\n") if base else []
    mine_edits, their_edits = _edits(old, mine), _edits(old, theirs)
    joined: list[str] = []
    at = 0
    while mine_edits or their_edits:
        ours, others = _next(mine_edits, their_edits)
        changed = [*ours, *others]
        start, end = min(e.start for e in changed), max(e.end for e in changed)
        joined += old[at:start]
        joined += _joined(
            old[start:end],
            _applied(old, ours, start, end),
            _applied(old, others, start, end),
            marks,
        )
        at = end
    return "\n".join(joined + old[at:])


def _next(mine: list[_Edit], theirs: list[_Edit]) -> tuple[list[_Edit], list[_Edit]]:
    """Take the first edit of either side with all that meet it, directly or by way of others."""
    sides = (mine, theirs)
    first = min((side for side in sides if side), key=lambda side: (side[0].start, side[0].end))
    taken: tuple[list[_Edit], list[_Edit]] = ([], [])
    taken[0 if first is mine else 1].append(first.pop(0))
    found = True
    while found:
        found = False
        for here, side in enumerate(sides):
            if side and any(side[0].meets(edit) for edit in taken[1 - here]):
                taken[here].append(side.pop(0))
                found = True
    return taken


def _joined(
    old: Sequence[str], mine: Sequence[str], theirs: Sequence[str], marks: Marks
) -> Iterator[str]:
    """What stands in the place of lines that one of us, or both, changed."""
    if list(mine) == list(old):
        return iter(theirs)
    # What was sent twice is there already; and a line that one took out while the other wrote in
    # it stays as it was written.
    if list(theirs) == list(old) or _within(theirs, mine):
        return iter(mine)
    if _within(mine, theirs):
        return iter(theirs)
    if not old:
        return iter([*theirs, *mine])
    return iter([marks[0], *theirs, marks[1], *mine, marks[2]])


def _within(few: Sequence[str], many: Sequence[str]) -> bool:
    """Whether the lines stand together in the others; none stand anywhere."""
    width = len(few)
    return any(list(many[i : i + width]) == list(few) for i in range(len(many) - width + 1))


def _applied(old: Sequence[str], edits: Sequence[_Edit], start: int, end: int) -> list[str]:
    """The lines from start to end of the base after the edits, which are in order."""
    lines: list[str] = []
    at = start
    for edit in edits:
        lines += [*old[at : edit.start], *edit.lines]
        at = edit.end
    return lines + list(old[at:end])


def _edits(old: Sequence[str], text: str) -> list[_Edit]:
    new = text.split("\n") if text else []
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    return [
        _Edit(i, j, tuple(new[k:m])) for tag, i, j, k, m in matcher.get_opcodes() if tag != "equal"
    ]
