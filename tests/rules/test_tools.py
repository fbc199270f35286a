import json
import re
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from tools import assets, chromium, machine, node, postgres, venv

ROOT = machine.ROOT
LOCKS = ["requirements.lock", "requirements-dev.lock", "requirements-node.lock"]


def program(folder: Path, name: str, prints: str) -> Path:
    """Make a small shell script that prints one line."""
    path = folder / name
    path.write_text(f"#!/bin/sh\necho '{prints}'\n")
    path.chmod(0o755)
    return path


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_pins_every_package_with_hashes_and_names_no_address(lock: str) -> None:
    text = (ROOT / lock).read_text()
    entries = re.split(r"\n(?=\S)", text.strip())
    assert entries
    assert "://" not in text
    assert not re.search(r"^--?\w", text, flags=re.MULTILINE)
    for entry in entries:
        assert re.match(r"[a-z0-9._-]+==\S+ ", entry), entry
        assert "--hash=sha256:" in entry, entry


def test_the_development_lock_agrees_with_the_runtime_lock() -> None:
    runtime, development = ((ROOT / lock).read_text().splitlines() for lock in LOCKS[:2])
    assert set(runtime) <= set(development)


def test_the_package_lock_has_a_hash_and_no_address_for_every_package() -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    del packages[""]
    assert packages
    for name, entry in packages.items():
        assert "integrity" in entry, name
        assert "resolved" not in entry, name


@pytest.mark.parametrize(
    ("printed", "expected"), [("v20.20.2", 20), ("v9.1.0", 9), ("", 0), ("node: not found", 0)]
)
def test_version_of_node(printed: str, expected: int) -> None:
    assert node.major(printed) == expected


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)", 15),
        ("postgres (PostgreSQL) 18beta1", 18),
        ("", 0),
    ],
)
def test_version_of_postgres(printed: str, expected: int) -> None:
    assert postgres.major(printed) == expected


def test_a_node_that_is_too_old_or_comes_without_npm_is_not_taken(tmp_path: Path) -> None:
    program(tmp_path, "node", "v20.1.0")
    assert node.find(str(tmp_path)) is None
    program(tmp_path, "npm", "10.0.0")
    assert node.find(str(tmp_path)) == tmp_path
    program(tmp_path, "node", "v18.19.0")
    assert node.find(str(tmp_path)) is None


def test_an_old_or_incomplete_postgres_is_not_taken(tmp_path: Path) -> None:
    program(tmp_path, "postgres", "postgres (PostgreSQL) 16.1")
    assert not postgres.is_usable(tmp_path)
    program(tmp_path, "initdb", "")
    program(tmp_path, "pg_ctl", "")
    assert postgres.is_usable(tmp_path)
    program(tmp_path, "postgres", "postgres (PostgreSQL) 14.9")
    assert not postgres.is_usable(tmp_path)


def test_without_postgres_one_sentence_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(postgres, "candidates", lambda: iter(()))
    with pytest.raises(machine.Missing, match="need PostgreSQL 15 or newer"):
        postgres.require()


def test_a_browser_can_be_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    named = program(tmp_path, "browser", "Chromium 150")
    monkeypatch.setenv("CHROMIUM", str(named))
    assert chromium.find() == named


def test_a_digest_follows_names_and_contents(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(machine, "ROOT", tmp_path)
    first, second = tmp_path / "a", tmp_path / "b"
    first.write_text("same")
    second.write_text("same")
    assert machine.digest([first, second]) == machine.digest([second, first])
    assert machine.digest([first]) != machine.digest([second])
    before = machine.digest([first])
    first.write_text("changed")
    assert machine.digest([first]) != before


def test_work_done_from_other_files_is_not_current(tmp_path: Path) -> None:
    stamp = tmp_path / "stamp"
    assert not assets.is_current(stamp, "now")
    stamp.write_text("before")
    assert not assets.is_current(stamp, "now")
    stamp.write_text("now")
    assert assets.is_current(stamp, "now")


@pytest.mark.parametrize("release", ["ID=ubuntu\nID_LIKE=debian\n", ""])
def test_packages_are_installed_on_debian_only(tmp_path: Path, release: str) -> None:
    path = tmp_path / "os-release"
    path.write_text(release)
    assert not machine.is_debian_root(path)
    assert not machine.is_debian_root(tmp_path / "absent")


def test_an_interpreter_must_start(tmp_path: Path) -> None:
    assert venv.works(Path(sys.executable))
    assert not venv.works(tmp_path / "python")


def test_what_is_missing_is_one_line_and_a_failure(capsys: pytest.CaptureFixture[str]) -> None:
    def tool() -> None:
        raise machine.Missing("There is no tea.")

    with pytest.raises(SystemExit) as stopped:
        machine.start(tool)
    assert stopped.value.code == "There is no tea."
    assert capsys.readouterr().out == ""


def test_every_target_of_make_is_in_its_help() -> None:
    text = (ROOT / "Makefile").read_text()
    targets = set(re.findall(r"^([a-z]+):", text, flags=re.MULTILINE))
    shown = subprocess.run(
        ["/usr/bin/env", "make", "--no-print-directory", "help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert {line.split()[0] for line in shown.stdout.splitlines()} == targets


def test_a_server_asks_for_its_password_survives_a_crash_and_leaves_nothing() -> None:
    with postgres.cluster() as held:
        with psycopg.connect(held.url) as connection:
            connection.execute("create table kept as select 1 as one")
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(held.url.replace(held.password, "guess"))
        held.stop("immediate")
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(held.url)
        held.start(max_connections="7")
        with psycopg.connect(held.url) as connection:
            assert connection.execute("select one from kept").fetchone() == (1,)
            assert connection.execute("show max_connections").fetchone() == ("7",)
    assert not held.place.home.exists()
