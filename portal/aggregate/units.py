"""The distinct answers of contributors over several documents, as bit sets (pure).

An answer that stays the same from one document to the next is one *unit*; one that changes is
another unit from then on. The unit of contributor i whose answer first stood like this in document
number ``since`` has the number ``since * width + i``.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

BYTE = 8
Contributors: TypeAlias = int
"""A set of contributors: bit i is set if contributor number i is in it."""
Units: TypeAlias = int
"""A set of units: bit u is set if unit number u is in it."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the answers of one document stand among all distinct answers.

    ``pieces``: those whose answer first stood like this in document number ``since``.
    """

    pieces: tuple[tuple[int, Contributors], ...]
    width: int

    def units(self, members: Contributors) -> Units:
        """The set of these contributors' answers."""
        return union((members & piece) << (since * self.width) for since, piece in self.pieces)


def places(
    answered: Sequence[Contributors], differing: Callable[[int, int], Contributors]
) -> list[Place]:
    """One place for each document, oldest first.

    ``answered``: by document, everybody with an answer. ``differing(before, after)`` gives the
    contributors whose answer in document number ``after`` is another than in ``before``.
    """
    width = max((members.bit_length() for members in answered), default=0)
    found = []
    for number, members in enumerate(answered):
        left = members
        pieces = []
        for since, before in enumerate(answered[:number]):
            same = left & before & ~differing(since, number)
            pieces.append((since, same))
            left &= ~same
        found.append(Place((*pieces, (number, left)), width))
    return found


def cut(atoms: Sequence[Units], column: Units) -> list[Units]:
    """The atoms after one more column: each split in two, and what was in no column so far."""
    parts = [part for atom in atoms for part in (atom & column, atom & ~column)]
    parts.append(column & ~union(atoms))
    return [part for part in parts if part]


def renumbered(members: Contributors, numbers: Mapping[int, int]) -> Contributors:
    """The same set with other numbers (old → new, one to one); in time linear in their number."""
    size = max(numbers, default=-1) + 1
    bits = np.frombuffer(members.to_bytes(size // BYTE + 1, "little"), dtype=np.uint8)
    old = np.fromiter(numbers.keys(), dtype=np.int64, count=len(numbers))
    new = np.fromiter(numbers.values(), dtype=np.int64, count=len(numbers))
    moved = np.zeros(int(new.max(initial=-1)) + 1, dtype=np.uint8)
    moved[new] = np.unpackbits(bits, bitorder="little")[old]
    return int.from_bytes(np.packbits(moved, bitorder="little").tobytes(), "little")


def union(sets: Iterable[int]) -> int:
    """Everything that is in any of the sets."""
    joined = 0
    for members in sets:
        joined |= members
    return joined
