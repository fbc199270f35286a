"""The published versions of a questionnaire as one line, read anew only when something was added.

Published versions never change and corrections are only ever added, so what was worked out once
(reading, correcting and comparing long versions takes a tenth of a second) is kept by the process.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.identity.models import Person
from portal.questionnaire.definition import Questionnaire
from portal.questionnaire.meaning import meaning_hash
from portal.questionnaire.models import Erratum, Version
from portal.questionnaire.policy import SINCE_PUBLICATION
from portal.questionnaire.queries_versions import (
    Edition,
    ErratumRow,
    Step,
    editions,
    erratum_row,
    steps,
)

MOST_KEPT = 16
_KEPT: dict[frozenset[UUID], tuple[tuple[Edition, ...], tuple[Step, ...]]] = {}
"""By the ids of the versions and corrections it was worked out from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lineage:
    """The published versions, the oldest first; ``steps[n]`` leads from ``editions[n]`` on.

    ``errata``: version id → its corrections in their order.
    """

    editions: tuple[Edition, ...]
    steps: tuple[Step, ...]
    errata: Mapping[UUID, Sequence[ErratumRow]]

    def place(self, version_id: UUID) -> int:
        """Where the version stands, from 0."""
        return next(i for i, each in enumerate(self.editions) if each.id == version_id)

    def place_of(self, wanted: Questionnaire, places: Iterable[int]) -> int | None:
        """The first of these places where a version stands that asks the same as this one."""
        meaning = meaning_hash(wanted)
        for place in places:
            if meaning_hash(self.editions[place].questionnaire) == meaning:
                return place
        return None

    def edition(self, number: str) -> Edition:
        """The version of this number, which no other has."""
        return next(each for each in self.editions if each.number == number)


def lineage(session: Session, dialogue_id: UUID) -> Lineage:
    """The lineage of a dialogue's questionnaire; one query once this process knows it."""
    query = (
        select(Version.id, Erratum, Person.name)
        .outerjoin(Erratum, Erratum.version_id == Version.id)
        .outerjoin(Person, Person.id == Erratum.published_by)
        .where(Version.dialogue_id == dialogue_id, Version.state.in_(SINCE_PUBLICATION))
        .order_by(Version.published_at, Version.created_at, Erratum.number)
    )
    errata: dict[UUID, list[ErratumRow]] = {}
    seen: set[UUID] = set()
    for version_id, erratum, name in session.execute(query):
        rows = errata.setdefault(version_id, [])
        seen.add(version_id)
        if erratum is not None:
            rows.append(erratum_row(erratum, name))
            seen.add(erratum.id)
    known, between = _worked_out(session, dialogue_id, frozenset(seen))
    return Lineage(editions=known, steps=between, errata=errata)


def _worked_out(
    session: Session, dialogue_id: UUID, seen: frozenset[UUID]
) -> tuple[tuple[Edition, ...], tuple[Step, ...]]:
    if seen not in _KEPT:
        if len(_KEPT) >= MOST_KEPT:
            _KEPT.clear()
        between = tuple(steps(session, dialogue_id))
        line = (between[0].old, *(step.new for step in between)) if between else ()
        _KEPT[seen] = line or tuple(editions(session, dialogue_id)), between
    return _KEPT[seen]
