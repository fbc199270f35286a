"""Fresh databases for tests: copied from a template, and on PostgreSQL emptied to be used again.

PostgreSQL takes a tenth of a second and more to copy a database, and a fifteenth of that to
empty one of some fifty small tables.
"""

import shutil
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from sqlalchemy import Engine, create_engine, text
from sqlalchemy.engine import make_url

from portal.core.db import driver_url

NUMBERS = count()
MOST_BYTES = 40_000_000
"""A database that a test made larger is not used again: emptying it leaves the pages."""
OTHERS = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()"""
SHAPE = """
SELECT (SELECT version_num FROM alembic_version),
    (SELECT md5(string_agg(concat(relname, relkind), ',' ORDER BY relname))
     FROM pg_class WHERE relnamespace = 'public'::regnamespace),
    (SELECT md5(string_agg(concat(relname, '.', attname, atttypid, attnotnull), ','
                           ORDER BY relname, attname))
     FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
     WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND attnum > 0
       AND NOT attisdropped),
    (SELECT count(*) FROM pg_constraint WHERE connamespace = 'public'::regnamespace),
    (SELECT md5(string_agg(concat(tgname, tgenabled), ',' ORDER BY tgname, tgrelid))
     FROM pg_trigger WHERE NOT tgisinternal)"""
"""What a migration or a test may have changed: tables, columns, constraints, triggers."""
EMPTYING = """
SELECT 'SET session_replication_role = replica; ' || string_agg(statement, '; ')
    || '; SET session_replication_role = DEFAULT'
FROM (
    SELECT 'DELETE FROM ' || oid::regclass AS statement FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname <> 'alembic_version'
    UNION ALL
    SELECT 'ALTER SEQUENCE ' || oid::regclass || ' RESTART' FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind = 'S'
) AS statements"""
"""As a replica, so that neither foreign keys nor the triggers of append-only tables object."""


@dataclass(frozen=True)
class Templates:
    """Where the migrated templates of this worker are, and how to get a fresh copy of them."""

    folder: Path
    postgres: str
    free: list[str] = field(default_factory=list)

    def copy(self, kind: str) -> str:
        """A fresh database; returns its URL."""
        if kind == "sqlite":
            path = self.folder / f"test_{next(NUMBERS)}.sqlite"
            shutil.copyfile(self.folder / "template.sqlite", path)
            return f"sqlite:///{path}"
        return self.free.pop() if self.free else self._copy_postgres(f"test_{next(NUMBERS)}")

    def drop(self, url: str) -> None:
        """Remove a copy, or keep it, empty, for the next test."""
        parsed = make_url(url)
        if parsed.get_backend_name() == "sqlite":
            Path(str(parsed.database)).unlink()
        elif self._emptied(url):
            self.free.append(url)
        else:
            administer(self.postgres, f"DROP DATABASE {parsed.database} WITH (FORCE)")

    @property
    def template(self) -> str:
        """The URL of the template on PostgreSQL."""
        return _named(self.postgres, "template_portal")

    def _copy_postgres(self, name: str) -> str:
        administer(self.postgres, f"CREATE DATABASE {name} TEMPLATE template_portal")
        return _named(self.postgres, name)

    def _emptied(self, url: str) -> bool:
        """Whether it is as after its migrations again; what it is used by is ended."""
        engine = _administering(url)
        with engine.connect() as connection:
            connection.execute(text(OTHERS))
            size = connection.execute(text("SELECT pg_database_size(current_database())"))
            usable = size.scalar_one() <= MOST_BYTES and (
                tuple(connection.execute(text(SHAPE)).one()) == self._shape()
            )
            if usable:
                connection.exec_driver_sql(connection.execute(text(EMPTYING)).scalar_one())
        engine.dispose()
        return usable

    def _shape(self) -> tuple[object, ...]:
        if self.template not in SHAPES:
            engine = _administering(self.template)
            with engine.connect() as connection:
                SHAPES[self.template] = tuple(connection.execute(text(SHAPE)).one())
            engine.dispose()
        return SHAPES[self.template]


SHAPES: dict[str, tuple[object, ...]] = {}


def administer(url: str, statement: str) -> None:
    """Send one statement outside of any transaction."""
    engine = _administering(url)
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


def _administering(url: str) -> Engine:
    return create_engine(driver_url(url), isolation_level="AUTOCOMMIT")


def _named(url: str, database: str) -> str:
    return make_url(url).set(database=database).render_as_string(hide_password=False)
