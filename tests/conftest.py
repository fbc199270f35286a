"""What every test may ask for: a database of either kind, an app, a clock that stands still.

Each worker migrates one template of each kind; a test gets a copy of it (``tests.databases``), so
that no test sees another's rows.
"""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import FileSystemBytecodeCache

from portal.app import create_app, furnish
from portal.core.db import Database, Session
from portal.core.migrate import upgrade
from portal.core.settings import Settings
from portal.web.limits import limiter
from tests.databases import Templates, administer
from tests.page import PageClient
from tools.postgres import server

NOW = datetime(2026, 9, 1, 9, 0, tzinfo=UTC)
KINDS = ("sqlite", "postgresql")


def pytest_addoption(parser: pytest.Parser) -> None:
    """``--screenshots FOLDER`` keeps pictures of the pages that journeys come to."""
    parser.addoption("--screenshots", default="", help="folder for pictures of pages")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The long journeys begin first, so that no worker is left alone with one at the end."""
    items.sort(key=lambda item: "journeys" not in item.path.parts)


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Templates]:
    """Both templates, migrated once a worker."""
    folder = tmp_path_factory.mktemp("databases")
    upgrade(f"sqlite:///{folder / 'template.sqlite'}")
    with server() as postgres:
        administer(postgres, "CREATE DATABASE template_portal")
        made = Templates(folder, postgres)
        upgrade(made.template)
        yield made


@pytest.fixture(params=KINDS)
def database_url(request: pytest.FixtureRequest, templates: Templates) -> Iterator[str]:
    """An empty migrated database; every test that uses it runs on both kinds."""
    url = templates.copy(request.param)
    yield url
    templates.drop(url)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """The portal's database on it."""
    found = Database(database_url)
    yield found
    found.engine.dispose()


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """A writing session."""
    with database.session(writes=True) as found:
        yield found


@pytest.fixture
def now() -> datetime:
    """The instant at which tests begin."""
    return NOW


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """Settings for a test."""
    return settings_of(tmp_path / "var", database_url)


def settings_of(folder: Path, database_url: str) -> Settings:
    """Work is done at once, mail goes to files, hashes are cheap."""
    return Settings(
        var_dir=folder,
        database_url=database_url,
        secret_key="a key for tests, thirty-two long!!",
        jobs="inline",
        rate_limits=False,
        argon2_time_cost=1,
        argon2_memory_kib=8,
    )


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> FileSystemBytecodeCache:
    """Templates that an app of this worker has compiled: the next one need not do it again."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory, compiled: FileSystemBytecodeCache) -> Flask:
    """One portal for all tests of a worker: putting its routes together takes a while."""
    found = create_app(settings_of(tmp_path_factory.mktemp("built"), "sqlite://"))
    found.jinja_env.bytecode_cache = compiled
    found.testing = True
    return found


@pytest.fixture
def app(settings: Settings, built: Flask) -> Iterator[Flask]:
    """The portal, on this test's database and files."""
    furnish(built, settings)
    built.config["WTF_CSRF_ENABLED"] = True
    # A test that wants limits builds a portal of its own, and all share one counter.
    limiter.enabled = settings.rate_limits
    yield built
    built.extensions["portal.database"].engine.dispose()


@pytest.fixture
def client(app: Flask) -> PageClient:
    """A reader whose every page is checked."""
    return PageClient(app)


@pytest.fixture(autouse=True)
def _quiet_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting of the machine reaches a test."""
    for name in [name for name in os.environ if name.startswith("PORTAL_")]:
        monkeypatch.delenv(name)
