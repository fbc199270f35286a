"""What a secret ballot may show so that nobody's score can be worked out (pure).

The rules are those of releases (``portal.aggregate.disclosure``): first structure, from public
facts alone: at least ten organisations scored the issue, and they are those of every result of it
that was shown before, be it of the first round or of an earlier ballot, given up or not, since a
difference of two results tells what the few gave who came between them.
Then the audit as last gate: whole-number feasibility, for an outsider and for every organisation
that knows its own scores. The k-th smallest score being v says how many scores are at most v and
how many are below, so what is shown is a set of bounds on counts. Both scores in the middle are
taken as known, which is more than a median tells.

A reader of several results may guess that nobody else has changed. Those for which that is true
are bounds on the same unknowns; the others are unknowns of their own. Who changed is not public:
if it were, one change that moves a quartile would tell itself, and hiding it would tell the same.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from typing import TypeAlias
from uuid import UUID

from portal.aggregate.audit_solver import Bound, Table
from portal.aggregate.proposals import SMALLEST_BASE
from portal.meeting.priorities_rules import CRITERIA, HIGHEST, Figures, figures, ranks

Given: TypeAlias = Mapping[UUID, Mapping[str, int]]
"""Organisation → criterion → score, of one issue in one round."""
Scores: TypeAlias = tuple[int, ...]
"""What an organisation gave for one criterion in each result, the oldest first."""


def shown(given: Given, *before: Given) -> Figures | None:
    """What may be shown of an issue in a round; None if nothing may.

    ``before`` is what gave each result of the issue that was shown until now, the oldest first.
    """
    if not has_base(given, *before):
        return None
    rounds = [*before, given]
    for name in CRITERIA:
        if is_determined([tuple(each[who][name] for each in rounds) for who in given]):
            return None
    return figures(list(given.values()))


def has_base(given: Given, *before: Given) -> bool:
    """Whether enough organisations scored, and nobody came or went since what was shown."""
    same = all(given.keys() == each.keys() for each in before)
    return same and len(given) >= SMALLEST_BASE


def is_determined(given: Collection[Scores]) -> bool:
    """Whether an outsider, or one of these organisations, can be sure of another's score."""
    readers: set[Scores | None] = {None, *given}
    return any(
        next(table.determined(), None) is not None
        for reader in readers
        for table in _tables(list(given), reader)
    )


def _tables(given: list[Scores], reader: Scores | None) -> Iterator[Table]:
    """The others' scores as a reader sees them: results between which nobody changed are one."""
    others = list(given)
    if reader is not None:
        others.remove(reader)
    known: dict[Scores, list[Bound]] = {}
    for place, scores in enumerate(zip(*given, strict=True)):
        theirs = tuple(each[place] for each in others)
        own = reader[place] if reader else None
        known.setdefault(theirs, []).extend(_bounds(scores, own))
    for theirs, bounds in known.items():
        yield Table((_counts(theirs),), tuple(bounds))


def _bounds(scores: Collection[int], own: int | None) -> Iterator[Bound]:
    """What the order statistics say of how many of the others gave at most so much."""
    others = len(scores) - (own is not None)
    ordered = sorted(scores)
    for rank in sorted(set(ranks(len(ordered)))):
        score = ordered[rank]
        own_at_most = own is not None and own <= score
        own_below = own is not None and own < score
        yield Bound(1, _up_to(score), rank + 1 - own_at_most, others)
        yield Bound(1, _up_to(score - 1), 0, rank - own_below)


def _up_to(score: int) -> int:
    """The scores from 1 up to this one, as a set of positions."""
    return (1 << score) - 1


def _counts(scores: Collection[int]) -> tuple[int, ...]:
    found = Counter(scores)
    return tuple(found[value] for value in range(1, HIGHEST + 1))
