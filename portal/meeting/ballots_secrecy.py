"""What a secret ballot may show so that nobody's score can be worked out (pure).

The rules are those of releases (``portal.aggregate.disclosure``): first structure, from public
facts alone: at least ten organisations scored the issue, and those of the second round are those
of the first, since a difference of two results tells what the few gave who came between them.
Then the audit as last gate: whole-number feasibility, for an outsider and for every organisation
that knows its own scores. The k-th smallest score being v says how many scores are at most v and
how many are below, so what is shown is a set of bounds on counts. Both scores in the middle are
taken as known, which is more than a median tells.

A reader of both rounds may guess that nobody else has changed. Where that is true the two rounds
are bounds on the same unknowns; where it is not, they are unknowns of their own.
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
"""What an organisation gave for one criterion in each round, the first round first."""


def shown(given: Given, before: Given | None = None) -> Figures | None:
    """What may be shown of an issue in a round; None if nothing may.

    ``before`` is the first round, if this is the second and the first was shown.
    """
    if not has_base(given, before):
        return None
    rounds = [given] if before is None else [before, given]
    for name in CRITERIA:
        if is_determined([tuple(each[who][name] for each in rounds) for who in given]):
            return None
    return figures(list(given.values()))


def has_base(given: Given, before: Given | None = None) -> bool:
    """Whether enough organisations scored, and nobody came or went since the first round."""
    same = before is None or given.keys() == before.keys()
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
    """The others' scores as a reader sees them: each round, and both if nobody else changed."""
    others = list(given)
    if reader is not None:
        others.remove(reader)
    rounds = list(zip(*given, strict=True))
    bounds = [
        tuple(_bounds(scores, reader[place] if reader else None))
        for place, scores in enumerate(rounds)
    ]
    for place, known in enumerate(bounds):
        yield Table((_counts(scores[place] for scores in others),), known)
    if len(rounds) > 1 and all(len(set(scores)) == 1 for scores in others):
        known = tuple(bound for each in bounds for bound in each)
        yield Table((_counts(scores[0] for scores in others),), known)


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


def _counts(scores: Collection[int] | Iterator[int]) -> tuple[int, ...]:
    found = Counter(scores)
    return tuple(found[value] for value in range(1, HIGHEST + 1))
