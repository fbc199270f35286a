"""Signed responses in terms of a later version: what of them goes on counting, and as what."""

import json
from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from portal.questionnaire.definition import Questionnaire
from portal.questionnaire.queries_versions import kept_since
from portal.response.answers import SubmittedResponse
from portal.response.carrying import (
    Submitted,
    standing_answers,
    standing_cells,
    standing_segments,
)
from portal.response.loading import questionnaire_of
from portal.response.models import Submission, SubmittedCell

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
        return standing_answers(signed, old, self._questionnaire, kept)

    def read(self, submission: SubmittedResponse) -> SubmittedResponse:
        """The submission with its answers and segments in terms of the later version."""
        if submission.version_id == self.version_id:
            return submission
        answers = self.answers(submission.version_id, submission.answers)
        segments = standing_segments(self._questionnaire, answers, submission.segments)
        return replace(submission, answers=answers, segments=segments)

    def cells(
        self, version_id: UUID, signed: Mapping[str, Submitted]
    ) -> list[tuple[str, str, str]]:
        """The (key, option, class) of what counts."""
        return standing_cells(self._questionnaire, self.answers(version_id, signed))

    @cached_property
    def _questionnaire(self) -> Questionnaire:
        return questionnaire_of(self.session, self.version_id)

    @cached_property
    def _kept(self) -> dict[UUID, dict[str, str]]:
        return kept_since(self.session, self.dialogue_id, self.version_id)


def count_standing(session: Session, dialogue_id: UUID, version_id: UUID) -> int:
    """Let what was signed to earlier versions count in releases of this one; how many that are.

    The submissions themselves stay as they are. Those that count already are left alone.
    """
    later = Later(session, dialogue_id, version_id)
    counted = select(SubmittedCell.submission_id).where(SubmittedCell.version_id == version_id)
    query = select(Submission.id).where(
        Submission.dialogue_id == dialogue_id,
        Submission.version_id != version_id,
        Submission.withdrawn_at.is_(None),
        Submission.id.not_in(counted),
    )
    ids = list(session.scalars(query.order_by(Submission.id)))
    for first in range(0, len(ids), SUBMISSIONS_AT_A_TIME):
        some = ids[first : first + SUBMISSIONS_AT_A_TIME]
        columns = (Submission.id, Submission.version_id, Submission.snapshot)
        found = session.execute(select(*columns).where(Submission.id.in_(some)))
        rows = [
            {
                "submission_id": submission_id,
                "version_id": version_id,
                "question": key,
                "option": option,
                "confidentiality": confidentiality,
            }
            for submission_id, signed_to, snapshot in found
            for key, option, confidentiality in later.cells(signed_to, _answers_in(snapshot))
        ]
        if rows:
            session.connection().execute(insert(SubmittedCell), rows)
    return len(ids)


def _answers_in(snapshot: str) -> Any:  # noqa: ANN401 - JSON
    return json.loads(snapshot)["answers"]
