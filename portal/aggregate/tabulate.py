"""From submissions to who answered what, as bit sets; and the same for earlier releases."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.aggregate.proposals import Answers
from portal.questionnaire.definition import ConfidentialityClass
from portal.response.models import SubmittedCell
from portal.response.queries_submitted import stream_submissions
from portal.response.rules import contributors
from portal.response.standing import Later

ROWS_AT_A_TIME = 1000
NO_ANSWERS = Answers({}, {})


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
