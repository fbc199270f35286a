"""The command line on a test's own database."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest
from click.testing import CliRunner, Result

from portal.commands import main

Run: TypeAlias = Callable[..., Result]


def runner(url: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs commands against the database of this URL."""

    def run(*arguments: object) -> Result:
        monkeypatch.setenv("PORTAL_DATABASE_URL", url)
        monkeypatch.setenv("PORTAL_VAR_DIR", str(folder / "var"))
        return CliRunner().invoke(main, [str(argument) for argument in arguments])

    return run


@pytest.fixture
def portal(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """``portal(…)`` runs a command."""
    return runner(database_url, tmp_path, monkeypatch)
