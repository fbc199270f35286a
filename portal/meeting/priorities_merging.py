"""Two people at one form: what is typed is joined field by field, and nothing is lost (pure)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Fields = Mapping[str, Any]
SEPARATOR = "\n\n"


@dataclass(frozen=True, slots=True)
class Joined:
    """What is kept, and the names of the fields that two people changed differently."""

    fields: dict[str, Any]
    clashes: tuple[str, ...] = ()


def joined(mine: Fields, base: Fields, current: Fields, texts: frozenset[str]) -> Joined:
    """Join what somebody sends (``mine``, typed over ``base``) with what there is now.

    A field that only one side changed is that side's. Where both did, the two stand one under the
    other if it is a text of its own (``texts``); else the last one counts, and the other stays in
    the history.
    """
    kept: dict[str, Any] = {}
    clashes = []
    for name, value in mine.items():
        now, was = current.get(name), base.get(name)
        if value in (now, was):
            kept[name] = now
        elif now == was:
            kept[name] = value
        else:
            clashes.append(name)
            kept[name] = _both(now, value) if name in texts else value
    return Joined(kept, tuple(clashes))


def _both(now: str | None, mine: str) -> str:
    if not now:
        return mine
    if mine in now or not mine:
        return now
    return mine if now in mine else f"{now}{SEPARATOR}{mine}"
