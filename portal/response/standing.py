"""Signed responses in terms of a later version: what of them goes on counting, and as what."""

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from portal.questionnaire.definition import Questionnaire
from portal.questionnaire.queries_versions import kept_since
from portal.response.carrying import (
    Submitted,
    standing_answers,
    standing_cells,
    standing_segments,
)
from portal.response.counting import packed_rows, store_counts
from portal.response.loading import questionnaire_of
from portal.response.models import PackedCells, Submission, SubmittedCell
from portal.response.packing import Counting, Layout, layout_of, packed_segments

SUBMISSIONS_AT_A_TIME = 100


class Later:
    """Reads what was signed as answers to one version, be it signed to that or to an earlier one.

    Of an earlier version only questions that were kept count: a question that changed in meaning
    has not been answered by who signed before.
    """

    def __init__(self, session: Session, dialogue_id: UUID, version_id: UUID) -> None:
        """Read nothing yet: most dialogues have one version."""
        self.session = session
        self.dialogue_id = dialogue_id
        self.version_id = version_id

    def answers(self, version_id: UUID, signed: Mapping[str, Submitted]) -> Mapping[str, Submitted]:
        """Question id → signed answer, of what was signed to ``version_id``."""
        if version_id == self.version_id:
            return signed
        kept = self._kept.get(version_id, {})
        old = questionnaire_of(self.session, version_id)
        return standing_answers(signed, old, self.questionnaire, kept)

    def segments(self, submission_ids: Sequence[UUID]) -> dict[UUID, tuple[str, ...]]:
        """The segments of the later version that these submissions are in.

        Read from what was packed with their cells, else from what was signed.
        """
        found = {
            each: packed_segments(self.layout, bits)
            for rows in packed_rows(self.session, self.version_id, self.layout)
            for each, bits in rows
        }
        missing = [each for each in submission_ids if each not in found]
        for submission_id, version_id, snapshot in snapshots(self.session, missing):
            found[submission_id] = tuple(self.counting(version_id, snapshot).segments)
        return found

    def counting(self, version_id: UUID, snapshot: Mapping[str, Any]) -> Counting:
        """What counts of what was signed to ``version_id``."""
        answers = self.answers(version_id, snapshot["answers"])
        segments = snapshot["segments"]
        if version_id != self.version_id:
            segments = standing_segments(self.questionnaire, answers, segments)
        return Counting(segments, standing_cells(self.questionnaire, answers))

    @cached_property
    def questionnaire(self) -> Questionnaire:
        """That of the later version."""
        return questionnaire_of(self.session, self.version_id)

    @cached_property
    def layout(self) -> Layout:
        """How what counts in terms of the later version is packed."""
        return layout_of(self.questionnaire)

    @cached_property
    def _kept(self) -> dict[UUID, dict[str, str]]:
        return kept_since(self.session, self.dialogue_id, self.version_id)


def count_standing(
    session: Session, dialogue_id: UUID, version_id: UUID, submission_id: UUID | None = None
) -> int:
    """Let what was signed to earlier versions count in releases of this one; how many that are.

    All that stand, or one. The submissions themselves stay as they are. Those that count already
    are left alone.
    """
    later = Later(session, dialogue_id, version_id)
    query = select(Submission.id).where(
        Submission.dialogue_id == dialogue_id,
        Submission.version_id != version_id,
        Submission.withdrawn_at.is_(None),
        *(_uncounted(table, version_id) for table in (SubmittedCell, PackedCells)),
    )
    if submission_id is not None:
        query = query.where(Submission.id == submission_id)
    ids = list(session.scalars(query.order_by(Submission.id)))
    counts = (
        (each, later.counting(signed_to, snapshot))
        for each, signed_to, snapshot in snapshots(session, ids)
    )
    store_counts(session, version_id, later.layout, counts)
    return len(ids)


def snapshots(
    session: Session, submission_ids: Sequence[UUID]
) -> Iterator[tuple[UUID, UUID, Mapping[str, Any]]]:
    """(id, version it was signed to, what was signed) of submissions, some at a time."""
    columns = (Submission.id, Submission.version_id, Submission.snapshot)
    for first in range(0, len(submission_ids), SUBMISSIONS_AT_A_TIME):
        some = submission_ids[first : first + SUBMISSIONS_AT_A_TIME]
        found = session.execute(select(*columns).where(Submission.id.in_(some))).all()
        for submission_id, version_id, snapshot in found:
            yield submission_id, version_id, json.loads(snapshot)


def _uncounted(table: type[SubmittedCell | PackedCells], version_id: UUID) -> ColumnElement[bool]:
    of_it = select(table.submission_id).where(
        table.submission_id == Submission.id, table.version_id == version_id
    )
    return ~of_it.exists()
