"""From submissions to who answered what, as bit sets; and the same for earlier releases."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.aggregate.counts import Counts
from portal.aggregate.proposals import Answers, Question
from portal.response.cells import CellKey, cell_keys
from portal.response.loading import questionnaire_of
from portal.response.models import SubmittedCell
from portal.response.packing import layout_of
from portal.response.queries_submitted import stream_submissions
from portal.response.rules import contributors
from portal.response.standing import Later

ROWS_AT_A_TIME = 1000


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


def questions(
    session: Session,
    version_id: UUID,
    places: Mapping[UUID, int],
    asked: Iterable[tuple[CellKey, Mapping[str, int]]],
) -> dict[str, Question]:
    """Key → countable question, of keys with everybody in each of their columns, in their order.

    The answers are those of these submissions (id → place).
    """
    found = answers(session, version_id, places)
    return {
        key.key: Question(
            found[key.key], [option for option, _ in key.options], columns, key.multiple
        )
        for key, columns in asked
    }


def answers(
    session: Session, version_id: UUID, places: Mapping[UUID, int]
) -> Mapping[str, Answers]:
    """The answers to each countable question of these submissions (id → place).

    They are put together question by question, when they are asked for.
    """
    questionnaire = questionnaire_of(session, version_id)
    keys = [key for question in questionnaire.questions() for key in cell_keys(question)]
    given = numbers(session, version_id, places, [key.key for key in keys if key.numeric])
    return Counts(session, version_id, layout_of(questionnaire), places, given)


def numbers(
    session: Session, version_id: UUID, places: Mapping[UUID, int], keys: Collection[str]
) -> dict[str, dict[int, float]]:
    """Key → place → number, of what these submissions (id → place) gave; one query."""
    query = (
        select(SubmittedCell.submission_id, SubmittedCell.question, SubmittedCell.value)
        .where(
            SubmittedCell.version_id == version_id,
            SubmittedCell.question.in_(keys),
            SubmittedCell.value.is_not(None),
        )
        .execution_options(yield_per=ROWS_AT_A_TIME)
    )
    found: dict[str, dict[int, float]] = {key: {} for key in keys}
    for submission_id, key, value in session.execute(query) if keys else ():
        place = places.get(submission_id)
        if place is not None and value is not None:
            found[key][place] = value
    return found
