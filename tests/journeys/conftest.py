"""A portal that is served on loopback, and Debian's Chromium."""

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, sync_playwright
from werkzeug.serving import make_server

from portal.app import create_app
from portal.core.settings import Settings
from tests.blueprints.supplier_world import World, world
from tests.journeys.browser import Reader, reader
from tools.chromium import find

CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One browser for all journeys of a worker."""
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=str(find()), args=CHROMIUM_FLAGS)
        yield found
        found.close()


@contextmanager
def serving(settings: Settings) -> Iterator[tuple[Flask, str]]:
    """The portal on a free port of loopback, and its address."""
    server = make_server("127.0.0.1", 0, lambda *_: [], threaded=True)
    address = f"http://127.0.0.1:{server.server_port}"
    app = create_app(settings.model_copy(update={"public_url": address}))
    server.app = app
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield app, address
    server.shutdown()
    thread.join()
    server.server_close()
    app.extensions["portal.database"].engine.dispose()


@pytest.fixture(scope="session")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where it is noted which pages were checked, by all workers of this run."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "pages-seen"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture
def served(settings: Settings) -> Iterator[tuple[Flask, str]]:
    """The portal of a test and its address."""
    with serving(settings) as found:
        yield found


@pytest.fixture
def ours(served: tuple[Flask, str]) -> World:
    """A supplier that has begun to answer, on the portal of a test."""
    return world(served[0])


@pytest.fixture
def new_reader(
    browser: Browser,
    served: tuple[Flask, str],
    request: pytest.FixtureRequest,
    seen: Path,
) -> Iterator[Callable[..., Reader]]:
    """Makes people at browsers of their own."""
    made: list[Reader] = []
    shots = request.config.getoption("--screenshots")

    def make(*, scripts: bool = True) -> Reader:
        folder = Path(shots) if shots else None
        made.append(reader(browser, served[1], seen, folder, scripts=scripts))
        return made[-1]

    yield make
    for each in made:
        each.context.close()
