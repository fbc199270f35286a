"""Counting once more from what was signed: the proof that what releases count is right."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from portal.core.audit import Act, record
from portal.core.errors import Refused
from portal.dialogue.queries import dialogue_of
from portal.identity.actor import Actor
from portal.questionnaire.queries import published_version
from portal.response.cells import CountedCell
from portal.response.counting import store_counts
from portal.response.models import PackedCells, Submission, SubmittedCell
from portal.response.packing import Counting, Layout, pack
from portal.response.policy import may_import
from portal.response.standing import Later, snapshots

SUBMISSIONS_AT_A_TIME = 100


@dataclass(frozen=True, slots=True)
class Recounted:
    """How many submissions were counted anew, and how many were stored otherwise.

    One that stands counts in terms of the version it was signed to and of the one published now.
    """

    submissions: int
    different: int


def recount(
    session: Session, actor: Actor, dialogue_id: UUID, *, mend: bool = False, now: datetime
) -> Recounted:
    """Compute what counts of every submission from its signed content, and compare.

    Nothing is changed without ``mend``; with it, what differs is stored anew and written down.
    Releases that were made stay as they are. Raises Refused unless the actor is secretariat or
    the portal.
    """
    if dialogue_of(session, dialogue_id) is None or not may_import(actor, dialogue_id):
        raise Refused
    query = select(Submission.id, Submission.withdrawn_at).where(
        Submission.dialogue_id == dialogue_id
    )
    standing = {each: withdrawn is None for each, withdrawn in session.execute(query)}
    terms = _Terms(session, dialogue_id)
    wrong: set[UUID] = set()
    signed = snapshots(session, list(standing))
    while batch := list(islice(signed, SUBMISSIONS_AT_A_TIME)):
        stored = _Stored(session, [submission_id for submission_id, _, _ in batch])
        for each, signed_to, snapshot in batch:
            due = {signed_to, terms.newest or signed_to} if standing[each] else {signed_to}
            for version_id in due | stored.versions(each):
                term = terms.of(version_id)
                counting = term.counting(signed_to, snapshot)
                if stored.says(each, version_id) == _expected(term.layout, counting):
                    continue
                wrong.add(each)
                if mend:
                    _replace(session, each, version_id, term.layout, counting)
    found = Recounted(len(standing), len(wrong))
    if mend and wrong:
        record(session, _act(actor, dialogue_id, found), now=now)
    return found


class _Terms:
    """The versions of a dialogue, each read once."""

    def __init__(self, session: Session, dialogue_id: UUID) -> None:
        self.session = session
        self.dialogue_id = dialogue_id
        published = published_version(session, dialogue_id)
        self.newest = published.id if published is not None else None
        self._terms: dict[UUID, Later] = {}

    def of(self, version_id: UUID) -> Later:
        if version_id not in self._terms:
            self._terms[version_id] = Later(self.session, self.dialogue_id, version_id)
        return self._terms[version_id]


Said = tuple[Counter[CountedCell], tuple[str, bytes] | None]
"""The cells, and the packed row with its layout; None if there is none."""


class _Stored:
    """What is stored of some submissions, by submission and version; two queries."""

    def __init__(self, session: Session, submission_ids: Sequence[UUID]) -> None:
        self.cells: dict[tuple[UUID, UUID], Counter[CountedCell]] = {}
        cell = SubmittedCell
        columns = (cell.question, cell.option, cell.confidentiality, cell.value)
        query = select(cell.submission_id, cell.version_id, *columns).where(
            cell.submission_id.in_(submission_ids)
        )
        for submission_id, version_id, key, option, confidentiality, value in session.execute(
            query
        ):
            counter = self.cells.setdefault((submission_id, version_id), Counter())
            counter[CountedCell(key, option, confidentiality, value)] += 1
        row = PackedCells
        packed = select(row.submission_id, row.version_id, row.layout, row.bits).where(
            row.submission_id.in_(submission_ids)
        )
        self.packed = {
            (submission_id, version_id): (layout, bits)
            for submission_id, version_id, layout, bits in session.execute(packed)
        }

    def says(self, submission_id: UUID, version_id: UUID) -> Said:
        key = submission_id, version_id
        return self.cells.get(key, Counter()), self.packed.get(key)

    def versions(self, submission_id: UUID) -> set[UUID]:
        """Those that it counts in terms of as it is stored."""
        stored = self.cells.keys() | self.packed.keys()
        return {version_id for each, version_id in stored if each == submission_id}


def _expected(layout: Layout, counting: Counting) -> Said:
    return Counter(counting.cells), (layout.sha256, pack(layout, counting))


def _replace(
    session: Session, submission_id: UUID, version_id: UUID, layout: Layout, counting: Counting
) -> None:
    for table in (SubmittedCell, PackedCells):
        session.execute(
            delete(table).where(
                table.submission_id == submission_id, table.version_id == version_id
            )
        )
    store_counts(session, version_id, layout, [(submission_id, counting)])


def _act(actor: Actor, dialogue_id: UUID, found: Recounted) -> Act:
    return Act(
        person_id=actor.person_id,
        dialogue_id=dialogue_id,
        subject=("dialogue", dialogue_id),
        act="responses_recounted",
        details={"submissions": found.submissions, "mended": found.different},
    )
