"""Files that were read and wait to be looked at: kept, found again, and done without."""

from datetime import datetime
from typing import Any, TypeAlias
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from portal.core.errors import Refused
from portal.identity.actor import Actor
from portal.response.loading import Loaded, load, shares_of
from portal.response.models_sources import AnswerImport
from portal.response.policy import may_write

WaitingFile: TypeAlias = tuple[UUID, str, datetime]
"""The id of an import, the name of its file, and when it was read."""


def writable_questions(session: Session, actor: Actor, loaded: Loaded) -> frozenset[str]:
    """The questions of the whole questionnaire that the actor may answer; one query at most."""
    place = (loaded.response.dialogue_id, loaded.response.organisation_id)
    shares = shares_of(session, actor, loaded.response)
    parts = [may_write(actor, *place, each, shares) for each in loaded.questionnaire.sections]
    return frozenset().union(*parts)


def require_hand(session: Session, actor: Actor, loaded: Loaded) -> frozenset[str]:
    """The questions that the actor may answer; raises Refused if there are none."""
    writable = writable_questions(session, actor, loaded)
    if not writable:
        raise Refused
    return writable


def keep_import(
    session: Session,
    actor: Actor,
    response_id: UUID,
    kind: str,
    content: Any,  # noqa: ANN401 - JSON
    *,
    question_id: str = "",
    file_name: str,
    sha256: str,
    now: datetime,
) -> UUID:
    """Keep what was read of a file until somebody has looked at it; the id of the import.

    ``content`` is JSON; ``question_id`` names the table if rows of one were read. Whoever calls
    has asked whether the actor may.
    """
    found = AnswerImport(
        response_id=response_id,
        kind=kind,
        question_id=question_id,
        file_name=file_name[-255:],
        sha256=sha256,
        content=content,
        read_by=actor.person_id,
        read_at=now,
    )
    session.add(found)
    session.flush()
    return found.id


def drop_import(
    session: Session, actor: Actor, response_id: UUID, import_id: UUID, kind: str, *, now: datetime
) -> None:
    """Do without a workbook or a template that was read; evidence that it became stays.

    Raises Refused unless the actor may answer anything, and for what does not wait.
    """
    require_hand(session, actor, load(session, response_id, lock=True))
    waiting_import(session, response_id, import_id, kind, lock=True).dropped_at = now


def waiting_import(
    session: Session,
    response_id: UUID,
    import_id: UUID,
    kind: str,
    question_id: str = "",
    *,
    lock: bool = False,
) -> AnswerImport:
    """The import of this id, locked against others if ``lock``; Refused if it does not wait."""
    query = select(AnswerImport).where(
        AnswerImport.id == import_id, *waits(response_id, kind, question_id)
    )
    found = session.scalars(query.with_for_update() if lock else query).one_or_none()
    if found is None:
        raise Refused
    return found


def waiting_files(
    session: Session, response_id: UUID, kind: str, question_id: str = ""
) -> tuple[WaitingFile, ...]:
    """The files of a kind that wait, the newest first; one query."""
    query = (
        select(AnswerImport.id, AnswerImport.file_name, AnswerImport.read_at)
        .where(*waits(response_id, kind, question_id))
        .order_by(AnswerImport.read_at.desc())
    )
    return tuple((row.id, row.file_name, row.read_at) for row in session.execute(query))


def waits(response_id: UUID, kind: str, question_id: str = "") -> tuple[ColumnElement[bool], ...]:
    """The conditions of an import that is neither taken nor dropped, of a table if it is named."""
    return (
        AnswerImport.response_id == response_id,
        AnswerImport.kind == kind,
        AnswerImport.question_id == question_id,
        AnswerImport.applied_at.is_(None),
        AnswerImport.dropped_at.is_(None),
    )
