"""Reads of what was submitted, by others than the supplier: for a release, and by name."""

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, defer

from portal.core.errors import NotNow, Refused, message
from portal.dialogue.queries import dialogue_of
from portal.dialogue.rules import is_closed
from portal.identity.actor import Actor
from portal.identity.models import Organisation
from portal.identity.queries import groups
from portal.questionnaire.definition import ConfidentialityClass, Question, Questionnaire, Section
from portal.questionnaire.queries import published_version
from portal.response.answers import SubmittedResponse
from portal.response.models import Submission
from portal.response.queries_evidence import narrowed_evidence
from portal.response.queries_referred import Referred
from portal.response.reviewing import fingerprint
from portal.response.sight import Sight, sight_of
from portal.response.standing import Later
from portal.response.validity import with_open_evidence

ROWS_AT_A_TIME = 200


@dataclass(frozen=True, slots=True)
class SupplierColumn:
    """A supplier whose answers stand in one column."""

    response_id: UUID
    submission_id: UUID
    organisation_id: UUID
    name: str
    submitted_at: datetime


@dataclass(frozen=True, slots=True)
class AttributedLine:
    """A question and each supplier's answer to it, in the order of the columns.

    An answer is as in the snapshot: "state", "value" or "reason", "comment", "class", "language",
    "evidence"; one by reference has "brand" and "behind" (``queries_referred``). None if there is
    none or its class is not open to the reader: the two look alike.
    """

    section: Section
    question: Question
    answers: tuple[Mapping[str, Any] | None, ...]


@dataclass(frozen=True, slots=True)
class Attributed:
    """Suppliers side by side."""

    questionnaire: Questionnaire
    suppliers: tuple[SupplierColumn, ...]
    lines: tuple[AttributedLine, ...]
    behind: frozenset[UUID] = frozenset()
    """Other responses whose answers are shown, since somebody points to them."""
    prints: Mapping[tuple[UUID, str], str] = field(default_factory=dict)
    """(response, question) → what tells the signed answer from another, where it was wanted."""


def stream_submissions(
    session: Session, dialogue_id: UUID, cut_off: datetime, *, with_content: bool = True
) -> Iterator[SubmittedResponse]:
    """Of each response the newest submission at the cut-off that stands, by supplier's name.

    A few hundred in memory at a time; without content, who submitted when.
    """
    tops = groups(session)
    standing = _standing(dialogue_id).where(Submission.submitted_at <= cut_off)
    columns = (
        Organisation.name.label("organisation_name"),
        Submission.id.label("submission_id"),
        Submission.response_id,
        Submission.version_id,
        Submission.organisation_id,
        Submission.number,
        Submission.submitted_at,
        Submission.sha256,
        *((Submission.snapshot,) if with_content else ()),
    )
    # Plain rows: a hundred thousand objects that the session keeps track of take ten times as long.
    query = _newest_of_each(standing).with_only_columns(*columns)
    for row in session.execute(query.execution_options(yield_per=ROWS_AT_A_TIME)).mappings():
        found = dict(row)
        content = json.loads(found.pop("snapshot")) if with_content else {}
        yield SubmittedResponse(
            **found,
            group_id=tops[found["organisation_id"]],
            segments=tuple(content.get("segments", ())),
            answers=content.get("answers", {}),
        )


def attributed_answers(
    session: Session,
    actor: Actor,
    dialogue_id: UUID,
    *,
    organisation_ids: Collection[UUID] = (),
    section_id: str | None = None,
    now: datetime,
) -> Attributed:
    """Submitted answers with the suppliers' names, those of classes open to the actor.

    Of these organisations, or of all; of one section, or of all. Class aggregate only is never in
    it: see ``operations.read_attributed``, which also writes down who read. Four queries.
    Raises Refused if the actor has no part in the dialogue, NotNow before it closes.
    """
    require_opened(session, actor, dialogue_id, now)
    sight = sight_of(session, actor, dialogue_id)
    sight = replace(sight, classes=sight.classes - {ConfidentialityClass.AGGREGATE_ONLY})
    return side_by_side(session, dialogue_id, sight, organisation_ids, section_id)


def submitted_suppliers(
    session: Session, actor: Actor, dialogue_id: UUID, *, now: datetime
) -> list[SupplierColumn]:
    """Every supplier whose answers may be compared, by name; none before the dialogue closes.

    Raises Refused if the actor has no part in the dialogue.
    """
    dialogue = dialogue_of(session, dialogue_id)
    if dialogue is None or not actor.grants_in(dialogue_id):
        raise Refused
    if not is_closed(dialogue, now):
        return []
    query = _newest_of_each(_standing(dialogue_id)).options(defer(Submission.snapshot))
    return [_column(submission, name) for submission, name in session.execute(query)]


