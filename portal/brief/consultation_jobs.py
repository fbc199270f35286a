"""The consultation file as a job, and those that were made, to be taken."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.brief.consultation_file import consultation_file, may_take, note_taken
from portal.core.db import Database
from portal.core.errors import Refused
from portal.core.files import FileStore
from portal.core.jobs import Job, Report
from portal.core.settings import load_settings
from portal.dialogue.queries import load_actor
from portal.identity.actor import Actor

KIND = "consultation_file"
SEPARATOR = " "
"""In a job's result, between the key in the file store, the root hash and the number of files."""
KEPT = 5
"""Files that the page lists."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A consultation file that was made: ``key`` names it in the file store."""

    job_id: UUID
    at: datetime
    key: str
    root: str
    count: int
    names_invited: bool


def make_consultation_file(database: Database, arguments: Mapping[str, Any], report: Report) -> str:
    """Make the file and keep it; returns its key, root hash and number of files.

    ``arguments``: dialogue_id, person_id (who asked), names_invited, var_dir.
    """
    report(0, 2)
    var_dir = Path(arguments["var_dir"]) if "var_dir" in arguments else load_settings().var_dir
    store = FileStore(var_dir / "files")
    with database.session(writes=False) as session:
        actor = load_actor(session, UUID(arguments["person_id"]))
        made = consultation_file(
            session,
            actor,
            UUID(arguments["dialogue_id"]),
            store,
            names_invited=bool(arguments["names_invited"]),
        )
    report(1, 2)
    key = store.put(made.content)
    report(2, 2)
    return SEPARATOR.join((key, made.root, str(made.count)))


def made_files(session: Session, actor: Actor, dialogue_id: UUID) -> list[Made]:
    """The consultation files of a dialogue that were made last, the newest first."""
    if not may_take(actor, dialogue_id):
        raise Refused
    query = (
        select(Job)
        .where(Job.dialogue_id == dialogue_id, Job.kind == KIND, Job.state == "done")
        .order_by(Job.created_at.desc())
        .limit(KEPT)
    )
    return [_made(job) for job in session.scalars(query)]


def take(session: Session, actor: Actor, dialogue_id: UUID, job_id: UUID, *, now: datetime) -> Made:
    """The file that this job made, written down as taken; Refused if there is none."""
    job = session.get(Job, job_id)
    if job is None or (job.kind, job.dialogue_id, job.state) != (KIND, dialogue_id, "done"):
        raise Refused
    made = _made(job)
    note_taken(session, actor, dialogue_id, root=made.root, count=made.count, now=now)
    return made


def _made(job: Job) -> Made:
    key, root, count = job.result.split(SEPARATOR)
    return Made(
        job_id=job.id,
        at=job.created_at,
        key=key,
        root=root,
        count=int(count),
        names_invited=bool(job.arguments["names_invited"]),
    )
