"""From submissions to who answered what, as bit sets; and the same for earlier releases."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.aggregate.counts import Counts
from portal.aggregate.disclosure import Answers, Column, Seen
from portal.aggregate.documents import ReleasedDocument, parse
from portal.aggregate.models import Release, ReleaseDocument
from portal.aggregate.policy import Audience
from portal.response.loading import questionnaire_of
from portal.response.models import SubmittedCell
from portal.response.packing import Layout, layout_of
from portal.response.queries_submitted import stream_submissions
from portal.response.rules import contributors
from portal.response.standing import Later

ROWS_AT_A_TIME = 1000
NO_ANSWERS = Answers({}, {})
Structure = Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A submission in a release; ``counts`` is false for a further one of its group."""

    submission_id: UUID
    group: UUID
    segments: tuple[str, ...]
    counts: bool


class Places:
    """Numbers contributors (corporate groups) over all releases of a dialogue, from 0."""

    def __init__(self) -> None:
        """Begin with nobody."""
        self._numbers: dict[str, int] = {}

    def of(self, group: str) -> int:
        """The group's number; a new group gets the next."""
        return self._numbers.setdefault(group, len(self._numbers))


def members(
    session: Session, dialogue_id: UUID, version_id: UUID, cut_off: datetime
) -> list[Member]:
    """The submissions that stand at the cut-off, by supplier's name (invariant I9).

    Those signed to an earlier version are among them: their answers to the questions that were
    kept since are cells of this version, too, and put them in its segments.
    """
    standing = list(stream_submissions(session, dialogue_id, cut_off, with_content=False))
    ids = [submission.submission_id for submission in standing]
    segments = Later(session, dialogue_id, version_id).segments(ids)
    counting = {submission.submission_id for submission in contributors(standing).values()}
    return [
        Member(
            submission_id=submission.submission_id,
            group=submission.group_id,
            segments=segments[submission.submission_id],
            counts=submission.submission_id in counting,
        )
        for submission in standing
    ]


def answers(
    session: Session, version_id: UUID, places: Mapping[UUID, int]
) -> Mapping[str, Answers]:
    """The answers to each countable question of these submissions (id → place).

    They are put together question by question, when they are asked for.
    """
    return Counts(session, version_id, _layout(session, version_id), places)


def numbers(
    session: Session, version_id: UUID, places: Mapping[UUID, int], key: str
) -> dict[int, float]:
    """The numbers that these submissions (id → place) gave to a question for one, by place."""
    query = (
        select(SubmittedCell.submission_id, SubmittedCell.value)
        .where(
            SubmittedCell.version_id == version_id,
            SubmittedCell.question == key,
            SubmittedCell.value.is_not(None),
        )
        .execution_options(yield_per=ROWS_AT_A_TIME)
    )
    return {
        places[submission_id]: value
        for submission_id, value in session.execute(query)
        if value is not None and submission_id in places
    }


# Earlier releases -------------------------------------------------------------------------


def structure(
    counting: Sequence[Member], places: Places, questions: Mapping[str, Sequence[Column]]
) -> Structure:
    """What a later release must know of a document.

    ``contributors``: [group, submission] in order; ``questions``: for each shown column the
    contributors in it as a hexadecimal bit set, the first contributor in its lowest bit.
    """
    numbers = [places.of(str(member.group)) for member in counting]
    local = {number: position for position, number in enumerate(numbers)}
    return {
        "contributors": [[str(member.group), str(member.submission_id)] for member in counting],
        "questions": {
            key: {column.name: f"{_renumbered(column.members, local):x}" for column in columns}
            for key, columns in questions.items()
        },
    }


def earlier(
    session: Session, dialogue_id: UUID, places: Places
) -> dict[str, dict[Audience, list[Seen]]]:
    """What each audience was shown of each countable question, oldest release first."""
    seen: dict[str, dict[Audience, list[Seen]]] = defaultdict(lambda: defaultdict(list))
    query = (
        select(Release, ReleaseDocument)
        .join(ReleaseDocument, ReleaseDocument.release_id == Release.id)
        .where(Release.dialogue_id == dialogue_id)
        .order_by(Release.number, ReleaseDocument.audience)
    )
    then: dict[UUID, Mapping[str, Answers]] = {}
    layouts: dict[UUID, Layout] = {}
    for release, row in session.execute(query).all():
        counted = row.structure["contributors"]
        numbers = {i: places.of(group) for i, (group, _) in enumerate(counted)}
        if release.id not in then:
            submissions = {UUID(key): numbers[i] for i, (_, key) in enumerate(counted)}
            version_id = release.version_id
            if version_id not in layouts:
                layouts[version_id] = _layout(session, version_id)
            then[release.id] = Counts(session, version_id, layouts[version_id], submissions)
        document = parse(row.document, row.sha256)
        for key, columns in row.structure["questions"].items():
            shown = tuple(
                _column(document, key, name, _renumbered(int(members, 16), numbers))
                for name, members in columns.items()
            )
            asked = then[release.id].get(key, NO_ANSWERS)
            seen[key][document.audience].append(Seen(asked, shown))
    return seen


def _layout(session: Session, version_id: UUID) -> Layout:
    return layout_of(questionnaire_of(session, version_id))


def _column(document: ReleasedDocument, key: str, name: str, members: int) -> Column:
    column = document.questions[key][name]
    cells = {option: cell for option, cell in column.cells.items() if cell is not None}
    return Column(name, members, column.n, column.protected, column.exact, cells)


def _renumbered(members: int, numbers: Mapping[int, int]) -> int:
    """The same set with other numbers."""
    moved = 0
    for old, new in numbers.items():
        if members >> old & 1:
            moved |= 1 << new
    return moved
