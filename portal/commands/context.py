"""What every command gets: the settings, and one transaction on the portal's database."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from uuid import UUID

import click
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from portal.core.db import Database, Session
from portal.core.errors import Invalid, message
from portal.core.files import FileStore
from portal.core.jobs import Jobs
from portal.core.mail import MAIL_QUEUED
from portal.core.migrate import MIGRATIONS
from portal.core.settings import Settings
from portal.dialogue.queries import dialogue_by_name
from portal.questionnaire.definition import Questionnaire
from portal.web.work import CLOCKWORK, HANDLERS

JOBS_ASKED_FOR = "jobs_asked_for"
"""Key in a session's ``info`` under which commands leave the ids of jobs to run afterwards."""


@dataclass
class Portal:
    """The portal as its command line sees it."""

    settings: Settings

    @cached_property
    def database(self) -> Database:
        """The database the settings name."""
        return Database(self.settings.database)

    @cached_property
    def jobs(self) -> Jobs:
        """The queue of long work."""
        return Jobs(self.settings, self.database, HANDLERS, CLOCKWORK)

    @property
    def files(self) -> FileStore:
        """Where evidence is kept."""
        return FileStore(self.settings.var_dir / "files")

    @property
    def sign_in_address(self) -> str:
        """What a sign-in link's token is appended to."""
        return f"{self.settings.public_url}/sign-in/link/"

    @property
    def invitation_address(self) -> str:
        """What an invitation's token is appended to."""
        return f"{self.settings.public_url}/join/"

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """One writing session for the whole command; mail and jobs after the commit.

        Raises Invalid if the database does not have the tables of this version.
        """
        self.require_current()
        with self.database.transaction() as session:
            yield session
        for job_id in session.info.pop(JOBS_ASKED_FOR, ()):
            self.jobs.dispatch(job_id)
        if session.info.pop(MAIL_QUEUED, False):
            self.jobs.dispatch_mail()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """One reading session, for work that is long and writes nothing: nobody waits for it.

        Raises Invalid if the database does not have the tables of this version.
        """
        self.require_current()
        with self.database.session(writes=False) as session:
            yield session

    def require_current(self) -> None:
        """Raise Invalid if the database does not have the tables of this version."""
        if not _is_current(self.database):
            raise Invalid(message("The database lacks tables. Run `portal db upgrade` first."))

    def close(self) -> None:
        """Let go of the database's connections."""
        if "database" in self.__dict__:
            self.database.engine.dispose()


pass_portal: Callable[..., Callable[..., None]] = click.make_pass_decorator(Portal)
"""Gives a command the Portal as its first argument."""


def dialogue_id_of(session: Session, short_name: str) -> UUID:
    """The id of the dialogue of this short name; Invalid with a sentence if there is none."""
    dialogue = dialogue_by_name(session, short_name)
    if dialogue is None:
        raise Invalid(message("There is no dialogue named “{name}”.", name=short_name))
    return dialogue.id


def require_language(questionnaire: Questionnaire, language: str) -> None:
    """Raise Invalid, naming the known ones, for a language without texts in the questionnaire."""
    if language not in questionnaire.languages:
        sentence = "The questionnaire has no texts in “{language}”. Choose one of: {known}."
        known = ", ".join(questionnaire.languages)
        raise Invalid(message(sentence, language=language, known=known))


def write_file(path: Path, content: bytes) -> None:
    """Write a file whole or not at all."""
    part = path.with_name(f"{path.name}.part")
    try:
        part.write_bytes(content)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _is_current(database: Database) -> bool:
    """Whether every migration of this version has been applied."""
    with database.engine.connect() as connection:
        applied = MigrationContext.configure(connection).get_current_heads()
    return set(applied) == set(ScriptDirectory(str(MIGRATIONS)).get_heads())
