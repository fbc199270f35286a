"""What counts of a submission as one row of bits, so that very many are counted at once (pure).

A row holds a bit for each segment and then, for each countable key, three bits with the number of
the answer's class (0: no answer) and one bit for each option, lowest bit first. Where everything
stands follows from the questionnaire; the layout's hash says for which one a row was written.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from portal.core.canonical import content_hash
from portal.questionnaire.definition import ConfidentialityClass, Questionnaire
from portal.response.cells import CountedCell, cell_keys

CLASSES = tuple(ConfidentialityClass)
"""A class is stored as its place in this list, from 1."""
CLASS_BITS = 3
BYTE = 8
_NUMBERS = {str(name): number for number, name in enumerate(CLASSES, start=1)}


@dataclass(frozen=True, slots=True)
class Counting:
    """What of a submission counts in terms of one version."""

    segments: Sequence[str]
    cells: Sequence[CountedCell]


@dataclass(frozen=True, slots=True)
class KeyBits:
    """Where a countable key's bits begin, those of the class, and the bit of each option."""

    start: int
    options: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Layout:
    """Where everything stands in a row of ``width`` bytes."""

    sha256: str
    width: int
    segments: Mapping[str, int]
    keys: Mapping[str, KeyBits]


def layout_of(questionnaire: Questionnaire) -> Layout:
    """The layout of a questionnaire's rows, in page order."""
    segments = {segment.id: bit for bit, segment in enumerate(questionnaire.segments)}
    keys = {}
    end = len(segments)
    for question in questionnaire.questions():
        for key in cell_keys(question):
            first = end + CLASS_BITS
            options = {option: first + place for place, (option, _) in enumerate(key.options)}
            keys[key.key] = KeyBits(end, options)
            end = first + len(options)
    order = {
        "classes": list(_NUMBERS),
        "segments": list(segments),
        "keys": [[key, list(bits.options)] for key, bits in keys.items()],
    }
    return Layout(content_hash(order), -(-end // BYTE), segments, keys)


def pack(layout: Layout, counting: Counting) -> bytes:
    """The row; what the questionnaire does not know is left out, as releases leave it out."""
    bits = 0
    for segment in counting.segments:
        if segment in layout.segments:
            bits |= 1 << layout.segments[segment]
    for cell in counting.cells:
        place = layout.keys.get(cell.key)
        if place is not None:
            bits |= _NUMBERS[cell.confidentiality] << place.start
            if cell.option in place.options:
                bits |= 1 << place.options[cell.option]
    return bits.to_bytes(layout.width, "little")


def packed_segments(layout: Layout, row: bytes) -> tuple[str, ...]:
    """The segments in a row, in declared order."""
    return tuple(_set(layout.segments.items(), row))


def _set(places: Iterable[tuple[str, int]], row: bytes) -> Iterator[str]:
    for name, bit in places:
        if row[bit // BYTE] >> bit % BYTE & 1:
            yield name
