"""Virtual environments filled from a lock file and from nothing else."""

import importlib.util
import json
import subprocess
import sys
from pathlib import Path

from tools.machine import ROOT, Missing, apt_install, digest, is_debian_root, run, say

OLDEST = (3, 11)
STAMP = "installed-locks.json"


def python_of(folder: Path) -> Path:
    """The environment's own interpreter."""
    return folder / "bin" / "python"


def install(folder: Path, lock: Path, *, covers: tuple[Path, ...] = (), package: bool) -> None:
    """Fill an environment from a lock file, unless it already is.

    A development lock covers the runtime lock: afterwards neither needs another look.
    """
    make(folder)
    stamp = folder / STAMP
    installed = json.loads(stamp.read_text()) if stamp.is_file() else {}
    project = [ROOT / "pyproject.toml"] if package else []
    wanted = {path.name: digest([path, *project]) for path in (lock, *covers)}
    if installed.get(lock.name) == wanted[lock.name]:
        return
    say(f"Installing {lock.name} into {folder.name}")
    stamp.unlink(missing_ok=True)
    pip(folder, "--require-hashes", "--requirement", str(lock))
    if package:
        pip(folder, "--no-deps", "--no-build-isolation", "--editable", str(ROOT))
    stamp.write_text(json.dumps(wanted))


def make(folder: Path) -> None:
    """Create the environment; one whose interpreter is gone or too old is made anew."""
    if works(python_of(folder)):
        return
    if importlib.util.find_spec("ensurepip") is None:
        bring_ensurepip()
    say(f"Making {folder.name} with Python {sys.version.split()[0]}")
    run([sys.executable, "-m", "venv", "--clear", folder])


def works(python: Path) -> bool:
    """Whether an interpreter starts, is new enough and has pip."""
    check = f"import sys, pip; sys.exit(sys.version_info < {OLDEST})"
    try:
        done = subprocess.run([python, "-c", check], capture_output=True, check=False)
    except OSError:
        return False
    return done.returncode == 0


def bring_ensurepip() -> None:
    """Debian ships the part of Python that makes environments as a package of its own."""
    if is_debian_root():
        apt_install("python3-venv")
        importlib.invalidate_caches()
    if importlib.util.find_spec("ensurepip") is None:
        raise Missing(
            f"{sys.executable} cannot make virtual environments: install its venv module "
            "(Debian and Ubuntu: apt-get install python3-venv) and try again."
        )


def pip(folder: Path, *arguments: str) -> None:
    """Install with the environment's own pip."""
    quiet = ["--quiet", "--disable-pip-version-check", "--no-input"]
    run([python_of(folder), "-m", "pip", "install", *quiet, *arguments])
