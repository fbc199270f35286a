"""Who answered what in terms of a version, one countable question at a time, from the packed rows.

A hundred thousand submissions are some ten megabytes of bits: every option of every question is
counted without touching a cell. A submission without a packed row of today's layout (stored
before there were any, or before something more was counted) is read from its cells instead.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from uuid import UUID

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.aggregate.proposals import Answers
from portal.aggregate.units import Contributors
from portal.questionnaire.definition import ConfidentialityClass
from portal.response.cells import CountedCell
from portal.response.counting import packed_rows
from portal.response.models import SubmittedCell
from portal.response.packing import BYTE, CLASS_BITS, CLASSES, Counting, KeyBits, Layout, pack

SUBMISSIONS_AT_A_TIME = 200
Rows = Sequence[tuple[UUID, bytes]]


class Counts(Mapping[str, Answers]):
    """The answers of some submissions by countable key, each put together when it is asked for.

    ``places``: submission id → the contributor's number, which is its bit in every bit set.
    """

    def __init__(
        self,
        session: Session,
        version_id: UUID,
        layout: Layout,
        places: Mapping[UUID, int],
        numbers: Mapping[str, Mapping[int, float]],
    ) -> None:
        """Read the packed rows in one query, and the cells of submissions that have none.

        ``numbers``: key → contributor's number → what they gave.
        """
        self._numbers = numbers
        self.layout = layout
        size = max(places.values(), default=-1) + 1
        self._everybody = (1 << size) - 1
        # A line for each byte of a row, so that one bit of everybody lies together.
        self._lines = np.zeros((layout.width, size), dtype=np.uint8)
        missing = dict(places)
        for rows in packed_rows(session, version_id, layout):
            self._take([(missing.pop(each), bits) for each, bits in rows if each in missing])
        for rows in _from_cells(session, version_id, layout, list(missing)):
            self._take([(places[each], bits) for each, bits in rows])

    def __getitem__(self, key: str) -> Answers:
        """The answers to a countable question; who chose none of an option is in no bit set."""
        bits = self.layout.keys[key]
        options = {option: self._set(bit) for option, bit in bits.options.items()}
        return Answers(
            by_option={option: members for option, members in options.items() if members},
            by_class=self._classes(bits),
            numbers=self._numbers.get(key, {}),
        )

    def __iter__(self) -> Iterator[str]:
        """Every countable key, in page order."""
        return iter(self.layout.keys)

    def __len__(self) -> int:
        """How many countable keys the questionnaire has."""
        return len(self.layout.keys)

    def _take(self, rows: Sequence[tuple[int, bytes]]) -> None:
        if not rows:
            return
        together = np.frombuffer(b"".join(bits for _, bits in rows), dtype=np.uint8)
        self._lines[:, [place for place, _ in rows]] = together.reshape(len(rows), -1).T

    def _set(self, bit: int) -> Contributors:
        """Everybody whose row has this bit."""
        flags = self._lines[bit // BYTE] & (1 << bit % BYTE)
        return int.from_bytes(np.packbits(flags, bitorder="little").tobytes(), "little")

    def _classes(self, bits: KeyBits) -> dict[ConfidentialityClass, Contributors]:
        """Those who answered, by class: the three bits are the class's number."""
        digits = [self._set(bits.start + digit) for digit in range(CLASS_BITS)]
        found = {}
        for number, name in enumerate(CLASSES, start=1):
            members = self._everybody
            for digit, having in enumerate(digits):
                members &= having if number >> digit & 1 else ~having
            if members:
                found[name] = members
        return found


def _from_cells(
    session: Session, version_id: UUID, layout: Layout, submission_ids: Sequence[UUID]
) -> Iterator[Rows]:
    columns = (SubmittedCell.question, SubmittedCell.option, SubmittedCell.confidentiality)
    query = select(SubmittedCell.submission_id, *columns).where(
        SubmittedCell.version_id == version_id
    )
    for first in range(0, len(submission_ids), SUBMISSIONS_AT_A_TIME):
        some = submission_ids[first : first + SUBMISSIONS_AT_A_TIME]
        cells: dict[UUID, list[CountedCell]] = defaultdict(list)
        for submission_id, key, option, confidentiality in session.execute(
            query.where(SubmittedCell.submission_id.in_(some))
        ):
            cells[submission_id].append(CountedCell(key, option, confidentiality))
        yield [(each, pack(layout, Counting((), found))) for each, found in cells.items()]
