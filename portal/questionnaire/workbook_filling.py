"""What an answered workbook holds beyond the empty one, and the seal that proves its hidden sheets.

The seal is an HMAC over everything the hidden sheets say: which version and whose answers, which
answer stood at which version, which cell answers what. Whoever changes a letter of it breaks it.
"""

import hmac
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from typing import TypeAlias

from portal.core.canonical import canonical_json
from portal.questionnaire.importers.xlsx_parts import plain

CellValue: TypeAlias = str | float | date
"""A text, the id of a choice, a number or a day."""
SEAL = "seal"
PURPOSE = b"parley-workbook"
"""The key is that of the portal, but a seal of a workbook proves nothing anywhere else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What an answer cell answers: a question, and the part of it by stable ids.

    ``part``: answer, comment, not_applicable (the reason) or evidence; ``row``: of a matrix or
    grid by id, of a table by number from 1; ``option``: one choice of several, marked with an x.
    """

    question: str
    part: str = "answer"
    row: str = ""
    column: str = ""
    option: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filling:
    """What stands in the answer cells of a workbook, and what is noted of it.

    ``readers``: question → who reads its answer now, in words. ``rows``: question → how many rows
    its table has at least. ``stamp``: what is noted beside the version. Only ``sections`` are
    written; empty means all. Without ``key``, nothing is sealed.
    """

    cells: Mapping[Place, CellValue] = field(default_factory=dict)
    readers: Mapping[str, str] = field(default_factory=dict)
    rows: Mapping[str, int] = field(default_factory=dict)
    stamp: Mapping[str, str] = field(default_factory=dict)
    sections: frozenset[str] = frozenset()
    key: bytes = b""

    @property
    def is_answered(self) -> bool:
        """Whether this is somebody's workbook, not the empty one."""
        return bool(self.stamp)


EMPTY = Filling()


def seal_of(key: bytes, lines: Iterable[Sequence[str]]) -> str:
    """The seal of the hidden sheets' lines, whatever program wrote them again meanwhile.

    Empty lines and empty cells at the end of a line count for nothing.
    """
    known = [[as_read(cell) for cell in line] for line in lines]
    text = canonical_json([_without_end(line) for line in known if any(line)])
    return hmac.new(key, PURPOSE + text.encode(), sha256).hexdigest()


def is_sealed(key: bytes, lines: Iterable[Sequence[str]], seal: str) -> bool:
    """Whether the seal is that of these lines."""
    return hmac.compare_digest(seal_of(key, lines).encode(), seal.encode())


def as_read(text: str) -> str:
    """A text as it comes back from a cell that it was written to."""
    return plain(text).strip()


def _without_end(line: Sequence[str]) -> list[str]:
    end = max(place for place, cell in enumerate(line, start=1) if cell)
    return list(line[:end])
