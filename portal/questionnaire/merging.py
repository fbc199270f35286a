"""Two people's edits of the same part, joined field by field (pure)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from portal.questionnaire.subjects import (
    ENTRY_LISTS,
    Content,
    Fields,
    flatten,
    unflatten,
)

ABSENT = None
"""What a field that is not there counts as: no stored field is None."""


@dataclass(frozen=True, slots=True)
class Clash:
    """A field that both changed, differently; None stands for "not there"."""

    field: str
    base: Any
    mine: Any
    theirs: Any


@dataclass(frozen=True, slots=True)
class Merged:
    """The joined content; where there are clashes, it holds what the others saved."""

    content: Content
    clashes: tuple[Clash, ...]


def merge(base: Content, mine: Content, theirs: Content) -> Merged:
    """Join ``mine`` and ``theirs``, which both began from ``base``.

    A field that only one of them changed takes that change; an entry (an option, a column) that
    one removed while the other worked on it is a clash, so that no written text disappears.
    """
    before, my_fields, their_fields = flatten(base), flatten(mine), flatten(theirs)
    clashes = list(_field_clashes(before, my_fields, their_fields))
    clashes += _removal_clashes(before, my_fields, their_fields)
    joined = {
        field: value
        for field in dict.fromkeys((*their_fields, *my_fields))
        if (value := _joined(field, before, my_fields, their_fields)) is not ABSENT
    }
    return Merged(unflatten(_reachable(joined)), tuple(clashes))


def changed_fields(base: Content, content: Content) -> tuple[str, ...]:
    """The fields that differ, in the order of the content; removed ones last."""
    before, after = flatten(base), flatten(content)
    names = dict.fromkeys((*after, *before))
    return tuple(name for name in names if before.get(name) != after.get(name))


def merge_order(base: Sequence[str], mine: Sequence[str], theirs: Sequence[str]) -> list[str]:
    """Both sides' entries: theirs in their order, without what I removed, with what I added.

    What I added follows the entry it follows in mine. Where both reordered, theirs stands.
    """
    if list(theirs) == list(base):
        return list(mine)
    kept = [each for each in theirs if each in mine or each not in base]
    for position, each in enumerate(mine):
        if each not in base and each not in kept:
            before = next((left for left in reversed(mine[:position]) if left in kept), None)
            kept.insert(kept.index(before) + 1 if before is not None else 0, each)
    return kept


def _joined(field: str, base: Fields, mine: Fields, theirs: Fields) -> object:
    old, my_value, their_value = base.get(field), mine.get(field), theirs.get(field)
    if my_value in (old, their_value):
        return their_value
    if their_value == old:
        return my_value
    if isinstance(my_value, list) and isinstance(their_value, list) and _names_entries(field):
        return merge_order(old or [], my_value, their_value)
    return their_value


def _field_clashes(base: Fields, mine: Fields, theirs: Fields) -> Iterator[Clash]:
    for field in dict.fromkeys((*mine, *theirs)):
        old, my_value, their_value = base.get(field), mine.get(field), theirs.get(field)
        if my_value in (old, their_value) or their_value == old:
            continue
        if not _is_order(field, my_value, their_value) and not _is_gone(field, base, mine, theirs):
            yield Clash(field, old, my_value, their_value)


def _removal_clashes(base: Fields, mine: Fields, theirs: Fields) -> Iterator[Clash]:
    """Entries that one side removed and the other changed."""
    for entry in _entries(base):
        in_mine, in_theirs = _has(mine, entry), _has(theirs, entry)
        if in_mine == in_theirs:
            continue
        before, after = _below(base, entry), _below(mine if in_mine else theirs, entry)
        if before != after:
            mine_text, their_text = (after, None) if in_mine else (None, after)
            yield Clash(entry, before, mine_text, their_text)


def _is_order(field: str, mine: object, theirs: object) -> bool:
    return isinstance(mine, list) and isinstance(theirs, list) and _names_entries(field)


def _names_entries(field: str) -> bool:
    return field.rsplit("/", 1)[-1] in ENTRY_LISTS


def _is_gone(field: str, base: Fields, mine: Fields, theirs: Fields) -> bool:
    """Whether one side removed the whole entry around the field: told once, for the entry."""
    return any(
        field.startswith(f"{entry}/") and _has(mine, entry) != _has(theirs, entry)
        for entry in _entries(base)
    )


def _entries(fields: Fields) -> list[str]:
    """The paths of all entries of lists, outermost first."""
    lists = [(field, ids) for field, ids in fields.items() if _is_order(field, ids, ids)]
    return [f"{field}/{entry_id}" for field, ids in lists for entry_id in ids]


def _has(fields: Fields, entry: str) -> bool:
    parent, _, entry_id = entry.rpartition("/")
    return entry_id in fields.get(parent, ())


def _below(fields: Mapping[str, Any], entry: str) -> Fields:
    prefix = f"{entry}/"
    return {
        field.removeprefix(prefix): fields[field] for field in fields if field.startswith(prefix)
    }


def _reachable(fields: Fields) -> Fields:
    """Without the fields of entries that no list names any more."""
    gone = {entry for entry in _all_entry_paths(fields) if not _has(fields, entry)}
    return {
        field: value
        for field, value in fields.items()
        if not any(field.startswith(f"{entry}/") for entry in gone)
    }


def _all_entry_paths(fields: Fields) -> set[str]:
    found: set[str] = set()
    for field in fields:
        steps = field.split("/")
        for i, step in enumerate(steps[:-2]):
            if step in ENTRY_LISTS:
                found.add("/".join(steps[: i + 2]))
    return found
