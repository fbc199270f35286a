"""From submissions to who answered what, as bit sets; and the same for earlier releases."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.aggregate.disclosure import Answers, Column, Seen
from portal.aggregate.documents import ReleasedDocument, parse
from portal.aggregate.models import Release, ReleaseDocument
from portal.aggregate.policy import Audience
from portal.questionnaire.definition import ConfidentialityClass
from portal.response.models import SubmittedCell
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
    later = Later(session, dialogue_id, version_id)
    standing = [
        replace(later.read(submission), answers={})  # counted from the cells, too many to keep
        for submission in stream_submissions(session, dialogue_id, cut_off)
    ]
    counting = {submission.submission_id for submission in contributors(standing).values()}
    return [
        Member(
            submission_id=submission.submission_id,
            group=submission.group_id,
            segments=submission.segments,
            counts=submission.submission_id in counting,
        )
        for submission in standing
    ]


def answers(session: Session, version_id: UUID, places: Mapping[UUID, int]) -> dict[str, Answers]:
    """The answers to each countable question of these submissions (id → place); one query."""
    options: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    classes: dict[str, dict[ConfidentialityClass, int]] = defaultdict(lambda: defaultdict(int))
    query = (
        select(
            SubmittedCell.submission_id,
            SubmittedCell.question,
            SubmittedCell.option,
            SubmittedCell.confidentiality,
        )
        .where(SubmittedCell.version_id == version_id)
        .execution_options(yield_per=ROWS_AT_A_TIME)
    )
    for submission_id, question, option, confidentiality in session.execute(query):
        place = places.get(submission_id)
        if place is not None:
            options[question][option] |= 1 << place
            classes[question][ConfidentialityClass(confidentiality)] |= 1 << place
    return {key: Answers(options[key], classes[key]) for key in options}


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
    then: dict[UUID, dict[str, Answers]] = {}
    for release, row in session.execute(query).all():
        counted = row.structure["contributors"]
        numbers = {i: places.of(group) for i, (group, _) in enumerate(counted)}
        if release.id not in then:
            submissions = {UUID(key): numbers[i] for i, (_, key) in enumerate(counted)}
            then[release.id] = answers(session, release.version_id, submissions)
        document = parse(row.document, row.sha256)
        for key, columns in row.structure["questions"].items():
            shown = tuple(
                _column(document, key, name, _renumbered(int(members, 16), numbers))
                for name, members in columns.items()
            )
            asked = then[release.id].get(key, NO_ANSWERS)
            seen[key][document.audience].append(Seen(asked, shown))
    return seen


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
