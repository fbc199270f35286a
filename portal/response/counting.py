"""What counts of submissions as it is stored: a row for each countable value, one with all."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from portal.response.models import PackedCells, SubmittedCell
from portal.response.packing import Counting, Layout, pack

Row = dict[str, Any]
CELLS_AT_A_TIME = 5000
ROWS_AT_A_TIME = 1000


def cell_rows(submission_id: UUID, version_id: UUID, counting: Counting) -> list[Row]:
    """The columns of a submission's cells in terms of a version."""
    return [
        {
            "submission_id": submission_id,
            "version_id": version_id,
            "question": cell.key,
            "option": cell.option,
            "confidentiality": cell.confidentiality,
            "value": cell.value,
        }
        for cell in counting.cells
    ]


def packed_row(submission_id: UUID, version_id: UUID, counting: Counting, layout: Layout) -> Row:
    """The columns of the row with all of them."""
    return {
        "version_id": version_id,
        "submission_id": submission_id,
        "layout": layout.sha256,
        "bits": pack(layout, counting),
    }


def store_counts(
    session: Session, version_id: UUID, layout: Layout, found: Iterable[tuple[UUID, Counting]]
) -> None:
    """Add what counts of these submissions (id, counts); a few statements, however many others.

    Nothing else is read or changed, so a submission takes as long among many as among few.
    """
    cells: list[Row] = []
    packed: list[Row] = []
    for submission_id, counting in found:
        cells += cell_rows(submission_id, version_id, counting)
        packed.append(packed_row(submission_id, version_id, counting, layout))
        if len(cells) >= CELLS_AT_A_TIME:
            _insert(session, cells, packed)
            cells, packed = [], []
    _insert(session, cells, packed)


def packed_rows(
    session: Session, version_id: UUID, layout: Layout
) -> Iterator[Sequence[tuple[UUID, bytes]]]:
    """(submission, bits) of everything packed in this layout, a thousand at a time; one query."""
    query = (
        select(PackedCells.submission_id, PackedCells.bits)
        .where(PackedCells.version_id == version_id, PackedCells.layout == layout.sha256)
        .execution_options(yield_per=ROWS_AT_A_TIME)
    )
    for rows in session.execute(query).partitions():
        yield [(submission_id, bits) for submission_id, bits in rows]


def _insert(session: Session, cells: Sequence[Row], packed: Sequence[Row]) -> None:
    for table, rows in ((SubmittedCell, cells), (PackedCells, packed)):
        if rows:
            session.connection().execute(insert(table), rows)
