"""Long work outside the request: a job is a row, and huey runs it in a thread or a worker.

The row is written in the transaction that asks for the work; the task is queued after the
commit. Progress lives in huey's own store, so that telling it never waits for the database.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

import structlog
from huey import Huey, MemoryHuey, RedisHuey, SqliteHuey, crontab
from huey.consumer import Consumer
from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.core import clock, mail
from portal.core.db import Base, Database, Json
from portal.core.errors import PortalError, message
from portal.core.ids import new_id
from portal.core.settings import Settings

MAILS_A_RUN = 200
log = structlog.get_logger()


class Job(Base):
    """One piece of long work. ``state``: queued, running, done or failed."""

    __tablename__ = "job"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    kind: Mapped[str] = mapped_column(String(40))
    arguments: Mapped[Any] = mapped_column(Json)
    dialogue_id: Mapped[UUID | None] = mapped_column(ForeignKey("dialogue.id"), index=True)
    created_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    state: Mapped[str] = mapped_column(String(10), default="queued")
    result: Mapped[str] = mapped_column(Text, default="")
    """What came of it, for the page that follows: an id, or the sentence why it failed."""


class Report(Protocol):
    """Tells how far a job is."""

    def __call__(self, done: int, total: int) -> None:
        """``done`` of ``total`` steps."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a job is, in steps."""

    done: int
    total: int


Handler = Callable[[Database, Mapping[str, Any], Report], str]
Periodic = Callable[[Database, Settings, datetime], int]
"""Does what the clock asks for at an instant, and returns how much that was; again does no harm."""


def ask_for(
    session: Session,
    kind: str,
    arguments: Mapping[str, Any],
    *,
    dialogue_id: UUID | None,
    person_id: UUID | None,
    now: datetime,
) -> Job:
    """Write the job's row; the caller queues it with ``Jobs.dispatch`` after the commit."""
    job = Job(
        kind=kind,
        arguments=dict(arguments),
        dialogue_id=dialogue_id,
        created_by=person_id,
        created_at=now,
    )
    session.add(job)
    session.flush()
    return job


def job_of(session: Session, job_id: UUID) -> Job | None:
    """The job of this id."""
    return session.get(Job, job_id)


class Jobs:
    """Runs jobs and sends mail: at once, in a thread of this process, or in a worker elsewhere."""

    def __init__(
        self,
        settings: Settings,
        database: Database,
        handlers: Mapping[str, Handler],
        clockwork: Mapping[str, Periodic],
    ) -> None:
        """Connect to the queue; nothing runs before ``start`` (or a dispatch, when inline)."""
        self.settings = settings
        self.database = database
        self.handlers = handlers
        self.clockwork = clockwork
        self.transport = mail.transport_for(settings)
        self.huey = _queue(settings)
        self._run = self.huey.task()(self.run)
        self._send = self.huey.task()(self.send_mail)
        self._tick = self.huey.task()(self.tick)
        self.huey.periodic_task(crontab(minute="*"), name="send_mail_each_minute")(self.send_mail)
        self.huey.periodic_task(crontab(minute="1"), name="tick_each_hour")(self.tick)

    def start(self) -> None:
        """Begin working in threads of this process, unless work is done inline or elsewhere."""
        if self.settings.jobs == "thread":
            _EmbeddedConsumer(self.huey, workers=1, periodic=True).start()
            self._tick()

    def work(self) -> None:
        """Work until told to stop: what `portal worker` does."""
        self._tick()
        Consumer(self.huey, workers=2, periodic=True).run()

    def dispatch(self, job_id: UUID) -> None:
        """Have a committed job run."""
        self._run(str(job_id))

    def dispatch_mail(self) -> None:
        """Have the outbox sent."""
        self._send()

    def progress(self, job_id: UUID) -> Progress:
        """How far a job is; 0 of 1 before it began."""
        done, total = self.huey.get(str(job_id), peek=True) or (0, 1)
        return Progress(done, total)

    def run(self, job_id: str) -> None:
        """Run one queued job to its end; a fault in it is kept in its row."""
        with self.database.transaction() as session:
            job = session.get(Job, UUID(job_id), with_for_update=True)
            if job is None or job.state != "queued":
                return
            job.state = "running"
            kind, arguments = job.kind, dict(job.arguments)
        state, result = self._outcome(kind, arguments, job_id)
        with self.database.transaction() as session:
            job = session.get_one(Job, UUID(job_id))
            job.state, job.result, job.finished_at = state, result, clock.now()
        self.send_mail()

    def tick(self) -> dict[str, int]:
        """Do what the clock asks for, each hour and at the start; name → how much was done.

        One that fails is logged, left out, and does not keep the others from running.
        """
        done = {}
        for name, periodic in self.clockwork.items():
            try:
                done[name] = periodic(self.database, self.settings, clock.now())
            except Exception:
                log.exception("clockwork failed", name=name)
        self.send_mail()
        return done

    def _outcome(self, kind: str, arguments: Mapping[str, Any], job_id: str) -> tuple[str, str]:
        try:
            return "done", self.handlers[kind](self.database, arguments, self._report(job_id))
        except PortalError as error:
            return "failed", str(error)
        except Exception:
            log.exception("job failed", kind=kind, job=job_id)
            return "failed", str(message("Something went wrong on our side. Try again."))

    def _report(self, job_id: str) -> Report:
        def report(done: int, total: int) -> None:
            self.huey.put(job_id, (done, total))

        return report

    def send_mail(self) -> None:
        """Send what is due in the outbox, one mail a transaction."""
        for _ in range(MAILS_A_RUN):
            with self.database.transaction() as session:
                now = clock.now()
                if not mail.send_due(session, self.transport, self.settings.mail_from, now=now):
                    return


class _EmbeddedConsumer(Consumer):  # type: ignore[misc]  # huey is untyped
    """A consumer inside the web process, which keeps its own signal handlers."""

    def _set_signal_handlers(self) -> None:
        """Leave the web server's handlers in place."""


def _queue(settings: Settings) -> Huey:
    """At once in memory when inline; Redis where the settings name one for sharing; else a file."""
    if settings.jobs == "inline":
        return MemoryHuey("parley", immediate=True)
    if settings.queue_url:
        return RedisHuey("parley", url=settings.queue_url)
    settings.var_dir.mkdir(parents=True, exist_ok=True)
    return SqliteHuey("parley", filename=str(settings.var_dir / "jobs.sqlite"))
