"""Reads about the long list of issues, and what of a questionnaire an issue may come from."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from portal.core.errors import Refused
from portal.identity.actor import Actor
from portal.identity.models import Organisation, Person
from portal.meeting.issues_policy import may_manage, may_propose, may_read_issues
from portal.meeting.models_issues import Issue
from portal.questionnaire.definition import Questionnaire, Text
from portal.questionnaire.queries import published_version
from portal.response.cells import CellKey, cell_keys, labels_of

SECTION, CLAUSE, QUESTION = "section", "clause", "question"


@dataclass(frozen=True, slots=True)
class Source:
    """A part of a questionnaire that an issue may come from, named by its stable id."""

    kind: str
    ref: str
    text: Text

    @property
    def value(self) -> str:
        """As a form sends it."""
        return f"{self.kind} {self.ref}"


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueRow:
    """An issue of the long list. ``merged_into`` is the number of the one that stands for it."""

    id: UUID
    number: int
    title: str
    description: str
    source_kind: str
    source_ref: str
    readiness: tuple[Mapping[str, Any], ...]
    state: str
    reason: str
    version: int
    organisation_id: UUID | None
    organisation: str
    person: str
    proposed_at: datetime
    merged_into: int | None

    @property
    def is_alive(self) -> bool:
        """Whether it is on the list or proposed for it."""
        return self.state in {"proposed", "listed"}


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuePage:
    """One issue, and what its reader may do with it."""

    issue: IssueRow
    others: tuple[IssueRow, ...]
    """The issues that could stand for it."""
    may_manage: bool
    may_change: bool


def issue_rows(session: Session, actor: Actor, dialogue_id: UUID) -> list[IssueRow]:
    """Every issue of a dialogue by number; one query. Raises Refused for who may not read them."""
    if not may_read_issues(actor, dialogue_id):
        raise Refused
    other = aliased(Issue)
    query = (
        select(Issue, Organisation.name, Person.name, other.number)
        .outerjoin(Organisation, Organisation.id == Issue.organisation_id)
        .outerjoin(Person, Person.id == Issue.person_id)
        .outerjoin(other, other.id == Issue.merged_into)
        .where(Issue.dialogue_id == dialogue_id)
        .order_by(Issue.number)
    )
    return [_row(*row) for row in session.execute(query)]


def issue_page(session: Session, actor: Actor, dialogue_id: UUID, issue_id: UUID) -> IssuePage:
    """One issue of a dialogue; Refused if there is none, or the actor may not read it."""
    rows = issue_rows(session, actor, dialogue_id)
    issue = next((row for row in rows if row.id == issue_id), None)
    if issue is None:
        raise Refused
    manages = may_manage(actor, dialogue_id)
    is_own = issue.organisation_id is not None and may_propose(
        actor, dialogue_id, issue.organisation_id
    )
    return IssuePage(
        issue=issue,
        others=tuple(row for row in rows if row.is_alive and row.id != issue_id),
        may_manage=manages and issue.is_alive,
        may_change=issue.is_alive and (manages or (is_own and issue.state == "proposed")),
    )


def sources(questionnaire: Questionnaire) -> list[Source]:
    """Its sections, questions and clauses, in page order."""
    sections = [Source(SECTION, each.id, each.title) for each in questionnaire.sections]
    questions = [Source(QUESTION, each.id, each.text) for each in questionnaire.questions()]
    titles = {each.id: each.title for each in questionnaire.instruments}
    clauses = {
        f"{each.instrument} {each.clause}": titles.get(each.instrument, {})
        for question in questionnaire.questions()
        for each in question.clauses
    }
    return [*sections, *questions, *(Source(CLAUSE, ref, text) for ref, text in clauses.items())]


def is_known(session: Session, dialogue_id: UUID, value: str) -> bool:
    """Whether the published questionnaire has this part, named as ``Source.value`` does."""
    version = published_version(session, dialogue_id)
    known = sources(version.questionnaire) if version else []
    return value in {each.value for each in known}


def clauses_of(session: Session, dialogue_id: UUID) -> list[str]:
    """The clauses that the published questionnaire names, as ``instrument clause``."""
    version = published_version(session, dialogue_id)
    known = sources(version.questionnaire) if version else []
    return [each.ref for each in known if each.kind == CLAUSE]


@dataclass(frozen=True, slots=True)
class Countable:
    """A question, or a row of one, that releases count; ``texts`` are its own and its row's."""

    key: CellKey
    texts: tuple[Text, ...]

    @property
    def options(self) -> tuple[tuple[str, Text], ...]:
        """Option id and label."""
        return self.key.options


def countable(session: Session, dialogue_id: UUID) -> dict[str, Countable]:
    """Everything with options that a release of the published questionnaire counts, by key."""
    version = published_version(session, dialogue_id)
    return {
        key.key: Countable(key, (question.text, *labels_of(question, key)))
        for question in (version.questionnaire.questions() if version else ())
        for key in cell_keys(question)
        if key.options
    }


def _row(issue: Issue, organisation: str | None, person: str | None, into: int | None) -> IssueRow:
    return IssueRow(
        id=issue.id,
        number=issue.number,
        title=issue.title,
        description=issue.description,
        source_kind=issue.source_kind,
        source_ref=issue.source_ref,
        readiness=tuple(issue.readiness),
        state=issue.state,
        reason=issue.reason,
        version=issue.version,
        organisation_id=issue.organisation_id,
        organisation=organisation or "",
        person=person or "",
        proposed_at=issue.proposed_at,
        merged_into=into,
    )
