"""The database: one declarative base, one engine, and sessions that are either reading or writing.

A reading session cannot write: PostgreSQL opens its transaction read-only, SQLite sets
``query_only``. SQLite's writing transactions begin with ``BEGIN IMMEDIATE``, so that two
writers queue for the lock instead of failing half way.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from sqlite3 import Connection as SqliteConnection
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import JSON, DateTime, Dialect, MetaData, Uuid, create_engine, event, text
from sqlalchemy.engine import Connection, Engine, make_url
from sqlalchemy.exc import OperationalError as DatabaseUnavailable
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker
from sqlalchemy.types import TypeDecorator

__all__ = [
    "Base",
    "Database",
    "DatabaseUnavailable",
    "Json",
    "Session",
    "UtcDateTime",
    "driver_url",
]

BUSY_TIMEOUT_MS = 10_000


class UtcDateTime(TypeDecorator[datetime]):
    """An instant, stored in UTC and always read back with its zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Refuse a time without zone: it would mean something else on every server."""
        if value is not None and value.tzinfo is None:
            message = "a stored time needs its time zone"
            raise ValueError(message)
        return value.astimezone(UTC) if value is not None else None

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """SQLite forgets the zone; what was stored is UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Json(TypeDecorator[Any]):
    """A JSON value; Python's None is stored as SQL NULL."""

    impl = JSON(none_as_null=True)
    cache_ok = True


class Base(DeclarativeBase):
    """Base of every table."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar = {datetime: UtcDateTime, UUID: Uuid}


class Database:
    """An engine and the two kinds of session on it."""

    def __init__(self, url: str) -> None:
        """Connect lazily to ``sqlite:///…`` or ``postgresql://…``."""
        self.engine = _make_engine(url)
        self._writing = sessionmaker(self.engine, expire_on_commit=False)
        self._reader = self.engine.execution_options(writes=False, postgresql_readonly=True)
        self._reading = sessionmaker(self._reader, expire_on_commit=False)

    def session(self, *, writes: bool) -> Session:
        """A new session; without ``writes`` the database refuses every change."""
        return self._writing() if writes else self._reading()

    def reading_first(self) -> Session:
        """A session that reads until ``start_writing``.

        SQLite has one writer: who only finds out who is asking, and for what, does not hold its
        lock. PostgreSQL locks rows, so there the session may write from the start.
        """
        session = self._writing()
        if self.engine.dialect.name == "sqlite":
            session.bind = self._reader
        return session

    def start_writing(self, session: Session) -> None:
        """Let a session of ``reading_first`` write from here on; what it read is read anew."""
        if session.bind is self._reader:
            session.rollback()
            session.bind = self.engine

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A writing session that commits at the end, or rolls back on an error."""
        with self._writing() as session, session.begin():
            yield session

    def is_ready(self) -> bool:
        """Whether the database answers."""
        with self.engine.connect() as connection:
            return bool(connection.execute(text("SELECT 1")).scalar_one())


def driver_url(url: str) -> str:
    """Name the driver we ship (psycopg 3) where the URL only names the database."""
    parsed = make_url(url)
    if parsed.drivername in {"postgresql", "postgres"}:
        parsed = parsed.set(drivername="postgresql+psycopg")
    return parsed.render_as_string(hide_password=False)


def _make_engine(url: str) -> Engine:
    engine = create_engine(driver_url(url), pool_pre_ping=True)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: SqliteConnection, _record: object) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves, see _begin_sqlite
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        f"busy_timeout={BUSY_TIMEOUT_MS}",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", True)
    if connection.info.get("writes") is not writes:
        connection.exec_driver_sql(f"PRAGMA query_only={'OFF' if writes else 'ON'}")
        connection.info["writes"] = writes
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
