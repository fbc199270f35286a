"""One transaction a request: opened with it, committed once, mail and jobs after the commit.

GET and HEAD get a session that cannot write; the others get one that may, once the guard has let
them in. What must be written while a page is read (who
looked at a supplier's answers) goes through ``write_beside``, in a transaction of its own.
"""

from collections.abc import Callable
from typing import Any, TypeVar
from uuid import UUID

from flask import Flask, Response, current_app, g, request

from portal.core.db import Database, Session
from portal.core.jobs import Jobs
from portal.core.mail import MAIL_QUEUED

Result = TypeVar("Result")
View = TypeVar("View", bound=Callable[..., Any])
SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
FIRST_ERROR = 400


def init_transaction(app: Flask) -> None:
    """Give every request its session and commit it at the end."""
    app.before_request(_begin)
    app.after_request(_commit)
    app.teardown_request(_close)


def jobs() -> Jobs:
    """The job queue of this process."""
    queue: Jobs = current_app.extensions["portal.jobs"]
    return queue


def keep_changes() -> None:
    """Commit although the page reports an error: it says what was saved and what was not."""
    g.keep_changes = True


def run_after_commit(job_id: UUID) -> None:
    """Queue the job once the transaction that asked for it is committed."""
    g.jobs_to_run.append(job_id)


def reads_first(view: View) -> View:
    """Mark a view that reads and checks what was sent before it calls ``start_writing``."""
    view.reads_first = True  # type: ignore[attr-defined]  # read by the guard
    return view


def start_writing() -> None:
    """Let this request write from here on; before, it held no lock that others wait for."""
    database: Database = current_app.extensions["portal.database"]
    database.start_writing(g.session)


def write_beside(write: Callable[[Session], Result]) -> Result:
    """Write in a transaction of its own before this page is sent, and return what came of it.

    The reading transaction ends first: SQLite has one writer, and a page that is sent without
    its record would be worse than one that waits.
    """
    g.session.rollback()
    database: Database = current_app.extensions["portal.database"]
    with database.transaction() as session:
        return write(session)


def _begin() -> None:
    database: Database = current_app.extensions["portal.database"]
    is_safe = request.method in SAFE_METHODS
    g.session = database.session(writes=False) if is_safe else database.reading_first()
    g.jobs_to_run = []
    g.keep_changes = False


def _commit(response: Response) -> Response:
    """Commit unless the page says that something was wrong and nothing was to be kept."""
    session: Session | None = g.get("session")
    if session is None or request.method in SAFE_METHODS:
        return response
    if response.status_code >= FIRST_ERROR and not g.keep_changes:
        session.rollback()
        return response
    session.commit()
    for job_id in g.jobs_to_run:
        jobs().dispatch(job_id)
    if session.info.pop(MAIL_QUEUED, False):
        jobs().dispatch_mail()
    return response


def _close(_error: BaseException | None) -> None:
    session: Session | None = g.pop("session", None)
    if session is not None:
        session.close()
