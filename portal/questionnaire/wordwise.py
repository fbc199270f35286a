"""Two texts compared word by word (pure)."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby
from typing import Literal, TypeAlias

Kind: TypeAlias = Literal["same", "added", "removed"]

UNITS = re.compile(r"(\W*)(\w+)")
"""What stands before a word, and the word."""
SENTENCES = re.compile(r"()([^.!?\n]*[.!?\n]+\s*|[^.!?\n]+$)")
"""Nothing, and a sentence or line."""

IS_WORD = re.compile(r"\w")

STEPS_OF_A_TEXT = 60_000_000
"""What one comparison may take at worst: enough for about 1,000 changed words of prose."""
STEPS_IN_ALL = 300_000_000
"""The same for everything compared together, so that no draft holds a page up for long."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text: in both, or only in the new or the old one."""

    text: str
    kind: Kind


@dataclass(slots=True)
class Effort:
    """How many steps comparisons may still take."""

    left: int = STEPS_IN_ALL

    def allows(self, old: Sequence[str], new: Sequence[str]) -> bool:
        """Whether comparing these is cheap enough; takes it off what is left.

        The matcher goes through the old words, and through their equals among the new ones, at
        most once for each match it finds; the former takes it eight times as long.
        """
        counts = Counter(new)
        pairs = sum(counts[each] for each in old)
        steps = min(pairs, len(old), len(new)) * (8 * len(old) + pairs)
        if steps > min(STEPS_OF_A_TEXT, self.left):
            return False
        self.left -= steps
        return True


@dataclass(frozen=True, slots=True)
class _Text:
    """A text as words (or sentences), each with what stands before it, and its end."""

    before: list[str]
    words: list[str]
    end: str

    @classmethod
    def of(cls, text: str, units: re.Pattern[str]) -> "_Text":
        found = list(units.finditer(text))
        end = found[-1].end() if found else 0
        return cls([each[1] for each in found], [each[2] for each in found], text[end:])

    def run(self, start: int, end: int) -> str:
        """The text of some words with what stands before each."""
        pairs = zip(self.before[start:end], self.words[start:end], strict=True)
        return "".join(blank + word for blank, word in pairs)


def pieces(old: str, new: str, effort: Effort | None = None) -> tuple[Piece, ...]:
    """Both texts as one run of pieces.

    The same and removed pieces together are the old text, the same and added ones the new. Texts
    too long to compare by words are compared by sentences, or shown as replaced.
    """
    return tuple(_joined(_tidied(_compare(old, new, effort or Effort()))))


def _compare(old: str, new: str, effort: Effort) -> Iterator[Piece]:
    for units in (UNITS, SENTENCES):
        before, after = _Text.of(old, units), _Text.of(new, units)
        start = _shared(before.words, after.words)
        end = _shared(before.words[start:][::-1], after.words[start:][::-1])
        middle = slice(start, len(before.words) - end), slice(start, len(after.words) - end)
        if effort.allows(before.words[middle[0]], after.words[middle[1]]):
            return _matched(before, after, start, end)
    return _replaced(old, new)


def _matched(before: _Text, after: _Text, start: int, end: int) -> Iterator[Piece]:
    """Both texts, whose first ``start`` and last ``end`` words are the same."""
    last = len(before.words) - end
    matcher = SequenceMatcher(
        None, before.words[start:last], after.words[start : len(after.words) - end], autojunk=False
    )
    for i in range(start):
        yield from _same_word(before, after, i, i)
    for tag, i, j, k, m in matcher.get_opcodes():
        if tag == "equal":
            for offset in range(j - i):
                yield from _same_word(before, after, start + i + offset, start + k + offset)
        else:
            yield from _replaced(before.run(start + i, start + j), after.run(start + k, start + m))
    for offset in range(end, 0, -1):
        places = len(before.words) - offset, len(after.words) - offset
        yield from _same_word(before, after, *places)
    yield from _blank(before.end, after.end)


def _same_word(before: _Text, after: _Text, i: int, j: int) -> Iterator[Piece]:
    yield from _blank(before.before[i], after.before[j])
    yield Piece(before.words[i], "same")


def _blank(old: str, new: str) -> Iterator[Piece]:
    """Blanks and punctuation: what differs, without what both end with."""
    shared = _shared(old[::-1], new[::-1])
    yield from _replaced(old[: len(old) - shared], new[: len(new) - shared])
    yield Piece(old[len(old) - shared :], "same")


def _replaced(old: str, new: str) -> Iterator[Piece]:
    yield Piece(old, "removed")
    yield Piece(new, "added")


def _shared(one: Sequence[str], other: Sequence[str]) -> int:
    """How many of the first entries are equal."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((i for i, (a, b) in pairs if a != b), min(len(one), len(other)))


def _is_filler(text: str) -> bool:
    """Blanks and punctuation."""
    return IS_WORD.search(text) is None


def _tidied(found: Iterator[Piece]) -> Iterator[Piece]:
    """Without islands: a blank or comma left between two changes is part of the change."""
    changes: list[Piece] = []
    island = ""
    for piece in found:
        if not piece.text:
            continue
        if piece.kind == "same" and (not changes or not _is_filler(piece.text)):
            yield from _change(changes)
            yield Piece(island + piece.text, "same")
            changes, island = [], ""
        elif piece.kind == "same":
            island += piece.text
        else:
            if island:
                changes += [Piece(island, "removed"), Piece(island, "added")]
            changes.append(piece)
            island = ""
    yield from _change(changes)
    yield Piece(island, "same")


def _change(changes: Sequence[Piece]) -> Iterator[Piece]:
    """What was removed, then what took its place."""
    for kind in ("removed", "added"):
        yield Piece("".join(each.text for each in changes if each.kind == kind), kind)


def _joined(found: Iterator[Piece]) -> Iterator[Piece]:
    filled = (piece for piece in found if piece.text)
    for kind, run in groupby(filled, key=lambda piece: piece.kind):
        yield Piece("".join(piece.text for piece in run), kind)
