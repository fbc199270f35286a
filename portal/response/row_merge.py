"""Rows of a table that several people change at once: a merge row by row (pure).

Stored rows have no ids. What identifies a row is its place in the version that somebody started
from; ``followed`` finds where it went in the rows of today. A row that only one side touched is
taken from that side; a row that both touched is left as it is and given back as a conflict.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import TypeAlias

from portal.core.canonical import canonical_json
from portal.response.fields import Value

Row: TypeAlias = Mapping[str, Value]
"""Column → cell; cells without a value are left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowEdits:
    """What somebody did with rows: ``changed`` by place in the base, ``removed`` places, new rows.

    ``added`` has the rows by a number that whoever sent them knows them by; ``seen`` are further
    places of the base whose rows are still being typed.
    """

    changed: Mapping[int, Row] = field(default_factory=dict)
    removed: frozenset[int] = frozenset()
    added: Mapping[int, Row] = field(default_factory=dict)
    seen: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class RowConflict:
    """Both sides touched the row at ``base_place``.

    ``mine`` is None if I removed it, ``theirs`` if they did; ``place`` is where theirs stands
    among the merged rows, None if they removed it.
    """

    base_place: int
    mine: Row | None
    theirs: Row | None
    place: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MergedRows:
    """The rows after a merge; ``places`` says where each row of the base stands now.

    ``added_at``: the number of each new row → its place. ``moved_on``: what others made of the
    rows of ``seen`` that they changed (None: removed it).
    """

    rows: list[Row]
    conflicts: tuple[RowConflict, ...]
    places: Mapping[int, int]
    added_at: Mapping[int, int]
    moved_on: Mapping[int, Row | None]


def merge_rows(base: Sequence[Row], edits: RowEdits, current: Sequence[Row]) -> MergedRows:
    """Put edits of ``base`` into the rows of today.

    Sending the same edits twice changes nothing the second time: a new row that somebody added
    since the base was read, cell for cell the same, is taken to be that one.
    """
    wanted: dict[int, Row | None] = {**edits.changed, **dict.fromkeys(edits.removed)}
    fresh = _not_there_yet(edits.added, base, current)
    own = [place for place in fresh.values() if place is not None]
    follows = followed(base, current, wanted.keys() | edits.seen, own)
    rows: list[Row | None] = list(current)
    conflicts: list[tuple[int, Row | None, Row | None]] = []
    for place, mine in sorted(wanted.items()):
        before = base[place]
        now = follows.get(place)
        theirs = None if now is None else current[now]
        if mine in (before, theirs):
            continue
        if theirs != before:
            conflicts.append((place, mine, theirs))
        elif now is not None:
            rows[now] = mine
    shift = {old: new for new, old in enumerate(_kept(rows))}
    merged = [row for row in rows if row is not None]
    added_at = {number: shift[place] for number, place in fresh.items() if place is not None}
    for number in (number for number, place in fresh.items() if place is None):
        added_at[number] = len(merged)
        merged.append(edits.added[number])
    now_seen = {each: current[follows[each]] if each in follows else None for each in edits.seen}
    places = {old: shift[now] for old, now in follows.items() if now in shift}
    return MergedRows(
        rows=merged,
        conflicts=tuple(
            RowConflict(base_place=place, mine=mine, theirs=theirs, place=places.get(place))
            for place, mine, theirs in conflicts
        ),
        places=places,
        added_at=added_at,
        moved_on={place: row for place, row in now_seen.items() if row != base[place]},
    )


def followed(
    base: Sequence[Row],
    current: Sequence[Row],
    changed: Collection[int],
    own: Collection[int] = (),
) -> dict[int, int]:
    """Place of a row in ``base`` → its place in ``current``; rows that are gone are left out.

    Equal rows first, in order and then wherever they moved. Where as many rows stand now as
    before, each is taken for the one in its place; else a row of ``changed`` for the one that
    shares at least half of its cells; never one of ``own``, which are known to be new. A wrong
    guess costs a question, never a row: what a row was taken for differs from it, so that
    touching it is a conflict.
    """
    if base == current:
        return {place: place for place in range(len(base))}
    found, blocks = _equal(base, current)
    taken = {*found.values(), *own}
    for before, after in blocks:
        left = [place for place in before if place not in found]
        free = [place for place in after if place not in taken]
        if len(left) == len(free):
            found |= zip(left, free, strict=True)
        else:
            wanted = [place for place in left if place in changed]
            found |= _most_alike(base, current, wanted, free)
    return found


def _equal(
    base: Sequence[Row], current: Sequence[Row]
) -> tuple[dict[int, int], list[tuple[range, range]]]:
    """Where rows stand that nobody changed, and the stretches between them."""
    old, new = _keys(base), _keys(current)
    found: dict[int, int] = {}
    blocks: list[tuple[range, range]] = []
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for tag, start, end, to_start, to_end in matcher.get_opcodes():
        if tag == "equal":
            found |= zip(range(start, end), range(to_start, to_end), strict=True)
        else:
            blocks.append((range(start, end), range(to_start, to_end)))
    _follow_moved(old, new, found)
    return found, blocks


def _keys(rows: Sequence[Row]) -> list[str]:
    return [canonical_json(row) for row in rows]


def _follow_moved(old: Sequence[str], new: Sequence[str], found: dict[int, int]) -> None:
    """Add the rows that stand unchanged in another place."""
    taken = set(found.values())
    free: dict[str, list[int]] = {}
    for place in range(len(new) - 1, -1, -1):
        if place not in taken:
            free.setdefault(new[place], []).append(place)
    for place, key in enumerate(old):
        if place not in found and free.get(key):
            found[place] = free[key].pop()


def _most_alike(
    base: Sequence[Row], current: Sequence[Row], left: Sequence[int], free: Sequence[int]
) -> dict[int, int]:
    pairs = sorted(
        (-_shared(base[old], current[new]), abs(i - j), old, new)
        for i, old in enumerate(left)
        for j, new in enumerate(free)
    )
    found: dict[int, int] = {}
    taken: set[int] = set()
    for shared, _, old, new in pairs:
        is_alike = -shared * 2 >= max(1, len(base[old]))
        if is_alike and old not in found and new not in taken:
            found[old] = new
            taken.add(new)
    return found


def _shared(one: Row, other: Row) -> int:
    return sum(cell == other.get(column) for column, cell in one.items())


def _kept(rows: Sequence[Row | None]) -> list[int]:
    return [place for place, row in enumerate(rows) if row is not None]


def _not_there_yet(
    added: Mapping[int, Row], base: Sequence[Row], current: Sequence[Row]
) -> dict[int, int | None]:
    """Number of a new row → the place where somebody put it already, None if nobody did."""
    known = set(_equal(base, current)[0].values()) if added else set()
    free = [place for place in range(len(current)) if place not in known]
    found: dict[int, int | None] = {}
    for number, row in sorted(added.items()):
        place = next((each for each in free if current[each] == row), None)
        found[number] = place
        if place is not None:
            free.remove(place)
    return found
