"""Reads of what stands behind an answer by reference, for whoever compares submitted answers."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.response.answers import BY_REFERENCE
from portal.response.models import Submission
from portal.response.models_sources import AnswerReference
from portal.response.queries_evidence import narrowed_evidence
from portal.response.referring import AGREED, WITHDRAWN
from portal.response.sight import Sight
from portal.response.standing import Later
from portal.response.validity import with_open_evidence

Signed = Mapping[str, Any]
"""An answer as a snapshot holds it."""

THERE, NOT_OPEN, NOT_SENT, TAKEN_BACK = "there", "not_open", "not_sent", "taken_back"


@dataclass(frozen=True, slots=True)
class _Brand:
    """What a company that others point to has submitted."""

    response_id: UUID
    organisation_id: UUID
    answers: Mapping[str, Signed]


class Referred:
    """Finds what stands behind the answers by reference of some submitted responses.

    Four queries, none if nobody answered by reference.
    """

    def __init__(self, session: Session, later: Later, sight: Sight) -> None:
        """Read nothing yet: most answer everything themselves."""
        self.session = session
        self.later = later
        self.sight = sight
        self.references: dict[tuple[UUID, str], AnswerReference] = {}
        self.brands: dict[UUID, _Brand] = {}
        self.present: Mapping[UUID, Mapping[str, str]] = {}
        self.shown: set[UUID] = set()
        """The responses whose answers were shown in others' places."""

    def read(self, given: Sequence[tuple[UUID, Mapping[str, Signed]]]) -> None:
        """Look up whatever these (response, its signed answers) point to."""
        referring = [
            response_id
            for response_id, answers in given
            if any(answer["state"] == BY_REFERENCE for answer in answers.values())
        ]
        if not referring:
            return
        query = select(AnswerReference).where(AnswerReference.response_id.in_(referring))
        for row in self.session.scalars(query):
            self.references[row.response_id, row.question_id] = row
        ids = {row.brand_response_id for row in self.references.values() if row.brand_response_id}
        self.brands = {each.response_id: each for each in self._brands(ids)}
        suppliers = [each.organisation_id for each in self.brands.values()]
        self.present = narrowed_evidence(self.session, suppliers, self.sight.classes)

    def with_brand(
        self, response_id: UUID, question_id: str, answer: Signed | None
    ) -> Signed | None:
        """An answer by reference with "behind": what became of it, and the answer if it is open.

        ``answer`` has passed the reader's sight itself; others come back as they are. Whom it
        names was signed: what another company said since, named in its place, is not behind it.
        """
        if answer is None or answer["state"] != BY_REFERENCE:
            return answer
        row = self.references.get((response_id, question_id))
        if row is not None and row.brand_name != answer["brand"]:
            row = None
        return {**answer, "behind": self._behind(row, question_id)}

    def _behind(self, row: AnswerReference | None, question_id: str) -> dict[str, Any]:
        if row is not None and row.state == WITHDRAWN:
            return {"outcome": TAKEN_BACK}
        brand = None
        if row is not None and row.state == AGREED and row.brand_response_id is not None:
            brand = self.brands.get(row.brand_response_id)
        if brand is None:
            return {"outcome": NOT_SENT}
        answer = brand.answers.get(question_id)
        classes = self.sight.of(brand.response_id)
        if answer is None or answer["class"] not in classes:
            return {"outcome": NOT_OPEN}
        self.shown.add(brand.response_id)
        present = self.present.get(brand.organisation_id, {})
        return {
            "outcome": THERE,
            "organisation_id": brand.organisation_id,
            "answer": with_open_evidence(answer, classes, present),
        }

    def _brands(self, response_ids: Collection[UUID]) -> list[_Brand]:
        """The newest submission of each that was not withdrawn."""
        newest = (
            select(Submission.response_id, func.max(Submission.number).label("number"))
            .where(Submission.response_id.in_(response_ids), Submission.withdrawn_at.is_(None))
            .group_by(Submission.response_id)
            .subquery()
        )
        query = select(Submission).join(
            newest,
            (newest.c.response_id == Submission.response_id)
            & (newest.c.number == Submission.number),
        )
        return [
            _Brand(
                row.response_id,
                row.organisation_id,
                self.later.answers(row.version_id, json.loads(row.snapshot)["answers"]),
            )
            for row in self.session.scalars(query)
        ]
