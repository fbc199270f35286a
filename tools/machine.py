"""What every tool needs to know about the machine it runs on."""

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


class Missing(Exception):
    """Something the machine lacks, as one sentence that also says what to do."""


def say(sentence: str) -> None:
    """Tell the person at the terminal what takes time."""
    print(f"» {sentence}", flush=True)


def run(command: list[str | Path], *, env: Mapping[str, str] | None = None) -> None:
    """Run a program in the project's folder; its own words explain a failure best."""
    done = subprocess.run(command, cwd=ROOT, env=env, check=False)
    if done.returncode:
        words = " ".join(str(part) for part in command)
        raise Missing(f"This command failed, its reason is above: {words}")


def answers(command: list[str | Path]) -> str:
    """What a program prints, or nothing when it cannot be started or fails."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    except OSError:
        return ""
    return "" if done.returncode else done.stdout.strip()


def digest(paths: Iterable[Path]) -> str:
    """One hash over names and contents, to see whether work already done is still valid."""
    state = hashlib.sha256()
    for path in sorted(paths):
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        state.update(f"{path.relative_to(ROOT)} {content}\n".encode())
    return state.hexdigest()


def is_debian_root(os_release: Path = Path("/etc/os-release")) -> bool:
    """Whether Debian's packages can be installed without asking anybody."""
    lines = os_release.read_text().splitlines() if os_release.is_file() else []
    return "ID=debian" in lines and os.geteuid() == 0 and shutil.which("apt-get") is not None


def apt_install(package: str) -> None:
    """Install one Debian package."""
    say(f"Installing Debian's package {package}")
    env = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    run(["apt-get", "update", "-qq"], env=env)
    run(["apt-get", "install", "-qq", "--yes", "--no-install-recommends", package], env=env)


def start(tool: Callable[[], None]) -> None:
    """Run a tool's main function; what is missing is one line, not a stack trace."""
    try:
        tool()
    except Missing as missing:
        sys.exit(str(missing))