def require_opened(session: Session, actor: Actor, dialogue_id: UUID, now: datetime) -> None:
    """Raise Refused for outsiders, and NotNow while answers are still being given."""
    dialogue = dialogue_of(session, dialogue_id)
    if dialogue is None or not actor.grants_in(dialogue_id):
        raise Refused
    if not is_closed(dialogue, now):
        raise NotNow(message("Answers are opened to others when the dialogue closes."))


def side_by_side(
    session: Session,
    dialogue_id: UUID,
    sight: Sight,
    organisation_ids: Collection[UUID],
    section_id: str | None,
    *,
    printed: Callable[[UUID, str], bool] = lambda _response_id, _question_id: False,
) -> Attributed:
    """Suppliers in columns, questions in lines, answers within the reader's sight only.

    Who signed an earlier version has answered the questions that were kept since. ``printed``
    says which answers are wanted with a fingerprint.
    """
    version = published_version(session, dialogue_id)
    if version is None:
        raise Refused
    found = _standing_of(session, dialogue_id, organisation_ids)
    columns = tuple(_column(row, name) for row, name in found)
    later = Later(session, dialogue_id, version.id)
    given = [later.answers(row.version_id, json.loads(row.snapshot)["answers"]) for row, _ in found]
    ids = [column.response_id for column in columns]
    present = _present(session, columns, sight)
    behind = Referred(session, later, sight)
    behind.read(list(zip(ids, given, strict=True)))

    def answer(place: int, question_id: str) -> Mapping[str, Any] | None:
        own = given[place].get(question_id)
        seen = _if_open(own, sight.of(ids[place]), present[place])
        return behind.with_brand(ids[place], question_id, seen)

    lines = tuple(
        AttributedLine(section, each, tuple(answer(place, each.id) for place in range(len(ids))))
        for section in version.questionnaire.sections
        if section_id in {None, section.id}
        for each in section.questions
    )
    shown = frozenset(behind.shown.difference(ids))
    prints = _prints(ids, given, lines, printed)
    return Attributed(version.questionnaire, columns, lines, shown, prints)


def _standing_of(
    session: Session, dialogue_id: UUID, organisation_ids: Collection[UUID]
) -> Sequence[Any]:
    """(submission, supplier's name) of these organisations, or of all, by name."""
    query = _standing(dialogue_id)
    if organisation_ids:
        query = query.where(Submission.organisation_id.in_(organisation_ids))
    return session.execute(_newest_of_each(query)).all()


def _prints(
    ids: Sequence[UUID],
    given: Sequence[Mapping[str, Any]],
    lines: Iterable[AttributedLine],
    printed: Callable[[UUID, str], bool],
) -> dict[tuple[UUID, str], str]:
    """The fingerprints of the answers that are wanted with one; ``given`` is what was signed."""
    return {
        (ids[place], line.question.id): fingerprint(given[place][line.question.id], seen)
        for line in lines
        for place, seen in enumerate(line.answers)
        if seen is not None and printed(ids[place], line.question.id)
    }


def _present(
    session: Session, columns: Collection[SupplierColumn], sight: Sight
) -> list[Mapping[str, str]]:
    """Of each column, the classes that its narrowed evidence has today, by mark."""
    suppliers = [column.organisation_id for column in columns]
    narrowed = narrowed_evidence(session, suppliers, sight.classes)
    return [narrowed.get(supplier, {}) for supplier in suppliers]


def _column(submission: Submission, name: str) -> SupplierColumn:
    return SupplierColumn(
        submission.response_id,
        submission.id,
        submission.organisation_id,
        name,
        submission.submitted_at,
    )


def _if_open(
    answer: Mapping[str, Any] | None, classes: Collection[str], present: Mapping[str, str]
) -> Mapping[str, Any] | None:
    if answer is None or answer["class"] not in classes:
        return None
    return with_open_evidence(answer, classes, present)


def _standing(dialogue_id: UUID) -> Select[UUID, int]:
    """(response, number of its newest submission) of what was submitted and not withdrawn."""
    return (
        select(Submission.response_id, func.max(Submission.number).label("number"))
        .where(Submission.dialogue_id == dialogue_id, Submission.withdrawn_at.is_(None))
        .group_by(Submission.response_id)
    )


def _newest_of_each(standing: Select[UUID, int]) -> Select[Submission, str]:
    newest = standing.subquery()
    return (
        select(Submission, Organisation.name)
        .join(
            newest,
            (newest.c.response_id == Submission.response_id)
            & (newest.c.number == Submission.number),
        )
        .join(Organisation, Organisation.id == Submission.organisation_id)
        .order_by(Organisation.name, Submission.id)
    )
