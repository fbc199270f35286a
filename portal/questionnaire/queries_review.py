"""Reads about what is said of a draft: threads of remarks, suggested wordings, counts."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, case, func, select
from sqlalchemy.orm import Session, aliased

from portal.core.errors import Refused
from portal.identity.actor import Actor
from portal.identity.models import Organisation, Person
from portal.questionnaire.loader import from_json
from portal.questionnaire.models import Comment, Version
from portal.questionnaire.policy import (
    BEFORE_PUBLICATION,
    may_edit,
    may_read_draft,
    may_settle,
)
from portal.questionnaire.subjects import parts
from portal.questionnaire.suggesting import texts_of


@dataclass(frozen=True, slots=True)
class Remark:
    """What somebody wrote."""

    id: UUID
    person: str
    organisation: str
    body: str
    written_at: datetime
    is_own: bool


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Another wording of a text field; ``outcome`` is empty, accepted or declined."""

    field: str
    before: str
    after: str
    outcome: str
    applies: bool
    """Open, and the field still says ``before``, so that it can be accepted."""


@dataclass(frozen=True, slots=True)
class Thread:
    """A remark or suggestion on a part, with the replies to it, oldest first."""

    subject: str
    remark: Remark
    suggestion: Suggestion | None
    replies: tuple[Remark, ...]
    decided_at: datetime | None
    decided_by: str
    is_retired: bool
    """The part is not in the draft any more."""
    may_settle: bool
    """The reader may resolve it, reopen it or take the suggestion back."""
    may_decide: bool
    """The reader may accept or decline the suggestion."""

    @property
    def is_open(self) -> bool:
        """Nobody has settled it."""
        return self.decided_at is None


@dataclass(frozen=True, slots=True)
class Counts:
    """Open remarks on one part, and how many of them are suggestions."""

    open: int
    suggestions: int


def threads(
    session: Session,
    actor: Actor,
    version_id: UUID,
    subject: str | None = None,
    *,
    open_only: bool = False,
) -> list[Thread]:
    """The threads on a version, of one part if given, oldest first; retired parts' too.

    Raises Refused for who may not read the draft.
    """
    version = session.get(Version, version_id)
    if version is None or not may_read_draft(actor, version.dialogue_id):
        raise Refused
    query = _rows(version_id)
    if subject is not None:
        query = query.where(Comment.subject == subject)
    rows = session.execute(query).all()
    heads = [row for row in rows if row.parent_id is None]
    if open_only:
        heads = [row for row in heads if row.decided_at is None]
    replies: dict[UUID, list[Remark]] = {}
    for row in rows:
        if row.parent_id is not None:
            replies.setdefault(row.parent_id, []).append(_remark(row, actor))
    made = _Reader(actor, version)
    return [made.thread(row, replies.get(row.id, ())) for row in heads]


def comment_counts(session: Session, version_id: UUID) -> dict[str, Counts]:
    """Subject to its open remarks; parts without any are left out."""
    is_suggestion: ColumnElement[int] = case((Comment.field != "", 1), else_=0)
    query = (
        select(Comment.subject, func.count(), func.sum(is_suggestion))
        .where(
            Comment.version_id == version_id,
            Comment.parent_id.is_(None),
            Comment.decided_at.is_(None),
        )
        .group_by(Comment.subject)
    )
    return {row[0]: Counts(row[1], int(row[2])) for row in session.execute(query)}


class _Reader:
    """Makes threads for one reader of one version."""

    def __init__(self, actor: Actor, version: Version) -> None:
        self.actor, self.version = actor, version
        questionnaire = from_json(version.definition)
        self.languages = questionnaire.languages
        self.contents = parts(questionnaire)
        self.is_draft = version.state in BEFORE_PUBLICATION

    def thread(self, row: Any, replies: Iterable[Remark]) -> Thread:  # noqa: ANN401 - a row
        """The thread that a remark begins."""
        dialogue_id = self.version.dialogue_id
        return Thread(
            subject=row.subject,
            remark=_remark(row, self.actor),
            suggestion=self._suggestion(row) if row.field else None,
            replies=tuple(replies),
            decided_at=row.decided_at,
            decided_by=row.decided_by or "",
            is_retired=row.subject not in self.contents,
            may_settle=self.is_draft and may_settle(self.actor, dialogue_id, row.person_id),
            may_decide=self.is_draft and may_edit(self.actor, dialogue_id),
        )

    def _suggestion(self, row: Any) -> Suggestion:  # noqa: ANN401 - a row
        content = self.contents.get(row.subject)
        applies = self.is_draft and not row.outcome and content is not None
        if applies:
            texts = texts_of(content, row.subject, self.languages)
            applies = texts.get(row.field) == row.before
        return Suggestion(row.field, row.before, row.after, row.outcome, applies)


def _rows(version_id: UUID) -> Select[*tuple[Any, ...]]:
    decider = aliased(Person)
    return (
        select(
            Comment.id,
            Comment.parent_id,
            Comment.subject,
            Comment.person_id,
            Comment.body,
            Comment.field,
            Comment.before,
            Comment.after,
            Comment.outcome,
            Comment.written_at,
            Comment.decided_at,
            Person.name.label("person"),
            Organisation.name.label("organisation"),
            decider.name.label("decided_by"),
        )
        .join(Person, Person.id == Comment.person_id)
        .join(Organisation, Organisation.id == Comment.organisation_id)
        .outerjoin(decider, decider.id == Comment.decided_by)
        .where(Comment.version_id == version_id)
        .order_by(Comment.written_at, Comment.id)
    )


def _remark(row: Any, actor: Actor) -> Remark:  # noqa: ANN401 - a row of the query above
    return Remark(
        id=row.id,
        person=row.person,
        organisation=row.organisation,
        body=row.body,
        written_at=row.written_at,
        is_own=actor.is_signed_in and row.person_id == actor.person_id,
    )
